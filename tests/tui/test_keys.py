"""Ten breaks of October worked by keys alone; what was pressed is in the ledger, as if commands had done it."""

import csv
from decimal import Decimal
from typing import Any, Final

from typer.main import get_command

from recon.breaks.cases.case import cases
from recon.breaks.casework.decided import decisions, pending
from recon.breaks.casework.worked import book
from recon.cli.app import build, run
from recon.tui.keys import HELP, OTHERS, SHOWN
from tests.tui.stage import Desk, Stage

ROUTING: Final = """
routes:
  - name: fees
    where: kind = 'fee_overcharge' and currency = 'NGN'
    owner: ada
    priority: high
    due: {days: 5}
"""


def test_ten_breaks_worked_by_keys(stage: Stage) -> None:
    async def ada(desk: Desk) -> None:
        await desk.go_to("TM2610190012")  # missing at the processor: assigned
        assert "missing in processor" in desk.text
        await desk.press("a")
        await desk.type("")
        await desk.filter("TM2610310102")  # paid after the cut-off: a matter of time
        await desk.press("s")
        await desk.type("later")
        await desk.go_to("TM2610240032")  # over the cap: claimed
        assert "1,280.00" in desk.text
        await desk.press("c")
        await desk.type("claimed")
        await desk.press("t")
        await desk.type("claim")
        await desk.filter("TM2610140004")  # a kobo: written off
        await desk.press("w")
        await desk.type("kobo")
        await desk.filter("TM2610110043")  # failed in the book: investigated
        await desk.press("r", "down", "enter")
        await desk.type("asked")
        await desk.filter("TM2609184471")  # a chargeback of a trial: excluded
        await desk.press("X")
        await desk.type("trial")
        await desk.filter("TM2610100005")  # a refund promised: due on a day
        await desk.press("d")
        await desk.type("2026-11-05")
        await desk.go_to("TM2610020004 side:left")  # the wrong currency: explained in full
        await desk.press("e")
        assert "currency" in desk.text
        await desk.press("escape")
        await desk.go_to("TM2610120050")  # twice at the processor: the line as it was read
        await desk.press("o")
        assert "As it was read: sample_data/miniapp_settlement/data/processor/" in desk.text
        await desk.press("escape")
        await desk.filter("PG26294329113")  # a credit without a narration: commented, and undone
        await desk.press("c")
        await desk.type("wrong")
        await desk.press("z")
        await desk.type("other")
        await desk.press("h")
        assert "wrong  (undone)" in desk.text

    stage.play(ada, by="ada")
    worked = {one.break_id: one for one in book(stage.store.ledger).worked.values()}
    told = sorted(
        (one.owner, str(one.status), one.comment, " ".join(one.tags), str(one.due or ""))
        for one in worked.values()
    )
    assert told == [
        ("", "investigating", "asked", "", ""),
        ("", "open", "", "", ""),
        ("", "open", "", "", ""),
        ("", "open", "", "", "2026-11-05"),
        ("", "open", "claimed", "claim", ""),
        ("", "timing", "later", "", ""),
        ("", "write-off", "", "", ""),
        ("ada", "open", "", "", ""),
    ]
    assert [(one.ask.act, one.by) for one in pending(stage.store.ledger)] == [
        ("write_off", "ada"),
        ("exclude", "ada"),
    ]

    async def nobody_approves_their_own(desk: Desk) -> None:
        await desk.press("P", "enter", "enter")
        assert "ada" in desk.told

    stage.play(nobody_approves_their_own, by="ada")
    assert len(pending(stage.store.ledger)) == 2

    async def bello(desk: Desk) -> None:
        await desk.press("P", "enter", "enter")
        await desk.press("P", "enter", "down", "enter")
        await desk.type("ours")

    stage.play(bello, by="bello")
    assert pending(stage.store.ledger) == []
    assert [(one.act, one.by, one.approved_by) for one in decisions(stage.store.ledger)] == [
        ("write_off", "ada", ("bello",))
    ]


def test_items_ticked_are_matched_with_their_difference_said(stage: Stage) -> None:
    async def scene(desk: Desk) -> None:
        await desk.filter("kind:unexp currency:NGN")
        credit = desk.breaks.here
        await desk.press("space")
        await desk.filter("TM2610300008")
        await desk.press("space")
        assert "2 ticked · left " in desk.text
        await desk.press("g")
        assert "difference" in desk.text
        await desk.press("escape", "m")
        await desk.type("same")
        await desk.type("short")
        assert credit not in desk.breaks.ticked
        await desk.filter("TM2610190012")
        await desk.press("S")
        await desk.type("1.00 rest")
        await desk.type("two")
        assert "into 2 parts" in desk.told

    stage.play(scene, by="ada")
    decided, apart = decisions(stage.store.ledger)
    assert (decided.act, apart.act) == ("manual_match", "split")
    content: dict[str, Any] = dict(decided.content)
    assert content["difference"]["is"] == "short"
    assert Decimal(content["difference"]["amount"]) != 0


def test_what_a_night_brings_is_told_and_f5_goes_on_with_it(stage: Stage) -> None:
    async def scene(desk: Desk) -> None:
        before = desk.shown
        late = "sample_data/miniapp_settlement/late/orders_2026-10-late.csv"
        folder = str(stage.project.root)
        source = ["--source", "internal_orders", str(stage.project.root / late)]
        assert run(["--quiet", "--project", folder, "ingest", *source]) == 0
        assert run(["--quiet", "--project", folder, "run", "--period", "2026-10", "--fail-on", "none"]) == 0
        desk.breaks.look_around()
        await desk.settled()
        assert "f5 goes on with it" in desk.text
        await desk.press("f5")
        assert desk.shown == before - 6

    stage.play(scene)


def test_rules_of_routing_are_seen_and_filtered_by(stage: Stage) -> None:
    (stage.project.configs / "routing.yaml").write_text(ROUTING)

    async def scene(desk: Desk) -> None:
        await desk.filter("owner:ada priority:high")
        assert desk.shown == 4
        assert "owner ada · priority high" in desk.text
        await desk.press("a")
        await desk.type("")
        await desk.filter("owner:ben priority:high")
        assert desk.shown == 1
        await desk.filter("due:2026-10-07 kind:fee_over")
        assert "2026-10-02   29  2026-10-07  ben" in desk.text
        await desk.press("x")
        await desk.workers()
        assert "1 break written to reports/" in desk.told
        await desk.press("A")
        await desk.type("bank fees")
        await desk.type("charged")

    stage.play(scene, by="ben")
    (file,) = stage.project.reports_dir.glob("*/breaks.csv")
    assert file.stat().st_mode & 0o777 == 0o600
    (row,) = csv.DictReader(file.open(encoding="utf-8", newline=""))
    assert (row["kind"], row["amount"], row["owner"], row["priority"]) == (
        "fee_overcharge",
        "470.00",
        "ben",
        "high",
    )
    (waits,) = pending(stage.store.ledger)
    assert (waits.ask.act, waits.ask.content["account"]) == ("adjust", "bank fees")


def test_every_key_is_offered_by_name_and_every_command_that_is_named_exists(stage: Stage) -> None:
    async def scene(desk: Desk) -> None:
        offered = {one.title for one in desk.app.get_system_commands(desk.app.screen)}
        assert {one.description for one in (*SHOWN, *OTHERS)} <= offered

    stage.play(scene)
    for command in (one.strip() for _, _, said in HELP for one in said.split(",") if said):
        found: Any = get_command(build())
        words = command.split()
        if words[0] in {"approve", "refuse"}:
            words.insert(0, "breaks")
        while words and hasattr(found, "commands"):
            found = found.commands[words.pop(0)]
        known = {option for parameter in found.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, command
        needed = {one.opts[0] for one in found.params if one.required and one.opts[0].startswith("--")}
        assert needed <= set(words), command


def test_a_filter_that_cannot_be_read_says_why(stage: Stage) -> None:
    async def scene(desk: Desk) -> None:
        shown = desk.shown
        await desk.press("slash")
        await desk.type("aeg:>30")
        assert "did you mean" in desk.told
        assert desk.shown == shown

    stage.play(scene)


def test_a_case_is_opened_and_resolved_by_keys(stage: Stage) -> None:
    async def scene(desk: Desk) -> None:
        await desk.filter("TM2610190012")
        await desk.press("C", "enter")
        await desk.type("Miller")
        await desk.type("where")
        await desk.press("C", "down", "enter", "end", "enter", "enter")
        await desk.type("lost")

    stage.play(scene, by="ada")
    (case,) = cases(stage.store.ledger)
    assert (case.asked_by, case.status, case.resolution) == (
        "Miller",
        "resolved",
        "lost",
    )
    assert case.links[0].what == "break"
