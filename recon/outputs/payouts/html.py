"""A payee's statement as one self-contained page: no script, no font or picture from outside, prints on A4."""

from decimal import Decimal
from functools import cache
from pathlib import Path

from jinja2 import Template

from recon.model.wording import money
from recon.outputs.html.template import page_template
from recon.outputs.payouts.statement import PayeeStatement
from recon.outputs.payouts.words import act_words, payee_words, reference_words, step_words


def statement_page(statement: PayeeStatement) -> bytes:
    """The page's bytes; everything that comes from data is escaped."""
    return _template().render(statement=statement, payee=payee_words(statement)).encode("utf-8")


@cache
def _template() -> Template:
    file = Path(__file__).with_name("statement.html")
    return page_template(file, money=_money, step=step_words, reference=reference_words, act=act_words)


def _money(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else money(amount, currency)
