"""What the channel desk's report says of a period, whatever it is written as."""

from collections.abc import Sequence
from dataclasses import dataclass

from recon.model.periods import Period
from recon.payouts.channels.bills import Bill, Difference
from recon.payouts.channels.campaigns import Campaign, Effect
from recon.payouts.channels.margin import Margin
from recon.payouts.channels.owed import Owed


@dataclass(frozen=True)
class ChannelReport:
    """Everything the report says; `groups` name what `margins` are by, `merchants` are margins by merchant."""

    project: str
    run: str
    period: Period
    bills: Sequence[Bill]
    differences: Sequence[Difference]
    settlements: Sequence[Owed]
    claims: Sequence[Owed]
    campaigns: Sequence[Campaign]
    effects: Sequence[Effect]
    groups: Sequence[str]
    margins: Sequence[Margin]
    merchants: Sequence[Margin]

    @property
    def rows(self) -> int:
        """Rows of all its sheets together."""
        told = (self.bills, self.differences, self.settlements, self.claims, self.campaigns, self.effects)
        return sum(map(len, (*told, self.margins, self.merchants)))
