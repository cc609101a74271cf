"""A pass in plain words, as `recon rules show` and the reports print it."""

from recon.matchers.comparing.beginnings import waits_where_cut
from recon.matchers.comparing.figures import waits_in_figures
from recon.matchers.comparing.gates import amount_words, day_words
from recon.model.money import plain
from recon.rules.likely import Likely
from recon.rules.lists import InText
from recon.rules.passes import EXPECTED_NET, Compare, Normalise, Pass
from recon.rules.similar import Similar
from recon.rules.subset import Subset

_IGNORED = {"case": "capitals", "separators": "separators", "leading_zeros": "leading zeros"}


def pass_words(item: Pass, compare: Compare) -> str:
    """One sentence that says what the pass does."""
    parts = [_subject(item), *_agreements(item)]
    parts += [] if item.likely is not None else [_amounts(item, compare)]
    if days := day_words(item.within.window):
        parts.append(days)
    outcome = "confirmed" if item.confirms else "suggested for a person to confirm"
    if item.confirms and item.subset is not None:
        only = "no other set wants an entry of it" if item.subset.many == "both" else "only one set adds up"
        outcome += f" when {only} and coincidence makes fewer than {plain(item.subset.chance)}"
    if item.confirms and item.lists is not None:
        outcome += (
            " where each reference names one open entry, none is a short number, and none is a number that another "
            "entry would replace"
        )
    if waits_where_cut(item):
        outcome += ", suggested where the references go on differently"
    if waits_in_figures(item):
        outcome += ", suggested where a number may be a price, a day or another figure of the text"
    if item.ambiguous == "first":
        outcome += "; the first of equally good candidates is taken"
    restricted = [
        f"{side} only where {text}" for side in ("left", "right") if (text := getattr(item.only, side))
    ]
    return ", ".join([*parts, *restricted]) + f": {outcome}"


def _subject(item: Pass) -> str:
    if item.offset is not None:
        return f"money in and out of the {item.offset.side} side set off"
    if item.subset is not None and item.subset.many == "both":
        return f"several left entries against several right ones that add up to the same{_tried(item.subset)}"
    if item.lists is not None:
        said = InText.of(item.lists)
        listed = f"whose {said.reference} its {said.text} lists"
        return f"each {said.side} entry against the {said.named} entries {listed}, added up"
    sides = []
    for side in ("left", "right"):
        if item.subset is not None and item.subset.many == side:
            sides.append(f"several {side} entries that add up{_tried(item.subset)}")
            continue
        keys = item.group.keys("left" if side == "left" else "right") if item.group else ()
        sides.append(f"{side} entries summed by {' and '.join(keys)}" if keys else f"each {side} entry")
    return " against ".join(sides)


def _tried(subset: Subset) -> str:
    """What a subset pass tries, in the order it does."""
    tried = [f"all of one {' and '.join(spec)}" for spec in subset.specs]
    both = subset.many == "both"
    tried += ["all"] if both else []
    tried += [f"a run of {'each' if both else 'them'} in time"] if subset.runs else []
    tried += [f"any {subset.most} or fewer{' of each' if both else ''}"] if subset.most else []
    return f" ({', '.join(tried)})"


def _agreements(item: Pass) -> list[str]:
    pairs = [(name, name) for name in item.offset.same] if item.offset else list(item.keys)
    same = [left if left == right else f"{left} = {right}" for left, right in pairs]
    words = [f"same {' and '.join(same)}{_ignoring(item.normalise)}"] if same else []
    words += [f"{reference} found in {text}" for text, reference in (item.contains or {}).items()]
    words += [] if item.similar is None else [_alike(item.similar)]
    words += [] if item.likely is None else [_weighed(item.likely)]
    words += [] if item.where is None else [f"where {item.where}"]
    return words


def _weighed(likely: Likely) -> str:
    """What speaks for a pair, in words."""
    names = [f"{one} like {other}" for one, other in (*likely.reference_pairs, *likely.name_pairs)]
    return f"{', '.join(names)}, amounts and days weighed together: {likely.at_least} points of 100 asked"


def _alike(similar: Similar) -> str:
    """The gate of names in words."""
    names = similar.left if similar.left == similar.right else f"{similar.left} and {similar.right}"
    whole = {"both": "both", "shorter": "the shorter"}[similar.of]
    return f"{names} alike in {similar.at_least} of 100 {similar.parts} of {whole}"


def _ignoring(how: Normalise) -> str:
    ignored = [_IGNORED[name] for name in how.ignore]
    if how.first is not None:
        ignored.append(f"all after {how.first} characters")
    return f" (ignoring {', '.join(ignored)})" if ignored else ""


def _amounts(item: Pass, compare: Compare) -> str:
    words = amount_words(item.within)
    if compare.left == compare.right:
        return words if compare.left == "amount" else f"{words} ({_named(compare, compare.left)})"
    left, right = (_named(compare, name) for name in (compare.left, compare.right))
    return f"{words} ({left} against {right})"


def _named(compare: Compare, name: str) -> str:
    return f"gross less the fee by {compare.card}" if name == EXPECTED_NET else name
