"""`impact` through the command line: text, JSON and HTML, limits, mistakes; and who may read what group somebody belongs to."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from evaluator.cli.main import run
from tests.calibration.small import write_pack
from tests.product import PRODUCT

Capture = pytest.CaptureFixture[str]
HEADER = "id,role,years,reports,level,group:sex,group:ethnicity"
GOOD, BAD = "junior,6,3,good", "junior,1,0,none"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small pack, and ten men of whom eight are ready and ten women of whom three are."""
    write_pack(tmp_path / "rules")
    people(tmp_path, [*[f"{GOOD},m,a"] * 8, *[f"{BAD},m,a"] * 2, *[f"{GOOD},f,a"] * 3, *[f"{BAD},f,a"] * 7])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def people(folder: Path, rows: list[str], header: str = HEADER) -> None:
    lines = [header, *(f"p{place},{row}" for place, row in enumerate(rows))]
    (folder / "people.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def impact(*arguments: str) -> int:
    """Run the verb so that it holds nothing back."""
    return run(["impact", "--on", "people.csv", "--as-of", "2026-11-01", "--exact", "--smallest", "1", *arguments])


@pytest.mark.slow
def test_the_sample_people_through_the_command_line() -> None:
    """The shipped table, in a process of its own: groups side by side with every measure, sources and limits named."""
    command = [
        sys.executable,
        "-m",
        "evaluator",
        "impact",
        "--on",
        "profiles/people.csv",
        "--by",
        "sex,ethnicity",
        "--exact",
        "--as-of",
        "2026-11-01",
    ]
    ran = subprocess.run(command, cwd=PRODUCT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    for said in (
        "By sex",
        "By ethnicity",
        "29 CFR 1607.4 D",
        "Wilson 1927",
        "Katz et al. 1978",
        "no legal advice",
        "a decision that people take",
    ):
        assert said in ran.stdout
    assert re.search(r"^female +18 of 89 ", ran.stdout, re.MULTILINE)


def test_every_measure_of_a_group_is_in_the_text(folder: Path, capsys: Capture) -> None:
    """Three of ten against eight of ten: worked out by hand and with scipy."""
    assert folder.exists()
    assert impact("--by", "sex", "--role", "lead") == 0
    shown = capsys.readouterr().out
    row = next(line for line in shown.splitlines() if line.startswith("f "))
    assert re.split(r" {2,}", row) == ["f", "3 of 10*", "30.0 % (11–60)", "0.38 (0.14–1.02)", "under", "2.25", "0.070", "2.5"]
    assert "under four fifths, not significant: f" in shown
    assert re.search(r"^experience \(required\) +f +30\.0 %\* +80\.0 %\* m +0\.38 +under", shown, re.MULTILINE)


def test_json_has_every_number_and_no_name(folder: Path, capsys: Capture) -> None:
    """The report as data: nobody's id is in it, dates and hashes are."""
    assert folder.exists()
    assert impact("--by", "sex,sex+ethnicity", "--law", "nyc144", "--format", "json") == 0
    text = capsys.readouterr().out
    found = json.loads(text)
    assert not re.search(r'"p\d+"', text)
    assert (found["format"], found["version"], found["as_of"], found["data"]["rows"]) == ("evaluator/impact", 1, "2026-11-01", 20)
    assert [one["name"] for one in found["dimensions"]] == ["sex", "sex+ethnicity"]
    assert [one["role"] for one in found["pools"]] == [None, "lead"]
    woman = found["pools"][1]["by"][0]["undecided_as_not_selected"]["groups"][1]
    assert {name: woman[name] for name in ("group", "considered", "selected", "ratio_exact", "under_four_fifths", "shortfall")} == {
        "group": "f", "considered": 10, "selected": 3, "ratio_exact": "3/8", "under_four_fifths": True, "shortfall": 2.5,
    }  # fmt: skip
    assert woman["fisher_p"] == pytest.approx(0.06977851869492726)
    assert [one["table"] for one in found["pools"][0]["local_law_144"]["scoring"]] == ["sex", "race/ethnicity", "sex and race/ethnicity"]


class _Page(HTMLParser):
    """What a browser would make of a page: its elements, and what it would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.wants: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.wants += [name for name, value in attrs if name in {"src", "href", "onload", "onclick"} and value != "#main"]


def test_html_stands_alone_and_runs_nothing(folder: Path) -> None:
    """A group named like a script is text; nothing is loaded, nothing runs, and every role is told in full."""
    people(folder, [*[f"{GOOD},<script>alert(1)</script>,a"] * 3, *[f"{BAD},f & m,a"] * 3])
    assert impact("-o", "report.html") == 0
    text = (folder / "report.html").read_text(encoding="utf-8")
    page = _Page()
    page.feed(text)
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert page.wants == []
    assert "&lt;script&gt;alert(1)" in text
    assert "f &amp; m" in text
    assert text.count("<h2>Lead</h2>") == 1
    assert page.tags.count("table") >= 6


@pytest.mark.parametrize(
    ("limit", "code"),
    [
        ("sex ratio < 0.8", 1),
        ("sex ratio < 0.375", 0),
        ("SEX ratio<0.3751 in Lead", 1),
        ("sex × ethnicity ratio < 0.3", 0),
        ("sex+ethnicity ratio < 0.4 in lead", 1),
    ],
)
def test_limits_for_ci(limit: str, code: int, folder: Path, capsys: Capture) -> None:
    """The exit code is 1 where a ratio is under the limit, exactly; the report says which group, where."""
    assert folder.exists()
    assert impact("--by", "sex,sex+ethnicity", "--fail-if", limit) == code
    assert ("f has 0.38 in" in capsys.readouterr().out.replace("f, a has", "f has")) is bool(code)


def test_groups_that_are_too_small_fail_no_limit(folder: Path) -> None:
    """With --smallest, a group of one is shown, and neither compared nor failed; nor is the limit held for it, unless that is allowed."""
    people(folder, [*[f"{GOOD},m,a"] * 8, f"{BAD},x,a"])
    assert impact("--by", "sex", "--fail-if", "sex ratio < 0.8") == 1
    assert impact("--by", "sex", "--fail-if", "sex ratio < 0.8", "--smallest", "5") == 2
    assert impact("--by", "sex", "--fail-if", "sex ratio < 0.8", "--smallest", "5", "--allow-untested") == 0


NO_RATIO = {
    "nobody is selected": ([*[f"{BAD},m,a"] * 12, *[f"{BAD},f,a"] * 10], "where nobody is selected", True),
    "one group in the whole table": ([f"{GOOD},m,a"] * 12, "where all are of one group", False),
    "one group among those considered": ([*[f"{GOOD},m,a"] * 12, "lead,6,3,good,f,a"], "where all are of one group", True),
    "no group of anybody is known": ([f"{GOOD},,a"] * 12, "nobody's group is known", False),
    "no group is known of those considered": ([*[f"{GOOD},,a"] * 9, "lead,6,3,good,f,a"], "nobody's group is known", False),
    "everybody is undecided": ([*["junior,,,,m,a"] * 6, *["junior,,,,f,a"] * 6], "where everybody is undecided", False),
    "nobody has a role": ([*[f",6,3,good,{sex},a" for sex in "mf"] * 5], "nobody's current role is stated", False),
    "no move leads on": ([*[f"lead,6,3,good,{sex},a" for sex in "mf"] * 5], "nobody holds a role from which a move leads on", False),
    "all groups but one are small": ([*[f"{GOOD},m,a"] * 8, f"{GOOD},x,a"], "too few of x are considered", True),
    "one group of three is small": ([*[f"{GOOD},m,a"] * 8, *[f"{GOOD},f,a"] * 8, f"{GOOD},x,a"], "too few of x are considered", True),
    "one of four is small, and one of the others is behind": (
        [*[f"{GOOD},m,a"] * 10, *[f"{GOOD},f,a"] * 9, f"{BAD},f,a", *[f"{GOOD},d,a"] * 10, f"{GOOD},x,a"],
        "; of the others, none is under the limit, and the lowest is f with 0.90",
        True,
    ),
    "one of three is small, and the others are level": (
        [*[f"{GOOD},m,a"] * 8, *[f"{GOOD},f,a"] * 8, f"{GOOD},x,a"],
        "; of the others, none is under the limit, and the lowest is m with 1.00",
        True,
    ),
    "one of two is small, so that there is no other": ([*[f"{GOOD},m,a"] * 8, f"{BAD},x,a"], "next step to be compared", True),
    "every group is small": ([f"{GOOD},m,a", f"{GOOD},f,a"], "too few of f and m are considered", True),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_RATIO)
def test_where_there_is_no_ratio_a_limit_is_not_tested(kind: str, folder: Path, capsys: Capture) -> None:
    """Exit code 2, a reason in the text and in JSON; what is only too small may be allowed, and nothing else."""
    rows, reason, small = NO_RATIO[kind]
    people(folder, rows)
    asked = ("--by", "sex", "--smallest", "2", "--fail-if", "sex ratio < 0.8")
    assert impact(*asked) == 2
    shown = " ".join(capsys.readouterr().out.split())
    assert "? sex ratio < 0.8: not tested, as " in shown
    assert reason in shown
    assert "✓" not in shown
    assert impact(*asked, "--format", "json") == 2
    said = capsys.readouterr()
    data = json.loads(said.out)
    (found,) = data["gates"]
    assert (found["limit"], found["state"], found["too_small"], data["limits_failed"]) == ("sex ratio < 0.8", "not tested", small, [])
    assert reason in found["reason"]
    assert found["next_step"]
    assert f"not tested: sex ratio < 0.8: {found['reason']}" in said.err
    assert impact(*asked, "--allow-untested") == (0 if small else 2)
    assert ("let pass by --allow-untested" in capsys.readouterr().out) is small


def test_a_broken_limit_comes_before_one_that_is_not_tested(folder: Path, capsys: Capture) -> None:
    """Women are under the limit, and one person of a third group is not compared: exit code 1, allowed or not."""
    people(folder, [*[f"{GOOD},m,a"] * 8, *[f"{BAD},f,a"] * 8, f"{GOOD},x,b"])
    asked = ("--by", "sex,ethnicity", "--smallest", "2", "--fail-if", "ethnicity ratio < 0.8", "--fail-if", "sex ratio < 0.8")
    assert impact(*asked, "--format", "json") == 1
    assert [one["state"] for one in json.loads(capsys.readouterr().out)["gates"]] == ["not tested", "broken"]
    assert impact(*asked, "--allow-untested") == 1


def test_each_role_is_held_against_a_limit_by_itself(folder: Path, capsys: Capture) -> None:
    """Everybody is considered for lead, and nobody for junior, to which no move leads: that is said of junior alone."""
    assert folder.exists()
    assert impact("--by", "sex", "--role", "lead", "--role", "junior", "--fail-if", "sex ratio < 0.3", "--format", "json") == 2
    lead, junior = json.loads(capsys.readouterr().out)["gates"]
    assert (lead["state"], lead["reason"]) == ("held", "held in Lead")
    assert (junior["state"], junior["reason"]) == ("not tested", "no one of 20 people is a candidate for Junior: no move leads to Junior")
    assert impact("--by", "sex", "--fail-if", "sex ratio < 0.3 in junior") == 2
    assert "? sex ratio < 0.3 in junior: not tested, as no one of 20 people is a candidate for Junior" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [(), ("--role", "lead"), ("--law", "nyc144"), ("--selected", "nearly")])
def test_a_report_on_nobody_is_not_written(arguments: tuple[str, ...], folder: Path, capsys: Capture) -> None:
    """Without a limit there is nothing to tell of nobody: exit code 2, a sentence, and the old file as it was."""
    people(folder, [f"lead,6,3,good,{sex},a" for sex in "mf"] * 5)
    (folder / "report.json").write_text("old", encoding="utf-8")
    assert impact("--by", "sex", *arguments, "-o", "report.json") == 2
    assert "no one of 10 people is a candidate" in capsys.readouterr().err
    assert (folder / "report.json").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("limit", ["sex ratio < 0", "sex ratio < 0.0 in lead", "sex ratio < 1.01"])
def test_a_limit_that_can_never_tell_anything_is_refused(limit: str, folder: Path, capsys: Capture) -> None:
    """No ratio is under 0, and none is over 1."""
    assert folder.exists()
    assert impact("--by", "sex", "--fail-if", limit) == 2
    assert "can never tell anything" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--by", "sexx"], "there is no group column `sexx`\nhelp: did you mean `sex`?"),
        (["--by", "shoe size"], "help: there are `sex`, `ethnicity`; cross them as sex+ethnicity"),
        (["--role", "boss"], "there is no role called `boss`"),
        (["--selected", "redy"], "did you mean `ready`?"),
        (["--selected", "not yet"], "everybody would be selected"),
        (["--law", "nyc144", "--sex-column", "sexes"], "did you mean `sex`?"),
        (["--sex-column", "sex"], "add --law nyc144"),
        (["--law", "nyc144", "--ethnicity-column", "sex"], "named as the column of sex and as that of race or ethnicity"),
        (["--law", "nyc144", "--ethnicity-column", "group:SEX"], "named as the column of sex and as that of race or ethnicity"),
        (["--reason-to-leave-out", "few"], "add --law nyc144"),
        (["--fail-if", "sex -5%"], 'write it as "sex ratio < 0.8"'),
        (["--by", "sex", "--fail-if", "ethnicity ratio < 0.8"], "the report is by sex"),
        (["--fail-if", "sex ratio < 0.8 in boss"], "names no role of the report"),
    ],
)
def test_mistakes_are_sentences(arguments: list[str], said: str, folder: Path, capsys: Capture) -> None:
    """What cannot be done is said with a next step, and exits with 2."""
    assert folder.exists()
    assert impact(*arguments) == 2
    assert said in capsys.readouterr().err


def test_without_any_group_there_is_nothing_to_see(folder: Path, capsys: Capture) -> None:
    """A table without group columns is told what to add."""
    people(folder, ["junior,6"], "id,role,years")
    assert impact() == 2
    assert "nothing is known of anybody's group" in capsys.readouterr().err


def test_rows_that_cannot_be_judged_are_told_and_counted(folder: Path, capsys: Capture) -> None:
    """A rejected row is in the report's numbers, and the exit code is 1."""
    people(folder, [*[f"{GOOD},m,a"] * 3, "junior,many,3,good,f,a"])
    assert impact("--by", "sex") == 1
    said = capsys.readouterr()
    assert "4 rows = 3 judged + 1 rejected" in said.out
    assert "people.csv, line 5, years: " in said.err
    assert "`evaluator evaluate people.csv -o results.csv`" in said.err


@pytest.mark.parametrize("rows", [[], ["junior,many,3,good,f,a"]])
def test_nobody_to_judge_is_no_success(rows: list[str], folder: Path, capsys: Capture) -> None:
    """A table without rows, or without one that can be judged, ends with exit code 2 and a sentence, limits or not."""
    people(folder, rows)
    assert impact("--by", "sex", "--fail-if", "sex ratio < 0.8") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "nobody" in said.err.splitlines()[-2]


def test_groups_of_several_words_are_told_apart(folder: Path, capsys: Capture) -> None:
    """Crossed groups hold commas of their own, so semicolons stand between them."""
    people(folder, [*[f"{GOOD},m,a"] * 8, f"{BAD},x,a", f"{BAD},f,b"])
    impact("--by", "sex+ethnicity", "--smallest", "5", "--role", "lead")
    assert "f, b; x, a: too few by --smallest" in capsys.readouterr().out


def test_roles_side_by_side_have_everybody_and_the_worst_hit_apart(folder: Path, capsys: Capture) -> None:
    """Eleven of twenty are ready, of the worst hit group three of ten: two columns."""
    assert folder.exists()
    assert impact("--by", "sex") == 0
    assert re.search(r"^Lead +11 of 20 +f +3 of 10\* ", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.parametrize("column", ["group:sex", "gender", "Age band"])
def test_no_mapping_makes_an_attribute_of_a_group(column: str, folder: Path, capsys: Capture) -> None:
    """--map cannot send a fact of people's group to what rules read: years stay unknown, and are still asked for."""
    people(folder, ["junior,5"], f"id,role,{column}")
    arguments = ["--engine", "columns", "--as-of", "2026-11-01", "--map", f"{column}=years", "--format", "csv", "-o", "out.csv"]
    assert run(["evaluate", "people.csv", *arguments]) == 1
    assert "years" in (folder / "out.csv").read_text(encoding="utf-8").splitlines()[1]
    assert f"the mapping sends `{column}`, a fact of people's group, to `years`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("p.csv", "id,role,years,gender\na,junior,6,f\n"),
        ("p.jsonl", '{"id": "a", "role": "junior", "years": 6, "gender": "f"}\n'),
        ("p.yaml", "id: a\nrole: junior\nattributes: {years: 6, gender: f}\n"),
    ],
)
def test_every_reader_keeps_groups_from_attributes(name: str, text: str, folder: Path, capsys: Capture) -> None:
    """Tables, JSON Lines and profiles: a fact of a group among the attributes is refused or left out, and always told."""
    (folder / name).write_text(text, encoding="utf-8")
    code = run(["evaluate", name, "--as-of", "2026-11-01", "--role", "lead", "--format", "csv"])
    shown = capsys.readouterr()
    assert "gender" in shown.err
    assert "`groups:`" in shown.err
    assert code in {0, 1, 2}
    assert "gender" not in shown.out


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("attributes.yaml", "  years:", "  gender: {title: G, type: choice, options: [f, m], question: Which?}\n  years:"),
        ("roles/lead.yaml", "when: {years: {at_least: 5}}", "when: {gender: {is: m}}"),
        ("roles/lead.yaml", "when: {years: {at_least: 5}}", "when: {group.sex: {is: m}}"),
        ("moves.yaml", "kind: promotion", "kind: promotion, when: {sex: {is: m}}"),
    ],
)
def test_no_rule_reads_a_group(file: str, old: str, new: str, folder: Path, capsys: Capture) -> None:
    """A pack that declares or asks for a fact of a group is refused wherever it does."""
    path = folder / "rules" / file
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    assert impact() == 2
    assert "group" in capsys.readouterr().err
