"""Words that both `recon.toml` and the command line choose from; apart, because help needs them and no models."""

from typing import Literal

FailOn = Literal["none", "breaks", "aged"]
"""What makes a sound run exit 1: nothing, any break, or only breaks past their due date."""

LogFormat = Literal["auto", "text", "json"]
"""How steps are told on stderr: `auto` is text on a terminal and JSON lines otherwise."""

Priority = Literal["low", "normal", "high", "urgent"]
"""How urgent a break or a case is."""
