"""`recon partners` on the registry of the agent network: looking, checking, changing with a trace and four eyes."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Outcome

Recon = Callable[..., Outcome]
STORY = Path(__file__).parents[2] / "sample_data" / "agent_network"
JSON = ("--format", "json")
WHY = ("--reason", "letter of 28 October", "--apply")


@pytest.fixture
def network(project: Path) -> Path:
    """A project with the registry of the network, in which one machine plays everybody."""
    shutil.copytree(STORY / "configs" / "partners", project / "configs" / "partners")
    shutil.copyfile(STORY / "recon.toml", project / "recon.toml")
    return project


def rows(outcome: Outcome) -> list[dict[str, object]]:
    assert outcome.status == 0, outcome.stderr
    return list(json.loads(outcome.stdout))


def registry_file(network: Path, table: str) -> Path:
    return network / "configs" / "partners" / "registry" / f"{table}.csv"


@pytest.mark.usefixtures("network")
def test_list_shows_a_day_and_only_what_is_asked_for(recon: Recon) -> None:
    asked = ("partners", "list", *JSON, "--on")
    assert len(rows(recon(*asked, "2026-10-31"))) == 15
    below = rows(recon(*asked, "2026-10-18", "--above", "SC-02", "--kind", "agent"))
    assert [row["partner"] for row in below] == ["AG-05", "AG-06", "AG-07", "AG-08"]
    assert [row["partner"] for row in rows(recon(*asked, "2026-10-31", "--status", "restricted"))] == ["AG-10"]
    assert [row["owner"] for row in rows(recon(*asked, "2026-10-19", "--above", "AGG-PALM"))] == ["SC-01"] * 5
    assert rows(recon(*asked, "2026-10-31", "--tag", "vip")) == []


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize(
    "wrong", [("--status", "activ"), ("--kind", "agnt"), ("--owner", "XX-1"), ("--above", "XX-1")]
)
def test_a_mistyped_word_is_no_empty_answer(recon: Recon, wrong: tuple[str, str]) -> None:
    told = recon("partners", "list", "--on", "2026-10-31", *wrong)
    assert (told.status, wrong[1] in told.stderr) == (2, True)


@pytest.mark.usefixtures("network")
def test_show_masks_accounts_and_names_files(recon: Recon) -> None:
    shown = recon("partners", "show", "AG-07", "--on", "2026-10-31", *JSON)
    told = {str(row["what"]): row for row in rows(shown)}
    assert told["accounts: account"]["value"] == "…0071"
    assert told["above: coordinator"]["holds"] == "on every day"
    assert str(told["accounts"]["place"]).endswith("accounts.csv:9")
    plain = rows(recon("partners", "show", "AG-07", "--on", "2026-10-31", "--unmasked", *JSON))
    assert "4000000071" in {row["value"] for row in plain}
    assert recon("partners", "show", "AG-77").status == 2


def test_check_and_onboarding(network: Path, recon: Recon) -> None:
    checked = recon("partners", "check", "--on", "2026-10-12", *JSON)
    assert [(row["finding"], row["about"]) for row in rows(checked)] == [
        ("cooling-off", "PE-AG-07"), ("document-expiring", "AG-10"), ("no-manager", "AGG-BAOBAB"),
    ]  # fmt: skip
    assert "0 errors, 3 warnings" in checked.stderr
    lacking = rows(recon("partners", "onboarding", "--on", "2026-10-25", *JSON))
    assert [(row["partner"], row["document"], row["state"]) for row in lacking] == [
        ("AG-10", "id_card", "expired")
    ]
    owners = registry_file(network, "owners")
    owners.write_text(owners.read_text("utf-8").replace("AG-01,SC-01,,", "AG-01,SC-01,,2026-06-30"), "utf-8")
    wrong = recon("partners", "check", "--on", "2026-10-12", "--errors", *JSON)
    assert (wrong.status, [row["finding"] for row in json.loads(wrong.stdout)]) == (2, ["no-owner"])


def test_import_shows_first_and_leaves_a_trace(network: Path, recon: Recon) -> None:
    letter = network / "letter.csv"
    letter.write_text(
        "partner,kind,name,region,from\nAG-13,agent,Chidi Corner,Abuja,2026-11-01\n"
        "AG-12,agent,Agent 12 Ventures,Jos,2026-11-01\nAG-11,agent,Agent 11 Ventures,Abuja,\n",
        "utf-8",
    )
    before = registry_file(network, "partners").read_bytes()
    shown = recon("partners", "import", "letter.csv", *JSON)
    assert [(row["act"], row["row"]) for row in rows(shown)] == [
        ("add", "AG-13"), ("end", "AG-12"), ("add", "AG-12"), ("change", "AG-11"),
    ]  # fmt: skip
    assert "nothing is written" in shown.stderr
    assert registry_file(network, "partners").read_bytes() == before
    refused = recon("partners", "import", "letter.csv", *WHY)
    assert refused.status == 4
    assert "AG-13 has no status" in refused.stderr
    more = network / "more.yaml"
    more.write_text(
        "partners:\n  - {partner: AG-13, kind: agent, name: Chidi Corner, from: 2026-11-01}\n"
        "statuses:\n  - {partner: AG-13, status: onboarding, from: 2026-11-01}\n",
        "utf-8",
    )
    assert recon("partners", "import", "more.yaml", *WHY, "--by", "n.eze").status == 0
    assert [row["status"] for row in rows(recon("partners", "list", "--on", "2026-11-02", *JSON))].count(
        "onboarding"
    ) == 1
    acts = [row for row in rows(recon("partners", "history", "AG-13", *JSON)) if row["by"]]
    assert [(row["table"], row["by"], row["reason"]) for row in acts] == [
        ("partners", "n.eze", "letter of 28 October"), ("statuses", "n.eze", "letter of 28 October"),
    ]  # fmt: skip
    again = recon("partners", "import", "more.yaml", *WHY)
    assert "nothing would change" in again.stderr


def test_bank_details_change_when_a_second_person_approves(network: Path, recon: Recon) -> None:
    account = network / "accounts.csv"
    account.write_text(
        "entity,currency,scheme,account,bank,from\nPE-AG-01,NGN,nuban,3000000160,057,2026-11-20\n", "utf-8"
    )
    before = registry_file(network, "accounts").read_bytes()
    proposed = recon("partners", "import", "accounts.csv", *WHY, "--by", "n.eze")
    assert "waits for a second person" in proposed.stderr
    assert registry_file(network, "accounts").read_bytes() == before
    (waiting,) = rows(recon("partners", "pending", *JSON))
    number = str(waiting["number"])
    assert recon("partners", "approve", number, "--by", "n.eze").status == 4
    assert recon("partners", "approve", number, "--by", "f.bello").status == 0
    assert b"PE-AG-01,NGN,nuban,3000000160,057,,2026-11-20," in registry_file(network, "accounts").read_bytes()
    assert recon("partners", "approve", number, "--by", "c.musa").status == 2
    fresh = rows(recon("partners", "check", "--on", "2026-11-21", *JSON))
    assert ("cooling-off", "PE-AG-01") in {(row["finding"], row["about"]) for row in fresh}


@pytest.mark.usefixtures("network")
def test_a_transfer_moves_all_or_some_from_a_day_on(recon: Recon) -> None:
    some = recon("partners", "transfer", "SC-03", "SC-01", "--only", "AG-09", "--on", "2026-12-01", *WHY)
    assert some.status == 0, some.stderr
    everybody = recon("partners", "transfer", "SC-03", "RM-02", "--on", "2026-12-15", *WHY)
    assert everybody.status == 0, everybody.stderr
    for day, counts in (("2026-11-30", (5, 0, 0)), ("2026-12-14", (4, 1, 0)), ("2026-12-15", (0, 1, 4))):
        listed = rows(recon("partners", "list", "--on", day, "--above", "SC-03", *JSON)) + rows(
            recon("partners", "list", "--on", day, "--owner", "RM-02", "--kind", "aggregator", *JSON)
        )
        owners = {str(row["partner"]): row["owner"] for row in listed}
        held = [str(owners.get(name)) for name in ("AG-09", "AG-10", "AG-11", "AG-12", "AGG-IROKO")]
        assert tuple(held.count(one) for one in ("SC-03", "SC-01", "RM-02")) == counts, day
    assert recon("partners", "transfer", "SC-03", "RM-02", "--on", "2026-12-16").status == 2


def test_a_status_needs_its_way_and_its_papers(network: Path, recon: Recon) -> None:
    (network / "configs" / "partners" / "settings.yaml").write_text(
        "checklist: {agent: [id_card, visit]}\n", "utf-8"
    )
    wrong = recon("partners", "status", "AG-01", "--to", "onboarding", "--on", "2026-11-01", *WHY)
    assert (wrong.status, "after active comes" in wrong.stderr) == (4, True)
    assert recon("partners", "status", "AG-01", "--to", "deactivated", "--on", "2026-11-01", *WHY).status == 0
    assert recon("partners", "status", "AG-01", "--to", "onboarding", "--on", "2026-11-08", *WHY).status == 0
    refused = recon("partners", "status", "AG-01", "--to", "active", "--on", "2026-11-09", *WHY)
    assert (refused.status, "visit is missing" in refused.stderr) == (4, True)
    assert recon("partners", "status", "AG-01", "--to", "actve").status == 2


def test_what_is_changed_by_hand_is_found_and_stops_further_acts(network: Path, recon: Recon) -> None:
    move = ("partners", "transfer", "SC-03", "SC-01", "--on", "2026-12-01", *WHY)
    assert recon(*move).status == 0
    owners = registry_file(network, "owners")
    owners.write_text(owners.read_text("utf-8").replace("AG-01,SC-01,,", "AG-01,RM-01,,"), "utf-8")
    found = recon("partners", "check", "--on", "2026-10-31", "--errors", *JSON)
    assert (found.status, [row["finding"] for row in json.loads(found.stdout)]) == (2, ["untraced-change"])
    back = ("partners", "transfer", "SC-01", "SC-03", "--only", "AG-09", "--on", "2026-12-02", *WHY)
    assert recon(*back).status == 4
    assert "owners.csv" in recon("partners", "trace", "--reason", "corrected by hand").stderr
    assert recon(*back).status == 0
    assert recon("partners", "check", "--errors").status == 0


def test_a_killed_act_is_finished_by_the_next(
    network: Path, recon: Recon, monkeypatch: pytest.MonkeyPatch
) -> None:
    from recon.partners.registry import acts

    with monkeypatch.context() as killed:
        killed.setattr(acts, "put", lambda *_: None)
        recon("partners", "transfer", "SC-03", "SC-01", "--on", "2026-12-01", *WHY)
    assert b"2026-12-01" not in registry_file(network, "owners").read_bytes()
    after = recon("partners", "transfer", "SC-01", "RM-01", "--only", "AG-09", "--on", "2026-12-05", *WHY)
    assert after.status == 0, after.stderr
    text = registry_file(network, "owners").read_text("utf-8")
    assert "AG-09,SC-01,2026-12-01,2026-12-04" in text
    assert "AG-10,SC-01,2026-12-01," in text


@pytest.mark.usefixtures("project")
def test_without_a_registry_it_is_said(recon: Recon) -> None:
    told = recon("partners", "list", *JSON)
    assert (told.status, json.loads(told.stdout)) == (0, [])
    assert "the registry is empty" in told.stderr


def test_schemas_are_valid_and_take_the_files_of_the_story(recon: Recon) -> None:
    import jsonschema
    import yaml

    for name in ("settings", "measures", "monitors"):
        schema = json.loads(recon("partners", "schema", name).stdout)
        jsonschema.Draft7Validator.check_schema(schema)
        file = STORY / "configs" / "partners" / f"{name}.yaml"
        jsonschema.Draft7Validator(schema).validate(yaml.safe_load(file.read_text("utf-8")))
