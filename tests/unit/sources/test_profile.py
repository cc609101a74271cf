"""Profiles: what is wrong in one is said with its place; the schema; the draft."""

import json
from pathlib import Path

import jsonschema
import pytest

from recon.errors import ConfigError, UsageError
from recon.sources.mapping.derive import derived_fields
from recon.sources.profiles.profile import load_profile, load_profiles
from recon.sources.profiles.schema import profile_schema
from tests.unit.sources.workbench import BASIC, profile, project


def problems(folder: Path, *changes: tuple[str, str], text: str = BASIC) -> list[str]:
    with pytest.raises(ConfigError) as error:
        profile(folder, text, *changes)
    return [f"{problem.place}: {problem.message} ({problem.hint})" for problem in error.value.problems]


def test_all_problems_come_together_with_their_places(tmp_path: Path) -> None:
    found = problems(tmp_path, ("title:", "titel:"), ('decimal: "."', 'decimal: ";"'), ("EUR", "EUX"))
    assert [one.partition(":")[2].partition(": ")[0] for one in found] == ["2:1", "7:12", "8:13"]
    assert "did you mean `title`?" in found[0]
    assert '"EUX" is no ISO 4217 currency code' in found[2]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("account: SHOP\n", ""), "say the account"),
        (("  booking_date: Date\n", ""), "map at least one of"),
        (("booking_date: Date", "event_time: Date"), "no format has a time of day"),
        (("[yyyy-MM-dd]", "[dd/MM/yyyy, MM/dd/yyyy]"), "order of day and month"),
        (("[yyyy-MM-dd]", "[yyyy-MM-DD]"), "has no meaning in the date format"),
        (("[yyyy-MM-dd]", "[HH:mm]"), "does not say year, month and day"),
        ((", plus: in", ""), "say what the sign means"),
        ((", plus: in", ", plus: in, always: out"), "say what the sign means"),
        (("{column: Amount, plus: in}", "{credit: In}"), "both `credit` and `debit`"),
        (('  decimal: "."\n', '  decimal: "."\n  thousands: "."\n'), "cannot be the same mark"),
        (("reader: csv", "reader: csw"), "no reader `csw`"),
        (("inbox/*.csv", "../*.csv"), "leaves the project"),
        (("inbox/*.csv", "/etc/*.csv"), "leaves the project"),
        (("dates:\n", "type: salary\ndates:\n"), '"salary" is no type of entry'),
        (("money:\n", "layout:\n  encoding: utf-99\nmoney:\n"), '"utf-99" is no encoding'),
        (("money:\n", "layout:\n  delimiter: ab\nmoney:\n"), '"ab" is no delimiter'),
        (("dates:\n", "dates:\n  zone: Lagos\n"), '"Lagos" is no time zone'),
        (("dates:\n", "dates:\n  cut_off: 5pm\n"), '"5pm" is no cut-off'),
    ],
)
def test_what_is_never_left_to_a_guess(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert any(said in one for one in problems(tmp_path, change)), problems(tmp_path, change)


BANK = "source: bank\ntitle: Bank\nfiles: inbox/*\nreader: {reader}\nlayout:\n  {option}\n"


@pytest.mark.parametrize(
    "reader", ["mt940", "camt", "bai2", "ofx", "qif", "onec", "coda", "norma43", "cfonb", "abo"]
)
def test_a_misspelt_option_of_a_format_is_told_like_any_other_setting(tmp_path: Path, reader: str) -> None:
    (found,) = problems(tmp_path, text=BANK.format(reader=reader, option="curency: EUR"))
    assert found.startswith("configs/sources/bank.yaml:6:3: unknown setting `curency`")
    assert "did you mean `currency`?" in found
    (found,) = problems(tmp_path, text=BANK.format(reader=reader, option="words: x"))
    assert "known here: currency" in found


def test_a_misspelt_reader_is_told_before_all_else(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, ("reader:", "raeder:"))
    assert found.startswith("configs/sources/till.yaml:4:1: unknown setting `raeder`")
    assert "did you mean `reader`?" in found
    (found,) = problems(tmp_path, ("reader: csv\n", "colour: red\n"))
    assert "missing setting `reader` (`reader`: The format of the files.)" in found


def test_the_file_is_named_like_its_source(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(BASIC, encoding="utf-8")
    with pytest.raises(
        ConfigError, match=r"shop\.yaml:1:9: the file is named shop\.yaml and its source `till`"
    ):
        load_profile(path, "shop.yaml")


def test_the_problems_of_all_profiles_come_together(tmp_path: Path) -> None:
    broken = BASIC.replace("title:", "titel:")
    shop = project(tmp_path, broken, broken.replace("source: till", "source: safe"))
    with pytest.raises(ConfigError) as error:
        load_profiles(shop)
    assert [str(one.place) for one in error.value.problems] == [
        "configs/sources/safe.yaml:2:1",
        "configs/sources/till.yaml:2:1",
    ]


def test_derived_fields_are_checked_before_a_file_is_read(tmp_path: Path) -> None:
    text = BASIC + "derive:\n  payout_id: upper(ref_merchent)\n  payout: ref_bank\n  amount: ref_bank\n"
    with pytest.raises(ConfigError) as error:
        derived_fields(profile(tmp_path, text))
    told = [str(one.place) for one in error.value.problems]
    assert told == [f"configs/sources/till.yaml:{at}" for at in ("16:20", "17:3", "18:11")]


def test_the_schema_asks_less_of_a_profile_that_extends_one() -> None:
    validator = jsonschema.Draft7Validator(profile_schema("csv"))
    own = {"source": "x", "extends": "stripe_payouts", "dates": {"zone": "UTC"}, "money": {"decimal": ","}}
    assert list(validator.iter_errors(own)) == []
    assert [error.message for error in validator.iter_errors({**own, "mony": {}})]
    missing = [error.message for error in validator.iter_errors({"source": "x"})]
    assert "'money' is a required property" in missing


def test_the_schema_takes_a_profile_and_refuses_a_misspelt_one() -> None:
    schema = profile_schema("csv")
    jsonschema.Draft7Validator.check_schema(schema)
    whole = {
        "source": "till",
        "title": "Till",
        "files": "inbox/*.csv",
        "reader": "csv",
        "account": "SHOP",
        "money": {"decimal": ".", "currency": "EUR", "amount": {"column": "Amount", "plus": "in"}},
        "dates": {"formats": ["yyyy-MM-dd"]},
        "columns": {"booking_date": "Date"},
    }
    validator = jsonschema.Draft7Validator(schema)
    assert [error.message for error in validator.iter_errors(whole)] == []
    assert not validator.is_valid({**whole, "titel": "x"})
    assert json.dumps(schema)
    with pytest.raises(UsageError, match="no reader `csvv`"):
        profile_schema("csvv")
