"""The steps from what a payee earned to the net amount, in their order; each is signed."""

from typing import Final

STEPS: Final = (
    "earned", "held", "released", "corrected", "adjusted", "waiting", "carried_in", "tax", "reserved", "carried_out",
)  # fmt: skip
