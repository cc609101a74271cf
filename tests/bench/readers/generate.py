# ruff: noqa: RUF001 - the keys of one format are Russian words
"""Writes statements of any number of transactions in each bank format, with what is true of them.

All formats tell the same movements: a customer's name, references of two kinds, a text, an amount in cents, one in
fifty of them undone. A statement has `PER_STATEMENT` movements, and its balances and control totals tie.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Final, TextIO

SEED: Final = 11
PER_STATEMENT: Final = 250
FIRST_DAY: Final = date(2026, 1, 2)
IBAN: Final = "DE89370400440532013000"
NAMES: Final = (
    "Müller & Söhne GmbH", "Anna Lindqvist", "Van der Berg BV", "Papeterie Lefèvre", "Chidi Okonkwo Stores",
    "Northwind Traders Ltd", "Kowalska Maria", "Acme Online Retail", "Juan Pérez García", "Stadtwerke",
)  # fmt: skip
WORDS: Final = (
    "Invoice", "Rechnung", "order", "settlement", "subscription", "deposit", "Miete", "refund", "batch", "fee",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """One movement; `cents` is signed, `undone` marks the reversal of an earlier one."""

    number: int
    day: date
    cents: int
    undone: bool
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a file: transactions, credits and debits (absolute), all in one currency."""

    count: int
    credits: str
    debits: str


def statements(count: int) -> Iterator[list[Move]]:
    """The movements in statements, one of a day."""
    random = Random(SEED)
    for first in range(0, count, PER_STATEMENT):
        day = FIRST_DAY + timedelta(days=first // PER_STATEMENT % 3000)
        yield [
            Move(
                number,
                day,
                random.choice((1, 1, -1)) * random.randint(1, 500_000),
                random.random() < 0.02,
                random.choice(NAMES),
                f"{random.choice(WORDS)} {random.randint(10_000, 99_999)} {random.choice(WORDS)}",
            )
            for number in range(first, min(first + PER_STATEMENT, count))
        ]


def units(cents: int, mark: str = ".") -> str:
    """The absolute amount with two decimals."""
    return f"{abs(cents) // 100}{mark}{abs(cents) % 100:02}"


def mt940(out: TextIO, all_statements: Iterator[list[Move]]) -> None:
    """Statements in three dialects of the narrative: German sub-fields, words between slashes, plain text."""
    balance = 0
    for number, moves in enumerate(all_statements, 1):
        day = f"{moves[0].day:%y%m%d}"
        out.write(f":20:STMT{number:08}\n:25:{IBAN}\n:28C:{number:05}/1\n{_balance('60F', day, balance)}")
        for move in moves:
            mark = ("RD" if move.cents > 0 else "RC") if move.undone else ("C" if move.cents > 0 else "D")
            out.write(
                f":61:{day}{day[2:]}{mark}{units(move.cents, ',')}NTRFR{move.number:010}//B{move.number:010}\n"
            )
            out.write(_narrative(move))
            balance += move.cents
        out.write(f"{_balance('62F', day, balance)}-\n")


def _balance(tag: str, day: str, cents: int) -> str:
    return f":{tag}:{'D' if cents < 0 else 'C'}{day}EUR{units(cents, ',')}\n"


def _narrative(move: Move) -> str:
    if move.number % 3 == 0:
        return (
            f":86:166?00GUTSCHRIFT?20EREF+E2E-{move.number:010}?21SVWZ+{move.words}?30DEUTDEFF?31DE02120300000000202051"
            f"?32{move.name}\n"
        )
    if move.number % 3 == 1:
        return f":86:/TRTP/SEPA/EREF/E2E-{move.number:010}/NAME/{move.name}/REMI/USTD//{move.words}/\n"
    return f":86:{move.words} {move.name} E2E-{move.number:010}\n"


def camt(out: TextIO, all_statements: Iterator[list[Move]]) -> None:
    """Statements of CAMT.053 version 8, each entry with one transaction detail."""
    out.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">\n'
        "<BkToCstmrStmt>\n<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-01-31T06:00:00+01:00</CreDtTm></GrpHdr>\n"
    )
    balance = 0
    for number, moves in enumerate(all_statements, 1):
        day = moves[0].day.isoformat()
        out.write(
            f"<Stmt>\n<Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{day}T20:00:00+01:00</CreDtTm>\n"
            f"<Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n{_bal('OPBD', day, balance)}"
        )
        balance += sum(move.cents for move in moves)
        out.write(_bal("CLBD", day, balance))
        out.writelines(_entry(move, day) for move in moves)
        out.write("</Stmt>\n")
    out.write("</BkToCstmrStmt>\n</Document>\n")


def _bal(code: str, day: str, cents: int) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{units(cents)}</Amt>'
        f"<CdtDbtInd>{'DBIT' if cents < 0 else 'CRDT'}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def _entry(move: Move, day: str) -> str:
    side, role = ("CRDT", "Dbtr") if move.cents > 0 else ("DBIT", "Cdtr")
    family = "RCDT" if move.cents > 0 else "ICDT"
    undone = "\n  <RvslInd>true</RvslInd>" if move.undone else ""
    return f"""<Ntry>
  <Amt Ccy="EUR">{units(move.cents)}</Amt>
  <CdtDbtInd>{side}</CdtDbtInd>{undone}
  <Sts><Cd>BOOK</Cd></Sts>
  <BookgDt><Dt>{day}</Dt></BookgDt>
  <ValDt><Dt>{day}</Dt></ValDt>
  <AcctSvcrRef>B{move.number:010}</AcctSvcrRef>
  <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
  <NtryDtls>
    <TxDtls>
      <Refs><EndToEndId>E2E-{move.number:010}</EndToEndId></Refs>
      <Amt Ccy="EUR">{units(move.cents)}</Amt>
      <CdtDbtInd>{side}</CdtDbtInd>
      <RltdPties><{role}><Pty><Nm>{move.name.replace("&", "&amp;")}</Nm></Pty></{role}></RltdPties>
      <RmtInf><Ustrd>{move.words}</Ustrd></RmtInf>
    </TxDtls>
  </NtryDtls>
</Ntry>
"""


def ofx(out: TextIO, all_statements: Iterator[list[Move]]) -> None:
    """One bank statement in SGML, as OFX 1.0.2 has it."""
    moves = [move for moves in all_statements for move in moves]
    first, last = (f"{move.day:%Y%m%d}" for move in (moves[0], moves[-1]))
    balance = sum(move.cents for move in moves)
    out.write(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:UTF-8\nCHARSET:NONE\nCOMPRESSION:NONE\n"
        "OLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>"
        f"<DTSERVER>{last}<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1"
        "<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>37040044"
        f"<ACCTID>0532013000<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>{first}<DTEND>{last}\n"
    )
    out.writelines(
        f"<STMTTRN><TRNTYPE>{'CREDIT' if move.cents > 0 else 'DEBIT'}<DTPOSTED>{move.day:%Y%m%d}"
        f"<TRNAMT>{'-' if move.cents < 0 else ''}{units(move.cents)}<FITID>B{move.number:010}\n"
        f"<NAME>{move.name.replace('&', '&amp;')}<MEMO>{move.words} E2E-{move.number:010}</STMTTRN>\n"
        for move in moves
    )
    out.write(
        f"</BANKTRANLIST><LEDGERBAL><BALAMT>{'-' if balance < 0 else ''}{units(balance)}<DTASOF>{last}"
        "</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    )


def bai2(out: TextIO, all_statements: Iterator[list[Move]]) -> None:
    """One group of an account a day; control totals tie at every level."""
    balance = records = groups = total = 0
    out.write("01,SENDER,RECEIVER,260131,0600,1,80,,2/\n")
    for moves in all_statements:
        opening, balance = balance, balance + sum(move.cents for move in moves)
        day = f"{moves[0].day:%y%m%d}"
        out.write(f"02,RECEIVER,SENDER,1,{day},,EUR,2/\n03,0532013000,EUR,010,{opening},,,015,{balance},,/\n")
        out.writelines(
            f"16,{'195' if move.cents > 0 else '495'},{abs(move.cents)},Z,B{move.number:010},E{move.number:010},"
            f"{move.words}\n88,{move.name}\n"
            for move in moves
        )
        stated = opening + balance + sum(abs(move.cents) for move in moves)
        own = 2 + 2 * len(moves)
        out.write(f"49,{stated},{own}/\n98,{stated},1,{own + 2}/\n")
        records, groups, total = records + own + 2, groups + 1, total + stated
    out.write(f"99,{total},{groups},{records + 2}/\n")


def qif(out: TextIO, all_statements: Iterator[list[Move]]) -> None:
    """One bank section."""
    out.write("!Type:Bank\n")
    for moves in all_statements:
        for move in moves:
            amount = f"{'-' if move.cents < 0 else ''}{units(move.cents)}"
            out.write(f"D{move.day:%d/%m/%Y}\nT{amount}\nP{move.name}\nM{move.words}\nNE{move.number:010}\n^\n")


def onec(out: TextIO, all_statements: Iterator[list[Move]]) -> None:
    """One account and its payment orders."""
    ours, theirs = "40702978000000000001", "40702978000000000002"
    out.write(f"1CClientBankExchange\nВерсияФормата=1.03\nКодировка=UTF-8\nРасчСчет={ours}\n")
    for moves in all_statements:
        for move in moves:
            payer, payee = (theirs, ours) if move.cents > 0 else (ours, theirs)
            out.write(
                f"СекцияДокумент=Платежное поручение\nНомер={move.number}\nДата={move.day:%d.%m.%Y}\n"
                f"Сумма={units(move.cents)}\nПлательщикСчет={payer}\nПолучательСчет={payee}\n"
                f"Плательщик1={move.name}\nНазначениеПлатежа={move.words}\nКонецДокумента\n"
            )
    out.write("КонецФайла\n")


WRITERS: Final[dict[str, Callable[[TextIO, Iterator[list[Move]]], None]]] = {
    "mt940": mt940, "camt": camt, "ofx": ofx, "bai2": bai2, "qif": qif, "onec": onec,
}  # fmt: skip
NAMES_OF_FILES: Final = {
    "mt940": "statement.mt940", "camt": "camt053.xml", "ofx": "statement.ofx", "bai2": "statement.bai2",
    "qif": "statement.qif", "onec": "kl_to_1c.txt",
}  # fmt: skip


def generate(name: str, count: int, folder: Path) -> Path:
    """Write a file of a format and `truth.json` into a folder of their own; the path of the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAMES_OF_FILES[name]
    with path.open("w", encoding="utf-8", newline="") as out:
        WRITERS[name](out, statements(count))
    plus = sum(move.cents for moves in statements(count) for move in moves if move.cents > 0)
    minus = -sum(move.cents for moves in statements(count) for move in moves if move.cents < 0)
    truth = Truth(count, *(str(Decimal(cents).scaleb(-2)) for cents in (plus, minus)))
    (folder / "truth.json").write_text(json.dumps(asdict(truth)), encoding="utf-8")
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("format", choices=WRITERS)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    generate(arguments.format, arguments.count, arguments.folder)
