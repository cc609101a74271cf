"""MT940 and MT942: each way in which real banks differ from the standard."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from recon.errors import InputRefused
from tests.unit.sources_bank.reading import Read, read

HEAD = ":20:REF\n:25:12345678/1234567890\n:28C:7/1\n:60F:C260101EUR100,00\n"
TAIL = ":62F:C260131EUR100,00\n-\n"


def statement(body: str, folder: Path) -> Read:
    return read("mt940", HEAD + body + TAIL, folder)


def one(line: str, folder: Path) -> dict[str, object]:
    (row,) = statement(f":61:{line}\n", folder).rows
    return row


@pytest.mark.parametrize(
    ("line", "amount", "reversal"),
    [
        ("2601020102C10,00NTRFNONREF", "10", False),
        ("2601020102D10,00NTRFNONREF", "-10", False),
        ("2601020102RC10,00NTRFNONREF", "-10", True),
        ("2601020102RD10,00NTRFNONREF", "10", True),
        ("2601020102DR800,NSTONONREF", "-800", False),
        ("2601020102CR800,NSTONONREF", "800", False),
        ("2601020102d10,00NTRFNONREF", "-10", False),
        ("260102CN220000,00//BANKREF", "220000", False),
        ("260102D000000000300.00N102NONREF", "-300", False),
        ("260102C1234NTRFNONREF", "1234", False),
        ("260102C,50NTRFNONREF", "0.5", False),
        ("260102C1 234,50NTRFNONREF", "1234.5", False),
        ("260102C1.234,50NTRFNONREF", "1234.5", False),
        ("260102C1,234.50NTRFNONREF", "1234.5", False),
        ("260102D12,35 NRTIKREF+//2016021783252833", "-12.35", False),
        ("260102D25,03NOV NONREF", "-25.03", False),
        ("260102D25,03NOVNONREF", "-25.03", False),
    ],
)
def test_sign_and_amount(line: str, amount: str, reversal: bool, tmp_path: Path) -> None:
    row = one(line, tmp_path)
    assert row["amount"] == Decimal(amount)
    assert row["is_reversal"] is reversal


@pytest.mark.parametrize(
    "line", ["260102C1.2.3NTRF", "260102C12..34NTRF", "260102X10,00NTRF", "2601C10,00NTRF", "260102C", ""]
)
def test_a_line_without_a_certain_amount_is_refused_with_its_place(line: str, tmp_path: Path) -> None:
    found = statement(f":61:{line}\n:86:text\n", tmp_path)
    assert found.rows == []
    (refused,) = found.refused
    assert (refused.line_no, refused.field, refused.code) == (5, ":61:", "statement-line")
    assert refused.text.startswith(":61:")


def test_an_amount_cut_in_two_lines_is_never_read_by_its_first_half(tmp_path: Path) -> None:
    assert one("2601020102CR3\n0,00NTRFNONREF", tmp_path)["amount"] == Decimal(30)
    assert one("2601020102CR\n30,00NTRFNONREF", tmp_path)["amount"] == Decimal(30)


def test_a_tag_cut_in_two_lines_is_still_a_tag(tmp_path: Path) -> None:
    found = read(
        "mt940", ":61:2601020102CR\n30,00N062NONREF\n:\n86:166?00CREDIT?20SVWZ+Test", tmp_path, currency="EUR"
    )
    assert found.column("amount") == [Decimal(30)]
    assert found.column("remittance") == ["Test"]
    assert found.statements == []


@pytest.mark.parametrize(
    ("dates", "value_date", "booking_date"),
    [
        ("2601021231", date(2026, 1, 2), date(2025, 12, 31)),
        ("2512310102", date(2025, 12, 31), date(2026, 1, 2)),
        ("260102", date(2026, 1, 2), None),
        ("9901020102", date(1999, 1, 2), date(1999, 1, 2)),
        ("1602300301", None, date(2016, 3, 1)),
        ("1603010230", date(2016, 3, 1), None),
        ("3622687806", None, None),
    ],
)
def test_dates(dates: str, value_date: date | None, booking_date: date | None, tmp_path: Path) -> None:
    found = statement(f":61:{dates}C1,00NTRFNONREF\n", tmp_path)
    assert found.column("value_date") == [value_date]
    assert found.column("booking_date") == [booking_date]
    impossible = dates in {"1602300301", "1603010230", "3622687806"}
    assert (found.attribute("warning")[0] is not None) is impossible


@pytest.mark.parametrize(
    ("rest", "merchant", "bank"),
    [
        ("NTRFNONREF//B1", None, "B1"),
        ("NTRFORDER-77//B1", "ORDER-77", "B1"),
        ("NTRF2023-02-09-08.37.18.054696", "2023-02-09-08.37.18.054696", None),
        ("N0440121470966      W.P. Jansen", "0121470966", None),
        ("NTRFEREF//B1", None, "B1"),
        ("FTRFNONREF", None, None),
    ],
)
def test_references(rest: str, merchant: str | None, bank: str | None, tmp_path: Path) -> None:
    row = one(f"2601020102C1,00{rest}", tmp_path)
    assert (row["ref_merchant"], row["ref_bank"]) == (merchant, bank)


def test_german_sub_fields_keep_every_word(tmp_path: Path) -> None:
    found = statement(
        ":61:2601020102D10,00NTRFNONREF\n"
        ":86:166?00CREDIT TRANSFER?109310?20EREF+E2E-2026-ABCDEFGHIJKLM?21NOPQ?22SVWZ+Invoice 1?23and 2 of Janu\n"
        "?24ary KREF+K1?30GENODEF1PFK?31DE14740618130000033626?32First Na?33me\n",
        tmp_path,
    )
    (row,) = found.rows
    assert row["ref_end_to_end"] == "E2E-2026-ABCDEFGHIJKLMNOPQ"
    assert row["remittance"] == "Invoice 1 and 2 of Janu ary"
    assert row["counterparty_account"] == "DE14740618130000033626"
    assert row["counterparty_name"] == "First Na me"
    assert (row["type"], row["type_raw"]) == ("payment", "NTRF 166")
    assert found.attribute("kref") == ["K1"]
    assert found.attribute("booking_text") == ["CREDIT TRANSFER"]


def test_german_sub_fields_cut_by_width_are_joined_without_a_gap(tmp_path: Path) -> None:
    found = statement(
        ":61:2601020102D10,00NTRFNONREF\n:86:166?20SVWZ+Payment of invoice no 1?2123456 of March?32NAME\n",
        tmp_path,
    )
    assert found.column("remittance") == ["Payment of invoice no 123456 of March"]


@pytest.mark.parametrize("mark", [">", "~", "<"])
def test_other_marks_of_sub_fields(mark: str, tmp_path: Path) -> None:
    text = "000?100987?20RENT?21MARCH?32OWNER".replace("?", mark)
    found = statement(f":61:2601020102D10,00NTRFNONREF\n:86:{text}\n", tmp_path)
    assert found.column("remittance") == ["RENT MARCH"]
    assert found.column("counterparty_name") == ["OWNER"]


def test_words_between_slashes(tmp_path: Path) -> None:
    found = statement(
        ":61:2601020102D10,00NTRFEREF//B7\n/TRCD/00100/\n"
        ":86:/EREF/E-77//MARF/M-1//CNTP/NL32INGB0000012345/INGBNL2A/Shop B.V./Utrecht//REMI/USTD//Order 5 of\n"
        "March/\n",
        tmp_path,
    )
    (row,) = found.rows
    assert row["ref_end_to_end"] == "E-77"
    assert row["counterparty_account"] == "NL32INGB0000012345"
    assert row["counterparty_name"] == "Shop B.V."
    assert row["remittance"] in {"Order 5 of March", "Order 5 ofMarch"}
    assert found.attribute("mandate") == ["M-1"]


def test_a_slash_word_cut_by_a_line_end(tmp_path: Path) -> None:
    found = statement(
        ":61:2601020102D10,00NTRFNONREF\n:86:/EREF/NOTPROVIDED//RE\nMI/USTD//Order 6/\n", tmp_path
    )
    assert found.column("remittance") == ["Order 6"]
    assert found.column("ref_end_to_end") == [None]


def test_two_narratives_of_one_movement(tmp_path: Path) -> None:
    found = statement(":61:2601020102D10,00NTRFNONREF\n:86:first line\n:86:second line\n", tmp_path)
    assert found.column("remittance") == ["first line second line"]


def test_narratives_without_a_movement_belong_to_the_statement(tmp_path: Path) -> None:
    found = statement(
        ":86:your branch\n:61:2601020102D10,00NTRFNONREF\n:61:2601020102D1,00NTRFNONREF\n", tmp_path
    )
    assert found.column("remittance") == [None, None]


def test_numbered_narrative(tmp_path: Path) -> None:
    found = statement(
        ":61:2601020102D10,00NTRFNONREF\n:NS:01Invoice 4\n02of May\n15Some Shop\n17TRANSFER\n", tmp_path
    )
    assert found.column("remittance") == ["Invoice 4 of May"]
    assert found.column("counterparty_name") == ["Some Shop"]
    assert found.attribute("booking_text") == ["TRANSFER"]


def test_original_amount_and_charges(tmp_path: Path) -> None:
    (row,) = statement(":61:2601020102D12,35NRTINONREF\n/OCMT/EUR11,85//CHGS/EUR0,50/\n", tmp_path).rows
    assert (row["original_amount"], row["original_currency"]) == (Decimal("-11.85"), "EUR")
    assert row["fee_parts"] == [{"kind": "charges", "amount": Decimal("-0.50"), "currency": "EUR"}]


def test_a_lone_dash_inside_a_narrative_ends_nothing(tmp_path: Path) -> None:
    found = statement(
        ":61:2601020102D1,00NTRFNONREF\n:86:/MARF/MND\n-\nEV01//REMI/USTD//x/\n:61:2601020102D2,00NTRFNONREF\n",
        tmp_path,
    )
    assert found.column("amount") == [Decimal(-1), Decimal(-2)]
    assert found.attribute("mandate") == ["MND-EV01", None]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_line_ends(end: str, tmp_path: Path) -> None:
    text = (HEAD + ":61:2601020102C1,00NTRFNONREF\n:86:text\n" + TAIL).replace("\n", end)
    found = read("mt940", text.encode(), tmp_path)
    assert found.column("remittance") == ["text"]
    assert found.statements[0].closing == Decimal(100)


@pytest.mark.parametrize(
    ("encoding", "read_as"),
    [("utf-8", "utf-8"), ("cp1252", "cp1252"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16")],
)
def test_encodings(encoding: str, read_as: str, tmp_path: Path) -> None:
    text = HEAD + ":61:2601020102C1,00NTRFNONREF\n:86:Grüße an Müller\n" + TAIL
    found = read("mt940", text.encode(encoding), tmp_path)
    assert found.column("remittance") == ["Grüße an Müller"]
    assert found.encoding == read_as


def test_bytes_that_are_no_cp1252_are_latin_1(tmp_path: Path) -> None:
    content = (HEAD + ":61:2601020102C1,00NTRFNONREF\n:86:a\x81b\xe9\n" + TAIL).encode("latin-1")
    assert read("mt940", content, tmp_path).encoding == "latin-1"


def test_control_characters_are_no_text(tmp_path: Path) -> None:
    found = read(
        "mt940", f"\x01\n{HEAD}:61:2601020102C1,00NTRFNONREF\n:86:a\x00b\n:62F:C260131EUR1,00\n-\x03", tmp_path
    )
    assert found.column("remittance") == ["ab"]


def test_swift_blocks_and_prose_around_messages(tmp_path: Path) -> None:
    block = "{1:F01ABNANL2AXXXX0000000000}{2:O9401200260715X}{4:\n"
    body = ":61:2601020102C1,00NTRFNONREF\n:86:text\n:62F:C260131EUR101,00\n"
    text = f"An example\n\n----\n{block}{HEAD}{body}-}}{{5:}}\n"
    found = read("mt940", text + "Second file follows\n" + text, tmp_path)
    assert found.column("remittance") == ["text", "text"]
    assert [said.statement_no for said in found.statements] == [1, 2]
    assert found.column("statement_no") == [1, 2]


def test_pages_of_one_statement_keep_their_balances(tmp_path: Path) -> None:
    text = (
        ":20:A\n:25:1\n:28C:1/1\n:60F:C260101EUR10,00\n:61:260102C5,00NTRFNONREF\n:62M:C260102EUR15,00\n-\n"
        ":20:A\n:25:1\n:28C:1/2\n:60M:C260102EUR15,00\n:61:260102D1,00NTRFNONREF\n:62F:D260102EUR14,00\n-\n"
    )
    found = read("mt940", text, tmp_path)
    assert [said.opening for said in found.statements] == [Decimal(10), Decimal(15)]
    assert [said.closing for said in found.statements] == [Decimal(15), Decimal(-14)]


def test_several_accounts_in_one_message(tmp_path: Path) -> None:
    text = (
        ":20:A\n:25:ONE\n:28C:1\n:60F:C260101EUR1,00\n:61:260102C5,00NTRFNONREF\n:62F:C260102EUR6,00\n"
        ":25:TWO\n:28C:1\n:60F:C260101USD1,00\n:61:260102C7,00NTRFNONREF\n:62F:C260102USD8,00\n-\n"
    )
    found = read("mt940", text, tmp_path)
    assert found.column("account") == ["ONE", "TWO"]
    assert found.column("currency") == ["EUR", "USD"]
    assert found.column("statement_no") == [1, 2]


def test_a_currency_that_changes_inside_a_statement_fails_the_control(tmp_path: Path) -> None:
    (said,) = read(
        "mt940", ":20:A\n:25:1\n:28C:1\n:60F:C260101EUR1,00\n:62F:C260102USD1,00\n", tmp_path
    ).statements
    assert (said.currency, said.closing_currency, said.control_ok) == ("EUR", "USD", False)


def test_a_balance_without_a_currency_takes_that_of_the_other(tmp_path: Path) -> None:
    text = ":20:A\n:25:1\n:28C:1\n:60F:C2601011,00\n:61:260102C5,00NTRFNONREF\n:62F:C260102EUR6,00\n-\n"
    found = read("mt940", text, tmp_path)
    assert found.column("currency") == ["EUR"]
    assert found.statements[0].opening == Decimal(1)


def test_a_statement_without_any_currency_is_refused_row_by_row(tmp_path: Path) -> None:
    text = ":20:A\n:25:1\n:28C:1\n:60F:C2601011,00\n:61:260102C5,00NTRFNONREF\n:62F:C2601026,00\n-\n"
    assert [row.code for row in read("mt940", text, tmp_path).refused] == ["currency-missing"]
    assert read("mt940", text, tmp_path, currency="EUR").column("currency") == ["EUR"]


def test_the_currency_behind_an_iban_is_no_part_of_the_account(tmp_path: Path) -> None:
    text = HEAD.replace("12345678/1234567890", "NL91ABNA0417164300EUR") + ":61:260102C1,00NTRFNONREF\n" + TAIL
    assert read("mt940", text, tmp_path).column("account") == ["NL91ABNA0417164300"]


INTERIM = (
    ":20:A\n:25:1\n:28C:1/1\n:34F:EUR0,00\n:13D:2601021200+0100\n"
    ":61:260102C5,00NTRFNONREF\n:61:260102D1,00NTRFNONREF\n"
)


@pytest.mark.parametrize(
    ("totals", "ok"),
    [
        (":90D:1EUR1,00\n:90C:1EUR5,00\n", True),
        (":90D:2EUR1,00\n:90C:1EUR5,00\n", False),
        (":90D:1EUR1,00\n:90C:1EUR5,01\n", False),
        (":90D:1USD1,00\n:90C:1EUR5,00\n", False),
        ("", None),
    ],
)
def test_totals_of_an_interim_report(totals: str, ok: bool | None, tmp_path: Path) -> None:
    found = read("mt940", INTERIM + totals + "-\n", tmp_path)
    assert found.column("currency") == ["EUR", "EUR"]
    assert found.statements[0].control_ok is ok


def test_expected_movements_are_pending(tmp_path: Path) -> None:
    found = read("mt940", INTERIM + ":61:260102EC7,00NTRFNONREF\n:90C:2EUR12,00\n-\n", tmp_path)
    assert found.column("status") == ["booked", "booked", "pending"]
    assert found.statements[0].control_ok is True
    assert found.statements[0].stated_credits is None


@pytest.mark.parametrize("after", [":86:te", ":86:text\n:65F:C260102EUR1,00\n"])
def test_a_statement_without_its_closing_balance_fails_its_control(after: str, tmp_path: Path) -> None:
    found = read("mt940", f"{HEAD}{TAIL}{HEAD}:61:260102C1,00NTRFNONREF\n{after}", tmp_path)
    said = found.statements[-1]
    assert found.column("amount")[-1] == Decimal(1)
    assert (said.closing, said.control_ok) == (None, False)
    assert said.control_note == "the closing balance (:62:) is missing; the file may be cut short"
    assert found.statements[0].control_note is None


@pytest.mark.parametrize(
    "cut",
    [
        HEAD,
        HEAD + ":61:260102C1,00NTRF",
        HEAD + ":61:260102C1,00NTRFNONREF\n:86:text\n:6",
        ":20:REF\n:25:123\n:28C:1",
    ],
)
def test_a_truncated_file_is_refused_with_its_place(cut: str, tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as caught:
        read("mt940", HEAD + TAIL + cut, tmp_path)
    (problem,) = caught.value.problems
    assert problem.code == "truncated"
    assert "line 7" in problem.message
    assert problem.place is not None
    assert problem.place.line == 6 + cut.count("\n") + (not cut.endswith("\n"))


def test_a_statement_that_ends_with_its_mark_needs_no_closing_balance(tmp_path: Path) -> None:
    (said,) = read("mt940", HEAD + "-\n", tmp_path).statements
    assert said.closing is None


def test_a_file_without_messages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="no MT940"):
        read("mt940", "date;amount\n2026-01-02;5\n", tmp_path)


def test_an_unreadable_balance_fails_the_control_of_its_statement(tmp_path: Path) -> None:
    text = ":20:R\n:25:1\n:60F:C260101EURO0,00\n:61:260102C1,00NTRFNONREF\n:86:text\n:62F:C260131EUR1,00\n-\n"
    found = read("mt940", text, tmp_path)
    (said,) = found.statements
    assert (found.column("amount"), found.column("currency"), found.refused) == ([Decimal(1)], ["EUR"], [])
    assert (said.opening, said.closing, said.control_ok) == (None, Decimal(1), False)
    assert said.control_note == 'line 3: this is no sign, date, currency and amount: ":60F:C260101EURO0,00"'


def test_an_unreadable_balance_outside_a_statement_is_a_refused_row(tmp_path: Path) -> None:
    found = read("mt940", f":62F:X260131EUR1,00\n{HEAD}{TAIL}", tmp_path)
    assert [(row.field, row.code) for row in found.refused] == [(":62F:", "balance")]


def test_a_balance_may_lack_the_colon_behind_its_tag(tmp_path: Path) -> None:
    text = f"{HEAD}:61:260102C1,00NTRFNONREF\n:86:text\n:62FC260131EUR1,00\n-\n"
    found = read("mt940", text, tmp_path)
    assert (found.statements[0].closing, found.column("remittance")) == (Decimal(1), ["text"])


@pytest.mark.parametrize(
    "line", ["20260102C1,00NTRFNONREF", "202601020103C1,00NTRFNONREF", "260102 0103 C 1,00 NTRF NONREF"]
)
def test_whole_years_and_blanks_between_the_parts_of_a_movement(line: str, tmp_path: Path) -> None:
    found = statement(f":61:{line}\n", tmp_path)
    assert (found.column("amount"), found.refused) == ([Decimal(1)], [])
    assert found.column("value_date") == [date(2026, 1, 2)]
    assert found.column("type_raw") == ["NTRF"]


def test_a_balance_may_have_a_whole_year(tmp_path: Path) -> None:
    text = (HEAD + TAIL).replace("C26", "C2026")
    assert read("mt940", text, tmp_path).statements == read("mt940", HEAD + TAIL, tmp_path).statements


def test_a_balance_may_have_blanks_between_its_parts(tmp_path: Path) -> None:
    text = (HEAD + TAIL).replace("C26", " C 26").replace("EUR", " EUR ")
    assert read("mt940", text, tmp_path).statements == read("mt940", HEAD + TAIL, tmp_path).statements


def test_a_message_may_be_indented(tmp_path: Path) -> None:
    text = HEAD + ":61:260102C1,00NTRFNONREF\n:86:text\n" + TAIL
    found = read("mt940", "".join(f"  {line}\n" for line in text.splitlines()), tmp_path)
    assert found.column("remittance") == read("mt940", text, tmp_path).column("remittance") == ["text"]
    assert found.statements[0].closing is not None


@pytest.mark.parametrize("account", [":25:9-9876543\n", ""])
def test_the_amount_of_an_advice_is_no_empty_statement(account: str, tmp_path: Path) -> None:
    text = f"{{1:F01}}{{2:O910}}{{4:\n:20:C1\n:21:R1\n{account}:32A:260115USD500000,\n:52A:BKTRUS33\n-}}\n"
    found = read("mt940", text, tmp_path)
    assert [(row.line_no, row.field, row.code) for row in found.refused] == [
        (text[: text.index(":32A:")].count("\n") + 1, ":32A:", "message-type")
    ]


def test_a_statement_line_under_a_damaged_tag_is_not_lost(tmp_path: Path) -> None:
    found = statement(":71:2601020102C1,00NTRFNONREF\n:71:note\n", tmp_path)
    assert [(row.field, row.code) for row in found.refused] == [(":71:", "field-unknown")]


def test_the_original_fields_are_kept(tmp_path: Path) -> None:
    (row,) = statement(':61:2601020102C1,00NTRFNONREF\nmore\n:86:a "b"\nc\n', tmp_path).rows
    assert row["raw"] == '{"61":"2601020102C1,00NTRFNONREF\\nmore","86":"a \\"b\\"\\nc"}'
