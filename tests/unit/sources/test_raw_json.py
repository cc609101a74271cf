"""The original fields of a row as JSON text."""

import json

import pytest

from recon.sources.reader import raw_json


def test_characters_stay_and_nothing_is_spaced() -> None:
    assert raw_json({"a": "ü\n", "b": ["1", None]}) == '{"a":"ü\\n","b":["1",null]}'
    assert raw_json(["x", "y"]) == '["x","y"]'


def test_no_encoder_is_built_for_each_row(monkeypatch: pytest.MonkeyPatch) -> None:
    def built(*_: object, **__: object) -> None:
        raise AssertionError("an encoder was built")

    monkeypatch.setattr(json.JSONEncoder, "__init__", built)
    assert raw_json({"a": "1"}) == '{"a":"1"}'
