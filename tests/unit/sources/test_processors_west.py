"""Shipped profiles of card processors: rows in, entries out, and controls that fail with both figures."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.sources.channels import attributes, channel, rows
from tests.unit.sources.workbench import Result, at

STRIPE = """\
automatic_payout_id,automatic_payout_effective_at_utc,balance_transaction_id,created_utc,available_on_utc,currency,\
gross,fee,net,reporting_category,description,charge_id,customer_facing_amount,customer_facing_currency,\
payment_metadata[order_id]
po_9,2026-10-05 00:00:00,txn_1,2026-10-01 09:30:00,2026-10-03 00:00:00,usd,100.00,3.20,96.80,charge,"Boots, brown",\
ch_1,92.00,eur,A-1
po_9,2026-10-05 00:00:00,txn_2,2026-10-02 10:00:00,2026-10-03 00:00:00,usd,-40.00,0.00,-40.00,refund,,ch_1,,,A-1
po_9,2026-10-05 00:00:00,txn_3,2026-10-02 11:00:00,2026-10-03 00:00:00,usd,-30.00,15.00,-45.00,dispute,,ch_0,,,
po_9,2026-10-05 00:00:00,txn_4,2026-10-02 12:00:00,2026-10-03 00:00:00,usd,-0.30,0.00,-0.30,network_cost,,,,,
"""


def notes(result: Result) -> list[str | None]:
    return [one.control_note for one in result.statements]


def verdicts(result: Result) -> list[bool | None]:
    return [one.control_ok for one in result.statements]


def test_stripe_payouts_are_taken_apart(tmp_path: Path) -> None:
    result = channel(tmp_path, "stripe_payout_reconciliation", STRIPE)
    assert rows(result, "type", "gross", "fee", "net", "amount", "currency", "payout_id", "ref_merchant") == [
        ("payment", "100", "-3.2", "96.8", "96.8", "USD", "po_9", "A-1"),
        ("refund", "-40", "0", "-40", "-40", "USD", "po_9", "A-1"),
        ("chargeback", "-30", "-15", "-45", "-45", "USD", "po_9", None),
        ("fee", "-0.3", "0", "-0.3", "-0.3", "USD", "po_9", None),
    ]
    first = result.rows[0]
    assert (first["event_time"], first["value_date"]) == (at("2026-10-01T09:30"), date(2026, 10, 3))
    assert (first["original_amount"], first["original_currency"]) == (Decimal(92), "EUR")
    assert (first["ref_processor"], first["ref_original"], first["remittance"]) == (
        "txn_1",
        "ch_1",
        "Boots, brown",
    )
    assert verdicts(result) == [None]


def test_a_stripe_line_that_does_not_add_up_is_kept_by_its_net(tmp_path: Path) -> None:
    result = channel(
        tmp_path, "stripe_payout_reconciliation", STRIPE.replace("100.00,3.20,96.80", "100.00,3.20,96.70")
    )
    assert result.refused == []
    assert rows(result, "gross", "net", "amount")[0] == ("99.9", "96.7", "96.7")
    assert notes(result) == ["line 2: gross, fee and tax make 96.8 and net is 96.7"]
    assert verdicts(result) == [False]
    assert attributes(result, "warning")[0] == "gross, fee and tax make 96.8 and net is 96.7"


def test_stripe_balance_in_a_zone_of_its_own_and_without_optional_columns(tmp_path: Path) -> None:
    content = (
        "balance_transaction_id,created,currency,gross,fee,net,reporting_category\n"
        "txn_1,2026-10-01 09:30:00,jpy,1000,36,964,charge\n"
        "txn_2,2026-10-02 09:30:00,jpy,-964,0,-964,payout\n"
        "txn_3,2026-10-02 09:31:00,jpy,5,0,5,something_new\n"
    )
    result = channel(tmp_path, "stripe_balance_change", content)
    assert rows(result, "type", "amount", "currency") == [
        ("payment", "964", "JPY"), ("payout", "-964", "JPY"), ("other", "5", "JPY")
    ]  # fmt: skip


def test_stripe_history_and_payouts(tmp_path: Path) -> None:
    content = (
        "id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description,Customer Facing Amount,"
        "Customer Facing Currency,Transfer,Transfer Date (UTC),Transfer Group\n"
        'txn_1,charge,ch_1,"1,010.00",29.59,980.41,usd,2026-10-01 10:00,2026-10-03 00:00,,,,po_1,2026-10-04 00:00,\n'
        "txn_2,payout,po_1,-980.41,0.00,-980.41,usd,2026-10-04 00:00,2026-10-04 00:00,STRIPE PAYOUT,,,,,\n"
    )
    result = channel(tmp_path, "stripe_balance_history", content)
    assert rows(result, "type", "gross", "fee", "amount", "payout_id") == [
        ("payment", "1010", "-29.59", "980.41", "po_1"), ("payout", "-980.41", "0", "-980.41", None)
    ]  # fmt: skip
    content = (
        "payout_id,effective_at_utc,effective_at,balance_transaction_id,currency,gross,fee,net,reporting_category,"
        "description,payout_expected_arrival_date,payout_status,payout_type\n"
        "po_1,2026-10-04 00:00:00,2026-10-03 20:00:00,txn_2,usd,-980.41,0.00,-980.41,payout,STRIPE PAYOUT,"
        "2026-10-06,paid,bank_account\n"
    )
    result = channel(tmp_path, "stripe_payouts", content, "payouts.csv")
    assert rows(result, "type", "amount", "payout_id", "event_time", "value_date") == [
        ("payout", "-980.41", "po_1", "2026-10-04 00:00:00", "2026-10-06")
    ]


ADYEN_HEADER = (
    "Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Creation Date,TimeZone,Type,"
    "Modification Reference,Gross Currency,Gross Debit (GC),Gross Credit (GC),Exchange Rate,Net Currency,"
    "Net Debit (NC),Net Credit (NC),Commission (NC),Markup (NC),Scheme Fees (NC),Interchange (NC),"
    "Payment Method Variant,Modification Merchant Reference,Batch Number,Reserved4\n"
)
ADYEN = (
    ADYEN_HEADER
    + "Tamarind,TamarindEU,8816,A-1,visa,2026-10-01 23:30:00,CEST,Settled,8817,USD,,100.00,0.9,EUR,,87.60,,0.90,0.30,"
    "1.20,visadebit,,7,\n"
    "Tamarind,TamarindEU,8820,A-2,mc,2026-10-01 12:00:00,CEST,Refunded,8821,EUR,10.00,,1,EUR,10.00,,,,,,mccredit,,7,\n"
    "Tamarind,TamarindEU,8830,A-3,mc,2026-10-01 13:00:00,CEST,Chargeback,8831,EUR,20.00,,1,EUR,27.50,,7.50,,,,mc,,7,\n"
    "Tamarind,TamarindEU,,,,2026-10-02 02:00:00,CEST,Fee,Transaction Fees October,,,,,EUR,1.10,,,,,,,,7,\n"
    'Tamarind,TamarindEU,,,,2026-10-02 02:00:00,CEST,MerchantPayout,"TX91XT batch 7, TamarindEU",,,,,EUR,49.00,,,,,,,,'
    "7,\n"
)


def test_an_adyen_batch(tmp_path: Path) -> None:
    result = channel(tmp_path, "adyen_settlement_details", ADYEN)
    assert rows(
        result, "type", "gross", "fee", "net", "currency", "original_amount", "payout_id", "ref_payout"
    ) == [
        ("payment", "90", "-2.4", "87.6", "EUR", "100", "7", None),
        ("refund", "-10", None, "-10", "EUR", "-10", "7", None),
        ("chargeback", "-20", "-7.5", "-27.5", "EUR", "-20", "7", None),
        ("fee", "-1.1", None, "-1.1", "EUR", None, "7", None),
        ("payout", "-49", None, "-49", "EUR", None, "7", "TX91XT"),
    ]
    first = result.rows[0]
    assert first["account"] == "TamarindEU"
    assert (first["event_time"], first["booking_date"]) == (at("2026-10-01T21:30"), date(2026, 10, 1))
    assert [(part["kind"], part["amount"]) for part in first["fee_parts"]] == [
        ("markup", Decimal("-0.9")), ("scheme", Decimal("-0.3")), ("interchange", Decimal("-1.2"))
    ]  # fmt: skip
    assert (verdicts(result), notes(result)) == ([True], [None])


def test_an_adyen_batch_whose_payout_is_not_its_lines(tmp_path: Path) -> None:
    result = channel(tmp_path, "adyen_settlement_details", ADYEN.replace("EUR,49.00", "EUR,48.00"))
    assert (verdicts(result), notes(result)) == ([False], ["the lines of 7 and its payout are 1 EUR apart"])


def test_an_adyen_line_that_is_not_gross_at_its_rate(tmp_path: Path) -> None:
    result = channel(tmp_path, "adyen_settlement_details", ADYEN.replace("100.00,0.9,", "100.00,0.91,"))
    assert notes(result) == ["line 2: original amount at the rate is 91 and gross is 90"]
    within = channel(tmp_path, "adyen_settlement_details", ADYEN.replace("100.00,0.9,", "100.00,0.9001000004,"))
    assert (verdicts(within), within.rows[0]["fx_rate"]) == ([True], Decimal("0.90010000"))


def test_an_unknown_zone_refuses_the_row_and_an_iana_name_does_not(tmp_path: Path) -> None:
    result = channel(tmp_path, "adyen_settlement_details", ADYEN.replace("23:30:00,CEST", "23:30:00,XST"))
    (refused,) = result.refused
    assert (refused.line_no, refused.value, refused.code) == (2, "XST", "date")
    assert "no time zone" in refused.reason
    named = channel(
        tmp_path, "adyen_settlement_details", ADYEN.replace("23:30:00,CEST", "23:30:00,Europe/Paris")
    )
    assert named.rows[0]["event_time"] == at("2026-10-01T21:30")


def test_steps_of_a_payment_are_counted_once(tmp_path: Path) -> None:
    content = (
        "Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,Booking Date,TimeZone,"
        "Record Type,Modification Psp Reference,Main Currency,Main Amount,Payment Currency,Received (PC),"
        "Settlement Currency,Payable (SC),Commission (SC),Markup (SC),Scheme Fees (SC),Interchange (SC)\n"
        "T,TamarindUS,88,A-1,visa,2026-10-01 05:00:00,PDT,Received,,USD,10.40,USD,10.40,,,,,,\n"
        "T,TamarindUS,88,A-1,visa,2026-10-01 05:00:02,PDT,SentForSettle,89,USD,10.40,USD,,USD,10.02,,0.02,0.06,0.30\n"
        "T,TamarindUS,88,A-1,visa,2026-10-02 05:00:02,PDT,Settled,89,USD,10.40,USD,,USD,10.02,,0.02,0.06,0.30\n"
        "T,TamarindUS,90,A-2,visa,2026-10-02 05:00:02,PDT,Refused,,USD,5.00,USD,,,,,,,\n"
    )
    result = channel(tmp_path, "adyen_payment_accounting", content)
    assert rows(result, "type_raw", "status", "amount", "fee", "currency") == [
        ("Received", "info", "0", None, "USD"),
        ("SentForSettle", "info", "10.02", "-0.38", "USD"),
        ("Settled", "booked", "10.02", "-0.38", "USD"),
        ("Refused", "failed", "0", None, "USD"),
    ]
    assert result.rows[0]["event_time"] == at("2026-10-01T12:00")


def test_adyen_platform_payouts(tmp_path: Path) -> None:
    content = (
        "Account Holder,Account,Psp Payment Psp Reference,Payment merchant reference,Main currency,Main amount,"
        "Record Type,Booking Date,TimeZone\n"
        "AH1,BA1,88,A-1,EUR,60.00,Credited,2026-10-01 10:00:00,CEST\n"
        "AH1,BA1,89,,EUR,-9.72,Fee,2026-10-01 10:00:00,CEST\n"
        "AH1,BA1,90,,EUR,-50.28,Payout,2026-10-01 12:00:00,CEST\n"
    )
    result = channel(tmp_path, "adyen_platform_payout", content)
    assert rows(result, "account", "entity", "type", "amount") == [
        ("BA1", "AH1", "payment", "60"), ("BA1", "AH1", "fee", "-9.72"), ("BA1", "AH1", "payout", "-50.28")
    ]  # fmt: skip


CHECKOUT = (
    "Client Entity ID,Client Entity Name,Processing Channel ID,Processing Channel Name,Type,Payment ID,Reference,"
    "Processed On,Available On,Holding Currency,Payout ID,Gross In Holding Currency,Deduction In Holding Currency,"
    "Net In Holding Currency,Processing Fee In Holding Currency,Scheme Fee In Holding Currency,"
    "Interchange In Holding Currency,Tax In Holding Currency,Reserve In Holding Currency,Processing Currency,"
    "Gross In Processing Currency,FX Rate Applied,Payment Method\n"
    "ent_t,Tamarind,pc_1,Shop,Charge,pay_1,A-1,2026-10-01T10:00:00.000,2026-10-02T00:00:00.000,GBP,0000P1,40,-1.5,"
    "38.5,-0.9,-0.4,-0.1,-0.1,0,USD,50,0.8,VISA\n"
    "ent_t,Tamarind,pc_1,Shop,Refund,pay_2,A-2,2026-10-01T11:00:00Z,2026-10-02T00:00:00Z,GBP,0000P1,-8,-0.2,-8.2,"
    "-0.2,0,0,0,0,GBP,-8,1,VISA\n"
    "ent_t,Tamarind,pc_1,Shop,Network Token Update,pay_3,,2026-10-01T12:00:00.000,2026-10-01T12:00:00.000,GBP,0000P1,"
    "0,-0.1,-0.1,-0.1,0,0,0,0,,0,,VISA\n"
)


def test_checkout_breakdown(tmp_path: Path) -> None:
    result = channel(tmp_path, "checkout_settlement_breakdown", CHECKOUT)
    assert rows(result, "type", "gross", "fee", "net", "payout_id", "original_currency", "event_time") == [
        ("payment", "40", "-1.5", "38.5", "0000P1", "USD", "2026-10-01 10:00:00"),
        ("refund", "-8", "-0.2", "-8.2", "0000P1", "GBP", "2026-10-01 11:00:00"),
        ("fee", "0", "-0.1", "-0.1", "0000P1", None, "2026-10-01 12:00:00"),
    ]
    assert [part["kind"] for part in result.rows[0]["fee_parts"]] == [
        "processing",
        "scheme",
        "interchange",
        "tax",
    ]


@pytest.mark.parametrize(
    ("payout", "note"),
    [("79.51", None), ("79.50", "line 2: gross, fee and tax make 79.51 and net is 79.5")],
)
def test_kinds_of_movement_make_a_checkout_payout(tmp_path: Path, payout: str, note: str | None) -> None:
    content = (
        "Client Entity ID,Holding Currency,Payout ID,Payout Date,Payout Amount,Merchant Payout Fees,Payments,Refunds,"
        "Chargebacks,Card Payment Scheme Fees,Tax\n"
        f"ent_t,GBP,0000P1,2026-10-02T02:00:00.000,{payout},-2,90,-5,0,-3.19,-0.3\n"
    )
    result = channel(tmp_path, "checkout_payouts", content)
    assert rows(result, "type", "fee", "tax", "ref_payout") == [("payout", "-5.19", "-0.3", "0000P1")]
    assert notes(result) == [note]


def test_braintree_takes_the_sign_from_the_kind(tmp_path: Path) -> None:
    content = (
        "Merchant Account ID,Transaction ID,Original Transaction ID,Transaction Type,Presentment Currency,"
        "Presentment Amount,Settlement Currency,Settlement Amount,Settlement Date,Disbursement Date,Deposit ID,"
        "Card Brand,Exchange Rate,Order ID,Discount,Total Fee Amount\n"
        "tamarind_usd,t1,,sale,EUR,90.00,USD,100.00,2026-10-01,2026-10-03,d9,Visa,1.1111,A-1,0.029,3.20\n"
        "tamarind_usd,t2,t1,credit,EUR,9.00,USD,10.00,2026-10-02,2026-10-03,,Visa,1.1111,A-1,0.029,-0.29\n"
        "tamarind_usd,t3,t1,credit,EUR,-9.00,USD,-10.00,2026-10-02,2026-10-03,,Visa,1.1111,A-1,,\n"
        "tamarind_usd,t4,,gift,EUR,1.00,USD,1.00,2026-10-02,2026-10-03,,Visa,1.1111,A-1,,\n"
    )
    result = channel(tmp_path, "braintree_transaction_fees", content)
    assert rows(result, "type", "amount", "fee", "net", "original_amount", "payout_id", "ref_original") == [
        ("payment", "100", "-3.2", "96.8", "90", "d9", None),
        ("refund", "-10", "0.29", "-9.71", "-9", None, "t1"),
        ("refund", "-10", None, "-10", "-9", None, "t1"),
    ]
    assert [(one.line_no, one.value) for one in result.refused] == [(5, "gift")]


def test_square_entries_in_minor_units_and_transactions(tmp_path: Path) -> None:
    content = (
        "id,payout_id,effective_at,type,gross_amount_money.amount,gross_amount_money.currency,"
        "fee_amount_money.amount,fee_amount_money.currency,net_amount_money.amount,net_amount_money.currency\n"
        "poe_1,po_1,2026-10-01T23:30:00Z,CHARGE,1000,USD,-30,USD,970,USD\n"
        "poe_2,po_1,2026-10-02T01:30:00Z,REFUND,-500,JPY,0,JPY,-500,JPY\n"
    )
    result = channel(tmp_path, "square_payout_entries", content)
    assert rows(result, "type", "gross", "fee", "amount", "currency", "payout_id") == [
        ("payment", "10", "-0.3", "9.7", "USD", "po_1"), ("refund", "-500", "0", "-500", "JPY", "po_1")
    ]  # fmt: skip
    content = (
        "Date,Time,Time Zone,Gross Sales,Discounts,Net Sales,Tax,Tip,Total Collected,Card,Fees,Net Total,"
        "Transaction ID,Payment ID,Card Brand,Event Type,Location,Deposit ID,Deposit Date\n"
        '2026-10-01,16:30:00,Pacific Time (US & Canada),"$1,000.00",$0.00,"$1,000.00",$80.00,$0.00,"$1,080.00",'
        '"$1,080.00",-$28.18,"$1,051.82",sq1,p1,Visa,Payment,Shop,d1,2026-10-02\n'
        "2026-10-01,17:30:00,Pacific Time (US & Canada),$0.00,$0.00,$0.00,$0.00,$0.00,-$10.00,-$10.00,$0.26,-$9.74,"
        "sq2,p2,Visa,Refund,Shop,d1,2026-10-02\n"
    )
    result = channel(tmp_path, "square_transactions", content)
    assert rows(result, "type", "gross", "fee", "amount", "payout_id", "event_time") == [
        ("payment", "1080", "-28.18", "1051.82", "d1", "2026-10-01 23:30:00"),
        ("refund", "-10", "0.26", "-9.74", "d1", "2026-10-02 00:30:00"),
    ]


def test_venmo_leaves_rows_without_an_id_aside(tmp_path: Path) -> None:
    content = (
        "Account Statement - (@Tamarind) ,,,,,,,,,\n"
        "Account Activity,,,,,,,,,\n"
        ",ID,Datetime,Type,Status,Note,From,To,Amount (total),Amount (fee),Funding Source,Destination,"
        "Beginning Balance\n"
        ",,,,,,,,,,,,$12.00\n"
        ',"3951",2026-10-01T10:00:00,Payment,Complete,boots,Ann,Shop,"+ $1,150.00",,,Venmo balance,\n'
        ',"3952",2026-10-02T10:00:00,Standard Transfer,Issued,,,,"- $1,150.00",,,Visa *1,\n'
        ',"3953",2026-10-03T10:00:00,Payment,Pending,hat,Bob,Shop,+ $5.00,,,,\n'
    )
    result = channel(tmp_path, "venmo_statement", content)
    assert rows(result, "type", "status", "amount", "counterparty_name", "ref_processor") == [
        ("payment", "booked", "1150", "Ann", "3951"),
        ("payout", "booked", "-1150", None, "3952"),
        ("payment", "pending", "5", "Bob", "3953"),
    ]
