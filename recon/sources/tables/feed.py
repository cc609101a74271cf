"""Physical lines on demand: a block at a time, or one by one where a row may run over several lines."""

from collections.abc import Iterator


class Feed:
    """Lines of a file in order. `number` is that of the last line handed out."""

    def __init__(self, blocks: Iterator[list[str]]) -> None:
        self._blocks = blocks
        self._waiting: list[list[str]] = []
        self.number = 0

    def take(self, count: int) -> list[str]:
        """The first lines, to look at; `back` says how many of them are used up."""
        lines: list[str] = []
        while len(lines) < count and (block := next(self._blocks, None)) is not None:
            lines += block
        self._waiting = [lines]
        return lines[:count]

    def back(self, used: int) -> None:
        """All lines looked at go back but the first `used`."""
        self._waiting = [self._waiting[0][used:]]
        self.number = used

    def blocks(self) -> Iterator[tuple[int, list[str]]]:
        """The remaining lines in blocks, each with the number of its first line."""
        while block := self._next():
            self.number += len(block)
            yield self.number - len(block) + 1, block

    def line(self) -> str | None:
        """The next line alone, or None at the end."""
        block = self._next()
        if not block:
            return None
        self.number += 1
        if len(block) > 1:
            self._waiting.insert(0, block[1:])
        return block[0]

    def _next(self) -> list[str]:
        while self._waiting:
            if block := self._waiting.pop(0):
                return block
        return next(self._blocks, [])
