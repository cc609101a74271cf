"""Bank files: valid by the standard's own schema, every figure at its place, controls that tie, faults told."""

import csv
import io
from decimal import Decimal
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.payouts.bank import columns, nacha, pain001
from recon.payouts.bank import message as messages
from recon.payouts.bank.profile import BankFile
from tests.unit.payouts_bank.messages import ACH, SEPA, TEMPLATE, message, payment, usd

SPACE = {"": pain001.SPACE}


@pytest.fixture(scope="module")
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(files("sepaxml") / "schemas" / "pain.001.001.09.xsd"))


def test_a_credit_transfer_is_valid_by_the_schema_of_the_standard(schema: xmlschema.XMLSchema) -> None:
    made = message(SEPA, payment(), payment(payment_id="2" * 20, amount=Decimal("0.01"), bank=""))
    content = pain001.written(made)
    schema.validate(content.decode())
    root = ElementTree.fromstring(content)  # noqa: S314  (our own)
    assert root.findtext(".//GrpHdr/NbOfTxs", namespaces=SPACE) == "2"
    assert root.findtext(".//PmtInf/CtrlSum", namespaces=SPACE) == "1234.51"
    assert root.findtext(".//PmtInf/PmtTpInf/SvcLvl/Cd", namespaces=SPACE) == "SEPA"
    assert root.findtext(".//CdtTrfTxInf/Cdtr/Nm", namespaces=SPACE) == "Nordlys Media + Co"
    assert root.findtext(".//CdtTrfTxInf/CdtrAcct/Id/IBAN", namespaces=SPACE) == "NL91ABNA0417164300"
    assert root.findtext(".//CdtTrfTxInf/PmtId/EndToEndId", namespaces=SPACE) == payment()["payment_id"]
    assert content == pain001.written(made)


OTHER: dict[str, Any] = {
    "bank_file": "others",
    "format": "pain.001",
    "currencies": ["JPY", "KWD", "NGN"],
    "debtor": {"name": "Tide", "account": "0123456789", "country": "NG"},
    "pain": {"charges": "SHAR", "booked": "batch"},
}


@settings(max_examples=40)
@given(
    st.lists(
        st.builds(
            lambda name, units, number: payment(
                payment_id=f"{number:020x}",
                name=name,
                bank_account=f"{number % 10**10:010}",
                bank="",
                country="NG",
                currency="KWD",
                amount=Decimal(units).scaleb(-3),
            ),
            st.text(
                st.characters(min_codepoint=32, codec="utf-8", exclude_categories=["Cs", "Cn", "Co"]),
                min_size=1,
                max_size=140,
            ),
            st.integers(1, 10**12),
            st.integers(1, 10**18),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_payees_are_called_the_file_is_valid_and_its_sum_is_that_of_the_payments(
    schema: xmlschema.XMLSchema, rows: list[dict[str, Any]]
) -> None:
    made = message(OTHER, *rows)
    text = pain001.written(made).decode()
    schema.validate(text)
    root = ElementTree.fromstring(text)  # noqa: S314  (our own)
    amounts = [Decimal(one.text or "") for one in root.iterfind(".//InstdAmt", SPACE)]
    assert sum(amounts) == Decimal(root.findtext(".//GrpHdr/CtrlSum", "", SPACE)) == made.total
    assert amounts == [row["amount"] for row in rows]


def test_an_ach_file_has_records_of_94_and_totals_that_tie() -> None:
    made = message(ACH, usd(1, "100.00"), usd(2, "0.07", bank="021000021"))
    lines = nacha.written(made).decode("ascii").splitlines()
    assert len(lines) == 10
    assert {len(line) for line in lines} == {94}
    assert [line[0] for line in lines[:6]] == ["1", "5", "6", "6", "8", "9"]
    assert lines[0][3:13] == " 021000021"
    assert lines[0][23:33] == "2611030930"
    assert lines[1][69:75] == "261104"
    first, second = lines[2:4]
    assert (first[1:3], first[3:12], first[12:29].strip(), first[29:39]) == (
        "22", "121000248", "000123456789", "0000010000",
    )  # fmt: skip
    assert (first[79:87], first[87:94], second[87:94]) == ("02100002", "0000001", "0000002")
    assert lines[4][4:10] == "000002"
    assert lines[4][10:20] == f"{12100024 + 2100002:010}"
    assert lines[4][20:44] == "000000000000" + "000000010007"
    assert lines[5][1:7] == "000001"
    assert lines[5][7:13] == "000001"
    assert lines[5][13:21] == "00000002"
    assert set(lines[6]) == {"9"}


def test_blocks_of_an_ach_file_are_full() -> None:
    for count in (1, 6, 7, 16, 17):
        lines = nacha.written(message(ACH, *(usd(one, "1") for one in range(count)))).decode().splitlines()
        assert len(lines) % 10 == 0
        control = next(line for line in lines if line[0] == "9" and set(line) != {"9"})
        assert int(control[7:13]) * 10 == len(lines)


def test_the_template_of_a_chinese_bank() -> None:
    rows = [
        payment(
            name="张三",
            bank_account="6217000011112222",
            bank="102100099996",
            currency="CNY",
            amount=Decimal("88.80"),
        ),
        payment(name="李四", bank_account="6217000033334444", bank="", currency="CNY", amount=Decimal("0.2")),
    ]
    content = columns.written(message(TEMPLATE, *rows))
    read = list(csv.reader(io.StringIO(content.decode("gb18030"), newline="")))
    assert read[0] == ["总笔数", "2", "总金额", "89.00"]
    assert read[1] == ["序号", "收款账号", "收款户名", "联行号", "金额", "币种", "用途"]
    assert read[2] == [
        "1",
        "6217000011112222",
        "张三",
        "102100099996",
        "88.80",
        "人民币",
        f"佣金 {'0123456789abcdef0001'}",
    ]
    assert read[3][4] == "0.20"
    assert b"\r\n" in content


@pytest.mark.parametrize(
    ("about", "row", "code"),
    [
        (SEPA, payment(bank_account=""), "payee-unknown"),
        (SEPA, payment(bank_account="NL00ABNA0417164300"), "iban"),
        (SEPA, payment(bank="ABNANL2"), "bic"),
        (SEPA, payment(name="山"), "bank-letters"),
        (SEPA, payment(amount=Decimal("1.005")), "payment-digits"),
        (SEPA, payment(name="x" * 141), "too-long"),
        (ACH, usd(1, "1", bank="121000249"), "routing-number"),
        (ACH, usd(1, "1", bank_account="1" * 18), "too-long"),
        (ACH, usd(1, "100000000"), "too-large"),
        (ACH, usd(1, "1", name="José"), "bank-letters"),
        (TEMPLATE, payment(name="=1+1", currency="CNY"), "bank-letters"),
        (TEMPLATE | {"most": 1}, payment(currency="CNY", bank_account="-1"), "bank-letters"),
    ],
)  # fmt: skip
def test_what_a_bank_would_refuse_is_told(about: dict[str, Any], row: dict[str, Any], code: str) -> None:
    made = message(about, row)
    writer = {"pain.001": pain001, "nacha": nacha, "columns": columns}[made.about.format.value]
    problems = [*messages.faults(made), *writer.faults(made)]
    assert code in {one.code for one in problems}
    assert all("payment" in f"{one.place}" for one in problems)


def test_two_payments_that_ach_could_not_tell_apart() -> None:
    made = message(ACH, usd(1, "1", payment_id="a" * 20), usd(2, "1", payment_id="a" * 19 + "b"))
    assert [one.code for one in nacha.faults(made)] == ["two-payments"]


def test_a_file_takes_only_as_many_payments_as_the_bank() -> None:
    made = message(SEPA | {"most": 1}, payment(), payment(payment_id="2" * 20))
    assert "bank-file-full" in {one.code for one in messages.faults(made)}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": "nacha"}, "needs its settings"),
        ({"nacha": ACH["nacha"]}, "the format is pain.001"),
        ({"currencies": ["EUX"]}, "no currency"),
        (ACH | {"currencies": ["USD", "EUR"]}, "USD only"),
        ({"format": "columns"}, "needs its settings"),
        ({"words": "{ammount}"}, "nothing that is known"),
        ({"words": "{payee"}, "brace"),
        (TEMPLATE | {"columns": {"header": {"A": "{ammount}"}}}, "nothing that is known"),
        (TEMPLATE | {"columns": {"header": {"A": "1"}, "before": [["{amount}"]]}}, "nothing that is known"),
    ],
)
def test_a_wrong_description_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        BankFile.model_validate(SEPA | change)
