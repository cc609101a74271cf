"""Files that no reader takes: what kind a file is by its beginning, and what to do with it."""

import re
from typing import Final, NamedTuple

from recon.errors import Problem
from recon.sources.file import SourceFile
from recon.sources.tables.table import empty
from recon.sources.text import as_utf8

_SAVE_AS: Final = "open it in a spreadsheet program and save it as .xlsx or CSV"
_ASK_BANK: Final = (
    "ask the bank for CAMT.053 or MT940, or describe its records in a profile with `reader: fixed`"
)
_NOT_MONEY: Final = "ask the bank for the statement: CAMT.053, MT940 or CSV"
_ISO: Final = rb"(?s)(?:<\?xml.{0,200}?>)?.{0,1000}urn:iso:std:iso:20022:tech:xsd:"


class _Kind(NamedTuple):
    begins: re.Pattern[bytes]
    name: str
    hint: str


_OTHERS: Final = (
    _Kind(re.compile(rb"%PDF-"), "a PDF document", "ask the bank for CSV, CAMT.053 or MT940"),
    _Kind(re.compile(rb"(?s)(?:<\?xml.{0,500})?<(?:ss:)?Workbook\b"), "a workbook in XML", _SAVE_AS),
    _Kind(re.compile(rb"(?is)(?:<!doctype html|<html|<head|<table|<meta)"), "a page in HTML", _SAVE_AS),
    _Kind(re.compile(rb"[{\[]"), "a JSON document", "ask the sender for CSV"),
    _Kind(
        re.compile(_ISO + rb"pain\.002"),
        "a bank's answer to payments (pain.002)",
        "`recon payouts import-status FILE` reads it",
    ),
    _Kind(re.compile(_ISO + rb"(?:pain|pacs)\."), "an order or a return of payments in ISO 20022", _NOT_MONEY),
    _Kind(re.compile(_ISO + rb"camt\.0(?!5[234])"), "an ISO 20022 message of another kind", _NOT_MONEY),
    _Kind(re.compile(rb"101[ \d]{20}\d{6}"), "an ACH file of payments", _NOT_MONEY),
    _Kind(re.compile(rb"#FLAGGA\b"), "a file of bookkeeping entries (SIE)", _NOT_MONEY),
)
"""How kinds of files begin that are no statements, and what to do with one."""
_STATEMENTS: Final = (
    _Kind(re.compile(rb"\d{3}00000 {9}[12]\d{14}|02RETORNO"), "CNAB", _ASK_BANK),
    _Kind(re.compile(rb"01BGMAX"), "BgMax", _ASK_BANK),
)
"""How formats of statements begin that no reader takes."""


def unknown(file: SourceFile) -> Problem:
    """What is said of a file that neither a bank's format nor a profile nor a table fits."""
    head = as_utf8(file.head()).lstrip()
    if not head:
        return empty(file).problems[0]
    for one in _STATEMENTS:
        if one.begins.match(head):
            message = f"this is a statement in the format {one.name}, which no reader takes"
            return file.problem("format-unknown", message, hint=one.hint)
    said, hint = "this is no statement file", "`recon sources detect FILE` says what comes near"
    for one in _OTHERS:
        if one.begins.match(head):
            said, hint = f"this is {one.name} and no statement file", one.hint
            break
    message = f"{said}: no bank's format, no shipped profile and no table of dates and amounts fits it"
    return file.problem("format-unknown", message, hint=hint)
