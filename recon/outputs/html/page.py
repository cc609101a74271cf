"""The report of a run as one self-contained page that prints on A4; everything that comes from data is escaped."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from jinja2 import Template
from markupsafe import Markup

from recon.breaks.ageing import BUCKETS
from recon.model.wording import money, number, plain_words
from recon.outputs.exact import percent
from recon.outputs.html.charts import Bar, Column, columns, share_bars
from recon.outputs.html.template import page_template
from recon.outputs.palette import AGES, NAVY, WARM
from recon.outputs.performance import Performance, TrendRate
from recon.outputs.report import RunReport
from recon.outputs.words import proof_words, verdict_words

_LABELS = tuple(bucket.label for bucket in BUCKETS)


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts of the page; empty text where there is nothing to draw."""

    rates: Markup
    causes: Markup
    ageing: Markup
    trend: Markup


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One row of the trend: a rate by count or by amount, with a cell for each point."""

    ruleset: str
    side: str
    currency: str
    measure: str
    cells: tuple[str, ...]


def report_page(report: RunReport, performance: Performance) -> bytes:
    """The page's bytes; equal runs give equal bytes."""
    text = _template().render(
        report=report,
        about=report.about,
        performance=performance,
        verdict=verdict_words(report),
        proof=proof_words(report),
        charts=_charts(report, performance),
        trend=_trend_rows(performance),
        buckets=_LABELS,
    )
    return text.encode("utf-8")


@cache
def _template() -> Template:
    file = Path(__file__).with_name("report.html")
    return page_template(file, money=money, number=number, percent=percent, kind=plain_words)


def _charts(report: RunReport, performance: Performance) -> Charts:
    rates = [
        Bar(
            f"{ruleset.title}, {ruleset.left if rate.side == 'left' else ruleset.right}, {rate.currency}",
            rate.matched_amount,
            rate.amount,
            percent(rate.matched_amount, rate.amount),
        )
        for ruleset in report.rulesets
        for rate in ruleset.rates
    ]
    by_kind: dict[str, list[int]] = defaultdict(lambda: [0] * len(BUCKETS))
    for line in report.ageing:
        for at, count in enumerate(line.counts):
            by_kind[line.kind][at] += count
    ages = [Column(plain_words(kind), tuple(counts)) for kind, counts in sorted(by_kind.items())]
    points = [Column(one.label, (one.breaks - one.overdue, one.overdue)) for one in performance.trend_breaks]
    return Charts(
        rates=share_bars(rates, "Share of the amount that is matched") if rates else Markup(""),
        causes=_causes(performance),
        ageing=columns(ages, _LABELS, AGES, "Breaks by cause and age") if ages else Markup(""),
        trend=columns(points, ("not yet due", "overdue"), (NAVY, WARM), "Breaks at each point"),
    )


def _causes(performance: Performance) -> Markup:
    """Causes by count over all currencies, the most frequent first; amounts of two currencies have no common length."""
    counts: dict[str, int] = defaultdict(int)
    for line in performance.causes:
        counts[line.kind] += line.count
    most = max(counts.values(), default=0)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    bars = [Bar(plain_words(kind), Decimal(count), Decimal(most), number(count)) for kind, count in ordered]
    return share_bars(bars, "Breaks by cause, by count") if bars else Markup("")


def _trend_rows(performance: Performance) -> list[TrendRow]:
    held: dict[tuple[str, str, str], dict[str, TrendRate]] = defaultdict(dict)
    for one in performance.trend:
        held[one.ruleset, one.rate.side, one.rate.currency][one.run] = one
    rows = []
    for (ruleset, side, currency), found in sorted(held.items()):
        rates = [found[point.run].rate if point.run in found else None for point in performance.trend_breaks]
        by_count = tuple(percent(rate.matched_count, rate.count) if rate else "" for rate in rates)
        by_amount = tuple(percent(rate.matched_amount, rate.amount) if rate else "" for rate in rates)
        rows.append(TrendRow(ruleset, side, currency, "count", by_count))
        rows.append(TrendRow(ruleset, side, currency, "amount", by_amount))
    return rows
