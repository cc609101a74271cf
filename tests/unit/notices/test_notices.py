"""Notices: what they say, when they are sent, and that a server that fails is tried a bounded number of times."""

import json

import pytest
from pydantic import ValidationError

from recon.errors import Place, Problem
from recon.outputs.notices.notice import Notice, is_wanted, of_failure
from recon.outputs.notices.sending import send
from recon.project.nights import NotifyOn, NotifySettings
from tests.unit.notices.servers import closed_port, mail, web

NOTICE = Notice("acme: 3 breaks (2026-10-14)", ("3 breaks", "Größe €"), {"status": "breaks", "breaks": 3})


def test_a_webhook_gets_the_result_with_the_token_of_the_environment() -> None:
    with web(200) as heard:
        url = f"http://127.0.0.1:{heard.port}/hook?secret=1"
        settings = NotifySettings(webhook=url, webhook_token_variable="HOOK_TOKEN")  # noqa: S106  (the name of a variable)
        (done,) = send(NOTICE, settings, {"HOOK_TOKEN": "t0p"}, lambda _: None)
    assert done.fields == {"way": "webhook", "to": "127.0.0.1", "arrived": True, "attempts": 1}
    said = json.loads(heard.texts[0])
    assert (said["subject"], said["result"]) == (NOTICE.subject, NOTICE.fields)
    assert heard.headers[0]["Authorization"] == "Bearer t0p"


def test_what_fails_for_a_moment_is_tried_again_with_the_same_key() -> None:
    slept: list[float] = []
    with web(503, 429, 200) as heard:
        settings = NotifySettings(webhook=f"http://127.0.0.1:{heard.port}/")
        (done,) = send(NOTICE, settings, {}, slept.append)
    assert (done.arrived, done.attempts, slept) == (True, 3, [1, 2])
    assert len({one["Idempotency-Key"] for one in heard.headers}) == 1


@pytest.mark.parametrize("code", [301, 307, 400, 401, 404])
def test_an_answer_that_will_not_change_ends_it_and_no_redirect_is_followed(code: int) -> None:
    with web(code) as heard:
        (done,) = send(NOTICE, NotifySettings(webhook=f"http://127.0.0.1:{heard.port}/"), {}, lambda _: None)
    assert (done.arrived, done.attempts, len(heard.texts)) == (False, 1, 1)
    assert str(code) in done.why


def test_nobody_listens_and_the_attempts_are_bounded() -> None:
    slept: list[float] = []
    settings = NotifySettings(webhook=f"http://127.0.0.1:{closed_port()}/", attempts=4)
    (done,) = send(NOTICE, settings, {}, slept.append)
    assert (done.arrived, done.attempts, slept) == (False, 4, [1, 2, 4])
    assert "refused" in done.why


def test_a_secret_that_is_not_set_is_said_by_its_name() -> None:
    settings = NotifySettings(webhook="http://127.0.0.1:1/", webhook_token_variable="HOOK_TOKEN")  # noqa: S106  (the name of a variable)
    (done,) = send(NOTICE, settings, {}, lambda _: None)
    assert (done.attempts, done.why) == (1, "the environment variable `HOOK_TOKEN` is not set")


def test_a_mail_arrives_with_its_subject_and_text() -> None:
    with mail() as heard:
        settings = NotifySettings(
            mail_to=("ada@example.org", "ben@example.org"), smtp_host="127.0.0.1", smtp_port=heard.port
        )
        (done,) = send(NOTICE, settings, {}, lambda _: None)
    assert done.arrived, done.why
    assert "Subject: acme: 3 breaks (2026-10-14)" in heard.texts[0]
    assert "To: ada@example.org, ben@example.org" in heard.texts[0]


def test_a_mail_server_that_refuses_is_not_asked_again() -> None:
    with mail(refuse="nobody@") as heard:
        settings = NotifySettings(mail_to=("nobody@example.org",), smtp_host="127.0.0.1", smtp_port=heard.port)
        (done,) = send(NOTICE, settings, {}, lambda _: None)
    assert (done.arrived, done.attempts) == (False, 1)


@pytest.mark.parametrize(
    ("when", "status", "new", "told"),
    [
        ("always", "reconciled", True, True), ("always", "reconciled", False, False),
        ("breaks", "reconciled", True, False), ("breaks", "breaks", True, True), ("breaks", "breaks", False, False),
        ("breaks", "failed", False, True), ("failure", "breaks", True, False), ("failure", "incomplete", True, True),
        ("failure", "failed", False, True), ("never", "failed", False, False), ("always", "busy", False, False),
    ],
)  # fmt: skip
def test_which_nights_are_told(when: NotifyOn, status: str, new: bool, told: bool) -> None:
    assert is_wanted(when, status, new=new) is told


def test_a_failure_says_every_problem_with_its_place_and_next_step() -> None:
    problem = Problem("refused", "3 rows cannot be read", Place("inbox/a.csv", 4), "correct them")
    notice = of_failure("acme", [problem], {"status": "failed"})
    assert notice.subject == "acme: the night failed (refused)"
    assert "inbox/a.csv:4: 3 rows cannot be read\n  hint: correct them" in notice.text


@pytest.mark.parametrize("url", ["ftp://example.org", "example.org", "https://", "https://a b"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        NotifySettings(webhook=url)


@pytest.mark.parametrize("address", ["ada", "@example.org", "a b@example.org", "Ada <a@b>"])
def test_a_mail_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        NotifySettings(mail_to=(address,))
