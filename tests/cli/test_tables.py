"""Tables on a terminal of any width: every amount, date and id is whole, and stands below its heading."""

import io

import pytest

from recon.cli.terminal.tables import print_table

HEADINGS = ["id", "kind", "amount", "date", "reference", "counterparty", "reason"]
ROWS = [
    [
        "0024771db5a049d40b931c6f",
        "missing_in_bank",
        "-1,254,500.00",
        "2026-10-05",
        "TM2610020005",
        "M-1040",
        "short",
    ],
    [
        "003d9d0ce1657ebcda4272b6",
        "rounding",
        "0.01",
        "2026-10-06",
        "",
        "東京支店",
        "paid less than was asked " * 4,
    ],
]


class Screen(io.StringIO):
    """A terminal that keeps what it shows."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The table on a terminal of the width asked for."""
    for name, value in {"TERM": "xterm", "COLUMNS": str(request.param), "LINES": "40", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    screen = Screen()
    print_table(HEADINGS, ROWS, [heading == "amount" for heading in HEADINGS], screen)
    from rich.text import Text

    return Text.from_ansi(screen.getvalue()).plain


@pytest.mark.parametrize("shown", [24, 40, 60, 80, 100, 120, 160, 240], indirect=True)
def test_nothing_is_cut(shown: str) -> None:
    words = shown.split()
    for cell in (*HEADINGS, *(cell for row in ROWS for cell in row[:-1] if cell)):
        assert cell in words
    assert words.count("asked") == 4


@pytest.mark.parametrize("shown", [60, 80, 100], indirect=True)
def test_no_line_is_longer_than_the_terminal_and_values_stand_below_their_headings(
    shown: str, request: pytest.FixtureRequest
) -> None:
    from rich.cells import cell_len

    lines = shown.splitlines()
    assert max(map(cell_len, lines)) <= request.node.callspec.params["shown"]
    ends = {cell: line.index(cell) + len(cell) for line in lines for cell in ("amount", "0.01") if cell in line}
    begins = {cell: line.index(cell) for line in lines for cell in ("date", "2026-10-05") if cell in line}
    assert ends["amount"] == ends["0.01"]
    assert begins["date"] == begins["2026-10-05"]


@pytest.mark.parametrize("shown", [160], indirect=True)
def test_where_there_is_room_sentences_fold_and_a_record_is_a_row(shown: str) -> None:
    heading, rule, first, *_ = shown.splitlines()
    assert heading.split() == HEADINGS
    assert set(rule.strip()) == {"─"}
    assert first.split() == ROWS[0]
