"""Properties of sources: nothing is lost, nothing depends on order, amounts are what they say."""

import random
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from recon.errors import InputRefused
from recon.model.money import decimal_of
from recon.sources.intake.ingest import ingest
from recon.sources.values.amounts import Writing
from recon.store.parquet import read_table
from recon.store.store import Store
from tests.unit.sources.workbench import BASIC, HEADER, profile, project, read_bytes

FEW = settings(max_examples=60)
CELL = st.text(alphabet='ab,"\n\r 1\t;\x00é', max_size=6)


def parsed(writing: Writing, cells: Sequence[str]) -> list[Decimal | None]:
    series = pl.Series("cell", list(cells), dtype=pl.String)
    return list(writing.values(series))


@FEW
@given(st.lists(st.lists(CELL, max_size=5), max_size=8))
@example([['"a', "b"], ["c"]])
def test_every_line_of_any_text_is_accounted_for(rows: list[list[str]]) -> None:
    body = "".join(",".join(cells) + "\n" for cells in rows)
    content = (HEADER + body).encode()
    with TemporaryDirectory() as name:
        folder = Path(name)
        try:
            result = read_bytes(folder, content, profile(folder, BASIC))
        except InputRefused as refused:
            event(refused.problems[0].code)
            if refused.problems[0].code == "unclosed-quote":
                return
            raise
    assert result.conserved
    text = content.decode().replace("\r\n", "\n").replace("\r", "\n")
    assert result.lines == text.count("\n")


@FEW
@given(
    st.lists(
        st.tuples(
            st.integers(1, 28), st.text(alphabet='xy "\n,', min_size=1, max_size=5), st.integers(-500, 500)
        ),
        min_size=1,
        max_size=12,
    )
)
def test_what_a_careful_writer_wrote_comes_back(rows: list[tuple[int, str, int]]) -> None:
    body = "".join(
        f'2026-10-{day:02d},"{ref.replace(chr(34), chr(34) * 2)}",{cents / 100:.2f}\n'
        for day, ref, cents in rows
    )
    with TemporaryDirectory() as name:
        folder = Path(name)
        result = read_bytes(folder, (HEADER + body).encode(), profile(folder, BASIC))
    assert not result.refused
    assert result.column("ref_merchant") == [ref.strip() or None for _, ref, _ in rows]
    assert result.column("amount") == [Decimal(cents) / 100 for _, _, cents in rows]


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=8, min_value=-(10**16) + 1, max_value=10**16 - 1)
)
def test_any_amount_that_fits_is_read_exactly(amount: Decimal) -> None:
    plain = f"{amount:f}"
    whole, _, fraction = plain.lstrip("-").partition(".")
    grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", ".", whole)
    minus = "-" if plain.startswith("-") else ""
    assert parsed(Writing("."), [plain]) == [amount]
    assert parsed(Writing(",", "."), [f"{minus}{grouped},{fraction}"]) == [amount]
    assert parsed(Writing(",", "."), [f"{grouped},{fraction}{minus}"]) == [amount]
    if minus:
        assert parsed(Writing(",", "."), [f"({grouped},{fraction})"]) == [amount]


@given(st.text(alphabet="0123456789.-+", max_size=22))
@example("00000000000000000001.5")
@example("-.5")
def test_the_grammar_of_columns_is_that_of_the_model(text: str) -> None:
    expected = decimal_of(text) if text else None
    assert parsed(Writing("."), [text, "x"])[0] == _with_sign_behind(text, expected)


def _with_sign_behind(text: str, expected: Decimal | None) -> Decimal | None:
    """Files may also write the sign behind, which the model's plain grammar does not know."""
    if expected is None and text[-1:] in {"-", "+"} and text[:1] not in {"-", "+"}:
        return decimal_of(f"{text[-1]}{text[:-1]}")
    return expected


@given(st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_minor_units_move_the_point_and_nothing_else(units: int, digits: int) -> None:
    assert parsed(Writing(".", minor_units=digits), [str(units)]) == [Decimal(units).scaleb(-digits)]


ROW = st.tuples(st.integers(1, 4), st.sampled_from("ABC"), st.integers(-3, 3))


@settings(max_examples=8)
@given(
    st.lists(st.lists(ROW, min_size=1, max_size=6), min_size=1, max_size=3), st.randoms(use_true_random=False)
)
def test_the_order_of_rows_and_files_changes_only_provenance(
    files: list[list[tuple[int, str, int]]], chance: random.Random
) -> None:
    shuffled = [chance.sample(rows, len(rows)) for rows in chance.sample(files, len(files))]
    assert _stored(files) == _stored(shuffled)


def _stored(files: list[list[tuple[int, str, int]]]) -> tuple[list[dict[str, object]], int, int]:
    """Entries without provenance, and how many lines were known or refused."""
    with TemporaryDirectory() as name:
        shop = project(Path(name))
        for number, rows in enumerate(files):
            body = "".join(f"2026-10-0{day},{ref},{amount}\n" for day, ref, amount in rows)
            (shop.root / "inbox" / f"{number}.csv").write_text(HEADER + body, encoding="utf-8")
        outcome = ingest(shop, Store.open(shop))
        assert outcome.published is not None
        table = read_table(outcome.published.verified("entries.parquet"))
        for row in outcome.files:
            assert row.lines == row.entries + row.known + row.refused + row.recognised
        entries: list[dict[str, object]] = table.drop_columns(["file_id", "line_no"]).to_pylist()
        return entries, outcome.entries, outcome.refused
