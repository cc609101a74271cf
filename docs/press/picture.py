"""Draw docs/pictures/run.svg: what `recon run` shows of the sample story, on a light terminal of 100 columns."""

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from docs.press.stage import ROOT, perform, set_up

PICTURE = ROOT / "docs" / "pictures" / "run.svg"
COMMAND = ["run", "--period", "2026-10", "--fail-on", "none"]
WIDTH = 100
PAPER = TerminalTheme(
    (250, 250, 247), (38, 42, 48),
    [(38, 42, 48), (178, 40, 40), (36, 120, 66), (150, 100, 0), (30, 90, 160), (120, 60, 140), (0, 115, 125),
     (120, 124, 130)],
    [(95, 99, 105), (178, 40, 40), (36, 120, 66), (150, 100, 0), (30, 90, 160), (120, 60, 140), (0, 115, 125),
     (38, 42, 48)],
)  # fmt: skip
"""Ink on paper: every colour readable on the background."""
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def drawn(coloured: str) -> str:
    """The output of the command as SVG, with the fonts of whoever looks at it."""
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    for line in coloured.splitlines():
        text = Text.from_ansi(line)
        text.rstrip()
        console.print(text, highlight=False, soft_wrap=False)
    svg = console.export_svg(title=f"recon {' '.join(COMMAND)}", theme=PAPER, unique_id="run")
    svg = _FONTS.sub("", svg).replace("Fira Code, monospace", "ui-monospace, Menlo, Consolas, monospace")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def main() -> None:
    """Run the sample story in a temporary folder and draw what it shows."""
    with tempfile.TemporaryDirectory() as folder:
        shown = perform(set_up(Path(folder)), COMMAND, WIDTH)
    if shown.status:
        raise SystemExit(shown.stderr)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(drawn(shown.coloured), encoding="utf-8")
    print(PICTURE.relative_to(ROOT))  # noqa: T201  (a script says what it wrote)


if __name__ == "__main__":
    main()
