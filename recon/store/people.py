"""Who acts: the person that the user of this machine stands for, and what this person may do, up to which amounts.

A project that names nobody lets every user do everything under their own name; what needs a second person needs
another user all the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from recon.errors import ControlFailed, Problem, UsageError
from recon.model.money import plain
from recon.model.wording import plain_words
from recon.project.people import (
    ONE_IS_ENOUGH,
    Act,
    FourEyesSettings,
    PersonSettings,
    RoleSettings,
)
from recon.project.settings import Settings
from recon.project.suggest import did_you_mean
from recon.store.lock import current_user

Right = Literal["prepares", "approves"]
Amounts = Mapping[str, Decimal]
"""An amount for each currency, without a sign."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who decides. `name` stands in every decision, `user` is the user of the machine behind it.

    `roles` are None where the project names nobody. `key` is the public key that decisions are signed for.
    """

    name: str
    user: str
    roles: Mapping[str, RoleSettings] | None = None
    key: str | None = None
    four_eyes: FourEyesSettings = field(default_factory=FourEyesSettings)

    def problems(self, right: Right, act: Act, amounts: Amounts) -> Iterator[Problem]:
        """Why the person may not do or approve an act of these amounts; nothing where a role allows it."""
        if self.roles is None:
            return
        words = "approve" if right == "approves" else "do"
        having = {name: role for name, role in self.roles.items() if act in getattr(role, right)}
        if not having:
            message = f"{self.name} has no role that may {words} this: {plain_words(act)}"
            hint = f"somebody whose role `{right}` it has to; see `recon people list`"
            yield Problem("no-right", message, hint=hint)
            return
        refused = [list(_over(name, role, act, amounts)) for name, role in having.items()]
        if all(refused):
            what = f"{self.name} may not {words} this: {plain_words(act)} of"
            hint = "somebody with a higher limit has to; see `recon people list`"
            yield Problem("over-limit", f"{what} {min(refused, key=len)[0]}", hint=hint)

    def refuse_unless(self, right: Right, act: Act, amounts: Amounts) -> None:
        """Refuse what the person has no role for.

        Raises:
            ControlFailed: no role allows it, or not up to these amounts.
        """
        if problems := list(self.problems(right, act, amounts)):
            raise ControlFailed(*problems)

    def needs_another(self, act: Act, amounts: Amounts) -> bool:
        """Whether an act of these amounts needs a second person."""
        limits = self.four_eyes.alone.get(act)
        if limits is None:
            return act not in ONE_IS_ENOUGH
        return any(amount > limits.get(currency, 0) for currency, amount in amounts.items())


def acting(settings: Settings, by: str | None = None) -> Person:
    """The person who acts now: who the user of the machine stands for, or the one that `by` names.

    `by` is believed where it names the user's own person, where that person has a key (the decision is then signed with
    it, or fails), and where the setting `four_eyes.trust_by` says so.

    Raises:
        UsageError: the name is empty or unknown, or the user stands for nobody.
        ControlFailed: the name is somebody else's.
    """
    user, wanted = current_user(), by.strip() if by is not None else None
    if wanted == "":
        raise UsageError(Problem("usage", "--by names nobody", hint="give a name, or leave it out"))
    if not settings.people:
        name = wanted or user
        if name != user:
            _refuse_untrusted(settings, user, name)
        return Person(name, user, four_eyes=settings.four_eyes)
    mine = next((name for name, one in settings.people.items() if user in users_of(name, one)), None)
    if wanted is None and mine is None:
        message = f"the user `{user}` of this machine stands for nobody in the project"
        raise UsageError(Problem("unknown-person", message, hint=f"add `[people.{user}]` to recon.toml"))
    name = wanted or str(mine)
    if name not in settings.people:
        hint = did_you_mean(name, settings.people) or f"known are {', '.join(settings.people)}"
        raise UsageError(Problem("unknown-person", f"nobody in the project is called `{name}`", hint=hint))
    person = settings.people[name]
    key = person.keys[-1] if person.keys else None
    if name != mine and key is None:
        _refuse_untrusted(settings, user, name)
    roles = {role: settings.roles[role] for role in person.roles}
    return Person(name, user, roles, key, settings.four_eyes)


def users_of(name: str, person: PersonSettings) -> tuple[str, ...]:
    """The users of the machine that stand for a person."""
    return (name,) if person.users is None else person.users


def _refuse_untrusted(settings: Settings, user: str, name: str) -> None:
    if not settings.four_eyes.trust_by:
        message = f"the user `{user}` of this machine is not {name}"
        hint = (
            "decide as yourself, without `--by`; a person with a key may sign (`recon people keygen`), and a project "
            "whose people share an account may say `trust_by = true` under `[four_eyes]`"
        )
        raise ControlFailed(Problem("not-this-person", message, hint=hint))


def _over(name: str, role: RoleSettings, act: Act, amounts: Amounts) -> Iterator[str]:
    """The amounts that are over the limits of a role, in words."""
    if act not in role.limits:
        return
    limits = role.limits[act]
    for currency, amount in sorted(amounts.items()):
        limit = limits.get(currency)
        if limit is None:
            yield f"{plain(amount, currency)} {currency}: the role `{name}` has no limit in {currency}"
        elif amount > limit:
            yield f"{plain(amount, currency)} {currency}: the limit of the role `{name}` is {limit}"
