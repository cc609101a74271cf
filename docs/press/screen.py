"""Draw docs/pictures/ui.svg: the terminal application over the sample story, a break under the cursor."""

import asyncio
import re
import tempfile
from pathlib import Path
from typing import Final

from docs.press.picture import COMMAND
from docs.press.stage import ROOT, perform, set_up
from recon.outputs.told import Teller
from recon.project.workspace import open_project
from recon.store.people import Person
from recon.store.store import Store
from recon.tui.app import ReconApp
from recon.tui.screens.breaks import BreaksScreen

PICTURE: Final = ROOT / "docs" / "pictures" / "ui.svg"
SIZE: Final = (132, 38)
FILTER: Final = "kind:fee"
_FONTS: Final = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


async def drawn(app: ReconApp) -> str:
    """The screen as SVG once the candidates of the first fee break are there."""
    async with app.run_test(size=SIZE) as pilot:
        screen = app.screen
        if not isinstance(screen, BreaksScreen):
            raise TypeError("the application opens on the list of breaks")
        screen.text = FILTER
        screen.show_list()
        while screen.looked is None:
            await pilot.pause(0.1)
        await pilot.pause(0.2)
        return app.export_screenshot(title="recon ui")


def main() -> None:
    """Run the sample story in a temporary folder and draw the application over it."""
    with tempfile.TemporaryDirectory() as folder:
        project = set_up(Path(folder))
        shown = perform(project, COMMAND)
        if shown.status:
            raise SystemExit(shown.stderr)
        opened = open_project(project)
        store = Store.open(opened)
        app = ReconApp(opened, store, Person("ada", "ada"), store.run("latest"), Teller())
        svg = _FONTS.sub("", asyncio.run(drawn(app)))
    svg = re.sub(r"terminal-\d+", "terminal", svg).replace(
        "Fira Code", "ui-monospace, Menlo, Consolas, monospace"
    )
    PICTURE.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n", encoding="utf-8")
    print(PICTURE.relative_to(ROOT))  # noqa: T201  (a script says what it wrote)


if __name__ == "__main__":
    main()
