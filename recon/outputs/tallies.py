"""Queries over the tables of a run: every count and sum that the report shows, never a row per entry or break.

Amounts are summed as decimals per currency. Each function returns rows as plain dictionaries in a fixed order.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any

from recon.breaks.ageing import BUCKETS
from recon.model.tables import PROOF_BUCKETS, SETTLED
from recon.outputs.run_folder import RunFolder

if TYPE_CHECKING:
    import polars as pl

Row = dict[str, Any]
"""States of a match that consume their entries."""


def _once(query: Callable[[RunFolder], list[Row]]) -> Callable[[RunFolder], list[Row]]:
    """The query, asked at most once of each run."""

    @wraps(query)
    def asked(run: RunFolder) -> list[Row]:
        if query.__name__ not in run.answers:
            run.answers[query.__name__] = query(run)
        return run.answers[query.__name__]

    return asked


def _grouped(frame: "pl.LazyFrame", by: Sequence[str], *measures: "pl.Expr") -> list[Row]:
    """Measures per group, groups in order of their key."""
    grouped = frame.group_by(by).agg(*measures).sort(by, nulls_last=False)
    return grouped.collect(engine="streaming").to_dicts()


def settled(run: RunFolder) -> "pl.LazyFrame":
    """The matches that count."""
    import polars as pl

    return run.scan("matches").filter(pl.col("state").is_in(SETTLED))


def settled_members(run: RunFolder) -> "pl.LazyFrame":
    """The members of matches that count; those that do not are the few."""
    import polars as pl

    loose = run.scan("matches").filter(~pl.col("state").is_in(SETTLED)).select("ruleset", "match_id")
    return run.scan("members").join(loose, on=["ruleset", "match_id"], how="anti")


def homes(run: RunFolder) -> "pl.LazyFrame":
    """The account each settled match belongs to: that of its right member with the lowest entry id.

    Only for rule sets and currencies that have several right accounts; elsewhere there is no question.
    """
    import polars as pl

    several = (
        run.scan("proof")
        .filter(pl.col("side") == "right")
        .group_by("ruleset", "currency")
        .agg(pl.col("account").n_unique())
        .filter(pl.col("account") > 1)
    )
    return (
        settled_members(run)
        .filter(pl.col("side") == "right")
        .join(several, on=["ruleset", "currency"], how="semi")
        .group_by("ruleset", "match_id")
        .agg(pl.struct("entry_id", "account").min_by("entry_id").struct.field("account").alias("home"))
    )


def matches(run: RunFolder) -> list[Row]:
    """Matches by rule set, pass, state, kind and currency."""
    import polars as pl

    return _grouped(
        run.scan("matches").rename({"pass": "pass_name"}),
        ["ruleset", "pass_name", "state", "kind", "currency"],
        pl.len().alias("matches"),
        pl.col("left_count", "right_count", "left_amount", "right_amount", "variance").sum(),
    )


@_once
def members(run: RunFolder) -> list[Row]:
    """Settled members by rule set, currency, side, home of the match and own account (right side only).

    The home is null where there is only one right account, or none.
    """
    import polars as pl

    own = pl.when(pl.col("side") == "right").then("account").alias("own")
    return _grouped(
        settled_members(run).join(homes(run), on=["ruleset", "match_id"], how="left").with_columns(own),
        ["ruleset", "currency", "side", "home", "own"],
        pl.len().alias("count"),
        pl.col("amount").sum(),
        pl.col("amount").abs().sum().alias("absolute"),
    )


def variances(run: RunFolder) -> list[Row]:
    """Variances other than zero of settled matches by rule set, currency, home and kind of their break."""
    import polars as pl

    kinds = (
        live_breaks(run)
        .filter(pl.col("match_id").is_not_null())
        .sort("break_id")
        .unique(["ruleset", "match_id", "amount"], keep="first", maintain_order=True)
        .select("ruleset", "match_id", "kind", pl.col("amount").alias("variance"))
    )
    return _grouped(
        settled(run)
        .filter(pl.col("variance") != 0)
        .join(homes(run), on=["ruleset", "match_id"], how="left")
        .join(kinds, on=["ruleset", "match_id", "variance"], how="left")
        .with_columns(pl.coalesce("kind_right", "variance_kind", pl.lit("unclassified")).alias("class")),
        ["ruleset", "currency", "home", "class"],
        pl.len().alias("count"),
        pl.col("variance").sum().alias("amount"),
    )


@_once
def open_items(run: RunFolder) -> list[Row]:
    """Open items by rule set, side, currency, account (right side only) and the kind of their break.

    `kind` is null for an open item without a break, which a check reports.
    """
    import polars as pl

    kinds = (
        live_breaks(run)
        .filter(pl.col("entry_id").is_not_null() & pl.col("side").is_not_null())
        .sort("break_id")
        .unique(["ruleset", "side", "entry_id"], keep="first", maintain_order=True)
        .select("ruleset", "side", "entry_id", "kind", "age_days")
    )
    own = pl.when(pl.col("side") == "right").then("account").alias("own")
    return _grouped(
        run.scan("open")
        .select("ruleset", "side", "entry_id", "account", "currency", "compared")
        .join(kinds, on=["ruleset", "side", "entry_id"], how="left")
        .with_columns(own),
        ["ruleset", "currency", "side", "own", "kind"],
        pl.len().alias("count"),
        pl.col("compared").sum().alias("amount"),
        pl.col("compared").abs().sum().alias("absolute"),
        pl.col("age_days").max().alias("oldest"),
    )


@_once
def excluded(run: RunFolder) -> list[Row]:
    """Excluded entries by rule set, side, currency, account (right side only) and reason."""
    import polars as pl

    own = pl.when(pl.col("side") == "right").then("account").alias("own")
    return _grouped(
        run.scan("excluded").with_columns(own),
        ["ruleset", "currency", "side", "own", "reason"],
        pl.len().alias("count"),
        pl.col("amount").sum(),
    )


def live_breaks(run: RunFolder) -> "pl.LazyFrame":
    """The breaks that are open; those resolved since the run before are kept in the file as history."""
    import polars as pl

    return run.scan("breaks").filter(pl.col("state") != "resolved")


def break_kinds(run: RunFolder) -> list[Row]:
    """Open breaks by rule set, kind, side, source and currency. Overdue: due before the as-of date."""
    from datetime import date

    import polars as pl

    as_of = date.fromisoformat(run.manifest["as_of"])
    return _grouped(
        live_breaks(run),
        ["ruleset", "kind", "side", "source", "currency"],
        pl.len().alias("count"),
        pl.col("amount").sum(),
        pl.col("age_days").max().alias("oldest_days"),
        *(
            (pl.col("state") == state).cast(pl.Int64).sum().alias(state)
            for state in ("new", "persisting", "reopened")
        ),
        (pl.col("due_date") < as_of).fill_null(value=False).cast(pl.Int64).sum().alias("overdue"),
    )


def ageing(run: RunFolder) -> list[Row]:
    """Open breaks by kind, currency and position of their bucket in `BUCKETS`."""
    import polars as pl

    age = pl.col("age_days")
    bucket = pl.lit(0, pl.Int64)
    for older in BUCKETS[1:]:
        bucket = bucket + (age >= older.first).cast(pl.Int64)
    return _grouped(
        live_breaks(run).with_columns(bucket.alias("bucket")),
        ["kind", "currency", "bucket"],
        pl.len().alias("count"),
        pl.col("amount").sum(),
    )


def proof(run: RunFolder) -> list[Row]:
    """The roll-forward by rule set, side and currency, its accounts added up."""
    import polars as pl

    measures = [f"{name}_{what}" for name in PROOF_BUCKETS for what in ("count", "amount")]
    return _grouped(
        run.scan("proof"),
        ["ruleset", "side", "currency"],
        pl.len().alias("accounts"),
        pl.col("ok").cast(pl.Int64).sum().alias("accounts_ok"),
        pl.col(measures).sum(),
    )


def right_accounts(run: RunFolder) -> list[Row]:
    """What the proof has in scope (opening and new) per rule set, right account and currency."""
    import polars as pl

    return _grouped(
        run.scan("proof").filter(pl.col("side") == "right"),
        ["ruleset", "currency", "account"],
        (pl.col("opening_count") + pl.col("new_count")).sum().alias("count"),
        (pl.col("opening_amount") + pl.col("new_amount")).sum().alias("amount"),
    )


def refused(run: RunFolder) -> list[Row]:
    """Refused rows by file, code and field, with the reason of the first as an example."""
    import polars as pl

    paths = run.scan("files").select("file_id", "path").unique("file_id", keep="first", maintain_order=True)
    return _grouped(
        run.scan("refused").sort("file_id", "line_no").join(paths, on="file_id", how="left"),
        ["path", "code", "field"],
        pl.len().alias("count"),
        pl.col("reason").min().alias("example"),
    )
