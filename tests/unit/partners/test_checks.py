"""What `check` finds: each thing that may be wrong, at its row and field, and nothing in a sound registry."""

from datetime import date
from pathlib import Path

import pytest

from recon.partners.registry.accounts import clabe_fault, luhn_fault, nuban_fault
from recon.partners.registry.checks import findings
from recon.partners.registry.registry import Registry
from recon.partners.registry.similar import alike, bare
from recon.partners.settings import PartnerSettings
from tests.unit.partners.tables import DAY, SOUND, registry

SETTINGS = PartnerSettings(checklist={"agent": ("id_card",)}, above={"agent": "aggregator"}, expiring_days=20)


def found(folder: Path, day: date = DAY, **changed: str | None) -> list[tuple[str, str, str]]:
    told = findings(registry(folder, **changed), SETTINGS, day)
    assert all(one.problem.hint for one in told)
    return [(one.severity, one.problem.code, str(one.problem.place)) for one in told]


def test_only_documents_are_wrong_in_a_sound_registry(tmp_path: Path) -> None:
    assert found(tmp_path) == [
        ("warning", "document-expiring", "documents.csv:2:until"),
        ("warning", "document-expired", "documents.csv:3:until"),
    ]


@pytest.mark.parametrize(
    ("table", "more", "expected"),
    [
        ("owners", "AG-1,SC-9,2027-01-01,2027-01-02\n", {("orphan", "owners.csv:5:owner"),
                                                          ("two-owners", "owners.csv:5:from")}),
        ("hierarchy", "AG-1,RM-1,2026-10-01,2026-10-02\n", {("two-managers", "hierarchy.csv:6:from")}),
        ("hierarchy", "RM-1,AG-1,2026-10-01,\n", {("loop", "hierarchy.csv:6:above")}),
        ("payees", "AG-1,,PE-2\n", {("two-entities", "payees.csv:5:from"), ("shared-entity", "payees.csv:5:entity")}),
        ("holdings", "AG-2,terminal,T-1,2026-10-01,\n", {("two-holders", "holdings.csv:4:from")}),
        ("statuses", "AG-2,deactivated,left,2026-10-01,\n", {("overlapping-days", "statuses.csv:6:from")}),
        ("entities", "PE-1,Again,no\n", {("overlapping-days", "entities.csv:5:from")}),
        ("partners", "AG-3,agent,Chidi,Lagos\n", {("no-status", "partners.csv:5")}),
    ],
)  # fmt: skip
def test_rows_that_contradict_others(
    tmp_path: Path, table: str, more: str, expected: set[tuple[str, str]]
) -> None:
    told = found(tmp_path, DAY, **{table: SOUND[table] + more})
    assert {(code, place) for severity, code, place in told if severity == "error"} == expected


def test_days_without_owner_entity_or_manager(tmp_path: Path) -> None:
    told = found(
        tmp_path,
        owners="partner,owner,from,until\nAG-1,SC-1,2026-02-03,2026-05-31\nAG-1,RM-1,2026-06-02,\nAG-2,SC-1,,\n"
        "AGG-1,RM-1,,\n",
        payees="partner,programme,entity,until\nAG-1,,PE-1,\nAG-2,,PE-2,2026-03-31\nAGG-1,,PE-3,\n",
        hierarchy="who,above,until\nAG-1,AGG-1,\nAG-2,AGG-1,2026-10-10\nAGG-1,SC-1,\nSC-1,RM-1,\n",
    )
    assert [one for one in told if not one[1].startswith("document")] == [
        ("warning", "no-manager", "partners.csv:3"),
        ("error", "no-owner", "statuses.csv:3"),
        ("error", "no-owner", "statuses.csv:3"),
        ("error", "no-entity", "statuses.csv:4"),
    ]
    read = Registry.read(tmp_path, lambda path: path.name)
    words = [one.problem.message for one in findings(read, SETTINGS, DAY)]
    assert "AG-1 works on 2026-06-01, and nobody looks after it" in words
    assert "AG-2 has no aggregator above it from 2026-10-11" in words


def test_a_life_goes_its_way(tmp_path: Path) -> None:
    told = found(
        tmp_path,
        day=date(2026, 12, 1),
        statuses="partner,status,reason,from,until\nAG-1,applied,,2026-01-01,2026-01-31\nAG-1,active,,2026-02-01,\n"
        "AG-2,active,,,2026-03-01\nAG-2,suspended,,2026-03-02,\nAGG-1,onboarding,,2026-02-01,\n",
    )
    assert {(severity, code, place) for severity, code, place in told if not code.startswith("document")} == {
        ("error", "status-move", "statuses.csv:3:status"),
        ("warning", "no-reason", "statuses.csv:5:reason"),
        ("warning", "stale-status", "statuses.csv:6:from"),
    }


def test_money_that_may_go_astray(tmp_path: Path) -> None:
    told = found(
        tmp_path,
        accounts="entity,currency,scheme,account,bank,from,until\nPE-1,NGN,nuban,0000014578,011,,2026-10-09\n"
        "PE-1,NGN,nuban,0000014579,011,2026-10-10,\nPE-2,EUR,iban,DE89370400440532013001,DEUTDEF,,\n"
        "PE-3,USD,aba,123,021000022,,\nPE-3,NGN,nuban,00000 14579,011,,\n",
    )
    assert [one for one in told if one[2].startswith("accounts")] == [
        ("error", "account-digits", "accounts.csv:2:account"),
        ("warning", "cooling-off", "accounts.csv:3:account"),
        ("error", "shared-account", "accounts.csv:3:account"),
        ("error", "account-digits", "accounts.csv:4:account"),
        ("error", "bank-code", "accounts.csv:4:bank"),
        ("error", "bank-code", "accounts.csv:5:bank"),
    ]


def test_an_entity_may_be_shared_if_that_is_agreed(tmp_path: Path) -> None:
    payees = "partner,programme,entity\nAG-1,,PE-1\nAG-2,,PE-1\nAGG-1,,PE-3\n"
    assert ("error", "shared-entity", "payees.csv:3:entity") in found(tmp_path / "no", payees=payees)
    agreed = found(
        tmp_path / "yes", payees=payees, entities=SOUND["entities"].replace("Adaeze,no", "Adaeze,yes")
    )
    assert [one for one in agreed if one[0] == "error"] == []


def test_partners_who_may_be_one(tmp_path: Path) -> None:
    told = found(
        tmp_path,
        partners="partner,kind,name,tax_id,phone\nAG-1,agent,Adaeze Stores Ltd,T1,\nAG-2,agent,STORES Adàeze,t1,080\n"
        "AGG-1,aggregator,Adaze Stores,,080\n",
    )
    duplicates = [place for _, code, place in told if code == "duplicate"]
    assert duplicates == [
        "partners.csv:3:name",
        "partners.csv:3:tax_id",
        "partners.csv:4:name",
        "partners.csv:4:phone",
    ]


def test_names_that_differ_in_their_digits_are_two() -> None:
    assert list(alike({"a": "Agent 01 Ventures", "b": "Agent 02 Ventures"})) == []
    assert list(alike({"a": "Kola Bakery", "b": "Kolla Bakery", "c": "The Bakery Kola Ltd"})) == [
        ("a", "c"),
        ("a", "b"),
    ]
    assert bare("The Ltd") == "ltd the"


@pytest.mark.parametrize(
    ("fault", "right", "wrong"),
    [
        (lambda text: nuban_fault(text, "011"), "0000014579", "0000014570"),
        (clabe_fault, "032180000118359719", "032180000118359718"),
        (luhn_fault, "4111111111111111", "4111111111111112"),
    ],
)
def test_check_digits_of_published_examples(fault: object, right: str, wrong: str) -> None:
    """The examples are those of the standards: NUBAN (CBN 2010), CLABE, ISO/IEC 7812-1."""
    assert callable(fault)
    assert fault(right) is None
    assert "check digit" in fault(wrong)
    assert fault(right[:-2]) is not None
