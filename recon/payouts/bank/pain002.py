"""Payment status reports of ISO 20022 (pain.002, any version): what the bank says of a file and its payments.

A DOCTYPE is refused. Status codes are those of the external code set (ExternalPaymentTransactionStatus1Code).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NoReturn
from xml.etree import ElementTree as Tree

from recon.errors import InputRefused, Place, Problem
from recon.model.money import decimal_of

SETTLED: Final = frozenset({"ACSC", "ACCC"})
REJECTED: Final = frozenset({"RJCT", "CANC"})
_ROOT: Final = re.compile(rb"<(?:\w+:)?CstmrPmtStsRpt[\s>/]")


@dataclass(frozen=True, slots=True)
class Report:
    """The status of a payment, or of a whole file of payments when `payment_id` is empty."""

    message: str
    payment_id: str
    code: str
    reason_code: str
    reason: str
    amount: Decimal | None
    currency: str | None
    place: Place


def is_one(content: bytes) -> bool:
    """Whether a file is a payment status report."""
    return _ROOT.search(content[:65536]) is not None


def reports(content: bytes, shown: str) -> Iterator[Report]:
    """The statuses in the file's order: of payments by themselves, and of a file or part of it without any.

    Raises:
        InputRefused: it is no well-formed XML, has a DOCTYPE, or names no original message.
    """
    root = _parsed(content, shown)
    report = root if _local(root) == "CstmrPmtStsRpt" else _child(root, "CstmrPmtStsRpt")
    group = _child(report, "OrgnlGrpInfAndSts") if report is not None else None
    if report is None or group is None:
        hint = "the bank's report names the file it answers in OrgnlGrpInfAndSts/OrgnlMsgId"
        raise InputRefused(Problem("pain-002", "names no file that it answers", Place(shown), hint))
    message = _text(group, "OrgnlMsgId")
    told = False
    for part in _children(report, "OrgnlPmtInfAndSts"):
        transactions = _children(part, "TxInfAndSts")
        for number, one in enumerate(transactions, start=1):
            told = True
            code = _text(one, "TxSts") or _text(part, "PmtInfSts") or _text(group, "GrpSts")
            payment = _text(one, "OrgnlEndToEndId") or _text(one, "OrgnlInstrId")
            yield _report(one, message, payment, code, Place(shown, field=f"TxInfAndSts {number}"))
        if not transactions and (code := _text(part, "PmtInfSts")):
            told = True
            yield _report(part, message, "", code, Place(shown, field="OrgnlPmtInfAndSts"))
    if not told:
        yield _report(group, message, "", _text(group, "GrpSts"), Place(shown, field="OrgnlGrpInfAndSts"))


def _report(at: Tree.Element, message: str, payment: str, code: str, place: Place) -> Report:
    why = _child(at, "StsRsnInf")
    reason = _child(why, "Rsn") if why is not None else None
    reason_code = (_text(reason, "Cd") or _text(reason, "Prtry")) if reason is not None else ""
    words = " ".join(one.text or "" for one in _children(why, "AddtlInf")) if why is not None else ""
    amount = _first(at, ("OrgnlTxRef", "Amt", "InstdAmt"))
    stated = decimal_of((amount.text or "").strip()) if amount is not None else None
    currency = amount.get("Ccy") if amount is not None else None
    return Report(message, payment, code, reason_code, words.strip(), stated, currency, place)


class _NoDoctype(Tree.TreeBuilder):
    def doctype(self, name: str, public: str | None, system: str | None) -> NoReturn:  # noqa: ARG002  (the parser's)
        raise ValueError("a DOCTYPE is not taken")


def _parsed(content: bytes, shown: str) -> Tree.Element:
    parser = Tree.XMLParser(target=_NoDoctype())  # noqa: S314  (no DOCTYPE, so no entities; its size is bounded)
    try:
        parser.feed(content)
        root: Tree.Element = parser.close()
    except (Tree.ParseError, ValueError) as error:
        raise InputRefused(Problem("xml", f"cannot be read: {error}", Place(shown))) from None
    return root


def _local(element: Tree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _children(parent: Tree.Element, tag: str) -> list[Tree.Element]:
    return [one for one in parent if _local(one) == tag]


def _child(parent: Tree.Element, tag: str) -> Tree.Element | None:
    return next(iter(_children(parent, tag)), None)


def _first(parent: Tree.Element, path: tuple[str, ...]) -> Tree.Element | None:
    at: Tree.Element | None = parent
    for tag in path:
        at = _child(at, tag) if at is not None else None
    return at


def _text(parent: Tree.Element, tag: str) -> str:
    found = _child(parent, tag)
    return (found.text or "").strip() if found is not None else ""
