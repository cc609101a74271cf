"""What is asked of the scope of a run is asked of no table that is known to hold nothing."""

from recon.engines.duck import DuckEngine
from recon.matchers.asked import PREFIX, RAW, all_looked_at, looked_at
from recon.model.tables import ENTRIES, OPEN


def test_tables_without_rows_are_not_asked() -> None:
    with DuckEngine.open() as engine:
        assert (looked_at(engine), all_looked_at(engine)) == (["scope"], ["scope", "known_before"])
        for table in (*RAW, *RAW.values()):
            engine.create(table, OPEN if table == "previous_open" else ENTRIES)
        engine.create(f"{PREFIX}scope", ENTRIES)
        assert (looked_at(engine), all_looked_at(engine)) == ([], [])
        engine.append("new_entries_all", "SELECT 'e' AS entry_id")
        assert (looked_at(engine), all_looked_at(engine)) == (["new_entries_all"], ["new_entries_all"])
        engine.drop("earlier_entries")
        engine.view("earlier_entries", "FROM new_entries_all WHERE false")  # a view is not looked into
        assert all_looked_at(engine) == ["new_entries_all", "earlier_entries"]
