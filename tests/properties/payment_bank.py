"""A bank as a desk meets it: it takes files of payments, pays, rejects, returns, and says so late, twice or in part.

What it was ordered and what it has done is kept here alone, read from the bytes of the files that were handed to it.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

DESCRIBED = """\
bank_file: {name}
format: columns
currencies: [EUR]
debtor: {{name: Tide, account: "1"}}
words: "{words}"
columns:
  before: [["{{batch}}"]]
  header: {{id: "{{payment_id}}", to: "{{payee}}", account: "{{account}}", amount: "{{amount}}", for: "{{words}}"}}
"""
REPORT = """\
<Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>{message}</OrgnlMsgId>{group}</OrgnlGrpInfAndSts>\
<OrgnlPmtInfAndSts>{payments}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>
"""
OF_ONE = "<TxInfAndSts><OrgnlEndToEndId>{}</OrgnlEndToEndId><TxSts>{}</TxSts></TxInfAndSts>"
OF_ALL = "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>{}</Cd></Rsn></StsRsnInf>"


@dataclass
class Order:
    """One payment that a file ordered, and what became of it: received, paid, rejected, or returned."""

    payment: str
    payee: str
    amount: Decimal
    payouts: tuple[str, ...]
    state: str = "received"

    @property
    def live(self) -> bool:
        """Whether the money is with the payee, or on its way."""
        return self.state in {"received", "paid"}


@dataclass
class Bank:
    """Every order of every file that it took. A file of a name that it has is refused as a duplicate."""

    orders: list[Order] = field(default_factory=list)
    files: dict[str, list[Order]] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)

    def take(self, content: bytes) -> None:
        """Take a file, or refuse it because it came before; it says either."""
        (message,), _, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
        if message in self.files:
            self.answers.append(REPORT.format(message=message, group=OF_ALL.format("AM05"), payments=""))
            return
        mine = [Order(name, who, Decimal(amount), tuple(words.split())) for name, who, _, amount, words in rows]
        self.files[message] = mine
        self.orders += mine

    def refuse(self, message: str) -> bool:
        """Refuse a whole file of which nothing was done yet, and say so; it may come again."""
        if any(one.state != "received" for one in self.files[message]):
            return False
        for one in self.files.pop(message):
            one.state = "rejected"
        self.answers.append(REPORT.format(message=message, group=OF_ALL.format("FF01"), payments=""))
        return True

    def each(self, decide: Callable[[Order], str]) -> None:
        """Let every living order become what is decided: rejected, paid or returned in turn, or what it is."""
        turns = {"received": {"paid", "rejected"}, "paid": {"returned"}}
        for one in self.orders:
            wanted = decide(one)
            if wanted in turns.get(one.state, ()):
                one.state = wanted

    def report(self, message: str) -> None:
        """Say what was accepted and what was rejected of one file, payment by payment."""
        codes = {"received": "ACCP", "paid": "ACSC", "rejected": "RJCT", "returned": "ACSC"}
        told = "".join(OF_ONE.format(one.payment, codes[one.state]) for one in self.files[message])
        self.answers.append(REPORT.format(message=message, group="", payments=told))

    def table(self) -> None:
        """Say what was done with every payment, in a table."""
        known = {"paid": "paid", "rejected": "rejected", "returned": "returned"}
        rows = [f"{one.payment},{known[one.state]},{one.amount}" for one in self.orders if one.state in known]
        self.answers.append("\n".join(["payment_id,status,amount", *rows]) + "\n")

    def living(self) -> Iterator[Order]:
        """The orders whose money is with the payee, or on its way."""
        return (one for one in self.orders if one.live)
