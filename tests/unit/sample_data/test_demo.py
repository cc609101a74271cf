"""The demo tells again what was played, as long as nothing of it has changed."""

from pathlib import Path

import pytest

from sample_data import demo, play


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was played, by story; playing prints a line and leaves a folder."""
    stories: list[str] = []

    def main(arguments: list[str]) -> int:
        stories.append(arguments[1])
        Path(arguments[2]).mkdir()
        print(f"{arguments[1]} was played")  # noqa: T201  (stands for a story)
        return 0

    monkeypatch.setattr(play, "main", main)
    return stories


def test_the_second_time_nothing_is_played(
    tmp_path: Path, played: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    demo.main([str(tmp_path)])
    first = capsys.readouterr().out.splitlines()
    assert played == list(demo.STORIES)
    demo.main([str(tmp_path)])
    second = capsys.readouterr().out.splitlines()
    assert played == list(demo.STORIES)
    assert second[: len(first)] == first
    assert (
        second[-1] == f"{len(played)} of {len(played)} were played before, and nothing of theirs has changed."
    )


def test_what_changed_is_played_again(
    tmp_path: Path, played: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = {"agent_network": "a", "month_end": "b"}
    monkeypatch.setattr(demo, "digest", lambda story: marks.get(story, "same"))
    demo.main([str(tmp_path)])
    played.clear()
    marks["month_end"] = "c"
    (tmp_path / "channel_ops").rmdir()
    demo.main([str(tmp_path)])
    assert played == ["channel_ops", "month_end"]


def test_a_digest_covers_the_program_and_the_story() -> None:
    digests = {story: demo.digest(story) for story in demo.STORIES}
    assert len(set(digests.values())) == len(demo.STORIES)
    assert digests == {story: demo.digest(story) for story in demo.STORIES}
