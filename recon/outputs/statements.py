"""Adjusted statements: for each rule set, right account and currency, two balances that must meet."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from recon.outputs import tallies
from recon.outputs.adjusted import NOT_PLACED, AdjustedStatement, BalanceLine, Item, StatementSide
from recon.outputs.controls import ProofLine
from recon.outputs.exact import less, tidy, total
from recon.outputs.report import RuleSetSummary
from recon.outputs.run_folder import RunFolder
from recon.outputs.tallies import Row

Key = tuple[str, str, str]
"""Rule set, currency, account."""


@dataclass
class _Draft:
    """A statement while its lines are being collected: label to count and amount, per section."""

    left_count: int = 0
    left_amount: Decimal = Decimal(0)
    right_count: int = 0
    right_amount: Decimal = Decimal(0)
    sections: dict[str, dict[str, tuple[int, Decimal]]] = field(default_factory=lambda: defaultdict(dict))
    oldest: int = 0

    def add(self, section: str, label: str, count: int, amount: Decimal) -> None:
        held, sum_ = self.sections[section].get(label, (0, Decimal(0)))
        self.sections[section][label] = (held + count, total((sum_, amount)))

    def items(self, section: str) -> tuple[Item, ...]:
        lines = sorted(self.sections.get(section, {}).items())
        return tuple(Item(label, count, tidy(amount)) for label, (count, amount) in lines)

    @property
    def empty(self) -> bool:
        amounts = (self.left_amount, self.right_amount)
        return not (self.left_count or self.right_count or any(amounts) or any(self.sections.values()))


def statements(
    run: RunFolder, rulesets: Sequence[RuleSetSummary], proof: Sequence[ProofLine]
) -> tuple[AdjustedStatement, ...]:
    """Every statement of the run, rule sets in their own order, then by account and currency.

    The left totals of one rule set and currency add up to the proof's: what is not placed to a right account
    stands in a statement of its own, so that nothing can be missing from all of them.
    """
    drafts = _Drafts(tallies.right_accounts(run))
    drafts.matched(tallies.members(run), tallies.variances(run))
    drafts.unmatched("open", tallies.open_items(run), "kind")
    drafts.unmatched("excluded", tallies.excluded(run), "reason")
    drafts.left_over(proof)
    balances = _balances(run)
    return tuple(
        _finished(ruleset, key, draft, balances)
        for ruleset in rulesets
        for key, draft in drafts.of(ruleset.name)
        if not draft.empty
    )


class _Drafts:
    """The statements of a run being filled from tallies."""

    def __init__(self, right_accounts: Iterable[Row]) -> None:
        self._drafts: dict[Key, _Draft] = {}
        self._accounts: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in right_accounts:
            self._accounts[row["ruleset"], row["currency"]].append(row["account"])
            draft = self._at(row["ruleset"], row["currency"], row["account"])
            draft.right_count, draft.right_amount = row["count"], row["amount"]

    def of(self, ruleset: str) -> list[tuple[Key, _Draft]]:
        mine = [(key, draft) for key, draft in self._drafts.items() if key[0] == ruleset]
        return sorted(mine, key=lambda pair: (pair[0][1], pair[0][2] == NOT_PLACED, pair[0][2]))

    def _at(self, ruleset: str, currency: str, account: str) -> _Draft:
        return self._drafts.setdefault((ruleset, currency, account), _Draft())

    def _left_home(self, ruleset: str, currency: str) -> str:
        accounts = self._accounts[ruleset, currency]
        return accounts[0] if len(accounts) == 1 else NOT_PLACED

    def matched(self, members: Iterable[Row], variances: Iterable[Row]) -> None:
        for row in members:
            ruleset, currency, own = row["ruleset"], row["currency"], row["own"]
            home = row["home"] or self._left_home(ruleset, currency)
            draft = self._at(ruleset, currency, home)
            if row["side"] == "left":
                draft.left_count += row["count"]
                draft.left_amount = total((draft.left_amount, row["amount"]))
            elif own != home:
                amount = row["amount"]
                draft.add("right adjustments", f"matched here, booked on {own}", row["count"], amount)
                elsewhere = self._at(ruleset, currency, own)
                label = f"booked here, matched on {home}"
                elsewhere.add("right adjustments", label, row["count"], amount.copy_negate())
        for row in variances:
            home = row["home"] or self._left_home(row["ruleset"], row["currency"])
            draft = self._at(row["ruleset"], row["currency"], home)
            draft.add("left adjustments", row["class"], row["count"], row["amount"].copy_negate())

    def unmatched(self, section: str, rows: Iterable[Row], label: str) -> None:
        for row in rows:
            ruleset, currency, left = row["ruleset"], row["currency"], row["side"] == "left"
            draft = self._at(ruleset, currency, self._left_home(ruleset, currency) if left else row["own"])
            draft.add(f"{row['side']} {section}", row[label] or "unclassified", row["count"], row["amount"])
            draft.oldest = max(draft.oldest, row.get("oldest") or 0)
            if left:
                draft.left_count += row["count"]
                draft.left_amount = total((draft.left_amount, row["amount"]))

    def left_over(self, proof: Iterable[ProofLine]) -> None:
        """Put what the proof has on the left and no statement has to where left items without an account go."""
        for line in proof:
            if line.side != "left":
                continue
            placed = [draft for key, draft in self._drafts.items() if key[:2] == (line.ruleset, line.currency)]
            count = line.opening_count + line.new_count - sum(draft.left_count for draft in placed)
            scope = total((line.opening_amount, line.new_amount))
            amount = less(scope, total(draft.left_amount for draft in placed))
            if count or amount:
                home = self._at(line.ruleset, line.currency, self._left_home(line.ruleset, line.currency))
                home.left_count += count
                home.left_amount = total((home.left_amount, amount))


def _finished(
    ruleset: RuleSetSummary, key: Key, draft: _Draft, balances: dict[Key, tuple[BalanceLine, ...]]
) -> AdjustedStatement:
    _, currency, account = key
    return AdjustedStatement(
        ruleset=ruleset.name,
        title=ruleset.title,
        account=account,
        currency=currency,
        left=StatementSide(
            source=ruleset.left,
            total=Item("Total in scope", draft.left_count, tidy(draft.left_amount)),
            excluded=draft.items("left excluded"),
            open=draft.items("left open"),
            adjustments=draft.items("left adjustments"),
        ),
        right=StatementSide(
            source=ruleset.right,
            total=Item("Total in scope", draft.right_count, tidy(draft.right_amount)),
            excluded=draft.items("right excluded"),
            open=draft.items("right open"),
            adjustments=draft.items("right adjustments"),
        ),
        oldest_days=draft.oldest,
        balances=tuple(
            line for source in ruleset.right_sources for line in balances.get((source, currency, account), ())
        ),
    )


def _balances(run: RunFolder) -> dict[Key, tuple[BalanceLine, ...]]:
    """Bank statements that state both balances, by source, currency and account, in order of their dates."""
    import polars as pl

    rows = (
        run.scan("statements")
        .filter(pl.all_horizontal(pl.col("account", "currency", "opening", "closing").is_not_null()))
        .sort(
            "source",
            "account",
            "currency",
            "period_from",
            "period_to",
            "statement_id",
            "file_id",
            "statement_no",
        )
        .collect()
        .to_dicts()
    )
    found: dict[Key, list[BalanceLine]] = defaultdict(list)
    for row in rows:
        line = BalanceLine(
            source=row["source"],
            statement=row["statement_id"] or f"{row['file_id']}/{row['statement_no']}",
            period_from=row["period_from"],
            period_to=row["period_to"],
            opening=tidy(row["opening"]),
            credits=tidy(row["sum_credits"]),
            debits=tidy(row["sum_debits"]),
            closing=tidy(row["closing"]),
        )
        found[row["source"], row["currency"], row["account"]].append(line)
    return {key: tuple(lines) for key, lines in found.items()}
