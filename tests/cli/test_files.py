"""Files that the user names."""

import os
import stat
from pathlib import Path

import pytest

from recon.cli.terminal.files import write_file
from recon.errors import UsageError


def test_a_file_is_private_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before, and longer", encoding="utf-8")
    path.chmod(0o644)
    write_file(path, b"after")
    assert path.read_bytes() == b"after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_a_link_is_followed_and_a_pipe_is_written_to(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "a.txt")
    write_file(tmp_path / "link", b"through")
    assert (tmp_path / "a.txt").read_bytes() == b"through"
    assert (tmp_path / "link").is_symlink()
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_file(tmp_path / "pipe", b"poured")
        assert os.read(reader, 100) == b"poured"
    finally:
        os.close(reader)
    assert (tmp_path / "pipe").is_fifo()


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        write_file(tmp_path / "no" / "a.txt", b"")
    with pytest.raises(UsageError, match="cannot be written: Is a directory"):
        write_file(tmp_path, b"")
    (tmp_path / "a.txt").write_bytes(b"kept")
    with pytest.raises(UsageError, match="there is such a file already"):
        write_file(tmp_path / "a.txt", b"", replace=False)
    assert (tmp_path / "a.txt").read_bytes() == b"kept"
