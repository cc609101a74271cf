"""Whether a payout is still what the books say: a late file or an edited plan sends it back to be calculated."""

from recon.payouts.books.run_books import books_of
from recon.payouts.desk.basis import basis_of
from recon.payouts.desk.covering import too_early
from recon.payouts.desk.refunds import late_refunds, without_late_refunds
from recon.payouts.desk.registry import holds_now
from recon.payouts.desk.shelf import PLAN_FILE, PublishedPayout, Shelf
from recon.payouts.library import plans_in
from recon.payouts.periods.breaks_held import held_by, held_entries
from recon.payouts.periods.credited import credited_books
from recon.project.workspace import Project
from recon.store.store import Store


def why_outdated(project: Project, store: Store, payout: PublishedPayout) -> str | None:
    """Why a payout has to be calculated again; None when the latest run and the plan still give the same.

    It looks at the plan's file, the payouts it builds on, the days that its run covers, whom the registry holds, the
    entries it counted and the breaks that hold them.
    """
    shelf = Shelf(store)
    line = shelf.line(payout.plan, payout.period)
    periods = [*(one.period for one in line), payout.period]
    if [one.identity for one in line] != payout.manifest["inputs"]["line"]:
        return "an earlier period was calculated again"
    version = payout.manifest["version"]
    plans = plans_in(project.plans_dir, project.relative)
    filed = [one for one in plans if one.plan.version == version]
    if not filed:
        return f"the plan {version} is gone"
    paid_on, versions = store.run(str(payout.manifest["run"])), [one.plan for one in plans]
    if early := too_early(shelf, paid_on, versions, [payout.plan], payout.period):
        return early[0].message
    if filed[0].document.sha256 != payout.manifest["inputs"]["files"][PLAN_FILE]:
        return f"{filed[0].document.shown} was edited"
    payees = {row["payee"] for row in payout.payouts}
    if payees & holds_now(project, store, payout.period).keys() - payout.known.holds.keys():
        return "the registry of partners holds payees of it now"
    run = store.latest_run()
    if run is None or run.identity == payout.manifest["run"]:
        return None
    plan, period, known = payout.as_written, payout.period, payout.known
    machine = project.settings.run
    with books_of(store, run, machine.memory_mb, machine.threads) as (engine, all_books):
        flagged = held_by(engine, plan, all_books, known.flags)
        refunds = late_refunds(engine, [*(one.as_written for one in line), plan], flagged, periods)
        books = credited_books(engine, plan, flagged, period, known)
        books = without_late_refunds(engine, books, refunds)
        if basis_of(engine, plan, books, period, known) != payout.manifest["basis"][str(period)]:
            return f"run {run.identity} has other entries for it"
        held = {(one.entry_id, one.break_id) for one in held_entries(engine, plan, books, period)}
    before = {(row["entry_id"], row["break_id"]) for row in payout.table("held").to_pylist()}
    return f"run {run.identity} has other breaks on its entries" if held != before else None
