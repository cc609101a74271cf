"""The `breaks:` block: its defaults, its names, and what it refuses."""

import pytest
from pydantic import ValidationError

from recon.breaks.kinds import BOOKS, KIND_WORDS, OPEN_KINDS, BreakKind
from recon.breaks.settings import BreakSettings, missing_in
from recon.project.schema import json_schema


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("bank_ngn", "missing_in_bank"),
        ("GTB_Statement", "missing_in_bank"),
        ("processor_settlement", "missing_in_processor"),
        ("alipay_channel_bills", "missing_in_processor"),
        ("internal_orders", "missing_in_internal"),
    ],
)
def test_a_source_says_by_its_name_what_is_missing_in_it(source: str, kind: str) -> None:
    assert missing_in(source) == kind


def test_names_come_from_the_author_then_from_the_sources_of_the_other_side() -> None:
    own = BreakSettings.model_validate({"right": {"open": "missing_in_bank"}})
    named = own.for_sources("processor_settlement", "bank_ngn bank_usd")
    assert named.open_kind("left") is BreakKind.MISSING_IN_BANK
    assert named.open_kind("right") is BreakKind.MISSING_IN_BANK
    assert BreakSettings().open_kind("left") is BreakKind.MISSING_IN_PROCESSOR
    assert BreakSettings().open_kind("right") is BreakKind.MISSING_IN_INTERNAL


def test_the_bank_is_the_side_where_things_are_missing() -> None:
    settings = BreakSettings().for_sources("processor_settlement", "bank_ngn")
    assert settings.is_bank("right")
    assert not settings.is_bank("left")


@pytest.mark.parametrize(
    "block",
    [
        {"left": {"due": {"days": 1, "business": 1}}},
        {"left": {"due": {"business": 1, "calendar": "XX"}}},
        {"left": {"due": {"days": -1}}},
        {"left": {"open": "residual"}},
        {"kinds": [{"side": "left", "where": "amuont > 0", "kind": "partial"}]},
        {"kinds": [{"side": "left", "where": "amount", "kind": "partial"}]},
        {"kinds": [{"side": "left", "where": "true; drop table scope", "kind": "partial"}]},
        {"kinds": [{"side": "both", "where": "amount > 0", "kind": "partial"}]},
        {"kinds": [{"side": "left", "where": "amount > 0", "kind": "lost"}]},
        {"timing": {}},
    ],
)
def test_what_does_not_hold_water_is_refused(block: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        BreakSettings.model_validate(block)


def test_every_kind_has_words_and_every_book_a_name() -> None:
    assert set(KIND_WORDS) == set(BreakKind)
    assert set(BOOKS) == set(OPEN_KINDS)


def test_editors_get_a_schema() -> None:
    assert "kinds" in json_schema(BreakSettings, "breaks")["properties"]
