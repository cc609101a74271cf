"""A month with everything in it: four currencies, carried items, variances, exclusions, refused rows."""

from decimal import Decimal

from tests.unit.outputs.builder import RunBuilder

NGN_BANK, USD_BANK, KWD_BANK = "0123456789", "USD-2201", "KWD-77"


def month() -> RunBuilder:
    """October of an imaginary payment company."""
    run = RunBuilder()
    run.ruleset(
        "internal_vs_processor", "internal_ledger", "processor_settlement", "Ledger against processor",
        ["processor reference", "order id, same amount", "amount and day"],
    )  # fmt: skip
    run.ruleset(
        "processor_vs_bank", "processor_settlement", "bank_statement", "Processor against bank",
        ["payout reference", "payout in remittance text"],
    )  # fmt: skip
    _ledger(run)
    _bank(run)
    run.file("internal_ledger", "inbox/ledger-2026-10.csv", 214)
    run.file("processor_settlement", "inbox/settlement-2026-10.csv", 208, refused=2, recognised=1)
    run.file("bank_statement", "inbox/gtb-2026-10.mt940", 41, recognised=6)
    run.file("bank_statement", "inbox/usd-2026-10.camt053.xml", 12)
    run.chains.append(
        {"name": "sale to bank", "statuses": [
            {"status": "settled", "currency": "NGN", "count": 180, "amount": "4512300.00"},
            {"status": "settled", "currency": "USD", "count": 12, "amount": "900.00"},
            {"status": "stopped before bank", "currency": "NGN", "count": 9, "amount": "88010.55"},
        ]}
    )  # fmt: skip
    return run


def _ledger(run: RunBuilder) -> None:
    name = "internal_vs_processor"
    for n in range(60):
        amount = Decimal("1250.40") + n * 37
        run.match(name, "NGN", [("merchant-1", amount)], [("mid-001", amount)])
    for n in range(8):
        run.match(
            name, "USD", [("merchant-2", f"{75 + n}.25")], [("mid-001", f"{75 + n}.25")], name="amount and day"
        )
    run.match(name, "NGN", [("merchant-1", "5000.00")], [("mid-001", "4985.00")], variance_kind="fee")
    run.match(name, "NGN", [("merchant-3", "10.00")], [("mid-001", "10.00")], state="suggested")
    run.match(name, "JPY", [("merchant-4", "120000")], [("mid-001", "120000")], name="order id, same amount")
    run.open(name, "left", "merchant-1", "NGN 18200.00", "missing_in_processor", age=34, state="persisting")
    run.open(name, "left", "merchant-1", "NGN 950.00", "in_transit", age=1, counterparty='=HYPERLINK("x")')
    run.open(name, "left", "merchant-3", "NGN 10.00", "ambiguous", age=4)
    run.open(name, "right", "mid-001", "NGN 7300.00", "missing_in_internal", age=12, reference="0004711")
    run.open(name, "right", "mid-001", "USD -40.10", "refund_unmatched", age=66, state="persisting")
    run.open(name, "left", "merchant-4", "JPY 5400", "in_transit", age=0)
    run.exclude(name, "left", "merchant-1", "NGN 300.00", "test transaction")


def _bank(run: RunBuilder) -> None:
    name = "processor_vs_bank"
    for n in range(20):
        lines = [("mid-001", f"{1000 + n * 3 + k}.50") for k in range(3)]
        paid = sum((Decimal(amount) for _, amount in lines), Decimal(0))
        run.match(name, "NGN", lines, [(NGN_BANK, paid)])
    run.match(name, "NGN", [("mid-001", "8000.01")], [(NGN_BANK, "8000.00")], variance_kind="rounding",
              name="payout in remittance text")  # fmt: skip
    run.match(name, "USD", [("mid-001", "640.00")], [(USD_BANK, "640.00")])
    run.match(name, "USD", [("mid-001", "310.00")], [("USD-2202", "300.00"), (USD_BANK, "10.00")])
    run.match(name, "KWD", [("mid-009", "12.345")], [(KWD_BANK, "12.340")], variance_kind="fx")
    run.match(name, "NGN", [("mid-001", "55.00"), ("mid-001", "-55.00")], [])
    run.open(name, "left", "mid-001", "NGN 44100.00", "missing_in_bank", age=95, state="persisting")
    run.open(name, "left", "mid-001", "NGN 1250.75", "in_transit", age=1)
    run.open(name, "left", "mid-001", "USD 87.10", "in_transit", age=1)
    run.open(name, "right", NGN_BANK, "NGN 60000.00", "unexpected_credit", age=9, counterparty="Adé & <Sons>")
    run.open(name, "right", USD_BANK, "USD 15.00", "unexpected_credit", age=200, state="reopened")
    run.exclude(name, "right", NGN_BANK, "NGN -52.50", "bank charge")
    run.exclude(name, "right", NGN_BANK, "NGN -107.50", "bank charge")
    run.statement(
        "bank_statement",
        NGN_BANK,
        "NGN",
        number=1,
        opening="250000.00",
        moves=["61771.50", "8000.00", "-160.00"],
    )
    run.statement(
        "bank_statement",
        NGN_BANK,
        "NGN",
        number=2,
        opening="319611.50",
        moves=["60000.00"],
        closing="379611.00",
    )
    run.statement(
        "bank_statement", USD_BANK, "USD", number=1, opening="1000.00", moves=["640.00", "10.00", "15.00"]
    )
