"""The company: the stories that join it, each with one line, and one project made of all their files.

A name that two stories use for different things is renamed in the one that comes later. The tables of registries are
put together row by row. What the company says itself, in `configs/` beside this file, counts before all of them.
"""

import csv
import io
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sample_data.month_end.corrected import corrected_statement

HERE = Path(__file__).parent
STORIES = HERE.parent
ROOT = STORIES.parent
FIRST_COUNTS = ("measures.yaml", "monitors.yaml")
"""Files that a project has once: the first story's counts."""
TEXTS = (".yaml", ".csv")


@dataclass(frozen=True)
class Joined:
    """A story that joins: the folder of its configuration, which parts of it, and names that it has to change.

    `later` is a folder of files that come behind the others and are October's too. A story that is worked on
    `from_the_first` has its other files on the 15th, where the rest comes at the end of the month.
    """

    story: str
    configs: Path | None = None
    parts: tuple[str, ...] = ("**",)
    renamed: Mapping[str, str] = field(default_factory=dict)
    later: str | None = None
    from_the_first: bool = False

    @property
    def folder(self) -> Path:
        """The story's folder."""
        return STORIES / self.story

    def files(self) -> Iterator[tuple[str, str]]:
        """The files of its configuration, each as path and text, as the company names things."""
        folder = self.configs or self.folder / "configs"
        for part in self.parts:
            for path in sorted(folder.glob(f"{part}/*")):
                if path.suffix in TEXTS:
                    name = path.relative_to(folder).with_name(f"{self._named(path.stem)}{path.suffix}")
                    yield name.as_posix(), self._named(path.read_text(encoding="utf-8"))

    def _named(self, text: str) -> str:
        for before, after in self.renamed.items():
            text = re.sub(rf"\b{re.escape(before)}\b", after, text)
        return text


COINS = {
    "bank_ngn": "coins_ngn",
    "bank_kes": "coins_kes",
    "order_to_bank": "coins_to_bank",
    "AM-01": "CM-01",
    "AM-02": "CM-02",
}
"""What the desk of coins calls its accounts, its chain and its people beside those of others."""
CHANNELS = {"bank_usd": "channel_usd"}
COMPANY = (
    Joined("miniapp_settlement", ROOT / "configs", ("sources", "rules")),
    Joined("agent_network"),
    Joined("partner_programme"),
    Joined("reseller_topup", renamed=COINS, later="later/2026-10-31-evening"),
    Joined("channel_ops", renamed=CHANNELS, later="later/2026-10-16..2026-10-31", from_the_first=True),
)
"""Everybody who joins, in order."""


def stage(folder: Path) -> Path:
    """A project of the whole company, as it stands on 15 October; the folder must not be there yet."""
    folder.mkdir(parents=True)
    shutil.copyfile(HERE / "recon.toml", folder / "recon.toml")
    for name, text in configured().items():
        path = folder / "configs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for one in COMPANY:
        if one.from_the_first:
            _deliver(one, folder)
    return folder


def month_end(folder: Path) -> None:
    """Everything else of October arrives, what comes late and what the bank corrects included."""
    for one in COMPANY:
        if not one.from_the_first:
            _deliver(one, folder)
        if one.later:
            shutil.copytree(one.folder / one.later, folder / "data" / Path(one.later).name)
    late = STORIES / "miniapp_settlement" / "late"
    shutil.copytree(late, folder / "sample_data/miniapp_settlement/data/internal", dirs_exist_ok=True)
    path, content = corrected_statement()
    (folder / "sample_data/miniapp_settlement" / path).write_bytes(content)


def plans_of(*stories: str) -> list[str]:
    """The plans of some stories, by name."""
    found = ((one.folder / "configs" / "plans").glob("*.yaml") for one in COMPANY if one.story in stories)
    return sorted(path.stem for paths in found for path in paths)


def configured() -> dict[str, str]:
    """The company's configuration by path.

    Raises:
        ValueError: two stories say different things under one name.
    """
    found: dict[str, str] = {}
    for one in COMPANY:
        for name, text in one.files():
            if name.startswith("partners/registry/"):
                found[name] = _together(found.get(name, ""), text)
            elif found.setdefault(name, text) != text and not name.endswith((*FIRST_COUNTS, "settings.yaml")):
                raise ValueError(f"{one.story}: {name} says something else in another story; rename it")
    own = Joined("month_end")
    return found | dict(own.files())


def _together(before: str, more: str) -> str:
    """Two tables as one: the columns of both, the rows of the first and then those that only the second has."""
    tables = [csv.DictReader(io.StringIO(text, newline="")) for text in (before, more)]
    rows = [row for table in tables for row in table]
    columns = list(dict.fromkeys(name for table in tables for name in table.fieldnames or ()))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(dict.fromkeys(tuple(row.get(name) or "" for name in columns) for row in rows))
    return text.getvalue()


def _deliver(one: Joined, folder: Path) -> None:
    """The files of a story's October: where its sources look for them."""
    own = folder / "sample_data" / one.story if one.configs else folder
    for path in sorted((one.folder / "data").rglob("*")):
        if path.is_file():
            target = own / path.relative_to(one.folder)
            if target.exists():
                raise ValueError(f"{one.story}: another story has a file {target.name}")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
