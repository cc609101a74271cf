"""The two panels under the list: the candidate beside the break, and why the break did not match."""

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text
from textual.containers import VerticalScroll
from textual.widgets import Static

from recon.breaks.casefile import Break
from recon.breaks.casework.work import Worked
from recon.model.safe_text import printable
from recon.model.wording import plain_words
from recon.outputs.told import STYLES, Line, Teller
from recon.tui.looking import SAME, Candidate, Looked, compared


def told(lines: Iterable[Line]) -> Text:
    """Lines with their colours, control characters left out."""
    text = Text()
    for style, line in lines:
        text.append(f"{printable(line)}\n", STYLES[style])
    return text


class Panel(VerticalScroll):
    """A bordered panel that scrolls and shows one thing at a time."""

    can_focus = False

    def __init__(self, name: str, title: str) -> None:
        super().__init__(id=name, classes="panel")
        self.border_title = title
        self._body = Static(id=f"{name}-body", markup=False)

    def compose(self) -> Iterable[Static]:
        yield self._body

    def show(self, content: Text | Table | str) -> None:
        """Show something from its beginning."""
        self._body.update(content)
        self.scroll_home(animate=False)


class CandidatePanel(Panel):
    """The break's entry and a candidate, field by field; what differs is marked and reversed."""

    def __init__(self) -> None:
        super().__init__("candidate", "Candidate")

    def looking(self) -> None:
        """Show that candidates are looked for."""
        self.border_title = "Candidate"
        self.show("looking …")

    def candidate(self, looked: Looked, number: int, teller: Teller) -> None:
        """Show one of the candidates; `number` counts from 0."""
        found = looked.candidates
        if looked.explanation is None or not found:
            self.border_title = "Candidate 0/0"
            self.show("nothing lies near it" if looked.explanation else "a statement has no candidates")
            return
        one = found[number]
        self.border_title = f"Candidate {number + 1}/{len(found)} · {one.pass_name} · {one.verdict}"
        self.show(_beside(looked, one, teller))


def _beside(looked: Looked, one: Candidate, teller: Teller) -> Table:
    table = Table(box=None, padding=(0, 1), show_header=True, header_style="bold", expand=True)
    table.add_column("")
    table.add_column("this break", ratio=1, overflow="fold")
    table.add_column("")
    table.add_column("candidate", ratio=1, overflow="fold")
    entry = looked.explanation.entry if looked.explanation else one.entry
    for row in compared(entry, one.entry, teller):
        style = "" if row.mark == SAME else "reverse"
        table.add_row(Text(row.field, "dim"), Text(row.left), Text(row.mark), Text(row.right, style))
    for gate in one.failed:
        table.add_row(Text("NO", "bold red"), Text(gate.name), Text(""), Text(gate.words))
    return table


class WhyPanel(Panel):
    """What the break is, the next step, and each pass with its verdict and its nearest miss."""

    def __init__(self) -> None:
        super().__init__("why", "Why it broke")

    def why(self, one: Break, worked: Worked, said: tuple[str, str], looked: Looked | None) -> None:
        """Show what is known, with owner and priority; the passes as soon as they are worked out."""
        self.show(told([*_about(one, worked, *said), *_passes(one, looked)]))


def _about(one: Break, worked: Worked, owner: str, priority: str) -> Iterable[Line]:
    yield "head", f"{plain_words(one.kind)}: {one.reason}"
    yield "", f"next: {one.next_step}"
    facts = [
        f"owner {owner}" if owner else "",
        f"priority {priority}" if priority != "normal" else "",
        f"tags {' '.join(worked.tags)}" if worked.tags else "",
    ]
    facts += [f"waits: {spoken}" for spoken in _waiting(worked)]
    if any(facts):
        yield "", " · ".join(filter(None, facts))
    if worked.comments:
        last = worked.comments[-1]
        yield "dim", f"{last.by}: {last.words}"
    yield "", ""


def _waiting(worked: Worked) -> Iterable[str]:
    for proposal in worked.proposals:
        yield f"{plain_words(proposal.ask.act)} by {proposal.by}, proposal {proposal.number}"


def _passes(one: Break, looked: Looked | None) -> Iterable[Line]:
    if looked is None:
        yield "dim", "looking for the nearest candidates …"
        return
    if looked.explanation is None:
        yield "dim", "this is about a whole statement, which no pass looks at"
        return
    for number, verdict in enumerate(looked.explanation.passes, start=1):
        yield "head", f"{number}. {verdict.pass_name}: {verdict.verdict}"
        yield "", f"   {verdict.reason}"
        for candidate in verdict.candidates[:1]:
            for gate in candidate.failed:
                yield "no", f"   NO {gate.name}: {gate.words}"
    yield "", ""
    yield "dim", f"source {one.source} · account {Teller().account(one.account)} · first seen {one.first_seen}"
