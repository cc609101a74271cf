"""`recon partners list`, `show`, `history`: who is who on a day, and what was ever said of somebody."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.partners.asked import DayOption, PartnerArgument, day_asked, registry_of
from recon.cli.terminal.console import terminal
from recon.cli.terminal.help import FILES, epilog
from recon.cli.terminal.listing import FormatOption, OutputOption, UnmaskedOption, headed, print_listing
from recon.cli.terminal.options import refuse_unknown

if TYPE_CHECKING:
    from datetime import date

    from recon.partners.registry.registry import Registry

app = typer.Typer()
_COLUMNS = ("partner", "name", "kind", "status", "owner", "above", "region", "programmes", "tags", "entity")


def _only(name: str, metavar: str, words: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(name, metavar=metavar, help=words)
    return option


@app.command(
    "list",
    epilog=epilog(
        "recon partners list --on 2026-10-31",
        "recon partners list --status active --above AGG-PALM --format json",
        statuses=FILES,
    ),
)
def list_partners(
    context: typer.Context,
    on: DayOption = None,
    kind: Annotated[str | None, _only("--kind", "KIND", "Only of this kind, such as agent.")] = None,
    status: Annotated[str | None, _only("--status", "STATUS", "Only in this status, such as active.")] = None,
    owner: Annotated[str | None, _only("--owner", "PERSON", "Only those this person looks after.")] = None,
    above: Annotated[str | None, _only("--above", "WHO", "Only those below this partner or person.")] = None,
    programme: Annotated[str | None, _only("--programme", "NAME", "Only those in this programme.")] = None,
    tag: Annotated[str | None, _only("--tag", "TAG", "Only those with this tag.")] = None,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """List the partners as they are on a day: kind, status, owner, who is above, programmes, tags, payout entity."""
    from recon.partners.registry.tables import KINDS, STATUSES

    day, registry = day_asked(context, on), registry_of(context)
    refuse_unknown("kind", [kind] if kind else None, KINDS)
    refuse_unknown("status", [status] if status else None, STATUSES)
    for name in filter(None, (owner, above)):
        registry.refuse_unknown(name)
    wanted = {"kind": kind, "status": status, "owner": owner}
    rows = [
        row
        for row, everybody in _partners(registry, day)
        if all(value is None or row[_COLUMNS.index(name)] == value for name, value in wanted.items())
        and (above is None or above in everybody)
        and (programme is None or programme in row[7])
        and (tag is None or tag in row[8])
    ]
    print_listing(headed(_COLUMNS), rows, form, output)


def _partners(
    registry: "Registry", day: "date"
) -> "Iterator[tuple[tuple[str, str, str, str, str, str, str, list[str], list[str], str], list[str]]]":
    """The row of each partner there is on a day, and everybody above."""
    from recon.partners.registry.hierarchy import Hierarchy

    tree = Hierarchy(registry)
    for partner in registry.partners:
        about = registry.on("partners", (partner,), day)
        if about is None:
            continue
        everybody = list(tree.above(partner, day))
        status, owner = (
            registry.value(table, (partner,), column, day)
            for table, column in (("statuses", "status"), ("owners", "owner"))
        )
        programmes = [row["programme"] for row in registry.all_on("enrolments", partner, day)]
        tags = [row["tag"] for row in registry.all_on("tags", partner, day)]
        entities = sorted({row["entity"] for row in registry.all_on("payees", partner, day)})
        above = everybody[0] if everybody else ""
        yield (
            (partner, about["name"], about["kind"], status, owner, above, about["region"], programmes, tags,
             ", ".join(entities)),
            everybody,
        )  # fmt: skip


@app.command("show", epilog=epilog("recon partners show AG-05 --on 2026-10-31", statuses=FILES))
def show(
    context: typer.Context,
    partner: PartnerArgument,
    on: DayOption = None,
    unmasked: UnmaskedOption = False,
    form: FormatOption = None,
    output: OutputOption = None,
) -> None:
    """Show everything that holds of a partner or a person on a day, each line with the file and line it comes from."""
    from recon.model.accounts import masked
    from recon.partners.registry.days import said
    from recon.partners.registry.describing import facts_of

    day = day_asked(context, on)
    registry = registry_of(context)
    registry.refuse_unknown(partner)
    rows = [
        (
            one.what,
            masked(one.value) if one.account and not unmasked else one.value,
            said(one.days),
            str(one.place),
        )
        for one in facts_of(registry, partner, day)
    ]
    print_listing(headed(("what", "value", "holds", "place")), rows, form, output)


@app.command("history", epilog=epilog("recon partners history AG-05", statuses=FILES))
def history(
    context: typer.Context, partner: PartnerArgument, form: FormatOption = None, output: OutputOption = None
) -> None:
    """Show all that was ever said of a partner, day by day, and who changed what, when and why."""
    from recon.partners.registry.history import history as told_of

    registry = registry_of(context)
    registry.refuse_unknown(partner)
    rows = [
        (one.when, one.table, one.what, one.by, one.reason)
        for one in told_of(registry, terminal(context).store(), partner)
    ]
    names = ("when", "table", "what", "by", "reason")
    print_listing(headed(names), rows, form, output)
