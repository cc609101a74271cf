"""A performance report as one self-contained page that prints on A4; everything that comes from data is escaped."""

from functools import cache
from pathlib import Path

from jinja2 import Template
from markupsafe import Markup

from recon.breaks.cases.report import hours
from recon.model.wording import money, number, plain_words
from recon.outputs.html.charts import Bar, share_bars
from recon.outputs.html.template import page_template
from recon.outputs.partners.report import PartnerReport
from recon.partners.measures.kpis import Figure


def partner_page(report: PartnerReport) -> bytes:
    """The page's bytes; equal reports give equal bytes."""
    by, each = report.by.capitalize(), report.each.capitalize()
    tables = (
        ("The whole period", (by,), report.whole),
        (f"By {report.each}", (each, by), report.stretches),
    )
    charts = [(currency, _chart(report, currency)) for currency in report.currencies]
    return _template().render(report=report, tables=tables, charts=charts).encode("utf-8")


def _chart(report: PartnerReport, currency: str) -> Markup:
    top = report.top(currency)
    most = max((one.volume for one in top), default=None)
    bars = [
        Bar(one.group, max(one.volume, one.volume * 0), most or one.volume, money(one.volume, currency))
        for one in top
    ]
    return share_bars(bars, f"Volume in {currency}, the largest first")


@cache
def _template() -> Template:
    file = Path(__file__).with_name("report.html")
    return page_template(file, figure=_figure, hours=hours, words=lambda name: plain_words(name).capitalize())


def _figure(value: Figure, currency: str) -> str:
    if value is None:
        return ""
    return number(value) if isinstance(value, int) else money(value, currency)
