"""A payee's statement as one self-contained page: no script, no font or picture from outside, prints on A4."""

from decimal import Decimal
from functools import cache
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from recon.model.wording import money
from recon.outputs.payouts.statement import PayeeStatement
from recon.outputs.payouts.words import act_words, payee_words, reference_words, step_words

TEMPLATE = Path(__file__).with_name("statement.html")


def statement_page(statement: PayeeStatement) -> bytes:
    """The page's bytes; everything that comes from data is escaped."""
    text: str = (
        _environment()
        .from_string(TEMPLATE.read_text("utf-8"))
        .render(statement=statement, payee=payee_words(statement))
    )
    return text.encode("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {
        "money": _money, "step": step_words, "reference": reference_words, "act": act_words,
    }  # fmt: skip
    return environment


def _money(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else money(amount, currency)
