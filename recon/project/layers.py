"""Settings in layers: environment over project over user over program, each setting with its origin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from recon.errors import ConfigError, Problem
from recon.project.located import Document
from recon.project.models import ConfigModel
from recon.project.nodes import find
from recon.project.settings import LogSettings, MachineSettings, Settings, UserSettings
from recon.project.text_tree import Text
from recon.project.wording import expectation, found, plain_message

VARIABLES = {
    "RECON_MEMORY_MB": ("run", "memory_mb"),
    "RECON_THREADS": ("run", "threads"),
    "RECON_LOG_FORMAT": ("log", "format"),
}
"""Settings of the machine that the environment may set."""

_TABLES: dict[str, type[ConfigModel]] = {"run": MachineSettings, "log": LogSettings}


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting in force: `table.name`, its value as text (empty when unset), and where it came from."""

    name: str
    value: str
    origin: str


def layered(
    project: Document, user: Document | None, environment: Mapping[str, str]
) -> tuple[Settings, tuple[Setting, ...]]:
    """The settings in force and where each came from.

    Raises:
        ConfigError: if the project's file or a variable of the environment is wrong.
    """
    settings = project.build(Settings)
    defaults = user.build(UserSettings) if user else None
    variables = _from_environment(environment)
    tables: dict[str, ConfigModel] = {}
    origins: list[Setting] = []
    for table in Settings.model_fields:
        own: ConfigModel | dict[str, ConfigModel] = getattr(settings, table)
        if isinstance(own, dict):
            origins += _named(project, table, own)
            continue
        changes: dict[str, object] = {}
        for name in type(own).model_fields:
            steps = (table, name)
            origin = "default"
            if steps in variables:
                variable, changes[name] = variables[steps]
                origin = f"environment variable {variable}"
            elif find(project.root, steps) is not None:
                origin = _line(project, steps)
            elif defaults and user and find(user.root, steps) is not None:
                changes[name] = getattr(getattr(defaults, table), name)
                origin = _line(user, steps)
            origins.append(Setting(f"{table}.{name}", _text(changes.get(name, getattr(own, name))), origin))
        tables[table] = own.model_copy(update=changes)
    return settings.model_copy(update=tables), tuple(origins)


def _named(project: Document, table: str, models: Mapping[str, ConfigModel]) -> Iterator[Setting]:
    """The settings of a table whose tables have names of their own, such as people; only a project has these."""
    for key, model in models.items():
        for name in type(model).model_fields:
            steps = (table, key, name)
            origin = "default" if find(project.root, steps) is None else _line(project, steps)
            yield Setting(".".join(steps), _text(getattr(model, name)), origin)


def _line(document: Document, steps: tuple[str, ...]) -> str:
    return f"{document.shown}:{document.place(steps, key=True).line}"


def _from_environment(environment: Mapping[str, str]) -> dict[tuple[str, str], tuple[str, object]]:
    """The variable and value of each setting that the environment sets."""
    values: dict[tuple[str, str], tuple[str, object]] = {}
    problems = []
    for variable, (table, name) in VARIABLES.items():
        if not (text := environment.get(variable)):
            continue
        try:
            model = _TABLES[table].model_validate({name: text})
        except ValidationError as error:
            detail = error.errors(include_url=False)[0]
            expected = expectation(detail["type"], detail.get("ctx", {}))
            said = (
                f"expected {expected}, found {found(Text(text, ()))}"
                if expected
                else plain_message(detail["msg"])
            )
            hint = f"correct it, or unset it; it stands for `{name}` under `[{table}]`"
            problems.append(Problem("wrong-variable", f"environment variable {variable}: {said}", hint=hint))
        else:
            values[table, name] = (variable, getattr(model, name))
    if problems:
        raise ConfigError(*problems)
    return values


def _text(value: object) -> str:
    """A setting as `recon config show` prints it."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_text(inner)}" for name, inner in value.items())
    return ", ".join(value) if isinstance(value, tuple) else str(value)
