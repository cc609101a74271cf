"""What opens over the list: an explanation in full, the source row, the history, what is proposed, the run, help."""

from asyncio import wrap_future
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from textual import work
from textual.screen import Screen

from recon.breaks.casefile import history as sightings
from recon.breaks.casework.decided import pending
from recon.breaks.casework.worked import history
from recon.errors import ReconError
from recon.model.wording import counted, money, plain_words, with_currency
from recon.outputs.told import Line, hidden, named_lines
from recon.tui.acts import sums
from recon.tui.asking import Choose
from recon.tui.screens.pages import Page as ToRead
from recon.tui.screens.pages import help_page, plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recon.breaks.casefile import Break
    from recon.store.four_eyes import Proposal
    from recon.tui.app import ReconApp
    from recon.tui.board import Page
    from recon.tui.looking import Looked


class Opening(Screen[None]):
    """Pages about the break under the cursor, about what is ticked, and about the run."""

    looked: "Looked | None"
    page: "Page | None"
    text: str
    ticked: list[str]

    if TYPE_CHECKING:

        @property
        def desk(self) -> ReconApp: ...
        def chosen(self) -> Sequence[Break]: ...
        def current(self) -> Break | None: ...
        async def judge(self, proposal: Proposal) -> None: ...
        def complain(self, error: ReconError) -> None: ...
        def tell_where(self) -> None: ...
        def forget(self) -> str | None: ...
        def show_list(self, keep: str | None = None) -> None: ...

    def action_help(self) -> None:
        self.app.push_screen(help_page())

    def on_break_list_chosen(self) -> None:
        self.action_explain()

    def action_explain(self) -> None:
        one = self.current()
        if one is None:
            return
        looked = self.desk.looker.look(one)
        lines: list[Line] = [("head", one.reason), ("", f"next: {one.next_step}"), ("", "")]
        if looked.explanation is not None:
            lines += self.desk.teller.explanation_lines(looked.explanation)
        self.app.push_screen(ToRead(f"Why {one.break_id[:8]} broke", lines))

    def action_source(self) -> None:
        one = self.current()
        explanation = self.desk.looker.look(one).explanation if one else None
        if one is None or explanation is None:
            self.notify("this break is about a whole statement", severity="warning")
            return
        entry = explanation.entry
        lines: list[Line] = list(self.desk.teller.entry_lines(entry))
        lines += [("", ""), ("head", f"As it was read: {entry.place}")]
        secrets = () if self.desk.teller.unmasked else (entry.account, entry.counterparty_account)
        raw: dict[str, Any] = self.desk.looker.raw(entry.entry_id)
        lines += named_lines({name: hidden(value, secrets) for name, value in raw.items()})
        self.app.push_screen(ToRead(entry.place, lines))

    def action_history(self) -> None:
        one = self.current()
        if one is None:
            return
        lines: list[Line] = [("head", "What people did")]
        for done in history(self.desk.store.ledger, one.break_id):
            undone = "  (undone)" if done.undone else ""
            lines.append(("", f"  {done.at:.16}  {done.by:12}  {done.act}  {done.words}{undone}"))
        if len(lines) == 1:
            lines.append(("dim", "  nothing yet"))
        lines += [("", ""), ("head", "What it was in each run")]
        for seen in sightings(one.break_id, self.desk.store.up_to(self.desk.run_shown)):
            amount = with_currency(seen.amount, one.currency)
            lines.append(
                (
                    "",
                    f"  {seen.as_of}  {seen.state:10}  {seen.kind}  {amount}  {counted(seen.age_days, 'day')} old",
                )
            )
        self.app.push_screen(ToRead(f"History of {one.break_id[:8]}", lines))

    def action_group(self) -> None:
        lines = list(_group_lines(self.chosen()))
        self.app.push_screen(ToRead("Group match: esc, then m makes it", lines))

    @work
    async def action_proposals(self) -> None:
        waiting = pending(self.desk.store.ledger)
        if not waiting:
            self.notify("nothing waits for a second person")
            return
        options = [_proposed(one) for one in waiting]
        answer = await self.app.push_screen_wait(Choose("Waits for a second person", options))
        if answer is not None:
            await self.judge(waiting[options.index(answer)])

    def action_summary(self) -> None:
        self.app.push_screen(
            ToRead(f"Run {self.desk.run_shown.identity}", list(_run_lines(self.desk.run_shown.manifest)))
        )

    @work(exclusive=True, group="export")
    async def action_export(self) -> None:
        page, run = self.page, self.desk.run_shown.identity
        if page is None:
            return
        self.notify(f"{counted(len(page), 'row')} to be written …")
        folder = self.desk.project.reports_dir / run
        try:
            path = await wrap_future(self.desk.board.write(self.text, folder))
        except ReconError as error:
            self.complain(error)
        else:
            self.notify(
                f"{counted(len(page), 'break')} written to {self.desk.project.relative(path)}", markup=False
            )

    def action_copy(self) -> None:
        one = self.current()
        if one is not None:
            facts: dict[str, object] = {
                "break": one.break_id, "kind": one.kind, "amount": with_currency(one.amount, one.currency),
                "date": one.business_date, "reference": one.reference, "counterparty": one.counterparty,
                "why": one.reason, "next": one.next_step,
            }  # fmt: skip
            self.app.copy_to_clipboard(plain_text(list(named_lines(facts, 0))))
            self.notify("copied")

    def action_newest(self) -> None:
        newest = self.desk.store.latest_run()
        if newest is None or newest.identity == self.desk.run_shown.identity:
            self.notify("this is the newest run")
            return
        keep = self.forget()
        self.desk.go_on_with(newest)
        self.tell_where()
        self.show_list(keep)


def _group_lines(items: "Sequence[Break]") -> Iterator[Line]:
    """Each item with the running difference, then both sides and what is between them."""
    for number, one in enumerate(items, start=1):
        left, right, difference = (money(amount, one.currency) for amount in sums(items[:number]))
        amount = with_currency(one.amount, one.currency)
        yield (
            "",
            f"{one.side or '':5}  {one.break_id[:8]}  {amount:>20}   running {difference:>16}  {one.reference or ''}",
        )
        if number == len(items):
            yield "", ""
            yield "head", f"left {left} · right {right} · difference {difference} {one.currency}"
    if not items:
        yield "dim", "nothing is ticked"


def _proposed(one: "Proposal") -> str:
    amounts = ", ".join(with_currency(amount, code) for code, amount in one.ask.amounts.items())
    return f"{one.number}  {plain_words(one.ask.act)}  {amounts}  by {one.by}: {one.ask.reason}"


def _run_lines(run: Any) -> Iterator[Line]:  # noqa: ANN401  (a manifest)
    yield "head", f"{run['verdict']} · proof {run['proof']}"
    yield from named_lines(run["counts"])
    for ruleset in run["rulesets"]:
        rate = ruleset["match_rate"]
        yield "", ""
        yield "head", f"{ruleset['title']}  ({ruleset['name']})"
        for side in ("left", "right"):
            yield "", f"  {side:5} {rate[f'{side}_matched']} of {rate[f'{side}_count']} matched"
        for one in ruleset["passes"]:
            yield "", f"  {one['name']}: {counted(one['matches'], 'match')}, {one['suggested']} suggested"
