"""Entries of a form that was met before: not parsed again, only split, with the result that parsing would give.

Thousands of entries of a file have the same elements in the same order and differ in their texts alone. The XML
parser reads the first of a form. A later one is known by its tags, all of them equal and strictly written, with no
angle bracket in a text between them: whatever such texts are, a parser finds the same elements. What is not so
plain (other attributes, character references, comments, empty texts) is parsed.
"""

import re
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Final

from recon.sources.camt.elements import Element
from recon.sources.camt.entry import ADDITIONAL, CHARGES, DETAILS_IN_WORDS, WORDS, Entry, json_object

_TAG: Final = re.compile(
    r"(?P<closes>/?)(?:[A-Za-z][A-Za-z0-9]*:)?(?P<name>[A-Za-z][A-Za-z0-9]*)"
    r'(?: Ccy="(?P<currency>[A-Z]{3})")?(?P<empty>/?)'
)
_NO_ANGLES: Final = bytes(set(range(256)) - set(b"<>"))
_REFERENCE: Final = re.compile(r"&(amp|lt|gt|quot|apos);")
_OTHER_REFERENCE: Final = re.compile(rf"&(?!{_REFERENCE.pattern[1:]})")
_CHARACTERS: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_MARK: Final = re.compile("\0(\\d+)\0")


def pieces_of(content: bytes, encoding: str) -> list[str] | None:
    """Texts and tags of an entry's content in turn, a text first; None where only a parser can tell them apart."""
    angles = content.translate(None, _NO_ANGLES)
    if angles != b"<>" * (len(angles) // 2):
        return None
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    pieces = text.replace(">", "<").split("<")
    if "&" in text:
        if _OTHER_REFERENCE.search(text):
            return None
        pieces[::2] = [
            _REFERENCE.sub(lambda found: _CHARACTERS[found[1]], piece) if "&" in piece else piece
            for piece in pieces[::2]
        ]
    return pieces


@dataclass(slots=True)
class _Node:
    """An element that is a group: its texts by path with their places among the pieces, and the groups in it."""

    tag: str
    leaves: list[tuple[str, int]] = field(default_factory=list)
    currencies: dict[str, str] = field(default_factory=dict)
    fields: list[tuple[str, str]] = field(default_factory=list)
    groups: list["_Node"] = field(default_factory=list)

    def template(self) -> str:
        """Its JSON text with a mark where each text goes."""
        return json_object([*self.fields, *((inner.tag, inner.template()) for inner in self.groups)])

    def every(self, path: str) -> list[int]:
        """The places of all texts at a path."""
        return [place for name, place in self.leaves if name == path]


class _Part:
    """The texts of one group among the values of an entry: first text at each path, and the currencies."""

    def __init__(self, node: _Node, order: dict[int, int]) -> None:
        firsts: dict[str, int] = {}
        for path, place in node.leaves:
            firsts.setdefault(path, order[place])
        self._paths = tuple(firsts)
        self._pick = itemgetter(*firsts.values(), 0, 0) if firsts else None
        self._currencies = node.currencies

    def texts(self, values: list[str]) -> dict[str, str]:
        """The texts by path."""
        found = dict(zip(self._paths, self._pick(values), strict=False)) if self._pick else {}
        found.update(self._currencies)
        return found


class Form:
    """A sequence of tags, and where its texts go."""

    def __init__(self, top: _Node) -> None:
        template = top.template()
        order = {int(place): at for at, place in enumerate(_MARK.findall(template))}
        self._template = _MARK.sub("%s", template)
        self._pick = itemgetter(*order, 0, 0)
        self._count = len(order)
        details = [node for node in top.groups if node.tag == "TxDtls"]
        blocks = [node for node in top.groups if node.tag == CHARGES]
        if not blocks and len(details) == 1:
            blocks = [node for node in details[0].groups if node.tag == CHARGES]
        self._top = _Part(top, order)
        self._details = [_Part(node, order) for node in details]
        self._charges = [_Part(node, order) for block in blocks for node in (block.groups or [block])]
        words = [at for node in details[:DETAILS_IN_WORDS] for path in WORDS for at in node.every(path)]
        self._words = [order[place] for place in [*words, *top.every(ADDITIONAL)]]

    def entry(self, line_no: int, pieces: list[str]) -> Entry | None:
        """The entry whose texts are at the even places of some pieces; None if one of them is empty."""
        values = [text.strip() for text in self._pick(pieces)[: self._count]]
        if "" in values:
            return None
        return Entry(
            line_no,
            self._template % tuple(map(encode_basestring, values)),
            self._top.texts(values),
            [part.texts(values) for part in self._details],
            [part.texts(values) for part in self._charges],
            [values[place] for place in self._words],
        )


def form_of(tags: list[str]) -> Form | None:
    """The form of the tags inside an entry, or None if one of them is not strictly written or they do not nest."""
    top = _Node("Ntry")
    nodes, within, opened = [top], [Element("", "Ntry", True, 0)], [""]
    leaf = False
    for number, tag in enumerate(tags):
        found = _TAG.fullmatch(tag)
        if not found or (found["closes"] and (found["currency"] or found["empty"])):
            return None
        if not found["closes"]:
            element = within[-1].child(found["name"])
            within.append(element)
            opened.append(tag.split()[0].rstrip("/"))
            leaf = True
            if element.begins:
                nodes.append(_Node(element.tag))
            if found["currency"]:
                path = f"{element.path}@Ccy"
                nodes[-1].currencies.setdefault(path, found["currency"])
                nodes[-1].fields.append((path, f'"{found["currency"]}"'))
        if not found["closes"] and not found["empty"]:
            continue
        if len(within) < 2 or (found["closes"] and opened[-1] != tag[1:]):
            return None
        element, _ = within.pop(), opened.pop()
        if element.begins:
            inner = nodes.pop()
            nodes[-1].groups.append(inner)
        elif leaf and not found["empty"]:
            place = 2 * number
            nodes[-1].leaves.append((element.path, place))
            nodes[-1].fields.append((element.path, f"\0{place}\0"))
        leaf = False
    return Form(top) if len(within) == 1 else None
