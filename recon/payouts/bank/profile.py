"""A bank file as described under `configs/payments`: whose account pays, in which format, which payments it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from recon.errors import ConfigError, Problem
from recon.model.money import is_currency
from recon.project.folders import SETTINGS, Shown, files_in
from recon.project.located import Document, read_yaml
from recon.project.models import ConfigModel, Fault, refuse
from recon.project.suggest import did_you_mean

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Nine = Annotated[str, Field(pattern=r"^\d{9}$")]


class Format(StrEnum):
    """The formats that payments are written in."""

    PAIN = "pain.001"
    NACHA = "nacha"
    COLUMNS = "columns"


class Letters(StrEnum):
    """Which letters names and words may have."""

    UNICODE = "unicode"
    LATIN = "latin"


class Debtor(ConfigModel):
    """Whose money it is, and the account that it is paid from."""

    name: str = Field(min_length=1, max_length=70, description="Name of the account's owner.")
    account: str = Field(min_length=1, max_length=34, description="The account: an IBAN, or its number.")
    bank: str | None = Field(default=None, description="BIC of the bank that holds it.")
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$", description="ISO country of the owner.")


class Pain(ConfigModel):
    """What a credit transfer of ISO 20022 (pain.001.001.09) says besides the payments."""

    service: str | None = Field(default=None, max_length=4, description="Service level: SEPA, URGP, NURG.")
    category: str | None = Field(default=None, max_length=4, description="Category purpose: COMM, SUPP, SALA.")
    charges: Literal["SLEV", "SHAR", "DEBT", "CRED"] = Field(
        default="SLEV", description="Who bears the charges; SLEV by the service level."
    )
    booked: Literal["batch", "single"] = Field(
        default="single", description="Whether the bank books the sum, or every payment by itself."
    )


class Nacha(ConfigModel):
    """What an ACH file says of who sends it; figures as the bank gave them."""

    destination: Nine = Field(description="Routing number of the bank that takes the file, 9 digits.")
    destination_name: str = Field(default="", max_length=23, description="Name of that bank.")
    origin: str = Field(
        min_length=9, max_length=10, description="The sender's number: tax id, or routing number."
    )
    company_id: str = Field(
        min_length=1, max_length=10, description="The company's id, usually 1 and the tax id."
    )
    entry_class: Literal["CCD", "PPD"] = Field(default="CCD", description="CCD to companies, PPD to people.")
    says: str = Field(default="COMMISSION", min_length=1, max_length=10, description="What receivers read.")


OF_FILE: Final = ("count", "total", "currency", "batch", "day", "debtor", "debtor_account")
"""What a text about a whole file may name in braces."""
OF_PAYMENT: Final = (
    "number", "payment_id", "payee", "name", "account", "bank", "country", "amount", "words",
)  # fmt: skip
"""What a text about one payment may name besides."""
IN_WORDS: Final = ("payment_id", "payee", "payouts")


def _unknown(text: str, known: Sequence[str], at: tuple[str | int, ...]) -> list[Fault]:
    """What a text names in braces and nothing is known by."""
    try:
        names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    except ValueError:
        return [Fault(f"`{text}` has a brace without its twin", at, "write {{ for a brace that is meant")]
    return [
        Fault(
            f"{{{name}}} is nothing that is known",
            at,
            did_you_mean(name, known) or f"there are {', '.join(known)}",
        )
        for name in names
        if name not in known
    ]


class ColumnsOf(ConfigModel):
    """A table with one row a payment; texts may hold `{payment_id}`, `{account}`, `{amount}` and the like."""

    header: dict[str, str] = Field(min_length=1, description="Each column's name, and what stands in it.")
    before: tuple[tuple[str, ...], ...] = Field(
        default=(), description="Rows above the header; may hold {count}, {total}, {batch}, {day}."
    )
    after: tuple[tuple[str, ...], ...] = Field(default=(), description="Rows below the last payment.")
    delimiter: Literal[",", ";", "|", "\t"] = Field(default=",", description="What stands between cells.")
    encoding: Literal["utf-8", "utf-8-sig", "gb18030", "latin-1"] = Field(
        default="utf-8", description="How the text is written."
    )
    decimal: Literal[".", ","] = Field(default=".", description="The decimal mark of amounts.")

    @model_validator(mode="after")
    def _only_what_is_known(self) -> "ColumnsOf":
        faults = [
            fault
            for name, text in self.header.items()
            for fault in _unknown(text, OF_FILE + OF_PAYMENT, ("header", name))
        ]
        for part, rows in (("before", self.before), ("after", self.after)):
            for number, row in enumerate(rows):
                for place, text in enumerate(row):
                    faults += _unknown(text, OF_FILE, (part, number, place))
        if faults:
            refuse(*faults)
        return self


class BankFile(ConfigModel):
    """One kind of bank file, and the payments that it takes."""

    bank_file: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="Its name.")
    title: str = Field(default="", description="What it is, in words.")
    format: Format = Field(description="pain.001, nacha, or columns.")
    currencies: tuple[Currency, ...] = Field(min_length=1, description="The currencies that it takes.")
    countries: tuple[str, ...] = Field(
        default=(), description="The payees' countries that it takes; all without."
    )
    debtor: Debtor = Field(description="Whose account pays.")
    words: str = Field(
        default="{payment_id}",
        description="What the receiver reads; may hold {payment_id}, {payee}, {payouts}.",
    )
    letters: Letters = Field(
        default=Letters.UNICODE, description="latin: accents are taken off, other letters refused."
    )
    most: Annotated[int, Field(ge=1)] | None = Field(default=None, description="Payments a file may have.")
    pain: Pain = Field(default_factory=Pain, description="Settings of pain.001.")
    nacha: Nacha | None = Field(default=None, description="Settings of nacha.")
    columns: ColumnsOf | None = Field(default=None, description="Settings of columns.")

    @model_validator(mode="after")
    def _whole(self) -> "BankFile":
        faults = [
            Fault(f"{code} is no currency of ISO 4217", at=("currencies", place))
            for place, code in enumerate(self.currencies)
            if not is_currency(code)
        ]
        faults += _unknown(self.words, IN_WORDS, ("words",))
        wanted = {Format.NACHA: self.nacha, Format.COLUMNS: self.columns}
        for form, settings in wanted.items():
            if self.format is form and settings is None:
                hint = f"say under `{form}:` what the bank's description of the file asks for"
                faults.append(Fault(f"the format {form} needs its settings", at=("format",), hint=hint))
            if self.format is not form and settings is not None:
                hint = f"leave `{form}:` out, or say format: {form}"
                faults.append(Fault(f"the format is {self.format}", at=(form.value,), hint=hint, key=True))
        if self.format is Format.NACHA and self.currencies != ("USD",):
            faults.append(Fault("ACH pays in USD only", at=("currencies",), hint="write currencies: [USD]"))
        if faults:
            refuse(*faults)
        return self


@dataclass(frozen=True, slots=True)
class FiledBankFile:
    """A description of a bank file, and the document that it stands in."""

    about: BankFile
    document: Document


def bank_files_in(folder: Path, shown: Shown = Path.as_posix) -> list[FiledBankFile]:
    """Every bank file described in a folder, by name.

    Raises:
        ConfigError: with the problems of every file; two of one name; a folder that cannot be opened.
    """
    found: dict[str, FiledBankFile] = {}
    problems = list[Problem]()
    for path in files_in(folder, SETTINGS, shown, below=True):
        try:
            document = read_yaml(path, shown(path))
            filed = FiledBankFile(document.build(BankFile), document)
        except ConfigError as error:
            problems += error.problems
            continue
        name = filed.about.bank_file
        if name in found:
            message = f"{name} is described in {found[name].document.shown} already"
            problems.append(document.problem(("bank_file",), "two-bank-files", message, "give it its own name"))
        found[name] = filed
    if problems:
        raise ConfigError(*problems)
    return [found[name] for name in sorted(found)]
