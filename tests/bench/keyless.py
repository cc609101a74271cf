"""Batches that no key holds together: the takings of shops, and what was deposited of them at the bank.

A deposit is a whole day of a terminal, a stretch of such a day in the order of time, or a handful of the takings of a
small agent, who keeps the others. Nothing names the takings in a deposit. One deposit in ten of shops does not even
say whose it is.
"""

from typing import Final

import duckdb

from tests.bench.facts import FIRST_DAY, SALE_DAYS, kind_case

TAKINGS, DEPOSITS, RULESET = "bench_takings", "bench_deposits", "takings_vs_deposits"
ONE_IN: Final = 100
"""There is one of the takings for so many orders."""
PER_TERMINAL_DAY: Final = 60
PER_AGENT_DAY: Final = 5
HANDFUL: Final = (2, 4)
"""Takings in the deposit of a small agent, at least and at most."""
DEPOSIT_KINDS: Final[tuple[tuple[str, int], ...]] = (("missing", 200), ("short", 100))
"""Kinds of deposit that are not plain, and how many there are in ten thousand."""


def tell_keyless(connection: duckdb.DuckDBPyConnection, size: int) -> None:
    """Make the tables `takings` and `deposits`; the macros and days of `facts` must be there."""
    takings = max(size // ONE_IN, 200)
    _takings(connection, takings)
    _batches(connection)
    _deposits(connection)


def _takings(connection: duckdb.DuckDBPyConnection, count: int) -> None:
    """Four in five are of shops with three terminals each, the others of small agents."""
    shops = max(count * 4 // 5 // (SALE_DAYS * PER_TERMINAL_DAY * 3), 1)
    agents = max(count // 5 // (SALE_DAYS * PER_AGENT_DAY), 1)
    connection.execute(
        f"""
        CREATE TABLE bare_takings AS
        SELECT j, draw(j, 'agent', 5) = 0 AS small,
            CASE WHEN draw(j, 'agent', 5) = 0 THEN 'AGENT ' || printf('%05d', draw(j, 'who', {agents}))
                 ELSE 'SHOP ' || printf('%05d', draw(j, 'who', {shops})) END AS owner,
            CASE WHEN draw(j, 'agent', 5) = 0 THEN 'A' ELSE 'T' || CAST(draw(j, 'till', 3) AS VARCHAR) END AS terminal,
            DATE '{FIRST_DAY}' + CAST(draw(j, 'taken', {SALE_DAYS}) AS INTEGER) AS day,
            25200 + draw(j, 'second of day', 50400) AS second,
            CASE WHEN draw(j, 'round takings', 5) = 0 THEN 5000 * (1 + draw(j, 'price of takings', 60))
                 ELSE 2000 + draw(j, 'taken in', 900000) END AS amount
        FROM range({count}) takings(j)
        """
    )


def _batches(connection: duckdb.DuckDBPyConnection) -> None:
    """Which deposit each of the takings is in; null when it was kept."""
    low, high = HANDFUL
    connection.execute(
        f"""
        CREATE TABLE takings AS
        WITH ordered AS (
            SELECT *, owner || '/' || terminal || '/' || strftime(day, '%m%d') AS pile,
                row_number() OVER (PARTITION BY owner, terminal, day ORDER BY second, j) - 1 AS place,
                row_number() OVER (PARTITION BY owner, terminal, day ORDER BY hash(j, 'handful'), j) - 1 AS pick,
                count(*) OVER (PARTITION BY owner, terminal, day) AS piled
            FROM bare_takings
        ), cut AS (
            SELECT *, CASE WHEN small THEN 'handful' WHEN draw(pile, 'run', 10) < 6 THEN 'day' ELSE 'run' END AS form,
                2 + draw(pile, 'stretches', 3) AS stretches
            FROM ordered
        )
        SELECT * EXCLUDE (place, pick, piled, stretches),
            CASE form WHEN 'day' THEN pile
                WHEN 'run' THEN pile || '/' || CAST(place * stretches // piled AS VARCHAR)
                ELSE CASE WHEN pick < {low} + draw(pile, 'how many', {high - low + 1}) THEN pile END END AS batch
        FROM cut
        """
    )


def _deposits(connection: duckdb.DuckDBPyConnection) -> None:
    """What the bank shows, one to three business days later."""
    kind = kind_case("draw(batch, 'deposit', 10000)", DEPOSIT_KINDS, "plain")
    connection.execute(
        f"""
        CREATE TABLE batches AS
        SELECT batch, min(form) AS form, min(owner) AS owner, min(day) AS taken, sum(amount) AS amount,
            count(*) AS takings, {kind} AS kind, row_number() OVER (ORDER BY batch) AS thing
        FROM takings WHERE batch IS NOT NULL GROUP BY batch;
        CREATE TABLE deposits AS
        SELECT batch, thing, 'payout_' || form AS kind, d.later AS day,
            amount - CASE kind WHEN 'short' THEN 1500 ELSE 0 END AS amount,
            CASE WHEN form = 'handful' OR draw(batch, 'named', 10) > 0 THEN owner END AS owner, kind = 'short' AS short
        FROM batches JOIN days d ON d.day = batches.taken AND d.shift = 1 + draw(batch, 'deposit day', 2)
        WHERE kind <> 'missing' AND takings > 1
        UNION ALL
        SELECT 'other ' || batch, NULL, 'not_a_deposit', taken, 100000 + draw(batch, 'other', 9000000), owner, false
        FROM batches WHERE draw(batch, 'stray', 100) = 0
        """
    )


def takings_entry(money: str) -> dict[str, str]:
    """The columns of an entry of the takings; `money` is a template of an amount in minor units."""
    return {
        "entry_id": takings_id(),
        "line_no": "j",
        "account": "'TILL'",
        "booking_date": "day",
        "business_date": "day",
        "event_time": "CAST(day AS TIMESTAMP) + to_seconds(second)",
        "amount": money.format("amount"),
        "currency": "'NGN'",
        "type": "'payment'",
        "counterparty_name": "owner",
        "attributes": "map {'terminal': terminal}",
    }


def deposits_entry(money: str) -> dict[str, str]:
    """The columns of an entry of the deposits."""
    return {
        "entry_id": deposits_id(),
        "line_no": "row_number() OVER (ORDER BY batch)",
        "account": "'0002-NGN'",
        "booking_date": "day",
        "value_date": "day",
        "business_date": "day",
        "amount": money.format("amount"),
        "currency": "'NGN'",
        "type": "'transfer'",
        "counterparty_name": "owner",
        "remittance": "'CASH DEPOSIT'",
    }


def takings_id() -> str:
    """The id of one of the takings."""
    return f"md5('{TAKINGS}/' || j)[1:24]"


def deposits_id() -> str:
    """The id of a deposit."""
    return f"md5('{DEPOSITS}/' || batch)[1:24]"


def truth() -> str:
    """What each entry is about: null for what was kept, never deposited, or is no deposit."""
    return f"""
        SELECT '{RULESET}' AS ruleset, 'left' AS side, {takings_id()} AS entry_id, d.thing,
            'payout_' || form AS kind
        FROM takings LEFT JOIN (SELECT batch, thing FROM deposits WHERE thing IS NOT NULL AND NOT short) d USING (batch)
        UNION ALL
        SELECT '{RULESET}', 'right', {deposits_id()}, CASE WHEN short THEN NULL ELSE thing END, kind FROM deposits
    """
