"""What `recon.toml` says: the name of the project, its folders, and how a run behaves unless told otherwise.

Business rules are not here; they are YAML files under `configs/`. What only concerns the machine (memory,
threads, log format) may also stand in the user's own file and in the environment: it never changes a result.
"""

from pathlib import PurePosixPath
from typing import Annotated

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


class Folders(ConfigModel, use_attribute_docstrings=True):
    """The project: its name and where its folders are, relative to `recon.toml`."""

    name: str = Field(min_length=1)
    """Name of the project, as it stands on reports."""
    configs: Folder = "configs"
    """Folder of the configuration: `sources/`, `rules/`, `plans/`, `calendars/` and the tables they name."""
    store: Folder = "store"
    """Folder of what was taken in and decided: ledger, entries, temporary files."""
    runs: Folder = "runs"
    """Folder of finished runs."""
    reports: Folder = "reports"
    """Folder that reports are written to."""


class MachineSettings(ConfigModel, use_attribute_docstrings=True):
    """How much of the machine a run may take; no result depends on it."""

    memory_mb: int = Field(850, ge=100)
    """Memory for matching in megabytes; beyond it, work spills to the store's temporary folder."""
    threads: int = Field(2, ge=1, le=64)
    """Threads for matching."""


class RunSettings(MachineSettings, use_attribute_docstrings=True):
    """How `recon run` behaves unless its options say otherwise."""

    rulesets: tuple[str, ...] | None = None
    """Rule sets to run, in this order; all under `configs/rules` when absent."""
    chains: tuple[str, ...] | None = None
    """Chains to report; all under `configs/rules` when absent."""
    max_refused: int = Field(0, ge=0)
    """Refused rows a file may have before the run is refused (exit status 3)."""
    fail_on: FailOn = "breaks"
    """What makes a sound run exit 1: any break, only breaks past their due date, or nothing."""


class PayoutSettings(ConfigModel, use_attribute_docstrings=True):
    """How payouts are approved."""

    approvals: Annotated[tuple[str, ...], AfterValidator(_some_levels)] = ("regional", "central")
    """Levels of approval, in order; each by another person, and the last one closes the payout's period."""


class LogSettings(ConfigModel, use_attribute_docstrings=True):
    """How progress is told on stderr."""

    format: LogFormat = "auto"
    """`text`, `json`, or `auto`: text on a terminal and JSON lines otherwise."""


class Settings(ConfigModel, use_attribute_docstrings=True):
    """Everything a `recon.toml` may say."""

    project: Folders
    """The project: its name and its folders."""
    run: RunSettings = RunSettings()
    """How `recon run` behaves unless its options say otherwise."""
    payouts: PayoutSettings = PayoutSettings()
    """How payouts are approved."""
    people: dict[str, PersonSettings] = Field(default_factory=dict)
    """Who works on the project; without anybody here, every user of the machine may do everything."""
    roles: dict[str, RoleSettings] = Field(default_factory=dict)
    """What the roles of people may do, up to which amounts."""
    four_eyes: FourEyesSettings = FourEyesSettings()
    """When a second person is needed."""
    cases: CaseSettings = CaseSettings()
    """How queries about settlement are worked."""
    close: CloseSettings = CloseSettings()
    """What a closing lets pass."""
    notify: NotifySettings = NotifySettings()
    """Who is told how a night ended."""
    retention: RetentionSettings = RetentionSettings()
    """What may be removed after how long."""
    log: LogSettings = LogSettings()
    """How progress is told on stderr."""

    @model_validator(mode="after")
    def _people_have_roles(self) -> "Settings":
        if faults := list(people_faults(self.people, self.roles)):
            refuse(*faults)
        return self


class UserSettings(ConfigModel, use_attribute_docstrings=True):
    """What the user's own file may say: defaults of the machine for all projects."""

    run: MachineSettings = MachineSettings()
    """How much of the machine a run may take."""
    log: LogSettings = LogSettings()
    """How progress is told on stderr."""
