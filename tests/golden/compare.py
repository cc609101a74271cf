"""Golden files: what a rendering looked like when it was last reviewed. `make golden` rewrites them."""

import os
from pathlib import Path

FOLDER = Path(__file__).parent


def same_as_golden(name: str, text: str) -> None:
    """Compare the text with the golden file, or write the file when RECON_GOLDEN is `write`."""
    path = FOLDER / name
    if os.environ.get("RECON_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return
    assert path.is_file(), f"no golden file {name}; `make golden` writes it, review it before committing"
    assert text == path.read_text(encoding="utf-8"), f"{name} differs; `make golden` if that is meant"
