"""The exported JSON Schema: Draft 7, and no stricter than recon about text."""

from decimal import Decimal
from typing import Annotated, Any, Literal

import jsonschema
import pytest
from pydantic import Field

from recon.project.models import ConfigModel
from recon.project.schema import json_schema
from recon.project.settings import Settings, UserSettings


class Leaf(ConfigModel, use_attribute_docstrings=True):
    kind: Literal["leaf"]
    code: str
    """An identifier."""
    rate: Decimal = Decimal("0.5")


class Branch(ConfigModel, use_attribute_docstrings=True):
    kind: Literal["branch"]
    parts: tuple["Leaf | Branch", ...] = ()
    pair: tuple[int, str] = (1, "a")


class Tree(ConfigModel, use_attribute_docstrings=True):
    """A tree."""

    root: Annotated[Leaf | Branch, Field(discriminator="kind")]
    """Where it begins."""
    spare: Leaf | None = None
    """Another one."""
    rates: dict[str, Decimal] = Field(default_factory=dict)


def errors(document: object) -> list[str]:
    validator = jsonschema.Draft7Validator(json_schema(Tree, "tree"))
    return [str(error.validator) for error in validator.iter_errors(document)]


@pytest.mark.parametrize("model", [Settings, UserSettings, Tree, Leaf, Branch])
def test_schemas_are_draft_7(model: type[ConfigModel]) -> None:
    schema = json_schema(model, "a title")
    jsonschema.Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["title"] == "a title"


def test_nothing_stands_beside_a_reference() -> None:
    def references(part: Any) -> list[dict[str, Any]]:
        if isinstance(part, dict):
            own = [part] if "$ref" in part else []
            return own + [found for below in part.values() for found in references(below)]
        return [found for below in part for found in references(below)] if isinstance(part, list) else []

    found = references(json_schema(Tree, "tree"))
    assert found
    assert all(set(part) == {"$ref"} for part in found)
    targets = json_schema(Tree, "tree")["definitions"]
    assert {part["$ref"].removeprefix("#/definitions/") for part in found} <= set(targets)


@pytest.mark.parametrize("as_an_editor_reads_it", ["A1", 12345, 0.1, True])
def test_text_may_look_like_anything(as_an_editor_reads_it: object) -> None:
    assert errors({"root": {"kind": "leaf", "code": as_an_editor_reads_it}}) == []


@pytest.mark.parametrize(
    ("rate", "fits"), [(0.1, True), ("0.10", True), (3, True), ("a tenth", False), ([], False)]
)
def test_decimals_are_numbers_or_text_that_is_one(rate: object, fits: bool) -> None:
    assert (errors({"root": {"kind": "leaf", "code": "a"}, "rates": {"NGN": rate}}) == []) is fits


def test_a_misspelt_setting_is_underlined() -> None:
    assert errors({"root": {"kind": "leaf", "code": "a"}, "spair": 1}) == ["additionalProperties"]


def test_hover_text_is_the_description() -> None:
    schema = json_schema(Tree, "tree")
    assert schema["properties"]["root"]["description"] == "Where it begins."
    assert schema["definitions"]["Leaf"]["properties"]["code"]["description"] == "An identifier."


@pytest.mark.parametrize("model", [Settings, UserSettings])
def test_every_setting_is_described(model: type[ConfigModel]) -> None:
    schema = json_schema(model, "settings")
    definitions = schema["definitions"]
    for part in [schema, *definitions.values()]:
        for name, setting in part["properties"].items():
            table = definitions[setting["allOf"][0]["$ref"].rpartition("/")[2]] if "allOf" in setting else {}
            assert setting.get("description") or table.get("description"), name
