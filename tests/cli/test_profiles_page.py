"""The page of shipped profiles is what the profiles say, and names each of them."""

import re
from pathlib import Path

from docs.press.profiles import PAGE, page
from recon.sources.library import shipped_names, shipped_profile
from recon.sources.profiles.describing import checks_of
from tests.unit.sources.workbench import profile


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make picture`"


def test_every_profile_is_on_the_page_with_its_checks() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert tuple(re.findall(r"^`(\w+)` \(", text, re.MULTILINE)) == shipped_names()
    for name in shipped_names():
        for check in checks_of(shipped_profile(name)):
            assert f"  - {check}\n" in text


def test_the_example_of_a_source_that_extends_one_is_a_profile(tmp_path: Path) -> None:
    example, _ = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    loaded = profile(tmp_path, example)
    assert (loaded.source, loaded.profile.account) == ("stripe", "acct_1")
