"""What each plan of the network pays on some sales: one function per plan, in plain arithmetic."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from sample_data.agent_network.book import Sale
from sample_data.agent_network.world import GOALS, STARS, TARGET_BONUS, holder, owner, people
from sample_data.payday import cents, marginal

BILLS = {"power": Fraction(30, 10_000), "tv": Fraction(1, 100)}
OVERRIDES = (
    ("aggregator", Fraction(6, 100)), ("coordinator", Fraction(25, 1000)), ("regional_manager", Fraction(1, 100)),
    ("zonal_manager", Fraction(5, 1000)),
)  # fmt: skip
CAP, BUDGET = 600_000, 300_000


def agent_commission(sales: Sequence[Sale]) -> dict[str, int]:
    """Withdrawals at 0.40% up to 80 each, transfers by count, bills by biller; at most 6,000 a month."""
    earned: dict[str, Fraction] = {}
    transfers: dict[str, int] = {}
    for sale in sales:
        who = owner(sale.terminal, sale.day)
        amount = Fraction(0)
        if sale.product == "withdrawal":
            size = min(abs(sale.value) * Fraction(4, 1000), Fraction(8_000))
            amount = size if sale.value > 0 else -size
        elif sale.product == "transfer":
            transfers[who] = transfers.get(who, 0) + 1
        else:
            amount = sale.value * BILLS.get(sale.biller, Fraction(5, 1000))
        earned[who] = earned.get(who, Fraction(0)) + amount
    for who, count in transfers.items():
        earned[who] += marginal(Fraction(count), [(40, Fraction(800)), (None, Fraction(1_000))])
    return {who: cents(min(amount, Fraction(CAP))) for who, amount in earned.items()}


def network_overrides(sales: Sequence[Sale]) -> dict[str, int]:
    """Each level's percent of the fees of an agent's customers, by who held it on the day; rounded agent by agent.

    The share of a post that nobody holds goes to the next level up.
    """
    above = people()
    shares: dict[tuple[str, str], Fraction] = {}
    for sale in sales:
        agent = owner(sale.terminal, sale.day)
        for position, (_, percent) in enumerate(OVERRIDES):
            holders = (holder(above[level], agent, sale.day) for level, _ in OVERRIDES[position:])
            who = next(one for one in holders if one is not None)
            shares[agent, who] = shares.get((agent, who), Fraction(0)) + sale.fee * percent
    earned: dict[str, int] = {}
    for (_, who), amount in shares.items():
        earned[who] = earned.get(who, 0) + cents(amount)
    return earned


def power_campaign(sales: Sequence[Sale], used: int = 0) -> dict[str, int]:
    """25 for each electricity bill, agents in the order of their first one, until the budget is used up."""
    claims: dict[str, int] = {}
    for sale in sorted(sales, key=lambda one: one.at):
        if sale.biller == "power" and sale.kind == "SALE":
            who = owner(sale.terminal, sale.day)
            claims[who] = claims.get(who, 0) + 2_500
    left = BUDGET - used
    paid = {}
    for who, claim in claims.items():
        paid[who] = min(claim, left)
        left -= paid[who]
    return paid


def coordinator_scorecard(month: int) -> dict[str, int]:
    """40% contact coverage (60 to 110), 35% active terminals (to 120), 25% issues (50 to 100), of the target."""
    rules = {
        "contact_coverage": (40, 60, 110),
        "active_terminals": (35, 0, 120),
        "issues_resolved": (25, 50, 100),
    }
    earned = {}
    for who, months in GOALS.items():
        points = Fraction(0)
        for goal, (weight, least, most) in rules.items():
            attained = months[month][goal]
            points += weight * (min(attained, most) if attained >= least else 0)
        earned[who] = cents(TARGET_BONUS * points / 10_000)
    return earned


def aggregator_stars(month: int) -> dict[str, int]:
    """The month's volume at the rate of the stars that the month began with; one miss in a row is forgiven."""
    rates = (Fraction(0), Fraction(1, 10_000), Fraction(2, 10_000))
    earned = {}
    for who, figures in STARS.items():
        held, missed = _stars(figures[0]), 0
        for reviewed in figures[1 : month + 1]:
            reached = _stars(reviewed)
            missed = missed + 1 if reached < held else 0
            if reached > held:
                held = reached
            elif missed > 1:
                held, missed = held - 1, 0
        earned[who] = cents(figures[month + 1][1] * rates[held])
    return earned


def _stars(figures: tuple[int, int]) -> int:
    terminals, volume = figures
    return (
        2 if terminals >= 6 and volume >= 250_000_000 else 1 if terminals >= 5 and volume >= 150_000_000 else 0
    )


def least(amounts: Mapping[str, int]) -> dict[str, int]:
    """Only what is not zero."""
    return {who: amount for who, amount in amounts.items() if amount}
