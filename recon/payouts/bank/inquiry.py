"""The answer to "why was I paid this, and where is it?": a payee's periods and payments, in words and figures."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from recon.errors import Problem, UsageError
from recon.model.accounts import masked
from recon.model.periods import Period
from recon.payouts.bank.outcomes import Known, failed, payments
from recon.payouts.bank.proof import Proof, proofs
from recon.payouts.desk.shelf import PublishedPayout, Shelf
from recon.payouts.desk.states import state_of
from recon.payouts.steps import STEPS
from recon.project.suggest import did_you_mean
from recon.project.workspace import Project
from recon.store.store import Store

STEP_WORDS: Final = {
    "earned": "earned by {version}", "held": "held until breaks are cleared", "released": "released from holds",
    "corrected": "corrections of earlier periods", "adjusted": "adjusted by hand",
    "waiting": "waits for its day, or has waited long enough", "carried_in": "carried in from before",
    "tax": "tax withheld", "reserved": "kept as a reserve", "carried_out": "carried to the next period",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer. `what` is its kind, `rests_on` where to look: a payout, a break, file and line."""

    period: str
    what: str
    words: str
    amount: Decimal | None
    currency: str
    rests_on: str


def answer(project: Project, store: Store, payee: str, period: Period | None = None) -> list[Line]:
    """Everything that a payee was paid, of a period or of all, and what became of it.

    Raises:
        UsageError: nobody of this name was ever paid.
        ControlFailed: something published was changed.
    """
    lines: list[Line] = []
    everything = payments(store)
    by_name = {name: one for name, one in everything.items() if one.row["payee"] == payee}
    proven = proofs(project, store, list(by_name))
    owed = {row["payment_id"] for row in failed(everything)}
    everybody = set[str]()
    shelf = Shelf(store)
    standing = shelf.standing(period)
    last = {name: payout.identity for payout in standing for name, one in by_name.items() if _pays(one, payout)}
    for payout in standing:
        everybody |= {row["payee"] for row in payout.payouts}
        lines += [
            line for row in payout.payouts if row["payee"] == payee for line in _earned(store, payout, row)
        ]
        for name, one in by_name.items():
            if last.get(name) == payout.identity:  # once, after all that it pays
                parts = _parts(shelf, str(payout.period), one)
                lines += _paid(str(payout.period), one, parts, proven.get(name), owed=name in owed)
    if not lines:
        hint = did_you_mean(payee, everybody) or "`recon payouts list` shows what was calculated"
        raise UsageError(
            Problem("no-payee", f"{payee} was paid nothing in {period or 'any period'}", hint=hint)
        )
    return lines


def _earned(store: Store, payout: PublishedPayout, row: Mapping[str, Any]) -> Iterator[Line]:
    """From earned to paid, the steps that changed something, and what is held by which break."""
    period, currency = str(payout.period), row["currency"]
    explained = f"recon payouts explain {row['payee']} --period {period} --plan {payout.plan}"
    for step in STEPS:
        if row[step] or step == "earned":
            words = STEP_WORDS[step].format(version=row["version"])
            yield Line(
                period, step, words, row[step], currency, explained if step == "earned" else payout.identity
            )
    for one in payout.payments:
        if one["payee"] == row["payee"] and one["kind"] == "hold":
            yield Line(period, "because", one["words"], None, "", one["reference"])
    state = state_of(store, payout)
    rate = f", at {row['fx_rate'].normalize():f}" if row["fx_rate"] is not None else ""
    what = "owed to us" if payout.is_claim else "paid"
    yield Line(period, what, f"{state.name}{rate}", row["paid"], row["paid_in"], payout.identity)


def _pays(one: Known, payout: PublishedPayout) -> bool:
    return payout.identity in _paid_by(one)


def _paid_by(one: Known) -> list[str]:
    """The payouts that a payment pays."""
    return str(one.row["payouts"]).split()


def _parts(shelf: Shelf, period: str, one: Known) -> Iterator[Line]:
    """What a payment of several payouts pays of each, wherever their periods are; nothing for a payment of one."""
    if len(_paid_by(one)) < 2:
        return
    for payout in map(shelf.named, _paid_by(one)):
        for row in payout.payouts:
            if (row["payee"], row["paid_in"]) == (one.row["payee"], one.row["currency"]) and row["paid"]:
                words = f"of which by {row['version']}"
                yield Line(period, "part", words, row["paid"], row["paid_in"], payout.identity)


def _paid(period: str, one: Known, parts: Iterable[Line], proof: Proof | None, *, owed: bool) -> Iterator[Line]:
    """One payment, its parts, what the bank said of it, and its line on the statement.

    It is `owed` when nothing replaces it.
    """
    row = one.row
    to = f" to account {masked(row['bank_account'])}" if row["bank_account"] else ""
    before = f", in place of {row['again_of']}" if row["again_of"] else ""
    words = f"payment {row['payment_id']}{to} on {row['day']}{before}: {one.state}"
    yield Line(period, "payment", words, row["amount"], row["currency"], f"batch {one.batch.identity}")
    yield from parts
    for told in one.history:
        words = f"the bank: {told.status}{f', {told.why}' if told.why else ''} (read {told.at:.10})"
        yield Line(period, told.status, words, None, "", told.file)
    if proof is not None:
        words = f"on the bank statement of {proof.day}, match {proof.match_id}"
        yield Line(period, "proven", words, proof.amount, proof.currency, f"{proof.file}:{proof.line}")
    if owed:
        words = "owed again: the next batch pays it once another account is known"
        if one.kept:
            words = f"kept back, as the payee was on hold ({one.kept}): a batch pays it once the hold has ended"
        yield Line(period, "next", words, None, "", "recon payouts batch")
