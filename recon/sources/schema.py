"""The JSON Schema of source profiles, for completion and hover text in editors."""

from typing import Any

from recon.errors import Problem, UsageError
from recon.project.schema import json_schema
from recon.project.suggest import did_you_mean
from recon.sources.profile import model_of
from recon.sources.registry import FORMATS, TABLES


def profile_schema(reader: str) -> dict[str, Any]:
    """The schema of profiles for one reader; `csv`, `excel` and `parquet` share theirs.

    Raises:
        UsageError: there is no such reader.
    """
    known = (*TABLES, *FORMATS)
    if reader not in known:
        hint = did_you_mean(reader, known) or f"readers: {', '.join(known)}"
        raise UsageError(Problem("unknown-reader", f"no reader `{reader}`", hint=hint))
    return json_schema(model_of(reader), f"recon source profile ({reader})")
