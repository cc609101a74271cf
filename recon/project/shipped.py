"""The configuration that comes with the program."""

from pathlib import Path

from recon.errors import Problem, UsageError


def shipped_configs() -> Path:
    """The folder of it: inside the package when installed, beside the package in a checkout.

    Raises:
        UsageError: if the installation is incomplete.
    """
    package = Path(__file__).parent.parent
    for candidate in (package / "shipped" / "configs", package.parent / "configs"):
        if candidate.is_dir():
            return candidate
    hint = "install recon again"
    raise UsageError(Problem("no-shipped-configuration", "the shipped configuration is missing", hint=hint))
