"""PayPal's activity download in each of its languages: the same rows, whatever the words, dates and marks."""

from pathlib import Path
from typing import Final

import pytest

from tests.unit.sources.channels import channel, found, rows

COLUMNS: Final = (
    "Date", "Time", "Time Zone", "Name", "Type", "Status", "Currency", "Gross", "Fee", "Net", "Transaction ID",
    "Reference Txn ID", "Balance",
)  # fmt: skip
LANGUAGES: Final[dict[str, tuple[str, str, str, str]]] = {
    "paypal_activity": (
        "Date|Time|TimeZone|Name|Type|Status|Currency|Gross|Fee|Net|Transaction ID|Reference Txn ID|Balance",
        "{m}/{d}/2026", ",.", "PDT",
    ),
    "paypal_activity_gb": (
        "Date|Time|Time zone|Name|Type|Status|Currency|Gross|Fee|Net|Transaction ID|Reference Txn ID|Balance",
        "{d:02}/{m:02}/2026", ",.", "BST",
    ),
    "paypal_activity_de": (
        "Datum|Uhrzeit|Zeitzone|Name|Typ|Status|Währung|Brutto|Gebühr|Netto|Transaktionscode|"
        "Zugehöriger Transaktionscode|Guthaben",
        "{d:02}.{m:02}.2026", ".,", "CEST",
    ),
    "paypal_activity_es": (
        "Fecha|Hora|Zona horaria|Nombre|Tipo|Estado|Divisa|Bruto|Comisión|Neto|Id. de transacción|"
        "Id. de referencia de trans.|Saldo",
        "{d}/{m}/2026", ".,", "Europe/Madrid",
    ),
    "paypal_activity_fr": (
        "Date|Heure|Fuseau horaire|Nom|Type|État|Devise|Avant commission|Commission|Net|Numéro de transaction|"
        "Numéro de la transaction de référence|Solde",
        "{d:02}/{m:02}/2026", "\u202f,", "CEST",
    ),
    "paypal_activity_it": (
        "Data|Orario|Fuso orario|Nome|Tipo|Stato|Valuta|Lordo|Tariffa|Netto|Codice transazione|"
        "Codice transazione di riferimento|Saldo",
        "{d:02}/{m:02}/2026", ".,", "CEST",
    ),
    "paypal_activity_pt": (
        "Data|Hora|Fuso horário|Nome|Tipo|Status|Moeda|Bruto|Tarifa|Líquido|ID da transação|"
        "ID da transação de referência|Saldo",
        "{d:02}/{m:02}/2026", ".,", "America/Sao_Paulo",
    ),
    "paypal_activity_nl": (
        "Datum|Tijd|Tijdzone|Naam|Type|Status|Valuta|Bruto|Kosten|Netto|Transactiereferentie|"
        "Referentie-id transactie|Saldo",
        "{d:02}-{m:02}-2026", ".,", "CEST",
    ),
}  # fmt: skip
WORDS: Final[dict[str, tuple[str, ...]]] = {
    "paypal_activity": (
        "Express Checkout Payment",
        "Payment Refund",
        "General Withdrawal",
        "Completed",
        "Pending",
    ),
    "paypal_activity_gb": (
        "Express Checkout Payment",
        "Payment Refund",
        "General Withdrawal",
        "Completed",
        "Pending",
    ),
    "paypal_activity_de": (
        "PayPal Express-Zahlung",
        "Rückzahlung",
        "Allgemeine Abbuchung",
        "Abgeschlossen",
        "Offen",
    ),
    "paypal_activity_es": ("Pago estándar", "Reembolso de pago", "Retirada general", "Completado", "Pendiente"),
    "paypal_activity_fr": (
        "Paiement PayPal Express",
        "Remboursement",
        "Virement standard",
        "Terminé",
        "En attente",
    ),
    "paypal_activity_it": ("Pagamento Express", "Rimborso", "Prelievo generico", "Completata", "In sospeso"),
    "paypal_activity_pt": ("Pagamento expresso", "Reembolso", "Retirada geral", "Concluído", "Pendente"),
    "paypal_activity_nl": ("Betaling", "Terugbetaling", "Algemene opname", "Voltooid", "In behandeling"),
}


def number(text: str, marks: str) -> str:
    """1,234.50 with other marks."""
    return text.translate(str.maketrans(",.", marks))


def export(profile: str) -> str:
    """A download with a sale, a refund, a withdrawal and a sale that is pending."""
    header, date, marks, zone = LANGUAGES[profile]
    sale, refund, withdrawal, done, pending = WORDS[profile]
    day = date.format(d=14, m=9)
    table = [
        (sale, done, "1,309.80", "-48.76", "1,261.04", "TID1", "", "2,261.04"),
        (refund, done, "-100.00", "2.90", "-97.10", "TID2", "TID1", "2,163.94"),
        (withdrawal, done, "-2,000.00", "0.00", "-2,000.00", "TID3", "", "163.94"),
        (sale, pending, "10.00", "-0.60", "9.40", "TID4", "", "163.94"),
    ]
    lines = [[f" {name}" for name in header.split("|")]]
    for kind, status, gross, fee, net, own, original, balance in table:
        amounts = [number(text, marks) for text in (gross, fee, net)]
        lines.append(
            [day, "21:15:11", zone, "Ann", kind, status, "EUR", *amounts, own, original, number(balance, marks)]
        )
    return "\ufeff" + "".join(",".join(f'"{cell}"' for cell in line) + ",,\r\n" for line in lines)


@pytest.mark.parametrize("profile", LANGUAGES)
def test_each_language_gives_the_same_entries(tmp_path: Path, profile: str) -> None:
    result = channel(tmp_path, profile, export(profile), "Download.CSV")
    assert result.refused == []
    assert rows(
        result, "type", "status", "gross", "fee", "amount", "currency", "ref_processor", "ref_original"
    ) == [
        ("payment", "booked", "1309.8", "-48.76", "1261.04", "EUR", "TID1", None),
        ("refund", "booked", "-100", "2.9", "-97.1", "EUR", "TID2", "TID1"),
        ("payout", "booked", "-2000", "0", "-2000", "EUR", "TID3", None),
        ("payment", "pending", "10", "-0.6", "9.4", "EUR", "TID4", None),
    ]
    assert {str(row["event_time"])[:10] for row in result.rows} <= {"2026-09-14", "2026-09-15"}
    assert [(one.control_ok, str(one.opening)[:4], str(one.closing)[:6]) for one in result.statements] == [
        (True, "1000", "163.94")
    ]


def test_an_older_download_is_not_utf_8(tmp_path: Path) -> None:
    content = export("paypal_activity_de").removeprefix("\ufeff").encode("cp1252")
    result = channel(tmp_path, "paypal_activity_de", content, "Download.CSV")
    assert (result.encoding, len(result.rows), result.refused) == ("cp1252", 4, [])
    assert result.rows[1]["type_raw"] == "Rückzahlung"


def test_a_balance_that_jumps_and_a_line_that_does_not_add_up_are_told(tmp_path: Path) -> None:
    content = export("paypal_activity").replace("2,163.94", "2,163.90").replace('"-97.10"', '"-97.20"')
    result = channel(tmp_path, "paypal_activity", content, "Download.CSV")
    (statement,) = result.statements
    assert statement.control_ok is False
    note = "the running balance does not follow from row to row; line 3: gross, fee and tax make -97.1 and net is -97.2"
    assert statement.control_note == note


def test_rows_that_wait_may_move_the_balance_or_not(tmp_path: Path) -> None:
    content = (
        "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,Transaction ID,Reference Txn ID,Balance\n"
        "9/14/2026,03:46:20,PDT,Radio,Subscription Payment,Completed,USD,-6.99,0.00,-6.99,T1,,-6.99\n"
        "9/14/2026,03:46:20,PDT,,Bank Deposit to PP Account ,Pending,USD,6.99,0.00,6.99,T2,T1,{}\n"
        "9/15/2026,03:46:20,PDT,Ann,Website Payment,Completed,USD,5.30,-0.30,5.00,T3,,{}\n"
    )
    for first, second, opening in (("0.00", "5.00", None), ("-6.99", "-1.99", "0")):
        result = channel(tmp_path, "paypal_activity", content.format(first, second), "Download.CSV")
        (statement,) = result.statements
        assert statement.control_ok is True
        assert (None if statement.opening is None else f"{statement.opening.normalize():f}") == opening
    broken = channel(tmp_path, "paypal_activity", content.format("1.00", "5.00"), "Download.CSV")
    assert broken.statements[0].control_ok is False


def test_a_memo_is_information(tmp_path: Path) -> None:
    content = (
        "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,Transaction ID,Balance Impact\n"
        "9/14/2026,01:00:00,PDT,Ann,General Authorization,Pending,USD,5.00,0.00,5.00,T1,Memo\n"
        "9/14/2026,02:00:00,PDT,Ann,Website Payment,Completed,USD,5.00,-0.30,4.70,T2,Credit\n"
    )
    result = channel(tmp_path, "paypal_activity", content, "Download.CSV")
    assert rows(result, "status", "type", "amount") == [("info", "other", "5"), ("booked", "payment", "4.7")]


def test_english_dates_that_could_be_either_are_not_guessed(tmp_path: Path) -> None:
    content = (
        "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net,Transaction ID\n"
        "9/4/2026,01:00:00,,Ann,Website Payment,Completed,USD,5.00,-0.30,4.70,T2\n"
    )
    assert found(tmp_path, content.encode(), "Download.CSV") == ""
    assert found(tmp_path, content.replace("9/4/", "14/9/").encode(), "Download.CSV") == "paypal_activity_gb"
    assert found(tmp_path, content.replace("9/4/", "9/14/").encode(), "Download.CSV") == "paypal_activity"
