"""Alipay: bills of merchants in GBK inside archives, bills of persons; refunds without a number of their own."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.sources.intake.ingest import ingest
from recon.store.store import Store
from tests.unit.sources.channels import attributes, channel, channel_at, rows
from tests.unit.sources.packing import zipped_as
from tests.unit.sources.workbench import project

HEAD = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,"
    "支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注"
)
PREAMBLE = """\
#支付宝业务明细查询
#账号：[20880000000000010156]
#起始日期：[2026年10月01日 00:00:00]   终止日期：[2026年10月02日 00:00:00]
#-----------------------------------------业务明细列表----------------------------------------
"""


def trade(number: str, kind: str, amount: str, fee: str, refund: str = "", shared: str = "0.00") -> str:
    return (
        f"20261001220010{number}\t,ORDER{number}\t,{kind}\t,拿铁,2026-10-01 09:00:00,2026-10-01 09:00:05,S1\t,\t,\t,\t,"
        f"*三(138****0000)\t,{amount},{amount},0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,{refund}\t,{fee},{shared},备注 {number}"
    )


ROWS = [
    trade("1", "交易", "100.00", "-0.60"),
    trade("2", "交易", "20.00", "-0.12", shared="-1.00"),
    trade("1", "退款", "-100.00", "0.60", "RF-1"),
    trade("1", "退款", "-0.01", "0.00", "RF-2"),
]
FOOT = """\
#-----------------------------------------业务明细列表结束------------------------------------
#交易合计：2笔，商家实收共120.00元，商家优惠共0.00元
#退款合计：2笔，商家实收退款共-100.01元，商家优惠退款共0.00元
#导出时间：[2026年10月02日 09:00:00]
"""


def detail(*lines: str, head: str = HEAD, foot: str = FOOT) -> bytes:
    return (PREAMBLE + "\n".join([head, *lines]) + "\n" + foot).encode("gb18030")


def test_the_business_detail(tmp_path: Path) -> None:
    result = channel(tmp_path, "alipay_business_detail", detail(*ROWS))
    assert result.refused == []
    assert rows(result, "type", "amount", "fee", "net") == [
        ("payment", "100", "-0.6", "99.4"),
        ("payment", "20", "-1.12", "18.88"),
        ("refund", "-100", "0.6", "-99.4"),
        ("refund", "-0.01", "0", "-0.01"),
    ]
    assert rows(result, "ref_processor", "ref_original", "ref_merchant") == [
        ("202610012200101", None, "ORDER1"),
        ("202610012200102", None, "ORDER2"),
        ("ORDER1/RF-1", "202610012200101", "ORDER1"),
        ("ORDER1/RF-2", "202610012200101", "ORDER1"),
    ]
    assert [part["kind"] for part in result.rows[1]["fee_parts"]] == ["service", "profit_share"]
    assert str(result.rows[0]["event_time"]) == "2026-10-01 01:00:05"
    (statement,) = result.statements
    assert (statement.period_from, statement.control_ok) == (date(2026, 10, 1), True)


def test_half_width_brackets_and_fewer_columns(tmp_path: Path) -> None:
    head = (
        HEAD.replace("（", "(")
        .replace("）", ")")
        .replace("退款批次号/请求号", "退款批次号")
        .replace(",分润(元),备注", "")
    )
    lines = [one.rsplit(",", 2)[0] for one in ROWS]
    result = channel(tmp_path, "alipay_business_detail", detail(*lines, head=head))
    assert rows(result, "fee") == [("-0.6",), ("-0.12",), ("0.6",), ("0",)]
    assert result.statements[0].control_ok is True


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("交易合计：2笔", "交易合计：3笔", "number of entries stated as 5, found 4"),
        ("实收共120.00", "实收共120.01", "credits stated as 120.01, found 120"),
        ("退款共-100.01", "退款共-100.00", "debits stated as -100, found 100.01"),
    ],
)
def test_totals_that_do_not_tie(tmp_path: Path, old: str, new: str, said: str) -> None:
    (statement,) = channel(
        tmp_path, "alipay_business_detail", detail(*ROWS, foot=FOOT.replace(old, new))
    ).statements
    assert statement.control_ok is False
    assert said in str(statement.control_note)


def test_the_archive_as_alipay_packs_it(tmp_path: Path) -> None:
    """Names in GBK without a flag; the summary beside the detail is left out by the pattern of the profile."""
    names = {
        "20880000000000010156_20261001_业务明细.csv": detail(*ROWS),
        "20880000000000010156_20261001_业务明细(汇总).csv": "#支付宝业务汇总查询\n".encode("gb18030"),
    }
    text = "source: alipay_business_detail\nextends: alipay_business_detail\ntitle: Alipay\n"
    there = project(tmp_path, text)
    (tmp_path / "inbox" / "alipay").mkdir()
    packed = tmp_path / "inbox" / "alipay" / "20880000000000010156_20261001.csv.zip"
    packed.write_bytes(zipped_as({name.encode("gb18030"): content for name, content in names.items()}))
    outcome = ingest(there, Store.open(there), sources=None)
    assert [(row.path, row.entries, row.encoding) for row in outcome.files] == [
        (f"inbox/alipay/{packed.name}!20880000000000010156_20261001_业务明细.csv", 4, "gb18030")
    ]
    result = channel_at(Path(f"{packed}!20880000000000010156_20261001_业务明细.csv"), "alipay_business_detail")
    assert len(result.rows) == 4


FUND = """\
#支付宝账务明细查询
#起始日期：[2026年10月01日 00:00:00]   终止日期：[2026年10月02日 00:00:00]
账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注
F1\t,T1\t,ORDER1\t,拿铁,2026-10-01 09:00:05,*三,100.00,,300.00,支付宝,在线支付,
F2\t,T1\t,ORDER1\t,,2026-10-01 09:00:05,支付宝,,-0.60,299.40,支付宝,收费,服务费
F3\t,W1\t,\t,,2026-10-01 20:00:00,银行,,-250.00,49.40,支付宝,提现,
#收入合计：1笔，共100.00元
#支出合计：2笔，共-250.60元
"""


def test_the_account_detail(tmp_path: Path) -> None:
    result = channel(tmp_path, "alipay_fund_bill", FUND.encode("gb18030"))
    assert rows(result, "type", "amount", "ref_processor", "ref_payout") == [
        ("payment", "100", "T1", None),
        ("fee", "-0.6", "T1", None),
        ("payout", "-250", "W1", "W1"),
    ]
    (statement,) = result.statements
    assert (statement.opening, statement.closing, statement.control_ok) == (
        Decimal(200),
        Decimal("49.40"),
        True,
    )


PERSON = """\
------------------------------------------------------------------------------------
导出信息：
姓名：某人
起始时间：[2026-10-01 00:00:00]    终止时间：[2026-10-31 23:59:59]
共4笔记录
收入：1笔 5.00元

------------------------支付宝（中国）网络技术有限公司  电子客户回单------------------------
交易时间            ,交易分类      ,交易对方  ,对方账号 ,商品说明   ,收/支   ,金额   ,收/付款方式  ,交易状态  ,交易订单号  ,商家订单号   ,备注   ,
2026-10-02 12:00:00 ,餐饮美食      ,面馆     ,/       ,拉面      ,支出    ,30.50  ,余额宝       ,交易成功  ,100\t,200\t,       ,
2026-10-03 12:00:00 ,退款         ,面馆     ,a@b.cn  ,退款-拉面  ,不计收支  ,30.50  ,余额宝       ,退款成功  ,101\t,200\t,       ,
2026-10-04 12:00:00 ,转账红包      ,某友     ,/       ,转账      ,收入    ,"5.00" ,余额        ,交易成功  ,102\t,\t,       ,
2026-10-05 12:00:00 ,日用百货      ,小店     ,/       ,毛巾      ,支出    ,9.90   ,            ,交易关闭  ,103\t,203\t,       ,
"""


def test_the_bill_of_a_person(tmp_path: Path) -> None:
    result = channel(tmp_path, "alipay_consumer", PERSON.encode("gb18030"))
    assert result.refused == []
    assert rows(result, "type", "status", "amount", "ref_processor", "counterparty_account") == [
        ("payment", "booked", "-30.5", "100", None),
        ("refund", "booked", "0", "101", "a@b.cn"),
        ("transfer", "booked", "5", "102", None),
        ("payment", "failed", "-9.9", "103", None),
    ]
    assert attributes(result, "money") == ["30.50", "30.50", "5.00", "9.90"]
    assert result.statements[0].control_ok is True


def test_the_older_bill_of_a_person(tmp_path: Path) -> None:
    text = """\
支付宝交易记录明细查询
账号:[someone@example.com]
起始日期:[2026-10-01 00:00:00]    终止日期:[2026-10-31 23:59:59]
---------------------------------交易记录明细列表------------------------------------
交易号,商家订单号,交易创建时间,付款时间,最近修改时间,交易来源地,类型,交易对方,商品名称,金额（元）,收/支,交易状态,服务费（元）,成功退款（元）,备注,资金状态
100\t,200\t,2026-10-02 12:00:00,2026-10-02 12:00:01,2026-10-02 12:00:02,其他,即时到账交易,面馆,拉面,30.50,支出,交易成功,0.00,0.00,,已支出
------------------------------------------------------------------------------------
共1笔记录
导出时间:[2026-11-01 08:00:00]    用户:某人
"""
    result = channel(tmp_path, "alipay_consumer_records", text.encode("gb18030"))
    assert rows(result, "type", "amount", "ref_processor") == [("payment", "-30.5", "100")]
    assert result.statements[0].control_ok is True


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_bills_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    """A bill that was opened and saved by another program is the same bill."""
    text = detail(*ROWS).decode("gb18030")
    result = channel(tmp_path, "alipay_business_detail", text.encode(encoding))
    assert rows(result, "amount") == [("100",), ("20",), ("-100",), ("-0.01",)]
    assert (result.encoding, result.statements[0].control_ok) == (encoding.removesuffix("-sig"), True)
