"""Write the tables of settings in docs/configuration.md from the models that read the settings."""

import re
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from docs.press.examples import EXAMPLES
from docs.press.stage import ROOT
from recon.breaks.routing import RouteRule
from recon.breaks.settings import BreakSettings, Due, KindRule, SideBreaks
from recon.close.journals import accounts
from recon.payouts.channels.settings import ChannelSettings
from recon.project.cases import CaseSettings
from recon.project.nights import CloseSettings, NotifySettings, RetentionSettings
from recon.project.people import FourEyesSettings, PersonSettings, RoleSettings
from recon.project.settings import Folders, LogSettings, PayoutSettings, RunSettings
from recon.releases import prices
from recon.releases import settings as releases
from recon.rules import examples as rule_examples
from recon.rules import fx_table, likely, rate_card, ruleset, similar, subset, tolerance
from recon.sources.profiles import columns, money_columns, profile
from recon.sources.profiles.expected import Expect
from recon.sources.profiles.fixed_layout import FixedLayout
from recon.sources.profiles.layouts import RecordKinds, TableLayout
from recon.sources.qif.reader import QifOptions

PAGE: Final = ROOT / "docs" / "configuration.md"
MODELS: Final[tuple[type[BaseModel], ...]] = (
    profile.Profile, Expect, profile.TableProfile, TableLayout, RecordKinds, FixedLayout,
    money_columns.Money, money_columns.Amount, money_columns.Direction, money_columns.Currency,
    columns.Dates, columns.ZoneColumn, columns.Columns, columns.CellRef, columns.Words, columns.StatementRule,
    profile.FormatProfile, QifOptions,
    ruleset.RuleSet, ruleset.Compare, ruleset.Exclusion, ruleset.Pass, ruleset.Groups, ruleset.Offset, subset.Subset,
    similar.Similar, likely.Likely, ruleset.Conversion, rate_card.RateCard, rate_card.CardVersion, rate_card.CardLine,
    rate_card.Tier, rate_card.FeeRounding, fx_table.FxTable, fx_table.FxRate,
    ruleset.Only, ruleset.Normalise, tolerance.Within, tolerance.Bounds, tolerance.Window, tolerance.DateColumns,
    ruleset.Verify, rule_examples.RuleTest, rule_examples.Expected,
    BreakSettings, SideBreaks, Due, KindRule, ruleset.Chain,
    RouteRule, Folders, RunSettings, PayoutSettings, PersonSettings, RoleSettings, FourEyesSettings, CaseSettings,
    CloseSettings, NotifySettings, RetentionSettings, accounts.Booking, accounts.When,
    ChannelSettings, releases.Desk, releases.TierOf, prices.PriceList, prices.PriceVersion, prices.PriceLine,
    LogSettings,
)  # fmt: skip
"""The models whose settings the reference explains."""
_TABLE: Final = re.compile(r"(<!-- settings of (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_MOST_CHOICES: Final = 12


def own_fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The settings that a model adds to its base, by the name they have in a file."""
    base = profile.Profile if model is not profile.Profile and issubclass(model, profile.Profile) else None
    inherited = base.model_fields if base else {}
    return {one.alias or name: one for name, one in model.model_fields.items() if name not in inherited}


def read_example(one: FieldInfo, text: str) -> object:
    """An example as its setting reads it.

    Raises:
        ValidationError: the setting does not take it.
    """
    annotation: Any = one.annotation
    for constraint in one.metadata:
        annotation = Annotated[annotation, constraint]
    return TypeAdapter(annotation).validate_python(yaml.load(text, Loader=yaml.BaseLoader))  # noqa: S506  (all text)


def table(model: type[BaseModel]) -> str:
    """The table of a model's settings."""
    lines = ["| setting | meaning | without it | example |", "|---|---|---|---|"]
    for name, one in own_fields(model).items():
        cells = (f"`{name}`", _meaning(one), _without(one), f"`{EXAMPLES[model.__name__][name]}`")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _meaning(one: FieldInfo) -> str:
    text = " ".join((one.description or "").split())
    choices = [f"`{choice}`" for choice in _choices(one.annotation)]
    if 1 < len(choices) <= _MOST_CHOICES:
        text += f" Words: {', '.join(choices)}."
    return text


def _choices(annotation: Any) -> Iterator[str]:  # noqa: ANN401  (a type, or a form of one)
    """The words that a setting may be, in the order the model names them."""
    if get_origin(annotation) is Literal:
        yield from (str(choice) for choice in get_args(annotation))
    elif get_origin(annotation) in {Union, UnionType, Annotated, tuple, list}:
        for part in get_args(annotation):
            yield from _choices(part)


def _without(one: FieldInfo) -> str:
    if one.is_required():
        return "must be given"
    default = one.default if one.default_factory is None else None
    if default is None or default == () or isinstance(default, BaseModel):
        return ""
    if isinstance(default, tuple):
        return f"`[{', '.join(map(str, default))}]`"
    text = str(default).lower() if isinstance(default, bool) else str(default)
    return f"`{text}`" if text else ""


def page(text: str) -> str:
    """The text of the page with its tables as they should be."""
    named = {model.__name__: model for model in MODELS}
    return _TABLE.sub(lambda found: found[1] + "\n" + table(named[found[2]]) + "\n" + found[3], text)


def shown_models(text: str) -> set[str]:
    """The names of the models that a page has tables of."""
    return {found[2] for found in _TABLE.finditer(text)}


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(PAGE.relative_to(ROOT))  # noqa: T201  (a script says what it wrote)


if __name__ == "__main__":
    main()
