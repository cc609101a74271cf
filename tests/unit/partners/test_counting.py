"""Who counts as working: by status and kind, each with days of its own."""

from pathlib import Path

import pytest

from recon.model.periods import Period
from recon.partners.measures.counting import lay_groups
from recon.partners.measures.stretches import stretches
from tests.unit.engines.bare import bare_engine
from tests.unit.partners.tables import registry

PARTNERS = "partner,kind,name,region,from,until\n"
STATUSES = "partner,status,reason,from,until\n"


@pytest.mark.parametrize(
    ("partners", "statuses"),
    [
        ("AG-1,agent,Adaeze,Lagos,,", "AG-1,active,,,"),
        ("AG-1,agent,Adaeze,Lagos,2026-01-05,", "AG-1,active,,,"),
        ("AG-1,agent,Adaeze,Lagos,,", "AG-1,active,,2026-01-05,"),
        ("AG-1,merchant,Adaeze,Lagos,,2026-02-28\nAG-1,agent,Adaeze,Lagos,2026-03-01,", "AG-1,active,,,"),
    ],
)
def test_a_partner_of_the_kind_counts_whichever_of_its_rows_has_a_day(
    tmp_path: Path, partners: str, statuses: str
) -> None:
    assert _working(tmp_path, f"{partners}\n", f"{statuses}\n") == ["AG-1"]


def test_a_partner_counts_only_on_the_days_on_which_it_is_of_the_kind(tmp_path: Path) -> None:
    partners = "AG-1,agent,Adaeze,Lagos,,2026-02-28\nAG-1,merchant,Adaeze,Lagos,2026-03-01,\n"
    assert _working(tmp_path, partners, "AG-1,active,,,\n") == []


def _working(folder: Path, partners: str, statuses: str) -> list[str]:
    """The agents who work at the end of May 2026."""
    held = registry(folder, partners=PARTNERS + partners, statuses=STATUSES + statuses)
    with bare_engine() as engine:
        lay_groups(engine, held, "all", stretches(Period.parse("2026-05"), "month"), ("agent",))
        return [str(name) for (name,) in engine.rows("SELECT partner FROM members WHERE n = 1")]
