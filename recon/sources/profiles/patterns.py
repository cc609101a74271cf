"""Patterns of file names: where files lie, which members of archives are meant, and the day in a name.

`inbox/bill_{yyyyMMdd}*.zip!*_detail.csv` means the members `..._detail.csv` of archives whose names hold a day.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from recon.sources.containers.address import MARK

_DATED: Final = re.compile(r"\{([^{}]*)\}")
_TOKENS: Final = {"yyyy": r"(?P<y>20\d\d)", "yy": r"(?P<y>\d\d)", "MM": r"(?P<m>\d\d)", "dd": r"(?P<d>\d\d)"}
_TOKEN: Final = re.compile("yyyy|yy|MM|dd|[A-Za-z]")
_WILDS: Final = {"*": ".*", "?": "."}


@dataclass(frozen=True)
class FilePattern:
    """A pattern taken apart: what to look for in the project, and regular expressions of names.

    `name` is that of the file itself, `member` that of the address inside an archive; None takes any.
    """

    glob: str
    name: re.Pattern[str] | None
    member: re.Pattern[str] | None

    @classmethod
    def parse(cls, text: str) -> "FilePattern":
        """The pattern that `text` says.

        Raises:
            ValueError: it leaves the project, or the date in braces does not say year, month and day once.
        """
        outer, mark, member = text.partition(MARK)
        path = Path(_DATED.sub("x", outer))
        if path.is_absolute() or ".." in path.parts:
            raise ValueError(f'"{text}" leaves the project; write the path relative to `recon.toml`')
        if len(_DATED.findall(text)) > 1:
            raise ValueError(f'"{text}" has two dates in braces; one says the day')
        folder, slash, last = outer.rpartition("/")
        if "{" in folder:
            raise ValueError(f'"{text}" has its date in the name of a folder; write it in the name of the file')
        glob = _DATED.sub(lambda date_: _wild(date_[1]), last)
        name = _expression(last) if "{" in last else None
        return cls(f"{folder}{slash}{glob}", name, _expression(member) if mark else None)

    @property
    def is_dated(self) -> bool:
        """Whether names hold a day."""
        return any(one is not None and "m" in one.groupindex for one in (self.name, self.member))

    def takes(self, name: str) -> bool:
        """Whether a file of this name is meant."""
        return self.name is None or bool(self.name.fullmatch(name))

    def takes_member(self, address: str) -> bool:
        """Whether a file at this address in an archive is meant; a pattern of members means archives only."""
        return self.member is None or bool(self.member.fullmatch(address))

    def day(self, shown: str) -> date | None:
        """The day in the name of a file that the pattern takes; None when the digits are no day."""
        outer, _, address = shown.partition(MARK)
        for expression, text in ((self.name, outer.rpartition("/")[2]), (self.member, address)):
            found = expression.fullmatch(text) if expression is not None else None
            if found is not None and "m" in found.groupdict():
                year = found["y"]
                try:
                    return date(int(year) + (2000 if len(year) == 2 else 0), int(found["m"]), int(found["d"]))
                except ValueError:
                    return None
        return None


def _wild(written: str) -> str:
    return _TOKEN.sub(lambda token: "[0-9]" * len(token[0]), written)


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """A pattern with wild cards and at most one date in braces as a regular expression.

    Raises:
        ValueError: the date does not say year, month and day.
    """
    if "{" not in pattern:
        return re.compile(_inner(pattern))
    before, written, after = _DATED.split(pattern, maxsplit=1)
    tokens = _TOKEN.findall(written)
    if sorted(token[0] for token in tokens) != ["M", "d", "y"] or any(token not in _TOKENS for token in tokens):
        raise ValueError(f'"{{{written}}}" is no date in a file name; write {{yyyyMMdd}} or {{dd-MM-yy}}')
    day = "".join(_TOKENS.get(part, re.escape(part)) for part in re.split("(yyyy|yy|MM|dd)", written))
    return re.compile(_inner(before) + day + _inner(after))


def _inner(pattern: str) -> str:
    """A wild card pattern as a part of a regular expression."""
    return "".join(_WILDS.get(part, re.escape(part)) for part in re.split(r"([*?])", pattern))
