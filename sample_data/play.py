"""Plays a story of commissions: files arrive month by month, and the desk runs, reviews, approves and pays.

`python -m sample_data.play agent_network FOLDER` copies the story's project into a new folder and shows each command
before what it prints; with `--brief` it says in a few lines what each month came to.
"""

import argparse
import io
import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from decimal import Decimal
from importlib import import_module
from pathlib import Path

from recon.cli.app import run

HERE = Path(__file__).parent
CHANNELS = "configs/channels.yaml"
"""The setting of stories with a channel desk, where monitors look before anybody is paid."""
CHANNEL_QUESTIONS = (("bills", "--wrong"), ("campaigns",), ("claims",), ("margin",), ("report",))
"""What is asked of such a desk in the end."""
OWN = {
    "reseller_topup": "sample_data.reseller_topup.play",
    "month_end": "sample_data.month_end.play",
}
"""Stories that go another way, and the module that plays each; it may lay out its project by a `stage` of its own."""
COPIED = ("recon.toml", "configs", "data", "later", "expected")
PEOPLE = (("review", "r.adeyemi"), ("approve", "h.okon"), ("approve", "c.musa"))
"""Who reviews and approves, in order."""

Command = Callable[[Sequence[str]], object]


def stage(story: str, folder: Path) -> Path:
    """A project of its own for the story; the folder must not be there yet."""
    folder.mkdir(parents=True)
    for name in COPIED:
        source = HERE / story / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copyfile(source, folder / name)
    return folder


def periods(folder: Path) -> list[str]:
    """The months of a staged story: the one whose files are there, then those that arrive later."""
    months = {path.name for name in ("data", "later") for path in (folder / name).iterdir()}
    return sorted(months)


def deliver(folder: Path, period: str) -> None:
    """Let the files of a month arrive."""
    if (folder / "later" / period).is_dir():
        shutil.copytree(folder / "later" / period, folder / "data" / period, dirs_exist_ok=True)


def plans(folder: Path) -> list[str]:
    """The story's plans by name."""
    return sorted(path.stem for path in (folder / "configs" / "plans").glob("*.yaml"))


def paying(folder: Path, period: str) -> list[str]:
    """The plans that have not ended before a period."""
    found = []
    for name in plans(folder):
        text = (folder / "configs" / "plans" / f"{name}.yaml").read_text(encoding="utf-8")
        until = next((line.split()[1] for line in text.splitlines() if line.startswith("until: ")), period)
        found += [name] if until >= period[: len(until)] else []
    return found


def month(folder: Path, period: str, recon: Command) -> None:
    """One month: files arrive, are matched, payouts are calculated, reviewed, approved twice, and exported."""
    deliver(folder, period)
    recon(("run", "--period", period))
    if (folder / CHANNELS).is_file():
        recon(("partners", "monitor", "--period", period, "--record", "--by", "cron"))
    recon(("payouts", "run", "--period", period, "--by", "cron"))
    for plan in paying(folder, period):
        for act, person in PEOPLE:
            recon(("payouts", act, f"{plan}-{period}", "--by", person))
    recon(("payouts", "export"))


def look_at_channels(folder: Path, recon: Command) -> None:
    """What all periods together came to for a desk of channels."""
    whole = f"{periods(folder)[0].partition('..')[0]}..{periods(folder)[-1].partition('..')[2]}"
    for words in CHANNEL_QUESTIONS:
        recon(("channels", *words, "--period", whole))


def told(folder: Path) -> Command:
    """Runs commands in the story's project, each shown before what it prints."""

    def recon(words: Sequence[str]) -> None:
        print(f"$ recon {' '.join(words)}", flush=True)
        quiet = ("--quiet",) if words[0] == "run" else ()
        if status := run((*quiet, "--project", str(folder), *words)):
            raise SystemExit(status)

    return recon


def in_brief(folder: Path, last: str | None = None) -> Command:
    """Runs commands in the story's project and says what they came to; of its months only the last has a workbook."""

    def recon(words: Sequence[str]) -> None:
        listed = words[0] == "channels" or (words[0] == "payouts" and words[1] in {"run", "export"})
        form: tuple[str, ...] = ("--format", "json") if listed else ()
        if words[0] == "run" and last not in {None, words[-1]}:
            form = ("--no-report",)
        said, talk = io.StringIO(), io.StringIO()
        with redirect_stdout(said), redirect_stderr(talk):
            status = run(("--quiet", "--project", str(folder), *words, *form))
        if status:
            sys.stderr.write(talk.getvalue())
            raise SystemExit(status)
        if words[0] == "run":
            _say_matched(words[-1], json.loads(said.getvalue()), folder)
        elif words[0] == "channels":
            _say_channels(words[1], json.loads(said.getvalue()))
        elif words[1] == "run":
            _say_payouts(json.loads(said.getvalue()))
        elif listed:
            _say_exported(json.loads(said.getvalue()))

    return recon


def _say_matched(period: str, found: Mapping[str, object], folder: Path) -> None:
    counts = f"{found['entries']:,} entries, {found['matched']:,} matches, {found['breaks']} breaks"
    print(f"\n{period}  matched   {counts}, proof {found['proof']}", flush=True)
    if found.get("workbook"):
        print(f"         workbook  {folder}/{found['workbook']}", flush=True)


def _say_payouts(found: Sequence[Mapping[str, object]]) -> None:
    for one in found:
        plan = str(one["plan"]).partition("@")[0]
        earned, held, paid = (grouped(one[name]) for name in ("earned", "held", "paid"))
        amounts = f"earned {earned} {one['currency']}, held {held}, paid {paid}"
        print(f"         payout    {plan}: {one['payees']} payees, {amounts}")


def _say_channels(what: str, found: Sequence[Mapping[str, object]]) -> None:
    if what == "bills":
        print()
    for one in found:
        texts = {
            "bills": f"wrong     {one.get('kind')} on {one.get('source')}: {one.get('count')}, {one.get('amount')}",
            "campaigns": f"campaign  {one.get('campaign')}: gave {one.get('given')}, {one.get('over')} over budget",
            "claims": f"claim     {one.get('payee')} owes {one.get('amount')}",
            "margin": f"margin    {one.get('channel') or 'of no entry'}: {one.get('margin')}",
            "report": f"workbook  {one.get('file')}",
        }
        print(f"         {texts[what]} {one.get('currency', '')}".rstrip())


def _say_exported(found: Sequence[Mapping[str, object]]) -> None:
    print(f"         approved  by {' and '.join(person for act, person in PEOPLE if act == 'approve')}")
    for one in found:
        print(f"         exported  {one['payments']} payments, {grouped(one['amount'])} {one['currency']}")


def grouped(text: object) -> str:
    """An amount, or an amount and its currency, with thousands separated."""
    amount, *currency = str(text).split()
    return " ".join([f"{Decimal(amount):,}", *currency])


def main(arguments: list[str] | None = None) -> int:
    """Play one story in a folder; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("story")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--brief", action="store_true", help="what each month came to, in a few lines")
    chosen = parser.parse_args(arguments)
    own = import_module(OWN[chosen.story]) if chosen.story in OWN else None
    laid_out = getattr(own, "stage", None)
    folder = laid_out(chosen.folder) if laid_out else stage(chosen.story, chosen.folder)
    last = periods(folder)[-1] if own is None else None
    recon = in_brief(folder, last) if chosen.brief else told(folder)
    if chosen.brief:
        print(f"\n{chosen.story}: {title(chosen.story)}", flush=True)
    if own is not None:
        own.play(folder, brief=chosen.brief)
        return 0
    for period in periods(folder):
        month(folder, period, recon)
    if (folder / CHANNELS).is_file():
        look_at_channels(folder, recon)
    if not chosen.brief:
        recon(("payouts", "list"))
    recon(("payouts", "statements", "--period", periods(folder)[-1], "--as", "html"))
    if chosen.brief:
        print(f"         statements, a page for each payee: {folder}/reports/statements/{periods(folder)[-1]}")
    return 0


def title(story: str) -> str:
    """The first line of a story's page."""
    return (HERE / story / "README.md").read_text(encoding="utf-8").splitlines()[0].lstrip("# ")


if __name__ == "__main__":
    sys.exit(main())
