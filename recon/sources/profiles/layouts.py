"""How the bytes of a tabular file become rows: the `layout:` section of its profile."""

import codecs
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from recon.project.models import ConfigModel
from recon.sources.profiles.fixed_layout import FixedLayout


def _known_encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise ValueError(f'"{name}" is no encoding; write utf-8, utf-16, gb18030, cp1252, ...') from None


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


ONE_OR_MORE: Final = BeforeValidator(_as_list, json_schema_input_type=str | list[str])
"""A list, or its only item alone."""
Encoding = Annotated[str, AfterValidator(_known_encoding)]


class RecordKinds(ConfigModel):
    """Files in which the first cell of a line says what the line is."""

    header: str | None = Field(
        default=None,
        description="The first cell of lines of column names, which may come again with others; without it the names "
        "are those of `header` in the layout.",
    )
    rows: list[str] = Field(
        default_factory=list,
        description="First cells of transactions; without it all lines that are not named otherwise.",
    )
    others: list[str] = Field(
        default_factory=list,
        description="First cells of lines that are no transactions, such as footers; where `rows` is given, a line of "
        "any other kind is refused.",
    )
    carry: dict[str, list[str]] = Field(
        default_factory=dict,
        description="First cells of lines that say something about the rows below them, and the names under which "
        "their further cells become columns of these rows.",
    )


class TableLayout(ConfigModel):
    """Where the rows of a table are in a CSV file, a workbook or a Parquet file."""

    encoding: Encoding = Field(
        default="utf-8",
        description="CSV: the encoding of the text, decoded strictly. A byte order mark says it as well.",
    )
    other_encodings: Annotated[list[Encoding], ONE_OR_MORE] = Field(
        default_factory=list,
        description="CSV: encodings that such files have as well; that counts in which the whole text can be "
        "read, UTF-8 before others.",
    )
    delimiter: str = Field(
        default=",", description="CSV: the one character between two cells; `tab` for a tabulator."
    )
    quote: str = Field(
        default='"',
        description="CSV: the character around cells that hold a delimiter, doubled inside; `none` for none.",
    )
    cell_mark: str = Field(
        default="",
        max_length=1,
        description="CSV: the character with which every cell of a row begins, as the backtick of WeChat Pay; a "
        "delimiter counts only in front of it.",
    )
    short_rows: Literal["refuse", "fill"] = Field(
        default="refuse",
        description="CSV: whether rows with fewer cells than the header are refused or filled up.",
    )
    sheets: Literal["first", "all"] | list[str] = Field(
        default="first", description="Excel: the names of the worksheets to read, `first`, or `all`."
    )
    header: Literal["found"] | int | list[str] = Field(
        default="found",
        description="Where the column names are: `found` (the first row that holds every mapped column), the "
        "number of the line, or the list of names in order when the file has none.",
    )
    other_names: dict[str, Annotated[list[str], ONE_OR_MORE]] = Field(
        default_factory=dict,
        description="Columns and the names they have in other versions or languages of the file.",
    )
    also: list[str] = Field(
        default_factory=list,
        description="Columns that such files have and that are kept as they are; they help to recognise a file.",
    )
    records: RecordKinds | None = Field(
        default=None, description="CSV: the kinds of lines, where the first cell of each says what it is."
    )
    fixed: FixedLayout | None = Field(
        default=None, description="Fixed width: the columns and the places that they have in a record."
    )
    strip: str = Field(
        default="",
        description="Characters taken off both ends of every cell besides blanks, for instance a backtick.",
    )
    end: list[str] = Field(
        default_factory=list,
        description="Beginnings of the first filled cell of a footer row; that row and all after it are no "
        "transactions; one that could be read as a transaction all the same is refused.",
    )
    ignore: dict[str, list[str]] = Field(
        default_factory=dict,
        description="Column and words: rows in which the column says one of the words are no transactions. Where a "
        "column of dates is empty, that holds of rows without an amount.",
    )
    keep: dict[str, list[str]] = Field(
        default_factory=dict,
        description="Column and words: rows in which the column says anything else are no transactions.",
    )

    @field_validator("delimiter")
    @classmethod
    def _one_delimiter(cls, value: str) -> str:
        character = {"tab": "\t", "space": " "}.get(value, value)
        if len(character) != 1 or character in '"\r\n':
            raise ValueError(f'"{value}" is no delimiter; write one character, or `tab`')
        return character

    @field_validator("quote")
    @classmethod
    def _one_quote(cls, value: str) -> str:
        if value != "none" and len(value) != 1:
            raise ValueError(f'"{value}" is no quote character; write one character, or `none`')
        return value

    @field_validator("header")
    @classmethod
    def _counts_from_one(cls, value: object) -> object:
        if isinstance(value, int) and value < 1:
            raise ValueError("lines count from 1")
        return value
