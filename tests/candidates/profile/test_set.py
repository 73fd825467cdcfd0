"""profile set: what is typed becomes what the file says, nothing else in it changes, and what that does to the verdict is told."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from evaluator.reading.profile.profile import load_profile
from tests.candidates.profile.exports import Ran
from tests.candidates.profile.packs import pack
from tests.product import PRODUCT

FILE = """# Ada's profile, kept by Ines
profile: ada   # the id
name: "Ada Lindqvist"
role: senior-product-manager
gathered: 2026-11-01
attributes:
  product_management_years: 5.5   # from the personnel file

  departments:   # since March
    - engineering  # daily
    - design
  coaching: 'working'   # as she says
  history:
    - title: Product Wizard   # of no ladder
      start: 2020-01
notes: "ask about Lisbon"
"""
RULES = ["--rules", str(PRODUCT / "rules"), "--as-of", "2026-11-02"]


@pytest.fixture
def ada(tmp_path: Path) -> Path:
    path = tmp_path / "ada.yaml"
    path.write_text(FILE, encoding="utf-8")
    path.chmod(0o640)
    return path


def set_(path: Path, *words: str) -> Ran:
    return Ran("profile", "set", str(path), *words, *RULES)


@pytest.mark.parametrize(
    ("typed", "old", "new"),
    [
        ("coaching=expert", "'working'", "'expert'"),
        ("Coaching=EXPERT", "'working'", "'expert'"),
        ("product-management-years=8,5", "5.5   #", "8.5   #"),
        ("product_management_years=7 years", "5.5   #", "7   #"),
        ("departments=design; sales", "    - engineering  # daily\n    - design\n", "    # daily\n    - design\n    - sales\n"),
        ("departments+=sales, marketing", "- design\n", "- design\n    - marketing\n    - sales\n"),
        ("departments-=design", "    - design\n", ""),
        ("start_up=ja", "2020-01\n", "2020-01\n  start_up: true\n"),
        ("start-up=No", "2020-01\n", "2020-01\n  start_up: false\n"),
        ("feedback_360_on=17.05.2026", "2020-01\n", "2020-01\n  feedback_360_on: 2026-05\n"),
        ("history.1.function=product", "2020-01\n", "2020-01\n      function: product\n"),
        ("history.Product Wizard.end=unknown", "2020-01\n", "2020-01\n      end: unknown\n"),
        ("history+=title: Lead, start: 2022-01", "2020-01\n", "2020-01\n    - title: Lead\n      start: 2022-01\n"),
        ("role=Product Director", "senior-product-manager", "product-director"),
        ("name=Ada L.", '"Ada Lindqvist"', '"Ada L."'),
        ("as_of=2026-11-02", "gathered: 2026-11-01\n", "gathered: 2026-11-01\nas_of: 2026-11-02\n"),
        ("groups.sex=female", "2020-01\n", "2020-01\ngroups:\n  sex: female\n"),
        ("coaching=don't know", "  coaching: 'working'   # as she says\n", "  coaching:   # as she says\n"),
        ("coaching=k. A.", "  coaching: 'working'   # as she says\n", "  coaching:   # as she says\n"),
    ],
)  # fmt: skip
def test_only_what_was_said_changes(ada: Path, typed: str, old: str, new: str) -> None:
    """Byte for byte: comments, order, quotes, blank lines and the file's mode stay."""
    assert FILE.count(old) == 1
    ran = set_(ada, typed)
    assert ran.code == 0, ran.err
    assert ada.read_text(encoding="utf-8") == FILE.replace(old, new)
    assert ada.stat().st_mode & 0o777 == 0o640


def test_what_changed_and_what_that_does_is_told(ada: Path) -> None:
    """Old and new value with the place, and the verdict before and after."""
    judged = ["evaluate", str(ada), "--role", "group-product-manager", *RULES]
    before = Ran(*judged).out.splitlines()[2]
    ran = set_(ada, "coaching=expert", "leadership=none", "name=Ada", "--role", "group-product-manager")
    after = Ran(*judged).out.splitlines()[2]
    changes = ran.out.splitlines()
    assert changes[:3] == [
        f"{ada}:12:3: Coaching: working → expert",
        f"{ada}:16:3: Leadership: unknown → none",
        "Name: Ada Lindqvist → Ada",
    ]
    told = re.fullmatch(r"Group Product Manager: (.+) \((.+)\) → (.+) \((.+)\)\.", changes[3])
    assert told is not None
    assert told.groups()[:2] != told.groups()[2:]
    assert all(words in before for words in told.groups()[:2])
    assert all(words in after for words in told.groups()[2:])
    assert (len(changes), ran.err) == (4, "")


def test_nothing_is_told_as_a_change_that_is_none(ada: Path) -> None:
    """The same value in another spelling leaves every byte, and the file is not written."""
    stamp = ada.stat().st_mtime_ns
    ran = set_(ada, "coaching=Working", "departments=design, engineering")
    assert ran.out == (
        "Coaching: it is working already, and nothing was changed\n"
        "Departments worked with: it is engineering and design already, and nothing was changed\n"
    )
    assert (ada.read_text(encoding="utf-8"), ada.stat().st_mtime_ns) == (FILE, stamp)


def test_several_are_set_together_or_not_at_all(ada: Path) -> None:
    """One that cannot be read leaves the others unset as well; so does --dry-run, which says what would be."""
    assert set_(ada, "leadership=expert", "coaching=guru").code == 2
    ran = set_(ada, "leadership=expert", "mentees=2", "--dry-run")
    assert "Leadership: unknown → expert (nothing written)" in ran.out
    assert ada.read_text(encoding="utf-8") == FILE
    assert set_(ada, "leadership=expert", "mentees=2", "--unset", "coaching", "--unset", "notes").code == 0
    found = load_profile(ada, pack())
    assert {name: found.given.get(name) for name in ("leadership", "mentees", "coaching")} == {
        "leadership": 4,
        "mentees": 2,
        "coaching": None,
    }
    assert found.notes is None


@pytest.mark.parametrize(
    ("typed", "message", "step"),
    [
        ("coaching=exprt", "Coaching: `exprt` is none of the options", "did you mean `expert`?"),
        ("coaching=3", "Coaching: `3` is none of the options", "use one of none, awareness, working, practitioner, expert"),
        ("mentees=none", "`none` may mean 0, or that nobody knows", "write 0, or unknown"),
        ("delivery_predictability=1,234", "can be read in two ways", "write 1234 if the comma stands between thousands, and 1.234"),
        ("product_management_years=18 months", "`18 months` is no plain number", "in the attribute's own unit"),
        ("product_management_years=70", "70 years is outside 0 to 60 years", "a number, 0 to 60 years"),
        ("start_up=perhaps", "`perhaps` is neither yes nor no", "by yes or no"),
        ("feedback_360_on=03/04/2026", "can be read as", "write"),
        ("cooching=expert", "the pack has no attribute called `cooching`", "did you mean `coaching`?"),
        ("coaching=", "gives no value", "--unset coaching"),
        ("coaching", "sets nothing", "coaching=expert"),
        ("coaching+=expert", "is a scale, to which nothing is added", "write coaching=VALUE"),
        ("profile=bo", "a profile's id is the name of its file", "rename the file"),
        ("history.3.function=product", "no entry of `history` is `3`", "1 “Product Wizard”"),
        ("history.0000001.function=product", "no entry of `history` is `0000001`", "1 “Product Wizard”"),
        ("knowledge-=business", "`knowledge` is unknown, so that nothing can be taken out of it", "write knowledge=VALUE"),
        ("history.1.funktion=product", "has no field `funktion`", "did you mean `function`?"),
        ("history.1=x", "which field of “Product Wizard” is meant is not said", "history.1.FIELD=VALUE"),
        ("history+=title: Product Wizard, start: 2020-01", "stands under `history` already", "nothing has to be added"),
        ("role=Produkt Direktor", "the pack has no role called `Produkt Direktor`", "did you mean"),
        ("as_of=2031-11-01", "a day that has not come", "2026-11-28"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_is_expected(ada: Path, typed: str, message: str, step: str) -> None:
    """In a sentence with a next step, and nothing is written."""
    ran = set_(ada, typed)
    assert ran.code in {1, 2}
    assert message in ran.err
    assert step in ran.err
    assert ada.read_text(encoding="utf-8") == FILE


def test_a_profile_that_cannot_be_used_can_be_mended(ada: Path) -> None:
    """A wrong value is set right, where the verdict before is not known; one more wrong value is not let in."""
    ada.write_text(FILE.replace("'working'", "'wrking'"), encoding="utf-8")
    assert set_(ada, "mentees=2").code == 1
    ran = set_(ada, "coaching=working")
    assert ran.code == 0, ran.err
    assert ada.read_text(encoding="utf-8") == FILE
    assert "Coaching: unknown → working" in ran.out


def test_tables_and_folders_are_refused(tmp_path: Path) -> None:
    """A table is changed where it is kept."""
    table = tmp_path / "people.csv"
    table.write_text("id,coaching\nada,working\n", encoding="utf-8")
    assert "a table of people" in Ran("profile", "set", str(table), "coaching=expert", *RULES).err
    assert Ran("profile", "set", str(tmp_path), "coaching=expert", *RULES).code == 2
    assert table.read_text(encoding="utf-8") == "id,coaching\nada,working\n"


def test_a_file_that_somebody_else_changed_meanwhile_stays_theirs(ada: Path) -> None:
    """Written in between, their words are not lost."""
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from evaluator.candidates.profile.editing.profile_file import ProfileFile\n"
        "first = ProfileFile.write\n"
        "def late(after, before):\n    Path(before.path).write_text('theirs', encoding='utf-8')\n    first(after, before)\n"
        "ProfileFile.write = late\nfrom evaluator.cli.main import run\nsys.exit(run(sys.argv[1:]))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, "profile", "set", str(ada), "coaching=expert", *RULES], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 2
    assert "was changed by somebody else after it was read" in ran.stderr
    assert ada.read_text(encoding="utf-8") == "theirs"


def test_a_program_killed_while_writing_leaves_the_old_file(ada: Path) -> None:
    """The new text lies beside it until it takes its place."""
    script = (
        "import os, sys\nfrom pathlib import Path\n"
        "before = Path.replace\nPath.replace = lambda *_: os.kill(os.getpid(), 9)\n"
        "from evaluator.cli.main import run\nsys.exit(run(sys.argv[1:]))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, "profile", "set", str(ada), "coaching=expert", *RULES], capture_output=True, check=False
    )
    assert ran.returncode == -9
    assert ada.read_text(encoding="utf-8") == FILE
