"""`recon run --nightly` and `recon schedule`: what cron sees, whom a night tells, and what to give to cron."""

import configparser
import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.closing import Months
from tests.cli.conftest import Outcome
from tests.unit.notices.servers import closed_port, web

Run = Callable[..., Outcome]
NIGHT = ("run", "--nightly", "--no-report", "--as-of", "2026-10-09")


def line_of(done: Outcome) -> dict[str, Any]:
    """The one line on stdout."""
    (text,) = done.stdout.splitlines()
    line: dict[str, Any] = json.loads(text)
    return line


@pytest.mark.slow
def test_a_night_tells_once_and_a_lost_notice_fails_nothing(tmp_path: Path, recon: Run) -> None:
    months = Months(tmp_path / "world", recon)
    settings = (months.root / "recon.toml").read_text()
    with web(204) as heard:
        notify = f'\n[notify]\nwebhook = "http://127.0.0.1:{heard.port}/hook"\n'
        (months.root / "recon.toml").write_text(settings + notify)
        done = months.do(*NIGHT, status=1)
        assert done.stderr == ""
        line = line_of(done)
        assert (line["status"], line["exit"], line["new"]) == ("breaks", 1, True)
        assert line["notices"] == [{"way": "webhook", "to": "127.0.0.1", "arrived": True, "attempts": 1}]
        again = line_of(months.do(*NIGHT, status=1))
        assert (again["run"], again["new"], "notices" in again) == (line["run"], False, False)
        refused = months.do("run", "--nightly", "--as-of", "2026-10-01", status=2)
        told = line_of(refused)
        assert (told["status"], told["exit"], told["problems"][0]["code"]) == ("failed", 2, "period-closed")
    assert [json.loads(text)["subject"] for text in heard.texts] == [
        f"world: {line['breaks']} breaks (2026-10-09)",
        "world: the night failed (period-closed)",
    ]
    lost = f'\n[notify]\nwebhook = "http://127.0.0.1:{closed_port()}/"\nattempts = 1\n'
    (months.root / "recon.toml").write_text(settings + lost)
    done = months.do("run", "--nightly", "--no-report", "--as-of", "2026-10-10", "--fail-on", "none")
    assert line_of(done)["notices"][0]["arrived"] is False
    assert "the notice by webhook to 127.0.0.1 did not arrive after 1 attempts" in done.stderr


def test_a_crontab_line_and_a_timer_that_name_this_program_and_project(project: Path, recon: Run) -> None:
    cron = recon("schedule", "--at", "5:30", "--for", "cron").stdout.splitlines()[-1]
    assert cron.startswith("30 5 * * * ")
    words = shlex.split(cron.split(maxsplit=5)[5])
    assert words[1:] == ["--project", str(project), "run", "--nightly", "--fail-on", "aged"]
    text = recon("schedule", "--for", "systemd").stdout
    units = re.split(r"^# ~/\S+\n", text, flags=re.MULTILINE)[1:]
    service, timer = (configparser.ConfigParser(interpolation=None, strict=True) for _ in units)
    service.read_string(units[0])
    timer.read_string(units[1])
    assert service["Service"]["ExecStart"].endswith(f"--project {project} run --nightly --fail-on aged")
    assert timer["Timer"]["OnCalendar"] == "*-*-* 02:15:00"
    assert recon("schedule", "--at", "25:00").status == 2


def test_words_that_cron_and_systemd_would_read_otherwise_are_escaped(tmp_path: Path, recon: Run) -> None:
    folder = tmp_path / "100% of it"
    folder.mkdir()
    (folder / "recon.toml").write_text('[project]\nname = "acme"\n')
    text = recon("--project", str(folder), "schedule").stdout
    assert "100\\% of it'" in text
    assert f'"{folder}"'.replace("%", "%%") in text
