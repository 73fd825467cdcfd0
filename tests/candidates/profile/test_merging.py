"""profile import --into: a newer export adds what is new, and what contradicts the profile is told and never dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.reading.profile.profile import load_profile
from tests.candidates.profile.exports import HEADER, Ran, folder
from tests.candidates.profile.packs import pack
from tests.product import PRODUCT

RULES = ["--rules", str(PRODUCT / "rules"), "--as-of", "2026-11-01"]
FIRST = HEADER + "Nordwind,Product Manager,,Bergen,Nov 2019,\nNordwind,Shop Hero,,Bergen,Jan 2017,Oct 2019\n"
LATER = (
    HEADER
    + "Nordwind,Senior Product Manager,,Bergen,Jun 2026,\nNordwind,Product Manager,,Bergen,Nov 2019,May 2026\n"
    + "Nordwind,Shop Hero,,Bergen,Jan 2017,Oct 2019\n"
)
NAME = "First Name,Last Name\nJana,Nova\n"


@pytest.fixture
def jana(tmp_path: Path) -> Path:
    """Import an export, and let the manager add what it could not say."""
    path = tmp_path / "jana.yaml"
    export = folder(tmp_path / "first", {"Positions.csv": FIRST, "Profile.csv": NAME})
    assert Ran("profile", "import", "linkedin", export, "-o", str(path), *RULES).code == 0
    assert Ran("profile", "set", str(path), "history.Shop Hero.function=marketing", "coaching=working", "--rules", RULES[1]).code == 0
    return path


def into(path: Path, positions: str, *words: str) -> Ran:
    export = folder(path.parent / "later", {"Positions.csv": positions, "Profile.csv": NAME})
    return Ran("profile", "import", "linkedin", export, "--into", str(path), *words, *RULES)


def test_the_same_export_changes_nothing(jana: Path) -> None:
    """What the manager added stays."""
    before = jana.read_bytes()
    ran = into(jana, FIRST)
    assert ran.code == 0, ran.err
    assert ran.out == f"{jana} says all of it already, and nothing was written\n"
    assert jana.read_bytes() == before
    assert not jana.with_name("jana.evidence.jsonl").exists()


def test_what_is_new_is_added_and_what_contradicts_is_refused_first(jana: Path) -> None:
    """A new position, and the end of the one before it; a role that is another one by now is a question of --prefer."""
    before = jana.read_text(encoding="utf-8")
    refused = into(jana, LATER)
    assert refused.code == 1
    assert "Role today: Product Manager in the profile, Senior Product Manager in the export" in refused.err
    assert "--prefer export or --prefer profile" in refused.err
    assert jana.read_text(encoding="utf-8") == before
    ran = into(jana, LATER, "--prefer", "export")
    assert ran.code == 0, ran.err
    for words in (
        "Role today: Product Manager → Senior Product Manager",
        "Positions held: also “Senior Product Manager, Nordwind”",
        "Positions held, “Product Manager, Nordwind”, end: unknown → 2026-05",
    ):
        assert words in ran.out
    found = load_profile(jana, pack())
    history = found.given["history"]
    assert isinstance(history, tuple)
    assert [(one["title"], str(one.get("end", "")), one.get("function")) for one in history] == [
        ("Product Manager", "2026-05-01", "product"),
        ("Shop Hero", "2019-10-01", "marketing"),
        ("Senior Product Manager", "", "product"),
    ]
    assert (found.role, found.given["coaching"]) == ("senior-product-manager", 2)
    assert [line for line in before.splitlines() if line.lstrip().startswith("#")] == [
        line for line in jana.read_text(encoding="utf-8").splitlines() if line.lstrip().startswith("#")
    ]
    assert "LinkedIn export, Positions.csv" in jana.with_name("jana.evidence.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("start", ["2019", "unknown"])
def test_a_position_of_which_the_day_is_known_otherwise_is_no_second_one(jana: Path, start: str) -> None:
    """A year says nothing against a month of it: what is said otherwise is asked about, and no entry is added."""
    assert Ran("profile", "set", str(jana), f"history.1.start={start}", "--rules", RULES[1]).code == 0
    ran = into(jana, FIRST, "--prefer", "export")
    assert ran.code == 0, ran.err
    assert f"Positions held, “Product Manager, Nordwind”, start: {start} → 2019-11" in ran.out
    history = load_profile(jana, pack()).given["history"]
    assert isinstance(history, tuple)
    assert [str(one["start"]) for one in history] == ["2019-11-01", "2017-01-01"]


def test_a_position_of_another_year_is_another_one(jana: Path) -> None:
    """The same title in the same place, held twice."""
    again = FIRST + "Nordwind,Product Manager,,Bergen,Feb 2014,Mar 2015\n"
    ran = into(jana, again)
    assert ran.code == 0, ran.err
    assert "Positions held: also “Product Manager, Nordwind”" in ran.out


def test_the_profile_may_count(jana: Path) -> None:
    """Then what it says stays, is told, and the rest is added."""
    ran = into(jana, LATER, "--prefer", "profile")
    assert "kept: Role today: Product Manager in the profile, Senior Product Manager in the export" in ran.out
    assert load_profile(jana, pack()).role == "product-manager"
    assert len(load_profile(jana, pack()).given["history"]) == 3  # type: ignore[arg-type]


def test_a_date_that_differs_is_a_conflict_of_its_own(jana: Path) -> None:
    """With its entry and its field."""
    ran = into(jana, FIRST.replace("Oct 2019", "Sep 2019"))
    assert ran.code == 1
    assert "Positions held, “Shop Hero, Nordwind”, end: 2019-10 in the profile, 2019-09 in the export" in ran.err


@pytest.mark.parametrize("words", [["--prefer", "export"], ["--into", "x.yaml", "-o", "y.yaml"]])
def test_options_that_contradict_are_refused(words: list[str], tmp_path: Path) -> None:
    """In a sentence."""
    export = folder(tmp_path / "first", {"Positions.csv": FIRST})
    (tmp_path / "x.yaml").write_text("profile: x\n", encoding="utf-8")
    given = [str(tmp_path / word) if word.endswith(".yaml") else word for word in words]
    ran = Ran("profile", "import", "linkedin", export, *given, *RULES)
    assert ran.code == 2
    assert "--into" in ran.err
