"""The checks of a report: books tie out, the roll-forward holds, every table says what the proof says."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from recon.outputs import tallies
from recon.outputs.adjusted import AdjustedStatement
from recon.outputs.controls import EXPECTED, BridgeLine, CheckLine, ProofLine
from recon.outputs.exact import tidy, total
from recon.outputs.report import FileLine
from recon.outputs.run_folder import RunFolder
from recon.outputs.tallies import Row

RESIDUAL = "residual"


def checks(
    run: RunFolder,
    statements: Sequence[AdjustedStatement],
    proof: Sequence[ProofLine],
    bridge: Sequence[BridgeLine],
    files: Sequence[FileLine],
) -> tuple[CheckLine, ...]:
    """Every check of the run, controls as well as notes, in the order a reviewer works through them."""
    return (
        *_tie_outs(statements),
        *_roll_forward(proof),
        *_listed(run, proof),
        *_residuals(bridge),
        *_files(files),
        *_expected(run),
        *_bank_statements(run),
    )


def _tie_outs(statements: Iterable[AdjustedStatement]) -> Iterator[CheckLine]:
    for number, statement in enumerate(statements):
        what = f"{statement.ruleset}, statement {number + 1}: adjusted left equals adjusted right"
        left, right = tidy(statement.adjusted_left), tidy(statement.adjusted_right)
        yield CheckLine("Tie-out", what, statement.currency, right, left, statement=number)


def _roll_forward(proof: Iterable[ProofLine]) -> Iterator[CheckLine]:
    for line in proof:
        where = f"{line.ruleset}, {line.side}"
        yield CheckLine(
            "Roll-forward",
            f"{where}: opening + new = matched + excluded + closing",
            line.currency,
            tidy(total((line.opening_amount, line.new_amount))),
            tidy(total((line.matched_amount, line.excluded_amount, line.closing_amount))),
        )
        yield CheckLine(
            "Roll-forward",
            f"{where}, {line.currency}: the same by count",
            None,
            Decimal(line.opening_count + line.new_count),
            Decimal(line.matched_count + line.excluded_count + line.closing_count),
        )
        what = f"{where}, {line.currency}: accounts whose own proof holds"
        yield CheckLine("Roll-forward", what, None, Decimal(line.accounts), Decimal(line.accounts_ok))


def _listed(run: RunFolder, proof: Sequence[ProofLine]) -> Iterator[CheckLine]:
    tables = (
        ("matched entries listed", tallies.members(run), "matched_amount"),
        ("excluded entries listed", tallies.excluded(run), "excluded_amount"),
        ("open items listed", tallies.open_items(run), "closing_amount"),
    )
    for what, rows, proven in tables:
        keys = {(line.ruleset, line.side, line.currency): tidy(getattr(line, proven)) for line in proof}
        listed = {_key(row): Decimal(0) for row in rows} | dict.fromkeys(keys, Decimal(0))
        for row in rows:
            listed[_key(row)] = total((listed[_key(row)], row["amount"]))
        for key, amount in sorted(listed.items()):
            ruleset, side, currency = key
            expected = keys.get(key, Decimal(0))
            if amount or expected:
                yield CheckLine("Listings", f"{ruleset}, {side}: {what}", currency, expected, tidy(amount))
    bare = sum(row["count"] for row in tallies.open_items(run) if row["kind"] is None)
    yield CheckLine("Listings", "Open items without a break", None, Decimal(0), Decimal(bare))


def _key(row: Row) -> tuple[str, str, str]:
    return row["ruleset"], row["side"], row["currency"]


def _residuals(bridge: Iterable[BridgeLine]) -> Iterator[CheckLine]:
    for line in bridge:
        if line.name == RESIDUAL:
            what = f"{line.ruleset}: difference that no class explains"
            yield CheckLine("Bridge", what, line.currency, Decimal(0), line.amount)


def _files(files: Sequence[FileLine]) -> Iterator[CheckLine]:
    for source in sorted({file.source for file in files}):
        mine = [file for file in files if file.source == source]
        parts = sum(file.entries + file.known + file.refused + file.recognised for file in mine)
        lines = sum(file.lines for file in mine)
        what = f"{source}: lines = entries + known + refused + recognised"
        yield CheckLine("Files", what, None, Decimal(lines), Decimal(parts))
        bad = sum(not file.proof_ok for file in mine)
        yield CheckLine("Files", f"{source}: files whose own totals fail", None, Decimal(0), Decimal(bad))
    refused = sum(file.refused for file in files)
    yield CheckLine("Files", "Refused rows", None, Decimal(0), Decimal(refused), control=False)


def _expected(run: RunFolder) -> Iterator[CheckLine]:
    for one in run.manifest.get("expected", ()):
        missing = Decimal(len(one["missing"]))
        yield CheckLine(EXPECTED, f"{one['source']}: {one['said']}", None, Decimal(0), missing, control=False)


def _bank_statements(run: RunFolder) -> Iterator[CheckLine]:
    import polars as pl

    counts = (
        run.scan("statements")
        .group_by("source")
        .agg((~pl.col("balance_ok", "control_ok").fill_null(value=True)).cast(pl.Int64).sum())
        .sort("source")
        .collect()
    )
    for source, balance, control in counts.iter_rows():
        what = f"{source}: statements that do not add up to their closing balance"
        yield CheckLine("Bank statements", what, None, Decimal(0), Decimal(balance), control=False)
        what = f"{source}: statements that differ from their control totals"
        yield CheckLine("Bank statements", what, None, Decimal(0), Decimal(control), control=False)
