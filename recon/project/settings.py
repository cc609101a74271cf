"""What `recon.toml` says: the name of the project, its folders, and how a run behaves unless told otherwise.

Business rules are not here; they are YAML files under `configs/`. What only concerns the machine (memory,
threads, log format) may also stand in the user's own file and in the environment: it never changes a result.
"""

from pathlib import PurePosixPath
from typing import Annotated, Final

from pydantic import AfterValidator, Field, model_validator

from recon.project.cases import CaseSettings
from recon.project.choices import FailOn, LogFormat
from recon.project.models import ConfigModel, refuse
from recon.project.nights import CloseSettings, NotifySettings, RetentionSettings
from recon.project.people import FourEyesSettings, PersonSettings, RoleSettings, people_faults


def _inside_the_project(folder: str) -> str:
    path = PurePosixPath(folder)
    if path.is_absolute() or ".." in path.parts or "\\" in folder or not path.parts:
        raise ValueError(f"`{folder}` is not a folder inside the project; write it relative to `recon.toml`")
    return path.as_posix()


Folder = Annotated[str, AfterValidator(_inside_the_project)]


def _some_levels(levels: tuple[str, ...]) -> tuple[str, ...]:
    if not levels or not all(levels) or len(set(levels)) != len(levels):
        raise ValueError("give at least one level of approval, each with its own name")
    return levels


class Folders(ConfigModel):
    """The project: its name and where its folders are, relative to `recon.toml`."""

    name: str = Field(min_length=1, description="Name of the project, as it stands on reports.")
    configs: Folder = Field(
        default="configs",
        description="Folder of the configuration: `sources/`, `rules/`, `rates/`, `plans/` and the tables they "
        "name.",
    )
    store: Folder = Field(
        default="store",
        description="Folder of what was taken in and decided: ledger, entries, temporary files.",
    )
    runs: Folder = Field(default="runs", description="Folder of finished runs.")
    reports: Folder = Field(default="reports", description="Folder that reports are written to.")


ENTRIES_ALONE: Final = 250_000
"""Up to so many entries, two threads wait for one another longer than they help one another: at 200,000, a second one
costs 6 % more CPU and 10 MB, and takes no second off the run."""
ENTRIES_AT_HOME: Final = 3_000_000
"""So many entries are matched in the memory of the default; of more, tables begin to spill one another."""
MORE_MB: Final = 125
"""For each million entries beyond, unless memory is set: ten million orders and their books then spill little."""
MOST_MB: Final = 3_000
"""No run takes more unasked."""


class MachineSettings(ConfigModel):
    """How much of the machine a run may take; no result depends on it."""

    memory_mb: int = Field(
        default=850,
        ge=100,
        description="Memory for matching in megabytes; beyond it, work spills to the store's temporary folder. While "
        "it is not set, more than three million entries have 125 more for each further million, up to 3,000 in all.",
    )
    threads: int = Field(
        default=2, ge=1, le=64, description="Most threads for matching; up to 250,000 entries, one is enough."
    )

    def threads_for(self, entries: int) -> int:
        """Threads for matching so many entries: as many as may be, where there is work for them."""
        return 1 if entries <= ENTRIES_ALONE else self.threads

    def memory_for(self, entries: int) -> int:
        """Megabytes for matching so many entries: what is set, else what they need so that little spills."""
        if "memory_mb" in self.model_fields_set:
            return self.memory_mb
        more = max(0, entries - ENTRIES_AT_HOME) * MORE_MB // 1_000_000
        return min(self.memory_mb + more, MOST_MB)


class RunSettings(MachineSettings):
    """How `recon run` behaves unless its options say otherwise."""

    rulesets: tuple[str, ...] | None = Field(
        default=None, description="Rule sets to run, in this order; all under `configs/rules` when absent."
    )
    chains: tuple[str, ...] | None = Field(
        default=None, description="Chains to report; all under `configs/rules` when absent."
    )
    max_refused: int = Field(
        default=0, ge=0, description="Refused rows a file may have before the run is refused (exit status 3)."
    )
    fail_on: FailOn = Field(
        default="breaks",
        description="What makes a sound run exit 1: any break, only breaks past their due date, or nothing.",
    )


class PayoutSettings(ConfigModel):
    """How payouts are approved."""

    approvals: Annotated[tuple[str, ...], AfterValidator(_some_levels)] = Field(
        default=("regional", "central"),
        description="Levels of approval, in order; each by another person, and the last one closes the payout's "
        "period.",
    )


class LogSettings(ConfigModel):
    """How progress is told on stderr."""

    format: LogFormat = Field(
        default="auto", description="`text`, `json`, or `auto`: text on a terminal and JSON lines otherwise."
    )


class Settings(ConfigModel):
    """Everything a `recon.toml` may say."""

    project: Folders = Field(description="The project: its name and its folders.")
    run: RunSettings = Field(
        default=RunSettings(), description="How `recon run` behaves unless its options say otherwise."
    )
    payouts: PayoutSettings = Field(default=PayoutSettings(), description="How payouts are approved.")
    people: dict[str, PersonSettings] = Field(
        default_factory=dict,
        description="Who works on the project; without anybody here, every user of the machine may do everything.",
    )
    roles: dict[str, RoleSettings] = Field(
        default_factory=dict, description="What the roles of people may do, up to which amounts."
    )
    four_eyes: FourEyesSettings = Field(
        default=FourEyesSettings(), description="When a second person is needed."
    )
    cases: CaseSettings = Field(default=CaseSettings(), description="How queries about settlement are worked.")
    close: CloseSettings = Field(default=CloseSettings(), description="What a closing lets pass.")
    notify: NotifySettings = Field(default=NotifySettings(), description="Who is told how a night ended.")
    retention: RetentionSettings = Field(
        default=RetentionSettings(), description="What may be removed after how long."
    )
    log: LogSettings = Field(default=LogSettings(), description="How progress is told on stderr.")

    @model_validator(mode="after")
    def _people_have_roles(self) -> "Settings":
        if faults := list(people_faults(self.people, self.roles)):
            refuse(*faults)
        return self


class UserSettings(ConfigModel):
    """What the user's own file may say: defaults of the machine for all projects."""

    run: MachineSettings = Field(
        default=MachineSettings(), description="How much of the machine a run may take."
    )
    log: LogSettings = Field(default=LogSettings(), description="How progress is told on stderr.")
