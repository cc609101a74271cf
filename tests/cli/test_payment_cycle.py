"""From activity to the bank and back: matched, earned, approved, ordered, paid, proven; returned and paid again."""

import csv
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from recon.payouts.bank.pain001 import SPACE
from recon.payouts.bank.profile import bank_files_in
from tests.cli.conftest import Outcome
from tests.cli.payout_stage import plan_text

Run = Callable[..., Outcome]
TRUSTED = '[project]\nname = "acme"\n\n[four_eyes]\ntrust_by = true\n'
TABLE = """\
source: {name}
title: {name}
files: inbox/{name}/*.csv
reader: csv
account: {name}
money: {{decimal: ".", currency: EUR, amount: {{column: amount, plus: in}}}}
dates: {{formats: [yyyy-MM-dd], zone: UTC}}
columns:
  booking_date: day
  ref_merchant: id
  attributes: {{agent: agent}}
type: payment
"""
BANK = "source: bank\ntitle: Our bank\nfiles: inbox/bank/*.sta\nreader: mt940\n"
PAYMENTS = "source: payments\nextends: recon_payments\n"
BOOKS = """\
ruleset: sales
title: Sales
left: orders
right: settled
passes: [{name: order number, same: [ref_merchant]}]
"""
PROOF = """\
ruleset: payments_vs_bank
title: Payments against the bank
left: payments
right: bank
passes: [{name: payment id, same: [ref_end_to_end]}]
"""
SEPA = """\
bank_file: eur_sepa
title: Credit transfers in EUR
format: pain.001
currencies: [EUR]
debtor: {name: Tide Payments B.V., account: NL91ABNA0417164300, bank: ABNANL2A, country: NL}
pain: {service: SEPA}
"""
MARKS = {"C": "C{}NTRFNONREF", "D": "D{}NTRFNONREF", "F": "D{}NCHGNONREF"}
FACTS = """\
payee,what,name,value,from,until
Ada,word,name,Ada Obi,,
Ada,word,bank_account,DE89370400440532013000,,
Bello,word,name,Bello B.V.,,
Bello,word,bank_account,NL02ABNA0123456789,,{until}
{more}"""


class Company:
    """A project with two books, a bank and a plan that pays 10 percent of what is settled."""

    def __init__(self, folder: Path, recon: Run) -> None:
        self.folder, self.recon = folder, recon
        plan = plan_text().replace("currency: USD", "currency: EUR")
        for name, text in {
            "recon.toml": TRUSTED,
            "configs/sources/orders.yaml": TABLE.format(name="orders"),
            "configs/sources/settled.yaml": TABLE.format(name="settled"),
            "configs/sources/bank.yaml": BANK,
            "configs/sources/payments.yaml": PAYMENTS,
            "configs/rules/sales.yaml": BOOKS,
            "configs/rules/payments.yaml": PROOF,
            "configs/plans/sales.yaml": plan,
            "configs/payments/sepa.yaml": SEPA,
        }.items():
            self.write(name, text)
        self.facts()

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def facts(self, until: str = "", more: str = "") -> None:
        self.write("configs/partners/facts/known.csv", FACTS.format(until=until, more=more))

    def sales(self, month: str, *rows: tuple[str, str, str]) -> None:
        lines = ["id,agent,day,amount", *(f"{name},{who},{month}-10,{amount}" for name, who, amount in rows)]
        for book in ("orders", "settled"):
            self.write(f"inbox/{book}/{month}.csv", "\n".join(lines) + "\n")

    def statement(self, number: int, *movements: tuple[str, str, str]) -> Path:
        """A statement of movements: C, D, or F for what the bank takes; the amount with a comma; the payment's id."""
        signed = sum(
            Decimal(amount.replace(",", ".")) * (1 if mark == "C" else -1) for mark, amount, _ in movements
        )
        lines = [
            line
            for mark, amount, payment in movements
            for line in (
                f":61:26{number:04}{MARKS[mark].format(amount)}",
                f":86:/EREF/{payment}/REMI/AC04 closed",
            )
        ]
        closing = f"{Decimal(1000) + signed:.2f}".replace(".", ",")
        text = "\n".join(
            [
                "{1:F01BANKNL2AXXXX0000000000}{2:I940BANKNL2AXXXXN}{4:", f":20:STMT{number}", ":25:NL91ABNA0417164300",
                f":28C:{number}/1", f":60F:C26{number:04}EUR1000,00", *lines,
                f":62F:C26{number:04}EUR{closing}", "-}",
            ]
        )  # fmt: skip
        return self.write(f"inbox/bank/{number}.sta", text + "\n")

    def do(self, *words: str, status: int = 0) -> Any:
        outcome = self.recon(*words, "--format", "json")
        assert outcome.status == status, outcome.stderr
        return json.loads(outcome.stdout) if outcome.stdout else None

    def night(self, *period: str) -> None:
        assert self.recon("run", *period, "--fail-on", "none").status == 0

    def approved(self, period: str) -> dict[str, Decimal]:
        self.night("--period", period)
        (row,) = self.do("payouts", "run", "--period", period, "--by", "clerk")
        for words in (
            ("review", "--by", "reviewer"),
            ("approve", "--by", "regional"),
            ("approve", "--by", "central"),
        ):
            assert self.recon("payouts", words[0], row["payout"], *words[1:]).status == 0
        payees = self.do("payouts", "show", row["payout"])["payouts"]
        return {one["payee"]: Decimal(one["paid"]) for one in payees}

    def payments(self) -> dict[str, tuple[str, str, str, bool]]:
        """Payee, amount and state of each payment, and whether the statement proves it."""
        return {
            one["payment"]: (one["payee"], one["amount"], one["state"], bool(one["proven_by"]))
            for one in self.do("payouts", "payments")
        }


@pytest.fixture
def company(project: Path, recon: Run) -> Company:
    return Company(project, recon)


def test_who_is_put_on_hold_after_the_approval_is_paid_once_the_hold_has_ended(company: Company) -> None:
    """Bello is suspended until the 8th: Ada is paid on the 2nd, Bello on the 9th, each once."""
    company.sales("2026-10", ("A1", "Ada", "1000.00"), ("A2", "Bello", "500.00"))
    company.approved("2026-10")
    company.facts(more="Bello,hold,suspended,,2026-11-01,2026-11-08\n")
    outcome = company.recon("payouts", "export", "--day", "2026-11-02", "--to", "outbox", "--format", "json")
    assert "nothing is paid to Bello, who is on hold: suspended" in outcome.stderr
    (first,) = json.loads(outcome.stdout)
    assert (first["payments"], first["amount"]) == (1, "100.00")
    (order,) = (company.folder / "outbox").glob("*.xml")
    assert "Bello" not in order.read_text("utf-8")

    by_payee = {who: (name, amount, state) for name, (who, amount, state, _) in company.payments().items()}
    assert [by_payee[who][1:] for who in ("Ada", "Bello")] == [("100.00", "exported"), ("50.00", "held")]
    assert [one["payee"] for one in company.do("payouts", "payments", "--state", "held")] == ["Bello"]
    asked = company.do("payouts", "inquire", "Bello")
    assert asked[-1]["words"].startswith("kept back, as the payee was on hold (suspended)")
    still = company.recon("payouts", "batch", "--day", "2026-11-08")
    assert "no approved payout is left to pay to anybody else" in still.stderr
    assert company.recon("payouts", "check-payments").status == 0

    paid = company.write("status.csv", f"payment_id,status\n{by_payee['Ada'][0]},paid\n")
    company.do("payouts", "import-status", str(paid))
    assert [one["state"] for one in company.do("payouts", "batches")] == ["paid"]
    (second,) = company.do("payouts", "batch", "--day", "2026-11-09")
    assert (second["payments"], second["amount"]) == (1, "50.00")
    (again,) = company.do("payouts", "batches", second["batch"])
    assert (again["payee"], again["again_of"]) == ("Bello", by_payee["Bello"][0])
    assert company.recon("payouts", "batch", "--day", "2026-11-10").stdout == ""
    checked = company.recon("payouts", "check-payments")
    assert (checked.status, "2 payments: each is made once" in checked.stderr) == (0, True)


def test_a_whole_cycle(company: Company) -> None:
    company.sales("2026-10", ("A1", "Ada", "1000.00"), ("A2", "Bello", "500.00"), ("A3", "Ada", "250.00"))
    assert company.approved("2026-10") == {"Ada": Decimal("125.00"), "Bello": Decimal("50.00")}

    (batch,) = company.do("payouts", "batch", "--day", "2026-11-02")
    assert (batch["payments"], batch["amount"], batch["currency"]) == (2, "175.00", "EUR")
    company.do("payouts", "export", "--again", batch["batch"], "--to", "outbox")
    (order,) = sorted((company.folder / "outbox").glob("*.xml"))
    root = ElementTree.parse(order).getroot()  # noqa: S314  (our own)
    assert root.findtext(".//{*}GrpHdr/{*}CtrlSum") == "175.00"
    ids = {
        one.findtext("{*}Cdtr/{*}Nm"): one.findtext(".//{*}EndToEndId") or ""
        for one in root.iter(f"{{{SPACE}}}CdtTrfTxInf")
    }
    ada, bello = ids["Ada Obi"], ids["Bello B.V."]

    control = json.loads(order.with_name(f"{order.name}.control.json").read_text())
    status = company.write("status.csv", f"payment_id,status\n{ada},accepted\n{bello},accepted\n")
    assert len(company.do("payouts", "import-status", str(status))) == 2
    assert company.do("payouts", "import-status", str(status)) == []
    wrong = company.write("wrong.csv", f"payment_id,status,amount\n{ada},paid,124.99\nffff,paid,1\n")
    refused = company.recon("payouts", "import-status", str(wrong))
    assert refused.status == 4
    assert "is of 125.00 EUR, and the bank says 124.99 EUR" in refused.stderr
    assert "payment ffff is in no batch" in refused.stderr
    assert control["payments"] == 2

    first = company.statement(1103, ("D", "125,00", ada), ("D", "50,00", bello))
    company.do("payouts", "import-status", str(first))
    company.night()
    assert company.payments() == {
        ada: ("Ada", "125.00", "paid", True),
        bello: ("Bello", "50.00", "paid", True),
    }
    assert company.recon("payouts", "check-payments").status == 0

    returned = company.statement(1105, ("C", "50,00", bello))
    (news,) = company.do("payouts", "import-status", str(returned))
    assert (news["payment"], news["status"]) == (bello, "returned")
    rewritten = company.recon("payouts", "export", "--again", batch["batch"], "--to", "elsewhere")
    assert rewritten.status == 4
    assert f"payment {bello} was returned and is owed again under another id" in rewritten.stderr
    assert not (company.folder / "elsewhere").exists()
    waits = company.recon("payouts", "batch")
    assert "no other account is known yet of Bello" in waits.stderr
    assert "no approved payout is left to pay" in waits.stderr

    asked = company.do("payouts", "inquire", "Bello")
    assert asked[-1]["words"].startswith("owed again")
    cooling = "Bello,hold,bank details changed,,2026-11-06,2026-11-08\n"
    company.facts("2026-11-05", f"Bello,word,bank_account,NL91ABNA0417164300,2026-11-06,\n{cooling}")
    held = company.recon("payouts", "batch", "--day", "2026-11-08", "--same-account")
    assert "nothing is paid to Bello, who is on hold: bank details changed" in held.stderr
    assert "no approved payout is left to pay to anybody else" in held.stderr
    (again,) = company.do("payouts", "batch", "--day", "2026-11-09")
    assert (again["payments"], again["amount"]) == (1, "50.00")
    assert company.recon("payouts", "batch").stdout == ""
    (once_more,) = company.do("payouts", "batches", again["batch"])
    assert (once_more["again_of"], once_more["bank_account"]) == (bello, "NL91ABNA0417164300")
    company.do(
        "payouts", "import-status", str(company.statement(1110, ("D", "50,00", once_more["payment_id"])))
    )
    company.night()
    states = company.payments()
    assert states[once_more["payment_id"]] == ("Bello", "50.00", "paid", True)
    assert states[bello][2] == "returned"
    assert company.recon("payouts", "check-payments").status == 0

    company.sales("2026-11", ("B1", "Ada", "100.00"), ("A1-R", "Ada", "-1000.00"), ("B2", "Bello", "80.00"))
    assert company.approved("2026-11") == {"Ada": Decimal("0.00"), "Bello": Decimal("8.00")}
    shown = company.do("payouts", "inquire", "Ada", "--period", "2026-11")
    assert [(one["what"], one["amount"]) for one in shown] == [
        ("earned", "-90.00"), ("carried_out", "90.00"), ("paid", "0.00"),
    ]  # fmt: skip
    told = company.do("payouts", "inquire", "Bello", "--period", "2026-10")
    assert [one["what"] for one in told] == [
        "earned", "paid", "payment", "accepted", "paid", "returned", "proven", "payment", "paid", "proven",
    ]  # fmt: skip
    assert told[6]["rests_on"] == "inbox/bank/1103.sta:8"
    mistyped = company.recon("payouts", "payments", "--state", "return")
    assert (mistyped.status, "did you mean `returned`?" in mistyped.stderr) == (2, True)
    paid = list(csv.DictReader(io.StringIO(company.recon("payouts", "payments", "--format", "csv").stdout)))
    assert sum(Decimal(one["amount"]) for one in paid if one["state"] == "paid") == Decimal("175.00")


def test_a_payment_of_two_plans_is_told_once_with_its_parts(company: Company) -> None:
    bonus = plan_text("rate: {percent: 1}", plan="bonus").replace("currency: USD", "currency: EUR")
    company.write("configs/plans/bonus.yaml", bonus)
    company.sales("2026-10", ("A1", "Ada", "1000.00"))
    company.night("--period", "2026-10")
    for row in company.do("payouts", "run", "--period", "2026-10", "--by", "clerk"):
        for act, who in (("review", "reviewer"), ("approve", "regional"), ("approve", "central")):
            assert company.recon("payouts", act, row["payout"], "--by", who).status == 0
    (batch,) = company.do("payouts", "batch", "--day", "2026-11-02")
    assert (batch["payments"], batch["amount"]) == (1, "110.00")
    for period in ((), ("--period", "2026-10")):
        told = company.do("payouts", "inquire", "Ada", *period)
        assert [(one["what"], one["amount"]) for one in told] == [
            ("earned", "10.00"), ("paid", "10.00"), ("earned", "100.00"), ("paid", "100.00"),
            ("payment", "110.00"), ("part", "10.00"), ("part", "100.00"),
        ]  # fmt: skip


def test_a_payment_that_left_the_account_twice_is_found(company: Company) -> None:
    company.sales("2026-10", ("A1", "Ada", "1000.00"))
    company.approved("2026-10")
    company.do("payouts", "batch")
    (payment,) = company.payments()
    company.statement(1103, *[("D", "100,00", payment)] * 2, ("F", "1,00", payment))
    company.night()
    refused = company.recon("payouts", "check-payments")
    assert refused.status == 4
    assert f"payment {payment} left the bank account 2 times" in refused.stderr
    assert "inbox/bank/1103.sta:6" in refused.stderr


def test_what_the_bank_would_refuse_leaves_no_file(company: Company) -> None:
    company.facts("2026-10-01", "Bello,word,bank_account,NL00ABNA0123456789,2026-10-02,\n")
    company.sales("2026-10", ("A1", "Bello", "1000.00"))
    company.approved("2026-10")
    refused = company.recon("payouts", "export", "--to", "outbox")
    assert refused.status == 3
    assert "NL00ABNA0123456789 is no IBAN" in refused.stderr
    assert not (company.folder / "outbox").exists()
    unknown = company.recon("payouts", "export", "--to", "outbox", "--again", "2026", "--bank-file", "eur_seba")
    assert "did you mean" in unknown.stderr


def test_the_bank_files_of_the_page_are_right(company: Company) -> None:
    page = (Path(__file__).parents[2] / "docs" / "bank_files.md").read_text(encoding="utf-8")
    shown = re.findall(r"```yaml\n(bank_file.*?)```", page, re.DOTALL)
    for number, text in enumerate(shown):
        company.write(f"configs/payments/{number}.yaml", text)
    (company.folder / "configs/payments/sepa.yaml").unlink()
    filed = bank_files_in(company.folder / "configs" / "payments")
    assert [one.about.bank_file for one in filed] == ["cny_template", "eur_sepa", "usd_ach"]
