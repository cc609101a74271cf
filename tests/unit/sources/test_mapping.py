"""Every setting of a profile: what it makes of cells, and what it refuses."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import InputRefused
from tests.unit.sources.workbench import BASIC, HEADER, Result, at, profile, read_bytes, read_text

AMOUNT = "amount: {column: Amount, plus: in}"


def one(folder: Path, content: str, *changes: tuple[str, str]) -> Result:
    return read_text(folder, content, *changes)


def test_the_plainest_file(tmp_path: Path) -> None:
    result = read_text(tmp_path, HEADER + "2026-10-01,A1,12.50\n2026-10-02,A2,-3\n")
    assert result.column("amount") == [Decimal("12.50"), Decimal(-3)]
    assert result.column("booking_date") == [date(2026, 10, 1), date(2026, 10, 2)]
    assert result.column("ref_merchant") == ["A1", "A2"]
    assert result.column("account") == ["SHOP", "SHOP"]
    assert result.column("currency") == ["EUR", "EUR"]
    assert result.column("line_no") == [2, 3]
    assert result.rows[0]["raw"] == '{"Date":"2026-10-01","Ref":"A1","Amount":"12.50"}'
    assert (result.column("type"), result.column("status")) == (["other"] * 2, ["booked"] * 2)
    assert result.column("is_reversal") == [False, False]
    assert (result.lines, result.recognised) == (3, 1)


def test_plus_is_money_out(tmp_path: Path) -> None:
    result = one(tmp_path, HEADER + "2026-10-01,A,12.50\n", (AMOUNT, "amount: {column: Amount, plus: out}"))
    assert result.column("amount") == [Decimal("-12.50")]


def test_an_amount_that_always_goes_out(tmp_path: Path) -> None:
    changes = (AMOUNT, "amount: {column: Amount, always: out}")
    result = one(tmp_path, HEADER + "2026-10-01,A,5\n2026-10-01,B,-5\n", changes)
    assert result.column("amount") == [Decimal(-5)]
    assert [(row.line_no, row.code) for row in result.refused] == [(3, "minus")]


@pytest.mark.parametrize(("minus", "amount"), [("same", Decimal(-5)), ("opposite", Decimal(5))])
def test_what_a_minus_means_where_the_direction_is_given(tmp_path: Path, minus: str, amount: Decimal) -> None:
    changes = (AMOUNT, f"amount: {{column: Amount, always: out, minus: {minus}}}")
    assert one(tmp_path, HEADER + "2026-10-01,B,-5\n", changes).column("amount") == [amount]


def test_two_columns(tmp_path: Path) -> None:
    rows = ("A,10.00,", "B,,4.25", "C,0.00,7", "D,1,1", "E,,")
    text = "Date,Ref,In,Out\n" + "".join(f"2026-10-01,{row}\n" for row in rows)
    result = one(tmp_path, text, (AMOUNT, "amount: {credit: In, debit: Out}"))
    assert result.column("amount") == [Decimal(10), Decimal("-4.25"), Decimal(-7)]
    assert [(row.line_no, row.code, row.value) for row in result.refused] == [
        (5, "two-amounts", "1 | 1"),
        (6, "empty", " | "),
    ]


def test_a_word_gives_the_direction(tmp_path: Path) -> None:
    text = "Date,Ref,Way,Amount\n2026-10-01,A,Cr,10\n2026-10-01,B,Dr,4\n2026-10-01,C,Xx,4\n"
    rule = "amount: {column: Amount, direction: {column: Way, in: [Cr], out: [Dr]}}"
    result = one(tmp_path, text, (AMOUNT, rule))
    assert result.column("amount") == [Decimal(10), Decimal(-4)]
    assert [(row.line_no, row.field, row.code, row.value) for row in result.refused] == [
        (4, "amount", "direction", "Xx")
    ]


def test_a_part_of_a_cell_gives_the_direction(tmp_path: Path) -> None:
    text = (
        "Date,Ref,Text,Amount\n2026-10-01,A,Refund of shoes,10\n2026-10-01,B,Bought shoes,4\n2026-10-01,C,,4\n"
    )
    way = "{column: Text, find: '^(\\S+)', in: [Refund], out: [Bought]}"
    result = one(tmp_path, text, (AMOUNT, f"amount: {{column: Amount, direction: {way}}}"))
    assert result.column("amount") == [Decimal(10), Decimal(-4)]
    assert [(row.line_no, row.code) for row in result.refused] == [(4, "direction")]


def test_dates_that_do_not_say_their_year(tmp_path: Path) -> None:
    content = "Date,Ref,Amount\n10/05,A,1\n12/31,B,2\n13/01,C,3\n"
    result = read_text(tmp_path, content, ("[yyyy-MM-dd]", '["MM/dd {2026}"]'))
    assert result.column("booking_date") == [date(2026, 10, 5), date(2026, 12, 31)]
    assert [(row.line_no, row.code) for row in result.refused] == [(4, "date")]


@pytest.mark.parametrize(
    ("written", "good", "bad"),
    [
        ("yyy/MM/dd", "115/10/05", "2026/10/05"),
        ("yyyMMdd", "1151005", "11510051"),
        ("'民國'yyy'年'MM'月'dd'日'", "民國115年10月5日", "15年10月5日"),
    ],
)
def test_years_of_taiwan_count_from_1912_on(written: str, good: str, bad: str, tmp_path: Path) -> None:
    content = f"Date,Ref,Amount\n{good},A,1\n{bad},B,2\n"
    result = read_text(tmp_path, content, ("[yyyy-MM-dd]", f'["{written}"]'))
    assert result.column("booking_date") == [date(2026, 10, 5)]
    assert [(row.line_no, row.code) for row in result.refused] == [(3, "date")]


def test_a_transaction_behind_the_footer_is_refused(tmp_path: Path) -> None:
    rows = "2026-10-01,A,1\nTotal,,1\nMade on,2026-10-02,\n2026-10-14,B,2\nTotal,,3\n2026-10-15,C,x\n"
    result = read_text(tmp_path, f"Date,Ref,Amount\n{rows}", ("money:\n", "layout: {end: [Total]}\nmoney:\n"))
    assert result.column("amount") == [Decimal(1)]
    assert [(row.line_no, row.code) for row in result.refused] == [(5, "behind-footer")]


def test_a_row_without_a_day_is_set_aside_only_without_an_amount(tmp_path: Path) -> None:
    rows = "2026-10-01,A,1\n,more of A,\n,B,2\n"
    result = read_text(
        tmp_path, f"Date,Ref,Amount\n{rows}", ("money:\n", 'layout: {ignore: {Date: [""]}}\nmoney:\n')
    )
    assert result.column("amount") == [Decimal(1)]
    assert [(row.line_no, row.field, row.code) for row in result.refused] == [(4, "booking_date", "empty")]


def test_a_word_behind_an_amount_may_mean_a_minus(tmp_path: Path) -> None:
    content = 'Date,Ref,Amount\n2026-10-01,A,"1,200.50 Dr"\n2026-10-01,B,7.00Cr\n2026-10-01,C,Dr 5\n'
    marks = '  thousands: ","\n  words: [Cr]\n  minus_words: [Dr]\n'
    result = read_text(tmp_path, content, ("  currency: EUR\n", f"  currency: EUR\n{marks}"))
    assert result.column("amount") == [Decimal("-1200.50"), Decimal(7), Decimal(-5)]


def test_a_word_may_say_that_a_row_moves_nothing(tmp_path: Path) -> None:
    content = "Date,Ref,Amount,Way\n2026-10-01,A,5,Cr\n2026-10-01,B,7,/\n"
    rule = "amount: {column: Amount, direction: {column: Way, in: [Cr], out: [Dr], neither: [/]}}"
    result = read_text(tmp_path, content, ("amount: {column: Amount, plus: in}", rule))
    assert result.column("amount") == [Decimal(5), Decimal(0)]


@pytest.mark.parametrize(
    ("written", "decimal", "thousands", "amount"),
    [
        ("1,234.50", ".", ",", "1234.50"),
        ("1.234,50", ",", ".", "1234.50"),
        ("1 234,50", ",", " ", "1234.50"),
        ("1\u202f234,50", ",", " ", "1234.50"),
        ("1'234.50", ".", "'", "1234.50"),
        ("12,34,567.89", ".", ",", "1234567.89"),
        ("(12.50)", ".", ",", "-12.50"),
        ("12.50-", ".", ",", "-12.50"),
        ("\u221212.50", ".", ",", "-12.50"),
        ("+3", ".", "none", "3"),
        (".5", ".", "none", "0.5"),
        ("5.", ".", "none", "5"),
        ("0.00000001", ".", "none", "0.00000001"),
        ("9999999999999999.99999999", ".", "none", "9999999999999999.99999999"),
    ],
)
def test_ways_of_writing_amounts(
    tmp_path: Path, written: str, decimal: str, thousands: str, amount: str
) -> None:
    change = ('  decimal: "."\n', f'  decimal: "{decimal}"\n  thousands: "{thousands}"\n')
    result = one(tmp_path, HEADER + f'2026-10-01,A,"{written}"\n', change)
    assert result.column("amount") == [Decimal(amount)]


@pytest.mark.parametrize(
    "written", ["1,23", "1e5", "abc", "--1", "(1", "1.2.3", "12 50", "0x1F", "1_000", "∞", "NaN"]
)
def test_what_is_no_amount_is_refused_with_its_place(tmp_path: Path, written: str) -> None:
    change = ('  decimal: "."\n', '  decimal: "."\n  thousands: ","\n')
    result = one(tmp_path, HEADER + f'2026-10-01,A,"{written}"\n2026-10-01,B,1\n', change)
    assert len(result.rows) == 1
    (refused,) = result.refused
    assert (refused.line_no, refused.field, refused.value, refused.code) == (2, "amount", written, "amount")
    assert refused.text == f'2026-10-01,A,"{written}"'


@pytest.mark.parametrize("written", ["0.123456789", "99999999999999999", "12345678901234567.1"])
def test_more_digits_than_an_amount_holds_are_refused(tmp_path: Path, written: str) -> None:
    result = one(tmp_path, HEADER + f"2026-10-01,A,{written}\n")
    assert not result.rows
    assert result.refused[0].value == written


def test_words_beside_an_amount(tmp_path: Path) -> None:
    change = ("  currency: EUR\n", "  currency: EUR\n  words: [DKK, €]\n")
    result = one(tmp_path, HEADER + "2026-10-01,A,DKK 99.50\n2026-10-01,B,-€1\n", change)
    assert result.column("amount") == [Decimal("99.50"), Decimal(-1)]


def test_minor_units(tmp_path: Path) -> None:
    change = ("  currency: EUR\n", "  currency: EUR\n  minor_units: 2\n")
    result = one(tmp_path, HEADER + "2026-10-01,A,12345\n2026-10-01,B,-7\n2026-10-01,C,1.5\n", change)
    assert result.column("amount") == [Decimal("123.45"), Decimal("-0.07")]
    assert [row.line_no for row in result.refused] == [4]


def test_minor_units_of_each_currency(tmp_path: Path) -> None:
    changes = (
        ("  currency: EUR\n", "  currency: {column: Ccy}\n  minor_units: currency\n"),
        ("  ref_merchant: Ref\n", ""),
    )
    text = "Date,Ccy,Amount\n2026-10-01,EUR,1234\n2026-10-01,JPY,1234\n2026-10-01,KWD,1234\n2026-10-01,XAU,1\n"
    result = one(tmp_path, text, *changes)
    assert result.column("amount") == [Decimal("12.34"), Decimal(1234), Decimal("1.234")]
    assert [row.value for row in result.refused] == ["1"]


def test_currency_by_column(tmp_path: Path) -> None:
    change = ("  currency: EUR\n", "  currency: {column: Ccy, words: {Naira: NGN}}\n")
    text = (
        "Date,Ref,Ccy,Amount\n2026-10-01,A,usd,1\n2026-10-01,B,Naira,2\n2026-10-01,C,QQQ,3\n2026-10-01,D,,4\n"
    )
    result = one(tmp_path, text, change)
    assert result.column("currency") == ["USD", "NGN"]
    assert [(row.line_no, row.field, row.code) for row in result.refused] == [
        (4, "currency", "currency"),
        (5, "currency", "currency"),
    ]


def test_gross_fee_tax_and_net_must_tie(tmp_path: Path) -> None:
    money = """\
  gross: {column: G, plus: in}
  fee: {column: F, plus: out}
  tax: {column: T, plus: out}
  net: {column: N, plus: in}
  amount: {same_as: net}
"""
    text = "Date,Ref,G,F,T,N\n2026-10-01,A,100,1.50,0.11,98.39\n2026-10-01,B,100,1.50,0.11,98.40\n"
    result = one(tmp_path, text, (f"  {AMOUNT}\n", money))
    assert result.column("amount") == [Decimal("98.39")]
    assert result.column("fee") == [Decimal("-1.50")]
    assert [(row.line_no, row.field, row.value) for row in result.refused] == [(3, "net", "98.40")]


def test_net_is_computed_from_gross_and_parts_of_the_fee(tmp_path: Path) -> None:
    money = """\
  gross: {column: G, plus: in}
  fee_parts:
    interchange: {column: I, plus: out}
    scheme: {column: S, plus: out}
  amount: {same_as: net}
"""
    result = one(
        tmp_path,
        "Date,Ref,G,I,S\n2026-10-01,A,100,1.50,0.25\n2026-10-01,B,10,,\n",
        (f"  {AMOUNT}\n", money),
    )
    assert result.column("fee") == [Decimal("-1.75"), None]
    assert result.column("net") == result.column("amount") == [Decimal("98.25"), Decimal(10)]
    assert result.rows[0]["fee_parts"] == [
        {"kind": "interchange", "amount": Decimal("-1.50"), "currency": "EUR"},
        {"kind": "scheme", "amount": Decimal("-0.25"), "currency": "EUR"},
    ]
    assert result.rows[1]["fee_parts"] is None


def test_original_amount_and_rate(tmp_path: Path) -> None:
    money = f"""\
  {AMOUNT}
  original_amount: {{column: Orig, plus: in}}
  original_currency: {{column: OCcy}}
  fx_rate: Rate
"""
    result = one(
        tmp_path,
        "Date,Ref,Amount,Orig,OCcy,Rate\n2026-10-01,A,9.20,10,USD,0.92\n2026-10-01,B,1,,,\n2026-10-01,C,1,1,USD,x\n",
        (f"  {AMOUNT}\n", money),
    )
    assert result.column("fx_rate") == [Decimal("0.92"), None]
    assert result.column("original_amount") == [Decimal(10), None]
    assert result.column("original_currency") == ["USD", None]
    assert [(row.field, row.value) for row in result.refused] == [("fx_rate", "x")]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("dd/MM/yyyy", "31/12/2026"),
        ("MM/dd/yyyy", "12/31/2026"),
        ("dd-MMM-yyyy", "31-Dec-2026"),
        ("dd MMMM yyyy", "31 December 2026"),
        ("yyyyMMdd", "20261231"),
        ("dd.MM.yy", "31.12.26"),
        ("d/M/yyyy", "31/12/2026"),
    ],
)
def test_date_formats(tmp_path: Path, written: str, text: str) -> None:
    result = one(tmp_path, HEADER + f"{text},A,1\n", ("[yyyy-MM-dd]", f"[{written}]"))
    assert result.column("booking_date") == [date(2026, 12, 31)]


@pytest.mark.parametrize("text", ["30/02/2026", "2026-10-01", "31/12/26", "31/12/0026", "x", "31/12/2026 x"])
def test_what_is_no_date_is_refused(tmp_path: Path, text: str) -> None:
    result = one(tmp_path, HEADER + f"{text},A,1\n", ("[yyyy-MM-dd]", "[dd/MM/yyyy]"))
    assert [(row.field, row.code, row.value) for row in result.refused] == [("booking_date", "date", text)]


def test_a_missing_date_is_refused(tmp_path: Path) -> None:
    result = one(tmp_path, HEADER + ",A,1\n")
    assert [(row.field, row.code) for row in result.refused] == [("booking_date", "empty")]


def timed(*formats: str, zone: str | None = "Europe/Berlin") -> tuple[tuple[str, str], ...]:
    zone_line = f"\n  zone: {zone}" if zone else ""
    return (
        ("[yyyy-MM-dd]", f"[{', '.join(formats)}]{zone_line}"),
        ("booking_date: Date", "event_time: Date"),
    )


def test_local_times_become_utc(tmp_path: Path) -> None:
    text = HEADER + "2026-07-01 12:00:00,A,1\n2026-12-01 12:00:00,B,1\n"
    result = one(tmp_path, text, *timed("yyyy-MM-dd HH:mm:ss"))
    assert result.column("event_time") == [at("2026-07-01 10:00:00"), at("2026-12-01 11:00:00")]


def test_the_hour_that_comes_twice_is_its_first(tmp_path: Path) -> None:
    result = one(tmp_path, HEADER + "2026-10-25 02:30:00,A,1\n", *timed("yyyy-MM-dd HH:mm:ss"))
    assert result.column("event_time") == [at("2026-10-25 00:30:00")]


def test_the_hour_that_never_was_is_refused(tmp_path: Path) -> None:
    result = one(tmp_path, HEADER + "2026-03-29 02:30:00,A,1\n", *timed("yyyy-MM-dd HH:mm:ss"))
    assert [(row.field, row.code) for row in result.refused] == [("event_time", "date")]
    assert "never occurred in Europe/Berlin" in result.refused[0].reason


def test_an_offset_in_the_text_wins_over_the_zone(tmp_path: Path) -> None:
    text = HEADER + "2026-07-01T12:00:00+05:00,A,1\n"
    result = one(tmp_path, text, *timed("\"yyyy-MM-dd'T'HH:mm:ssXXX\""))
    assert result.column("event_time") == [at("2026-07-01 07:00:00")]


def test_seconds_since_1970(tmp_path: Path) -> None:
    result = one(tmp_path, HEADER + "1700000000,A,1\n", *timed("unix"))
    assert result.column("event_time") == [at("2023-11-14 22:13:20")]


def test_date_and_time_in_two_columns(tmp_path: Path) -> None:
    changes = (*timed("dd/MM/yyyy HH:mm")[:1], ("booking_date: Date", "event_time: [Day, Clock]"))
    result = one(tmp_path, "Day,Clock,Ref,Amount\n01/07/2026,09:05,A,1\n", *changes)
    assert result.column("event_time") == [at("2026-07-01 07:05:00")]


def test_words_of_type_and_status(tmp_path: Path) -> None:
    words = """\
type:
  column: Kind
  words: {SALE: payment, BACK: refund}
status:
  column: State
  words: {ok: booked}
  otherwise: pending
  empty: info
"""
    rows = ("A,1,SALE,ok", "B,1,BACK,?", "C,1,SALE,", "D,1,GIFT,ok")
    text = "Date,Ref,Amount,Kind,State\n" + "".join(f"2026-10-01,{row}\n" for row in rows)
    result = read_bytes(tmp_path, text.encode(), profile(tmp_path, BASIC + words))
    assert result.column("type") == ["payment", "refund", "payment"]
    assert result.column("type_raw") == ["SALE", "BACK", "SALE"]
    assert result.column("status") == ["booked", "pending", "info"]
    assert [(row.line_no, row.field, row.code, row.value) for row in result.refused] == [
        (5, "type", "unknown-word", "GIFT")
    ]


def test_texts_attributes_and_joined_columns(tmp_path: Path) -> None:
    columns = """\
  ref_merchant: Ref
  remittance: [Note, More]
  counterparty_name: {any: [Payee, Beneficiary]}
  entity: {column: Shop, optional: true}
  attributes:
    till: Till
    clerk: {column: Clerk, optional: true}
"""
    text = "Date,Ref,Amount,Note,More,Beneficiary,Till\n2026-10-01,A,1,hello,world,Ada,7\n2026-10-01,B,1,,world,,\n"
    result = one(tmp_path, text, ("  ref_merchant: Ref\n", columns))
    assert result.column("remittance") == ["hello world", "world"]
    assert result.column("counterparty_name") == ["Ada", None]
    assert result.column("entity") == [None, None]
    assert result.column("attributes") == [[("till", "7")], []]


def test_what_stands_in_the_place_of_a_reference_is_none(tmp_path: Path) -> None:
    nothing = [
        "N/A",
        "na",
        "#N/A",
        "NONE",
        "null",
        "-",
        "\u2013",
        "0",
        "0000000000",
        "NOTPROVIDED",
        "NONREF",
        "Unknown",
    ]
    something = ["A-0", "00012", "NAN-7", "N", "NONE-1"]
    rows = "".join(f"2026-10-01,{text},5.00\n" for text in [*nothing, *something])
    changes = (("  ref_merchant: Ref", "  ref_merchant: Ref\n  counterparty_name: Ref"),)
    result = one(tmp_path, HEADER + rows, *changes)
    assert result.column("ref_merchant") == [None] * len(nothing) + something
    assert result.column("counterparty_name") == [*nothing, *something]


def test_a_required_text(tmp_path: Path) -> None:
    change = ("ref_merchant: Ref", "ref_merchant: {column: Ref, required: true}")
    result = one(tmp_path, HEADER + "2026-10-01,,1\n", change)
    assert [(row.field, row.code) for row in result.refused] == [("ref_merchant", "empty")]


def test_the_account_by_column(tmp_path: Path) -> None:
    changes = (("account: SHOP\n", ""), ("  ref_merchant: Ref", "  account: Ref"))
    result = one(tmp_path, HEADER + "2026-10-01,KE-1,1\n2026-10-01,,1\n", *changes)
    assert result.column("account") == ["KE-1"]
    assert [(row.field, row.code) for row in result.refused] == [("account", "empty")]


def test_characters_are_stripped(tmp_path: Path) -> None:
    change = ("money:\n", 'layout:\n  strip: "`"\nmoney:\n')
    result = one(tmp_path, HEADER + "`2026-10-01,`A1 ,`1.50\t\n", change)
    assert result.column("ref_merchant") == ["A1"]
    assert result.column("amount") == [Decimal("1.50")]


def test_rows_that_are_no_transactions(tmp_path: Path) -> None:
    layout = "layout:\n  end: [Total]\n  ignore: {Ref: [CARRY]}\nmoney:\n"
    text = HEADER + "2026-10-01,A,1\n2026-10-01,CARRY,999\n\n2026-10-02,B,2\nTotal,,3\nthe end\n"
    result = one(tmp_path, text, ("money:\n", layout))
    assert result.column("ref_merchant") == ["A", "B"]
    assert (result.lines, result.recognised, result.refused) == (7, 5, [])


@pytest.mark.parametrize(
    "footer", ['"Made" on 3 Oct, 9:11', 'Total,,3\n"Made" on 3 Oct, 9:11', '"Made",,\n"x" y,,']
)
def test_a_footer_may_have_text_behind_a_closing_quote(tmp_path: Path, footer: str) -> None:
    layout = "layout:\n  end: [Total, Made]\nmoney:\n"
    text = f"{HEADER}2026-10-01,A,1\n2026-10-02,B,2\n\n{footer}\n"
    result = one(tmp_path, text, ("money:\n", layout))
    assert (result.column("ref_merchant"), result.refused) == (["A", "B"], [])
    assert result.conserved
    before = one(tmp_path, text.replace("2026-10-02,B", '"2026-10-02"x,B'), ("money:\n", layout))
    assert [(row.line_no, row.code) for row in before.refused] == [(3, "quotes")]


def test_only_some_rows_are_kept(tmp_path: Path) -> None:
    result = one(
        tmp_path,
        HEADER + "2026-10-01,A,1\nx,B,x\n",
        ("money:\n", "layout:\n  keep: {Ref: [A]}\nmoney:\n"),
    )
    assert (result.column("ref_merchant"), result.recognised, result.refused) == (["A"], 2, [])


def test_derived_fields(tmp_path: Path) -> None:
    derive = """\
derive:
  payout_id: regexp_extract(ref_merchant, '(PO-[0-9]+)')
  is_reversal: amount < 0
  type: CASE WHEN amount < 0 THEN 'refund' ELSE 'payment' END
"""
    text = HEADER + "2026-10-01,x PO-77 y,1\n2026-10-01,none,-1\n"
    result = read_bytes(tmp_path, text.encode(), profile(tmp_path, BASIC + derive))
    assert result.column("payout_id") == ["PO-77", None]
    assert result.column("is_reversal") == [False, True]
    assert result.column("type") == ["payment", "refund"]


def test_file_columns_named_like_fields_do_not_get_mixed_up(tmp_path: Path) -> None:
    money = """\
  gross: {column: fee, plus: in}
  fee: {column: gross, plus: out}
  net: {column: amount, plus: in}
  amount: {column: net, plus: out}
"""
    changes = ((f"  {AMOUNT}\n", money), ("booking_date: Date", "booking_date: type"), ("Ref", "status"))
    result = one(tmp_path, "type,status,gross,fee,net,amount\n2026-10-01,A,1,10,5,9\n", *changes)
    assert result.rows[0]["gross"] == Decimal(10)
    assert result.rows[0]["fee"] == Decimal(-1)
    assert result.rows[0]["net"] == Decimal(9)
    assert result.rows[0]["amount"] == Decimal(-5)


def test_a_missing_column_names_the_row_that_comes_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as refused:
        read_text(tmp_path, "Bank of Somewhere\nDate,Ref,Amnt\n2026-10-01,A,1\n")
    (problem,) = refused.value.problems
    assert str(problem.place) == "till.csv:2:Amount"
    assert problem.hint == "did you mean `Amnt`?"


def test_a_column_that_stands_twice_must_be_told_apart(tmp_path: Path) -> None:
    text = "Date,Ref,Amount,Amount\n2026-10-01,A,1,2\n"
    with pytest.raises(InputRefused, match="stands twice"):
        read_text(tmp_path, text)
    change = (AMOUNT, 'amount: {column: "Amount#2", plus: in}')
    assert one(tmp_path, text, change).column("amount") == [Decimal(2)]


@pytest.mark.parametrize("nothing", ["-", "--", "\u2013", "N/A", "NULL"])
def test_a_dash_stands_for_nothing(tmp_path: Path, nothing: str) -> None:
    (refused,) = one(tmp_path, HEADER + f"2026-10-01,A,{nothing}\n").refused
    assert (refused.field, refused.code) == ("amount", "empty")
    pair = ("{column: Amount, plus: in}", "{credit: In, debit: Out}")
    result = one(tmp_path, f"Date,Ref,In,Out\n2026-10-01,A,{nothing},2\n2026-10-02,B,3,{nothing}\n", pair)
    assert (result.column("amount"), result.refused) == ([Decimal(-2), Decimal(3)], [])
    (refused,) = one(tmp_path, f"Date,Ref,In,Out\n2026-10-01,A,{nothing},{nothing}\n", pair).refused
    assert (refused.field, refused.code) == ("amount", "empty")


def test_an_amount_is_missing_whatever_its_direction_says(tmp_path: Path) -> None:
    way = ("{column: Amount, plus: in}", "{column: Amount, direction: {column: Way, in: [C], out: [D]}}")
    (refused,) = one(tmp_path, "Date,Ref,Amount,Way\n2026-10-01,A,,D\n", way).refused
    assert (refused.field, refused.code) == ("amount", "empty")
