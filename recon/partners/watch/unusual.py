"""Days that are out of the ordinary for a partner: far above or below its own usual day, and more so than peers."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from recon.engines.duck import DuckEngine
from recon.model.periods import Period
from recon.partners.measures.books import DAYS
from recon.partners.measures.declines import ROBUST
from recon.partners.watch.monitors import Monitor

HISTORY: Final = 56
"""Days of history before a period that a usual day is taken from."""
ENOUGH: Final = 14
"""Days with activity that a partner must have before anything counts as unusual."""


def unusual_days(engine: DuckEngine, one: Monitor, period: Period) -> Iterator[tuple[str, date, str, str]]:
    """Partner, day, currency and words of each day far from the usual one.

    The usual day is the median of days with activity in the period and the 56 days before it, its spread the median
    deviation (MAD). Days without any activity are no drop: who falls silent is told by the trends.
    """
    start = period.first - timedelta(days=HISTORY)
    engine.materialise(
        "daily",
        f"SELECT partner, currency, day, CAST(volume * 100 AS HUGEINT) AS volume FROM {DAYS} "
        f"WHERE day BETWEEN DATE '{start}' AND DATE '{period.last}'",
    )
    engine.materialise(
        "middle",
        "SELECT partner, currency, quantile_disc(volume, 0.5) AS usual, count(*) AS days FROM daily GROUP BY ALL "
        f"HAVING count(*) >= {ENOUGH}",
    )
    engine.materialise(
        "scatter",
        "SELECT d.partner, d.currency, any_value(m.usual) AS usual, "
        "quantile_disc(abs(d.volume - m.usual), 0.5) AS spread "
        "FROM daily AS d JOIN middle AS m USING (partner, currency) WHERE m.usual > 0 GROUP BY ALL",
    )
    sign = 1 if one.kind == "spike" else -1
    rows = engine.rows(
        "SELECT partner, day, currency, volume, usual, spread FROM daily JOIN scatter USING (partner, currency) "
        f"WHERE day >= DATE '{period.first}' "
        f"AND (volume - usual) * {sign} * 100 >= usual * {one.percent} "
        f"AND (volume - usual) * {sign} * 10000 > {one.spread * ROBUST} * spread ORDER BY partner, day, currency"
    )
    for partner, day, currency, volume, usual, spread in rows:
        figures = [f"{value // 100}.{value % 100:02}" for value in (volume, usual, spread)]
        words = f"{figures[0]} {currency} on {day}, usual is {figures[1]} with a spread of {figures[2]}"
        yield partner, day, currency, words
