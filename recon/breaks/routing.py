"""Routing: rules of the project that say who works on which breaks, how urgent they are, what causes them, by when.

`configs/routing.yaml` holds them in order; the first whose condition a break satisfies counts. They are applied where
breaks are shown, so that a change of the file shows at once; what a person says of a break goes before any rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from pydantic import Field, model_validator

from recon.breaks.casefile import Break
from recon.breaks.casework.choosing import COLUMNS, WORK, as_table
from recon.breaks.settings import Due
from recon.engines.dialects import DUCKDB
from recon.engines.duck import DuckEngine
from recon.engines.gate import PredicateProblem, parse_condition
from recon.model.calendars import calendar
from recon.project.choices import Priority
from recon.project.located import read_yaml
from recon.project.models import ConfigModel, Fault, refuse
from recon.project.workspace import Project

FILE: Final = "routing.yaml"
_KNOWN: Final = {name: type_ for name, type_ in COLUMNS.items() if name not in WORK.names}


class RouteRule(ConfigModel):
    """One rule: breaks that satisfy `where` go to somebody, with a priority, a cause and a due day."""

    name: str = Field(min_length=1, description="What the rule is for.")
    where: str = Field(
        description="A predicate over the columns of a break, such as `kind = 'rounding' and abs(amount) < 1`."
    )
    owner: str = Field(default="", description="Who works on such a break, unless somebody is assigned.")
    priority: Priority = Field(default="normal", description="How urgent it is.")
    cause: str = Field(default="", description="The root cause, one of those that cases know.")
    due: Due | None = Field(
        default=None,
        description="By when it has to be cleared, counted from its date; the due day of the rule set unless "
        "said.",
    )

    @model_validator(mode="after")
    def _condition_holds_water(self) -> "RouteRule":
        try:
            self.sql()
        except PredicateProblem as problem:
            refuse(Fault(problem.message, ("where",), problem.hint, "predicate"))
        return self

    def sql(self) -> str:
        """The predicate as SQL.

        Raises:
            PredicateProblem: the text is no condition over the columns of a break.
        """
        return DUCKDB.sql(parse_condition(self.where, _KNOWN))


class RoutingFile(ConfigModel):
    """The rules, in the order in which they are tried."""

    routes: tuple[RouteRule, ...] = Field(description="Rules; the first that holds counts.")

    @model_validator(mode="after")
    def _names_differ(self) -> "RoutingFile":
        seen = set[str]()
        faults = []
        for number, rule in enumerate(self.routes):
            if rule.name in seen:
                faults.append(
                    Fault(
                        f"two rules are called `{rule.name}`",
                        ("routes", number, "name"),
                        "give each its own name",
                    )
                )
            seen.add(rule.name)
        if faults:
            refuse(*faults)
        return self


@dataclass(frozen=True, slots=True)
class Route:
    """What routing says of one break; `rule` is empty where no rule holds."""

    rule: str = ""
    owner: str = ""
    priority: Priority = "normal"
    cause: str = ""
    due: date | None = None


@dataclass(frozen=True)
class Routing:
    """The rules of a project; none where it has no file of them."""

    rules: Sequence[RouteRule] = field(default=())

    def routes(self, breaks: Sequence[Break]) -> Mapping[str, Route]:
        """The route of each break that a rule holds for, by its id."""
        if not self.rules or not breaks:
            return {}
        with DuckEngine.open() as engine:
            engine.register("breaks", as_table(breaks, {}))
            rows = engine.rows(f"SELECT break_id, {self.sql()} FROM breaks")
        numbers = {name: number for name, number in rows if number is not None}
        return {
            one.break_id: _route(self.rules[numbers[one.break_id]], one)
            for one in breaks
            if one.break_id in numbers
        }

    def sql(self) -> str:
        """The number of the rule that counts for a break, as SQL over its columns; absent where none holds."""
        cases = " ".join(f"WHEN {rule.sql()} THEN {number}" for number, rule in enumerate(self.rules))
        return f"CASE {cases} END" if cases else "CAST(NULL AS INTEGER)"

    def owners(self) -> Iterable[str]:
        """Everybody that a rule names."""
        return {rule.owner for rule in self.rules if rule.owner}


def load_routing(project: Project) -> Routing:
    """The routing of a project.

    Raises:
        ConfigError: the file is wrong; all that is wrong is told with its line and column.
    """
    path = project.configs / FILE
    if not path.is_file():
        return Routing()
    return Routing(read_yaml(path, project.relative(path)).build(RoutingFile).routes)


def _route(rule: RouteRule, one: Break) -> Route:
    due = due_after(rule.due, one.business_date or one.first_seen)
    return Route(rule.name, rule.owner, rule.priority, rule.cause, due)


def due_after(due: Due | None, day: date) -> date | None:
    """The day by which a rule wants a break of a day cleared, if it says so."""
    if due is None:
        return None
    if due.business is not None:
        return calendar(due.calendar).add(day, due.business)
    return day + timedelta(days=due.days or 0)
