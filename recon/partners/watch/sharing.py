"""What several partners share, or one uses twice: accounts of customers, devices, proofs of transfers."""

from collections.abc import Iterator

from recon.engines.duck import DuckEngine
from recon.partners.watch.alert import Alert, alert_of
from recon.partners.watch.conditions import LOOKED_AT, column_of, of_all
from recon.partners.watch.monitors import Monitor


def shared(engine: DuckEngine, one: Monitor) -> Iterator[Alert]:
    """One alert for each partner that shares something with others, or uses a proof twice."""
    field = column_of(one.account or one.device or one.proof or "")
    where = " AND ".join([of_all(one), f"{field} IS NOT NULL", f"{field} <> ''"])
    many = "count(*) > 1" if one.kind == "reused_proof" else f"count(DISTINCT partner) >= {one.at_least}"
    by = "thing" if one.window == "period" or one.kind == "reused_proof" else "thing, day"
    engine.materialise(
        "shared",
        f"SELECT {by} FROM (SELECT *, {field} AS thing FROM {LOOKED_AT} WHERE {where}) GROUP BY {by} HAVING {many}",
    )
    rows = engine.rows(
        f"SELECT a.thing, list(DISTINCT a.partner ORDER BY a.partner), min(a.day), max(a.day), "
        f"list(a.entry_id ORDER BY a.entry_id), list(a.partner ORDER BY a.entry_id) "
        f"FROM (SELECT *, {field} AS thing FROM {LOOKED_AT} WHERE {where}) AS a JOIN shared AS s USING ({by}) "
        f"GROUP BY {', '.join('a.' + name for name in by.split(', '))} ORDER BY ALL"
    )
    for thing, partners, first, last, entries, owners in rows:
        what = {"shared_account": "account", "shared_device": "device"}.get(one.kind, "proof")
        hidden = f"…{thing[-4:]}" if what == "account" and len(thing) > 4 else thing
        for partner in partners:
            mine = [entry for entry, owner in zip(entries, owners, strict=True) if owner == partner]
            others = [name for name in partners if name != partner]
            words = f"{what} {hidden} in {len(entries)} entries"
            words += f", also of {', '.join(others)}" if others else ", twice by the same partner"
            yield alert_of(one, partner, (first, last), (thing, str(first)), words, len(mine), mine)
