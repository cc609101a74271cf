"""The table of a plan's explanation rows, and how it is spelt out at the end.

The table is narrow: a row says by its `code` which part of the plan it is, and only what is written at the end
spells it out. Codes rise in the order of the calculation: thousands are components, then limits, overrides, rounding.
"""

from dataclasses import dataclass, field

from recon.engines.names import identifier, text_literal
from recon.model.periods import Period
from recon.payouts.period import LeftOut
from recon.payouts.plan.plan import Plan
from recon.payouts.rows import Kind

STEP = 1000
"""Parts that one step of the calculation may have."""
MEANING = ("plan", "version", "period", "currency", "kind", "component", "words", "rate")
NO_TEXT = "CAST(NULL AS VARCHAR)"


@dataclass
class PlanRows:
    """The rows of a plan in an engine: the name of their table, and what each code stands for.

    `payees` numbers payees, `people` are those who are credited.
    """

    plan: Plan
    table: str
    payees: str
    people: str
    meaning: dict[int, tuple[Kind, str, str, str]] = field(default_factory=dict)
    """Kind, component, words and rate by code."""
    left_out: list[LeftOut] = field(default_factory=list)
    """What names nobody to pay."""
    said: bool = False
    """Whether words or rates of some rows are their own."""

    @property
    def enumerated(self) -> list[str]:
        """The texts of an enumerated type: those that a code stands for alone."""
        return [name for name in MEANING if not (self.said and name in {"words", "rate"})]

    def sql(self, period: Period) -> str:
        """The rows in the shape of PAYOUT_ROWS, by payee and in the order of the calculation."""
        own = {name: f"m.{name}" for name in ("words", "rate")}
        if self.said:
            own = {"words": "coalesce(r.said, m.words)", "rate": "coalesce(r.said_rate, m.rate)"}
        receiver = "coalesce(r.receiver, p.payee)" if self.plan.overrides else "p.payee"
        return (
            "SELECT m.plan, m.version, m.period, m.currency, p.payee AS credited, r.entry_id, "
            f"{receiver} AS payee, m.kind, m.component, {own['words']} AS words, r.units, "
            f"{own['rate']} AS rate, r.amount, r.entries FROM {identifier(self.table)} AS r "
            f"JOIN {identifier(self.payees)} AS p USING (payee_no) JOIN ({self._meaning(period)}) AS m USING (code) "
            f"WHERE p.payee <> '' ORDER BY payee_no, code // {STEP}, r.line ASC NULLS FIRST, code"
        )

    def _meaning(self, period: Period) -> str:
        """What codes stand for, as a table of words that are few: their type makes writing them cheap."""
        plan = self.plan
        fixed = (plan.plan, plan.version, str(period), plan.currency)
        rows = [(code, (*fixed, kind.value, *others)) for code, (kind, *others) in sorted(self.meaning.items())]
        if not rows:
            rows = [(-1, (*fixed, "", "", "", ""))]
        columns = []
        for position, name in enumerate(MEANING):
            words = dict.fromkeys(texts[position] for _, texts in rows)
            columns.append(f"CAST({name} AS ENUM ({', '.join(map(text_literal, words))})) AS {name}")
        values = ", ".join(f"({code}, {', '.join(map(text_literal, texts))})" for code, texts in rows)
        return f"SELECT code, {', '.join(columns)} FROM (VALUES {values}) AS v(code, {', '.join(MEANING)})"
