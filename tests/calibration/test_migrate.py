"""migrate: the one line that is written, what is said before it is, and packs that stay as they are."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluator.calibration.migrate.edition import affected, edition_edit
from evaluator.cli.main import run
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.yaml.splicing import EditProblem
from tests.tiny_pack import FILES, write

Command = Callable[[str], tuple[int, str]]
HEAD = FILES["pack.yaml"].lstrip("\n")
POINTS = "  points: {title: Points, type: integer, unit: points, derive: {sum: [direct_reports, interim_months]}}\n"
ASKS = "  - {id: points, title: Some points, kind: skill, basis: judgement, when: {points: {at_most: 90}}}\n"
VERSION = "version: 2.1.0\n"
NEW = HEAD.replace(VERSION, f"{VERSION}language: 2\n")
WITH_POINTS = {
    **FILES,
    "attributes.yaml": FILES["attributes.yaml"]
    .replace("unit: people, question", "unit: points, range: {at_least: 0, at_most: 9}, question")
    .replace("unit: months, question", "unit: points, range: {at_least: 0, at_most: 60}, question")
    + POINTS,
    "roles/expert.yaml": FILES["roles/expert.yaml"] + ASKS,
}


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Give a way to run a command in a folder: its exit code, and all that it printed in one line."""
    monkeypatch.chdir(tmp_path)

    def command(line: str) -> tuple[int, str]:
        capfd.readouterr()
        code = run(shlex.split(line))
        return code, " ".join("".join(capfd.readouterr()).split())

    return command


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (HEAD, NEW),
        (HEAD.replace("\n", "\r\n"), NEW.replace("\n", "\r\n")),
        ("\ufeff" + HEAD, "\ufeff" + NEW),
        (
            HEAD.replace(VERSION, "version: '2.1.0'   # of May\n\n# then\n"),
            HEAD.replace(VERSION, "version: '2.1.0'   # of May\nlanguage: 2\n\n# then\n"),
        ),
        (HEAD.replace(VERSION, "") + VERSION.strip(), HEAD.replace(VERSION, "") + VERSION + "language: 2"),
        (HEAD.replace(VERSION, "version: >\n  2.1.0\n"), HEAD.replace(VERSION, "version: >\n  2.1.0\nlanguage: 2\n")),
        (HEAD.replace(VERSION, f"{VERSION}language: 1  # for now\n"), HEAD.replace(VERSION, f"{VERSION}language: 2  # for now\n")),
        ("".join(f"  {line}\n" for line in HEAD.splitlines()), "".join(f"  {line}\n" for line in NEW.splitlines())),
    ],
    ids=["lines", "crlf", "mark", "comments", "no end", "block", "stated", "indented"],
)
def test_one_line_is_written_and_no_other_byte(before: str, after: str, tmp_path: Path) -> None:
    """However pack.yaml is written, the edition is the only thing that it says besides."""
    folder = write(tmp_path, FILES)
    (folder / "pack.yaml").write_bytes(before.encode())
    pack = load_pack(folder)
    edit = edition_edit(pack)
    assert edit.after == after.encode()
    (folder / "pack.yaml").write_bytes(edit.after)
    assert load_pack(folder).language == 2


def test_a_pack_in_braces_is_left_to_its_owner(tmp_path: Path) -> None:
    """Where no line can be added, that is said, with what to write by hand."""
    folder = write(tmp_path, FILES)
    braces = "{pack: tiny, title: T, version: 1, effective: 2026-01-01, tracks: {management: {title: M}, craft: {title: C}}, "
    (folder / "pack.yaml").write_text(
        braces + "verdicts: [{verdict: ready, when: {unmet: {at_most: 0}}}, {verdict: no}]}\n", encoding="utf-8"
    )
    with pytest.raises(EditProblem, match="no line can be added"):
        edition_edit(load_pack(folder))


def test_rules_that_test_what_is_known_in_part_are_named(tmp_path: Path) -> None:
    """Computed attributes that have bounds are named with what tests them, though nothing may be stated of them."""
    found = affected(load_pack(write(tmp_path, WITH_POINTS)))
    told = [(one.attribute.id, [rule.id for rule in one.rules if hasattr(rule, "id")]) for one in found]
    assert told == [("areas", ["knows"]), ("points", ["points"])]


def test_it_says_all_of_it_before_it_writes(command: Command, tmp_path: Path) -> None:
    """A dry run names the line, the rules and whose verdicts change, and writes nothing; without it the line is there."""
    write(tmp_path / "rules", WITH_POINTS)
    before = (tmp_path / "rules/pack.yaml").read_bytes()
    (tmp_path / "people.csv").write_text("id,role,direct_reports,leadership\na,manager,3,expert\nb,manager,,expert\n", encoding="utf-8")
    code, text = command("migrate --rules rules --dry-run --on people.csv --as-of 2026-11-01")
    assert code == 0
    assert (tmp_path / "rules/pack.yaml").read_bytes() == before
    assert "rules/pack.yaml:4:1: language: 2 (nothing written)" in text
    assert "“Points” is tested by “Some points” of Expert" in text
    assert "2 of 2 people get another verdict: 2 for Expert" in text
    assert "Some points (by what is known in part)" in text
    named = set(re.findall(r"hash ([0-9a-f]{16})", text))
    old = load_pack(tmp_path / "rules").content_hash
    code, text = command("migrate --rules rules")
    assert code == 0
    assert named == {old, load_pack(tmp_path / "rules").content_hash}
    assert (tmp_path / "rules/pack.yaml").read_bytes() == before.replace(b"version: 2.1.0\n", b"version: 2.1.0\nlanguage: 2\n")
    assert "`evaluator diff HEAD rules --on POPULATION` shows whose verdicts change" in text
    assert command("migrate --rules rules") == (0, "rules: its language is edition 2 already, and nothing was changed")


def test_a_pack_in_braces_is_wrong_usage(command: Command, tmp_path: Path) -> None:
    """The step says what to write by hand."""
    braces = "{pack: tiny, title: T, version: 1, effective: 2026-01-01, tracks: {management: {title: M}, craft: {title: C}}, "
    write(
        tmp_path / "rules", {**FILES, "pack.yaml": braces + "verdicts: [{verdict: ready, when: {unmet: {at_most: 0}}}, {verdict: no}]}\n"}
    )
    code, text = command("migrate --rules rules")
    assert code == 2
    assert "write `language: 2` into it by hand" in text


def test_what_would_break_is_refused(command: Command, tmp_path: Path) -> None:
    """A pack in which something is wrong by the second edition stays byte for byte as it is, and is told why."""
    attribute = "  current_role: {title: Job, type: choice, options: [a, b], question: Which?}\n"
    write(tmp_path / "rules", {**FILES, "attributes.yaml": FILES["attributes.yaml"] + attribute})
    before = (tmp_path / "rules/pack.yaml").read_bytes()
    code, text = command("migrate --rules rules")
    assert code == 1
    assert "R106" in text
    assert "by edition 2 it would not lint" in text
    assert (tmp_path / "rules/pack.yaml").read_bytes() == before


def test_nothing_changes_where_no_rule_tests_what_is_in_part(command: Command, tmp_path: Path) -> None:
    """Where every rule tests what is stated, no verdict changes, and that is said."""
    role = FILES["roles/director.yaml"].replace(", areas: {at_least: 2}", "")
    write(tmp_path / "rules", {**FILES, "roles/director.yaml": role})
    code, text = command("migrate --rules rules --dry-run")
    assert code == 0
    assert "No rule tests what can be known in part, so that no verdict changes" in text
