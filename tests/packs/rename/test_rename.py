"""rename: one name of a pack is another one wherever it is used, what merely looks alike stays, and no other byte changes."""

from __future__ import annotations

import codecs
import datetime
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.core.files import locked
from evaluator.diagnostics import Problems
from evaluator.engines.readiness import Evaluator
from evaluator.packs.rename import writing
from evaluator.packs.rename.edits import FileEdit
from evaluator.packs.rename.names import SORTS, RenameProblem, renaming
from evaluator.packs.rename.pack_edits import NamedPack, read_named
from evaluator.packs.rename.writing import write_all
from evaluator.reading.json_nodes import JsonReader, NoJson
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.profile.people import read_people
from evaluator.reading.yaml.splicing import EditProblem
from tests.clinic_pack import CLINIC
from tests.packs.rename.growth_pack import everything, found, written
from tests.product import PRODUCT
from tests.tiny_pack import write

Capture = pytest.CaptureFixture[str]
ALL = [one for path in ("people", "people.csv", "people.jsonl", "decisions.csv", "decisions.jsonl") for one in ("--in", path)] + [
    "--also",
    "mapping.yaml",
    "--also",
    "source.yaml",
]
AS_OF = datetime.date(2026, 11, 1)
RENAMED = {
    "R": ("role", "growth", "expansion"),
    "T": ("track", "growth", "expansion"),
    "C": ("criterion", "growth/growth", "growth/expansion"),
    "K": ("criterion", "two/growth", "expansion"),
    "X": ("criterion", "other/growth", "expansion"),
    "A": ("attribute", "growth", "expansion"),
    "O": ("option", "aim.growth", "aim.expansion"),
    "Q": ("option", "projects.kind.growth", "expansion"),
    "W": ("option", "by_level.growth", "expansion"),
    "F": ("option", "mood.growth", "expansion"),
    "G": ("option", "fields_known.growth", "expansion"),
    "L": ("option", "level.growth", "expansion"),
    "S": ("scale", "growth", "expansion"),
    "B": ("table", "growth", "expansion"),
    "N": ("condition", "growth", "expansion"),
    "P": ("policy", "growing", "expansion"),
    "V": ("verdict", "growth", "expansion"),
    "D": ("document", "growth", "expansion"),
    "E": ("field", "projects.growth", "expansion"),
    "Y": ("field", "start", "expansion"),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pack and its people, in the folder one is in."""
    monkeypatch.chdir(tmp_path)
    return written(tmp_path)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> NamedPack:
    """The pack with all its names."""
    return read_named(str(written(tmp_path_factory.mktemp("named")) / "pack"))


def rename(*words: str) -> int:
    """Run the verb on the pack."""
    return run(["rename", *words, "--rules", "pack"])


def test_every_sort_of_name_is_tried() -> None:
    """No sort is left out."""
    assert {kind for kind, _, _ in RENAMED.values()} == set(SORTS)


@pytest.mark.parametrize("mark", RENAMED)
def test_one_name_changes_everywhere_and_nothing_else(mark: str, here: Path, capsys: Capture) -> None:
    """Of fifteen things with one name exactly that which is meant is renamed: in the pack, in people, tables, decisions and mappings."""
    kind, old, new = RENAMED[mark]
    in_csv = [] if mark == "Q" else ALL  # entries stand in no cell of that table
    assert rename(kind, old, new, *in_csv, *(["--in", "people", "--in", "people.jsonl"] if mark == "Q" else [])) == 0, capsys.readouterr()
    wanted = {path: text.encode() for path, text in everything(**{mark: "expansion"}).items()}
    assert found(here) == wanted


@pytest.mark.parametrize("mark", ["R", "A", "L", "K"])
def test_line_ends_and_a_byte_order_mark_stay(mark: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of another system keep every byte but the name."""
    monkeypatch.chdir(written(tmp_path, ends="\r\n", mark=codecs.BOM_UTF8))
    assert rename(*RENAMED[mark]) == 0
    wanted = {path: text for path, text in everything(**{mark: "expansion"}).items() if path.startswith("pack/")}
    data = {path: data for path, data in found(tmp_path).items() if path.startswith("pack/")}
    assert data == {path: codecs.BOM_UTF8 + text.replace("\n", "\r\n").encode() for path, text in wanted.items()}


@pytest.mark.parametrize("mark", ["R", "A", "L", "C", "V"])
def test_people_are_judged_as_before_up_to_the_name(mark: str, here: Path) -> None:
    """Score, verdict and counts of everybody for every role are the same."""
    before = _judged(here)
    assert rename(*RENAMED[mark], *ALL) == 0
    assert re.sub("expansion", "growth", repr(_judged(here))) == repr(before)


def _judged(here: Path) -> list[object]:
    pack = load_pack("pack")
    evaluator = Evaluator(pack, engine="reference")
    problems = Problems()
    people = read_people(["people", "people.csv", "people.jsonl"], pack, problems)
    assert len(people) == 7, (here, str(problems))
    judged: list[object] = []
    for person in people:
        evaluation = evaluator.evaluate(person, as_of=AS_OF)
        for result in sorted(evaluation.roles.values(), key=lambda one: one.role.title):
            asked = [question.attribute for question in result.questions]
            states = [(one.criterion.id, one.state) for one in result.criteria]
            judged.append((person.id, result.role.title, result.verdict, result.score, states, len(result.gaps), asked))
        judged.append([(one.move.to, one.move.kind) for one in evaluation.next_roles])
    return judged


REFUSED = {
    "no such role": (("role", "grwth", "x"), "did you mean `growth`?"),
    "no such attribute at all": (("attribute", "zzz", "x"), "the pack has `growth`, `level`, `focus`"),
    "an attribute that no file declares": (("attribute", "current_role", "x"), "it follows from the roles of the pack"),
    "a policy is no criterion": (("criterion", "growing", "x"), "evaluator rename policy growing NEW"),
    "the criterion of several": (
        ("criterion", "growth", "x"),
        "say which: `growth/growth`, `one/growth`, `other/growth`, `two/growth`",
    ),
    "a field is no attribute": (("attribute", "projects.growth", "x"), "evaluator rename field projects.growth NEW"),
    "no such field": (("field", "projects.grwth", "x"), "did you mean `projects.growth`?"),
    "the field is taken": (("field", "growth", "kind"), "there is a field called `kind` already, at pack/attributes.yaml"),
    "no id of a field": (("field", "growth", "growth-rate"), "write lower-case words joined by underscores"),
    "a word of conditions for a field": (("field", "growth", "none_of"), "has a meaning of its own in conditions"),
    "an option of several": (("option", "growth", "x"), "say which: "),
    "the id is taken": (("role", "growth", "other"), "there is a role called `other` already, at pack/roles/other.yaml:1:7"),
    "the criterion is taken": (("criterion", "growth/growth", "field"), "there is a criterion called `field` already"),
    "the level is taken": (("option", "level.growth", "high"), "there is an option called `high` already"),
    "an option of what is compared is taken": (("option", "focus.growth", "depth"), "already, at pack/attributes.yaml"),
    "no id of a role": (("role", "growth", "Head of growth"), "write lower-case words joined by hyphens"),
    "no id of an attribute": (("attribute", "growth", "growth-rate"), "write lower-case words joined by underscores"),
    "a word of conditions": (("attribute", "growth", "any_of"), "has a meaning of its own in conditions"),
    "today's role": (("attribute", "growth", "current_role"), "is what rules call today's role"),
    "the same name": (("role", "growth", "growth"), "is called `growth` already"),
    "an empty option": (("option", "mood.growth", " "), "cannot be the name of an option"),
    "two lines": (("option", "mood.growth", "a\nb"), "cannot be the name of an option"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_renamed_is_refused_with_a_next_step(case: str, named: NamedPack) -> None:
    """Nothing is tried."""
    (kind, old, new), told = REFUSED[case]
    with pytest.raises(RenameProblem) as refused:
        renaming(kind, old, new, named.pack, named.references)
    assert told in str(refused.value).replace(named.pack.folder, "pack")


def test_a_refusal_is_told_by_the_verb(here: Path, capsys: Capture) -> None:
    """It ends with 2, and writes nothing."""
    before = found(here)
    assert rename("role", "grwth", "x") == 2
    assert capsys.readouterr().err == "error: there is no role called `grwth`\nhelp: did you mean `growth`?\n"
    assert found(here) == before


NOT_READ = {
    "a title of another role": (("role", "growth", "step-one"), "names two roles"),
    "a fact of groups": (("attribute", "growth", "ethnicity"), "is a fact of a person's group"),
    "the name of a policy": (("criterion", "growth/growth", "growing"), "has the name of a criterion"),
    "the best verdict": (("verdict", "growth", "undecided"), "is what a verdict is called that lies between two"),
}


@pytest.mark.parametrize("case", NOT_READ)
def test_what_would_not_read_is_told_and_stays(case: str, here: Path, capsys: Capture) -> None:
    """The pack's own reader says why, and the exit code is 1."""
    words, told = NOT_READ[case]
    before = found(here)
    assert rename(*words) == 1
    captured = capsys.readouterr()
    assert told in captured.err
    assert "nothing was renamed: with" in captured.out
    assert found(here) == before


def test_a_file_in_the_way_is_not_overwritten(here: Path, capsys: Capture) -> None:
    """A stray file of the new name, which is none of the pack, is named."""
    (here / "pack" / "tests" / "expansion.yaml").write_text("growth: 1\n", encoding="utf-8")
    before = found(here)
    assert rename("role", "growth", "expansion") != 0
    assert "pack/tests/expansion.yaml" in capsys.readouterr().err
    assert found(here) == before


def test_a_name_put_together_from_cells_is_refused(here: Path, capsys: Capture) -> None:
    """A template that makes a name of two texts cannot be edited in one of them."""
    path = here / "pack" / "roles" / "steps.yaml"
    text = path.read_text(encoding="utf-8").replace("before: growth}", "before: rowth}").replace("'{before}'", "'g{before}'")
    text = text.replace("before: ~", "before: rowth")
    path.write_text(text, encoding="utf-8")
    before = found(here)
    assert rename("role", "growth", "expansion") != 0
    captured = capsys.readouterr()
    assert "growth" in captured.out + captured.err
    assert found(here) == before


def test_a_field_that_imports_know_by_its_name_alone_keeps_it(here: Path, capsys: Capture) -> None:
    """Without imports.yaml positions are taken by a field called `title`: renamed, titles would be lost without a word."""
    (here / "pack" / "imports.yaml").unlink()
    for name in ("attributes.yaml", "tests/growth.yaml"):
        path = here / "pack" / name
        text = (
            path.read_text(encoding="utf-8")
            .replace("name: {type: text}", "title: {type: text}")
            .replace(", name: growth}]", ", title: x}]")
        )
        path.write_text(text, encoding="utf-8")
    before = found(here)
    assert rename("field", "title", "position") == 2
    assert "more would change than the name, at imports.history.title" in capsys.readouterr().err
    assert found(here) == before


def test_a_cell_that_stands_in_a_title_too_is_told(here: Path, capsys: Capture) -> None:
    """The text that changes with it is named."""
    path = here / "pack" / "roles" / "steps.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("title: growth {grade}", "title: Level {level} {grade}"), encoding="utf-8")
    assert rename("option", "level.growth", "expansion") == 0
    out = capsys.readouterr().out
    assert "which reads otherwise now:\n  Level expansion one\n" in out


def test_a_dry_run_shows_the_difference_and_writes_nothing(here: Path, capsys: Capture) -> None:
    """It is a unified diff, and the files that get another name are named."""
    before = found(here)
    assert rename("role", "growth", "expansion", "--dry-run", "--in", "decisions.csv") == 0
    out = capsys.readouterr().out
    assert "--- pack/roles/growth.yaml\n+++ pack/roles/expansion.yaml\n" in out
    assert "-role: growth\n+role: expansion\n" in out
    assert "decisions.csv:2:5\n" in out
    assert "2026-10-01" not in out, "lines of people are never shown"
    assert "(nothing written)" in out
    assert found(here) == before


def test_what_mentions_the_name_in_prose_is_listed(here: Path, capsys: Capture) -> None:
    """Titles and advice stay; where they name it is told."""
    assert rename("criterion", "growth/growth", "expansion") == 0
    out = capsys.readouterr().out
    assert "also mention it, and stay as written:" in out
    assert "pack/attributes.yaml:" in out
    assert here.is_dir()


def test_a_log_of_decisions_stays_and_is_told_of(here: Path, capsys: Capture) -> None:
    """A chained record is never rewritten; replay finds the old name in its own snapshot."""
    (here / "log.jsonl").write_text('{"format": "evaluator/decision", "role": "growth", "number": 1}\n', encoding="utf-8")
    assert rename("role", "growth", "expansion", "--in", "log.jsonl") == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "log.jsonl is a log of decisions" in out
    assert "`evaluator decisions replay` reads each by its own snapshot of the rules, which has `growth`" in out
    assert "growth" in (here / "log.jsonl").read_text(encoding="utf-8")


DECIDED = """role,person,verdict,decision,date
Nurse,a,nearly,deferred,2026-10-01
engineer,b,nearly,deferred,2026-10-01
nurse,c,undecided: nearly to not yet,deferred,2026-10-01
nurse,d, "nearly" ,deferred,2026-10-01
nobody,e,nearly,deferred,2026-10-01
"""


def test_verdicts_of_decisions_are_told_apart_by_the_role_s_track(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Of one word of two lists, that of the list which is renamed; a cell that a spreadsheet would run is guarded."""
    write(tmp_path / "pack", CLINIC)
    monkeypatch.chdir(tmp_path)
    Path("decisions.csv").write_text(DECIDED, encoding="utf-8")
    assert rename("verdict", "nursing.nearly", "=1+1", "--in", "decisions.csv") == 0
    assert "decisions.csv: 3 places" in capsys.readouterr().out
    nursing = DECIDED.replace("a,nearly", "a,'=1+1").replace("undecided: nearly", "undecided: =1+1").replace('"nearly"', '"\'=1+1"')
    assert Path("decisions.csv").read_text(encoding="utf-8") == nursing
    assert rename("verdict", "=1+1", "nearly", "--in", "decisions.csv") == 0
    assert Path("decisions.csv").read_text(encoding="utf-8") == DECIDED


def test_options_that_differ_in_case_alone_are_told_apart(here: Path) -> None:
    """A value is the option that the reader takes it for: one that could be either is neither."""
    path = here / "pack" / "attributes.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("options: [growth, calm]", "options: [growth, Growth, calm]"), encoding="utf-8"
    )
    (here / "p.csv").write_text("id,mood\na,growth\nb,Growth\nc,GROWTH\n", encoding="utf-8")
    assert rename("option", "mood.growth", "expansion", "--in", "p.csv") == 0
    assert (here / "p.csv").read_text(encoding="utf-8") == "id,mood\na,expansion\nb,Growth\nc,GROWTH\n"


def test_a_word_of_every_column_is_renamed_where_no_other_attribute_keeps_the_option(here: Path, capsys: Capture) -> None:
    """Else the word would stand for less than before."""
    text = "columns: {x: mood}\nvalues: {ruhig: CALM, stark: growth, nichts: ~}\n"
    (here / "m.yaml").write_text(text, encoding="utf-8")
    assert rename("option", "mood.calm", "quiet", "--also", "m.yaml") == 0, capsys.readouterr()
    assert (here / "m.yaml").read_text(encoding="utf-8") == text.replace("CALM", "quiet")
    before = found(here)
    assert rename("option", "mood.growth", "expansion", "--also", "m.yaml") == 2
    said = capsys.readouterr().err
    assert "`growth` in m.yaml stands for an option of several attributes, and " in said
    assert "say it under `columns:` for each column" in said
    assert found(here) == before


TABLES = {
    "Parquet": ("people.parquet", b"PAR1 and more", "in which nothing can be renamed byte by byte"),
    "compressed": ("people.csv.gz", b"\x1f\x8b\x08\x00", "is compressed"),
    "another encoding": ("people.csv", "id,growth\nj\xf6,growth\n".encode("latin-1"), "is no UTF-8"),
    "nothing known": ("other.csv", b"a,b\n1,2\n", "names no column that the pack knows"),
    "broken JSON": ("people.jsonl", b'{"id": "a", "growth": }\n', "line 1 is no JSON from column 23 on"),
    "a profile with an error": ("x.yaml", b"profile: x\nattributes: {growh: 1}\n", "attribute called `growh`"),
    "a profile that is no YAML": ("x.yaml", b"profile: [x\n", "error R002"),
    "a mapping that is no YAML": ("m.yaml", b"growth: [x\n", "error R002"),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_file_that_cannot_be_edited_stops_all(case: str, here: Path, capsys: Capture) -> None:
    """All or nothing: the pack is not renamed where a file that was named cannot be."""
    name, data, told = TABLES[case]
    (here / name).write_bytes(data)
    before = found(here)
    assert rename("attribute", "growth", "expansion", "--also" if case.startswith("a mapping") else "--in", name) == 2
    assert told in capsys.readouterr().err
    assert found(here) == before


@pytest.mark.parametrize("at", [1, 2, 6, 14, 15])
def test_a_write_that_breaks_leaves_everything_as_it_was(at: int, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever step fails, and whichever file it is, all of them are as they were and nothing lies beside them."""
    steps = iter(range(1, 1000))
    real = Path.replace

    def broken(self: Path, target: Path) -> Path:
        if self.name.endswith(".part") and next(steps) == at:
            raise OSError(28, "No space left on device", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", broken)
    before = found(here)
    code = rename("role", "growth", "expansion", *ALL)
    assert found(here) == (before if code else {path: text.encode() for path, text in everything(R="expansion").items()})
    assert (code == 0) == (at > 14), "fourteen files have this role in them"


def test_a_disk_that_is_full_leaves_everything_as_it_was(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """New bytes are on the disk before the first file is replaced."""
    count = iter(range(100))

    def full(_descriptor: int) -> None:
        if next(count) == 4:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "fsync", full)
    before = found(here)
    assert rename("role", "growth", "expansion", *ALL) == 2
    assert found(here) == before


def test_somebody_else_s_edit_is_never_overwritten(tmp_path: Path) -> None:
    """Where one of several files is not what it was, none is written."""
    for name in "ab":
        (tmp_path / name).write_bytes(b"old")
    edits = [FileEdit(path=str(tmp_path / name), to=str(tmp_path / name), before=b"old", after=b"new", places=1) for name in "ab"]
    (tmp_path / "b").write_bytes(b"theirs")
    with pytest.raises(EditProblem, match="changed by somebody else"):
        write_all(edits, str(tmp_path))
    assert found(tmp_path) == {"a": b"old", "b": b"theirs"}


KILLED = """
import itertools, os, re, signal, sys
from evaluator.cli.main import run
count, last, step = itertools.count(1), int(sys.argv[1]), sys.argv[2]
def hook(event, told):
    here = event in {"os.rename", "os.remove", "os.link"} and str(told[0]).startswith(os.getcwd())
    if here and re.fullmatch(step, f"{event} {told[0]}") and next(count) == last:
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hook)
run(sys.argv[3:])
"""
"""Kills itself before the n-th of the steps that link, rename and remove files, of those that match a pattern."""
STAGING = ((1, "os.link .*"), (4, "os.link .*"))
REPLACING = ((1, "os.rename .*"), (1, "os.remove .*/growth.yaml"), (5, "os.rename .*"), (1, "os.rename .*/.people.csv.*"))
CLEARING = (2, "os.remove .*people.csv.rename.kept")
WORDS = ("role", "growth", "expansion", "--rules", "pack", "--in", "people.csv")
At = tuple[int, str]


def killed(at: At) -> None:
    """Start a rename that is killed before one of its steps."""
    done = subprocess.run([sys.executable, "-c", KILLED, *map(str, at), "rename", *WORDS], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done


def hidden(here: Path) -> list[str]:
    """Return what lies beside the files."""
    return [path for path in found(here) if Path(path).name.startswith(".")]


@pytest.mark.parametrize("at", [*STAGING, *REPLACING])
def test_a_rename_that_was_killed_is_completed_by_the_same_one(at: At, here: Path, capsys: Capture) -> None:
    """Whichever files have their new names already, all of them have them then, and nothing lies beside them."""
    killed(at)
    assert hidden(here)
    assert run(["rename", *WORDS]) == 0
    assert ("was taken back first" in capsys.readouterr().err) == (at in REPLACING)
    wanted = {path: text.encode() for path, text in everything(R="expansion").items() if path.startswith(("pack", "people.csv"))}
    assert {path: data for path, data in found(here).items() if path.startswith(("pack", "people.csv"))} == wanted
    assert hidden(here) == []


@pytest.mark.parametrize("at", [REPLACING[1], CLEARING])
def test_another_rename_after_one_that_was_killed_begins_with_a_pack_that_reads(at: At, here: Path, capsys: Capture) -> None:
    """What was half written is taken back, and said so; what was written to its end stays."""
    before = {path: data for path, data in found(here).items() if path.startswith("pack")}
    killed(at)
    stopped = found(here)
    assert run(["rename", "document", "growth", "guide", "--rules", "pack", "--dry-run"]) == (2 if at in REPLACING else 0)
    assert found(here) == stopped
    assert ("leave out --dry-run" in capsys.readouterr().err) == (at in REPLACING)
    assert run(["rename", "document", "growth", "guide", "--rules", "pack"]) == 0
    assert "a rename that was stopped in pack" in capsys.readouterr().err
    assert run(["rename", "document", "guide", "growth", "--rules", "pack"]) == 0
    whole = {path: text.encode() for path, text in everything(R="expansion").items() if path.startswith("pack/")}
    assert {path: data for path, data in found(here).items() if path.startswith("pack")} == (before if at in REPLACING else whole)
    assert hidden(here) == []


def test_what_was_edited_after_a_rename_was_killed_stays(here: Path, capsys: Capture) -> None:
    """Nobody's edit is taken back with it, and the next step is told."""
    killed(REPLACING[2])
    path = here / "pack" / "roles" / "other.yaml"
    path.write_bytes(path.read_bytes() + b"# mine\n")
    stopped = found(here)
    assert run(["rename", *WORDS]) == 2
    told = capsys.readouterr().err
    assert "was changed since" in told
    assert "then take out pack/.rename.journal" in told
    assert found(here) == stopped


def test_a_rename_leaves_alone_what_another_one_is_writing(here: Path, capsys: Capture) -> None:
    """While the journal is held, nothing is taken back."""
    journal = here / "pack" / writing.JOURNAL
    journal.write_bytes(b"")
    with locked(journal):
        assert run(["rename", *WORDS]) == 2
    assert "another program renames something in this pack" in capsys.readouterr().err
    assert journal.exists()


def test_a_long_name_of_another_script_gets_new_files_beside_it(tmp_path: Path) -> None:
    """A name of a file that is as long as the system takes, in letters of three bytes, leaves no room for more."""
    path = tmp_path / ("\u5f70" * 83 + ".csv")
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_all([FileEdit(path=str(path), to=str(path), before=b"old", after=b"new", places=1)], str(tmp_path))
    assert found(tmp_path) == {path.name: b"new"}
    assert path.stat().st_mode & 0o777 == 0o640


def test_mode_and_link_of_a_file_are_kept(here: Path) -> None:
    """A rule file that is a link is written where it lies, and keeps who may read it."""
    path = here / "pack" / "moves.yaml"
    (here / "elsewhere").mkdir()
    path.rename(here / "elsewhere" / "moves.yaml")
    path.symlink_to(here / "elsewhere" / "moves.yaml")
    (here / "elsewhere" / "moves.yaml").chmod(0o640)
    assert rename("document", "growth", "expansion") == 0
    assert path.is_symlink()
    assert (here / "elsewhere" / "moves.yaml").stat().st_mode & 0o777 == 0o640
    assert "document: expansion" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("what", ["a link to nothing", "a link that leads up", "a pipe", "a folder that nobody may enter"])
def test_what_nothing_reads_is_in_nobody_s_way(what: str, here: Path) -> None:
    """A pack that reads can be edited, whatever else lies in its folder."""
    odd = here / "pack" / "odd"
    if what == "a pipe":
        os.mkfifo(odd)
    elif what == "a folder that nobody may enter":
        odd.mkdir(mode=0)
    else:
        odd.symlink_to("nowhere" if what == "a link to nothing" else "..")
    try:
        assert rename("role", "growth", "expansion") == 0
        assert run(["set", "expansion", "verdicts.ready.score.at_least", "0.8", "--rules", "pack"]) == 0
    finally:
        odd.rmdir() if odd.is_dir() and not odd.is_symlink() else odd.unlink()
    assert {*found(here)} == {*everything(R="expansion")}


def test_a_role_behind_a_link_is_written_where_it_lies(here: Path) -> None:
    """The copy that an edit is tried on has no way back to what it was copied from."""
    (here / "pack" / "tests").rename(here / "examples")
    (here / "pack" / "tests").symlink_to("../examples")
    path = here / "examples" / "growth.yaml"
    before = path.read_bytes()
    assert rename("criterion", "growth/growth", "expansion", "--dry-run") == 0
    assert path.read_bytes() == before
    assert rename("criterion", "growth/growth", "expansion") == 0
    assert path.read_text(encoding="utf-8") == everything(C="expansion")["pack/tests/growth.yaml"]


def test_a_pack_with_an_error_is_not_touched(here: Path, capsys: Capture) -> None:
    """Its error is told."""
    (here / "pack" / "moves.yaml").write_text("moves: [{from: growth, to: nobody}]\n", encoding="utf-8")
    before = found(here)
    assert rename("role", "growth", "expansion") == 2
    assert "there is no role called `nobody`" in capsys.readouterr().err
    assert found(here) == before


def test_json_is_read_with_its_places() -> None:
    """Escapes and spaces count as they are written; what is no JSON says where."""
    (node,) = JsonReader('{"a\\u00e9\\/": ["\\ud83d\\ude00", -1.5e3, {}],\n "b" : null }', "x").values()
    assert [(entry.key.text, entry.key.span.column) for entry in node.entries] == [("aé/", 2), ("b", 2)]  # type: ignore[union-attr]
    for text in ("{", "[1 2]", "{a: 1}", '{"a"}', "nope", "[" * 1000, '"a'):
        with pytest.raises(NoJson):
            list(JsonReader(text, "x").values())


def test_the_pack_that_comes_with_the_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """A level of a scale that many attributes share is renamed in all of them, and nothing else is."""
    rules = PRODUCT / "rules"
    shutil.copytree(rules, tmp_path / "pack", ignore=shutil.ignore_patterns("tests"))
    monkeypatch.chdir(tmp_path)
    assert rename("option", "skill_level.expert", "principal") == 0
    assert "the pack says the same but for the name" in capsys.readouterr().out
    texts = {path: data.decode() for path, data in found(tmp_path / "pack").items() if not path.startswith("schema")}
    old = {path: data.decode() for path, data in found(rules).items() if path in texts}
    assert {path for path in texts if texts[path] != old[path]} == {
        "attributes.yaml", "roles/chief-product-officer.yaml", "roles/distinguished-product-manager.yaml"
    }  # fmt: skip
    assert all(text.replace("principal", "expert") == old[path].replace("principal", "expert") for path, text in texts.items())


def test_a_file_beside_the_pack_that_does_not_read_is_no_fault_of_the_new_name(here: Path, capsys: Capture) -> None:
    """What is wrong is told with its place, and nothing is written."""
    (here / "nobody.yaml").write_text("", encoding="utf-8")
    before = found(here)
    assert rename("attribute", "growth", "progress", "--in", "nobody.yaml") == 2
    captured = capsys.readouterr()
    assert "nobody.yaml: error R009" in captured.err
    assert captured.err.endswith("nothing was renamed: every file that is named has to read first\n")
    assert captured.out == ""
    assert found(here) == before
