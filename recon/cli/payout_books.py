"""What the commands over plans and payouts share: the books of a run, plans in force, payouts stored or previewed."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recon.cli.terminal.console import terminal
from recon.errors import Problem, UsageError

if TYPE_CHECKING:
    from decimal import Decimal

    from recon.engines.duck import DuckEngine
    from recon.model.periods import Period
    from recon.payouts.books.activity import Books
    from recon.payouts.desk.moves import Moved
    from recon.payouts.desk.running import Asked
    from recon.payouts.desk.shelf import PublishedPayout
    from recon.payouts.library import Filed
    from recon.payouts.periods.known_facts import KnownFact
    from recon.payouts.periods.period import Known, LeftOut
    from recon.payouts.plan.plan import Plan

PaidOnOption = Annotated[str, typer.Option("--run", metavar="RUN", help="The run whose matches are paid on.")]
FactsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--facts",
        metavar="FILE",
        help="What is known of payees, as CSV or Excel: payee, what, name, value, from, until; may be repeated. "
        "Without it, `configs/partners/facts/` and the registry of partners.",
    ),
]
AdjustmentsOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--adjustments",
        metavar="FILE",
        help="Bonuses, corrections and clawbacks by hand, as CSV or Excel, each with author and approver; may be "
        "repeated. Without it, `configs/partners/adjustments/`.",
    ),
]
Wanted = Annotated[
    list[str] | None, typer.Option("--plan", metavar="NAME", help="Only this plan; may be repeated.")
]


@contextmanager
def opened_books(context: typer.Context, run: str) -> Iterator[tuple["DuckEngine", "Books"]]:
    """The books of a run, in an engine as large as the project's settings allow."""
    from recon.payouts.books.run_books import books_of
    from recon.store.store import Store

    project = terminal(context).project()
    store = Store.open(project)
    machine = project.settings.run
    with books_of(store, store.run(run), machine.memory_mb, machine.threads) as held:
        yield held


def filed_plans(context: typer.Context, names: Sequence[str] | None) -> "list[Filed]":
    """The project's plans, all versions, of these names or all."""
    from recon.payouts.library import named, plans_in

    project = terminal(context).project()
    return named(plans_in(project.plans_dir, project.relative), list(names or []))


def looked_at(context: typer.Context, names: Sequence[str] | None) -> "list[Filed]":
    """The project's plans as `filed_plans`; a name that none of them has may be that of a shipped plan."""
    from recon.payouts.library import named, plans_in, shipped_plans

    project = terminal(context).project()
    own = plans_in(project.plans_dir, project.relative)
    known = {one.plan.plan for one in own}
    if not set(names or ()) <= known:
        own += [one for one in shipped_plans() if one.plan.plan in set(names or ()) - known]
    return named(own, list(names or []))


def filed_in_force(filed: "Sequence[Filed]", period: "Period") -> "list[Filed]":
    """The version of each plan that pays the period, with its file. Rate cards pay nobody."""
    from recon.payouts.plan.plan import Purpose

    plans = {plan.version for plan in in_force(filed, period) if plan.purpose is not Purpose.VERIFY_FEES}
    return [one for one in filed if one.plan.version in plans]


def refuse_rate_cards(filed: "Sequence[Filed]", named: Sequence[str] | None) -> None:
    """Refuse to pay by a plan that was named and is a rate card.

    Raises:
        UsageError: with every such plan.
    """
    from recon.payouts.plan.plan import Purpose

    problems = [
        Problem(
            "rate-card",
            f"{one.plan.version} is a rate card, and pays nobody",
            one.document.place(("purpose",)),
            f"`recon payouts verify-fees --card {one.plan.plan}` compares what was charged with it",
        )
        for one in filed
        if named and one.plan.purpose is Purpose.VERIFY_FEES
    ]
    if problems:
        raise UsageError(*problems)


def refuse_none(plans: "Sequence[Filed]", period: "Period") -> None:
    """Refuse a period that no plan pays.

    Raises:
        UsageError: there is no plan.
    """
    if not plans:
        hint = "`recon plans show` tells from when each is"
        raise UsageError(Problem("no-plan", f"no plan is in force in {period}", hint=hint))


def in_force(filed: "Sequence[Filed]", period: "Period") -> "list[Plan]":
    """The version of each plan that pays the period."""
    from recon.payouts.plan.plan import version_in

    plans = [one.plan for one in filed]
    versions = (version_in(plans, name, period) for name in sorted({plan.plan for plan in plans}))
    return [plan for plan in versions if plan is not None]


def facts_of(context: typer.Context, facts: Sequence[Path] | None) -> "list[KnownFact]":
    """What is known of payees, from these files or those of the project and its registry of partners."""
    from recon.payouts.desk.registry import registry_known
    from recon.payouts.desk.running import tables_of
    from recon.payouts.periods.known_facts import read_facts

    project = terminal(context).project()
    known = registry_known(project, terminal(context).store()) if facts is None else []
    paths = tables_of(project, "facts") if facts is None else facts
    return known + [fact for path in paths for fact in read_facts(path, project.relative(path))]


def known_of(context: typer.Context, facts: Sequence[Path] | None, period: "Period") -> "Known":
    """What is known of payees in a period, from these files or those of the project."""
    from recon.payouts.periods.known_facts import known_in

    return known_in(facts_of(context, facts), period)


def moves_of(
    context: typer.Context, period: "Period", only: Sequence[str] | None, run: str, facts: Sequence[Path] | None
) -> "Iterator[Moved]":
    """Who would move on the ladders in force at the end of a period, and why.

    The books of the run are looked at where a plan measures figures of its own.
    """
    from recon.payouts.desk.moves import measured_now, moves
    from recon.payouts.desk.shelf import Shelf

    known = known_of(context, facts, period)
    shelf = Shelf(terminal(context).store())
    plans = in_force(filed_plans(context, only), period)
    measured = {}
    if measuring := [plan for plan in plans if plan.figures]:
        with opened_books(context, run) as (engine, books):
            measured = {
                plan.version: measured_now(engine, books, shelf, plan, period, known) for plan in measuring
            }
    for plan in plans:
        yield from moves(shelf, plan, period, known, measured.get(plan.version))


def asked_for(
    context: typer.Context,
    period: str,
    run: str,
    facts: Sequence[Path] | None,
    adjustments: Sequence[Path] | None = None,
) -> "Asked":
    """What a payout is asked for, with the project's own files where none are named.

    Every row of the adjustments is checked, so that none is passed over.
    """
    from recon.model.periods import Period
    from recon.payouts.adjustment_file import check_adjustments
    from recon.payouts.desk.registry import registry_material
    from recon.payouts.desk.running import Asked, tables_of
    from recon.store.store import Store

    project = terminal(context).project()
    store = Store.open(project)
    wanted = Period.parse(period)
    chosen = [path.absolute() for path in facts] if facts is not None else tables_of(project, "facts")
    registry = registry_material(project, store) if facts is None else []
    by_hand = [path.absolute() for path in adjustments] if adjustments is not None else None
    by_hand = by_hand if by_hand is not None else tables_of(project, "adjustments")
    plans = [one.plan for one in filed_plans(context, None)]
    for path in by_hand:
        check_adjustments(path, project.relative(path), plans, wanted, stays=adjustments is None)
    return Asked(project, store, store.run(run), wanted, chosen, by_hand, registry)


@contextmanager
def standing_or_previewed(
    context: typer.Context, period: str, only: Sequence[str] | None, run: str, facts: Sequence[Path] | None
) -> "Iterator[Iterator[PublishedPayout]]":
    """The payouts of a period: those that are stored, or, where none is, those that would be."""
    from recon.model.periods import Period
    from recon.payouts.desk.running import preview
    from recon.payouts.desk.shelf import Shelf
    from recon.store.scratch import scratch_folder
    from recon.store.store import Store

    told = terminal(context)
    project = told.project()
    stored = Shelf(Store.open(project)).standing(Period.parse(period), list(only or []))
    if stored and facts is None:
        yield iter(stored)
        return
    asked = asked_for(context, period, run, facts)
    plans = filed_in_force(filed_plans(context, only), asked.period)
    refuse_none(plans, asked.period)
    told.say(f"no payout of {period} is stored; calculated now")
    say_if_early(context, asked, plans)
    with scratch_folder(project.temporary_dir, "payouts-") as folder:
        yield preview(asked, plans, folder)


def say_if_early(context: typer.Context, asked: "Asked", plans: "Sequence[Filed]") -> None:
    """Say of amounts that are only looked at why they could not be paid yet."""
    from recon.payouts.desk.running import why_early

    for problem in why_early(asked, plans):
        terminal(context).say(f"a preview, not to be paid: {problem.message}")


def say_left_out(context: typer.Context, plan: "Plan", period: "Period", left_out: "Iterable[LeftOut]") -> None:
    """Say which entries a plan counts and pays nobody for, why, and what to do; what another plan pays is not said."""
    from recon.payouts.periods.other_currencies import paid_by

    others: list[Plan] | None = None
    for left in left_out:
        if left.currency != plan.currency:
            others = plans_of_days(context, period) if others is None else others
            if paid_by(plan, left.component, left.currency, others) is not None:
                continue
        what = f"{left.entries} {left.reason}, {shown(left.amount, left.currency)} {left.currency}"
        terminal(context).say(f"{plan.version}: {what}{'; ' if left.hint else ''}{left.hint}")


def plans_of_days(context: typer.Context, period: "Period") -> "list[Plan]":
    """The versions of plans that count any day of a period; none where the plans cannot be read now."""
    from recon.errors import ConfigError

    try:
        filed = filed_plans(context, None)
    except ConfigError:
        return []
    days = ((one.plan, one.plan.days(period)) for one in filed)
    return [plan for plan, (first, last) in days if first <= last]


def shown(amount: "Decimal | None", currency: str | None = None) -> "Decimal | None":
    """An amount with the digits that it has, at least those of the currency; a ratio with those that money has."""
    from decimal import Decimal

    from recon.model.money import plain
    from recon.payouts.rows import exact

    return None if amount is None else Decimal(plain(exact(amount), currency))
