"""Texts of OFX without entities."""

import re
from html.entities import html5
from typing import Final

_ENTITY: Final = re.compile(r"&(#\d{1,6}|#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_MOST_CHARACTERS: Final = 0x10FFFF


def unescaped(text: str) -> str:
    """The text without entities; an ampersand that begins none stays one. Blanks around it are dropped."""
    text = text.strip()
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    name = found[1]
    if not name.startswith("#"):
        return html5.get(f"{name};", found[0]).replace("\xa0", " ")
    number = int(f"0{name[1:]}", 16) if name[1] in "xX" else int(name[1:])
    return chr(number) if 32 <= number <= _MOST_CHARACTERS and not 0xD800 <= number < 0xE000 else ""
