"""The expected result follows from the books: nothing counted twice, nothing lost, every part played."""

from collections import Counter

import pytest

from sample_data.dice import Dice
from sample_data.miniapp_settlement.bank import payouts
from sample_data.miniapp_settlement.book import Books
from sample_data.miniapp_settlement.breaks import breaks, payout_status
from sample_data.miniapp_settlement.populations import PLANTED
from sample_data.miniapp_settlement.story import books
from sample_data.miniapp_settlement.truth import BANK_LEG, ORDERS_LEG, truth
from sample_data.miniapp_settlement.world import contracted_fee, half_even, is_bank_day, vat


@pytest.fixture(scope="module")
def told() -> Books:
    return books()


def test_every_planted_part_is_played(told: Books) -> None:
    wanted: Counter[str] = Counter()
    for population in PLANTED:
        wanted[population.name] += population.count
    wanted["twins"] *= 2  # both rows carry the part
    del wanted["missing_in_books"]  # not in the order book, that is the point
    sales = Counter(order.population for order in told.orders if order.population and order.kind == "SALE")
    assert sales == wanted


def test_each_payment_settles_once(told: Books) -> None:
    known = truth(told)
    used = [id(line) for match in known.orders for line in match.lines]
    assert len(used) == len(set(used))
    assert all(match.lines for match in known.orders)


def test_open_items_explain_the_difference_of_the_first_leg(told: Books) -> None:
    known = truth(told)
    found = [item for item in breaks(known) if item.ruleset == ORDERS_LEG]
    for currency in ("NGN", "USD"):
        left = sum(order.gross for order in told.orders if order.currency == currency and not order.late)
        right = sum(line.gross for line in told.lines if line.currency == currency)
        unpaid = sum(order.gross for order in known.unpaid if order.currency == currency)
        signs = {"left": 1, "right": -1}
        opened = sum(signs[b.side] * b.amount for b in found if b.currency == currency and b.side in signs)
        rounding = sum(b.amount for b in found if b.currency == currency and b.kind == "rounding")
        assert left - right == unpaid + opened + rounding


def test_open_items_explain_the_difference_of_the_second_leg(told: Books) -> None:
    known = truth(told)
    found = [item for item in breaks(known) if item.ruleset == BANK_LEG]
    for currency in ("NGN", "USD"):
        left = sum(line.net for line in told.lines if line.currency == currency)
        seen = [move for move in told.movements if move.currency == currency and move.printed]
        swept = sum(move.amount for move in seen if move.population == "sweep")
        signs = {"left": 1, "right": -1, "": 1}
        explained = sum(signs[item.side] * item.amount for item in found if item.currency == currency)
        assert left - sum(move.amount for move in seen) == explained - swept


def test_late_file_resolves_its_orders_and_nothing_else(told: Books) -> None:
    before = Counter(breaks(truth(told)))
    after = Counter(breaks(truth(told, with_late_file=True)))
    assert not after - before
    assert {item.population for item in (before - after)} == {"late_file"}
    assert (before - after).total() == 6


def test_payouts_are_paid_on_bank_days_after_their_business_dates(told: Books) -> None:
    for lines in payouts(told.lines).values():
        assert len({line.currency for line in lines}) == 1
        assert is_bank_day(lines[0].payout_date)
        assert all(line.business_date < line.payout_date == lines[0].payout_date for line in lines)
        assert all(
            not is_bank_day(line.business_date)
            for line in lines
            if (line.payout_date - line.business_date).days > 3
        )


def test_payout_states(told: Books) -> None:
    assert Counter(payout_status(truth(told)).values()) == {
        "settled": 41,
        "in_transit": 2,
        "missing_in_bank": 1,
    }


def test_fees_follow_the_contract_except_where_the_story_says(told: Books) -> None:
    for match in truth(told).orders:
        planted = match.order.population in {"fee_above_cap", "fee_wrong_rate", "fee_flat_waived"}
        assert bool(match.fee_variance) == planted


@pytest.mark.parametrize(
    ("numerator", "denominator", "wanted"), [(5, 2, 2), (7, 2, 4), (-5, 2, -2), (8, 3, 3), (7, 3, 2), (0, 7, 0)]
)
def test_half_even(numerator: int, denominator: int, wanted: int) -> None:
    assert half_even(numerator, denominator) == wanted


@pytest.mark.parametrize(
    ("gross", "currency", "wanted"),
    [
        (249_999, "NGN", 3_750),
        (250_000, "NGN", 13_750),
        (12_666_600, "NGN", 199_999),
        (28_500_000, "NGN", 200_000),
        (999, "USD", 39),
    ],
)
def test_contracted_fee(gross: int, currency: str, wanted: int) -> None:
    assert contracted_fee(gross, currency) == wanted
    assert vat(10_000) == 750


def test_dice_are_fair_enough_and_repeat() -> None:
    first, second = Dice("seed"), Dice("seed")
    assert [first.between(1, 6) for _ in range(50)] == [second.between(1, 6) for _ in range(50)]
    assert {first.weighted((("a", 1), ("b", 3))) for _ in range(50)} == {"a", "b"}
    assert first.take("abcdef", 6) == list("abcdef")
    with pytest.raises(ValueError, match="positive"):
        first.weighted(())
