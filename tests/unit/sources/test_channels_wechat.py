"""WeChat Pay and Meituan: bills of merchants with backticks and footers, bills of persons with preambles."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.sources.channels import attributes, channel, rows

HEAD = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
    "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
FOOT = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


def line(*cells: str) -> str:
    """Cells as WeChat writes them."""
    return ",".join("`" + cell for cell in cells)


def trade(
    time: str, number: str, state: str, amount: str, refund: tuple[str, str, str], fee: str, sub: str = "0"
) -> str:
    refund_no, refund_order, refunded = refund
    return line(
        time, "wx0011", "1600000001", sub, "", f"42000{number}", f"ORDER-{number}", "oABC", "NATIVE", state,
        "ICBC_DEBIT", "CNY", amount, "0.00", refund_no, refund_order, refunded, "0.00",
        "ORIGINAL" if refund_no != "0" else "",
        "PROCESSING" if refund_no != "0" else "", "奶茶, 大杯", "", fee, "0.60%", amount, refunded, "",
    )  # fmt: skip


NONE = ("0", "0", "0.00")
TRADES = [
    trade("2026-10-01 08:30:00", "1", "SUCCESS", "20.00", NONE, "0.12000"),
    trade("2026-10-01 23:59:59", "2", "SUCCESS", "3.50", NONE, "0.02100", "1700000009"),
    trade("2026-10-01 09:00:00", "1", "REFUND", "0.00", ("50000001", "R-1", "20.00"), "-0.12000"),
    trade("2026-10-01 10:00:00", "3", "REVOKED", "0.00", ("50000003", "R-3", "1.25"), "0.00000"),
]
TOTALS = line("4", "23.50", "21.25", "0.00", "0.02100", "23.50", "21.25")


def bill(*lines: str, totals: str = TOTALS, head: str = HEAD) -> str:
    return "\ufeff" + "\r\n".join([head, *lines, FOOT, totals]) + "\r\n"


def test_the_trade_bill(tmp_path: Path) -> None:
    result = channel(tmp_path, "wechat_pay_trade_bill", bill(*TRADES), "1600000001All2026-10-01.csv")
    assert result.refused == []
    assert rows(result, "type", "amount", "gross", "fee", "net", "currency") == [
        ("payment", "20", "20", "-0.12", "19.88", "CNY"),
        ("payment", "3.5", "3.5", "-0.021", "3.479", "CNY"),
        ("refund", "-20", "-20", "0.12", "-19.88", "CNY"),
        ("refund", "-1.25", "-1.25", "0", "-1.25", "CNY"),
    ]
    assert rows(result, "ref_processor", "ref_original", "ref_merchant", "entity", "account") == [
        ("420001", None, "ORDER-1", None, "1600000001"),
        ("420002", None, "ORDER-2", "1700000009", "1600000001"),
        ("50000001", "420001", "ORDER-1", None, "1600000001"),
        ("50000003", "420003", "ORDER-3", None, "1600000001"),
    ]
    assert str(result.rows[1]["event_time"]) == "2026-10-01 15:59:59"
    assert attributes(result, "refund_status") == [None, None, "PROCESSING", "PROCESSING"]
    assert result.rows[0]["remittance"] == "奶茶, 大杯"
    (statement,) = result.statements
    assert (statement.stated_entries, statement.control_ok, statement.control_note) == (4, True, None)


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        (("5", "23.50", "21.25", "0.00", "0.02100"), "number of entries stated as 5, found 4"),
        (("4", "23.51", "21.25", "0.00", "0.02100"), "credits stated as 23.51, found 23.5"),
        (("4", "23.50", "21.00", "0.00", "0.02100"), "debits stated as 21, found 21.25"),
        (("4", "23.50", "21.25", "0.00", "0.02200"), "fees charged stated as 0.022, found 0.021"),
    ],
)
def test_totals_that_do_not_tie(tmp_path: Path, totals: tuple[str, ...], said: str) -> None:
    content = bill(*TRADES, totals=line(*totals, "23.50", "21.25"))
    (statement,) = channel(tmp_path, "wechat_pay_trade_bill", content).statements
    assert statement.control_ok is False
    assert said in str(statement.control_note)


def test_the_older_trade_bill(tmp_path: Path) -> None:
    head = (
        HEAD.replace("应结订单金额", "总金额").replace("代金券金额", "企业红包金额").partition(",订单金额")[0]
    )
    lines = [",`".join(one.split(",`")[:24]) for one in TRADES]
    foot = "总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额"
    content = "\n".join([head, *lines, foot, line("4", "23.50", "21.25", "0.00", "0.02100")])
    result = channel(tmp_path, "wechat_pay_trade_bill", content)
    assert rows(result, "amount") == [("20",), ("3.5",), ("-20",), ("-1.25",)]
    assert result.statements[0].control_ok is True


def test_a_state_that_is_not_known_is_refused(tmp_path: Path) -> None:
    odd = TRADES[0].replace("`SUCCESS", "`UNKNOWN")
    result = channel(tmp_path, "wechat_pay_trade_bill", bill(odd, *TRADES[1:]))
    assert [(one.line_no, one.field, one.value) for one in result.refused] == [(2, "type", "UNKNOWN")]


def test_a_bill_of_payments(tmp_path: Path) -> None:
    keep = [n for n, name in enumerate(HEAD.split(",")) if "退款" not in name]
    head = ",".join(HEAD.split(",")[n] for n in keep)
    lines = [",".join("`" + one[1:].split(",`")[n] for n in keep) for one in TRADES[:2]]
    totals = line("2", "23.50", "0.00", "0.00", "0.14100", "23.50", "0.00")
    result = channel(tmp_path, "wechat_pay_success_bill", bill(*lines, head=head, totals=totals))
    assert rows(result, "amount", "fee", "type") == [("20", "-0.12", "payment"), ("3.5", "-0.021", "payment")]
    assert result.statements[0].control_ok is True


def test_a_bill_of_refunds(tmp_path: Path) -> None:
    def with_times(cells: str, *times: str) -> str:
        sep = ",`" if cells.startswith("`") else ","
        parts = cells.split(sep)
        return sep.join([*parts[:14], *times, *parts[14:]])

    head = with_times(HEAD, "退款申请时间", "退款成功时间")
    lines = [
        with_times(TRADES[2], "2026-10-02 00:00:01", "2026-10-02 00:05:00"),
        with_times(TRADES[3], "2026-10-02 01:00:00", ""),
    ]
    totals = line("2", "0.00", "21.25", "0.00", "-0.12000", "0.00", "21.25")
    result = channel(tmp_path, "wechat_pay_refund_bill", bill(*lines, head=head, totals=totals))
    assert rows(result, "amount", "fee", "ref_processor", "ref_original", "value_date") == [
        ("-20", "0.12", "50000001", "420001", "2026-10-02"),
        ("-1.25", "0", "50000003", "420003", None),
    ]
    assert result.statements[0].control_ok is True


FLOW = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
FLOWS = [
    line(
        "2026-10-01 08:30:00",
        "420001",
        "F1",
        "NATIVE支付",
        "交易",
        "收入",
        "20.00",
        "120.00",
        "system",
        "",
        "V1",
    ),
    line(
        "2026-10-01 08:30:00",
        "420001",
        "F2",
        "交易手续费",
        "扣除交易手续费",
        "支出",
        "0.12",
        "119.88",
        "system",
        "",
        "V1",
    ),
    line("2026-10-01 12:00:00", "W7", "F3", "提现", "提现", "支出", "100.00", "19.88", "boss", "", "V2"),
]
FLOW_FOOT = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"


@pytest.mark.parametrize("brackets", ["()", "（）"])
def test_the_fund_flow(tmp_path: Path, brackets: str) -> None:
    head = FLOW.replace("(", brackets[0]).replace(")", brackets[1])
    content = "\n".join([head, *FLOWS, FLOW_FOOT, line("3.0", "1.0", "20.00", "2.0", "100.12")]) + "\n"
    result = channel(tmp_path, "wechat_pay_fund_flow", content)
    assert rows(result, "type", "amount", "ref_processor", "ref_payout") == [
        ("payment", "20", "420001", None),
        ("fee", "-0.12", "420001", None),
        ("payout", "-100", "W7", "W7"),
    ]
    (statement,) = result.statements
    assert (statement.opening, statement.closing, statement.control_ok) == (
        Decimal(100),
        Decimal("19.88"),
        True,
    )


def test_a_fund_flow_that_lost_a_row(tmp_path: Path) -> None:
    content = "\n".join([FLOW, FLOWS[0], FLOWS[2], FLOW_FOOT, line("3", "1", "20.00", "2", "100.12")])
    (statement,) = channel(tmp_path, "wechat_pay_fund_flow", content).statements
    assert statement.control_ok is False
    for said in (
        "running balance does not follow",
        "entries stated as 3, found 2",
        "debits stated as 100.12, found 100",
    ):
        assert said in str(statement.control_note)


PERSON = """\
微信支付账单明细,,,,,,,,,,
微信昵称：[某人],,,,,,,,,,
起始时间：[2026-10-01 00:00:00] 终止时间：[2026-10-31 23:59:59],,,,,,,,,,
,,,,,,,,,,
共4笔记录,,,,,,,,,,
收入：1笔 5.00元,,,,,,,,,,
支出：2笔 1030.50元,,,,,,,,,,
中性交易：1笔 200.00元,,,,,,,,,,
----------------------微信支付账单明细列表--------------------,,,,,,,,,,
交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注
2026-10-03 12:00:00,"商户消费","面馆(总店)","拉面, 大碗","支出",¥30.50,"零钱","支付成功","100"\t,"200"\t,"/"
2026-10-04 12:00:00,转账,房东,转账备注:房租,支出,"¥1,000.00",零钱,朋友已收钱,101\t,/\t,/
2026-10-05 12:00:00,零钱提现,工商银行,"/",/,¥200.00,工商银行(1234),提现已到账,102\t,/\t,"服务费¥0.10"
2026-10-06 12:00:00,面馆-退款,面馆(总店),拉面,收入,￥5.00,零钱,已退款,103\t,200\t,/
"""


def test_the_bill_of_a_person(tmp_path: Path) -> None:
    result = channel(tmp_path, "wechat_consumer", PERSON)
    assert result.refused == []
    assert rows(result, "type", "amount", "ref_processor", "ref_merchant", "remittance") == [
        ("payment", "-30.5", "100", "200", "拉面, 大碗"),
        ("transfer", "-1000", "101", None, "转账备注:房租"),
        ("transfer", "0", "102", None, "/"),
        ("refund", "5", "103", "200", "拉面"),
    ]
    assert attributes(result, "money")[2] == "¥200.00"
    (statement,) = result.statements
    assert (statement.period_from, statement.period_to) == (date(2026, 10, 1), date(2026, 10, 31))
    assert statement.control_ok is True


MEITUAN = """\
\ufeff美团交易账单明细
美团用户名：[某人]
起始时间：[2026-10-01] 终止时间：[2026-10-31]
""
共：2笔记录
支出：1笔 8.00元
""
【美团交易账单明细列表】
交易创建时间,交易成功时间,交易类型,订单标题,收/支,支付方式,订单金额,实付金额,交易单号,商家单号,备注
2026-10-02 11:59:00,2026-10-02 12:00:00,支付,奶茶,支出,微信支付,¥10.00,¥8.80,"30\t","40\t",/
2026-10-03 11:59:00,2026-10-03 12:00:00,退款,奶茶,收入,微信支付,¥10.00,¥8.80,"31\t","41\t",/
"""


def test_meituan(tmp_path: Path) -> None:
    result = channel(tmp_path, "meituan_consumer", MEITUAN.replace("\n", "\r\n"))
    assert rows(result, "type", "amount", "ref_processor") == [
        ("payment", "-8.8", "30"),
        ("refund", "8.8", "31"),
    ]
    assert attributes(result, "ordered") == ["¥10.00", "¥10.00"]
    assert result.statements[0].control_ok is True
