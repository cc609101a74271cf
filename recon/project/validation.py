"""From pydantic's errors to problems of the file: one sentence, one place and one hint for each thing wrong."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ValidationError

from recon.project.models import FAULTS
from recon.project.nodes import Node, Scalar, Steps, find
from recon.project.suggest import did_you_mean
from recon.project.text_tree import Text, TextMapping, TextSequence
from recon.project.wording import allowed, expectation, found, plain_message, subject, takes_several


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in a tree of settings; `key` points at the name of the setting instead of its value."""

    steps: Steps
    code: str
    message: str
    hint: str | None = None
    key: bool = False


@dataclass(frozen=True, slots=True)
class _Error:
    """An error of pydantic at its steps in the file; `branches` are the union branches passed on the way."""

    kind: str
    steps: Steps
    value: object
    context: dict[str, Any]
    message: str
    branches: tuple[tuple[Steps, str], ...] = ()

    def refuses(self, steps: Steps) -> bool:
        """Whether the value at these steps is itself of the wrong kind, rather than something inside it."""
        return self.steps == steps and self.kind not in {"missing", "extra_forbidden", FAULTS, "value_error"}


def findings(error: ValidationError, tree: object, root: Node, at: Steps) -> list[Finding]:
    """Everything wrong, one finding for each cause.

    `tree` is what the model was given, `root` the whole file, and `at` leads from the one to the other.
    """
    errors = [_located(detail, root, at) for detail in error.errors(include_url=False)]
    errors = [one for one in errors if not _short_by_faults(one)]
    chosen = _settle_unions(errors, lambda one: one.kind == "extra_forbidden" and _resembles_none(one, tree))
    unknown = [one for one in chosen if one.kind == "extra_forbidden"]
    missing = [one for one in chosen if one.kind == "missing" and not _misspelt(one, unknown)]
    rest = [one for one in chosen if one.kind not in {"extra_forbidden", "missing"}]
    result = [_unknown(one, tree) for one in unknown] + [_missing(one, tree) for one in missing]
    for one in rest:
        result.extend(_wrong(one, tree))
    return list(dict.fromkeys(result))


def _located(detail: Any, root: Node, at: Steps) -> _Error:  # noqa: ANN401  (pydantic's ErrorDetails, whose keys vary)
    location: Steps = (*at, *detail["loc"])
    value = detail["input"]
    if isinstance(value, (Text, TextMapping, TextSequence)):
        steps = value.steps
        if detail["type"] == "missing":
            steps = (*steps, location[-1])
    else:
        steps = _steps_to_nothing(location, root)
    return _Error(
        detail["type"], steps, value, detail.get("ctx", {}), detail["msg"], _branches(location, steps)
    )


def _short_by_faults(one: _Error) -> bool:
    """Whether a list is long enough in the file: pydantic counts only the items that are sound."""
    return (
        one.kind == "too_short" and isinstance(one.value, list) and len(one.value) >= one.context["min_length"]
    )


def _steps_to_nothing(location: Steps, root: Node) -> Steps:
    """The steps of a location that lead to an empty value; names of union branches are left out."""
    candidates: list[Steps] = [()]
    for step in location:
        candidates += [(*steps, step) for steps in candidates if find(root, (*steps, step)) is not None]
    empty = [steps for steps in candidates if isinstance(below := find(root, steps), Scalar) and below.is_null]
    return max(empty or candidates, key=len)


def _branches(location: Steps, steps: Steps) -> tuple[tuple[Steps, str], ...]:
    """The parts of a location that are no steps in the file, each with the steps before it."""
    branches, taken = [], 0
    for part in location:
        if taken < len(steps) and part == steps[taken]:
            taken += 1
        elif part != "[key]":
            branches.append((steps[:taken], str(part)))
    return tuple(branches)


def _settle_unions(errors: list[_Error], strange: Callable[[_Error], bool]) -> list[_Error]:
    """One branch for each union: the one that was meant, or all merged where none was."""
    settled = [one for one in errors if not one.branches]
    unions: dict[Steps, dict[str, list[_Error]]] = {}
    for one in errors:
        if one.branches:
            (steps, branch), *inner = one.branches
            unions.setdefault(steps, {}).setdefault(branch, []).append(replace(one, branches=tuple(inner)))
    for steps, branches in unions.items():
        settled += _meant(steps, [_settle_unions(one, strange) for one in branches.values()], strange)
    return settled


def _meant(steps: Steps, branches: list[list[_Error]], strange: Callable[[_Error], bool]) -> list[_Error]:
    """The errors of the branch that was meant: one without settings that are `strange` to it, if there is any."""
    fitting = [branch for branch in branches if not any(one.refuses(steps) for one in branch)]
    if fitting:
        return min(fitting, key=lambda branch: (any(strange(one) for one in branch), len(branch)))
    if len(branches) == 1:
        return branches[0]
    refusals = [next(one for one in branch if one.refuses(steps)) for branch in branches]
    expected = [words for one in refusals if (words := expectation(one.kind, one.context))]
    context = {
        "expected": " or ".join(dict.fromkeys(expected)),
        "words": [word for one in refusals for word in allowed(one.kind, one.context)],
        "meant": next((meant for one in refusals if (meant := one.context.get("meant"))), None),
    }
    return [replace(refusals[0], kind="wrong-form", context=context)] if expected else [refusals[0]]


def _misspelt(missing: _Error, unknown: Iterable[_Error]) -> bool:
    """Whether an unknown setting beside a missing one is most likely the missing one."""
    name = str(missing.steps[-1])
    beside = (str(one.steps[-1]) for one in unknown if one.steps[:-1] == missing.steps[:-1])
    return any(did_you_mean(candidate, [name]) for candidate in beside)


def _known(steps: Steps, tree: object) -> dict[str, str | None]:
    """The settings known at these steps with their descriptions, by the models that read them."""
    here: Any = tree
    offset = len(tree.steps) if isinstance(tree, (TextMapping, TextSequence)) else 0
    for step in steps[offset:]:
        here = here[step]
    readers: list[type[BaseModel]] = here.read_as if isinstance(here, TextMapping) else []
    return {
        field.alias or name: field.description
        for reader in readers
        for name, field in reader.model_fields.items()
    }


def _resembles_none(one: _Error, tree: object) -> bool:
    """Whether an unknown setting is no slip in writing a known one, so that something else was meant."""
    return did_you_mean(str(one.steps[-1]), _known(one.steps[:-1], tree)) is None


def _unknown(one: _Error, tree: object) -> Finding:
    known = _known(one.steps[:-1], tree)
    name = str(one.steps[-1])
    hint = did_you_mean(name, known) or (f"known here: {', '.join(known)}" if known else None)
    if name.isdigit():
        hint = "a comma ends a value between brackets: write 0.5 for a half, and 1000 without a mark"
    elif one.value is None and _resembles_none(one, tree):
        hint = "; ".join(filter(None, ("a value between brackets that has a comma stands in quotes", hint)))
    return Finding(one.steps, "unknown-setting", f"unknown setting `{name}`", hint, key=True)


def _missing(one: _Error, tree: object) -> Finding:
    hint = _described(one.steps, tree)
    return Finding(one.steps[:-1], "missing-setting", f"missing setting `{one.steps[-1]}`", hint)


def _described(steps: Steps, tree: object) -> str | None:
    """The setting at these steps with what it is for, as a hint."""
    name = str(steps[-1]) if steps else ""
    description = _known(steps[:-1], tree).get(name)
    return f"`{name}`: {' '.join(description.split())}" if description else None


def _wrong(one: _Error, tree: object) -> list[Finding]:
    if one.kind == FAULTS:
        return [
            Finding((*one.steps, *fault.at), fault.code, fault.message, fault.hint, fault.key)
            for fault in one.context["faults"]
        ]
    at_key = isinstance(one.value, Text) and one.value.is_key
    steps, value = one.steps, one.value
    if one.kind in {"union_tag_invalid", "union_tag_not_found"}:
        name = str(one.context.get("discriminator", "")).strip("'")
        if one.kind == "union_tag_not_found":
            return [Finding(steps, "missing-setting", f"missing setting `{name}`")]
        steps, value = (*steps, name), Text(str(one.context["tag"]), steps)
    words = allowed(one.kind, one.context) or one.context.get("words", [])
    hint = did_you_mean(value, words) if isinstance(value, str) else None
    if hint is None and (meant := one.context.get("meant")):
        hint = f"did you mean `{meant}`?"
    if expected := expectation(one.kind, one.context):
        about = f"the name {found(value)}" if at_key else subject(steps)
        message = f"{about}: expected {expected}" + ("" if at_key else f", found {found(value)}")
        if hint is None and takes_several(expected):
            hint = _described(steps, tree)
        return [Finding(steps, "unknown-value" if words else "wrong-value", message, hint, at_key)]
    return [Finding(steps, "invalid-setting", plain_message(one.message), hint, at_key)]
