"""Offsets: entries of one side that undo each other, paired by the same machinery as two sides.

Money in stands for the left and money out, with its sign turned, for the right. The tables and the pairs have the
form of any other pass; that both entries belong to one side is said when matches are written.
"""

from recon.engines.expressions import call, literal
from recon.engines.relations import Relation, select, where
from recon.rules.ruleset import Offset, Pass, Side


def offset_pools(pool: Relation, amount: str) -> dict[Side, Relation]:
    """Money in, and money out with its sign turned."""
    zero = literal(0)
    out = where(pool, call("lt", pool[amount], zero))
    turned = {name: out[name] for name in out.schema} | {amount: call("neg", out[amount])}
    return {"left": where(pool, call("gt", pool[amount], zero)), "right": select(out, turned)}


def as_two_sided(item: Pass, offset: Offset) -> Pass:
    """The pass as if money in and money out were two sides that agree in the offset's columns."""
    return item.model_copy(update={"offset": None, "same": offset.same})
