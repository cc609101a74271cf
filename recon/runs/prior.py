"""Prior-period items: what came too late for a period that was closed, told apart from what is of this one.

A closed period never changes. An entry that is dated in it and arrives later is new in the next run, as any other, and
is listed here beside the files that every run has; so is its break, for as long as it lasts.
"""

from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from recon.close.periods.locks import Locks
from recon.engines.duck import DuckEngine
from recon.model.prior import PRIOR

PRIOR_FILE: Final = "prior"
_CLOSED: Final = "closed_periods"
_PERIODS: Final = pa.schema([("period", pa.string()), ("last", pa.date32())])


def write_prior(engine: DuckEngine, locks: Locks, path: Path) -> dict[str, Any]:
    """Write the prior-period items of a run, if any period is closed; gives what the manifest says of them.

    Reads `scope`, `excluded` and `open_items`. An item belongs to the first closed period that ends on its day or
    after it, so that what is older than the first closing belongs to that one.
    """
    if not locks.standing:
        return {}
    periods = [{"period": str(one.period), "last": one.period.last} for one in locks.standing]
    engine.register(_CLOSED, pa.Table.from_pylist(periods, schema=_PERIODS))
    engine.materialise("prior", _ITEMS.format(closed=_CLOSED, day=locks.day))
    engine.write(f"SELECT {', '.join(PRIOR.names)} FROM prior ORDER BY ruleset, side, entry_id", path, PRIOR)
    rows = engine.rows(_TOLD)
    engine.drop("prior")
    return {
        "closed": [
            {"period": str(one.period), "last": one.period.last.isoformat(), "run": one.run, "closing": one.number}
            for one in locks.standing
        ],
        "prior": [
            {
                "period": period, "ruleset": ruleset, "side": side, "currency": currency, "count": int(count),
                "amount": f"{amount:f}", "open_count": int(open_count), "open_amount": f"{open_amount:f}",
            }
            for period, ruleset, side, currency, count, amount, open_count, open_amount in rows
        ],
    }  # fmt: skip


_ITEMS: Final = """
    SELECT p.period, s.ruleset, s.side, s.entry_id,
           CASE WHEN o.entry_id IS NOT NULL THEN 'open' WHEN x.entry_id IS NOT NULL THEN 'excluded'
                ELSE 'matched' END AS place,
           s.source, s.account, s.currency, s.compared AS amount, s.business_date, s.file_id, s.line_no
    FROM (SELECT * FROM scope WHERE is_new AND business_date <= DATE '{day}') s
    JOIN (SELECT l.day, min_by(c.period, c.last) AS period
          FROM (SELECT DISTINCT business_date AS day FROM scope WHERE business_date <= DATE '{day}') l
          JOIN {closed} c ON c.last >= l.day GROUP BY l.day) p ON p.day = s.business_date
    LEFT JOIN open_items o ON o.ruleset = s.ruleset AND o.side = s.side AND o.entry_id = s.entry_id
    LEFT JOIN excluded x ON x.ruleset = s.ruleset AND x.side = s.side AND x.entry_id = s.entry_id
"""
_TOLD: Final = """
    SELECT period, ruleset, side, currency, count(*), CAST(sum(amount) AS DECIMAL(38,8)),
           count(*) FILTER (WHERE place = 'open'),
           CAST(coalesce(sum(amount) FILTER (WHERE place = 'open'), 0) AS DECIMAL(38,8))
    FROM prior GROUP BY ALL ORDER BY ALL
"""
