"""A stage for tests of the terminal application: keys in, the text of the screen out."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from textual.pilot import Pilot

from recon.outputs.told import Teller
from recon.project.workspace import Project
from recon.store.people import acting
from recon.store.store import Store
from recon.tui.app import ReconApp
from recon.tui.screens.breaks import AFTER, BreaksScreen

SIZE = (132, 40)
LONG = 600.0
"""Seconds that no cursor rests: what lies near a break is looked for only where a test goes to it."""
NAMES = {
    "/": "slash", ":": "colon", ">": "greater_than_sign", "<": "less_than_sign", " ": "space", ".": "full_stop",
    ",": "comma", "-": "minus",
}  # fmt: skip


@dataclass
class Desk:
    """The application with somebody at the keys."""

    app: ReconApp
    pilot: Pilot[Any]

    async def press(self, *keys: str) -> None:
        """Press keys one by one, and wait until the screen has settled."""
        await self.pilot.press(*keys)
        await self.settled()

    async def type(self, text: str) -> None:
        """Type a line and enter it."""
        await self.pilot.press(*(NAMES.get(char, char) for char in text), "enter")
        await self.settled()

    async def filter(self, text: str) -> None:
        """Type into the filter line."""
        await self.press("slash")
        await self.type(text)

    async def go_to(self, text: str) -> None:
        """Filter for a break, and wait until what lies near it is found."""
        self.breaks.rest = AFTER
        await self.filter(text)
        await self.found()
        self.breaks.rest = LONG

    async def found(self) -> None:
        """Wait until the candidates of the break under the cursor are there."""
        for _ in range(200):
            if self.breaks.looked is not None:
                return
            await self.pilot.pause(0.05)
        raise AssertionError(f"nothing was found for {self.breaks.here}")

    async def workers(self) -> None:
        """Wait for what is done beside the screen."""
        await self.app.workers.wait_for_complete([one for one in self.app.workers if one.group == "export"])
        await self.settled()

    async def settled(self) -> None:
        """Wait for messages, for what the list waits for, and for deferred calls."""
        await self.pilot.pause()
        for _ in range(3000):
            if not self.breaks.is_listing:
                break
            await self.pilot.pause(0.03)
        for _ in range(2):
            await self.pilot.pause()

    @property
    def breaks(self) -> BreaksScreen:
        """The list of breaks."""
        return next(one for one in self.app.screen_stack if isinstance(one, BreaksScreen))

    @property
    def shown(self) -> int:
        """How many breaks the list shows."""
        return len(self.breaks.page or ())

    @property
    def told(self) -> str:
        """Everything that was told so far. The name is private to the framework: it is used here alone."""
        return "\n".join(one.message for one in self.app._notifications)

    @property
    def text(self) -> str:
        """The screen as text. The compositor's name is private to the framework: it is used here alone."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


class Stage:
    """A project, and whoever sits down at it."""

    def __init__(self, project: Project) -> None:
        self.project, self.store = project, Store.open(project)

    @asynccontextmanager
    async def at_the_keys(self, by: str | None = None, size: tuple[int, int] = SIZE) -> AsyncIterator[Desk]:
        person = acting(self.project.settings, by)
        app = ReconApp(self.project, self.store, person, self.store.run("latest"), Teller())
        async with app.run_test(size=size) as pilot:
            desk = Desk(app, pilot)
            await desk.settled()
            desk.breaks.rest = LONG
            yield desk

    def play(self, scene: Callable[[Desk], Awaitable[None]], by: str | None = None) -> None:
        """Play a scene to its end."""

        async def run() -> None:
            async with self.at_the_keys(by) as desk:
                await scene(desk)

        asyncio.run(run())
