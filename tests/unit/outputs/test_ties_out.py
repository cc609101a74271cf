"""Whatever a run found, the adjusted balances of its statements meet and together make the proof's totals."""

import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.outputs.assemble import assemble
from recon.outputs.exact import total
from tests.unit.outputs.builder import RunBuilder

CURRENCIES = st.sampled_from(["NGN", "USD", "JPY", "KWD"])
ACCOUNTS = st.sampled_from(["acc-1", "acc-2", "acc-3"])
AMOUNTS = st.decimals(-(10**15), 10**15, places=4, allow_nan=False, allow_infinity=False)
MEMBERS = st.lists(st.tuples(ACCOUNTS, AMOUNTS), max_size=3)
KINDS = st.sampled_from(["in_transit", "missing_in_bank", "unexpected_credit"])


@st.composite
def runs(draw: st.DrawFn) -> RunBuilder:
    run = RunBuilder()
    names = ["first", "second"][: draw(st.integers(1, 2))]
    for name in names:
        run.ruleset(name, f"{name}_left", f"{name}_right", passes=["p", "q"])
    for _ in range(draw(st.integers(0, 12))):
        name, currency = draw(st.sampled_from(names)), draw(CURRENCIES)
        left, right = draw(MEMBERS), draw(MEMBERS)
        if left or right:
            kind = draw(st.sampled_from([None, "fee", "fx", "rounding"]))
            state = draw(st.sampled_from(["confirmed", "manual", "suggested", "revoked"]))
            run.match(name, currency, left, right, state=state, variance_kind=kind)
    for _ in range(draw(st.integers(0, 8))):
        name, side = draw(st.sampled_from(names)), draw(st.sampled_from(["left", "right"]))
        money = f"{draw(CURRENCIES)} {draw(AMOUNTS)}"
        if draw(st.booleans()):
            run.open(name, side, draw(ACCOUNTS), money, draw(KINDS), age=draw(st.integers(0, 400)))
        else:
            run.exclude(name, side, draw(ACCOUNTS), money, draw(st.sampled_from(["test", "bank charge"])))
    return run


@settings(max_examples=40)
@given(runs())
def test_adjusted_balances_meet(run: RunBuilder) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = assemble(run.write(Path(folder) / "run"))
    assert [s.difference for s in report.statements] == [Decimal(0)] * len(report.statements)
    assert report.failed_checks == 0
    for line in report.proof:
        side = [s.left if line.side == "left" else s.right for s in report.statements if s.ruleset == line.ruleset
                and s.currency == line.currency]  # fmt: skip
        assert total(s.total.amount for s in side) == total((line.opening_amount, line.new_amount))
        assert sum(s.total.count for s in side) == line.opening_count + line.new_count
