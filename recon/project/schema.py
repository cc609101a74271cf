"""JSON Schema of configuration models, for completion, hover text and checks in editors.

Editors check Draft 7, so that schemas keep to it. They read a file with YAML's own types where recon reads
text: whatever recon takes as text an editor may take for a number or a truth value, and must not underline.
"""

from typing import Any, Final

from pydantic import BaseModel

DRAFT_7: Final = "http://json-schema.org/draft-07/schema#"
_TEXT_AS_EDITORS_SEE_IT: Final = ["string", "number", "boolean"]
_DECIMAL: Final = r"^[+-]?(0|[1-9][0-9]*)?(\.[0-9]+)?$"


def json_schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    """The schema of files that hold `model`, named `title`; a plain dict ready for `json.dumps`."""
    schema = model.model_json_schema(ref_template="#/definitions/{model}")
    definitions = schema.pop("$defs", {})
    body: dict[str, Any] = _for_editors(schema) | {"title": title}
    if definitions:
        body["definitions"] = {name: _for_editors(definitions[name]) for name in sorted(definitions)}
    return {"$schema": DRAFT_7} | body


def _for_editors(part: Any) -> Any:  # noqa: ANN401  (a schema is nested dicts, lists and values)
    """A schema, or a part of one, in Draft 7 and with text as editors see it."""
    if isinstance(part, list):
        return [_for_editors(item) for item in part]
    if not isinstance(part, dict):
        return part
    schema = {name: below for name, below in part.items() if name not in {"discriminator", "properties"}}
    result = {
        name: below if name in {"default", "enum", "const"} else _for_editors(below)
        for name, below in schema.items()
    }
    if "properties" in part:
        result["properties"] = {name: _setting(below) for name, below in part["properties"].items()}
    if "prefixItems" in result:
        result["items"] = result.pop("prefixItems")
    if result.get("type") == "string" and not {"const", "enum", "format"} & result.keys():
        result["type"] = _TEXT_AS_EDITORS_SEE_IT
    if "$ref" in result and len(result) > 1:  # beside a reference Draft 7 ignores everything else
        result["allOf"] = [{"$ref": result.pop("$ref")}]
    return _decimal(result)


def _setting(schema: Any) -> Any:  # noqa: ANN401  (a schema may also be true or false)
    """The schema of one setting; the titles pydantic invents say less than the setting's name."""
    if isinstance(schema, dict):
        schema = {name: below for name, below in schema.items() if name != "title"}
    return _for_editors(schema)


def _decimal(schema: dict[str, Any]) -> dict[str, Any]:
    """Decimals as a number or as text that is one."""
    branches = schema.get("anyOf", [])
    if {"type": _TEXT_AS_EDITORS_SEE_IT} in branches and any(
        branch.get("type") == "number" for branch in branches
    ):
        decimal = {"type": "string", "pattern": _DECIMAL}
        schema["anyOf"] = [
            decimal if branch == {"type": _TEXT_AS_EDITORS_SEE_IT} else branch for branch in branches
        ]
    return schema
