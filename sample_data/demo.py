"""Plays every story in brief, one short screen each; what has not changed since it was played is told again, not done.

`python -m sample_data.demo FOLDER` keeps each story's project in the folder, and what it printed beside it.
"""

import argparse
import hashlib
import io
import shutil
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import TextIO

import recon
from sample_data import play

STORIES = ("agent_network", "partner_programme", "reseller_topup", "channel_ops", "month_end")
CODE = Path(recon.__file__).parent
MADE_OF = (".py", ".yaml", ".csv", ".toml", ".html", ".sta", ".xml", ".xlsx")


class Both(io.StringIO):
    """Keeps what is printed, and prints it."""

    def __init__(self, shown: TextIO) -> None:
        super().__init__()
        self._shown = shown

    def write(self, text: str) -> int:
        """Keep and show a piece of text."""
        self._shown.write(text)
        self._shown.flush()
        return super().write(text)


def tell(story: str, folder: Path) -> bool:
    """Play a story, or tell again what it came to; whether it was played."""
    own, screen, mark = folder / story, folder / f"{story}.txt", folder / f"{story}.sha256"
    made_of = digest(story)
    if own.is_dir() and mark.is_file() and mark.read_text("ascii") == made_of:
        print(screen.read_text("utf-8"), end="", flush=True)
        return False
    for path in (mark, screen):
        path.unlink(missing_ok=True)
    shutil.rmtree(own, ignore_errors=True)
    with redirect_stdout(Both(sys.stdout)) as said:
        play.main(["--brief", story, str(own)])
    screen.write_text(said.getvalue(), "utf-8")
    mark.write_text(made_of, "ascii")
    return True


def digest(story: str) -> str:
    """What a story is played from: the program and the story's files; of the last one, all stories' files."""
    stories = play.HERE if story == STORIES[-1] else play.HERE / story
    found = hashlib.sha256()
    for folder in (CODE, CODE.parent / "configs", stories, play.HERE):
        for path in _files(folder, deep=folder != play.HERE or story == STORIES[-1]):
            found.update(f"{path.relative_to(CODE.parent)}\0".encode())
            found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _files(folder: Path, *, deep: bool) -> Iterator[Path]:
    paths = folder.rglob("*") if deep else folder.glob("*")
    return (path for path in sorted(paths) if path.suffix in MADE_OF and path.is_file())


def main(arguments: list[str] | None = None) -> int:
    """Tell all stories; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    played = [story for story in STORIES if tell(story, folder)]
    again = len(STORIES) - len(played)
    print(f"\nThe projects of these stories lie in {folder}; each has a page in sample_data/STORY/README.md.")
    if again:
        print(f"{again} of {len(STORIES)} were played before, and nothing of theirs has changed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
