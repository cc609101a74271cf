"""Where resellers stand on a day: status, papers, tier, and alerts that hold what is released to them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from recon.partners.ratings import levels_held
from recon.partners.registry.lifecycle import status_on
from recon.partners.registry.onboarding import Item, lacking
from recon.partners.registry.registry import Registry
from recon.partners.settings import PartnerSettings, read_settings
from recon.partners.watch.alert import Alert
from recon.partners.watch.cases import held
from recon.project.workspace import Project
from recon.releases.settings import TierOf
from recon.store.store import Store


@dataclass(frozen=True)
class Resellers:
    """What the registry, the ratings and the monitors say of resellers."""

    registry: Registry
    settings: PartnerSettings
    levels: tuple[tuple[str, str, str, date, date], ...]
    alerts: tuple[Alert, ...]

    @classmethod
    def of(cls, project: Project, store: Store) -> "Resellers":
        """Everything that a project knows of its resellers now.

        Raises:
            InputRefused: the registry cannot be read.
            ConfigError: the settings cannot be read.
        """
        registry = Registry.of_project(project)
        return cls(registry, read_settings(project), tuple(levels_held(store)), tuple(held(store)))

    def status(self, reseller: str, day: date) -> tuple[str, str]:
        """The status on a day and the reason for it; nothing for whom the registry does not know."""
        status = status_on(self.registry, reseller, day)
        return status, self.registry.value("statuses", (reseller,), "reason", day)

    def lacks(self, reseller: str, day: date) -> list[Item]:
        """Papers that are missing or have expired."""
        return lacking(self.registry, self.settings, reseller, day)

    def tier(self, of: TierOf, reseller: str, day: date) -> str:
        """The tier on a day; nothing for who has none."""
        if of.programme is not None:
            return self.registry.value("enrolments", (reseller, of.programme), "offer", day)
        held_now = (
            level
            for who, ladder, level, first, last in self.levels
            if who == reseller and ladder == of.ladder and first <= day <= last
        )
        return next(held_now, "")

    def holds(self, reseller: str, entries: frozenset[str]) -> Iterator[Alert]:
        """The alerts that hold releases to a reseller, or what rests on these entries."""
        for alert in self._by_partner.get(reseller, ()):
            if alert.hold in {"payout", "release"}:
                yield alert
        for alert in self.alerts:
            if alert.hold == "entries" and entries & set(alert.entries):
                yield alert

    @cached_property
    def _by_partner(self) -> Mapping[str, list[Alert]]:
        found: dict[str, list[Alert]] = {}
        for alert in self.alerts:
            found.setdefault(alert.partner, []).append(alert)
        return found
