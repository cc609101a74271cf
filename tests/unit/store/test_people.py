"""Who acts, and what each may do up to which amounts."""

from decimal import Decimal
from typing import Any

import pytest

from recon.errors import ControlFailed, UsageError
from recon.project.people import Act
from recon.project.settings import Settings
from recon.store import people
from recon.store.people import acting

PEOPLE: dict[str, Any] = {
    "project": {"name": "acme"},
    "people": {
        "ada": {"users": ["obi.a", "ada"], "roles": ["analyst"]},
        "bob": {"roles": ["analyst", "controller"]},
        "eve": {},
    },
    "roles": {
        "analyst": {"prepares": ["write_off", "exclude"], "limits": {"write_off": {"NGN": "500.00"}}},
        "controller": {
            "prepares": ["write_off"],
            "approves": ["write_off", "exclude"],
            "limits": {"write_off": {"NGN": "9000.00", "USD": "10"}},
        },
    },
}


def settings(**more: object) -> Settings:
    return Settings.model_validate({**PEOPLE, **more})


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "current_user", lambda: "obi.a")


def amounts(**given: str) -> dict[str, Decimal]:
    return {currency: Decimal(amount) for currency, amount in given.items()}


def test_a_user_of_the_machine_stands_for_a_person() -> None:
    person = acting(settings())
    assert (person.name, person.user) == ("ada", "obi.a")
    assert list(person.roles or ()) == ["analyst"]
    assert acting(settings(), "ada") == person


def test_a_project_that_names_nobody_lets_every_user_act_as_themselves() -> None:
    alone = Settings.model_validate({"project": {"name": "acme"}})
    person = acting(alone)
    assert (person.name, person.roles) == ("obi.a", None)
    assert not list(person.problems("approves", "write_off", amounts(NGN="1000000")))
    with pytest.raises(ControlFailed, match=r"the user `obi\.a` of this machine is not ada"):
        acting(alone, "ada")


def test_a_name_is_believed_only_where_the_project_says_so_or_a_key_proves_it() -> None:
    with pytest.raises(ControlFailed, match="is not bob"):
        acting(settings(), "bob")
    assert acting(settings(four_eyes={"trust_by": "true"}), "bob").user == "obi.a"
    key = "ed25519:" + "A" * 43 + "="
    signed = {**PEOPLE["people"], "bob": {"keys": [key]}}
    assert acting(settings(people=signed), "bob").key == key


def test_unknown_people_are_refused_with_what_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="did you mean `bob`"):
        acting(settings(), "bobb")
    with pytest.raises(UsageError, match="names nobody"):
        acting(settings(), "  ")
    monkeypatch.setattr(people, "current_user", lambda: "mallory")
    with pytest.raises(UsageError, match=r"stands for nobody[\s\S]*\[people.mallory\]"):
        acting(settings())


@pytest.mark.parametrize(
    ("who", "right", "act", "money", "words"),
    [
        ("ada", "prepares", "write_off", amounts(NGN="500.00"), None),
        ("ada", "prepares", "write_off", amounts(NGN="500.01"), "the limit of the role `analyst` is 500.00"),
        ("ada", "prepares", "write_off", amounts(USD="1"), "no limit in USD"),
        ("ada", "prepares", "exclude", amounts(USD="123456"), None),
        ("ada", "approves", "exclude", amounts(), "ada has no role that may approve this: exclude"),
        ("bob", "prepares", "write_off", amounts(NGN="9000", USD="10"), None),
        ("bob", "approves", "write_off", amounts(NGN="9000", USD="11"), "11.00 USD"),
        ("eve", "prepares", "write_off", amounts(), "eve has no role that may do this: write off"),
    ],
)
def test_roles_allow_acts_up_to_their_limits(
    who: str, right: people.Right, act: Act, money: dict[str, Decimal], words: str | None
) -> None:
    person = acting(settings(four_eyes={"trust_by": "true"}), who)
    if words is None:
        person.refuse_unless(right, act, money)
    else:
        with pytest.raises(ControlFailed) as refused:
            person.refuse_unless(right, act, money)
        assert words in str(refused.value)


def test_when_a_second_person_is_needed() -> None:
    alone = {"manual_match": {"NGN": "100.00"}, "write_off": {"NGN": "1.00"}}
    person = acting(settings(four_eyes={"alone": alone}))
    assert not person.needs_another("write_off", amounts(NGN="1.00"))
    assert person.needs_another("write_off", amounts(NGN="1.01"))
    assert person.needs_another("write_off", amounts(USD="0.01"))
    assert person.needs_another("manual_match", amounts(NGN="100.01"))
    plain = acting(settings())
    assert not plain.needs_another("manual_match", amounts(NGN="100.01"))
    assert plain.needs_another("exclude", amounts())
