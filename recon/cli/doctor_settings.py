"""What `recon doctor` asks of settings beside sources and rules: plans, partners, payments, desks, accounts, routes."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from recon.errors import ConfigError, Problem

if TYPE_CHECKING:
    from recon.project.workspace import Project

Reader = Callable[["Project"], object]


def problems_of(project: "Project") -> tuple[list[str], list[Problem]]:
    """Where under `configs` the project has such settings, and everything that is wrong in them."""
    places, problems = list[str](), list[Problem]()
    for place, read in _readers():
        if not (project.configs / place).exists():
            continue
        places.append(place.as_posix())
        try:
            read(project)
        except ConfigError as error:
            problems.extend(error.problems)
    return places, problems


def _readers() -> Iterator[tuple[Path, Reader]]:
    """Where each kind of settings stands under `configs`, and what reads it; most projects have few of them."""
    from recon.breaks import routing
    from recon.close.journals import accounts
    from recon.partners import settings as partners
    from recon.partners.measures import settings as measures
    from recon.partners.watch import monitors
    from recon.payouts.bank.profile import bank_files_in
    from recon.payouts.channels import settings as channels
    from recon.payouts.library import plans_in
    from recon.releases import settings as releases

    yield Path("plans"), lambda project: plans_in(project.plans_dir, project.relative)
    yield Path("payments"), lambda project: bank_files_in(project.configs / "payments", project.relative)
    yield Path(*partners.FILE), partners.read_settings
    yield Path(*measures.FILE), measures.read_measures
    yield Path(*monitors.FILE), monitors.read_monitors
    yield Path(releases.FOLDER), releases.read_desk
    yield Path(channels.FILE), channels.read_channels
    yield Path(accounts.FILE), accounts.load_accounts
    yield Path(routing.FILE), routing.load_routing
