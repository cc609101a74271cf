"""What a source is called and which files are of it: the name of a file without its day, its number, its copy."""

import re
from pathlib import Path
from typing import Final

from recon.sources.detection.words import normal

_MONTHS: Final = (
    "jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch|s|zo)?|marz|maerz|apr(?:il)?|may|mai|mayo|june?|juni|july?|juli"
    "|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?|janvier|fevrier|avril|juin|juillet|aout"
    "|septembre|octobre|novembre|decembre|enero|febrero|abril|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
)
_COPIES: Final = r"(?:[-_ ]*\(\d+\)|[-_ ]+(?:copy|kopie|final))*"
_PART: Final = re.compile(
    rf"(?:[-_. ]*(?<![^\W_])(?:q[1-4]|v?\d[\d:]*|{_MONTHS})(?![^\W_]))+{_COPIES}", re.IGNORECASE
)
_COPY: Final = re.compile(r"[-_ ]*\(\d+\)$")


def source_name(path: Path) -> str:
    """The name of a source, from the name of one of its files: `orders_2026_10.csv` is of `orders`."""
    bare = _PART.sub("_", _COPY.sub("", _stem(path)))
    name = re.sub(r"[^a-z0-9]+", "_", normal(bare)).strip("_")[:60].strip("_")
    if not name:
        name = re.sub(r"[^a-z0-9]+", "_", normal(_stem(path))).strip("_")[:50].strip("_")
    return name if name[:1].isalpha() else f"source_{name}".rstrip("_")


def pattern_of(path: Path) -> str:
    """The pattern of a source's files: what changes from one to the next is a star; `inbox` without a folder."""
    starred = re.sub(r"\*+", "*", _PART.sub(_star, _COPY.sub("*", _stem(path))))
    folder = path.parent.as_posix()
    if path.is_absolute() or folder == "." or ".." in path.parts:
        folder = "inbox"
    return f"{folder}/{_plain(starred)}{_plain(path.name[len(_stem(path)) :])}"


def _stem(path: Path) -> str:
    """The name without its endings, of which a packed file has two."""
    name = path.name
    for ending in (".gz", ".zip"):
        name = name.removesuffix(ending)
    return name.removesuffix(Path(name).suffix) or name


def _star(match: re.Match[str]) -> str:
    lead = re.match(r"[-_. ]*", match[0])
    return f"{lead[0] if lead else ''}*"


def _plain(text: str) -> str:
    """A text in a pattern, brackets as they are."""
    return re.sub(r"[\[\]?]", "?", text)
