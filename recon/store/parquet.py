"""Parquet as it is kept: page checksums, fixed layout, the same bytes for the same table."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from recon.errors import ControlFailed, Place, Problem
from recon.store.disk import PRIVATE_FILE, disk_errors

ROW_GROUP = 131_072
"""Rows of a row group."""
LAYOUT: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "version": "2.6",
    "data_page_version": "1.0",
    "write_page_checksum": True,
    "write_statistics": True,
    "use_dictionary": True,
    "store_schema": True,
}


def write_table(table: pa.Table, path: Path) -> None:
    """Write a table to a new file, private to its owner. Equal tables give equal bytes.

    The file is not synced: whoever publishes it does that.

    Raises:
        ControlFailed: the disk is full or failing, or the file is there already.
    """
    with disk_errors("write a table", path):
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as file:
            pq.write_table(table.combine_chunks(), file, row_group_size=ROW_GROUP, **LAYOUT)


def read_table(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Read a table, or some of its columns, checking every page against its checksum.

    Raises:
        ControlFailed: the file is missing, damaged or no Parquet.
    """
    with parquet_errors(path):
        return pq.read_table(path, columns=columns, page_checksum_verification=True, partitioning=None)


def largest(path: Path, column: str) -> Any:  # noqa: ANN401  (whatever the column holds)
    """The largest value of a column; None where it has none. Row groups that say theirs are not read.

    Raises:
        ControlFailed: the file is missing, damaged or no Parquet.
    """
    with parquet_errors(path), pq.ParquetFile(path, page_checksum_verification=True) as file:
        place = [file.schema.column(number).path for number in range(len(file.schema))].index(column)
        found = []
        for number in range(file.num_row_groups):
            said = file.metadata.row_group(number).column(place).statistics
            if said is not None and said.has_min_max:
                found.append(said.max)
            else:
                values = file.read_row_group(number, columns=[column]).column(0).to_pylist()
                found.append(max((value for value in values if value is not None), default=None))
    return max((value for value in found if value is not None), default=None)


@contextmanager
def parquet_errors(path: Path) -> Iterator[None]:
    """Turn what goes wrong while a Parquet file is read into a problem with its place.

    Raises:
        ControlFailed: the file is missing, damaged or no Parquet, or the disk fails.
    """
    with disk_errors("read a table", path):
        path.stat()  # a missing file is the system's to report; pyarrow gives it no number
        try:
            yield
        except (pa.ArrowException, EOFError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            hint = "restore the file from a backup, then run `recon runs verify`"
            message = f"the file is damaged: {str(error).strip()}"
            raise ControlFailed(Problem("file-damaged", message, Place(str(path)), hint)) from error
