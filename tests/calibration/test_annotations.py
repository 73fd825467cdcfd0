"""diff and impact as GitHub shows them: what broke a limit, beside the line of the rule that does it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evaluator.cli.main import run
from tests.packs.rename.growth_pack import written
from tests.tiny_pack import FILES, write

Capture = pytest.CaptureFixture[str]
DAY = ("--as-of", "2026-11-01")
PEOPLE = "id,role,growth,mood,group:sex\n" + "".join(
    f"p{number},other,{number % 4 if number < 12 else 0},growth,{'female' if number < 12 else 'male'}\n" for number in range(24)
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two packs: the second asks for more growth of the role `other`, in line 6 of its file."""
    monkeypatch.chdir(written(tmp_path))
    shutil.copytree("pack", "after")
    path = Path("after/roles/other.yaml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("when: {growth: {at_least: 1}}", "when: {growth: {at_least: 3}}"), encoding="utf-8")
    Path("all.csv").write_text(PEOPLE, encoding="utf-8")
    return tmp_path


def diff(*words: str) -> int:
    """Run diff on everybody."""
    return run(["diff", "pack", "after", "--format", "github", "--on", "all.csv", "--among", "everyone", *DAY, *words])


@pytest.mark.usefixtures("here")
def test_a_limit_that_is_reached_points_at_the_criterion_that_does_it(capsys: Capture) -> None:
    """The file is that of the new pack; nobody is named."""
    assert diff("--fail-if", "moved 1 in other") == 1
    captured = capsys.readouterr()
    assert captured.out == (
        "::error file=after/roles/other.yaml,line=6,col=10,endLine=6,endColumn=16,title=broken%3A moved 1 in other::"
        "6 people move for Other\n"
    )
    assert "p1" not in captured.out + captured.err


@pytest.mark.usefixtures("here")
def test_limits_that_hold_are_one_notice_and_one_that_is_not_tested_is_an_error(capsys: Capture) -> None:
    """What had nobody to judge is an error, as its exit code is 2."""
    assert diff("--fail-if", "moved 20 in other", "--fail-if", "ready -30% in two") == 0
    assert capsys.readouterr().out == "::notice title=held::moved 20 in other: not reached%0Aready -30%25 in two: not reached\n"
    words = ["diff", "pack", "after", "--format", "github", "--on", "all.csv", *DAY, "--fail-if", "moved 1 in two"]
    assert run(words) == 2
    assert capsys.readouterr().out.startswith("::error title=not tested%3A moved 1 in two::")


@pytest.mark.usefixtures("here")
def test_each_of_several_limits_that_one_change_breaks_points_at_its_line(capsys: Capture) -> None:
    """Two limits that are told in the same words, beside one that holds."""
    limits = [word for limit in ("moved 1 in other", "moved 2 in other", "moved 20 in other") for word in ("--fail-if", limit)]
    assert diff(*limits) == 1
    place = "file=after/roles/other.yaml,line=6,col=10,endLine=6,endColumn=16"
    assert capsys.readouterr().out.splitlines() == [
        f"::error {place},title=broken%3A moved 1 in other::6 people move for Other",
        f"::error {place},title=broken%3A moved 2 in other::6 people move for Other",
        "::notice title=held::moved 20 in other: not reached",
    ]


@pytest.mark.usefixtures("here")
def test_without_limits_each_line_of_another_meaning_is_noticed(capsys: Capture) -> None:
    """A change of words alone is none."""
    path = Path("after/roles/other.yaml")
    path.write_text(path.read_text(encoding="utf-8").replace("title: Some growth", "title: More growth"), encoding="utf-8")
    assert run(["diff", "pack", "after", "--format", "github"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("::notice file=after/roles/other.yaml,line=6,")
    assert "growth" in line


def impact(*words: str) -> int:
    """Run impact on everybody."""
    smallest = ("--exact", "--smallest", "1", "--among", "everyone")
    return run(["impact", "--on", "all.csv", "--rules", "pack", "--format", "github", *smallest, *DAY, *words])


@pytest.mark.usefixtures("here")
def test_a_ratio_under_its_limit_points_at_the_criterion_that_drives_it(capsys: Capture) -> None:
    """Of the role `other` men fail the one criterion that asks for growth."""
    assert impact("--role", "other", "--fail-if", "sex ratio < 0.8 in other") == 1
    out = capsys.readouterr().out
    assert out.startswith(
        "::error file=pack/roles/other.yaml,line=6,col=10,endLine=6,endColumn=16,title=broken%3A sex ratio < 0.8 in other::male"
    )


EXPERT = """role: expert
title: Expert
track: craft
rung: 2
criteria:
  - {id: budget, title: Owns a budget, kind: skill, required: true, basis: judgement, when: {budget: true}}
  - {id: years, title: Some years, kind: skill, required: true, basis: judgement, when: {product_years: {at_least: 1}}}
  - {id: reports, title: Leads people, kind: skill, required: true, basis: judgement, when: {direct_reports: {at_least: 1}}}
"""


def test_a_criterion_that_keeps_a_ratio_up_is_not_told_as_what_breaks_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Ten of twelve women miss two criteria, half of the men a third: without that one more men alone would be ready."""
    monkeypatch.chdir(write(tmp_path, {f"rules/{name}": content for name, content in {**FILES, "roles/expert.yaml": EXPERT}.items()}))
    women = [f"w{number},yes,{int(number < 2)},{int(number < 2)},female" for number in range(12)]
    men = [f"m{number},{'yes' if number < 6 else 'no'},1,1,male" for number in range(12)]
    Path("people.csv").write_text("\n".join(["id,budget,product_years,direct_reports,group:sex", *women, *men, ""]), encoding="utf-8")
    words = ["impact", "--on", "people.csv", "--rules", "rules", "--format", "github", "--exact", "--among", "everyone", *DAY]
    assert run([*words, "--role", "expert", "--fail-if", "sex ratio < 0.8 in expert"]) == 1
    assert capsys.readouterr().out.startswith("::error file=rules/roles/expert.yaml,line=1,")


@pytest.mark.usefixtures("here")
def test_impact_without_limits_has_nothing_to_annotate(capsys: Capture) -> None:
    """It says so, and is not green."""
    assert impact() == 2
    assert "annotations tell what limits came to, and none are given" in capsys.readouterr().err
