"""Messages for tests of bank files: a few payments, and bank files that take them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from recon.payouts.bank.message import Instruction, Message, instruction
from recon.payouts.bank.profile import BankFile

MADE = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
DAY = date(2026, 11, 4)
PAYMENT = {
    "payment_id": "0123456789abcdef0001",
    "payee": "blog-nordlys",
    "name": "Nordlys Média & Co",
    "bank_account": "NL91 ABNA 0417 1643 00",
    "bank": "ABNANL2A",
    "country": "NL",
    "currency": "EUR",
    "amount": Decimal("1234.50000000"),
    "day": DAY,
    "payouts": "affiliates-2026-10-aaaa",
    "again_of": "",
}

SEPA = {
    "bank_file": "eur_sepa",
    "format": "pain.001",
    "currencies": ["EUR"],
    "letters": "latin",
    "debtor": {"name": "Tide Payments B.V.", "account": "DE89370400440532013000", "bank": "COBADEFFXXX"},
    "pain": {"service": "SEPA", "category": "COMM"},
}
ACH = {
    "bank_file": "usd_ach",
    "format": "nacha",
    "currencies": ["USD"],
    "debtor": {"name": "Tide Payments Inc", "account": "1234567"},
    "nacha": {
        "destination": "021000021",
        "destination_name": "FIRST BANK",
        "origin": "1234567890",
        "company_id": "1234567890",
    },
}
TEMPLATE = {
    "bank_file": "cny_template",
    "format": "columns",
    "currencies": ["CNY"],
    "debtor": {"name": "潮汐支付有限公司", "account": "6222000011112222"},
    "words": "佣金 {payment_id}",
    "columns": {
        "before": [["总笔数", "{count}", "总金额", "{total}"]],
        "header": {"序号": "{number}", "收款账号": "{account}", "收款户名": "{name}", "联行号": "{bank}",
                   "金额": "{amount}", "币种": "人民币", "用途": "{words}"},
        "encoding": "gb18030",
    },
}  # fmt: skip


def payment(**other: Any) -> dict[str, Any]:
    """A payment of a batch."""
    return PAYMENT | other


def usd(number: int, amount: str, **other: Any) -> dict[str, Any]:
    """A payment in USD to an account of a bank in the United States."""
    about = {
        "payment_id": f"{number:020}",
        "name": "Kestrel Agency LLC",
        "bank_account": "000123456789",
        "bank": "121000248",
        "country": "US",
        "currency": "USD",
        "amount": Decimal(amount),
    }
    return payment(**(about | other))


def message(about: dict[str, Any], *rows: dict[str, Any]) -> Message:
    """A message of some payments."""
    kind = BankFile.model_validate(about)
    told: tuple[Instruction, ...] = tuple(instruction(row, kind) for row in rows)
    return Message("c0ffee00c0ffee00c0ffee00", kind, rows[0]["currency"], MADE, DAY, told)
