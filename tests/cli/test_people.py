"""`recon people`: who may do what, and keys that make decisions unforgeable."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from recon.store import people
from tests.cli.conftest import Outcome

Run = Callable[..., Outcome]
PEOPLE = """\
[project]
name = "acme"

[people.ada]
title = "Ada Obi"
users = ["obi.a"]
roles = ["analyst"]

[people.bob]

[roles.analyst]
prepares = ["write_off", "exclude"]
limits.write_off = {NGN = 500.00}
"""


@pytest.fixture
def staffed(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (project / "recon.toml").write_text(PEOPLE, encoding="utf-8")
    monkeypatch.setattr(people, "current_user", lambda: "obi.a")
    return project


def test_people_are_listed_with_what_they_may_do(recon: Run, staffed: Path) -> None:
    rows = json.loads(recon("people", "list", "--format", "json").stdout)
    assert [(one["person"], one["act"], one["prepares"], one["limits"]) for one in rows] == [
        ("ada", "write_off", True, "500.00 NGN"),
        ("ada", "exclude", True, ""),
        ("bob", "", False, ""),
    ]
    assert staffed.is_dir()


def test_whoever_is_at_the_keyboard_is_told_who_decides(recon: Run, staffed: Path) -> None:
    (me,) = json.loads(recon("people", "whoami", "--format", "json").stdout)
    assert (me["person"], me["user"], me["roles"]) == ("ada", "obi.a", ["analyst"])
    refused = recon("people", "whoami", "--by", "bob")
    assert (refused.status, "the user `obi.a` of this machine is not bob" in refused.stderr) == (4, True)
    assert staffed.is_dir()


def test_a_key_is_made_once_entered_and_checked_by_verify(recon: Run, staffed: Path) -> None:
    pytest.importorskip("cryptography")
    made = recon("people", "keygen")
    assert made.status == 0, made.stderr
    key = made.stdout.strip()
    assert key.startswith("ed25519:")
    assert recon("people", "keygen").status == 2
    unlisted = recon("runs", "verify")
    assert (unlisted.status, "the key of ada is not among those in recon.toml" in unlisted.stderr) == (4, True)
    listed = PEOPLE.replace('title = "Ada Obi"\n', f'title = "Ada Obi"\nkeys = ["{key}"]\n')
    (staffed / "recon.toml").write_text(listed, encoding="utf-8")
    assert recon("runs", "verify").status == 0
    assert json.loads(recon("people", "whoami", "--format", "json").stdout)[0]["key"] == key


def test_a_project_without_people_says_so(recon: Run, project: Path) -> None:
    outcome = recon("people", "list", "--format", "json")
    assert json.loads(outcome.stdout) == []
    assert "recon.toml names nobody" in outcome.stderr
    assert project.is_dir()
