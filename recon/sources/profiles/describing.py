"""What a profile knows and checks, in words: for the list of shipped profiles and for their page."""

from collections.abc import Iterator

from recon.sources.profiles.columns import CellRef, StatementRule, Words, ZoneColumn
from recon.sources.profiles.money_columns import Amount, Money
from recon.sources.profiles.profile import LoadedProfile, TableProfile
from recon.sources.profiles.totals import compiled

_FIGURES = {
    "opening": "opening balance", "closing": "closing balance", "credits": "credits", "debits": "debits",
    "count": "number of entries", "sum": "sum", "fees": "fees", "charged": "fees charged", "gross": "gross",
    "fee_credits": "fee credits", "fee_debits": "fee debits", "net": "net",
}  # fmt: skip
_REFERENCES = ("payout_id", "ref_payout", "ref_bank", "ref_processor", "ref_merchant", "ref_original")


def checks_of(loaded: LoadedProfile) -> list[str]:
    """What is checked in each file that a profile reads."""
    profile = loaded.profile
    if not isinstance(profile, TableProfile):
        return ["what the format itself states"]
    said = [*_line_checks(profile.money), *(_totals(profile.statement) if profile.statement else ())]
    if isinstance(profile.type, Words) and profile.type.otherwise is None:
        said.append("a type of row that is not known is refused")
    records = profile.layout.records
    if records is not None and records.rows:
        said.append("a record of a kind that is not known is refused")
    return said or ["a cell that is no date, amount or currency refuses its row"]


def _line_checks(money: Money) -> Iterator[str]:
    charges = money.fee or money.fee_parts or money.tax
    if money.gross and money.net and charges:
        kept = "the line is kept by its net and the control fails" if money.unequal == "keep" else "or refused"
        parts = "gross, fee and tax" if money.tax else "gross and fee"
        yield f"{parts} make net on each line, {'else ' if money.unequal == 'keep' else ''}{kept}"
    if money.fx_tolerance is not None:
        yield f"the customer's amount at the rate is gross within {money.fx_tolerance}, else the control fails"
    if money.same_currency:
        yield "fees are in the currency of their line, or it is refused"


def _totals(rule: StatementRule) -> Iterator[str]:
    if rule.running_balance is not None:
        yield "the balance runs from row to row"
    if rule.batches:
        yield "the lines of a payout and the payout add up to zero"
    for patterns, whose in ((rule.lines, "file"), (rule.sections, "section")):
        names = dict.fromkeys(name for one in patterns for name in compiled(one).groupindex if name in _FIGURES)
        if names:
            yield f"totals of the {whose} tie: {', '.join(_FIGURES[name] for name in names)}"


def conventions_of(loaded: LoadedProfile) -> list[str]:
    """How a profile reads signs, days and references."""
    profile = loaded.profile
    if not isinstance(profile, TableProfile):
        return []
    money, zone = profile.money, profile.dates.zone
    said = [f"amount: {_source_of(money.amount, money)}"]
    if money.fee is not None and money.fee.plus is not None:
        said.append(f"fee charged: {'positive' if money.fee.plus == 'out' else 'negative'} in the file")
    elif money.fee_parts:
        said.append(f"fee: {', '.join(money.fee_parts)}")
    if zone is not None:
        named = f"the column {zone.column}, else {zone.empty}" if isinstance(zone, ZoneColumn) else zone
        ends = "" if profile.dates.cut_off == "00:00 next day" else f", the day ends at {profile.dates.cut_off}"
        said.append(f"time zone: {named}{ends}")
    texts = profile.columns.texts()
    ties = [f"{name} from {_named(texts[name])}" for name in _REFERENCES if name in texts]
    return [*said, f"ties: {'; '.join(ties)}"] if ties else said


def _source_of(rule: Amount, money: Money) -> str:
    if rule.same_as is not None:
        field = getattr(money, rule.same_as)
        below = f", {_source_of(field, money)}" if isinstance(field, Amount) else ", computed"
        return f"the {rule.same_as}{below}"
    if rule.sum_of:
        return f"the sum of {len(rule.sum_of)} columns"
    if rule.credit is not None:
        return f"{rule.credit} less {rule.debit}"
    if rule.direction is not None:
        return f"{rule.column}, its direction from {rule.direction.column}"
    if rule.always is not None:
        return f"{rule.column}, always money {rule.always}"
    return f"{rule.column}, a plus is money {rule.plus}"


def _named(ref: CellRef) -> str:
    return " and ".join(ref.join) if ref.join else str(ref.column or [*ref.any, *ref.first][0])


def about(loaded: LoadedProfile) -> str:
    """The comment with which a profile's file begins, as one text."""
    lines = []
    for line in loaded.document.lines:
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# "))
    return " ".join(lines)


def starter(loaded: LoadedProfile, source: str | None = None, delimiter: str | None = None) -> str:
    """A project's own profile that takes everything from a shipped one, but for a delimiter, as YAML text."""
    profile, name = loaded.profile, source or loaded.source
    account = (
        [f"account: {profile.account}  # yours, where the file does not say it"] if profile.account else []
    )
    lines = [
        f"source: {name}",
        f"extends: {loaded.source}",
        f"title: {profile.title}",
        f"files: inbox/{name}/*",
    ]
    mark = "tab" if delimiter == "\t" else f'"{delimiter}"'
    layout = [f"layout: {{delimiter: {mark}}}  # a spreadsheet saved it again"] if delimiter else []
    return "\n".join([*lines, *account, *layout, ""])
