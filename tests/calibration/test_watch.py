"""`watch` tells at every save what it came to."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from evaluator.calibration.people import People, gathered
from evaluator.calibration.watch.report import still_failing
from evaluator.calibration.watch.report import tests_line as told_of_tests
from evaluator.calibration.watch.watching import Watch
from evaluator.cli.main import run
from evaluator.cli.output import Output
from evaluator.core.model import Pack
from evaluator.diagnostics import EvaluatorError, Problems
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.engines.rule_layers import EngineProblem
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.tables import Options, open_population
from evaluator.report.blocks import Block
from tests.packs.rename.growth_pack import written
from tests.product import PRODUCT

DAY = datetime.date(2026, 11, 1)
ROLE = Path("rules/roles/senior-product-manager.yaml")
LINE = "      product_management_years: {at_least: %s}\n    almost:"


def read(pack: Pack) -> People:
    return gathered(open_population([PRODUCT / "profiles" / "people.csv"], pack, Options(), as_of=DAY, problems=Problems()), pack)


@pytest.fixture
def watching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Return what watches a copy of the default pack."""
    shutil.copytree(PRODUCT / "rules", tmp_path / "rules")
    monkeypatch.chdir(tmp_path)
    return Watch("rules", load_pack("rules"), read)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def moved(diff: object) -> int:
    return diff.people.moved  # type: ignore[attr-defined, no-any-return]


def test_nothing_is_said_until_something_is_saved(watching: Watch) -> None:
    """Two looks at the same files find nothing."""
    assert watching.saved() == ()


def test_who_moves_is_told_since_the_last_save_and_since_the_start(watching: Watch) -> None:
    """Raised and put back, everybody moved since the last save, and nobody since the start."""
    edit(ROLE, LINE % 4, LINE % 5)
    files = watching.saved()
    assert files == (str(ROLE),)
    first = watching.look(files)
    assert moved(first.since_last) == moved(first.since_start) == 8
    edit(ROLE, LINE % 5, LINE % 4)
    second = watching.look(watching.saved())
    assert (moved(second.since_last), moved(second.since_start)) == (8, 0)


def test_a_save_that_cannot_be_read_keeps_the_one_before(watching: Watch) -> None:
    """Lint says why; the next good save is compared with the last good one."""
    edit(ROLE, LINE % 4, "      product_management_years: {at_leest: 4}\n    almost:")
    bad = watching.look(watching.saved())
    assert [found.code for found in bad.problems.errors] == ["R203"]
    assert bad.since_last is None
    edit(ROLE, "      product_management_years: {at_leest: 4}\n    almost:", LINE % 5)
    good = watching.look(watching.saved())
    assert moved(good.since_last) == 8


def test_the_worked_examples_of_the_saved_role_are_run(watching: Watch) -> None:
    """No others: and all of them where a file was saved that every role hangs on."""
    edit(ROLE, LINE % 4, LINE % 5)
    files = watching.saved()
    found = watching.look(files)
    outcomes = list(watching.tests(files, found.problems))
    assert {one.test.role for one in outcomes} == {"senior-product-manager"}
    assert not all(one.passed for one in outcomes)
    everything = list(watching.tests(["rules/pack.yaml"], Problems()))
    assert len({one.test.role for one in everything}) > 10


def test_people_are_read_anew_where_attributes_change(watching: Watch) -> None:
    """Another range is another way of reading."""
    path = Path("rules/attributes.yaml")
    edit(path, "    also: [launches]\n", "    also: [launches, launched]\n")
    found = watching.look(watching.saved())
    assert moved(found.since_last) == 0
    assert watching.last.people is not watching.start.people


def test_watching_through_the_command_line(tmp_path: Path) -> None:
    """One save, told on standard output; then it ends by itself."""
    shutil.copytree(PRODUCT / "rules", tmp_path / "rules")
    command = [sys.executable, "-m", "evaluator.cli.main", "watch", "--on", str(PRODUCT / "profiles" / "people.csv"), "--saves", "1"]
    running = subprocess.Popen(
        [*command, "--as-of", "2026-11-01"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert running.stderr is not None
    assert "watching rules for 200 people" in running.stderr.readline()
    time.sleep(0.05)
    edit(tmp_path / ROLE, LINE % 4, LINE % 5)
    out, _ = running.communicate(timeout=120)
    assert running.returncode == 0
    assert "Since the last save  8 people of 200 get another verdict" in out
    assert "Senior Product Manager, ready → nearly" in out
    assert "worked examples passed" in out


def test_worked_examples_that_still_fail_are_counted_and_not_listed_again(watching: Watch) -> None:
    """At the second save with the same failures only their number comes again, and the command that shows them."""
    edit(ROLE, LINE % 4, LINE % 5)
    files = watching.saved()
    outcomes = list(watching.tests(files, watching.look(files).problems))
    number = sum(not one.passed for one in outcomes)
    first, second = shown(told_of_tests(outcomes, frozenset())), shown(told_of_tests(outcomes, still_failing(outcomes, frozenset())))
    assert f"{number} failed" in first
    assert first.count("✗") == min(number, 5)
    assert f"the same {number} failed" in second
    assert "✗" not in second
    assert "`evaluator test senior-product-manager` shows what differs" in first
    assert "`evaluator test senior-product-manager` shows what differs" in second


def test_failures_of_roles_that_a_save_does_not_touch_are_remembered(watching: Watch) -> None:
    """A save of another role runs other examples; what failed before still counts as known."""
    edit(ROLE, LINE % 4, LINE % 5)
    files = watching.saved()
    outcomes = list(watching.tests(files, watching.look(files).problems))
    known = still_failing(outcomes, frozenset())
    other = list(watching.tests(["rules/roles/product-director.yaml"], Problems()))
    assert known
    assert still_failing(other, known) == known
    assert "failed" in shown(told_of_tests(other, known))
    assert "same" not in shown(told_of_tests(other, known))


@pytest.mark.slow
@pytest.mark.parametrize("problem", [EngineProblem("too large", "use another"), PopulationProblem("not there", "see where")])
@pytest.mark.parametrize("where", ["look", "tests"])
@pytest.mark.usefixtures("watching")
def test_an_error_at_one_save_does_not_end_the_watching(
    problem: EvaluatorError, where: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever an engine or a reader cannot do with what was saved is told, and the next save is looked at."""

    def fails(*_: object) -> None:
        raise problem

    monkeypatch.setattr(Watch, "saved", lambda _: (str(ROLE),))
    monkeypatch.setattr(Watch, where, fails)
    assert run(["watch", "--on", str(PRODUCT / "profiles" / "people.csv"), "--as-of", "2026-11-01", "--saves", "2"]) == 0
    assert capsys.readouterr().err.count(f"error: {problem.message}\nhelp: {problem.step}\n") == 2


def shown(blocks: tuple[Block, ...]) -> str:
    return Output(format="text").written(blocks)


def test_people_who_cannot_be_read_anew_are_told_of_and_watching_goes_on(tmp_path: Path) -> None:
    """Where an edit of the attributes has people read anew and their file is gone, that is said, and watching ends as it would."""
    shutil.copytree(PRODUCT / "rules", tmp_path / "rules")
    (tmp_path / "people.csv").write_text("id,role,PM years\na,Product Manager,7\n", encoding="utf-8")
    command = [sys.executable, "-m", "evaluator.cli.main", "watch", "--on", "people.csv", "--saves", "1", "--as-of", "2026-11-01"]
    running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    assert running.stderr is not None
    assert "watching rules" in running.stderr.readline()
    (tmp_path / "people.csv").unlink()
    edit(tmp_path / "rules/attributes.yaml", "    also: [pm years, product years]\n", "    also: [product years]\n")
    _, err = running.communicate(timeout=120)
    assert running.returncode == 0, err
    assert "error" in err


def in_a_pack_of_edition_2(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Watch the pack in which everything is called growth, for people who state its names as they are at the start."""
    monkeypatch.chdir(written(folder))
    Path("people.csv").write_text(GROWING, encoding="utf-8")
    shutil.copytree("pack", "before")

    def read_growth(pack: Pack) -> People:
        return gathered(open_population([Path("people.csv")], pack, Options(), as_of=DAY, problems=Problems()), pack)

    return Watch("pack", load_pack("pack"), read_growth)


GROWING = "id,role,growth,level,focus,aim\n" + "".join(f"p{number},other,{5 + number},high,depth,depth\n" for number in range(4))
ASKS = ("{at_least: 5}", "{at_least: 7}")


@pytest.mark.parametrize("kind", ["role", "attribute", "track", "field"])
def test_what_is_only_renamed_moves_nobody(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Since the last save and since the start it is as diff says; so is an edit that comes after, of people under their old names."""
    growing = in_a_pack_of_edition_2(tmp_path, monkeypatch)
    name = "projects.growth" if kind == "field" else "growth"
    assert run(["rename", kind, name, "expansion", "--rules", "pack"]) == 0
    renamed = growing.look(growing.saved())
    assert (moved(renamed.since_last), moved(renamed.since_start)) == (0, 0)
    assert verdicts_of(renamed.since_start) == by_diff("before", "pack", capsys)
    if kind == "role":
        return  # with another threshold it is another role
    edit(Path("pack/roles/growth.yaml"), *ASKS)
    edited = growing.look(growing.saved())
    assert verdicts_of(edited.since_start) == by_diff("before", "pack", capsys)
    assert moved(edited.since_last) == moved(edited.since_start) == 2


def verdicts_of(diff: object) -> dict[str, tuple[object, object]]:
    """Return how many people have each verdict before and after, by role, of roles that have candidates."""
    roles = diff.people.roles  # type: ignore[attr-defined]
    return {one.role.id: (one.numbers(one.before), one.numbers(one.after)) for one in roles if one.counted}


def by_diff(old: str, new: str, capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[object, object]]:
    """Return the same as the verb `diff` writes it."""
    capsys.readouterr()
    assert run(["diff", old, new, "--on", "people.csv", "--as-of", "2026-11-01", "--format", "json"]) == 0
    people = json.loads(capsys.readouterr().out)["people"]
    return {one["role"]: (one["before"], one["after"]) for one in people["roles"] if one["counted"]}


def test_a_pack_of_edition_2_through_the_command_line(tmp_path: Path) -> None:
    """Its roles wait for each other, so that people are read anew at a save; a rename, then another threshold, are told as they are."""
    written(tmp_path)
    (tmp_path / "people.csv").write_text(GROWING, encoding="utf-8")
    command = [sys.executable, "-m", "evaluator.cli.main", "watch", "--on", "people.csv", "--rules", "pack", "--saves", "2"]
    running = subprocess.Popen(
        [*command, "--as-of", "2026-11-01"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert running.stderr is not None
    assert running.stdout is not None
    assert "watching pack for " in running.stderr.readline()
    time.sleep(0.05)
    assert run(["rename", "attribute", "growth", "expansion", "--rules", str(tmp_path / "pack")]) == 0
    first = until(running.stdout, "Tests")
    assert "Changed              Growth in numbers: renamed, growth → expansion\n" in first
    assert "Since the last save  nobody gets another verdict" in first
    edit(tmp_path / "pack/roles/growth.yaml", *ASKS)
    rest, wrong = running.communicate(timeout=120)
    assert (running.returncode, "error" in wrong) == (0, False)
    assert "2 people of 4 get another verdict" in rest.partition("Since the last save")[2].partition("\n")[0]
    assert "Since the start" in rest


def until(stream: IO[str], word: str) -> str:
    """Read lines up to the one that begins with a word."""
    lines = []
    for line in stream:
        lines.append(line)
        if line.startswith(word):
            break
    return "".join(lines)
