"""A processor's lines, its payouts and the bank, all read by shipped profiles: from the line to the bank's credit."""

import json
import re
from pathlib import Path
from typing import Any

from docs.press.profiles import PAGE
from tests.cli.test_ingest import Recon, put, shop
from tests.unit.sources.test_processors_west import CHECKOUT

__all__ = ["shop"]

RULES = re.findall(r"```yaml\n(ruleset: .*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
"""The rule set on the page of shipped profiles."""
PAYOUTS = (
    "Client Entity ID,Holding Currency,Payout ID,Payout Date,Payout Amount,Payments,Refunds,Card Payment Scheme Fees\n"
    "ent_t,GBP,0000P1,2026-10-02T02:00:00.000,{paid},40,-8,{fees}\n"
)


def books(shop: Path, recon: Recon, paid: str, fees: str) -> list[dict[str, Any]]:
    """The breaks of a run over the lines of a payout and the payout."""
    sources = shop / "configs" / "sources"
    (sources / "till.yaml").unlink()
    for source, profile in (("lines", "checkout_settlement_breakdown"), ("payouts", "checkout_payouts")):
        made = recon("sources", "library", profile, "--output", str(sources / f"{source}.yaml"))
        assert made.status == 0
    (shop / "configs" / "rules").mkdir()
    (shop / "configs" / "rules" / "lines_vs_payouts.yaml").write_text(RULES, encoding="utf-8")
    for source, content in (("lines", CHECKOUT), ("payouts", PAYOUTS.format(paid=paid, fees=fees))):
        (shop / "inbox" / source).mkdir()
        put(shop, f"{source}/report.csv", content)
    done = recon("run", "--as-of", "2026-10-05", "--fail-on", "none")
    assert done.status == 0, done.stderr
    listed = recon("breaks", "list", "--format", "json")
    found: list[dict[str, Any]] = json.loads(listed.stdout)
    return found


def test_lines_make_their_payout(shop: Path, recon: Recon) -> None:
    assert books(shop, recon, "30.2", "-1.8") == []


def test_a_payout_a_cent_off_its_lines_is_a_difference(shop: Path, recon: Recon) -> None:
    (found,) = books(shop, recon, "30.21", "-1.79")
    assert (found["kind"], found["amount"]) == ("rounding", "-0.01")


def test_a_payout_that_is_not_its_own_parts_is_a_control_that_fails(shop: Path, recon: Recon) -> None:
    (found,) = books(shop, recon, "30.2", "-1.7")
    assert found["kind"] == "control_total"
    assert "line 2: gross, fee and tax make 30.3 and net is 30.2" in found["reason"]
