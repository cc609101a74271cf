"""Why an open item is a break: one plain sentence with its values, and the next step, as SQL expressions.

They read an open item as `o`, its classification as `k`, the digits of its currency as `c` and of its
counterpart's as `d`, and how far the other side's entries reach as `h`.
"""

from collections.abc import Collection
from datetime import date

from recon.breaks.kinds import BOOKS, OPEN_KINDS, BreakKind
from recon.breaks.wording import amount_text, case_of, named_reference, next_step_of, words_of
from recon.matchers.survey import SURVEYED

HORIZON = "breaks_horizon"
_NONE_THERE = ", of which this run holds none"
_REACH = f"CASE WHEN h.last_date IS NULL THEN '{_NONE_THERE}' ELSE concat(' up to ', h.last_date) END"
_UNANNOUNCED = " announces it"
_BOOKS = case_of("k.missing", {str(kind): words for kind, words in BOOKS.items()})


def horizon_sql(as_of: date) -> str:
    """How far the entries of each rule set and side reach, up to the day of the run."""
    return f"""
        SELECT ruleset, side, max(business_date) FILTER (WHERE business_date <= DATE '{as_of}') AS last_date
        FROM {SURVEYED} GROUP BY ruleset, side
    """


def reason_sql(found: Collection[str]) -> str:
    """What the entry is, what was found out about it, and by which rule if one of the author's decided.

    `found` are the findings of all items; a finding that comes up nowhere has no words.
    """
    day = "CASE WHEN o.business_date IS NULL THEN '' ELSE concat(' on ', o.business_date) END"
    amount = amount_text("o.compared", "c.digits")
    rule = "CASE WHEN k.rule_words IS NULL THEN '' ELSE concat('; ', k.kind, ' by the rule ', k.rule_words) END"
    head = f"{words_of('o')}, ' of ', {amount}, ' ', o.currency, {day}, {named_reference('o')}"
    return f"concat({head}, ': ', {_finding(found)}, {rule})"


def later_reason_sql() -> str:
    """The reason of a break `p` of the run before, as of a run to which the other side's entries reach as `h` says."""
    not_found = ", ".join(f"'{kind}'" for kind in (*OPEN_KINDS, BreakKind.REFUND_UNMATCHED))
    return f"""
        CASE WHEN p.kind IN ({not_found}) THEN {_reaching("p.reason")}
             WHEN p.kind = '{BreakKind.UNEXPECTED_CREDIT}' THEN concat(
                 {_reaching(f"left(p.reason, length(p.reason) - {len(_UNANNOUNCED)})")}, '{_UNANNOUNCED}')
             ELSE p.reason END
    """


def _reaching(said: str) -> str:
    """A sentence with how far the other side reaches now, in place of how far it did."""
    said_before = f"if(ends_with({said}, '{_NONE_THERE}'), {len(_NONE_THERE)}, {len(' up to 2026-10-31')})"
    return f"concat(left({said}, length({said}) - {said_before}), {_REACH})"


def next_step_sql(kinds: Collection[str]) -> str:
    """What to do next: decide on the suggestion at hand if there is one, else what the kind asks for."""
    return f"""
        CASE WHEN k.suggested_id IS NOT NULL AND coalesce(k.alternatives, 0) = 0
             THEN concat('confirm or refuse the suggested match ', k.suggested_id)
             WHEN k.suggested_id IS NOT NULL
             THEN concat('choose among ', k.alternatives + 1, ' suggested matches; the first is ',
                         k.suggested_id)
             ELSE {next_step_of("k.kind", kinds)} END
    """


def _finding(found: Collection[str]) -> str:
    other = f"{amount_text('k.other_total', 'd.digits')}, ' ', k.other_currency"
    findings = {
        BreakKind.IN_TRANSIT: f"concat('not yet in ', {_BOOKS}, ', due on ', k.due_date)",
        BreakKind.DUPLICATE: "concat('same reference, amount and type as entry ', k.twin_id, "
        "CASE WHEN k.twin_matched THEN ', which is matched' ELSE ', which came first' END)",
        BreakKind.STATUS_MISMATCH: f"concat('it is ', o.status, ', and ', k.other_status, ' in ', {_BOOKS})",
        BreakKind.WRONG_CURRENCY: f"concat({other}, ' under the same reference in ', {_BOOKS})",
        BreakKind.AMOUNT_MISMATCH: _amounts(),
        BreakKind.AMBIGUOUS: "concat(k.alternatives + 1, ' suggested matches fit equally well')",
        BreakKind.CHARGEBACK_UNLINKED: "'it names no original payment'",
        BreakKind.UNEXPECTED_CREDIT: f"concat('nothing in ', {_BOOKS}, {_REACH}, '{_UNANNOUNCED}')",
    }
    # to plan a branch takes some milliseconds: no kind has one that comes up nowhere, or is told in another's words
    told = {BreakKind.AMOUNT_MISMATCH if kind == BreakKind.PARTIAL else kind for kind in found}
    whens = " ".join(f"WHEN '{kind}' THEN {sql}" for kind, sql in findings.items() if kind in told)
    told_as = f"if(k.finding = '{BreakKind.PARTIAL}', '{BreakKind.AMOUNT_MISMATCH}', k.finding)"
    otherwise = f"concat('not found in ', {_BOOKS}, {_REACH})"
    return f"CASE {told_as} {whens} ELSE {otherwise} END" if whens else otherwise


def _amounts() -> str:
    """`980.00 NGN under the same reference in our own records, 20.00 less than 1,000.00 of 2 entries here`."""
    other = amount_text("k.other_total", "c.digits")
    difference = amount_text("abs(abs(k.own_total) - abs(k.other_total))", "c.digits")
    less = "CASE WHEN abs(k.other_total) < abs(k.own_total) THEN ' less' ELSE ' more' END"
    group = (
        f"CASE WHEN k.own_entries > 1 THEN concat(' than ', {amount_text('k.own_total', 'c.digits')}, ' of ', "
        "k.own_entries, ' entries here') ELSE '' END"
    )
    entries = "CASE WHEN k.other_entries > 1 THEN concat(' in ', k.other_entries, ' entries') ELSE '' END"
    return (
        f"concat({other}, ' ', o.currency, {entries}, ' under the same reference in ', {_BOOKS}, ', ', "
        f"{difference}, {less}, {group})"
    )
