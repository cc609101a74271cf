"""Entries, matches and explanations as a person reads them: plain lines that colour only repeats."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from recon.model.accounts import masked
from recon.model.wording import counted, money, plain_words, with_currency

if TYPE_CHECKING:
    from recon.breaks.casefile import Break
    from recon.matchers.explain.facts import Candidate, EntryFacts, Explanation, MatchFacts, PassVerdict

Line = tuple[str, str]
"""A style (`head`, `no`, `ok`, `dim` or none) and a text; the text alone says everything."""

STYLES: Final = {"head": "bold", "no": "bold red", "ok": "green", "dim": "dim", "": ""}
"""What each style of a line looks like in a terminal."""


@dataclass(frozen=True)
class Teller:
    """Tells facts in lines; `unmasked` shows account numbers in full."""

    unmasked: bool = False

    def account(self, number: str | None) -> str:
        """An account number as it may be shown."""
        return (number or "") if self.unmasked else masked(number)

    def entry(self, entry: "EntryFacts") -> str:
        """An entry in one line, the place it was read from first."""
        parts = [
            entry.place,
            str(entry.business_date or "no date"),
            with_currency(entry.amount, entry.currency),
            entry.type,
            *(f"{name} {text}" for name, text in entry.references.items()),
        ]
        return "  ".join(parts)

    def entry_lines(self, entry: "EntryFacts", raw: Mapping[str, Any] | None = None) -> Iterator[Line]:
        """An entry in full, with its original fields when they are given."""
        fields: dict[str, object] = {
            "file": entry.place,
            "source": entry.source,
            "entry": entry.entry_id,
            "account": self.account(entry.account),
            "date": entry.business_date or "",
            "amount": with_currency(entry.amount, entry.currency),
            "type": f"{entry.type}, {entry.status}",
            "counterparty": entry.counterparty or "",
            "remittance": entry.remittance or "",
            **entry.references,
        }
        yield from named_lines(fields)
        if raw:
            yield "", "  as it was read:"
            secrets = () if self.unmasked else (entry.account, entry.counterparty_account)
            yield from named_lines({name: hidden(value, secrets) for name, value in raw.items()}, indent=4)

    def match_lines(self, match: "MatchFacts") -> Iterator[Line]:
        """A match with its members."""
        currency = match.currency
        yield "head", f"Match {match.match_id}  {match.state}  {match.kind}  {match.ruleset}  run {match.run}"
        kind = f", {match.variance_kind}" if match.variance_kind else ""
        fields: dict[str, object] = {
            "pass": match.pass_name,
            "left": f"{with_currency(match.left_amount, currency)} in {counted(match.left_count, 'entry')}",
            "right": f"{with_currency(match.right_amount, currency)} in {counted(match.right_count, 'entry')}",
            "variance": f"{with_currency(match.variance, currency)}{kind}",
            "compared": "; ".join(_evidence(match.evidence)),
            "accepted": _accepted(match.evidence),
            "twins": "yes, paired in the order of time with entries that are equal in everything compared"
            if match.twins
            else "",
            "alternatives": f"{match.alternatives}; this is number {match.rank}" if match.alternatives else "",
        }
        yield from named_lines(fields)
        for member in match.members:
            compared = (
                "" if member.amount == member.entry.amount else f"  compared {money(member.amount, currency)}"
            )
            yield "", f"  {member.side:5}  {self.entry(member.entry)}{compared}"

    def explanation_lines(self, explanation: "Explanation") -> Iterator[Line]:
        """Why an entry is matched or open, pass by pass."""
        place = f"{explanation.ruleset}, {explanation.side} side, run {explanation.run}"
        yield "head", f"Entry {explanation.entry.entry_id}  {place}"
        yield "", f"  {self.entry(explanation.entry)}"
        if explanation.match is not None:
            yield "", ""
            yield from self.match_lines(explanation.match)
        for number, verdict in enumerate(explanation.passes, start=1):
            yield "", ""
            yield from self.pass_lines(number, verdict, explanation.entry.currency)

    def pass_lines(self, number: int, verdict: "PassVerdict", currency: str) -> Iterator[Line]:
        """What one pass made of an entry, and its nearest candidates."""
        yield "head", f"{number}. {verdict.pass_name}: {verdict.verdict}"
        yield "dim", f"   {verdict.words}"
        if verdict.entries > 1 and verdict.amount is not None:
            total = money(verdict.amount, currency)
            yield "", f"   as one of {counted(verdict.entries, 'entry')} that add up to {total} {currency}"
        yield "", f"   {verdict.reason}"
        for candidate in verdict.candidates:
            yield from self.candidate_lines(candidate)

    def candidate_lines(self, candidate: "Candidate") -> Iterator[Line]:
        """A candidate with its gates, those that it failed marked NO."""
        note = ""
        if candidate.entries > 1:
            note = f"  (the first of {counted(candidate.entries, 'entry')})"
        elif candidate.amount not in {None, candidate.entry.amount}:
            note = f"  compared {money(candidate.amount, candidate.currency)}"
        yield "", f"   - {self.entry(candidate.entry)}{note}"
        width = max(len(gate.name) for gate in candidate.gates)
        for gate in candidate.gates:
            style, mark = ("ok", "ok ") if gate.passed else ("no", "NO ")
            yield style, f"     {mark} {gate.name:{width}}  {gate.words}"


def named_lines(fields: Mapping[str, object], indent: int = 2) -> Iterator[Line]:
    """Names and values, one a line, without those that are empty."""
    shown = {name: str(value) for name, value in fields.items() if value not in {None, ""}}
    width = max((len(name) for name in shown), default=0)
    for name, value in shown.items():
        yield "", f"{' ' * indent}{name:{width}}  {value}"


def hidden(value: object, secrets: Iterable[str | None]) -> str:
    """A raw value as text, with account numbers in it masked."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    for secret in secrets:
        if secret and len(secret) > len(masked(secret)):
            text = text.replace(secret, masked(secret))
    return text


def standing_lines(breaks: "Iterable[Break]", ruleset: str, entry_id: str) -> Iterator[Line]:
    """What stands open of an entry in a rule set, and what to do about it."""
    for one in breaks:
        if one.is_living and (one.ruleset, one.entry_id) == (ruleset, entry_id):
            amount = with_currency(one.amount, one.currency)
            yield "head", f"{plain_words(one.kind)}  {amount}  break {one.break_id}"
            yield "", f"  {one.reason}"
            yield "", f"  next: {one.next_step}"
            yield "", ""


def _accepted(evidence: Mapping[str, object]) -> str:
    """Who accepted a match, when and why; nothing for one that a pass made."""
    if "by" not in evidence:
        return ""
    return f"by {evidence['by']}, {evidence['at']}: {evidence['reason']}"


def _evidence(evidence: Mapping[str, object]) -> Iterator[str]:
    keys = evidence.get("keys")
    if isinstance(keys, list) and keys:
        yield f"keys {', '.join(map(str, keys))}"
    if "expected" in evidence:
        of = evidence["of"]
        columns = f" of {' and '.join(map(str, of))}" if isinstance(of, list) and of else ""
        yield f"{evidence['found']}{columns}: {evidence['because']}"
        expected, bound = (str(evidence[name]).rstrip("0").rstrip(".") or "0" for name in ("expected", "bound"))
        yield f"{expected} sets expected by coincidence, fewer than {bound} allowed"
    if "listed" in evidence:
        yield f"{evidence['listed']} named in the text: {evidence['because']}"
    if "told_by" in evidence:
        yield f"told from others with the same key by {evidence['told_by']}"
    if "common" in evidence:
        most = f"{int(str(evidence['common'])):,}"
        yield f"its reference stands on more than {most} entries of a side at different amounts, and proves nothing"
    if "alike" in evidence:
        shared = evidence.get("shared")
        names = f", sharing {' '.join(map(str, shared))}" if isinstance(shared, list) and shared else ""
        yield f"names alike in {evidence['alike']} of 100{names}"
    if "likely" in evidence:
        yield f"{evidence['likely']} points speak for it: {evidence['speaks']}"
    compared = evidence.get("compared")
    if isinstance(compared, dict):
        yield ", ".join(f"{name} {'absent' if value is None else value}" for name, value in compared.items())
    if "days" in evidence:
        yield f"{counted(int(str(evidence['days'])), 'day')} from left to right"
