"""Addresses of files inside archives: `archive.zip!member.csv`, and the names that members may have."""

import os
import re
from pathlib import Path
from typing import Final

from recon.sources.containers.bounds import refusal

MARK: Final = "!"
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def shown_inside(shown: str, inside: str) -> str:
    """How a file inside an archive is shown and recorded."""
    return f"{shown}{MARK}{inside}" if inside else shown


def address_of(path: Path) -> tuple[Path, str]:
    """The archive and the address inside it that a path as typed means; the path itself when it is there."""
    text = str(path)
    at = text.find(MARK)
    while at > 0 and not os.path.lexists(path):
        if Path(text[:at]).is_file():
            return Path(text[:at]), text[at + 1 :]
        at = text.find(MARK, at + 1)
    return path, ""


def member_name(written: str, shown: str) -> str:
    """The name of a member with `/` between folders.

    Raises:
        InputRefused: the name leaves the archive or hides what it is.
    """
    name = written.replace("\\", "/")
    visible = _UNPRINTABLE.sub("?", written)
    place = shown_inside(shown, visible)
    if _UNPRINTABLE.search(written):
        raise refusal(
            place,
            "member-name",
            "the name of the member holds control characters",
            "ask the sender to pack again",
        )
    parts = name.split("/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in parts or not name.strip("/. "):
        raise refusal(
            place,
            "member-name",
            f'the name "{visible}" leads out of the archive',
            "no honest archive has such names; ask the sender what it is",
        )
    return "/".join(part for part in parts if part not in {"", "."})


def is_hidden(name: str) -> bool:
    """Whether a member is an archiver's own, as `.DS_Store` and `__MACOSX` are, and no file that was sent."""
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))
