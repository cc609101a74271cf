"""Write docs/profiles.md from the shipped profiles: what each reads, how, and what it checks."""

import re
from collections.abc import Iterator
from typing import Final

from docs.press.stage import ROOT
from recon.sources.library import shipped_profiles
from recon.sources.profiles.describing import about, checks_of, conventions_of
from recon.sources.profiles.profile import LoadedProfile, readers_of

PAGE: Final = ROOT / "docs" / "profiles.md"
_ADDRESS: Final = re.compile(r"(https://\S*[\w/])")
_HEAD: Final = """\
# Shipped profiles

The reports of these processors, wallets and schemes are read without a profile of your own. `recon sources detect FILE`
says which profile fits a file, `recon sources facts FILE` reads it by the one that fits, and a source of your project
takes one over by its name and changes what is different with you:

```yaml
source: stripe
extends: stripe_payout_reconciliation
title: Stripe of the shop
files: inbox/stripe/*.csv
account: acct_1                 # where the file does not say it
dates: {zone: Europe/Berlin}    # the report was run in this zone
columns:
  ref_merchant: "payment_metadata[order]"
```

`recon sources library NAME` prints such a file to begin with. Single settings of `layout`, `money`, `dates`, `columns`,
`type`, `status`, `derive` and `statement` are taken from either file, yours first; a rule of an amount and a reference
to a column are taken whole.

Some reports hold the payout beside its lines, and the file proves itself. Others list payouts in a report of their own
(Stripe, Checkout.com, Square): then a rule set ties the lines of one to the payouts of the other, and the next one the
payouts to the bank.

```yaml
ruleset: lines_vs_payouts
title: Lines of the breakdown against the payouts report
left: lines
right: payouts
passes:
  - name: payout
    group: {left: payout_id, right: payout_id}
    within: {amount: 0.00}
  - name: payout, a cent apart
    group: {left: payout_id, right: payout_id}
    within: {amount: 0.01}
```

A report's line says how much moved (`net`) and what that is made of. Where the parts do not make the whole, the line is
kept by its net, because that is what was paid out; it carries a `warning`, and the control of its statement fails with
both figures, which a run reports as a break of kind `control_total`. Totals of footers and headers, and payouts against
their lines, are controls of the same kind. A cell that cannot be read refuses its row.

This page is written from the profiles, which lie under `configs/sources/library`.
"""


def sections() -> Iterator[str]:
    """The sections of the page, one for each profile."""
    for loaded in shipped_profiles():
        yield "\n".join(_section(loaded))


def _section(loaded: LoadedProfile) -> Iterator[str]:
    yield f"## {loaded.profile.title}\n"
    base = f", extends `{loaded.profile.extends}`" if loaded.profile.extends else ""
    yield f"`{loaded.source}` ({', '.join(readers_of(loaded.profile))}{base})\n"
    yield f"{_plain(about(loaded))}\n"
    yield from (f"- {_plain(one)}" for one in conventions_of(loaded))
    yield "- checks:"
    yield from (f"  - {_plain(one)}" for one in checks_of(loaded))


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is; addresses become links."""
    linked = _ADDRESS.sub(r"<\1>", " ".join(text.split()))
    return linked.replace("[", "\\[").replace("*", "\\*")


def page() -> str:
    """The whole page."""
    return "\n\n".join([_HEAD.rstrip(), *sections()]) + "\n"


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.relative_to(ROOT))  # noqa: T201  (a script says what it wrote)


if __name__ == "__main__":
    main()
