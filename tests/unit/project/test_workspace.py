"""The project at hand: where it is found, what its settings are, and who set them."""

from pathlib import Path

import pytest

from recon.errors import ConfigError
from recon.project.toml_text import read_toml
from recon.project.workspace import Project, open_project, user_file

NAMED = '[project]\nname = "acme"\n'


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("RECON_PROJECT", "RECON_MEMORY_MB", "RECON_THREADS", "RECON_LOG_FORMAT"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))


def project(folder: Path, text: str = NAMED) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "recon.toml").write_text(text, encoding="utf-8")
    return folder


def origins(opened: Project) -> dict[str, str]:
    return {setting.name: f"{setting.value} < {setting.origin}" for setting in opened.origins}


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        open_project(project(folder, text))
    return [f"{p.place}: {p.message}" for p in caught.value.problems]


def test_an_option_wins_over_the_variable_and_that_over_the_nearest_upward(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    option, variable, nearest = (project(tmp_path / name) for name in ("option", "variable", "nearest"))
    below = nearest / "configs" / "rules"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert open_project().root == nearest
    monkeypatch.setenv("RECON_PROJECT", str(variable))
    assert open_project().root == variable
    assert open_project(option).root == option
    assert open_project(Path("../../../option/recon.toml")).root == option


def test_a_missing_project_names_every_place_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    with pytest.raises(ConfigError) as caught:
        open_project()
    (problem,) = caught.value.problems
    assert problem.code == "no-project"
    expected = [f"  {folder / 'recon.toml'}" for folder in (deep, *deep.parents)]
    assert str(problem).splitlines()[1:-1] == expected


def test_a_named_folder_without_a_project_is_not_searched_upward(tmp_path: Path) -> None:
    inside = project(tmp_path) / "inside"
    inside.mkdir()
    with pytest.raises(ConfigError, match="no project in the folder that --project names"):
        open_project(inside)


def test_folders_are_absolute_and_shown_relative(tmp_path: Path) -> None:
    opened = open_project(project(tmp_path, '[project]\nname = "a"\nconfigs = "setup"\nstore = "var/store"\n'))
    assert opened.sources_dir == tmp_path / "setup" / "sources"
    assert opened.temporary_dir == tmp_path / "var" / "store" / "tmp"
    assert opened.relative(opened.rules_dir / "a.yaml") == "setup/rules/a.yaml"
    assert opened.relative(Path("inbox/x.csv")) == "inbox/x.csv"
    assert opened.relative(Path("/elsewhere/x.csv")) == "/elsewhere/x.csv"


def test_each_setting_knows_who_set_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user_file().parent.mkdir(parents=True)
    user_file().write_text('[run]\nthreads = 4\nmemory_mb = 700\n\n[log]\nformat = "text"\n', encoding="utf-8")
    monkeypatch.setenv("RECON_LOG_FORMAT", "json")
    opened = open_project(project(tmp_path / "p", NAMED + "[run]\nmemory_mb = 500\n"))
    found = origins(opened)
    assert found["project.name"] == "acme < recon.toml:2"
    assert found["run.memory_mb"] == "500 < recon.toml:4"
    assert found["run.threads"] == f"4 < {user_file()}:2"
    assert found["log.format"] == "json < environment variable RECON_LOG_FORMAT"
    assert found["run.fail_on"] == "breaks < default"
    assert (opened.settings.run.memory_mb, opened.settings.run.threads) == (500, 4)
    assert opened.settings.log.format == "json"


def test_memory_grows_with_the_entries_unless_somebody_set_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = (0, 3_000_000, 4_000_000, 20_500_000, 90_000_000)
    unset = open_project(project(tmp_path / "unset", NAMED + "[run]\nthreads = 1\n")).settings.run
    assert [unset.memory_for(many) for many in entries] == [850, 850, 975, 3000, 3000]
    plain = open_project(project(tmp_path / "plain", NAMED)).settings.run
    assert plain.memory_for(4_000_000) == 975
    is_set = open_project(project(tmp_path / "set", NAMED + "[run]\nmemory_mb = 850\n")).settings.run
    assert {is_set.memory_for(many) for many in entries} == {850}
    monkeypatch.setenv("RECON_MEMORY_MB", "5000")
    assert {open_project(tmp_path / "unset").settings.run.memory_for(many) for many in entries} == {5000}


def test_the_user_may_not_change_results(tmp_path: Path) -> None:
    user_file().parent.mkdir(parents=True)
    user_file().write_text("[run]\nmax_refused = 100\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="unknown setting `max_refused`"):
        open_project(project(tmp_path / "p"))


def test_problems_stand_at_their_lines(tmp_path: Path) -> None:
    text = (
        '[project]\nname = "a"\nstore = "../x"\n\n[run]\n  threds = 3\nfail_on = "never"\nmax_refused = 0.5\n'
    )
    assert problems(tmp_path, text) == [
        "recon.toml:3:9: `../x` is not a folder inside the project; write it relative to `recon.toml`",
        "recon.toml:6:3: unknown setting `threds`",
        "recon.toml:7:11: `fail_on`: expected one of `none`, `breaks`, `aged`, found `never`",
        "recon.toml:8:15: `max_refused`: expected a whole number, found `0.5`",
    ]


@pytest.mark.parametrize(
    ("text", "steps", "key", "place"),
    [
        ('a = 1\n[b.c]\nd = "x"\n', ("b", "c", "d"), False, "t:3:5"),
        ('a.b.c = "x"\n', ("a", "b", "c"), True, "t:1:1"),
        ('[a]\n"b c" = ["x", "y"]\n', ("a", "b c", 1), False, "t:2:9"),
        ("[a]\nb = {c = {d = 1}}\n", ("a", "b", "c", "d"), False, "t:2:5"),
        ('[a]\r\nb = """\r\nc = 1\r\n"""\r\nd = 2\r\n', ("a", "d"), True, "t:5:1"),
        ("[[a]]\nb = 1\n", ("a", 0, "b"), False, "t:2:5"),
    ],
)
def test_places_in_toml(tmp_path: Path, text: str, steps: tuple[str | int, ...], key: bool, place: str) -> None:
    path = tmp_path / "t.toml"
    path.write_text(text, encoding="utf-8", newline="")
    assert str(read_toml(path, "t").place(steps, key=key)) == place


def test_numbers_may_be_written_as_toml_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text("[run]\nmemory_mb = 1_000\n", encoding="utf-8")
    assert (
        open_project(project(tmp_path, NAMED + path.read_text(encoding="utf-8"))).settings.run.memory_mb == 1000
    )
