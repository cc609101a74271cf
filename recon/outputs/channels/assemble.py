"""From the channel desk of a period to its report."""

from recon.outputs.channels.report import ChannelReport
from recon.payouts.channels.bills import bills, differences
from recon.payouts.channels.campaigns import campaigns, effects
from recon.payouts.channels.desk import Desk
from recon.payouts.channels.margin import margins
from recon.payouts.channels.owed import owed
from recon.payouts.desk.shelf import Shelf
from recon.payouts.plan.plan import Purpose
from recon.store.published import Published
from recon.store.store import Store


def channel_report(project: str, store: Store, run: Published, desk: Desk) -> ChannelReport:
    """Everything that the desk, laid out over a run, says of its period; `project` is the project's name."""
    shelf, groups = Shelf(store), list(desk.settings.by)
    merchant = "merchant" if "merchant" in groups else None
    others = [name for name in groups if name != merchant]
    return ChannelReport(
        project=project,
        run=run.identity,
        period=desk.period,
        bills=bills(desk.engine, desk.settings, run, desk.period),
        differences=differences(desk.engine, desk.settings, desk.period),
        settlements=owed(shelf, desk.period, Purpose.SETTLE),
        claims=owed(shelf, desk.period, Purpose.CLAIM),
        campaigns=campaigns(desk),
        effects=effects(desk, merchant),
        groups=others,
        margins=margins(desk, others),
        merchants=margins(desk, [merchant]) if merchant else [],
    )
