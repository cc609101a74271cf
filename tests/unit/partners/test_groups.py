"""What figures can be grouped by: only levels at which somebody stands above a partner."""

from pathlib import Path

import pytest

from recon.errors import UsageError
from recon.partners.measures.groups import group_table, known_groups
from tests.unit.partners.tables import SOUND, registry


def test_a_role_that_stands_above_nobody_is_no_group(tmp_path: Path) -> None:
    """An account manager who only owns partners is found by `owner`."""
    held = registry(
        tmp_path,
        people=SOUND["people"] + "AM-1,account_manager,Chi,\n",
        owners=SOUND["owners"].replace("AG-1,SC-1", "AG-1,AM-1"),
    )
    assert {"coordinator", "regional_manager", "aggregator"} <= set(known_groups(held))
    assert "account_manager" not in known_groups(held)
    with pytest.raises(UsageError, match="figures cannot be grouped by account_manager"):
        group_table(held, "account_manager")
    assert "AM-1" in group_table(held, "owner")["grp"].to_pylist()
