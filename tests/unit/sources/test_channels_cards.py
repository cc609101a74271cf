"""Razorpay, UnionPay, Mastercard: paise with tax inside the fee, fixed width in bytes, clearing messages."""

from decimal import Decimal
from pathlib import Path

import pytest

from recon.sources.library import shipped_profile
from recon.sources.profiles.fixed_layout import place_of
from recon.sources.profiles.profile import TableProfile
from tests.unit.sources.channels import attributes, channel, rows
from tests.unit.sources.test_ipm import ALL, SALE, packed

RECON = """\
entity_id,type,debit,credit,amount,currency,fee,tax,on_hold,settled,created_at,settled_at,settlement_id,posted_at,credit_type,description,notes,payment_id,settlement_utr,order_id,order_receipt,method,card_network,card_issuer,card_type,dispute_id
pay_1,payment,0,97640,100000,INR,2360,360,0,1,1790812800,1790985600,setl_1,,default,,,,UTR0001,order_1,R-1,card,Visa,HDFC,debit,
rfnd_1,refund,50000,0,50000,INR,0,0,0,1,1790812900,1790985600,setl_1,,default,,,pay_1,UTR0001,,,,,,,
adj_1,adjustment,1000,0,1000,INR,0,0,0,1,1790812900,1790985600,setl_1,,default,Dispute deduction,,pay_0,UTR0001,,,,,,,disp_1
adj_2,adjustment,0,700,700,INR,0,0,0,0,1790812900,,,,default,,,,,,,,,,,
"""


def test_razorpay_recon(tmp_path: Path) -> None:
    result = channel(tmp_path, "razorpay_settlement_recon", RECON)
    assert result.refused == []
    assert rows(result, "type", "status", "gross", "fee", "tax", "amount") == [
        ("payment", "booked", "1000", "-20", "-3.6", "976.4"),
        ("refund", "booked", "-500", "0", "0", "-500"),
        ("adjustment", "booked", "-10", "0", "0", "-10"),
        ("adjustment", "pending", "7", "0", "0", "7"),
    ]
    assert rows(result, "payout_id", "ref_payout", "ref_original", "ref_merchant") == [
        ("setl_1", "UTR0001", None, "R-1"),
        ("setl_1", "UTR0001", "pay_1", None),
        ("setl_1", "UTR0001", "pay_0", None),
        (None, None, None, None),
    ]
    settled = sum(row["amount"] for row in result.rows if row["payout_id"] == "setl_1")
    assert settled == Decimal("466.40")
    assert str(result.rows[0]["event_time"]) == "2026-10-01 00:00:00"
    assert attributes(result, "dispute") == [None, None, "disp_1", None]


@pytest.mark.parametrize(
    ("old", "new"), [("0,97640,", "0,97641,"), (",2360,360,", ",2360,361,0,1,x"[:12] + ",")]
)
def test_a_razorpay_line_that_does_not_tie(tmp_path: Path, old: str, new: str) -> None:
    content = (
        RECON.replace(old, new, 1) if old != ",2360,360," else RECON.replace(",2360,360,", ",2361,360,", 1)
    )
    result = channel(tmp_path, "razorpay_settlement_recon", content)
    assert [(one.line_no, one.field) for one in result.refused] == [(2, "net")]


def test_the_razorpay_report(tmp_path: Path) -> None:
    content = """\
transaction_entity,entity_id,amount,currency,fee (exclusive tax),tax,debit,credit,payment_method,card_type,issuer_name,entity_created_at,payment_captured_at,payment_notes,arn,entity_description,order_id,order_receipt,order_notes,dispute_id,settlement_id,settled_at,settlement_utr,settled_by
payment,pay_1,"1,000.00",INR,20.00,3.60,0.00,976.40,card,debit,HDFC,01/10/2026 09:30:00,,,,,order_1,R-1,,,setl_1,03/10/2026 05:00:00,UTR0001,Razorpay
refund,rfnd_1,500.00,INR,0.00,0.00,500.00,0.00,,,,01/10/2026 10:00:00,,,,,,,,,setl_1,03/10/2026 05:00:00,UTR0001,Razorpay
"""
    result = channel(tmp_path, "razorpay_settlement_report", content)
    assert rows(result, "gross", "fee", "tax", "amount", "event_time", "ref_payout") == [
        ("1000", "-20", "-3.6", "976.4", "2026-10-01 04:00:00", "UTR0001"),
        ("-500", "0", "0", "-500", "2026-10-01 04:30:00", "UTR0001"),
    ]


def record(**cells: str) -> bytes:
    """A record of UnionPay's file with some columns filled."""
    profile = shipped_profile("unionpay_merchant_zm").profile
    assert isinstance(profile, TableProfile)
    assert profile.layout.fixed is not None
    places = {name: place_of(text) for name, text in profile.layout.fixed.columns.items()}
    made = bytearray(b" " * profile.layout.fixed.width)
    for name, text in cells.items():
        first, last = places[name]
        raw = text.encode("gb18030")
        assert len(raw) <= last - first + 1, name
        made[first - 1 : first - 1 + len(raw)] = raw
    return bytes(made)


def sale(kind: str, amount: int, fee: int, *, out: bool = False) -> bytes:
    settled = amount - fee
    return record(
        交易代码="S22", 交易传输时间="1001093000", 账号="622848******1234", 交易金额=f"{amount:012d}", 查询流水号=f"Q{kind}{amount}",
        商户订单号=f"ORDER{amount}", 商户手续费借贷="C" if out else "D", 商户手续费=f"{fee:012d}",
        结算金额借贷="D" if out else "C", 结算金额=f"{settled:012d}", 交易类型=kind, 商户代码="777290058110097",
        二级商户简称="小店", 终端号="00000001",
    )  # fmt: skip


def test_unionpay(tmp_path: Path) -> None:
    content = b"\r\n".join([sale("01", 10000, 60), sale("04", 5000, 30, out=True), b""])
    result = channel(tmp_path, "unionpay_merchant_zm", content, "INN26100188ZM_777290058110097")
    assert result.refused == []
    assert rows(result, "type", "gross", "fee", "amount", "ref_merchant", "booking_date", "account") == [
        ("payment", "100", "-0.6", "99.4", "ORDER10000", "2026-10-01", "777290058110097"),
        ("refund", "-50", "0.3", "-49.7", "ORDER5000", "2026-10-01", "777290058110097"),
    ]


def test_a_unionpay_record_that_does_not_tie(tmp_path: Path) -> None:
    content = b"\n".join(
        [sale("01", 10000, 60), sale("01", 5000, 30).replace(b"C000000004970", b"C000000004971")]
    )
    result = channel(tmp_path, "unionpay_merchant_zm", content, "INN26100188ZM_777290058110097")
    assert [(one.line_no, one.field) for one in result.refused] == [(2, "net")]


def test_mastercard(tmp_path: Path) -> None:
    result = channel(tmp_path, "mastercard_ipm", packed(*ALL), "T112.ipm")
    assert rows(result, "type", "currency", "amount", "booking_date") == [
        ("payment", "USD", "10.5", "2026-10-01"),
        ("refund", "JPY", "-50", "2026-10-01"),
        ("chargeback", "USD", "-10.5", "2026-10-01"),
        ("chargeback_reversal", "USD", "10.5", "2026-10-01"),
    ]
    assert {row["ref_processor"] for row in result.rows} == {SALE["DE31"]}
