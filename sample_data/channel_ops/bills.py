"""The files of the channels and the banks, in the formats that they really have."""
# ruff: noqa: RUF001  (Chinese bills have Chinese punctuation)

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sample_data.channel_ops.book import DOUBLED, LATE, MISSING, Sale
from sample_data.channel_ops.fees import charged
from sample_data.channel_ops.world import COLUMBUS_DAY, HALVES, HOLIDAYS, PERIODS, after, billed, half
from sample_data.payday import text
from sample_data.tables import csv_bytes

WECHAT_HEAD = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,"
    "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
WECHAT_FOOT = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
ALIPAY_HEAD = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,"
    "支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,"
    "退款批次号/请求号,服务费（元）,分润（元）,备注"
)
LIST = "#-----------------------------------------业务明细列表"
UNIONPAY_WIDTH, UNIONPAY = 607, "777290058110097"
CARD_HEAD = (
    "automatic_payout_id", "balance_transaction_id", "created_utc", "currency", "gross", "fee", "net",
    "reporting_category", "payment_metadata[order_id]",
)  # fmt: skip
CARD_KINDS = {"SALE": "charge", "REFUND": "refund", "CHARGEBACK": "dispute"}
SHORT_DAY, SHORT_BY = date(2026, 10, 20), 5_000
"""Alipay's remittance of this day comes 50.00 short."""
LATE_DAY = date(2026, 10, 19)
"""The day on which UnionPay pays what was late on its bill."""


def number(one: Sale) -> str:
    """The channel's own number of an entry."""
    return f"{one.channel[:2].upper()}{one.number:08}"


def files(book: Sequence[Sale]) -> dict[str, bytes]:
    """Every bill and bank statement by its path; those of the second half lie in `later/`."""
    found = {}
    for at, period in enumerate(PERIODS):
        folder = f"{'later' if at else 'data'}/{period}"
        own = [one for one in book if one.half == at and one.population not in {MISSING, LATE}]
        found[f"{folder}/wechat_{HALVES[at][0]}.csv"] = _wechat([one for one in own if one.channel == "wechat"])
        found[f"{folder}/alipay_{HALVES[at][0]}.csv"] = _alipay(
            _doubled(one for one in own if one.channel == "alipay")
        )
        found[f"{folder}/card_{HALVES[at][0]}.csv"] = _card([one for one in own if one.channel == "card"])
        lines = [one for one in own if one.channel == "unionpay"]
        for day in sorted({billed(one.channel, one.day) for one in lines}):
            name = f"{folder}/INN{day:%y%m%d}88ZM_{UNIONPAY}"
            found[name] = _unionpay(one for one in lines if billed(one.channel, one.day) == day)
        for currency in ("CNY", "USD"):
            found[f"{folder}/bank_{currency.lower()}_{HALVES[at][0]}.csv"] = _bank(book, at, currency)
    for one in book:
        if one.population == LATE:
            name = f"later/{PERIODS[1]}/INN{billed(one.channel, one.day):%y%m%d}88ZM_{UNIONPAY}_LATE"
            found[name] = _unionpay(
                two for two in book if two.population == LATE and reference(two) == reference(one)
            )
    return found


def remittances(book: Sequence[Sale]) -> dict[tuple[str, str], tuple[date, int, str]]:
    """What channels pay for each day of their bills: day at the bank, cents and currency, by reference."""
    found: dict[tuple[str, str], tuple[date, int, str]] = {}
    for one in _doubled(book):
        if one.population != MISSING:
            late = one.population == LATE
            made = billed(one.channel, one.day)
            day = (
                LATE_DAY
                if late
                else after(made, *((2, COLUMBUS_DAY) if one.channel == "card" else (1, HOLIDAYS)))
            )
            key = (f"{reference(one)} {day}", reference(one))
            amount = found.get(key, (day, 0, ""))[1] + one.paid - charged(one)
            found[key] = (day, amount, one.currency)
    return found


def reference(one: Sale) -> str:
    """The reference under which the channel pays for the day of an entry."""
    day = billed(one.channel, one.day)
    forms = {
        "wechat": f"WX{day}",
        "alipay": f"AL{day}",
        "unionpay": f"UP{day:%y%m%d}",
        "card": f"po_{day:%m%d}",
    }
    return forms[one.channel]


def _doubled(book: Iterable[Sale]) -> Iterator[Sale]:
    for one in book:
        yield one
        if one.population == DOUBLED and one.kind == "SALE":
            yield one


def _line(cells: Iterable[str]) -> str:
    return ",".join("`" + cell for cell in cells)


def _wechat(book: Sequence[Sale]) -> bytes:
    lines = []
    for one in book:
        back = one.paid < 0
        amount, fee = text(abs(one.paid)), f"{text(charged(one))}000"
        lines.append(_line((
            f"{one.at:%Y-%m-%d %H:%M:%S}", "wx00110011", "1600000001", "0", "", f"42{number(one)}", one.order,
            f"o{one.customer}", "JSAPI", "REFUND" if back else "SUCCESS", "OTHERS", "CNY", "0.00" if back else amount,
            "0.00", f"50{number(one)}" if back else "0", f"R{one.order}" if back else "0",
            amount if back else "0.00", "0.00", "ORIGINAL" if back else "", "SUCCESS" if back else "", one.product, "",
            fee, "0.38%", "0.00" if back else amount, amount if back else "0.00", "",
        )))  # fmt: skip
    came = text(sum(one.paid for one in book if one.paid > 0))
    went = text(-sum(one.paid for one in book if one.paid < 0))
    fees = f"{text(sum(charged(one) for one in book))}000"
    totals = _line((str(len(book)), came, went, "0.00", fees, came, went))
    return ("\ufeff" + "\r\n".join([WECHAT_HEAD, *lines, WECHAT_FOOT, totals]) + "\r\n").encode()


def _alipay(found: Iterable[Sale]) -> bytes:
    book = list(found)
    lines, seen = [], set[str]()
    for one in book:
        own = f"2026{number(one)}" + ("9" if (again := number(one) in seen) else "0")
        seen.add(number(one))
        amount, back, at = text(one.paid), one.paid < 0, f"{one.at:%Y-%m-%d %H:%M:%S}"
        lines.append(
            f"{own}\t,{one.order}\t,{'退款' if back else '交易'},{one.product},{at},{at},S1\t,\t,\t,\t,"
            f"{one.customer}\t,{amount},{amount},0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,{'RF-1' if back else ''}\t,"
            f"{text(-charged(one))},0.00,{'again' if again else ''}"
        )
    head = (
        "#支付宝业务明细查询", "#账号：[20880000000000010156]",
        f"#起始日期：[{_spelt(book[0].day)} 00:00:00]   终止日期：[{_spelt(book[-1].day)} 23:59:59]", f"{LIST}----",
    )  # fmt: skip
    sales, refunds = [one.paid for one in book if one.paid > 0], [one.paid for one in book if one.paid < 0]
    foot = (
        f"{LIST}结束----", f"#交易合计：{len(sales)}笔，商家实收共{text(sum(sales))}元，商家优惠共0.00元",
        f"#退款合计：{len(refunds)}笔，商家实收退款共{text(sum(refunds))}元，商家优惠退款共0.00元",
    )  # fmt: skip
    return ("\n".join([*head, ALIPAY_HEAD, *lines, *foot]) + "\n").encode("gb18030")


def _spelt(day: date) -> str:
    return f"{day:%Y}年{day:%m}月{day:%d}日"


def _unionpay(book: Iterable[Sale]) -> bytes:
    """Fixed width in bytes: each value at its first place."""
    rows = []
    for one in book:
        back, fee = one.paid < 0, abs(charged(one))
        amount = abs(one.paid)
        made = bytearray(b" " * UNIONPAY_WIDTH)
        for place, value in (
            (1, "S22"), (36, f"{one.at:%m%d%H%M%S}"), (47, "622848******1234"), (67, f"{amount:012}"),
            (88, number(one)), (113, one.order), (146, "01" if one.card == "debit" else "02"),
            (167, "C" if back else "D"), (168, f"{fee:012}"), (181, "D" if back else "C"),
            (182, f"{amount - fee:012}"), (216, "04" if back else "01"), (294, UNIONPAY),
        ):  # fmt: skip
            made[place - 1 : place - 1 + len(value)] = value.encode()
        rows.append(bytes(made))
    return b"\r\n".join([*rows, b""])


def _card(book: Sequence[Sale]) -> bytes:
    """Times in UTC, eight hours before those of Shanghai."""
    rows = []
    for one in book:
        fee = charged(one)
        at = f"{one.at:%Y-%m-%d} {one.at.hour - 8:02}:{one.at:%M:%S}"
        rows.append((
            reference(one), f"txn_{number(one)}", at, "usd", text(one.paid), text(fee), text(one.paid - fee),
            CARD_KINDS[one.kind], one.order,
        ))  # fmt: skip
    return csv_bytes(CARD_HEAD, rows)


def _bank(book: Sequence[Sale], at: int, currency: str) -> bytes:
    rows = []
    for (_, name), (day, amount, code) in sorted(
        remittances(book).items(), key=lambda one: (one[1][0], one[0])
    ):
        if code == currency and day <= HALVES[1][1] and half(day) == at:
            paid = amount - SHORT_BY if name == f"AL{SHORT_DAY}" else amount
            rows.append((day.isoformat(), name, "CHANNEL SETTLEMENT", text(paid), code))
    return csv_bytes(("booked", "reference", "text", "amount", "currency"), rows)
