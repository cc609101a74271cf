"""The messages of an MT940 or MT942 file: which field belongs to which statement, and what it amounts to."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from recon.errors import InputRefused
from recon.sources.bank import BankOptions, account_of
from recon.sources.file import SourceFile
from recon.sources.mt940.balance import balance, currency_in, floor_currency, total
from recon.sources.mt940.fields import END, OUTSIDE, WORDS, Field, is_cut_tag
from recon.sources.mt940.forms import Known
from recon.sources.mt940.movement import movement
from recon.sources.mt940.row import row_of, usual_rows
from recon.sources.mt940.statement import Message
from recon.sources.reader import Collector, Refused

_NO_CLOSING: Final = "the closing balance (:62:) is missing; the file may be cut short"
_NO_BALANCE: Final = "this is no sign, date, currency and amount"
_SHOWN: Final = 80
"""Characters of a balance that are told where it cannot be read."""
_AMOUNTS: Final = frozenset({"32A", "32B", "32C", "32D", "33B"})
"""Tags of the one amount of a message that is no statement."""
_ZERO: Final = Decimal(0)
_OTHER_MESSAGE: Final = (
    "this is the amount of a single advice or order (MT900, MT910, MT103), which is no statement: ask the bank for "
    "MT940 or MT942"
)
_KNOWN: Final = frozenset({OUTSIDE, "12", "13", "13D", "21", "23", "64", "65", *WORDS, "940", "942"})


class Reading:
    """Takes the fields of a file one by one and hands rows, refused rows and statements to the collector."""

    def __init__(self, file: SourceFile, options: BankOptions, out: Collector) -> None:
        self.out = out
        self._file = file
        self._options = options
        self._message = Message()
        self._statements = 0
        self._line: Field | None = None
        self._words: list[Field] = []
        self._known = Known()
        self._found = False
        self._last = Field(OUTSIDE, 1, 0, [])
        self._handlers: dict[str, Callable[[Field], bool]] = {
            "20": self._begin,
            "25": self._account,
            "25P": self._account,
            "28": self._number,
            "28C": self._number,
            "60F": self._opening,
            "60M": self._opening,
            "62F": self._closing,
            "62M": self._closing,
            "34F": self._floor,
            "90C": self._total,
            "90D": self._total,
            END: self._ended,
        }

    def take(self, found: Field) -> None:
        """Take the next field."""
        self._last = found
        if found.tag == "61":
            if self._line is not None:
                self._flush(self._line)
            if found.words is None:
                self._line = found
            else:
                self._take_run(found, found.words)
            return
        if self._line is not None:
            if found.tag in WORDS:
                self._words.append(found)
                self.out.recognised += found.count
                return
            self._flush(self._line)
        handler = self._handlers.get(found.tag)
        if found.tag in _AMOUNTS and self._message.is_bare:
            self._refuse(found, "message-type", _OTHER_MESSAGE)
            return
        if handler and not handler(found):
            self._note(found)
        elif not handler and found.tag not in _KNOWN and movement(found.lines or [""]) is not None:
            self._refuse(found, "field-unknown", "a statement line under a tag that is none of MT940's")
        else:
            self.out.recognise(found.count)

    def end(self) -> None:
        """Close the last statement.

        Raises:
            InputRefused: the file ends before the movements of a statement or inside one, or holds none at all.
        """
        if self._line is not None:
            self._flush(self._line)
        message = self._message
        if message.unfinished and message.moved and not self._cut:
            message.notes.append(_NO_CLOSING)
        elif message.unfinished:
            has = "an opening balance (:60:) but no closing one (:62:)" if message.opening else "no balances"
            began = f"the file ends inside the statement that begins at line {message.began or 1}"
            raise InputRefused(
                self._file.problem(
                    "truncated",
                    f"{began}: it has {has}",
                    line=self._last.line_no + self._last.count - 1,
                    hint="the transfer was cut short; fetch the file again",
                )
            )
        self._finish()
        if not self._found:
            raise InputRefused(
                self._file.problem(
                    "no-statement",
                    "no MT940 or MT942 message is in this file: it has neither a field :20: nor a line :61:",
                    hint="check the format of this source; `recon sources detect` says what a file looks like",
                )
            )

    @property
    def _cut(self) -> bool:
        """Whether the last field may go on: a movement of which no narrative was seen, or half of a tag."""
        last = self._last
        return (last.tag == "61" and last.words is None) or is_cut_tag((last.words or last.lines or [""])[-1])

    def _begin(self, found: Field) -> bool:
        self._finish()
        self._found = True
        self._statements += 1
        reference = found.lines[0].strip() or None
        self._message = Message(self._statements, found.line_no, reference=reference)
        return True

    def _another(self) -> None:
        """Begin a further statement inside the same message."""
        before = self._message
        self._finish()
        self._statements += 1
        self._message = Message(
            self._statements, before.began, False, before.reference, before.account, before.number
        )

    def _account(self, found: Field) -> bool:
        if self._message.opening or any(self._message.counts.values()):
            self._another()
        self._message.account = account_of(found.lines[0])
        return True

    def _number(self, found: Field) -> bool:
        self._message.number = "".join(found.lines).strip() or None
        return True

    def _opening(self, found: Field) -> bool:
        if self._message.opening or self._message.statement_no is None:
            self._another()
        said = balance(found.lines)
        self._message.opening = said
        if said:
            self._know_currency(said.currency)
        return said is not None

    def _closing(self, found: Field) -> bool:
        said = balance(found.lines)
        self._message.closing = said
        if said:
            self._know_currency(said.currency)
        return said is not None

    def _floor(self, found: Field) -> bool:
        self._message.interim = True
        self._know_currency(floor_currency(found.lines))
        return True

    def _total(self, found: Field) -> bool:
        said = total(found.lines)
        self._message.interim = True
        if said:
            self._message.totals[found.tag[-1]] = said
            self._know_currency(said.currency)
        return said is not None

    def _ended(self, found: Field) -> bool:  # noqa: ARG002 - all handlers have one shape
        self._message.ended = True
        return True

    def _know_currency(self, currency: str | None) -> None:
        message = self._message
        if message.currency is None and currency is not None:
            message.currency = currency
            self.out.rows.extend([row._replace(currency=currency) for row in message.waiting])
            message.waiting = []

    def _flush(self, line: Field) -> None:
        """Make a row of the movement that is open, with the narrative that followed it."""
        words, self._line, self._words = self._words, None, []
        texts = [text for word in words for text in word.lines]
        self._take_line(line, words[0].tag if words else None, texts)

    def _take_run(self, run: Field, words: list[str]) -> None:
        """Make rows of a run of movements, each with one line of words."""
        self._found = True
        message, line_no = self._message, run.line_no
        rows = usual_rows(line_no, run.lines, words, message, self._known)
        usual = [row for row in rows if row is not None]
        amounts = [row[1] for row in usual]
        debits = [amount for amount in amounts if amount.is_signed()]
        total, out = sum(amounts, _ZERO), sum(debits, _ZERO)
        for side, count, amount in (("C", len(amounts) - len(debits), total - out), ("D", len(debits), out)):
            message.counts[side] += count
            message.sums[side] += amount
        self.out.recognised += len(usual)
        if len(usual) == len(rows):
            (self.out.rows if message.currency is not None else message.waiting).extend(usual)
            return
        for at, row in enumerate(rows):
            if row is None:
                self._take_line(
                    Field("61", line_no + 2 * at, 2, run.lines[at : at + 1]), "86", words[at : at + 1]
                )
            else:
                (self.out.rows if message.currency is not None else message.waiting).append(row)

    def _take_line(self, line: Field, tag: str | None, texts: list[str]) -> None:
        """Make a row of a movement and the lines of its narrative, whose tag is given."""
        self._found = True
        said = movement(line.lines)
        if said is None:
            self._refuse(line, "statement-line", "this is no value date, sign and amount")
            return
        self.out.recognised += line.count - 1
        message = self._message
        side = "D" if said.amount.is_signed() else "C"
        message.counts[side] += 1
        message.sums[side] += said.amount
        message.expected = message.expected or said.expected
        rows = message.waiting if message.currency is None else self.out.rows
        rows.append(row_of(said, line, message, tag, texts))

    def _note(self, found: Field) -> None:
        """Tell of a balance or a total that cannot be read: the control of its statement fails."""
        if self._message.statement_no is None:
            self._refuse(found, "balance", _NO_BALANCE)
            return
        self._know_currency(currency_in(found.lines))
        said = f":{found.tag}:{found.lines[0].strip()[:_SHOWN]}"
        self._message.notes.append(f'line {found.line_no}: {_NO_BALANCE}: "{said}"')
        self.out.recognise(found.count)

    def _finish(self) -> None:
        """Hand over the statement that is being read."""
        message = self._message
        if message.currency is None and self._options.currency:
            self._know_currency(self._options.currency)
        for row in message.waiting:
            hint = "the statement names no currency; state `currency:` in the source's layout"
            self.out.refused.append(Refused(row.line_no, "currency", None, "currency-missing", hint, row.raw))
        message.waiting = []
        if message.statement_no is not None:
            self.out.statements.append(message.statement())

    def _refuse(self, found: Field, code: str, reason: str) -> None:
        value = found.lines[0] if found.lines else ""
        text = f":{found.tag}:" + "\n".join(found.lines)
        self.out.refused.append(Refused(found.line_no, f":{found.tag}:", value, code, reason, text))
        self.out.recognise(found.count - 1)
