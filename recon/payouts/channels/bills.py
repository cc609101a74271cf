"""The channels' bills: what they say, what the ledger and the bank confirm, and what is wrong."""

from dataclasses import dataclass
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.names import text_literal
from recon.model.periods import Period
from recon.payouts.channels.desk import DAY, sides_of
from recon.payouts.channels.settings import ChannelSettings
from recon.store.published import Published

NOT_YET = "in_transit"
"""The kind of break that is open and not yet due."""


@dataclass(frozen=True, slots=True)
class Bill:
    """One channel's bills of a period; `fees` is positive when charged, `remitted` what was matched at the bank."""

    channel: str
    currency: str
    lines: int
    gross: Decimal
    fees: Decimal
    matched: int
    net: Decimal
    remitted: Decimal

    @property
    def outstanding(self) -> Decimal:
        """What the bank has not confirmed."""
        return self.net - self.remitted


@dataclass(frozen=True, slots=True)
class Difference:
    """What is wrong, by kind and source: how many, and the money on it."""

    ruleset: str
    source: str
    kind: str
    currency: str
    count: int
    amount: Decimal


def bills(engine: DuckEngine, settings: ChannelSettings, run: Published, period: Period) -> list[Bill]:
    """The bills of every channel, by source and currency.

    Raises:
        ConfigError: the run has no such rule set.
    """
    sources = ", ".join(text_literal(one) for one in sides_of(run, settings.bills)["right"])
    net = "coalesce(e.net, e.amount)"
    remitted = "0"
    if settings.remittance is not None:
        sides_of(run, settings.remittance)
        remitted = f"coalesce(sum({net}) FILTER (e.entry_id IN ({_matched(settings.remittance)})), 0)"
    rows = engine.rows(
        "SELECT e.source, e.currency, count(*), CAST(sum(coalesce(e.gross, e.amount)) AS DECIMAL(38,8)), "
        "CAST(-sum(coalesce(e.fee, 0) + coalesce(e.tax, 0)) AS DECIMAL(38,8)), "
        f"count(*) FILTER (e.entry_id IN ({_matched(settings.bills)})), "
        f"CAST(sum({net}) AS DECIMAL(38,8)), CAST({remitted} AS DECIMAL(38,8)) "
        f"FROM entries AS e WHERE e.source IN ({sources}) AND {DAY} BETWEEN DATE '{period.first}' "
        f"AND DATE '{period.last}' GROUP BY ALL ORDER BY ALL"
    )
    return [Bill(*row) for row in rows]


def differences(engine: DuckEngine, settings: ChannelSettings, period: Period) -> list[Difference]:
    """The open breaks of the desk's rule sets on entries of a period, by rule set, source, kind and currency.

    What is only on its way is no difference; `Bill.outstanding` has it.
    """
    names = ", ".join(text_literal(one) for one in (settings.bills, settings.remittance) if one is not None)
    rows = engine.rows(
        "SELECT ruleset, source, kind, currency, count(*), CAST(sum(amount) AS DECIMAL(38,8)) FROM breaks "
        f"WHERE ruleset IN ({names}) AND state <> 'resolved' AND kind <> '{NOT_YET}' "
        f"AND coalesce(business_date, DATE '{period.last}') BETWEEN DATE '{period.first}' AND DATE '{period.last}' "
        "GROUP BY ALL ORDER BY ALL"
    )
    return [Difference(*row) for row in rows]


def _matched(ruleset: str) -> str:
    return (
        "SELECT m.entry_id FROM members AS m JOIN matches AS c USING (match_id) "
        f"WHERE c.ruleset = {text_literal(ruleset)} AND c.state IN ('confirmed', 'manual')"
    )
