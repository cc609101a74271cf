"""One file read as its profile says: whichever reader, accounts and types translated, fields derived."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl
import pyarrow as pa

from recon.sources.file import SourceFile
from recon.sources.mapping.derive import derivation
from recon.sources.mapping.tabular import read_table
from recon.sources.profiles.profile import FormatProfile, LoadedProfile, TableProfile, readers_of
from recon.sources.reader import READ, Batch, Statement
from recon.sources.registry import reader, reader_for


def reader_name(loaded: LoadedProfile, file: SourceFile) -> str:
    """The name of the reader that takes the file."""
    return reader_for(file.path, readers_of(loaded.profile))


def read(file: SourceFile, loaded: LoadedProfile) -> Iterator[Batch]:
    """The file in batches of schema `READ`, in file order, memory flat.

    Raises:
        InputRefused: the file as a whole cannot be read.
        ConfigError: a derived field of the profile is wrong.
    """
    profile, name = loaded.profile, reader_name(loaded, file)
    batches = (
        read_table(file, profile, name)
        if isinstance(profile, TableProfile)
        else reader(name).read(file, getattr(profile, "layout", None))
    )
    with derivation(loaded) as derived:
        for batch in batches:
            entries, statements = batch.entries, batch.statements
            if isinstance(profile, FormatProfile):
                entries = _translated(entries, profile)
                statements = [_renamed(one, profile) for one in statements]
            if derived is not None and entries.num_rows:
                entries = derived.run(entries)
            yield replace(batch, entries=entries, statements=statements)


def _renamed(one: Statement, profile: FormatProfile) -> Statement:
    return replace(one, account=_account(one.account, profile))


def _account(written: str | None, profile: FormatProfile) -> str | None:
    """Our name of an account: from the table, else the profile's one account, else as the file has it."""
    if written in profile.accounts:
        return profile.accounts[written]
    return profile.account or written


def _translated(entries: pa.Table, profile: FormatProfile) -> pa.Table:
    """Accounts and types by the profile's tables."""
    accounts = pl.Series(entries.column("account"), dtype=pl.String)
    ours = {written: _account(written, profile) for written in accounts.unique() if written is not None}
    named = accounts.replace_strict(ours, default=profile.account, return_dtype=pl.String)
    entries = _with(entries, "account", named)
    if profile.types:
        raw = pl.Series(entries.column("type_raw"), dtype=pl.String)
        frame = pl.DataFrame({"raw": raw, "type": pl.Series(entries.column("type"), dtype=pl.String)})
        mapped = pl.col("raw").replace_strict(profile.types, default=None, return_dtype=pl.String)
        entries = _with(
            entries, "type", frame.select(pl.coalesce([mapped, pl.col("type")]).alias("type"))["type"]
        )
    return entries


def _with(entries: pa.Table, name: str, values: pl.Series) -> pa.Table:
    field = READ.field(name)
    return entries.set_column(READ.get_field_index(name), field, values.to_arrow().cast(field.type))
