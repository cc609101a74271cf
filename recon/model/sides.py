"""The two sides that a rule set faces with each other."""

from typing import Final, Literal

Side = Literal["left", "right"]
SIDES: Final[tuple[Side, Side]] = ("left", "right")
"""Left first, wherever there is an order."""
