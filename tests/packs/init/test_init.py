"""A new folder: what is in it works at once, whatever the titles, and nothing is ever half written or written over."""

from __future__ import annotations

import io
import json
import os
import shlex
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluator.cli.main import run
from evaluator.packs.init import command
from evaluator.packs.init.names import NamesProblem, checked_title, new_ladder
from evaluator.packs.lint import linted
from evaluator.reading.yaml.scalars import KEBAB

Capture = pytest.CaptureFixture[str]
FIVE = ["--role", "Junior", "--role", "Designer", "--role", "Senior", "--role", "Lead", "--role", "Head"]


@pytest.fixture(name="here", autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def left(folder: Path) -> list[str]:
    """Return what lies in a folder, hidden files too."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def answered(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Let the answers of an interview come through standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


@pytest.mark.parametrize(
    "options",
    [
        FIVE,
        ["--role", "Boss"],
        ["--name", "no", "--track", "on", "--track", "Ингенеры", "--role", "on: null", "--role", "Ингенеры: 1e3"],
        ["--track", "Craft", "--track", "Management", "--role", "Craft: Lead", "--role", "Management: Lead", "--role", "craft: Head"],
        [word for rung in range(20) for word in ("--role", f"Level {rung}")],
        ["--from", "points"],
        ["--from", "skill-levels", "--name", "Our 'design' ladder: 2026 # first"],
        ["--from", "ranks"],
        pytest.param(["--from", "product-careers"], marks=pytest.mark.slow),
    ],
    ids=lambda options: " ".join(options)[:30],
)
def test_what_init_writes_lints_clean_and_its_commands_work_when_pasted(options: Sequence[str], here: Path, capsys: Capture) -> None:
    """The folder's name has a space and a quote; schemas are there and in step."""
    folder = "my ladder's"
    assert run(["init", folder, *options]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"wrote {folder}: ")
    pack, problems = linted(here / folder / "rules")
    assert (pack is not None, list(problems)) == (True, [])
    commands = [shlex.split(line) for line in shown.partition("Next:\n")[2].splitlines()]
    assert commands.pop(0) == ["cd", folder]
    os.chdir(folder)
    assert [words[:2] for words in commands] == [["evaluator", "test"], ["evaluator", "evaluate"], ["evaluator", "show"]]
    for words in commands:
        assert run(words[1:]) == 0, words
    assert run(["schema", "--check"]) == 0
    assert "failed" not in capsys.readouterr().out.replace("0 failed", "")
    assert not [name for name in left(here) if "part" in name]


def test_a_ladder_from_nothing_has_examples_that_decide_all_of_it_and_five_people_of_all_kinds(capsys: Capture) -> None:
    """Every verdict is there, and one whose answer is missing."""
    assert run(["init", "a", *FIVE]) == 0
    assert run(["test", "a/rules", "--mutate", "--fail-under", "100"]) == 0
    capsys.readouterr()
    assert run(["evaluate", "a/people.csv", "--rules", "a/rules", "--format", "csv"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 6
    assert all(any(f",{verdict}," in row for row in rows) for verdict in ("ready", "nearly", "not yet"))
    assert run(["prove", "a/rules"]) == 0
    assert "No findings." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("titles", "ids"),
    [
        (["Junior Designer", "Señor Díaz"], ["junior-designer", "senor-diaz"]),
        (["工程师", "Инженер", "مهندس"], ["role-1", "role-2", "role-3"]),
        (["no", "On", "NULL", "none", "1e3"], ["role-no", "role-on", "role-null", "role-none", "e3"]),
        (["C++ Lead", "C# Lead", "C Lead"], ["c-lead", "c-lead-2", "c-lead-3"]),
        (["Role-2", "工程师"], ["role-2", "role-3"]),
        (["Lead!", "lead"], ["lead-2", "lead"]),
        (['it\'s "so": {really}', "# 1"], ["it-s-so-really", "role-2"]),
        (["Ingenieur für Maschinen- und Anlagenbau mit Schwerpunkt Antriebe"], ["ingenieur-fur-maschinen-und-anlagenbau-mit"]),
        (["x" * 120], ["x" * 48]),
        (["İstanbul", "ẞtraße"], ["istanbul", "trae"]),
    ],
    ids=lambda value: str(value)[:24],
)
def test_ids_are_made_of_titles_in_any_script(titles: Sequence[str], ids: Sequence[str]) -> None:
    """An id is never another one's id or title, nor a word that other readers of YAML take for something else."""
    made = [role.id for role in new_ladder("Ladder", {"Track": titles}).roles]
    assert made == list(ids)
    assert all(KEBAB.fullmatch(one) for one in made)


def test_roles_of_two_tracks_may_have_one_title_and_get_ids_of_their_own() -> None:
    """With the track before it, where that can be said in letters."""
    ladder = new_ladder("Ladder", {"Craft": ["Lead", "Head"], "Людям": ["Lead"], "Management": ["Lead", "head"]})
    assert [role.id for role in ladder.roles] == ["craft-lead", "craft-head", "lead-2", "management-lead", "management-head"]
    assert [track.id for track in ladder.tracks] == ["craft", "track-2", "management"]


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4),
    st.lists(st.text(alphabet="no on'\":#{}[],&*!|>%@`-?~1e3é工", min_size=1, max_size=12), min_size=1, max_size=4),
)
def test_titles_of_any_letters_make_a_pack_without_findings_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, some: Sequence[str], others: Sequence[str]
) -> None:
    """And are in it as they were written."""
    folder = tmp_path_factory.mktemp("any") / "ladder"
    options = [word for title in some for word in ("--role", f"A: {title}")] + [
        word for title in others for word in ("--role", f"B: {title}")
    ]
    code = run(["init", str(folder), "--name", others[0], "--track", "A", "--track", "B", *options])
    assert code in {0, 2}
    assert folder.exists() is (code == 0)
    if code == 0:
        pack, problems = linted(folder / "rules")
        assert pack is not None
        assert not list(problems)
        assert pack.title == checked_title(others[0])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--role", "Lead", "--role", "LEAD"], "`Lead` and `LEAD` differ in case alone"),
        (["--role", "Lead", "--role", " Lead "], "`Lead` stands twice"),
        (["--role", " "], "a title has no letters"),
        (["--role", "a\x07b"], "U+0007"),
        (["--role", "a\u2028b\ufeff"], "U+FEFF"),
        (["--role", "x" * 121], "has 121 characters, at most 120"),
        (["--track", "A", "--track", "a", "--role", "A: x"], "two tracks have the same title"),
        (["--track", "A", "--track", "A", "--role", "A: x"], "two tracks have the same title"),
        (["--track", "A", "--track", "B", "--role", "x"], "does not say on which track"),
        (["--track", "A", "--track", "B", "--role", "A: x"], "the track B has no role"),
        (["--from", "points", "--role", "x"], "a template has its own tracks and roles"),
        (["--track", "A", "--track", "B", "--role", "A: x", "--role", "B: x", "--role", "A: x (B)"], "the pack would not be right"),
    ],
)
def test_titles_that_cannot_be_are_refused_and_nothing_is_written(options: Sequence[str], words: str, here: Path, capsys: Capture) -> None:
    """In a sentence with a next step."""
    assert run(["init", "new", *options]) == 2
    shown = capsys.readouterr().err
    assert words in shown
    assert "help: " in shown
    assert left(here) == []


def test_a_folder_that_is_not_empty_is_refused_and_stays_as_it_is(here: Path, capsys: Capture) -> None:
    """Be it by one hidden file."""
    (here / "used").mkdir()
    (here / "used" / ".notes").write_text("mine", encoding="utf-8")
    assert run(["init", "used", *FIVE]) == 2
    assert "used is not empty: it holds .notes" in capsys.readouterr().err
    assert left(here) == ["used", "used/.notes"]


@pytest.mark.parametrize("there", ["file", "link", "rules"])
def test_what_is_no_folder_of_its_own_is_refused(there: str, here: Path, capsys: Capture) -> None:
    """A file, a link to nothing, a folder with a pack."""
    if there == "file":
        (here / "new").write_text("x", encoding="utf-8")
    elif there == "link":
        (here / "new").symlink_to(here / "nowhere")
    else:
        (here / "new" / "rules").mkdir(parents=True)
    before = left(here)
    assert run(["init", "new", *FIVE]) == 2
    assert "help: name a new folder, or an empty one" in capsys.readouterr().err
    assert left(here) == before


def test_a_folder_that_holds_a_fresh_git_repository_counts_as_empty(here: Path, capsys: Capture) -> None:
    """The current folder is taken where none is named, and stays the same folder."""
    (here / ".git").mkdir()
    inode = here.stat().st_ino
    assert run(["init", *FIVE]) == 0
    assert here.stat().st_ino == inode
    assert "  cd " not in capsys.readouterr().out
    assert {".git", "README.md", "people.csv", "rules"} == {path.name for path in here.iterdir()}


def test_folders_above_a_new_one_are_made(here: Path) -> None:
    """As far as they are not there."""
    assert run(["init", "a/b/c", *FIVE]) == 0
    assert (here / "a/b/c/rules/pack.yaml").is_file()


def test_where_writing_fails_nothing_is_left(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the folders above."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "x")

    monkeypatch.setattr(command, "write_schemas", full)
    assert run(["init", "a/b", *FIVE]) == 2
    assert left(here) == []


def test_what_comes_into_being_meanwhile_is_not_written_over(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """And what was moved there already is taken back."""
    (here / "new").mkdir()
    write = command.write_schemas

    def meanwhile(*given: object) -> object:
        (here / "new" / "rules").mkdir()
        return write(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(command, "write_schemas", meanwhile)
    assert run(["init", "new", *FIVE]) == 2
    assert "has come into being meanwhile" in capsys.readouterr().err
    assert left(here) == ["new", "new/rules"]


ANSWERS = ("1", "Design careers", "Craft", "Management", "", "Designer", "Senior Designer", "", "Design Lead", "")


def test_an_interview_asks_for_what_the_options_leave_open(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Start, name, tracks, and the roles of each."""
    answered(monkeypatch, *ANSWERS)
    assert run(["init", "new"]) == 0
    pack, _ = linted(here / "new" / "rules")
    assert pack is not None
    assert (pack.title, [track.title for track in pack.tracks]) == ("Design careers", ["Craft", "Management"])
    assert [(role.title, role.track, role.rung) for role in pack.roles.values()] == [
        ("Design Lead", "management", 1),
        ("Designer", "craft", 1),
        ("Senior Designer", "craft", 2),
    ]
    assert capsys.readouterr().err.count("> ") == len(ANSWERS)


def test_answers_that_do_not_fit_are_asked_for_again(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Each with the reason."""
    answered(monkeypatch, "9", "nothing", "", "Craft", "craft", "", "", "Lead", "a\x07", "")
    assert run(["init", "new-ladder"]) == 0
    shown = capsys.readouterr()
    assert [word in shown.err for word in ("`9` is none of these", "`craft` is named already", "at least one role", "U+0007")] == [True] * 4
    assert "wrote new-ladder: New ladder, with 1 role" in shown.out


def test_a_template_is_chosen_by_its_number_or_name_and_may_be_renamed(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the lines of id and title change."""
    answered(monkeypatch, "2", "Our engineers")
    assert run(["init", "a"]) == 0
    answered(monkeypatch, "points", "")
    assert run(["init", "b"]) == 0
    one, other = ((here / name / "rules/pack.yaml").read_text(encoding="utf-8").splitlines() for name in "ab")
    assert [(old, new) for old, new in zip(other, one, strict=True) if old != new] == [
        ("pack: engineering-points", "pack: our-engineers"),
        ("title: Engineering growth by points", "title: Our engineers"),
    ]


@pytest.mark.parametrize("number", range(len(ANSWERS)))
def test_where_the_answers_end_nothing_is_written(number: int, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """However far they came."""
    answered(monkeypatch, *ANSWERS[:number])
    assert run(["init", "new"]) == 2
    assert "nothing was written" in capsys.readouterr().err
    assert left(here) == []


class _Broken(io.StringIO):
    """Lines that end in Ctrl-C."""

    def readline(self, size: int | None = -1, /) -> str:
        line = super().readline() if size is None else super().readline(size)
        if not line:
            raise KeyboardInterrupt
        return line


@pytest.mark.parametrize("number", [0, 1, 4, len(ANSWERS) - 1])
def test_ctrl_c_leaves_nothing(number: int, here: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """And says so."""
    monkeypatch.setattr("sys.stdin", _Broken("".join(f"{line}\n" for line in ANSWERS[:number])))
    assert run(["init", "new"]) == 130
    assert "nothing was written" in capsys.readouterr().err
    assert left(here) == []


def test_the_list_names_what_there_is_and_writes_nothing(here: Path, capsys: Capture) -> None:
    """Within eighty columns, each with its field."""
    assert run(["init", "--list"]) == 0
    shown = capsys.readouterr().out
    assert [name in shown for name in ("nothing", "points", "skill-levels", "ranks", "product-careers")] == [True] * 5
    assert left(here) == []


def test_people_and_rules_begin_with_schemas_that_are_there(here: Path) -> None:
    """The first line of every rule file and profile leads to a file."""
    assert run(["init", "a", "--from", "ranks"]) == 0
    files = list((here / "a").rglob("*.yaml"))
    assert len(files) > 10
    for path in files:
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        schema = path.parent / first.removeprefix("# yaml-language-server: $schema=")
        assert json.loads(schema.read_text(encoding="utf-8"))["$schema"]


def test_titles_that_are_no_text_are_no_titles() -> None:
    """An error that says what is wrong."""
    with pytest.raises(NamesProblem, match="no letters"):
        checked_title("\t ")
