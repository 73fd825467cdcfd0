"""Nobody to judge, and columns that are not there: no run of it looks as if people were judged, and what was written before stays."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.populations.evaluate.unjudged import Reason, nobody_judged, reason
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.tables.likely_columns import likely_roles
from tests.calibration.small import write_pack
from tests.product import PRODUCT
from tests.reading.tables.workbooks import write_workbook

Capture = pytest.CaptureFixture[str]
DAY = ("--as-of", "2026-11-01")
RULES = str(PRODUCT / "rules")
ROWS = {"junior": "6,3,good", "lead": "6,3,good", "": "6,3,good"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the small pack, and a result of last time."""
    write_pack(tmp_path / "rules")
    monkeypatch.chdir(tmp_path)
    Path("out.csv").write_text("old", encoding="utf-8")
    return tmp_path


def table(*roles: str, header: str = "id,role,years,reports,level") -> None:
    lines = [header, *(f"p{place},{role},{ROWS[role]}" for place, role in enumerate(roles))]
    Path("people.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def evaluate(*arguments: str) -> int:
    return run(["evaluate", "people.csv", *DAY, *arguments])


TO_A_FILE = ("-o", "out.csv")
SHOWN = (
    *((), TO_A_FILE, ("--format", "markdown"), ("--format", "csv"), ("--format", "json"), ("--format", "jsonl"), ("-o", "out.json")),
    *(("--level", level, *TO_A_FILE) for level in ("people", "roles", "criteria")),
)


@pytest.mark.parametrize("how", SHOWN, ids=" ".join)
@pytest.mark.parametrize(
    ("roles", "header", "said"),
    [
        (("junior", "lead"), "id,job,years,reports,level", "as no column is called `role`: there are `id`, `job`, `years`"),
        (("", ""), "id,role,years,reports,level", "as no current role is stated"),
        (("lead", "lead"), "id,role,years,reports,level", "(2: at the top of the ladder)"),
        (("lead", ""), "id,role,years,reports,level", "1: no current role is stated"),
    ],
)
def test_a_population_without_a_verdict_is_an_error(  # noqa: PLR0913, PLR0917 - a row of a table
    how: tuple[str, ...], roles: tuple[str, ...], header: str, said: str, place: Path, capsys: Capture
) -> None:
    """Exit code 2, why, what to do about it, and nothing written; with a role, or all, everybody is judged."""
    table(*roles, header=header)
    assert evaluate(*how) == 2
    shown = capsys.readouterr()
    assert "none of 2 people is judged for a next role" in shown.err
    assert said in shown.err
    assert "`--role ROLE` or `--all-roles` judges everybody" in shown.err
    assert shown.out == ""
    assert (place / "out.csv").read_text(encoding="utf-8") == "old"
    assert not [path for path in place.iterdir() if path.name.startswith(".out")]
    assert evaluate(*how, "--role", "lead") == 0
    if "people" not in how:
        assert evaluate(*how, "--all-roles") == 0


def test_some_without_a_verdict_are_told_by_why(place: Path, capsys: Capture) -> None:
    """At the top of the ladder and without a role are two things."""
    table("junior", "lead", "", "")
    assert place
    assert evaluate(*TO_A_FILE) == 0
    shown = capsys.readouterr().out
    assert [line.split()[-1] for line in shown.splitlines() if line.startswith("none: at the top of the ladder")] == ["1"]
    assert [line.split()[-1] for line in shown.splitlines() if line.startswith("none: no current role is stated")] == ["2"]


@pytest.mark.parametrize("how", [("--format", "json"), ("--format", "jsonl"), ("--level", "roles", *TO_A_FILE)], ids=" ".join)
def test_who_has_no_role_stands_beside_those_who_have_one(how: tuple[str, ...], place: Path, capsys: Capture) -> None:
    """Where somebody gets a verdict for a next role, what holds every role holds everybody."""
    table("junior", "", header="id,role,years,reports,level")
    assert place
    assert evaluate(*how) == 0
    shown = capsys.readouterr().out if "--format" in how else Path("out.csv").read_text(encoding="utf-8")
    assert "p1" in shown


def test_a_single_profile_at_the_top_is_an_answer_and_one_without_a_role_is_none(place: Path, capsys: Capture) -> None:
    """Where a ladder ends is told of one person; without a role there is nothing to tell."""
    for name, role in (("top", "role: lead\n"), ("none", "")):
        (place / f"{name}.yaml").write_text(f"profile: {name}\n{role}attributes: {{years: 6}}\n", encoding="utf-8")
    assert run(["evaluate", "top.yaml", *DAY]) == 0
    capsys.readouterr()
    assert run(["evaluate", "none.yaml", *DAY]) == 2
    assert "the only person is not judged for a next role, as no current role is stated" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("today", "why"),
    [
        (None, Reason.NO_ROLE),
        ("product-manager", Reason.CLOSED),
        ("chief-product-officer", Reason.TOP),
        ("chief-executive-officer", Reason.BEYOND),
        ("product-consultant", Reason.BEYOND),
        ("company-founder", Reason.BEYOND),
    ],
)
def test_why_somebody_is_judged_for_nothing(today: str | None, why: Reason) -> None:
    """By the role held and the moves of the pack."""
    assert reason(load_pack(RULES), today) is why


@pytest.mark.parametrize(
    "name",
    [
        *("job", "Job", "Job Title", "Business Title", "title", "Position", "position_title", "Rolle", "Stelle", "Stellenbezeichnung"),
        *(
            "poste",
            "Intitulé du poste",
            "puesto",
            "Current Role",
            "Funktion (heute)",
            "Job [HR]",
            "current role",
            "CURRENT_JOB",
            "roles",
            "Role Name",
            "Target role",
        ),
    ],
)
def test_likely_columns_are_suggested_and_never_taken(name: str, place: Path, capsys: Capture) -> None:
    """The suggestion, followed, judges people; without it nobody is."""
    table("junior", "junior", header=f"id,{name},years,reports,level")
    assert place
    assert likely_roles(["id", "Location", name, "years"]) == [name]
    assert evaluate() == 2
    assert f"{name}=role" in capsys.readouterr().err
    assert evaluate("--map", f"{name}=role") == 0


@pytest.mark.parametrize(
    "name", ["Location", "Business Unit", "roadmap", "Manager", "rules", "id", "Years in role", "Job Title Code", "Time in Job Title", ""]
)
def test_unlikely_columns_are_not_suggested(name: str) -> None:
    """Better no suggestion than a wrong one; the step says how to name the column."""
    assert likely_roles([name, "years"]) == []
    assert "`--map COLUMN=role`" in nobody_judged({Reason.NO_ROLE: 3}, [name, "years"], load_pack(RULES), has_roles=False)[1]


@pytest.mark.parametrize("name", ["budget_role", "Budget Role", "Part in budgets"])
def test_a_column_that_is_an_attribute_is_never_proposed_as_the_role(name: str) -> None:
    """Its cells are no roles; what stands beside it may be."""
    assert "`--map COLUMN=role`" in nobody_judged({Reason.NO_ROLE: 3}, ["id", name], load_pack(RULES), has_roles=False)[1]
    assert "`--map Job=role`" in nobody_judged({Reason.NO_ROLE: 3}, ["id", name, "Job"], load_pack(RULES), has_roles=False)[1]


def test_a_column_that_nobody_has_is_told_by_its_title(place: Path, capsys: Capture) -> None:
    """The years of leads were renamed: the criterion that reads them is unknown of everybody, which the summary says."""
    table("junior", "junior", header="id,role,Tenure,reports,level")
    assert place
    assert evaluate(*TO_A_FILE) == 0
    assert "Not given  no column gives Years (1 role); criteria of the roles judged read it" in capsys.readouterr().out
    table("junior", "junior")
    assert evaluate(*TO_A_FILE) == 0
    assert "Not given" not in capsys.readouterr().out
    table("junior", "junior", header="id,role,Tenure,reports,level")
    assert evaluate(*TO_A_FILE, "--map", "Tenure=years") == 0
    assert "Not given" not in capsys.readouterr().out


VERBS = {
    "evaluate": ("evaluate", "{}"),
    "evaluate to a file": ("evaluate", "{}", "-o", "out.csv"),
    "evaluate as json": ("evaluate", "{}", "--format", "json"),
    "rank": ("rank", "{}", "--role", "lead"),
    "impact": ("impact", "--on", "{}"),
    "sweep": ("sweep", "lead", "experience.years.at_least", "--on", "{}"),
    "diff": ("diff", "rules", "other", "--on", "{}"),
    "backtest": ("backtest", "--decisions", "past.csv", "--on", "{}"),
    "explain": ("explain", "{}", "lead", "--person", "p0"),
    "profile check": ("profile", "check", "{}"),
}
WRONG = {
    "mapping of a column that is not there": (("--map", "Yeras=years"), "the mapping names the column `Yeras`, which the table has not"),
    "mapping to what is no attribute": (("--map", "years=yaers"), "which is no attribute of the pack"),
    "kept column that is not there": (("--keep", "nope"), "--keep names the column `nope`, which the table has not"),
    "fact of groups that is not there": (("--keep", "group:race"), "--keep names the column `group:race`, which the table has not"),
    "sheet of no workbook": (("--sheet", "Q4"), "no workbook is read"),
    "file of mappings": (("--map-file", "map.yaml"), "the mapping names the column `Gone`, which the table has not"),
}


@pytest.mark.parametrize("ending", ["csv", "jsonl", "xlsx"])
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", WRONG)
def test_an_option_that_names_what_is_not_there_stops(kind: str, verb: str, ending: str, place: Path, capsys: Capture) -> None:
    """In every verb that reads tables, of every format: exit code 2, the name, and nothing written."""
    options, said = WRONG[kind]
    rows = [["p0", "junior", "6", "3", "good", "f"], ["p1", "junior", "6", "3", "good", "m"]]
    names = ["id", "role", "years", "reports", "level", "group:sex"]
    people = f"people.{ending}"
    if ending == "csv":
        Path(people).write_text("\n".join(",".join(row) for row in [names, *rows]) + "\n", encoding="utf-8")
    elif ending == "jsonl":
        Path(people).write_text("".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in rows), encoding="utf-8")
    else:
        write_workbook(place / people, {"People": [names, *rows]})
    if ending == "xlsx" and kind == "sheet of no workbook":
        said = "`Q4`"
    Path("map.yaml").write_text("Gone: years\n", encoding="utf-8")
    Path("past.csv").write_text("person,role,decision,date\np0,lead,promoted,2026-01-01\n", encoding="utf-8")
    shutil.copytree("rules", "other")
    asked = [word.format(people) for word in VERBS[verb]]
    day = () if verb == "backtest" else DAY
    assert run([*asked, *day, *options]) == 2
    shown = capsys.readouterr()
    assert said in shown.err + (shown.out if verb == "profile check" else "")
    assert verb == "profile check" or shown.out == ""
    assert (place / "out.csv").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("options", [("--keep", "team"), ("--map", "Years=years"), ("--sheet", "Q4")])
def test_profiles_have_no_columns_to_name(options: tuple[str, ...], place: Path, capsys: Capture) -> None:
    """Of profiles, an option that names a column or a sheet is refused rather than ignored."""
    (place / "a.yaml").write_text("profile: a\nrole: junior\nattributes: {years: 6}\n", encoding="utf-8")
    assert run(["evaluate", "a.yaml", *DAY, *options]) == 2
    assert options[1].split("=")[0] in capsys.readouterr().err


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_table_that_says_nothing_of_anybody_is_an_error(ending: str, place: Path, capsys: Capture) -> None:
    """Keys or columns of another world, all of them: not judged as nothing; some of them beside an attribute are a warning."""
    rows = [{"id": "a", "name": "A", "milestones": {"MOBILE": 0}, "site": "x"}]
    if ending == "jsonl":
        Path("people.jsonl").write_text(json.dumps(rows[0]) + "\n", encoding="utf-8")
    else:
        Path("people.csv").write_text("id,name,milestones,site\na,A,0,x\n", encoding="utf-8")
    for more in ((), TO_A_FILE, ("--role", "lead")):
        assert run(["evaluate", f"people.{ending}", *DAY, *more]) == 2
        named = "milestones.MOBILE" if ending == "jsonl" else "milestones"
        assert f"no column is an attribute of the pack, and `{named}`, `site` are read as nothing" in capsys.readouterr().err
    assert (place / "out.csv").read_text(encoding="utf-8") == "old"
    Path("people.csv").write_text("id,role,years,site\na,junior,6,x\n", encoding="utf-8")
    assert run(["evaluate", "people.csv", *DAY]) == 0


@pytest.mark.parametrize("arguments", [("rank", "people.csv", "--role", "lead"), ("profile", "check", "people.csv")])
def test_a_header_alone_holds_nobody(arguments: tuple[str, ...], place: Path, capsys: Capture) -> None:
    """No traceback and no success where there is nobody to rank or to check."""
    table()
    assert place
    assert run([*arguments, *DAY]) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(("role", "why"), [("junior", "1 holds the role today"), ("lead", "1 without a role today")])
def test_a_ranking_of_nobody_says_why(role: str, why: str, place: Path, capsys: Capture) -> None:
    """For whom it is no step, by reasons; whoever they are, `--among everyone` ranks them."""
    table("junior" if role == "junior" else "")
    assert run(["rank", "people.csv", "--role", role, *DAY, "--format", "csv", "-o", "out.csv"]) == 2
    assert why in capsys.readouterr().err
    assert (place / "out.csv").read_text(encoding="utf-8") == "old"
    assert run(["rank", "people.csv", "--role", role, *DAY, "--among", "everyone"]) == 0


@pytest.mark.parametrize("option", ["--unknown", "--known"])
def test_words_for_groups_have_to_be_there(option: str, place: Path, capsys: Capture) -> None:
    """A misspelt word for a missing answer would count as a group: exit code 2 and the word that is meant."""
    rows = "".join(f"p{number},junior,6,{sex}\n" for number, sex in enumerate(["m", "f", "divers"] * 4))
    Path("people.csv").write_text(f"id,role,years,group:sex\n{rows}", encoding="utf-8")
    asked = ["impact", "--on", "people.csv", "--among", "everyone", "--role", "lead", *DAY]
    assert place
    assert run([*asked, option, "divres"]) == 2
    assert "did you mean `divers`?" in capsys.readouterr().err
    assert run([*asked, option, " Divers"]) == 0


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_a_folder_of_tables_has_columns_to_keep(ending: str, place: Path) -> None:
    """Only a folder of profiles has none."""
    folder = place / "people"
    folder.mkdir()
    rows = {"csv": "id,role,years,team\na,junior,6,red\n", "jsonl": '{"id": "a", "role": "junior", "years": 6, "team": "red"}\n'}
    (folder / f"p.{ending}").write_text(rows[ending], encoding="utf-8")
    assert run(["evaluate", "people", "--engine", "columns", "--keep", "team", *DAY, "-o", "out.csv"]) == 0
    assert "red" in (place / "out.csv").read_text(encoding="utf-8")
