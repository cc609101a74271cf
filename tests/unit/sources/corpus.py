"""Profiles for real exports, as an analyst would write them; each says what its columns mean in a few lines."""

from typing import Final


def made(
    amount: str,
    dates: str,
    columns: str,
    *,
    currency: str = "EUR",
    money: str = "",
    layout: str = "",
    reader: str = "csv",
    decimal: str = ".",
    zone: str = "",
    more: str = "",
) -> str:
    """The text of a profile named `corpus`."""
    sections = [
        "source: corpus\ntitle: real export\nfiles: inbox/*\naccount: X",
        f"reader: {reader}",
        f"layout: {{{layout}}}" if layout else "",
        f'money:\n  decimal: "{decimal}"\n  currency: {currency}\n  amount: {{{amount}}}',
        money,
        f"dates:\n  formats: [{dates}]",
        f"  zone: {zone}" if zone else "",
        f"columns: {{{columns}}}",
        more,
    ]
    return "\n".join(section for section in sections if section) + "\n"


ADYEN: Final = {
    "amount": "credit: Net Credit (NC), debit: Net Debit (NC)",
    "dates": "yyyy-MM-dd HH:mm:ss",
    "columns": "event_time: Creation Date, payout_id: Batch Number, ref_processor: Psp Reference",
    "currency": "{column: Net Currency}",
    "zone": "Europe/Amsterdam",
}
OCA: Final = {
    "amount": "credit: Credit, debit: Debit, minus: same",
    "dates": "dd/MM/yy",
    "columns": "booking_date: Date, ref_bank: Operation Number, remittance: Label",
    "decimal": ",",
    "layout": "end: [Balance at start of period]",
    "more": r"""statement:
  lines:
    - 'Balance at end of period\|*(?<closing>[+-][0-9,]+)'
    - 'Balance at start of period\|*(?<opening>[+-][0-9,]+)'
""",
}
PROFILES: Final[dict[str, str]] = {
    "adyen-sdr__oca__adyen_test.xlsx": made(**ADYEN, reader="excel"),
    "adyen-sdr__oca__settlement_detail_report_batch_238.csv": made(**ADYEN),
    "adyen-sdr__smashpig__settlement_detail_report_chargeback.csv": made(**ADYEN),
    "adyen-sdr__smashpig__settlement_detail_report_chargeback_reversed.csv": made(**ADYEN),
    "adyen-sdr__smashpig__settlement_detail_report_refund.csv": made(**ADYEN),
    "alipay-merchant__transcribed__alipay_trade_2017_gbk.csv": made(
        "column: 商家实收（元）, plus: in",  # noqa: RUF001  (the column's name has these brackets)
        "yyyy-MM-dd HH:mm:ss",
        "event_time: 完成时间, ref_merchant: 商户订单号, ref_processor: 支付宝交易号",
        currency="CNY",
        layout='encoding: gb18030, end: ["#"]',
        zone="Asia/Shanghai",
        more="type: {column: 业务类型, words: {交易: payment, 退款: refund}}",
    ),
    "checkoutcom__smashpig__payouts_ent_testcheckoutfixture_20260701_20260702_1_1_-1.csv": made(
        "column: Payout Amount, plus: in",
        "yyyy-MM-dd'T'HH:mm:ss.SSS",
        "event_time: Payout Date, payout_id: Payout ID",
        currency="{column: Holding Currency}",
        zone="UTC",
        more="type: payout",
    ),
    "checkoutcom__smashpig__settlement-breakdown_ent_testcheckoutfixture_20260702_00000003k599_1.csv": made(
        "column: Net In Holding Currency, plus: in",
        "yyyy-MM-dd'T'HH:mm:ss.SSS",
        "event_time: Processed On, payout_id: Payout ID, ref_processor: Payment ID, ref_merchant: Reference",
        currency="{column: Holding Currency}",
        zone="UTC",
    ),
    "csv-bank__cantino__danish_kroner_nordea_example.csv": made(
        "column: amount, plus: in",
        "dd-MM-yyyy",
        "booking_date: day, remittance: text, value_date: value",
        currency="DKK",
        decimal=",",
        layout='delimiter: ";", header: [day, text, value, amount, balance]',
    ),
    "csv-bank__cantino__french_example.csv": made(
        "column: amount, plus: in",
        "dd/MM/yyyy",
        "booking_date: day, remittance: text, ref_bank: number",
        decimal=",",
        layout='delimiter: ";", header: [account, day, text, number, amount]',
    ),
    "csv-bank__deb-sig__bmo_credit.csv": made(
        "column: Transaction Amount, plus: out",
        "yyyyMMdd",
        "booking_date: Posting Date, value_date: Transaction Date, remittance: Description",
        currency="CAD",
        layout='strip: "\'"',
    ),
    "csv-bank__deb-sig__bmo_debit.csv": made(
        "column: Transaction Amount, plus: in",
        "yyyyMMdd",
        "booking_date: Date Posted, remittance: Description",
        currency="CAD",
        layout='strip: "\'"',
    ),
    "csv-bank__deb-sig__boc_debit.csv": made(
        "column: 金额, plus: in",
        "yyyy-MM-dd HH:mm:ss",
        "event_time: [记账日期, 记账时间], counterparty_name: 对方账户名",
        currency="{column: 币别, words: {人民币: CNY}}",
        money='  thousands: ","',
        zone="Asia/Shanghai",
        more="statement: {running_balance: 余额}",
    ),
    "csv-bank__deb-sig__cgb_credit.csv": made(
        "column: 入账金额, plus: out",
        "yyyy/MM/dd",
        "booking_date: 入账日期, value_date: 交易日期, remittance: 交易摘要",
        currency="{column: 入账货币, words: {人民币: CNY}}",
    ),
    "csv-bank__oca__meta_data_separated_credit_debit.csv": made(**OCA),
    "xlsx-bank__oca__meta_data_separated_credit_debit.xlsx": made(**OCA, reader="excel"),
    "csv-bank__oca__sample_statement_credit_card_inverse_sign_en.csv": made(
        "column: Amount, plus: out",
        "MM/dd/yyyy",
        "booking_date: Date, remittance: Label, counterparty_name: Partner Name",
        currency="{column: Currency}",
        money='  thousands: ","',
    ),
    "csv-bank__simonmichael__csb43.csv": made(
        "column: amount, plus: in",
        "yyyy-MM-dd",
        "booking_date: transaction_date, value_date: value_date, entity: branch_code#1",
        currency="{column: currency}",
    ),
    "dlocal__smashpig__Wikimedia_Settlement_Reports_20260110.csv": made(
        "column: NET_AMOUNT, plus: in",
        "yyyy-MM-dd HH:mm:ss",
        "event_time: CREATION_DATE, ref_processor: DLOCAL_TRANSACTION_ID",
        currency="USD",
        zone="UTC\n  missing: keep",
    ),
    "mpesa__transcribed__mpesa_paybill_statement.csv": made(
        "credit: Paid In, debit: Withdrawn, minus: same",
        "dd/MM/yyyy HH:mm:ss",
        "event_time: Completion Time, ref_bank: Receipt No., remittance: Details",
        currency="KES",
        zone="Africa/Nairobi",
        more="statement: {running_balance: Balance}",
    ),
    "paypal-csv__oca__statement_en.csv": made(
        "column: Net, plus: in",
        "M/d/yyyy HH:mm:ss",
        "event_time: [Date, Time], ref_processor: Transaction ID",
        currency="{column: Currency}",
        money='  thousands: ","',
        zone="America/Los_Angeles",
        more="statement: {running_balance: Balance}",
    ),
    "paypal-csv__oca__statement_es.csv": made(
        "column: Neto, plus: in",
        "d/M/yyyy HH:mm:ss",
        "event_time: [Fecha, Hora], ref_processor: Id. de transacción",
        currency="{column: Divisa}",
        decimal=",",
        money='  thousands: "."',
        zone="Europe/Berlin",
    ),
    "stripe__simonmichael__stripe.csv": made(
        "same_as: net",
        "yyyy-MM-dd HH:mm:ss",
        "event_time: created_utc, ref_processor: balance_transaction_id",
        currency="{column: currency}",
        money="  gross: {column: gross, plus: in}\n  fee: {column: fee, plus: out}\n  net: {column: net, plus: in}",
        zone="UTC",
        more="type: {column: reporting_category, words: {charge: payment, refund: refund}}",
    ),
    "venmo__jbms__transactions.csv": made(
        "column: Amount (total), plus: in",
        "yyyy-MM-dd'T'HH:mm:ss",
        "event_time: Datetime, ref_processor: ID, remittance: Note",
        currency="USD",
        money='  thousands: ","\n  words: [$]',
        zone="UTC",
    ),
    "wechat-fundflow__transcribed__wechat_fundflow_doc.csv": made(
        "column: 收支金额(元), direction: {column: 收支类型, in: [收入], out: [支出]}",
        "yyyy-MM-dd HH:mm:ss",
        "event_time: 记账时间, ref_processor: 资金流水单号",
        currency="CNY",
        layout='strip: "`", quote: none, end: [资金流水总笔数]',
        zone="Asia/Shanghai",
    ),
    "wechat-merchant__transcribed__wechat_trade_bill_all.csv": made(
        "credit: 应结订单金额, debit: 退款金额",
        "yyyy-MM-dd HH:mm:ss",
        "event_time: 交易时间, ref_merchant: 商户订单号, ref_processor: 微信订单号",
        currency="{column: 货币种类}",
        layout='strip: "`", quote: none, end: [总交易单数]',
        zone="Asia/Shanghai",
        more=r"""statement:
  lines: ['^`(?<count>\d+)\|`(?<credits>[0-9.]+)\|`(?<debits>[0-9.]+)\|']
""",
    ),
    "xls-bank__redstreet__ACC_TXN_History_1234_clean.xls": made(
        "credit: Deposit, debit: Withdrawal",
        "dd MMM yyyy",
        "booking_date: Transaction Date, remittance: Transaction Description",
        currency="SGD",
        reader="excel",
    ),
}
