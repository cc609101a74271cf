"""Who works on a project and what each may do, as `recon.toml` says it: people, roles, and when two are needed."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field

from recon.project.models import ConfigModel, Fault
from recon.project.suggest import did_you_mean

Act = Literal[
    "write_off", "adjust", "exclude", "manual_match", "unmatch", "split", "release", "approve_payout",
    "close", "reopen", "rating", "partner", "release_order",
]  # fmt: skip
"""What changes a result or moves money, and so needs a role, and mostly a second person."""
ONE_IS_ENOUGH: Final[tuple[Act, ...]] = ("manual_match", "unmatch", "split")
"""Acts that need a second person only over the amounts under `four_eyes.alone`."""

Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Limit = Annotated[Decimal, Field(ge=0, max_digits=24, decimal_places=8)]
Limits = dict[Act, dict[Currency, Limit]]


class PersonSettings(ConfigModel):
    """A person, under the short name by which decisions name them: `[people.ada]`."""

    title: str = Field(default="", description="The name in full, for reports.")
    users: tuple[str, ...] | None = Field(
        default=None,
        description="The users of the machine that stand for this person; the one of the same name unless said.",
    )
    roles: tuple[str, ...] = Field(
        default=(),
        description="The person's roles; without one a person comments and assigns, and nothing more.",
    )
    keys: tuple[Annotated[str, Field(pattern=r"^ed25519:[A-Za-z0-9+/]{43}=$")], ...] = Field(
        default=(),
        description="Public keys, the newest last, as `recon people keygen` prints them. With one, every decision "
        "is signed.",
    )


class RoleSettings(ConfigModel):
    """What a role may do: `[roles.controller]`."""

    prepares: tuple[Act, ...] = Field(default=(), description="Acts that the role may do or propose.")
    approves: tuple[Act, ...] = Field(default=(), description="Acts of others that the role may approve.")
    limits: Limits = Field(
        default_factory=dict,
        description="The most that decisions made in one go may be worth, by act and currency. An act that is not "
        "named has no limit;\nin one that is, a currency that is not named is not allowed.",
    )


class FourEyesSettings(ConfigModel):
    """When a second person is needed, and who is believed to be who."""

    alone: Limits = Field(
        default_factory=dict,
        description="Amounts up to which one person is enough, by act and currency. Manual matches, unmatching and "
        "splits that are\nnot named never need a second person; everything else that is not named always does.",
    )
    trust_by: bool = Field(
        default=False,
        description="Whether `--by NAME` is believed without a signature. For rehearsals and accounts that several "
        "people share.",
    )


def people_faults(people: Mapping[str, PersonSettings], roles: Mapping[str, RoleSettings]) -> Iterator[Fault]:
    """What does not fit together: roles that do not exist, one user of the machine as two people."""
    users: dict[str, str] = {}
    for name, person in people.items():
        for role in person.roles:
            if role not in roles:
                hint = did_you_mean(role, roles) or f"add `[roles.{role}]`, or take the role away"
                yield Fault(f"there is no role `{role}`", ("people", name, "roles"), hint, "unknown-role")
        for user in (name,) if person.users is None else person.users:
            if other := users.get(user):
                message = f"the user `{user}` of the machine stands for {other} already"
                yield Fault(
                    message, ("people", name), "one user stands for one person", "shared-user", key=True
                )
            users[user] = name
