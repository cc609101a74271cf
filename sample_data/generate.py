"""Writes the files of every story, or checks that they are what the generator writes.

`python -m sample_data.generate` writes, `python -m sample_data.generate --check` compares and exits 1 when a
file is missing, differs, or was left behind.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from sample_data.agent_network import story as agent_network
from sample_data.channel_ops import story as channel_ops
from sample_data.miniapp_settlement import story as miniapp_settlement
from sample_data.month_end import story as month_end
from sample_data.partner_programme import story as partner_programme
from sample_data.reseller_topup import story as reseller_topup

HERE = Path(__file__).parent
STORIES: dict[str, Callable[[], dict[str, bytes]]] = {
    "miniapp_settlement": miniapp_settlement.files,
    "agent_network": agent_network.files,
    "partner_programme": partner_programme.files,
    "reseller_topup": reseller_topup.files,
    "channel_ops": channel_ops.files,
    "month_end": month_end.files,
}
PARTNERS = ("facts", "adjustments", "registry")
WRITTEN = ("data", "late", "later", "expected", *(f"configs/partners/{name}" for name in PARTNERS))
"""Folders of a story that the generator owns."""


def differences(folder: Path, files: dict[str, bytes]) -> list[str]:
    """What is wrong with the written folders of a story, one line each; empty when nothing is."""
    present = {
        path.relative_to(folder).as_posix()
        for name in WRITTEN
        for path in (folder / name).rglob("*")
        if path.is_file()
    }
    wrong = [f"{path}: missing" for path in sorted(files.keys() - present)]
    wrong += [f"{path}: not written by the generator" for path in sorted(present - files.keys())]
    wrong += [
        f"{path}: differs"
        for path in sorted(files.keys() & present)
        if (folder / path).read_bytes() != files[path]
    ]
    return wrong


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files of a story into its folder."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def main(arguments: list[str] | None = None) -> int:
    """Write or check all stories; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the files at hand, write nothing")
    check = parser.parse_args(arguments).check
    wrong = []
    for name, tell in STORIES.items():
        files = tell()
        if not check:
            write(HERE / name, files)
        found = differences(HERE / name, files)
        wrong += [f"{name}/{line}" for line in found]
        print(f"{name}: {len(files)} files, {len(found)} differences")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
