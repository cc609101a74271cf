"""`recon config` and `recon doctor`."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pyarrow.parquet as pq
import pytest

from recon.store.ledger import Ledger
from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]


def test_show_says_who_set_what(recon: Run, project: Path) -> None:
    (project / "recon.toml").write_text('[project]\nname = "acme"\n[run]\nthreads = 1\n', encoding="utf-8")
    outcome = recon("config", "show", "--origin", "--format", "json")
    assert outcome.status == 0
    by_name = {row["setting"]: row for row in json.loads(outcome.stdout)}
    assert by_name["run.threads"] == {"setting": "run.threads", "value": "1", "origin": "recon.toml:4"}
    assert by_name["run.fail_on"]["origin"] == "default"


def test_show_is_csv_where_there_is_no_terminal(recon: Run, project: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(recon("config", "show").stdout)))
    assert rows[0] == {"setting": "project.name", "value": "acme"}
    assert project.is_dir()


def test_a_listing_goes_to_a_private_file(recon: Run, project: Path) -> None:
    outcome = recon("config", "show", "--output", "settings.parquet")
    assert outcome == Outcome(0, "", "")
    written = project / "settings.parquet"
    assert written.stat().st_mode & 0o777 == 0o600
    assert pq.read_table(written).column_names == ["setting", "value"]
    assert [path.name for path in project.iterdir() if path.name.endswith(".part")] == []


def test_parquet_needs_a_file(recon: Run, project: Path) -> None:
    outcome = recon("config", "show", "--format", "parquet")
    assert outcome.status == 2
    assert "--output FILE.parquet" in outcome.stderr
    assert project.is_dir()


def test_the_schema_of_the_settings_takes_what_recon_takes(recon: Run) -> None:
    schema = json.loads(recon("config", "schema").stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    assert (
        list(validator.iter_errors({"project": {"name": "a"}, "run": {"threads": 2, "rulesets": ["a"]}})) == []
    )
    assert [error.validator for error in validator.iter_errors({"project": {"nam": "a"}})] == [
        "additionalProperties",
        "required",
    ]


def test_doctor_is_content_with_a_sound_project(recon: Run, project: Path) -> None:
    (project / "configs" / "a.yaml").write_text("a: 1\n", encoding="utf-8")
    rows = json.loads(recon("doctor", "--format", "json").stdout)
    found = {row["check"]: row for row in rows}
    assert found["configuration files can be read"] == {
        "check": "configuration files can be read",
        "ok": "yes",
        "found": "1 file",
        "remedy": "",
    }
    assert found["source profiles are sound"]["found"] == "0 sources"
    assert found["nobody else is writing"]["ok"] == "yes"
    assert found["libraries as required"]["ok"] == "yes"


def test_doctor_names_trouble_and_remedy(recon: Run, project: Path) -> None:
    (project / "configs" / "a.yaml").write_text("a: 1\na: 2\n", encoding="utf-8")
    (project / "runs" / ".tmp-20261031").mkdir(parents=True)
    outcome = recon("doctor", "--format", "json")
    assert outcome.status == 2
    found = {row["check"]: row for row in json.loads(outcome.stdout)}
    assert (
        found["configuration files can be read"]["found"] == "configs/a.yaml:2:1: `a` is already set at line 1"
    )
    assert found["no unfinished work left"]["ok"] == "no"
    assert found["no unfinished work left"]["found"] == "runs/.tmp-20261031"


@pytest.mark.parametrize("damage", ["lost", "cut"])
def test_doctor_looks_at_the_ledger(recon: Run, project: Path, damage: str) -> None:
    ledger = Ledger.open(project / "store" / "ledger.db")
    ledger.append("decision", {"by": "ada"})
    (project / "store" / "entries" / "1").mkdir(parents=True)
    if damage == "lost":
        ledger.path.unlink()
    else:
        ledger.path.write_bytes(ledger.path.read_bytes()[:-1000])
    outcome = recon("doctor", "--format", "json")
    assert outcome.status == 2
    (row,) = (row for row in json.loads(outcome.stdout) if row["check"] == "ledger is sound")
    assert row["ok"] == "no"
    assert row["found"].startswith(
        str(project / "store/ledger.db") if damage == "cut" else "store/ledger.db: the ledger is"
    )
    assert "from a backup" in row["remedy"]


def test_doctor_reads_source_profiles(recon: Run, project: Path) -> None:
    (project / "configs" / "sources").mkdir()
    (project / "configs" / "sources" / "bank.yaml").write_text("source: bank\nreader: mt94\n", encoding="utf-8")
    rows = json.loads(recon("doctor", "--format", "json").stdout)
    (row,) = [row for row in rows if row["check"] == "source profiles are sound"]
    assert row["ok"] == "no"
    assert row["found"].startswith("configs/sources/bank.yaml:2:9: ")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("payments/naira.yaml", "bank_file: naira\nformat: column\n"),
        ("plans/sales.yaml", "plan: sales\ntitel: Sales\n"),
        ("channels.yaml", "ledger: book\nbil: bills\n"),
        ("accounts.yaml", "journals:\n  - boks: fees\n"),
        ("partners/settings.yaml", "expiring_days: thirty\n"),
    ],
)
def test_doctor_reads_what_desks_have_set_down(recon: Run, project: Path, file: str, text: str) -> None:
    path = project / "configs" / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    rows = json.loads(recon("doctor", "--format", "json").stdout)
    (row,) = [row for row in rows if row["check"] == "other settings are sound"]
    assert row["ok"] == "no"
    assert row["found"].startswith(f"configs/{file}:")
    (project / "configs" / file).unlink()
    rows = json.loads(recon("doctor", "--format", "json").stdout)
    (row,) = [row for row in rows if row["check"] == "other settings are sound"]
    assert row["ok"] == "yes"


SOURCE = """\
source: {name}
title: {name}
files: inbox/{name}/*
reader: mt940
"""
RULES = """\
ruleset: books
title: Books
left: shop
right: {right}
passes:
  - name: reference
    {word}: [ref_merchant]
"""


def rules_check(recon: Run, project: Path, right: str = "bank", word: str = "same") -> dict[str, str]:
    for folder, name, text in (
        ("sources", "shop", SOURCE.format(name="shop")),
        ("sources", "bank", SOURCE.format(name="bank")),
        ("rules", "books", RULES.format(right=right, word=word)),
    ):
        path = project / "configs" / folder / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    rows = json.loads(recon("doctor", "--format", "json").stdout)
    (row,) = [row for row in rows if row["check"] == "rule sets are sound"]
    found: dict[str, str] = row
    return found


def test_doctor_reads_rule_sets(recon: Run, project: Path) -> None:
    sound = rules_check(recon, project)
    assert (sound["ok"], sound["found"]) == ("yes", "1 rule set, 0 chains")
    misspelt = rules_check(recon, project, word="smae")
    assert misspelt["ok"] == "no"
    assert misspelt["found"].startswith("configs/rules/books.yaml:7:5: unknown setting `smae`")
    assert misspelt["remedy"] == "did you mean `same`?"
    foreign = rules_check(recon, project, right="bnak")
    assert foreign["ok"] == "no"
    assert foreign["found"].startswith("configs/rules/books.yaml:4:8: ")


def test_a_wrong_name_is_shown_where_it_stands(recon: Run, project: Path) -> None:
    """The text of `contains` is a name of a setting, its reference the value."""
    for contains, column in (
        ("right.remitance: left.ref_merchant", 16),
        ("right.remittance: left.ref_mer", 34),
    ):
        rules_check(recon, project)
        path = project / "configs" / "rules" / "books.yaml"
        text = path.read_text(encoding="utf-8").replace("same: [ref_merchant]", f"contains: {{{contains}}}")
        path.write_text(text, encoding="utf-8")
        done = recon("rules", "check")
        assert (done.status, f"books.yaml:7:{column}: " in done.stderr) == (2, True)


def test_doctor_reads_what_a_run_would_read_of_rule_sets(recon: Run, project: Path) -> None:
    rules_check(recon, project)
    settings = (project / "recon.toml").read_text(encoding="utf-8")
    (project / "recon.toml").write_text(settings + '[run]\nrulesets = ["boks"]\n', encoding="utf-8")
    assert rules_check(recon, project)["ok"] == "no"
    (project / "recon.toml").write_text(settings, encoding="utf-8")
    path = project / "configs" / "sources" / "shop.yaml"
    row = rules_check(recon, project)
    assert row["ok"] == "yes"
    path.write_text(SOURCE.format(name="shop") + "colour: red\n", encoding="utf-8")
    rows = json.loads(recon("doctor", "--format", "json").stdout)
    (row,) = [row for row in rows if row["check"] == "rule sets are sound"]
    assert (row["ok"], row["found"]) == ("unknown", "cannot be told before the source profiles are sound")


def test_no_rule_set_is_said_wherever_it_matters(recon: Run, project: Path) -> None:
    """A run once ended in a defect of the program, and everything else said that all was sound."""
    rules_check(recon, project)
    (project / "configs" / "rules" / "books.yaml").unlink()
    rows = json.loads(recon("doctor", "--format", "json").stdout)
    (row,) = [row for row in rows if row["check"] == "rule sets are sound"]
    assert (row["ok"], row["found"].partition(",")[0]) == ("no", "configs/rules: there is no rule set")
    checked = recon("rules", "check")
    assert (checked.status, "there is no rule set" in checked.stderr) == (0, True)
    ran = recon("run", "--period", "2026-10", "--as-of", "2026-10-09")
    assert ran.status == 2
    assert "configs/rules: there is no rule set, so that nothing can be matched" in ran.stderr
    assert "hint: write one" in ran.stderr


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("bank.yaml", SOURCE.format(name="bank").replace("reader", "raeder"), "unknown setting `raeder`"),
        ("bank.yaml", "", "the file has no settings"),
        ("bnk.yaml", SOURCE.format(name="bank"), "give both the same name"),
        ("bank (copy).yaml", SOURCE.format(name="bank"), "give both the same name"),
    ],
)
def test_a_fault_in_one_profile_is_told_of_that_one_alone(
    recon: Run, project: Path, name: str, text: str, told: str
) -> None:
    rules_check(recon, project)
    sources = project / "configs" / "sources"
    if name == "bnk.yaml":
        (sources / "bank.yaml").unlink()
    (sources / name).write_text(text, encoding="utf-8")
    ran = recon("run", "--as-of", "2026-10-09")
    assert ran.status == 2
    assert told in ran.stderr
    assert f"configs/sources/{name}" in ran.stderr
    assert "there is no source" not in ran.stderr


def test_doctor_without_a_project_says_so(recon: Run, tmp_path: Path) -> None:
    outcome = recon("--project", str(tmp_path), "doctor", "--format", "json")
    assert outcome.status == 2
    last = json.loads(outcome.stdout)[-1]
    assert (last["check"], last["ok"]) == ("project is sound", "no")
    assert "recon init" in last["remedy"]
