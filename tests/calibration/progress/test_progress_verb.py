"""The verb from end to end: days, rules, refusals, limits, and every format."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluator.cli.main import run
from tests.calibration.progress.test_causes import LONG_AGO, LOOSER, SOON, write_people, write_rules

Capture = pytest.CaptureFixture[str]
DAYS = ("--as-of-old", "2026-03-31", "--as-of", "2026-06-30")
READY = {"began": LONG_AGO, "reports": 2}


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a folder with rules and two quarters."""
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path / "rules")
    write_people(
        tmp_path / "q1.jsonl",
        {
            "grows": {**READY, "reports": 1, "name": "Gro"},
            "waits": {**READY, "began": SOON},
            "falls": READY,
            "goes": READY,
            "spoilt": READY,
        },
    )
    write_people(
        tmp_path / "q2.jsonl",
        {
            "grows": {**READY, "name": "Gro"},
            "waits": {**READY, "began": SOON},
            "falls": {**READY, "reports": 1},
            "comes": {**READY, "name": "=1+1"},
            "spoilt": {"began": "soon"},
        },
    )
    return tmp_path


def ran(capsys: Capture, *words: str) -> tuple[int, str, str]:
    """Run the verb on the two quarters; return its exit code and what it wrote."""
    code = run(["progress", "q1.jsonl", "q2.jsonl", *words])
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    return code, shown.out, shown.err


@pytest.mark.usefixtures("there")
def test_text_and_markdown_tell_everybody_once(capsys: Capture) -> None:
    """By what, through which criterion and fact; and who is in one of the two alone."""
    code, out, err = ran(capsys, *DAYS)
    assert code == 1  # a row is left out
    assert "Of 3 people in both populations 3 are not as they were: 2 people became ready, and 1 fell back." in out
    assert "- Gro (grows), Lead: nearly → ready, score 50 % → 100 % by facts\n" in out
    assert "  ✓ Leads: not met → met by facts – Reports: 1 person → 2 people\n" in out
    assert "- waits, Lead: nearly → ready, score 50 % → 100 % by time\n" in out
    assert "- falls, Lead: ready → nearly, score 100 % → 50 % by facts\n" in out
    assert "New (1)\n-------\n\n- =1+1 (comes), Junior; Lead: ready, 100 %\n" in out
    assert "Left (1)\n--------\n\n- goes, Junior; Lead: ready, 100 %\n" in out
    assert "Cannot be judged now (1)" in out
    assert "q2.jsonl, row 5: " in out
    assert "1 of 5 rows cannot be judged and is left out" in err
    _, out, _ = ran(capsys, *DAYS, "--format", "markdown")
    assert "- ✓ Gro (grows), Lead" in out or "Gro (grows), Lead: nearly → ready" in out


@pytest.mark.usefixtures("there")
def test_a_terminal_of_80_columns_is_enough(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line is longer."""
    monkeypatch.setattr("evaluator.cli.output.columns_of", lambda _: 80)
    _, out, _ = ran(capsys, *DAYS)
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.usefixtures("there")
def test_lists_are_cut_unless_all_are_asked_for(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """With how many more there are; data has them all."""
    monkeypatch.setattr("evaluator.calibration.progress.command._SHOWN", 1)
    _, out, _ = ran(capsys, *DAYS)
    assert "1 more; `--all` names everybody" in out
    _, out, _ = ran(capsys, *DAYS, "--all")
    assert "more; `--all`" not in out
    _, out, _ = ran(capsys, *DAYS, "--format", "json")
    assert [person["id"] for person in json.loads(out)["people"]] == ["grows", "waits", "falls"]


def test_workbook_has_its_sheets(there: Path, capsys: Capture) -> None:
    """Texts are texts, whatever they begin with; shares are numbers."""
    pytest.importorskip("xlsxwriter")
    calamine = pytest.importorskip("python_calamine")
    assert run(["progress", "q1.jsonl", "q2.jsonl", *DAYS, "-o", "out.xlsx"]) == 1
    capsys.readouterr()
    names = ["Summary", "People", "Reasons", "New", "Left", "Not judged", "About"]
    book = calamine.CalamineWorkbook.from_path(str(there / "out.xlsx"))
    assert book.sheet_names == names
    read = {name: book.get_sheet_by_name(name).to_python() for name in names}
    sheets = {name: {header: [row[at] for row in rows[1:]] for at, header in enumerate(rows[0])} for name, rows in read.items()}
    people = sheets["People"]
    assert people["Id"] == ["grows", "waits", "falls"]
    assert people["What happened"] == ["Became ready", "Became ready", "Fell back"]
    assert people["By"] == ["facts", "time", "facts"]
    assert people["Score now, at worst"] == [1.0, 1.0, 0.5]
    assert sheets["Reasons"]["Facts"][0] == "Reports: 1 person → 2 people"
    assert sheets["New"]["Name"] == ["=1+1"]
    assert sheets["Not judged"]["Id"] == ["spoilt"]
    with zipfile.ZipFile(io.BytesIO((there / "out.xlsx").read_bytes())) as packed:
        assert not any(b"<f>" in packed.read(name) for name in packed.namelist())


def test_page_needs_nothing_else(there: Path, capsys: Capture) -> None:
    """And names everybody, with what a name holds escaped."""
    write_people(there / "q2.jsonl", {"grows": {**READY, "name": "<script>alert(1)</script>"}})
    assert run(["progress", "q1.jsonl", "q2.jsonl", *DAYS, "-o", "out.html"]) == 0
    capsys.readouterr()
    page = (there / "out.html").read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "alert(1)" in page
    assert "Became ready (1)" in page


@pytest.mark.parametrize(
    ("limit", "code", "said"),
    [
        ("fell back 50%", 1, "broken: fell back 50%: 1 person, 50.0 % of 2 who were ready; the limit is 50 %"),
        ("fell back 51%", 0, ""),
        ("fell-back 1 in lead", 1, "broken: fell-back 1 in lead: 1 person of 2 who were ready; the limit is 1 person"),
        ("became ready 1 in head", 2, "not tested: became ready 1 in head: nobody is compared for that role"),
        ("left 1", 1, "broken: left 1: 1 person of 3 who could be judged then; the limit is 1 person"),
        ("left 50%", 0, ""),
        ("other role 1", 0, ""),
        ("new 1", 1, "broken: new 1: 1 person of 3 who can be judged now; the limit is 1 person"),
    ],
)
def test_limits(limit: str, code: int, said: str, there: Path, capsys: Capture) -> None:
    """Shares are of those to whom it could happen; who could not be held is not tested."""
    write_people(there / "q1.jsonl", {"falls": READY, "stays": READY, "goes": READY})
    write_people(there / "q2.jsonl", {"falls": {**READY, "reports": 1}, "stays": READY, "comes": READY})
    found, _, err = ran(capsys, *DAYS, "--fail-if", limit, "--format", "json")
    assert (found, said in err) == (code, True)


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("fell back", "is no limit"),
        ("fel back 3", "did you mean `fell back`?"),
        ("left 0", "is reached always"),
        ("left 3 in lead", "leave `in ROLE` out"),
        ("worse 3 in led", "did you mean `lead`?"),
    ],
)
@pytest.mark.usefixtures("there")
def test_limits_that_say_nothing_are_refused(limit: str, said: str, capsys: Capture) -> None:
    """With what to write."""
    code, _, err = ran(capsys, *DAYS, "--fail-if", limit)
    assert code == 2
    assert said in err


Change = Callable[[Path], object]


@pytest.mark.parametrize(
    ("change", "words", "said"),
    [
        (lambda _: None, ("--as-of", "2026-06-30"), "say --as-of-old YYYY-MM-DD"),
        (lambda _: None, ("--as-of-old", "2026-07-31", "--as-of", "2026-06-30"), "name the older population first"),
        (
            lambda there: write_people(there / "q2.jsonl", {"other": READY}),
            DAYS,
            "no id is in both populations: q1.jsonl begins with `grows`",
        ),
        (lambda there: write_people(there / "q2.jsonl", {"grows": {"began": "soon"}}), DAYS, "there is nothing to compare"),
        (lambda _: None, (*DAYS, "--role", "leed"), "did you mean `lead`?"),
        (lambda _: None, (*DAYS, "--rules-old", "nowhere"), "there is no folder `nowhere`"),
    ],
)
def test_refusals_say_what_to_do(change: Change, words: tuple[str, ...], said: str, there: Path, capsys: Capture) -> None:
    """Nothing is told as compared."""
    change(there)
    code, out, err = ran(capsys, *words)
    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.usefixtures("there")
def test_standard_input_is_read_once(capsys: Capture) -> None:
    """Not as both populations, and not by two packs."""
    write_rules(Path("other"), LOOSER)
    for words in (("-", "-"), ("q1.jsonl", "-", "--rules-old", "other")):
        assert run(["progress", *words, *DAYS]) == 2
        assert "standard input can be read only once" in capsys.readouterr().err


def test_dated_packs_judge_each_population_by_that_of_its_day(there: Path, capsys: Capture) -> None:
    """A folder of packs that hold from a day each; what changed between them is the rules'."""
    (there / "rules").rename(there / "first")
    (there / "rules").mkdir()
    shutil.move(there / "first", there / "rules" / "first")
    write_rules(there / "rules" / "second", LOOSER, ("pack.yaml", "effective: 2026-01-01", "effective: 2026-05-01"))
    write_people(there / "q2.jsonl", {"grows": {**READY, "reports": 1}})
    code, out, err = ran(capsys, *DAYS)
    assert code == 0
    assert "- grows, Lead: nearly → ready, score 50 % → 100 % by rules\n" in out
    assert err.count("of the packs in rules holds on") == 2
    assert "holds on" not in ran(capsys, *DAYS, "--quiet")[2]
    code, _, err = ran(capsys, "--as-of", "2026-06-30")
    assert code == 2
    assert "say --as-of-old YYYY-MM-DD" in err


def test_old_rules_can_be_a_revision(there: Path, capsys: Capture) -> None:
    """As `diff` takes them."""
    for words in (("init", "-q"), ("add", "rules"), ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first")):
        subprocess.run(["git", *words], cwd=there, check=True, capture_output=True)
    write_rules(there / "rules", LOOSER)
    write_people(there / "q2.jsonl", {"grows": {**READY, "reports": 1}})
    _, out, _ = ran(capsys, *DAYS, "--rules-old", "HEAD", "--rules", "rules")
    assert "- grows, Lead: nearly → ready, score 50 % → 100 % by rules\n" in out


def test_group_facts_and_other_columns_are_in_no_output(there: Path, capsys: Capture) -> None:
    """Nothing is carried along that nobody asked for."""
    for name, reports in (("q1", 1), ("q2", 2)):
        table = f"id,role,began,reports,shoe,group:sex\na,junior,{LONG_AGO},{reports},Zshoe,Zsex\n"
        (there / f"{name}.csv").write_text(table, encoding="utf-8")
    for form in ("text", "json", "html", "markdown"):
        assert run(["progress", "q1.csv", "q2.csv", *DAYS, "--format", form]) == 0
        shown = capsys.readouterr()
        assert "Zshoe" not in shown.out
        assert "Zsex" not in shown.out + shown.err


def test_the_first_sentence_counts_nobody_in_words(there: Path, capsys: Capture) -> None:
    """Who did not move, and where nobody became ready, is told without a zero."""
    same_day = ("--as-of-old", "2026-06-30", "--as-of", "2026-06-30")
    write_people(there / "one.jsonl", {"falls": {**READY, "reports": 1}})
    write_people(there / "two.jsonl", {"falls": READY, "goes": READY})
    for old, new, said in (
        ("two", "two", "All 2 people in both populations are as they were: nobody became ready, and nobody fell back."),
        ("one", "one", "The only person in both populations is as before: nobody became ready, and nobody fell back."),
        ("two", "one", "Of 1 person in both populations 1 is not as they were: nobody became ready, but 1 person fell back."),
        ("one", "two", "Of 1 person in both populations 1 is not as they were: 1 person became ready, and nobody fell back."),
    ):
        assert run(["progress", f"{old}.jsonl", f"{new}.jsonl", *same_day]) == 0
        assert said in capsys.readouterr().out


@pytest.mark.usefixtures("there")
@pytest.mark.parametrize("words", [("--keep", "name"), ("--keep-all",)])
def test_nothing_is_carried_through_where_no_rows_are_written(words: tuple[str, ...], capsys: Capture) -> None:
    """An option that does nothing is none of the verb's."""
    code, _, err = ran(capsys, *DAYS, *words)
    assert code == 2
    assert f"there is no option `{words[0]}`" in err
