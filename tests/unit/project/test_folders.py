"""Folders of settings and tables: one that may not be opened is not taken for an empty one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.partners.registry.registry import Registry
from recon.payouts.bank.profile import bank_files_in
from recon.payouts.desk.running import tables_of
from recon.payouts.library import plans_in
from recon.project.folders import files_in
from recon.project.workspace import open_project
from recon.rules.rates import load_rates

READ: dict[str, Callable[[Path], object]] = {
    "rates": load_rates,
    "plans": plans_in,
    "payments": bank_files_in,
    "partners/registry": Registry.read,
}


@pytest.fixture
def close(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Makes a folder as if whoever runs recon might not open it."""
    may = os.access

    def closing(closed: Path) -> None:
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != closed and may(path, mode))

    return closing


@pytest.mark.parametrize("name", sorted(READ))
def test_a_closed_folder_is_refused(name: str, tmp_path: Path, close: Callable[[Path], None]) -> None:
    folder = tmp_path / name
    READ[name](folder)
    folder.mkdir(parents=True)
    READ[name](folder)
    close(folder)
    with pytest.raises(ConfigError, match="the folder cannot be opened"):
        READ[name](folder)


@pytest.mark.parametrize("read", [plans_in, bank_files_in])
def test_a_closed_folder_below_is_refused(
    read: Callable[[Path], object], tmp_path: Path, close: Callable[[Path], None]
) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    read(tmp_path)
    close(tmp_path / "a" / "b")
    with pytest.raises(ConfigError, match="a/b: the folder cannot be opened"):
        read(tmp_path)


@pytest.mark.parametrize("kind", ["facts", "adjustments"])
def test_closed_tables_of_a_project_are_refused(
    kind: str, tmp_path: Path, close: Callable[[Path], None]
) -> None:
    (tmp_path / "recon.toml").write_text('[project]\nname = "Acme"\n', encoding="utf-8")
    project = open_project(tmp_path)
    folder = project.configs / "partners" / kind
    folder.mkdir(parents=True)
    close(folder)
    with pytest.raises(ConfigError, match=f"configs/partners/{kind}: the folder cannot be opened"):
        tables_of(project, kind)


def test_files_are_taken_by_their_ending_and_in_order(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.YAML", "c.txt", "below/d.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in files_in(tmp_path, [".yaml"])] == ["a.YAML", "b.yaml"]
    assert [path.name for path in files_in(tmp_path, [".yaml"], below=True)] == ["a.YAML", "b.yaml", "d.yaml"]
    assert files_in(tmp_path / "absent", [".yaml"]) == []
