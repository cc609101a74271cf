"""The bank's statements: MT940 for the naira account, CAMT.053 for the dollar account, one a bank day."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from sample_data.miniapp_settlement.bank import ACCOUNTS, CHARGE, Account
from sample_data.miniapp_settlement.book import Movement
from sample_data.miniapp_settlement.world import amount_text, bank_days

NGN_FILE = "data/bank/ngn_2026-10.sta"
USD_FILE = "data/bank/usd_2026-10.xml"
_BIC = "PLMGNGLA"


@dataclass(frozen=True, slots=True)
class Statement:
    """One day of an account. The balances include every movement, also one whose line is missing."""

    account: Account
    number: int
    day: date
    opening: int
    closing: int
    printed: tuple[Movement, ...]


def statements(account: Account, movements: Sequence[Movement]) -> list[Statement]:
    """The statements of the account for every bank day of the month, each opening where the last one closed."""
    found, balance = [], account.opening
    for position, day in enumerate(bank_days()):
        booked = [move for move in movements if move.booked == day and move.currency == account.currency]
        closing = balance + sum(move.amount for move in booked)
        printed = tuple(move for move in booked if move.printed)
        found.append(Statement(account, account.first_statement + position, day, balance, closing, printed))
        balance = closing
    return found


def statement_files(movements: Sequence[Movement]) -> dict[str, bytes]:
    """Both files by path."""
    naira = "".join(map(_mt940, statements(ACCOUNTS["NGN"], movements)))
    return {NGN_FILE: naira.encode("ascii"), USD_FILE: camt_file(statements(ACCOUNTS["USD"], movements))}


def _mt940(statement: Statement) -> str:
    currency, day = statement.account.currency, statement.day
    lines = [
        f":20:PG{day:%y%m%d}{statement.account.number[-6:]}",
        f":25:{_BIC}/{statement.account.number}",
        f":28C:{statement.number}/1",
        f":60F:{_swift_balance(statement.opening, day, currency)}",
    ]
    for move in statement.printed:
        mark = "D" if move.amount < 0 else "C"
        amount = amount_text(abs(move.amount)).replace(".", ",")
        reference = move.reference or "NONREF"
        lines.append(
            f":61:{move.value:%y%m%d}{move.booked:%m%d}{mark}{amount}N{move.code}{reference}//{move.bank_reference}"
        )
        words = f"{move.text} B/O {move.counterparty}" if move.counterparty else move.text
        lines.append("\r\n".join(textwrap.wrap(f":86:{words}", 65)))
    lines += [
        f":62F:{_swift_balance(statement.closing, day, currency)}",
        f":64:{_swift_balance(statement.closing, day, currency)}",
        "-",
    ]
    return "".join(f"{line}\r\n" for line in lines)


def _swift_balance(minor: int, day: date, currency: str) -> str:
    amount = amount_text(abs(minor)).replace(".", ",")
    return f"{'D' if minor < 0 else 'C'}{day:%y%m%d}{currency}{amount}"


def camt_file(found: Sequence[Statement]) -> bytes:
    """Statements of the dollar account in one file."""
    body = "".join(map(_camt_statement, found))
    last = found[-1].day
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">\n<BkToCstmrStmt>\n'
        f"<GrpHdr><MsgId>{_BIC}-USD-{last:%Y%m}</MsgId><CreDtTm>{last:%Y-%m-%d}T21:00:00+01:00</CreDtTm></GrpHdr>\n"
        f"{body}</BkToCstmrStmt>\n</Document>\n"
    ).encode()


def _camt_statement(statement: Statement) -> str:
    day, currency = statement.day.isoformat(), statement.account.currency
    entries = "".join(_camt_entry(move, position) for position, move in enumerate(statement.printed, start=1))
    return (
        f"<Stmt><Id>USD-{statement.number}</Id><ElctrncSeqNb>{statement.number}</ElctrncSeqNb>"
        f"<CreDtTm>{day}T21:00:00+01:00</CreDtTm>\n"
        f"<FrToDt><FrDtTm>{day}T00:00:00+01:00</FrDtTm><ToDtTm>{day}T23:59:59+01:00</ToDtTm></FrToDt>\n"
        f"<Acct><Id><Othr><Id>{statement.account.number}</Id></Othr></Id><Ccy>{currency}</Ccy>"
        f"<Svcr><FinInstnId><BICFI>{_BIC}</BICFI></FinInstnId></Svcr></Acct>\n"
        f"{_camt_balance('OPBD', statement.opening, day, currency)}"
        f"{_camt_balance('CLBD', statement.closing, day, currency)}{entries}</Stmt>\n"
    )


def _camt_balance(code: str, minor: int, day: str, currency: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{amount_text(abs(minor))}</Amt><CdtDbtInd>{_indicator(minor)}</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def _camt_entry(move: Movement, position: int) -> str:
    family = ("ACMT", "MCOP", "CHRG") if move.code == CHARGE else ("PMNT", "RCDT", "XBCT")
    domain, group, detail = family
    party = f"<RltdPties><Dbtr><Pty><Nm>{escape(move.counterparty)}</Nm></Pty></Dbtr></RltdPties>"
    return (
        f'<Ntry><NtryRef>{position}</NtryRef><Amt Ccy="{move.currency}">{amount_text(abs(move.amount))}</Amt>'
        f"<CdtDbtInd>{_indicator(move.amount)}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{move.booked}</Dt></BookgDt><ValDt><Dt>{move.value}</Dt></ValDt>"
        f"<AcctSvcrRef>{move.bank_reference}</AcctSvcrRef>"
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{group}</Cd><SubFmlyCd>{detail}</SubFmlyCd></Fmly></Domn></BkTxCd>\n"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{move.reference or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f"{party if move.counterparty else ''}<RmtInf><Ustrd>{escape(move.text)}</Ustrd></RmtInf>"
        f"</TxDtls></NtryDtls></Ntry>\n"
    )


def _indicator(minor: int) -> str:
    return "DBIT" if minor < 0 else "CRDT"
