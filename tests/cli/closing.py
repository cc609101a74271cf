"""A stage for tests of months that are closed: a small world whose files arrive, and the program over it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cli.conftest import Outcome
from tests.unit.runs.worlds import ONE_RULE_SET, SETTINGS, everyday, new_project

Run = Callable[..., Outcome]
TRUSTING = SETTINGS + "\n[four_eyes]\ntrust_by = true\n"
ORDERS = "order_no,kind,status,day,gross,fee,net\n"


class Months:
    """A project of the everyday world, whose people are believed by name."""

    def __init__(self, folder: Path, recon: Run, settings: str = TRUSTING, copy_of: Path | None = None) -> None:
        self._recon = recon
        self.root = folder
        if copy_of is not None:
            shutil.copytree(copy_of, folder)
            return
        new_project(folder, settings, ONE_RULE_SET)
        for file in everyday().files(seed=1):
            file.write(self.root / "inbox")

    def do(self, *words: str, status: int = 0) -> Outcome:
        """Run a command that has to end so."""
        done = self._recon("--project", str(self.root), "--quiet", *words)
        assert done.status == status, f"{' '.join(words)}: {done.status}\n{done.stdout}{done.stderr}"
        return done

    def rows(self, *words: str, status: int = 0) -> list[dict[str, Any]]:
        """Run a command and give the rows of its listing."""
        found: list[dict[str, Any]] = json.loads(self.do(*words, "--format", "json", status=status).stdout)
        return found

    def run(self, *words: str) -> dict[str, Any]:
        """Run, whatever breaks there are, and give its line."""
        line: dict[str, Any] = json.loads(
            self.do("run", "--no-report", "--fail-on", "none", "--format", "json", *words).stdout
        )
        return line

    def order(self, name: str, number: str, day: str, gross: str = "10.00", net: str = "9.60") -> None:
        """A file of one order arrives."""
        text = f"{ORDERS}{number},SALE,PAID,{day},{gross},-0.40,{net}\n"
        (self.root / "inbox" / f"orders_{name}.csv").write_text(text, encoding="utf-8")

    def close(self, period: str = "2026-10") -> None:
        """Sign a period three times."""
        for level, by in (("prepared", "ada"), ("reviewed", "ben"), ("approved", "cleo")):
            self.do("close", period, "--sign", level, "--by", by)
