"""The bank files of a batch: every payment in exactly one file, or told why it is in none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from recon.errors import ConfigError, InputRefused, Problem
from recon.model.ids import content_id
from recon.model.money import plain
from recon.payouts.bank import columns, message, nacha, pain001
from recon.payouts.bank.message import Message
from recon.payouts.bank.profile import FiledBankFile, Format
from recon.payouts.desk.batches import Batch
from recon.project.suggest import did_you_mean

WRITERS: Final = {Format.PAIN: pain001, Format.NACHA: nacha, Format.COLUMNS: columns}
ENDINGS: Final = {Format.PAIN: ".xml", Format.NACHA: ".ach", Format.COLUMNS: ".csv"}


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A bank file: its bytes, and what it is about."""

    message: Message
    content: bytes

    @property
    def name(self) -> str:
        """The file's name: the bank file, the currency, the message."""
        about = self.message.about
        return f"{about.bank_file}-{self.message.identity}{ENDINGS[about.format]}"

    @property
    def control(self) -> dict[str, object]:
        """What a person compares with the bank's own display before releasing it: count, total, hash."""
        return {
            "message": self.message.identity,
            "payments": len(self.message.instructions),
            "currency": self.message.currency,
            "amount": plain(self.message.total, self.message.currency),
            "sha256": sha256(self.content).hexdigest(),
        }


@dataclass(frozen=True, slots=True)
class BankFiles:
    """The files of a batch, and the payments that no bank file takes."""

    files: list[WrittenFile]
    left: list[Mapping[str, Any]]


def bank_files(batch: Batch, filed: Sequence[FiledBankFile], only: str | None = None) -> BankFiles:
    """Write the files of a batch; each payment goes into the first bank file, by name, that takes it.

    Raises:
        ConfigError: no bank file of that name.
        InputRefused: payments that their bank would refuse, all of them.
    """
    _refuse_unknown(filed, only)
    messages = list[Message]()
    made = datetime.fromisoformat(batch.published.at)
    taken, left = _shared_out(batch.payments, filed)
    for one in filed:
        for currency, rows in message.by_currency(taken[one.about.bank_file]).items():
            instructions = tuple(message.instruction(row, one.about) for row in rows)
            name = content_id([batch.identity, one.about.bank_file, currency], 24)
            day = min(row["day"] for row in rows)
            if only is None or one.about.bank_file == only:
                messages.append(Message(name, one.about, currency, made, day, instructions))
    problems = [
        problem
        for one in messages
        for problem in (*message.faults(one), *WRITERS[one.about.format].faults(one))
    ]
    if problems:
        raise InputRefused(*problems)
    return BankFiles([WrittenFile(one, WRITERS[one.about.format].written(one)) for one in messages], left)


def _shared_out(
    rows: Sequence[Mapping[str, Any]], filed: Sequence[FiledBankFile]
) -> tuple[dict[str, list[Mapping[str, Any]]], list[Mapping[str, Any]]]:
    """The payments that each bank file takes, by its name, and those that none takes."""
    taken: dict[str, list[Mapping[str, Any]]] = {one.about.bank_file: [] for one in filed}
    left = list[Mapping[str, Any]]()
    for row in rows:
        first = next((one.about.bank_file for one in filed if message.takes(one.about, row)), None)
        (left if first is None else taken[first]).append(row)
    return taken, left


def _refuse_unknown(filed: Sequence[FiledBankFile], only: str | None) -> None:
    names = [one.about.bank_file for one in filed]
    problems = list[Problem]()
    if not filed:
        hint = "docs/bank_files.md shows one to start from"
        problems.append(Problem("no-bank-file", "no bank file is described under configs/payments", hint=hint))
    elif only is not None and only not in names:
        hint = did_you_mean(only, names) or f"there are {', '.join(names)}"
        problems.append(Problem("no-bank-file", f"no bank file {only}", hint=hint))
    if problems:
        raise ConfigError(*problems)
