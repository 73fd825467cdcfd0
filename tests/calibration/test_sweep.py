"""A sweep counts, at each value, what a pack with that value in its file says of everybody."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from evaluator.calibration.people import People
from evaluator.calibration.sweep.analysis import Sweeper
from evaluator.calibration.sweep.values import parsed_values, usual_values
from evaluator.core.model import Pack
from evaluator.core.values import ValueProblem
from evaluator.packs.other_values import with_value
from evaluator.packs.thresholds import PathProblem, all_thresholds, find
from evaluator.reading.pack.pack import load_pack
from tests.calibration.diffing import DIRECTOR, PEOPLE, YEARS, Said, called, edited, evaluations, people_of
from tests.product import RULES

ON = ("--on", str(PEOPLE), "--as-of", "2026-11-01")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(RULES)


@pytest.fixture(scope="module")
def people(pack: Pack) -> People:
    return people_of(pack)


def run(*words: str) -> Said:
    return called("sweep", "product-director", *words, *ON)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        (YEARS, "4,8,11", "product_management_years: {at_least: 8}"),
        ("strategic-vision.strategic_thinking.at_least", "working..expert", "strategic_thinking: {at_least: practitioner}"),
        ("budget-experience.applies_when.organisation_size.at_least", "small,large", "organisation_size: {at_least: large}"),
        ("plans-and-measures.at_least_of.count", "1..3", "count: 2"),
    ],
)
def test_each_point_is_a_pack_with_that_value(  # noqa: PLR0913, PLR0917 - a table of cases and three fixtures
    tmp_path: Path, pack: Pack, people: People, path: str, text: str, line: str
) -> None:
    """Numbers equal those of a pack whose file has the value, judged by the definition."""
    role = pack.roles["product-director"]
    threshold = find(pack, role, path)
    found = Sweeper(people=people).sweep(pack, role, [threshold], [parsed_values(text, threshold)])
    for number, point in enumerate(found.points):
        written = threshold.written(point.values[0])
        new = re.sub(r"[^ {]+(?=\}?$)", written, line) if "{" not in line else re.sub(r"[^ ]+(?=\}$)", written, line)
        changed = load_pack(edited(tmp_path / str(number), (DIRECTOR, line, new)))
        ahead = [one for one in evaluations(changed, people, [role.id]) if any(move.role.id == role.id for move in one.next_roles)]
        verdicts = [one.roles[role.id].verdict for one in ahead]
        words = Counter(verdict.low if verdict.decided else "undecided" for verdict in verdicts)
        assert {word: many for word, many in point.numbers.items() if many} == words
        assert point.today is (new == line)


def test_every_path_leads_back_to_its_threshold(pack: Pack) -> None:
    """Each threshold of the pack is found by its path, and its value can be written and read."""
    seen = 0
    for role, threshold in all_thresholds(pack):
        assert find(pack, role, threshold.path) == threshold
        assert threshold.parse(threshold.written(threshold.value)) == threshold.value
        assert with_value(pack, threshold, threshold.value).roles == pack.roles
        seen += 1
    assert seen > 300


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("product-experience.product_management_year.at_least", f"did you mean `{YEARS}`"),
        ("growing-complexity.product_complexity.at_least", "growing-complexity.product_complexity.at_least.1"),
        ("thought-leadership", "thought-leadership.mentees.at_least"),
        ("outcomes.outcome_achieved.at_least", "name one of"),
    ],
)
def test_a_path_that_leads_nowhere_lists_those_that_lead_on(pack: Pack, path: str, step: str) -> None:
    """An unknown or ambiguous path is answered with paths that are there."""
    with pytest.raises(PathProblem) as caught:
        find(pack, pack.roles["product-director"], path)
    assert step in caught.value.step


@pytest.mark.parametrize(
    ("path", "text", "values"),
    [
        (YEARS, "4,5,6..8", "4,5,6,7,8"),
        (YEARS, "4..6/0.5", "4,4.5,5,5.5,6,8"),
        ("verdicts.ready.score.at_least", "0.7..0.8", "0.7,0.75,0.8"),
        ("strategic-vision.strategic_thinking.at_least", "none..working", "none,awareness,working,practitioner"),
        ("product-lines.product_lines.at_least", "3,1", "1,2,3"),
        ("strategy-and-customers.knowledge.includes", "pricing", "pricing,product-strategy"),
    ],
)
def test_values_are_read_and_todays_is_added(pack: Pack, path: str, text: str, values: str) -> None:
    """Lists and ranges mean what they say, from low to high, with today's value among them."""
    threshold = find(pack, pack.roles["product-director"], path)
    assert ",".join(map(threshold.written, parsed_values(text, threshold))) == values


@pytest.mark.parametrize("text", ["", "x", "9..4", "1..2/0", "61", "0..60/0.01", "4..", "1/2"])
def test_values_that_cannot_be_tried(pack: Pack, text: str) -> None:
    """No number, a range backwards, a step of nothing, outside the range, too many: each is an error with a next step."""
    with pytest.raises(ValueProblem):
        parsed_values(text, find(pack, pack.roles["product-director"], YEARS))


def test_usual_values_come_from_range_and_data(pack: Pack, people: People) -> None:
    """Without --values there are some for every threshold that has one value, today's among them and none outside its range."""
    for _, threshold in all_thresholds(pack):
        if threshold.lists:
            continue
        values = usual_values(threshold, people)
        assert threshold.value in values, threshold.path
        assert 1 < len(values) <= 40
        assert all(isinstance(value, frozenset) or not threshold.type.outside(value) for value in values)


@pytest.mark.slow
def test_precision_and_recall_are_counted_by_hand(tmp_path: Path) -> None:
    """Three decisions on people whose verdict is known come out as counted by hand."""
    table = json.loads(called("evaluate", str(PEOPLE), "--role", "product-director", "--as-of", "2026-11-01", "--format", "json").stdout)
    ready = [
        one["profile"]["id"]
        for one in table["evaluations"]
        if one["roles"][0]["verdict"] == {"low": "ready", "high": "ready", "decided": True, "best": True}
    ]
    others = [one["profile"]["id"] for one in table["evaluations"] if one["roles"][0]["verdict"]["high"] == "not yet"]
    lines = [(ready[0], "promoted"), (ready[1], "deferred"), (others[0], "promoted"), (others[1], "declined")]
    past = tmp_path / "past.csv"
    past.write_text("person,role,decision,date\n" + "".join(f"{who},product-director,{what},2026-11-01\n" for who, what in lines), "utf-8")
    points = json.loads(run(YEARS, "--values", "8", "--decisions", str(past), "--format", "json").stdout)["points"]
    assert [(point["precision"], point["recall"]) for point in points if point["today"]] == [(0.5, 0.5)]
    table = run(YEARS, "--values", "8", "--decisions", str(past)).stdout
    assert re.search(r"Past: precision +Past: recall\n.*\n8 +today .* 1 of 2 \(50 %\) +1 of 2 \(50 %\)\n", table)


def test_ratios_by_group_are_counted(people: People) -> None:
    """Selection rates by sex equal a count over rows, and the lowest ratio is the lower rate over the higher."""
    found = json.loads(
        run(
            "verdicts.ready.required_unmet.at_most",
            "--values",
            "3",
            "--by",
            "sex",
            "--exact",
            "--smallest",
            "1",
            "--among",
            "everyone",
            "--format",
            "json",
        ).stdout
    )
    for point in found["points"]:
        groups = {one["group"]: one for one in point["groups"]["sex"]}
        assert sum(one["considered"] for one in groups.values()) == people.groups["sex"].drop_nulls().len()
        rates = {name: Fraction(one["selected"], one["considered"]) for name, one in groups.items()}
        for name, one in groups.items():
            assert one["impact_ratio"] == pytest.approx(float(rates[name] / max(rates.values())))


def test_the_worst_hit_falls_short_by_the_most_people() -> None:
    """Not one person of a small group, but the group that misses most at the rate of all, counted here by hand from its rows."""
    asked = ("--by", "sex", "--exact", "--among", "everyone", "--format", "json")
    options = ("verdicts.ready.required_unmet.at_most", "--values", "0..3", *asked)
    for more, smallest in ((("--smallest", "1"), 1), ((), 10)):
        for point in json.loads(run(*options, *more).stdout)["points"]:
            groups = point["groups"]["sex"]
            rate = Fraction(sum(one["selected"] for one in groups), sum(one["considered"] for one in groups))
            short = {one["group"]: rate * one["considered"] - one["selected"] for one in groups if one["considered"] >= smallest}
            assert point["worst_hit"]["sex"] == max(short, key=lambda name: short[name])


def test_lint_would_warn_where_a_value_passes_what_is_almost() -> None:
    """Six years are almost eight; from six years down, almost is met already."""
    points = json.loads(run(YEARS, "--values", "4..9", "--format", "json").stdout)["points"]
    assert [point["lint"] for point in points] == [["R304"]] * 3 + [[]] * 3
    assert "At 4, 5 and 6 years, whoever counts as close" in run(YEARS, "--values", "4..9").stdout


def test_left_out_rows_are_in_the_report(tmp_path: Path) -> None:
    """Text, Markdown and JSON of sweep and diff say of how many rows how many were left out; standard error how many more."""
    lines = PEOPLE.read_text(encoding="utf-8").splitlines()
    bad = tmp_path / "bad.csv"
    bad.write_text("\n".join([*lines[:10], *(f"x{place},X,nobody" for place in range(5))]) + "\n", encoding="utf-8")
    for verb in (["sweep", "product-director", YEARS], ["diff", str(RULES), str(RULES)]):
        for form in ("markdown", "json"):
            done = called(*verb, "--on", str(bad), "--as-of", "2026-11-01", "--format", form)
            assert done.exit_code == 1
            assert (form == "json") is ("Left out 5 of 14 rows that cannot be judged" not in done.stdout)
            assert (form == "json") is (re.search(r'"rows": 14,\s+"judged": 9,\s+"rejected": 5', done.stdout) is not None)
            assert "bad.csv, line 11" in done.stderr
            assert "and 2 more" in done.stderr


def test_rows_that_are_all_the_same_are_told_as_such(tmp_path: Path) -> None:
    """And what is known of nobody is named, as no value of its threshold can make a difference."""
    silent = tmp_path / "silent.csv"
    silent.write_text("id,role,coaching\na,group-product-manager,working\nb,group-product-manager,\n", encoding="utf-8")
    shown = " ".join(called("sweep", "product-director", YEARS, "--on", str(silent), "--as-of", "2026-11-01").stdout.split())
    same = "The counts are the same at every value shown."
    assert f"{same} Nothing is known of anybody's “Years in product management”." in shown
    assert same not in run(YEARS).stdout


@pytest.mark.parametrize("verb", [["sweep", "product-director", YEARS], ["diff", str(RULES), str(RULES)]])
def test_nobody_to_judge_is_no_success(tmp_path: Path, verb: list[str]) -> None:
    """A table of headers alone is refused, so that no check is green for want of people."""
    (tmp_path / "none.csv").write_text(PEOPLE.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    done = called(*verb, "--on", str(tmp_path / "none.csv"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "there is nobody in" in done.stderr


def test_without_a_path_the_thresholds_are_listed(tmp_path: Path) -> None:
    """What can be swept is the answer; and a picture that nothing here writes is refused."""
    done = run()
    assert (done.exit_code, f"\n  {YEARS}\n" in done.stderr) == (2, True)
    done = run(YEARS, "-o", str(tmp_path / "x.png"))
    assert (done.exit_code, "does not write .png" in done.stderr, (tmp_path / "x.png").exists()) == (2, True, False)


def test_a_verdicts_threshold_says_that_it_holds_for_every_role(pack: Pack) -> None:
    """The sweep shows one role, and the edit moves all."""
    said = run("verdicts.ready.score.at_least", "--values", "0.7").stdout
    assert f"holds for all {len(pack.judged_roles)} roles; shown: Product Director." in said


def test_scores_are_read_in_per_cent_and_written_as_rule_files_have_them() -> None:
    """75 % in sentences, tables and pictures; 0.75 in data and in the line to run."""
    path = "verdicts.ready.score.at_least"
    said = run(path, "--values", "0.7,0.755").stdout
    assert f"with `{path}` at 75 %, " in said
    assert [line.split()[:2] for line in said.splitlines() if line[:1].isdigit()][1:] == [["70", "%"], ["75", "%"], ["75.5", "%"]]
    grid = run(path, "verdicts.nearly.score.at_least", "--values", "0.7", "--values", "0.5").stdout
    assert "\n      50 %\n" in grid
    picture = run(path, "--values", "0.7,0.8", "--format", "svg").stdout
    assert ">75 %<" in picture
    assert ">0.75<" not in picture
    data = json.loads(run(path, "--values", "0.7", "--format", "json").stdout)
    assert [point["values"] for point in data["points"]] == [["0.7"], ["0.75"]]
    assert run(path, "--values", "0.7", "--format", "csv").stdout.splitlines()[1].startswith("0.7,")


def test_two_thresholds_at_once_are_a_grid() -> None:
    """Two paths give every pair of values, and the square of today equals the sweep of one."""
    done = json.loads(run(YEARS, "verdicts.ready.score.at_least", "--values", "6,9", "--values", "0.5", "--format", "json").stdout)
    assert [point["values"] for point in done["points"]] == [[years, score] for years in ("6", "8", "9") for score in ("0.5", "0.75")]
    one = json.loads(run(YEARS, "--values", "6,9", "--format", "json").stdout)
    assert [point["verdicts"] for point in done["points"] if point["values"][1] == "0.75"] == [point["verdicts"] for point in one["points"]]


def test_a_moves_threshold_moves_the_candidates() -> None:
    """Of a move it is the candidates of the role it leads to that change."""
    found = json.loads(run("moves.senior-product-director.organisation_size.at_least", "--format", "json").stdout)
    counted = [point["counted"] for point in found["points"]]
    assert found["role"] == "senior-product-director"
    assert counted == sorted(counted, reverse=True)
    assert counted[0] > counted[-1]


def test_csv_is_plain() -> None:
    """CSV has a row for each value, numbers without signs, and a mark for today."""
    rows = list(csv.DictReader(io.StringIO(run(YEARS, "--values", "4..9", "--format", "csv").stdout)))
    assert [row[YEARS] for row in rows] == ["4", "5", "6", "7", "8", "9"]
    assert [row["today"] for row in rows] == ["", "", "", "", "yes", ""]
    assert {int(row["ready"]) + int(row["nearly"]) + int(row["not yet"]) + int(row["undecided"]) for row in rows} == {
        int(rows[0]["counted"])
    }


@pytest.mark.slow
@pytest.mark.parametrize("words", [(YEARS,), (YEARS, "--by", "sex"), (YEARS, "product-lines.product_lines.at_least")])
def test_pictures_say_in_words_what_they_show(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Every picture is well-formed, has a title and a description, a mark for today, and no line known by colour alone."""
    done = run(*words, "-o", str(tmp_path / "sweep.svg"))
    assert done.exit_code == 0, done.stderr
    root = ET.fromstring((tmp_path / "sweep.svg").read_text(encoding="utf-8"))  # noqa: S314 - our own picture
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title")
    assert root.findtext(f"{SVG}desc")
    texts = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert any("today" in text for text in texts)
    if "product-lines.product_lines.at_least" not in words:
        assert {"ready", "nearly", "not yet", "undecided"} <= set(texts)
        looks = [line.get("stroke-dasharray") for line in root.iter(f"{SVG}polyline")][:4]
        assert len(set(looks)) == 4


def test_a_line_of_ratios_stays_with_one_group(tmp_path: Path) -> None:
    """Where another group comes to be the worst hit, it has a line of its own, and the first one's goes on."""
    words = (YEARS, "--values", "10..12", "--by", "ethnicity", "--among", "everyone", "--exact", "--smallest", "1")
    rows = [line.split() for line in run(*words).stdout.splitlines() if re.match(r"1[0-2] ", line)]
    hit = [words[words.index("(0") - 1] for words in rows]
    assert hit == ["black", "black", "white"]
    assert run(*words, "-o", str(tmp_path / "sweep.svg")).exit_code == 0
    root = ET.fromstring((tmp_path / "sweep.svg").read_text(encoding="utf-8"))  # noqa: S314 - our own picture
    named = {text.text for text in root.iter(f"{SVG}text") if (text.text or "").endswith(": ratio")}
    assert named == {"ethnicity black: ratio", "ethnicity white: ratio"}


def test_html_needs_nothing_else(tmp_path: Path) -> None:
    """The page carries its picture and its table, and loads nothing."""
    assert run(YEARS, "-o", str(tmp_path / "sweep.html")).exit_code == 0
    page = (tmp_path / "sweep.html").read_text(encoding="utf-8")
    assert page.count("<svg ") == 1
    assert "<table>" in page
    assert "`" not in page
    assert "Years in product management, at least (years)</text>" in page
    assert "src=" not in page
    assert re.findall(r'href="([^"]*)"', page) == ["#main"]


@pytest.mark.slow
def test_the_line_to_run_runs(tmp_path: Path) -> None:
    """Through the real command line: the sweep prints a `set` line, and that line changes the file to the value."""
    edited(tmp_path / "rules")
    command = [sys.executable, "-m", "evaluator"]
    done = subprocess.run([*command, "sweep", "product-director", YEARS, *ON], cwd=tmp_path, capture_output=True, text=True, check=True)
    line = re.search(r"evaluator (set .*) VALUE$", done.stdout, re.MULTILINE)
    assert line is not None
    subprocess.run([*command, *line[1].split(), "9"], cwd=tmp_path, check=True, capture_output=True)
    assert "product_management_years: {at_least: 9}" in (tmp_path / "rules" / DIRECTOR).read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("nothing.at.all",),
        (YEARS, "--values", "x"),
        (YEARS, YEARS),
        (YEARS, "--values", "1", "--values", "2"),
        ("professional-background.background.includes_any",),
        (YEARS, "--by", "shoe-size"),
        ("moves.chief-executive-officer.start_up.is",),
        (YEARS, "verdicts.ready.score.at_least", "--values", "0..60/0.5", "--values", "0..1/0.01"),
    ],
)
def test_wrong_usage_is_one_sentence(words: tuple[str, ...]) -> None:
    """What cannot be swept ends with exit code 2, a sentence and a next step."""
    done = run(*words)
    assert done.exit_code == 2, done.stdout
    assert done.stderr.count("\n") <= 2
    assert "help:" in done.stderr
