"""M-Pesa, Paystack, Flutterwave: statements of organisations and settlements to a bank."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.sources.channels import attributes, channel, rows

MPESA = """\
Organisation Name:,Tamarind Ltd
Short Code:,600000
Opening Balance:,"100,000.00"
Closing Balance:,"98,467.00"
Total Paid In:,"50,500.00"
Total Withdrawn:,"52,033.00"

Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID,A/C No.
SBK5,16-10-2026 18:00:00,16-10-2026 18:00:00,Organization Settlement Account transfer,Completed,,"-52,000.00","98,467.00",true,Organization Settlement,Bank,,
SBK4,16-10-2026 17:00:01,16-10-2026 17:00:00,Customer Payment declined,Failed,250.00,,150467.00,false,Pay Bill,2547***001 - ANN,,X1
SBK3,16-10-2026 10:00:01,16-10-2026 10:00:00,Pay Bill Charge,Completed,,-33.00,"150,467.00",true,Pay Bill Charge,,SBK1,
SBK2,15-10-2026 10:15:22,15-10-2026 10:15:20,Pay Bill Online from 2547***002 - BEN Acc. NA002,Completed,500.00,,"150,500.00",true,Pay Bill Online,2547***002 - BEN,,NA002
SBK1,15-10-2026 09:30:47,15-10-2026 09:30:40,Pay Bill Online from 2547***001 - ANN Acc. NA001,Completed,"50,000.00",,"150,000.00",true,Pay Bill Online,2547***001 - ANN,,NA001
"""


def test_mpesa_newest_first(tmp_path: Path) -> None:
    result = channel(tmp_path, "mpesa_statement", MPESA)
    assert result.refused == []
    assert rows(
        result, "type", "status", "amount", "ref_processor", "ref_merchant", "ref_original", "ref_payout"
    ) == [
        ("payout", "booked", "-52000", "SBK5", None, None, "SBK5"),
        ("payment", "failed", "250", "SBK4", "X1", None, None),
        ("fee", "booked", "-33", "SBK3", None, "SBK1", None),
        ("payment", "booked", "500", "SBK2", "NA002", None, None),
        ("payment", "booked", "50000", "SBK1", "NA001", None, None),
    ]
    assert str(result.rows[-1]["event_time"]) == "2026-10-15 06:30:47"
    (statement,) = result.statements
    assert (statement.opening, statement.closing) == (Decimal(100_000), Decimal(98_467))
    assert statement.control_ok is True


def test_mpesa_that_lost_a_row(tmp_path: Path) -> None:
    content = "".join(line + "\n" for line in MPESA.splitlines() if not line.startswith("SBK3"))
    (statement,) = channel(tmp_path, "mpesa_statement", content).statements
    assert statement.control_ok is False
    for said in ("the running balance does not follow", "debits stated as 52033, found 52000"):
        assert said in str(statement.control_note)


@pytest.mark.parametrize(
    ("time", "utc"),
    [
        ("15/10/2026 09:30:47", "2026-10-15 06:30:47"),
        ("2026-10-15 09:30:47", "2026-10-15 06:30:47"),
        ("15-10-2026 09:30:47", "2026-10-15 06:30:47"),
        ("15/10/2026 09:30:47 PM", "2026-10-15 18:30:47"),
    ],
)
def test_mpesa_in_seven_columns(tmp_path: Path, time: str, utc: str) -> None:
    content = (
        "Receipt No,Completion Time,Details,Transaction Status,Paid in,Withdrawn,Balance\n"
        f'QC1,{time},"Pay Bill Online QC1 Ann 0712  Account Number NA7",Completed,50.00,,150.00\n'
    )
    result = channel(tmp_path, "mpesa_statement", content)
    assert rows(result, "amount", "ref_merchant", "event_time") == [("50", "NA7", utc)]
    assert result.statements[0].opening == Decimal(100)


PAYSTACK = """\
id,reference,amount,fees,channel,currency,paid_at,status,settlement
3001,ORD-1,100000,1500,card,NGN,2026-10-01T08:30:00.000Z,success,700
3002,ORD-2,5000,,bank_transfer,NGN,2026-10-01T23:30:00.000Z,success,700
3003,ORD-3,9000,135,card,GHS,2026-10-02T08:30:00.000Z,failed,
"""


def test_paystack_transactions(tmp_path: Path) -> None:
    result = channel(tmp_path, "paystack_settlement_transactions", PAYSTACK)
    assert rows(result, "currency", "status", "gross", "fee", "amount", "ref_merchant", "payout_id") == [
        ("NGN", "booked", "1000", "-15", "985", "ORD-1", "700"),
        ("NGN", "booked", "50", "0", "50", "ORD-2", "700"),
        ("GHS", "failed", "90", "-1.35", "88.65", "ORD-3", None),
    ]


def test_paystack_in_naira_is_refused(tmp_path: Path) -> None:
    """Whole kobo are expected; an amount with a point is of another export."""
    result = channel(
        tmp_path, "paystack_settlement_transactions", PAYSTACK.replace("100000,1500", "1000.00,15.00")
    )
    assert [(one.line_no, one.field) for one in result.refused] == [(2, "gross")]


SETTLEMENTS = """\
id,domain,status,currency,integration,total_processed,total_fees,total_amount,effective_amount,deductions,settled_by,settlement_date,createdAt,updatedAt
700,live,success,NGN,1,105000,1500,103500,103500,,,2026-10-02T00:00:00.000Z,x,x
701,live,pending,NGN,1,105000,1500,103500,100000,3500,,2026-10-03T00:00:00.000Z,x,x
"""


def test_paystack_settlements(tmp_path: Path) -> None:
    result = channel(tmp_path, "paystack_settlements", SETTLEMENTS)
    assert rows(result, "type", "status", "gross", "fee", "amount", "payout_id", "booking_date") == [
        ("payout", "booked", "1050", "-15", "1035", "700", "2026-10-02"),
        ("payout", "pending", "1050", "-50", "1000", "701", "2026-10-03"),
    ]
    wrong = channel(tmp_path, "paystack_settlements", SETTLEMENTS.replace("103500,103500,,", "103500,103400,,"))
    assert [(one.line_no, one.field, one.value) for one in wrong.refused] == [(2, "net", "103400")]


FLUTTERWAVE = """\
id,account_id,merchant_name,currency,gross_amount,app_fee,merchant_fee,chargeback,refund,stampduty_charge,net_amount,transaction_count,due_date,processed_date,disburse_ref,bank_code,status
9001,1,T Ltd,NGN,30620,620,0,0,20064,50,9886,4,2026-10-02T00:00:00.000Z,2026-10-02T15:00:00.000Z,FLW-D-1,044,completed
9002,1,T Ltd,NGN,1000,14,0,0,0,0,986,1,2026-10-03T00:00:00.000Z,,,044,pending
"""


def test_flutterwave_settlements(tmp_path: Path) -> None:
    result = channel(tmp_path, "flutterwave_settlements", FLUTTERWAVE)
    assert rows(result, "gross", "fee", "tax", "amount", "status", "ref_payout", "value_date") == [
        ("30620", "-20684", "-50", "9886", "booked", "FLW-D-1", "2026-10-02"),
        ("1000", "-14", "0", "986", "pending", None, "2026-10-03"),
    ]
    parts = {part["kind"]: part["amount"] for part in result.rows[0]["fee_parts"]}
    assert parts == {"app": Decimal(-620), "refunds": Decimal(-20064)}
    wrong = channel(tmp_path, "flutterwave_settlements", FLUTTERWAVE.replace(",9886,", ",9887,"))
    assert [(one.line_no, one.field) for one in wrong.refused] == [(2, "net")]


def test_flutterwave_transactions(tmp_path: Path) -> None:
    content = """\
id,tx_ref,flw_ref,currency,charged_amount,app_fee,merchant_fee,amount_settled,status,payment_type,created_at,rrn
1,ORD-1,FLW-1,NGN,1000,14,0,986,successful,card,2026-10-01T08:30:00.000Z,123456789012
2,ORD-2,FLW-2,NGN,500,7,3,490,failed,ussd,2026-10-01T08:30:00.000Z,
"""
    result = channel(tmp_path, "flutterwave_transactions", content)
    assert rows(result, "gross", "fee", "amount", "status", "ref_processor", "ref_bank") == [
        ("1000", "-14", "986", "booked", "FLW-1", "123456789012"),
        ("500", "-10", "490", "failed", "FLW-2", None),
    ]
    assert attributes(result, "channel") == ["card", "ussd"]
