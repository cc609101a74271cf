"""Templates of pages: everything that comes from data is escaped, and a name that is not there is a defect."""

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, StrictUndefined, Template


def page_template(path: Path, **filters: Callable[..., object]) -> Template:
    """The template in a file, with the filters by which it shows values."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= filters
    return environment.from_string(path.read_text("utf-8"))
