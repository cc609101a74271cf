"""What the file of a rule set may hold: rules, and the `breaks:` block, which another room owns."""

from pydantic import Field

from recon.breaks.settings import BreakSettings
from recon.rules.ruleset import RuleSet


class RuleSetFile(RuleSet):
    """A rule set with its `breaks:` block, as the file holds it."""

    breaks: BreakSettings | None = Field(
        default=None, description="What open items are called and when they are due."
    )
