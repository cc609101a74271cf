"""`make fuzz`: broken files for every reader, for as long as FUZZ_SECONDS says (600 by default).

Atheris guides the changes of bank files by what they reach, where it is installed (`recon[fuzz]`; it has wheels for
some Pythons on Linux only); elsewhere, and for tables, our own seeded mutator makes them. A file that breaks a promise
is kept in `.bench/fuzz`, named by its hash.
"""

import argparse
import hashlib
import importlib
import importlib.util
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from tests.fuzz.mutate import MOST_BYTES, files
from tests.fuzz.targets import BANKS, names, seeds, target

ROOT: Final = Path(__file__).resolve().parents[2]
KEPT: Final = ROOT / ".bench" / "fuzz"
SLOWEST: Final = 20
"""Seconds that a file of at most 64 KiB may take before it counts as a hang."""
MOST_MB: Final = 1_500
"""Resident memory at which a target counts as grown beyond measure."""


def peak_mb() -> int:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _hang(*_: object) -> None:
    raise TimeoutError(f"more than {SLOWEST} seconds for one file")


def own(name: str, seconds: float, seed: int) -> int:
    """Run our own mutator for a time; returns how many files were read. The file of a defect is kept."""
    signal.signal(signal.SIGALRM, _hang)
    ends, count = time.monotonic() + seconds, 0
    with target(name) as once:
        for content in files(seeds(name), seed):
            if time.monotonic() > ends:
                break
            signal.alarm(SLOWEST)
            try:
                once(content)
                if peak_mb() > MOST_MB:
                    raise MemoryError(f"{peak_mb()} MB held")
            except BaseException:
                sys.stderr.write(f"{name}: a defect; the file is {kept(name, content)}\n")
                raise
            finally:
                signal.alarm(0)
            count += 1
    return count


def kept(name: str, content: bytes) -> Path:
    """Where a file is kept."""
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{name}-{hashlib.sha256(content).hexdigest()[:16]}"
    path.write_bytes(content)
    return path


def guided(name: str, seconds: float, seed: int) -> None:
    """Run atheris on a reader of a bank format for a time; it ends the process itself."""
    fuzzer: Any = importlib.import_module("atheris")
    package = f"recon.sources.{name}"
    for module in [module for module in sys.modules if module.startswith(package)]:
        del sys.modules[module]
    with fuzzer.instrument_imports(include=[package]):
        importlib.import_module(package)
    corpus = KEPT / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for content in seeds(name):
        (corpus / hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)
    limits = [f"-max_total_time={int(seconds)}", f"-timeout={SLOWEST}", f"-rss_limit_mb={MOST_MB}"]
    options = [f"-seed={seed + 1}", f"-max_len={MOST_BYTES}", f"-artifact_prefix={KEPT}/{name}-", str(corpus)]
    with target(name) as once:
        fuzzer.Setup(["fuzz", *limits, *options], once)
        fuzzer.Fuzz()


def main(arguments: list[str] | None = None) -> int:
    """Fuzz each target in a process of its own; 1 when one of them broke a promise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("FUZZ_SECONDS", "600")))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", choices=names())
    chosen = parser.parse_args(arguments)
    has_atheris = importlib.util.find_spec("atheris") is not None
    if chosen.target:
        if has_atheris and chosen.target in BANKS:
            guided(chosen.target, chosen.seconds, chosen.seed)
        else:
            sys.stdout.write(
                f"{chosen.target}: {own(chosen.target, chosen.seconds, chosen.seed):,} files, no defect\n"
            )
        return 0
    each = max(1.0, chosen.seconds / len(names()))
    how = "atheris" if has_atheris else "our own mutator"
    sys.stdout.write(f"{how}, {each:.0f} s for each of {len(names())} readers\n")
    sys.stdout.flush()
    failed = []
    for name in names():
        command = [sys.executable, "-m", "tests.fuzz.main", "--target", name, "--seconds", str(each)]
        done = subprocess.run([*command, "--seed", str(chosen.seed)], cwd=ROOT, check=False)
        if done.returncode:
            failed.append(name)
    sys.stdout.write(f"failed: {', '.join(failed)}\n" if failed else "no reader broke a promise\n")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
