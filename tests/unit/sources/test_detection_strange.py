"""Exports as odd as those of real banks: headers in many languages, titles, totals, marks, words, no headers at all."""

import csv
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.errors import InputRefused
from recon.sources.choosing import DRAFT, chosen_profile, draft_of
from recon.sources.facts import facts
from recon.sources.file import SourceFile
from recon.sources.profiles.profile import TableProfile

FOLDER = Path(__file__).parent / "strange"
with (FOLDER / "facts.csv").open(encoding="utf-8", newline="") as handle:
    FACTS = {row["file"]: row for row in csv.DictReader(handle)}


@pytest.mark.parametrize("name", FACTS)
def test_a_strange_export_is_read_by_a_draft(name: str) -> None:
    found, expected = facts(FOLDER / name), FACTS[name]
    assert found.profile == DRAFT
    assert found.n_transactions == int(expected["transactions"])
    assert sum(found.sum_credits.values()) == Decimal(expected["credits"])
    assert sum(found.sum_debits.values()) == Decimal(expected["debits"])
    if found.n_transactions:
        assert found.currency == tuple(filter(None, [expected["currency"]]))


def test_every_file_has_its_facts() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*FACTS, "facts.csv"}


def test_balances_of_the_period_are_read_wherever_they_stand() -> None:
    english = facts(FOLDER / "balances_of_the_period_headerless.csv")
    french = facts(FOLDER / "soldes_de_la_periode.csv")
    assert (english.opening, english.closing) == ((Decimal(1000),), (Decimal(1150),))
    assert (french.opening, french.closing) == ((Decimal(250),), (Decimal("412.10"),))
    dated = facts(FOLDER / "balances_as_of_a_day.csv")
    assert (dated.opening, dated.closing) == ((Decimal(1000),), (Decimal(1475),))


def test_the_day_of_a_balance_proves_the_order_of_days() -> None:
    path = FOLDER / "balance_proves_the_order.csv"
    with SourceFile(path) as file:
        chosen = chosen_profile(file).loaded.profile
    assert isinstance(chosen, TableProfile)
    assert chosen.dates.formats == ["MM/dd/yyyy"]


def test_a_balance_that_proves_the_reading_is_checked_on_every_night(tmp_path: Path) -> None:
    text = (FOLDER / "dutch_af_bij.csv").read_text(encoding="utf-8")
    path = tmp_path / "bank.csv"
    path.write_text(text.replace('"1500,00";"Overschrijving"', '"1500,01";"Overschrijving"'), encoding="utf-8")
    assert facts(FOLDER / "dutch_af_bij.csv").control_ok is True
    assert facts(path).control_ok is False


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("14.10.2026", "14.13.2026"),
        ("14.10.2026", "yesterday"),
        ("-12,50", "zwölf"),
        ("15.10.2026", "Vorgemerkt"),
    ],
)
def test_a_row_that_holds_money_is_never_set_aside(tmp_path: Path, old: str, new: str) -> None:
    text = (
        "Datum;Verwendungszweck;Betrag;Währung\n01.10.2026;Gutschrift;5,00;EUR\n14.10.2026;Strom;-12,50;EUR\n"
        "15.10.2026;Gas;-2,50;EUR\n"
    )
    path = tmp_path / "bank.csv"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputRefused):
        facts(path)


@pytest.mark.parametrize("last", ["offen;Miete;-500,00;EUR", "15.10.26 vorab;Miete;-500,00;EUR"])
def test_a_row_below_the_others_that_holds_money_is_no_footer(tmp_path: Path, last: str) -> None:
    path = tmp_path / "bank.csv"
    head = "Datum;Verwendungszweck;Betrag;Währung\n01.10.2026;Gutschrift;5,00;EUR\n14.10.2026;Gas;-2,50;EUR\n"
    path.write_text(f"{head}{last}\nErstellt am 16.10.2026\n", encoding="utf-8")
    with pytest.raises(InputRefused, match="not a date"):
        facts(path)


def test_a_row_with_money_in_and_money_out_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    rows = "2026-01-05,Both,10.00,3.00\n2026-01-16,Wages,0.00,5.00\n2026-01-17,Shop,1.00,0.00\n"
    path.write_text(f"Date,Text,Debit,Credit\n{rows}", encoding="utf-8")
    with pytest.raises(InputRefused, match="both Credit and Debit hold an amount"):
        facts(path)


def test_amounts_whose_direction_only_the_balance_knows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    rows = "2026-01-05,abc,10.00,90.00\n2026-01-16,def,5.00,95.00\n2026-01-17,ghi,1.00,94.00\n"
    path.write_text(f"Date,Description,Amount,Balance\n{rows}", encoding="utf-8")
    with pytest.raises(InputRefused, match="goes up by some of the amounts and down by others"):
        facts(path)
    with SourceFile(path) as file:
        assert "and down by others, and nothing says which" in draft_of(file)


@pytest.mark.parametrize("other", ["USD 5.00", "$5.00", "kr 5.00"])
def test_an_amount_in_another_currency_than_the_others_is_refused(other: str, tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text(
        f"Date,Text,Amount\n2026-01-05,abc,EUR 1.00\n2026-01-16,def,{other}\n2026-01-17,ghi,€2.00\n",
        encoding="utf-8",
    )
    with pytest.raises(InputRefused, match="not an amount"):
        facts(path)


def test_totals_that_were_not_looked_at_lose_nothing_behind_them(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    rows = [f"2026-10-{1 + n % 28:02},Card {n},-1.00" for n in range(8_000)]
    path.write_text(
        "\n".join(["Date,Text,Amount", *rows[:4_000], "Total,,-4000.00", *rows[4_000:], "Total,,-8000.00", ""])
    )
    with pytest.raises(InputRefused, match="behind line 4002, where the footer begins"):
        facts(path)


def test_another_table_above_the_transactions_is_told(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    pending = "Pending\nDate,Description,Amount\n2026-01-20,abc,-7.00\n\n"
    rows = "2026-01-05,POS,abc,-10.00,90.00\n2026-01-16,POS,def,5.00,95.00\n"
    posted = f"Posted\nDate,Type,Description,Amount,Balance\n{rows}"
    path.write_text(pending + posted, encoding="utf-8")
    assert "rows: 1 above or below the table have a date and an amount and are not read" in facts(path).doubts
    path.write_text(posted, encoding="utf-8")
    assert not any(doubt.startswith("rows") for doubt in facts(path).doubts)


def test_what_is_not_understood_says_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Name,Town\nAda,London\nBo,Oslo\n", encoding="utf-8")
    with pytest.raises(InputRefused, match="no table of dates and amounts"):
        facts(path)


def test_guesses_are_doubts_and_proofs_are_not() -> None:
    with SourceFile(FOLDER / "card_purchases_positive__credit_card_activity.csv") as file:
        card = chosen_profile(file)
    with SourceFile(FOLDER / "british_pound_signs.csv") as file:
        bank, text = chosen_profile(file), draft_of(file)
    assert any("what a plus means" in doubt or "currency" in doubt for doubt in card.doubts)
    assert list(bank.doubts) == []
    assert "# proven by Balance: 3 of 3 steps tie" in text


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(FACTS)),
    st.lists(st.tuples(st.integers(0, 2_000), st.binary(max_size=6)), max_size=8),
)
def test_a_spoilt_export_is_read_or_refused(name: str, changes: list[tuple[int, bytes]]) -> None:
    content = bytearray((FOLDER / name).read_bytes())
    for at, put in changes:
        content[at % (len(content) + 1) : at % (len(content) + 1) + len(put)] = put
    with TemporaryDirectory() as folder:
        path = Path(folder) / "spoilt.csv"
        path.write_bytes(bytes(content))
        with suppress(InputRefused):
            assert facts(path).n_transactions >= 0


def test_the_zone_that_stands_behind_times_is_that_of_the_draft() -> None:
    with SourceFile(FOLDER / "zones_behind_times.csv") as file:
        draft = draft_of(file)
    assert "zone: America/Los_Angeles" in draft
    assert "hh:mm:ss a 'PDT'" in draft
    assert "hh:mm:ss a 'PST'" in draft


def test_rows_that_cannot_be_read_are_no_empty_statement(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text("Date,Ref,Amount\n<2026-10-01>,A,<12.50>\n", encoding="utf-8")
    with pytest.raises(InputRefused):
        facts(path)
    path.write_text("Date,Ref,Amount\nno transactions,,\n", encoding="utf-8")
    assert facts(path).n_transactions == 0


def test_the_head_of_a_file_says_whether_days_without_year_stand_before_their_month() -> None:
    with SourceFile(FOLDER / "guarded_cells__2026.csv") as file:
        assert '"dd/MM {2026}"' in draft_of(file)


def test_balances_in_one_word_are_stated(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    head = "accountId;2200\nopeningBalance;1000,00\nclosingBalance;1100,07\n\n"
    path.write_text(f"{head}Datum;Objem;Měna\n27.10.2026;100,00;CZK\n31.10.2026;0,07;CZK\n", encoding="utf-8")
    found = facts(path)
    assert (found.opening, found.closing) == ((Decimal(1000),), (Decimal("1100.07"),))


def test_no_other_column_is_taken_where_an_amount_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text(
        "Date,Text,Amount,Balance\n2026-10-01,A,10.00,110.00\n2026-10-14,B,-2.0E1,90.00\n", encoding="utf-8"
    )
    with pytest.raises(InputRefused, match="3:amount"):
        facts(path)
