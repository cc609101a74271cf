"""`make fuzz`: broken files for every reader, for as long as FUZZ_SECONDS says (600 by default).

Atheris guides the changes by what they reach, where it is installed (it has wheels for some Pythons on Linux only);
elsewhere our own seeded mutator makes them. Each reader is tried in a process of its own. A file that breaks a promise
is kept in `.bench/fuzz`, named by its hash.
"""

import argparse
import hashlib
import importlib
import importlib.util
import multiprocessing
import os
import resource
import signal
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.fuzz.mutate import MOST_BYTES, files
from tests.fuzz.targets import names, seeds, target

ROOT: Final = Path(__file__).resolve().parents[2]
KEPT: Final = ROOT / ".bench" / "fuzz"
SLOWEST: Final = 20
"""Seconds that a file of at most 64 KiB may take before it counts as a hang."""
MOST_MB: Final = 1_500
"""Resident memory at which a target counts as grown beyond measure."""


def has_atheris() -> bool:
    """Whether changes can be guided by what they reach."""
    return importlib.util.find_spec("atheris") is not None


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


def counted() -> Any:
    """The targets, with the branches of all readers counted by atheris."""
    fuzzer: Any = importlib.import_module("atheris")
    for module in [module for module in sys.modules if module.startswith(("recon.sources", "tests."))]:
        del sys.modules[module]
    with fuzzer.instrument_imports(include=["recon.sources"]):
        return importlib.import_module("tests.fuzz.targets")


def guided(targets: Any, name: str, chosen: argparse.Namespace) -> None:
    """Run atheris on a reader for a time, or for a number of files; it ends the process itself."""
    fuzzer: Any = importlib.import_module("atheris")
    KEPT.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as corpus, targets.target(name) as once:
        for content in seeds(name):
            Path(corpus, hashlib.sha256(content).hexdigest()[:16]).write_bytes(content)
        limits = [f"-max_total_time={int(chosen.seconds)}", f"-runs={chosen.runs}", f"-timeout={SLOWEST}"]
        limits += [f"-rss_limit_mb={MOST_MB}", f"-seed={chosen.seed + 1}", f"-max_len={MOST_BYTES}"]
        fuzzer.Setup(["fuzz", *limits, "-verbosity=0", f"-artifact_prefix={KEPT}/{name}-", corpus], once)
        fuzzer.Fuzz()


def unguided(name: str, chosen: argparse.Namespace) -> None:
    """Run our own mutator on a reader and say how many files it read."""
    sys.stdout.write(f"{name}: {own(name, chosen.seconds, chosen.seed):,} files, no defect\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Fuzz each target in a process of its own; 1 when one of them broke a promise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, help="for each reader")
    parser.add_argument("--runs", type=int, default=-1, help="at most so many files, where atheris makes them")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", choices=names(), action="append")
    chosen = parser.parse_args(arguments)
    wanted = chosen.target or names()
    chosen.seconds = chosen.seconds or max(1.0, float(os.environ.get("FUZZ_SECONDS", "600")) / len(wanted))
    targets = counted() if has_atheris() else None
    how = "atheris" if targets else "our own mutator"
    sys.stdout.write(f"{how}, at most {chosen.seconds:.0f} s for each of {len(wanted)} readers\n")
    sys.stdout.flush()
    processes, failed = multiprocessing.get_context("fork"), []
    for name in wanted:
        told = (guided, (targets, name, chosen)) if targets else (unguided, (name, chosen))
        process = processes.Process(target=told[0], args=told[1])
        process.start()
        process.join()
        if process.exitcode:
            failed.append(name)
    sys.stdout.write(f"failed: {', '.join(failed)}\n" if failed else "no reader broke a promise\n")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
