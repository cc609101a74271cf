"""Who works in the network, who owns which terminal, and how it moves: the world of the story."""

from dataclasses import dataclass
from datetime import date

MONTHS = (date(2026, 10, 1), date(2026, 11, 1))
LAST_DAYS = (date(2026, 10, 31), date(2026, 11, 30))
ALWAYS = (date(2026, 1, 1), date(2027, 12, 31))

ZONAL, REGIONAL = "ZM-01", ("RM-01", "RM-02")
COORDINATORS = {"SC-01": "RM-01", "SC-02": "RM-01", "SC-03": "RM-02"}
AGGREGATORS = {"AGG-PALM": "SC-01", "AGG-BAOBAB": "SC-02", "AGG-IROKO": "SC-03"}
AGENTS = {f"AG-{number:02}": list(AGGREGATORS)[(number - 1) // 4] for number in range(1, 13)}
NO_TAX_ID = ("AG-03", "AG-11")
SMALL = ("AG-02", "AG-08")
"""Small companies bear no withholding tax."""


@dataclass(frozen=True, slots=True)
class Dated:
    """Something that is so from the first to the last day, both included."""

    who: str
    value: str
    first: date = ALWAYS[0]
    last: date = ALWAYS[1]

    def on(self, day: date) -> bool:
        """Whether it is so on a day."""
        return self.first <= day <= self.last


MOVED_TERMINAL, MOVED_AGENT, VACANT = "T-007", "AG-05", "SC-02"
TERMINAL_MOVES = (date(2026, 10, 15), date(2026, 10, 16))
AGENT_MOVES = (date(2026, 10, 18), date(2026, 10, 19))
LEAVES = date(2026, 11, 9)
"""The last day on which SC-02's post is held; nobody follows in November."""
ON_HOLD = Dated("AG-10", "documents expired", date(2026, 10, 20), date(2026, 11, 10))


def terminals() -> list[Dated]:
    """Which agent owns which terminal, day by day: two each for the first six agents, one for the others."""
    found = []
    number = 0
    for position, agent in enumerate(AGENTS):
        for _ in range(2 if position < 6 else 1):
            number += 1
            terminal = f"T-{number:03}"
            if terminal == MOVED_TERMINAL:
                found.append(Dated(agent, terminal, last=TERMINAL_MOVES[0]))
                found.append(Dated("AG-09", terminal, first=TERMINAL_MOVES[1]))
            else:
                found.append(Dated(agent, terminal))
    return found


def people() -> dict[str, list[Dated]]:
    """Who holds each level above each agent (`who` is the agent), day by day."""
    found: dict[str, list[Dated]] = {
        "aggregator": [],
        "coordinator": [],
        "regional_manager": [],
        "zonal_manager": [],
    }
    for agent, aggregator in AGENTS.items():
        for above, first, last in _aggregators(agent, aggregator):
            coordinator = AGGREGATORS[above]
            end = min(last, LEAVES) if coordinator == VACANT else last
            found["aggregator"].append(Dated(agent, above, first, last))
            found["coordinator"].append(Dated(agent, coordinator, first, end))
            found["regional_manager"].append(Dated(agent, COORDINATORS[coordinator], first, last))
        found["zonal_manager"].append(Dated(agent, ZONAL))
    return found


def _aggregators(agent: str, aggregator: str) -> list[tuple[str, date, date]]:
    if agent != MOVED_AGENT:
        return [(aggregator, *ALWAYS)]
    return [(aggregator, ALWAYS[0], AGENT_MOVES[0]), ("AGG-PALM", AGENT_MOVES[1], ALWAYS[1])]


def holder(dated: list[Dated], who: str, day: date) -> str | None:
    """Who or what stands for somebody on a day."""
    return next((one.value for one in dated if one.who == who and one.on(day)), None)


def owner(terminal: str, day: date) -> str:
    """The agent who owns a terminal on a day."""
    return next(one.who for one in terminals() if one.value == terminal and one.on(day))


GOALS: dict[str, tuple[dict[str, int], dict[str, int]]] = {
    "SC-01": (
        {"contact_coverage": 95, "active_terminals": 108, "issues_resolved": 80},
        {"contact_coverage": 112, "active_terminals": 101, "issues_resolved": 104},
    ),
    "SC-02": (
        {"contact_coverage": 55, "active_terminals": 90, "issues_resolved": 49},
        {"contact_coverage": 71, "active_terminals": 77, "issues_resolved": 66},
    ),
    "SC-03": (
        {"contact_coverage": 83, "active_terminals": 125, "issues_resolved": 62},
        {"contact_coverage": 60, "active_terminals": 96, "issues_resolved": 50},
    ),
}
"""Attainments in percent, October and November."""
TARGET_BONUS = 4_000_000
"""The bonus of a coordinator at 100 percent, in kobo."""
STARS: dict[str, tuple[tuple[int, int], ...]] = {
    "AGG-PALM": ((6, 260_000_000), (6, 255_000_000), (6, 190_000_000)),
    "AGG-BAOBAB": ((5, 180_000_000), (4, 160_000_000), (5, 170_000_000)),
    "AGG-IROKO": ((4, 90_000_000), (5, 155_000_000), (4, 140_000_000)),
}
"""Terminals and volume (kobo) of each aggregator in September, October and November."""
