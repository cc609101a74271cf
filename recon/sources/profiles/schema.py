"""The JSON Schema of source profiles, for completion and hover text in editors."""

from typing import Any

from recon.errors import Problem, UsageError
from recon.project.schema import json_schema
from recon.project.suggest import did_you_mean
from recon.sources.profiles.profile import model_of
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
    return _may_extend(json_schema(model_of(reader), f"recon source profile ({reader})"))


def _may_extend(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema for profiles that may leave to a shipped one what they do not say.

    What must be given is asked of profiles that extend none; below sections that are merged it is left to the
    program, which sees both.
    """
    required = schema.pop("required", [])
    for name in ("Money", "Dates", "Words"):
        schema.get("definitions", schema.get("$defs", {})).get(name, {}).pop("required", None)
    return {**schema, "if": {"required": ["extends"]}, "else": {"required": required}}
