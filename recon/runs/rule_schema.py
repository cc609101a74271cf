"""What any file under `configs/rules` may hold, for editors. To build it takes longer than to read most of them."""

from pydantic import RootModel

from recon.rules.ruleset import Chain
from recon.runs.rule_files import RuleSetFile


class RuleFile(RootModel[RuleSetFile | Chain]):
    """What a file under `configs/rules` may hold."""
