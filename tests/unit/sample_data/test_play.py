"""Stories played in brief: what a month came to, in a few lines."""

from pathlib import Path

import pytest

from sample_data import play


def test_a_month_in_brief(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = {
        "run": '{"entries": 1594, "matched": 791, "breaks": 20, "proof": "ok", "workbook": "reports/x.xlsx"}',
        "payouts run": '[{"plan": "sales@2026-01-01", "payees": 3, "earned": "1009.10", "currency": "USD",'
        ' "held": "0.00", "paid": "8.00 GBP"}]',
        "payouts export": '[{"payments": 3, "amount": "8.00", "currency": "GBP"}]',
    }
    seen = []

    def run(arguments: tuple[str, ...]) -> int:
        words = arguments[3:]
        seen.append(words)
        print(answers.get(" ".join(words[: 1 if words[0] == "run" else 2]), ""))  # noqa: T201  (stands for a command)
        return 0

    monkeypatch.setattr(play, "run", run)
    (tmp_path / "configs/plans").mkdir(parents=True)
    (tmp_path / "configs/plans/sales.yaml").touch()
    play.month(tmp_path, "2026-10", play.in_brief(tmp_path))
    assert capsys.readouterr().out.splitlines() == [
        "",
        "2026-10  matched   1,594 entries, 791 matches, 20 breaks, proof ok",
        f"         workbook  {tmp_path}/reports/x.xlsx",
        "         payout    sales: 3 payees, earned 1,009.10 USD, held 0.00, paid 8.00 GBP",
        "         approved  by h.okon and c.musa",
        "         exported  3 payments, 8.00 GBP",
    ]
    assert ("payouts", "approve", "sales-2026-10", "--by", "c.musa") in seen


def test_a_command_that_fails_ends_the_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(play, "run", lambda _: 3)
    with pytest.raises(SystemExit, match="3"):
        play.in_brief(tmp_path)(("run", "--period", "2026-10"))
