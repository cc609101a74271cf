"""What a file under `configs/rules` may hold: rules, and the `breaks:` block, which another room owns."""

from pydantic import Field, RootModel

from recon.breaks.settings import BreakSettings
from recon.rules.ruleset import Chain, RuleSet


class RuleSetFile(RuleSet):
    """A rule set with its `breaks:` block, as the file holds it."""

    breaks: BreakSettings | None = Field(
        default=None, description="What open items are called and when they are due."
    )


class RuleFile(RootModel[RuleSetFile | Chain]):
    """What a file under `configs/rules` may hold."""
