"""Reading, writing and playing the cases of the error catalogue."""

import re
import shlex
from dataclasses import dataclass, replace
from pathlib import Path

CASES = Path(__file__).parent / "cases"
DEFAULT_PROJECT = '[project]\nname = "acme"\n'
_HEADER = re.compile(r"^=== (?P<name>\S+)(?: \((?P<how>[a-z]+)(?: (?P<count>\d+))?\))?$")
_WORDS = frozenset({"run", "stdout", "stderr", "status", "environment"})


@dataclass(frozen=True)
class Section:
    """A named part of a case, as it stands there."""

    name: str
    how: str
    count: int
    text: str

    @property
    def content(self) -> bytes:
        """The bytes of the file the section describes."""
        if self.how == "escaped":
            return self.text.removesuffix("\n").encode("latin-1").decode("unicode_escape").encode("latin-1")
        return self.text.encode("utf-8") * self.count


@dataclass(frozen=True)
class Case:
    """One way to go wrong: files, a command, and what must be said."""

    title: str
    sections: tuple[Section, ...]

    def text(self, name: str) -> str:
        """The text of a section, empty when there is none."""
        return next((section.text for section in self.sections if section.name == name), "")

    @property
    def command(self) -> list[str]:
        """The command line, split like a shell does."""
        return shlex.split(self.text("run"))

    @property
    def lists(self) -> bool:
        """Whether what is wrong is told as a listing."""
        return any(section.name == "stdout" for section in self.sections)

    @property
    def environment(self) -> dict[str, str]:
        """Variables to set."""
        return dict(line.split("=", 1) for line in self.text("environment").splitlines())

    def lay_out(self, folder: Path) -> None:
        """Write the files of the case."""
        (folder / "recon.toml").write_text(DEFAULT_PROJECT, encoding="utf-8")
        for section in self.sections:
            if section.name in _WORDS:
                continue
            path = folder / section.name
            path.parent.mkdir(parents=True, exist_ok=True)
            if section.how == "absent":
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(section.content)

    def told(self, stdout: str, stderr: str, status: int) -> "Case":
        """The case as it would be written now that this was said."""
        listed = {"stdout": stdout} if self.lists else {}
        changed = {**listed, "stderr": stderr, "status": f"{status}\n"}
        kept = [section for section in self.sections if section.name not in changed]
        return replace(self, sections=(*kept, *(Section(name, "", 1, text) for name, text in changed.items())))

    def __str__(self) -> str:
        """The case as it stands in its file."""
        parts = [self.title]
        for section in self.sections:
            how = {"": "", "repeated": f" (repeated {section.count})"}.get(section.how, f" ({section.how})")
            parts.append(f"=== {section.name}{how}\n{section.text}")
        return "".join(parts)


def read_case(path: Path) -> Case:
    """The case in a file."""
    title, sections, current = "", [], None
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if header := _HEADER.match(line.rstrip("\n")):
            current = Section(header["name"], header["how"] or "", int(header["count"] or 1), "")
            sections.append(current)
        elif current is None:
            title += line
        else:
            current = replace(current, text=current.text + line)
            sections[-1] = current
    return Case(title, tuple(sections))
