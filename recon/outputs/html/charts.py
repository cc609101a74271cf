"""Charts as SVG within a page: bars and columns in the colours of the workbook, with a text for who cannot see them.

A chart repeats what the table beside it says. Lengths are hundredths of a pixel, cut, so that no float is involved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from recon.outputs.palette import NAVY

RULE = "#D5DCE4"
_WIDTH, _LABEL, _ROW = 720, 250, 22


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a label, how much of a whole it fills, and the words at its end."""

    label: str
    part: Decimal
    whole: Decimal
    words: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a label below it, and the heights of its parts from the bottom up."""

    label: str
    parts: tuple[int, ...]


def share_bars(bars: Sequence[Bar], title: str) -> Markup:
    """Horizontal bars, each a share of its own whole."""
    height = _ROW * len(bars) + 6
    room = _WIDTH - _LABEL - 90
    parts = []
    for at, bar in enumerate(bars):
        y = at * _ROW
        filled = int(Decimal(room * 100) * bar.part / bar.whole) if bar.whole else 0
        parts.append(
            Markup(
                '<text x="{label}" y="{text}" text-anchor="end">{name}</text>'
                '<rect x="{start}" y="{top}" width="{room}" height="12" fill="{rule}"/>'
                '<rect x="{start}" y="{top}" width="{filled}" height="12" fill="{colour}"/>'
                '<text x="{end}" y="{text}">{words}</text>'
            ).format(
                label=_LABEL - 8, text=y + 14, name=_short(bar.label), start=_LABEL, top=y + 4, room=room, rule=RULE,
                filled=_pixels(filled), colour=NAVY, end=_LABEL + room + 8, words=bar.words,
            )
        )  # fmt: skip
    return _svg(height, title, parts)


def columns(found: Sequence[Column], names: Sequence[str], colours: Sequence[str], title: str) -> Markup:
    """Columns of stacked parts, with the number over each and a legend of the parts below."""
    most = max((sum(one.parts) for one in found), default=0) or 1
    height, base, room = 230, 170, 140
    step = (_WIDTH - 20) // max(len(found), 1)
    parts = [
        Markup('<line x1="10" y1="{y}" x2="{x}" y2="{y}" stroke="{c}"/>').format(y=base, x=_WIDTH - 10, c=RULE)
    ]
    for at, one in enumerate(found):
        x, top = 10 + at * step, base * 100
        for part, colour in zip(one.parts, colours, strict=True):
            tall = part * room * 100 // most
            top -= tall
            if part:
                parts.append(
                    Markup('<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{c}"/>').format(
                        x=x + step // 6, y=_pixels(top), w=step * 2 // 3, h=_pixels(tall), c=colour
                    )
                )
        middle = x + step // 2
        parts.append(_centred(middle, top // 100 - 4, f"{sum(one.parts):,}"))
        parts.append(_centred(middle, base + 16, _short(one.label, max(6, step // 7))))
    for at, (name, colour) in enumerate(zip(names, colours, strict=True)):
        x = 10 + at * (_WIDTH - 20) // max(len(names), 1)
        parts.append(
            Markup(
                '<rect x="{x}" y="205" width="10" height="10" fill="{c}"/><text x="{t}" y="214">{n}</text>'
            ).format(x=x, c=colour, t=x + 14, n=name)
        )
    return _svg(height, title, parts)


def _centred(x: int, y: int, words: str) -> Markup:
    return Markup('<text x="{x}" y="{y}" text-anchor="middle">{w}</text>').format(x=x, y=y, w=words)


def _svg(height: int, title: str, parts: Sequence[Markup]) -> Markup:
    head = Markup('<svg viewBox="0 0 {w} {h}" role="img" aria-label="{t}"><title>{t}</title>').format(
        w=_WIDTH, h=height, t=title
    )
    return head + Markup("").join(parts) + Markup("</svg>")


def _short(text: str, most: int = 38) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _pixels(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02}"
