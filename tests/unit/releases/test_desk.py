"""Each reason why an order is refused, that it is released once, and what is told when something comes up later."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from recon.errors import ControlFailed, UsageError
from recon.partners.watch.alert import Alert
from recon.partners.watch.cases import case_of, dispose, record_alerts
from recon.releases.acts import approve, propose
from recon.releases.candidates import State
from recon.releases.checking import check_releases
from recon.releases.exporting import RELEASED, export
from recon.releases.released import batches, release_csv
from recon.store import four_eyes
from recon.store.acts import record
from tests.unit.releases.stage import ADA, BEN, CREDITED, DAY, PROVEN, Pair, Stage, asking, line, matched

Rows = list[dict[str, Any]]
PAID = [(PROVEN, "mp", "o", "p"), (CREDITED, "mc", "p", "c")]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def order(amount: str = "100", **more: Any) -> dict[str, Any]:
    return line("orders", "o", amount, **{"ref_merchant": "R", "units": "10", **more})


def proof(name: str = "p", amount: str = "100", **more: Any) -> dict[str, Any]:
    return line("proofs", name, amount, **{"ref_merchant": "R", "ref_bank": "FT", **more})


def credit(name: str = "c", amount: str = "100", **more: Any) -> dict[str, Any]:
    return line("bank", name, amount, **{"ref_bank": "FT", "entity": None, **more})


def test_what_is_proven_and_paid_is_released_by_two_and_once(stage: Stage) -> None:
    stage.paid("R")
    assert stage.one("R").state is State.READY
    stage.propose()
    assert stage.one("R").state is State.PROPOSED
    with pytest.raises(ControlFailed, match="had a hand in"):
        approve(stage.store, stage.books(), ADA, None)
    assert stage.export() is None
    stage.approve()
    assert stage.one("R").state is State.APPROVED
    made = stage.export()
    assert made is not None
    assert made.totals["totals"] == [
        {"product": "", "currency": "USD", "orders": 1, "units": "10", "amount": "100.00"}
    ]
    assert made.file().read_bytes() == release_csv(made.rows)
    assert [row.body["orders"] for row in stage.store.ledger.rows(RELEASED)] == [["R"]]
    assert stage.one("R").state is State.RELEASED
    assert stage.tomorrow().export() is None
    assert len(batches(stage.store)) == 1
    assert check_releases(stage.store, stage.books()) == 1
    assert stage.store.verify_all() == []


CASES: list[tuple[set[str], Rows, Sequence[Pair]]] = [
    ({"no_proof"}, [order()], []),
    ({"unconfirmed_credit"}, [order(), proof()], PAID[:1]),
    ({"unconfirmed_credit"}, [order(), proof(), credit(status="pending")], PAID),
    ({"wrong_amount"}, [order(), proof(), credit(amount="90")], PAID),
    ({"wrong_amount"}, [order(), proof(), credit(amount="110")], PAID),
    ({"wrong_currency"}, [order(), proof(), credit(currency="EUR")], PAID),
    ({"no_price"}, [order(currency="EUR"), proof(), credit()], PAID),
    ({"no_price"}, [order(units="ten"), proof(), credit()], PAID),
    ({"no_price"}, [order(business_date=date(2026, 10, 26)), proof(), credit()], PAID),
    ({"order_changed"}, [order(status="failed"), proof(), credit()], PAID),
    ({"reseller_not_active"}, [order(entity="RS-2"), proof(entity="RS-2"), credit()], PAID),
    ({"reseller_not_active"}, [order(entity="RS-9"), proof(entity="RS-9"), credit()], PAID),
    ({"proof_of_another"}, [order(), proof(entity="RS-2"), credit()], PAID),
    ({"reused_proof"}, [order(), proof(), proof("q", ref_merchant="S"), credit()], PAID),
    ({"reused_proof"}, [order(), proof(), proof("q", ref_merchant="S", ref_bank="f t"), credit()], PAID),
    ({"no_proof"}, [order(), proof(), proof("q"), credit()], [*PAID, (PROVEN, "mp", "o", "q")]),
    ({"unconfirmed_credit"}, [order(), proof(), credit(), credit("d")], [*PAID, (CREDITED, "mc", "p", "d")]),
    ({"credit_reversed"}, [order(), proof(), credit(), credit("x", "-100")], PAID),
    ({"credit_reversed"}, [order(), proof(), credit("x", "-100")], PAID[:1]),
    ({"credit_reversed"}, [order(), proof(), credit(), credit("x", "-100", ref_bank="Z", ref_original="ft")], PAID),
    (set(), [order(), proof(), credit(), credit("x", "-5", type="fee")], PAID),
    ({"no_proof"}, [order(), proof(), credit(), proof("w", "-100")], PAID),
    ({"order_changed", "no_proof"}, [order(), proof(), credit(), order("60", entry_id="o2", units="6")], PAID),
    ({"order_changed"}, [order(), proof(), credit(), order("-40", entry_id="o2", units="4")], PAID),
]  # fmt: skip
"""What must speak against the order `R` of these rows, where a run matched these pairs."""
NAMES = ("entry_id", "ref_merchant", "ref_bank", "ref_original")


def test_what_speaks_against_an_order(stage: Stage) -> None:
    pairs, rows = list[Pair](), Rows()
    for number, (_, own, matches) in enumerate(CASES):
        rows += [
            {name: f"{value}-{number}" if name in NAMES and value else value for name, value in row.items()}
            for row in own
        ]
        pairs += [(rules, *(f"{name}-{number}" for name in names)) for rules, *names in matches]  # type: ignore[misc]  # three names
    stage.deliver(*rows)
    stage.run(pairs)
    found = {one.order: one for one in stage.books(date(2026, 10, 30)).candidates}
    for number, (why, *_) in enumerate(CASES):
        one = found[f"R-{number}"]
        assert {each.why.value for each in one.refusals} == why, number
        assert all(each.words and each.next_step for each in one.refusals)
        assert (one.state is State.READY) == (why == set())


def test_a_difference_is_told_with_what_the_money_pays_for(stage: Stage) -> None:
    stage.paid("R", amount="95")
    (short,) = stage.one("R").refusals
    assert short.words == "95.00 USD is 5.00 short of the price: 10 at 10.00 = 100.00 USD, prices of 2026-10-01"
    assert short.next_step == (
        "have the order placed again for the 9 that were paid for, or have the rest paid with a new order"
    )


def test_a_cancelled_order_is_told_apart_from_one_that_was_changed(stage: Stage) -> None:
    stage.paid("R")
    stage.deliver(order("-100", entry_id="x"))
    assert stage.one("R").state is State.CANCELLED
    stage.deliver(order("60", entry_id="y", units="6", business_date=date(2026, 10, 21)))
    assert stage.why("R") == ["order_changed", "no_proof"]
    with pytest.raises(UsageError, match="does not stand any more"):
        stage.propose("R")


def test_what_changes_after_an_approval_is_not_released_by_it(stage: Stage) -> None:
    for name in ("R", "S", "T"):
        stage.paid(name)
    stage.propose()
    stage.approve()
    stage.deliver(line("orders", "x", "-100", ref_merchant="R", units="10"))
    stage.deliver(line("bank", "y", "-100", ref_bank="FT-S", entity=None))
    made = stage.export()
    assert made is not None
    assert [row["order"] for row in made.rows] == ["T"]
    assert stage.one("R").state is State.CANCELLED
    assert stage.why("S") == ["credit_reversed"]


def test_another_price_voids_an_approval_and_may_be_proposed_again(stage: Stage) -> None:
    stage.paid("R")
    stage.propose()
    stage.approve()
    dearer = stage.setting.prices.model_dump(mode="json")
    dearer["versions"][0]["effective"] = "2026-10-02"
    stage.setting = type(stage.setting)(
        stage.setting.desk, type(stage.setting.prices).model_validate(dearer), stage.setting.proven,
        stage.setting.credited,
    )  # fmt: skip
    (changed,) = stage.one("R").refusals
    assert "approved by ben" in changed.words
    assert stage.export() is None
    stage.propose("R")
    stage.approve("R")
    assert stage.export() is not None


def test_a_refusal_by_a_person_stands_until_it_is_proposed_again(stage: Stage) -> None:
    stage.paid("R")
    stage.propose()
    stage.reject("R", "the sender is another")
    assert stage.why("R") == ["refused_by_a_person"]
    with pytest.raises(UsageError, match="nothing of it waits"):
        stage.reject("R", "once more")
    stage.propose()
    assert stage.why("R") == ["refused_by_a_person"], "only what is ready is proposed without a number"
    stage.propose("R")
    assert stage.one("R").state is State.PROPOSED


def test_levels_come_one_after_the_other(stage: Stage) -> None:
    asking(stage, approvals=["desk", "controller"]).paid("R")
    stage.propose()
    stage.approve()
    assert stage.one("R").state is State.PROPOSED
    with pytest.raises(ControlFailed, match="had a hand in"):
        stage.approve()
    approve(stage.store, stage.books(), type(BEN)("cleo", "cleo"), None)
    assert stage.one("R").state is State.APPROVED


def test_a_match_that_was_taken_back_counts_no_more(stage: Stage) -> None:
    stage.paid("R")
    stage.run(returned=[(CREDITED, "left", "p-R")])
    assert stage.why("R") == ["unconfirmed_credit"]
    stage.run(matched("R")[1:])
    assert stage.one("R").state is State.READY


def test_an_open_break_holds_an_order_and_a_resolved_one_does_not(stage: Stage) -> None:
    stage.paid("R")
    own = {"ruleset": CREDITED, "entry_id": "c-R", "reason": "0.50 less", "next_step": "claim it"}
    stage.run(breaks=[own])
    (held,) = stage.one("R").refusals
    assert (held.why.value, held.next_step) == ("open_break", "claim it")
    stage.run(breaks=[own | {"state": "resolved"}])
    assert stage.one("R").state is State.READY


def test_alerts_hold_releases_until_they_are_settled(stage: Stage) -> None:
    for name in ("R", "S"):
        stage.paid(name)

    def raised(number: int, hold: str, entries: tuple[str, ...]) -> Alert:
        words = ("velocity", "velocity", "high", "ada", hold, "RS-1", DAY, DAY, "9 in an hour", 9)
        return Alert(f"a{number}", *words, entries)

    record_alerts(stage.store, ADA, [raised(1, "nothing", ("o-R",)), raised(2, "entries", ("c-S",))])
    assert (stage.why("R"), stage.why("S")) == ([], ["held_by_monitor"])
    for number, hold in ((3, "payout"), (4, "release")):
        record_alerts(stage.store, ADA, [raised(number, hold, ())])
        assert stage.why("R") == ["held_by_monitor"]
        waiting = dispose(stage.store, ADA, [case_of(stage.store, f"a{number}")], "explained", "market day")
        assert stage.why("R") == ["held_by_monitor"]
        four_eyes.approve(stage.store.ledger, BEN, [waiting.number if waiting else 0])
        assert stage.why("R") == []


def test_papers_and_tiers_are_of_the_day(stage: Stage) -> None:
    stage.paid("R")
    (stage.folder / "configs" / "partners" / "settings.yaml").write_text("checklist: {reseller: [terms]}\n")
    assert stage.why("R") == ["papers_missing"]
    stage.table("documents", "partner,document,from,until\nRS-1,terms,2026-01-01,2026-10-21\n")
    assert stage.why("R") == []
    assert stage.why("R", date(2026, 10, 22)) == ["papers_missing"]


def test_a_credit_may_have_to_stand_for_some_days(stage: Stage) -> None:
    asking(stage, settled_after={"business": 2}).paid("R")
    assert stage.why("R", date(2026, 10, 30)) == ["credit_not_settled"], "the books reach 20 October"
    stage.run(as_of=date(2026, 10, 22))
    assert stage.why("R", date(2026, 10, 30)) == []


def test_what_was_released_refuses_every_other_order_on_it(stage: Stage) -> None:
    stage.paid("R")
    stage.propose()
    stage.approve()
    stage.export()
    stage.deliver(
        line("orders", "o2", "100", ref_merchant="S", units="10"),
        line("proofs", "p2", "100", ref_merchant="S", ref_bank="FT-R"),
    )
    stage.run(
        [(PROVEN, "m2", "o2", "p2"), (CREDITED, "m3", "p2", "c-R")], returned=[(CREDITED, "right", "c-R")]
    )
    assert set(stage.why("S")) == {"reused_proof", "released_before"}
    assert stage.why("R") == ["reused_proof"]
    with pytest.raises(ControlFailed, match="uploaded more than once"):
        check_releases(stage.store, stage.books())


def test_a_credit_taken_back_after_the_release_fails_the_check(stage: Stage) -> None:
    stage.paid("R")
    stage.propose()
    stage.approve()
    stage.export()
    stage.deliver(line("bank", "x", "-100", ref_bank="FT-R", entity=None))
    with pytest.raises(ControlFailed, match="took the credit back") as raised:
        check_releases(stage.store, stage.books())
    assert [problem.code for problem in raised.value.problems] == ["release-credit-reversed"]


def test_an_export_that_was_killed_before_its_row_is_recorded_by_the_next(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.paid("R")
    stage.propose()
    stage.approve()
    with monkeypatch.context() as patched:
        patched.setattr("recon.releases.exporting.record", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            stage.export()
    assert stage.one("R").state is State.RELEASED
    with pytest.raises(ControlFailed, match="no row of the ledger"):
        check_releases(stage.store, stage.books())
    assert stage.export() is None
    assert check_releases(stage.store, stage.books()) == 1


def test_a_proposal_that_says_nothing_approves_nothing(stage: Stage) -> None:
    stage.paid("R")
    body = {"act": "release_order", "subjects": ["R"], "reason": "x", "content": {}, "amounts": {}, "run": "",
            "levels": [], "hands": []}  # fmt: skip
    record(stage.store.ledger, ADA, lambda: [("four_eyes.proposed", body)])
    assert stage.why("R") == ["order_changed"]
    assert stage.export() is None


def test_nothing_is_proposed_twice_and_unknown_orders_are_refused(stage: Stage) -> None:
    stage.paid("R")
    stage.propose("R")
    with pytest.raises(UsageError, match="proposed already"):
        stage.propose("R")
    with pytest.raises(UsageError, match="no order RR") as raised:
        propose(stage.store, stage.books(), ADA, ["RR"], "paid")
    assert "R" in str(raised.value.problems[0].hint)
    assert stage.books().candidates[0].worth == {"USD": Decimal("100.00")}


def test_the_books_are_never_older_than_the_day(stage: Stage) -> None:
    stage.paid("R")
    with pytest.raises(UsageError, match="books are as of 2026-10-20"):
        stage.books(date(2026, 10, 19))
    assert export(stage.store, ADA, stage.books)[0] is None
