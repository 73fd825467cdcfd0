"""`set` changes one value of a rule file, tried on a copy first."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.core.model import Criterion, Move
from evaluator.diagnostics import Span
from evaluator.packs.edits import Edit, apply, changed
from evaluator.packs.set import command as set_verb
from evaluator.packs.set.scalar_paths import edited, target
from evaluator.packs.thresholds import all_thresholds
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.yaml.splicing import EditProblem
from evaluator.report.sentences import use_words
from tests.product import PRODUCT, ROOT

PACKS = [ROOT / "rules", *sorted(path.parent for path in (ROOT / "tests" / "ladders").glob("*/pack.yaml"))]
EXPERIENCE = "product-experience.product_management_years.at_least"
FILE = "rules/roles/product-director.yaml"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def pack_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the root of a copy of the default pack, which is where the verb runs."""
    shutil.copytree(PRODUCT / "rules", tmp_path / "rules")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_every_threshold_of_a_pack_leads_to_its_own_scalar(folder: Path) -> None:
    """What stands at the place reads as the value that the pack has there, and each path has a place of its own.

    Only what a template says for several rows of its table has one place, and each of these paths names them all.
    """
    pack = load_pack(folder)
    owners: dict[Span, list[str]] = {}
    named: dict[Span, set[tuple[str, ...]]] = {}
    for role, threshold in all_thresholds(pack):
        if threshold.lists:
            with pytest.raises(EditProblem, match="lists several values"):
                target(pack, role, threshold.path, threshold.written(threshold.value))
            continue
        found = target(pack, role, threshold.path, threshold.written(threshold.value))
        edit = changed(found.place.path, Path(found.place.path).read_bytes(), found.place, threshold.written(threshold.value))
        assert threshold.parse(edit.old) == threshold.value
        owner = threshold.owner
        owners.setdefault(found.place, []).append(use_words(owner, pack) if isinstance(owner, Criterion | Move) else threshold.path)
        named.setdefault(found.place, set()).add(found.holds_for)
    for place, keys in owners.items():
        assert len(keys) == 1 or named[place] == {tuple(keys)}


@pytest.mark.slow
def test_the_command_changes_one_line(pack_here: Path) -> None:
    """Through the real command line: one scalar of one file, every other byte as it was."""
    before = {path: path.read_bytes() for path in sorted((pack_here / "rules").rglob("*.yaml"))}
    command = [sys.executable, "-m", "evaluator.cli.main", "set", "Product Director", EXPERIENCE, "9"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "8 → 9 years" in done.stdout
    assert "its title says: Eight years" in done.stdout
    assert "worked examples no longer come out as written" in done.stdout
    after = {path: path.read_bytes() for path in before}
    changed_files = [path for path in before if before[path] != after[path]]
    assert [path.name for path in changed_files] == ["product-director.yaml"]
    path = changed_files[0]
    old, new = b"product_management_years: {at_least: 8}", b"product_management_years: {at_least: 9}"
    assert after[path] == before[path].replace(old, new, 1)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (EXPERIENCE, "99", "it would not lint"),
        ("product-experience.required", "maybe", "it would not lint"),
    ],
)
def test_what_would_not_lint_is_refused(pack_here: Path, capfd: Capture, path: str, value: str, said: str) -> None:
    """The file stays as it was, lint's finding names the pack's own file, and the exit code is 1."""
    before = (pack_here / FILE).read_bytes()
    assert run(["set", "product-director", path, value]) == 1
    out, err = capfd.readouterr()
    assert said in out
    assert err.startswith(f"{FILE}:")
    assert (pack_here / FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("product-experince.product_management_years.at_least", "9", f"did you mean `{EXPERIENCE}`"),
        ("product-experience.weigt", "9", "did you mean `product-experience.weight`"),
        (EXPERIENCE, "nine", "`nine` is no plain number"),
        ("at_least_of.count", "2", "has no threshold at"),
        (EXPERIENCE, "8\n9", "is no plain number"),
    ],
)
def test_what_leads_nowhere_is_a_sentence(pack_here: Path, capfd: Capture, path: str, value: str, said: str) -> None:
    """A wrong path or value is wrong usage, and nothing is written."""
    before = (pack_here / FILE).read_bytes()
    assert run(["set", "product-director", path, value]) == 2
    assert said in capfd.readouterr().err
    assert (pack_here / FILE).read_bytes() == before


def test_what_the_file_does_not_state_is_not_invented(pack_here: Path, capfd: Capture) -> None:
    """A key is never added: the criterion would change by more than a value."""
    path = pack_here / FILE
    path.write_text(path.read_text(encoding="utf-8").replace("    takes: 12 months\n", "", 1), encoding="utf-8")
    assert run(["set", "product-director", "product-experience.takes", "3 months"]) == 2
    assert "states no `takes`" in capfd.readouterr().err


@pytest.mark.slow
def test_a_dry_run_writes_nothing(pack_here: Path, capfd: Capture) -> None:
    """The change is shown, and the file stays."""
    before = (pack_here / FILE).read_bytes()
    assert run(["set", "product-director", "product-experience.weight", "2", "--dry-run"]) == 0
    assert "+    weight: 2" in capfd.readouterr().out
    assert (pack_here / FILE).read_bytes() == before


def test_the_value_that_is_there_changes_nothing(pack_here: Path, capfd: Capture) -> None:
    """Setting what is set is no failure."""
    before = (pack_here / FILE).read_bytes()
    assert run(["set", "product-director", EXPERIENCE, "8"]) == 0
    assert "it is 8 already" in capfd.readouterr().out
    assert (pack_here / FILE).read_bytes() == before


def test_the_shipped_pack_is_not_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """Without a pack of one's own there is nothing to change."""
    monkeypatch.chdir(tmp_path)
    assert run(["set", "product-director", EXPERIENCE, "9"]) == 2
    assert "no pack in ./rules" in capfd.readouterr().err


@pytest.mark.parametrize("value", ["-1", "-0.5", "-.5"])
def test_a_negative_number_is_a_value(pack_here: Path, capfd: Capture, value: str) -> None:
    """Lint says what is wrong with it; options beside it still count."""
    before = (pack_here / FILE).read_bytes()
    assert run(["set", "product-director", "product-experience.weight", value, "--dry-run"]) == 1
    err = capfd.readouterr().err
    assert f"weight: {value}" in err or f"weight: '{value}'" in err
    assert "no option" not in err
    assert (pack_here / FILE).read_bytes() == before


def test_a_misspelt_option_is_no_value(pack_here: Path, capfd: Capture) -> None:
    """Only numbers may begin with a hyphen."""
    assert run(["set", "product-director", EXPERIENCE, "9", "--dryrun"]) == 2
    assert "did you mean `--dry-run`" in capfd.readouterr().err
    assert pack_here.exists()


@pytest.mark.parametrize(("value", "step"), [("80", "write 0.8"), ("80%", "write 0.8"), ("62.5 %", "write 0.625"), ("1%", "write 0.01")])
def test_a_score_in_per_cent_is_told_as_a_share(pack_here: Path, capfd: Capture, value: str, step: str) -> None:
    """A score goes from 0 to 1, and the file stays as it was."""
    before = (pack_here / "rules/pack.yaml").read_bytes()
    assert run(["set", "product-director", "verdicts.ready.score.at_least", value]) == 2
    assert capfd.readouterr().err.endswith(f"help: a score goes from 0 to 1: {step}\n")
    assert (pack_here / "rules/pack.yaml").read_bytes() == before


@pytest.mark.slow
def test_a_verdict_holds_for_every_role(pack_here: Path, capfd: Capture) -> None:
    """Which is said of a threshold of a verdict, and of no other."""
    assert run(["set", "product-director", "verdicts.ready.score.at_least", "0.8"]) == 0
    said = capfd.readouterr().out
    assert "holds for every role" in said
    assert ": 0.75 → 0.8 (75 % → 80 %)\n" in said
    assert run(["set", "product-director", EXPERIENCE, "9"]) == 0
    assert "holds for every role" not in capfd.readouterr().out
    assert "score: {at_least: 0.8}" in (pack_here / "rules/pack.yaml").read_text(encoding="utf-8")


OTHER = b"product_management_years: {at_least: 8}"


@pytest.mark.slow
@pytest.mark.parametrize(
    "saved",
    [
        lambda data: data.replace(OTHER, b"direct_reports: {at_least: 3}"),
        lambda data: b"# a comment\n" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"weight: 3", b"weight: 4", 1),
        lambda data: data + b"# the end\n",
    ],
    ids=["another-criterion", "one-line-more", "line-ends", "mark", "another-value", "behind-it"],
)
@pytest.mark.parametrize("path", [EXPERIENCE, "product-experience.required"])
def test_an_edit_is_not_made_into_what_somebody_else_saved(pack_here: Path, path: str, saved: Callable[[bytes], bytes]) -> None:
    """A program that holds a pack for long is told that the file is another one by now, and the other edit stays."""
    pack = load_pack("rules")
    role = pack.roles["product-director"]
    file = pack_here / FILE
    other = saved(file.read_bytes())
    assert other != file.read_bytes()
    edit, _ = edited(pack, role, path, "true" if path.endswith("required") else "9")
    file.write_bytes(other)
    with pytest.raises(EditProblem, match=r"was changed by somebody else after it was read"):
        edited(pack, role, path, "9")
    with pytest.raises(EditProblem, match=r"was changed by somebody else after it was read"):
        apply(edit)
    assert file.read_bytes() == other
    again, _ = edited(load_pack("rules"), role, "product-experience.weight", "2") if b"\r\n" in other else (None, None)
    if again is not None:
        apply(again)
        assert b"weight: 2\r\n" in file.read_bytes()


@pytest.mark.parametrize("when", ["trial", "apply"])
def test_a_save_in_the_midst_of_the_command_stays(pack_here: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    """Between reading and writing, however late: one sentence, exit code 2, and no byte of the other edit is lost."""
    file = pack_here / FILE
    other = file.read_bytes().replace(OTHER, b"direct_reports: {at_least: 3}")
    real = getattr(set_verb, when)

    def later(*given: object) -> object:
        file.write_bytes(other)
        return real(*given)

    monkeypatch.setattr(set_verb, when, later)
    assert run(["set", "product-director", EXPERIENCE, "9"]) == 2
    said = capfd.readouterr().err
    assert said.startswith(f"error: {FILE} was changed by somebody else after it was read, and stays as they left it\n")
    assert file.read_bytes() == other
    assert not list(file.parent.glob(".*"))


def test_a_rule_file_that_is_gone_is_a_sentence(pack_here: Path) -> None:
    """It is not made anew."""
    pack = load_pack("rules")
    edit, _ = edited(pack, pack.roles["product-director"], EXPERIENCE, "9")
    (pack_here / FILE).unlink()
    with pytest.raises(EditProblem, match="is gone"):
        apply(edit)
    with pytest.raises(EditProblem, match="cannot be read any more"):
        edited(pack, pack.roles["product-director"], EXPERIENCE, "9")
    assert not (pack_here / FILE).exists()


def test_of_two_edits_at_once_one_comes_through(pack_here: Path) -> None:
    """Both were made of the same bytes; who comes second is told, and nothing is mixed."""
    pack = load_pack("rules")
    role = pack.roles["product-director"]
    edits = [edited(pack, role, EXPERIENCE, value)[0] for value in ("6", "7", "9", "10")]

    def applied(edit: Edit) -> bool:
        try:
            apply(edit)
        except EditProblem:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(applied, edits))
    assert done.count(True) == 1
    assert (pack_here / FILE).read_bytes() == edits[done.index(True)].after


def test_a_linked_rule_file_stays_a_link(pack_here: Path) -> None:
    """What it leads to is edited."""
    real = pack_here / "elsewhere.yaml"
    (pack_here / FILE).rename(real)
    (pack_here / FILE).symlink_to(real)
    assert run(["set", "product-director", EXPERIENCE, "9"]) == 0
    assert (pack_here / FILE).is_symlink()
    assert b"product_management_years: {at_least: 9}" in real.read_bytes()


@pytest.mark.slow
def test_the_next_step_is_named_where_git_knows_the_pack(pack_here: Path, capfd: Capture) -> None:
    """Without a commit there is nothing to compare with."""
    said = "`evaluator diff HEAD rules --on POPULATION` shows who moves"
    assert run(["set", "product-director", EXPERIENCE, "9"]) == 0
    assert said not in capfd.readouterr().out
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "rules"], [*author, "commit", "-q", "-m", "rules"]):
        subprocess.run(["git", *words], cwd=pack_here, check=True)
    assert run(["set", "product-director", EXPERIENCE, "8"]) == 0
    assert said in capfd.readouterr().out


@pytest.mark.usefixtures("pack_here")
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("product-experience.title", f"edit it by hand, in {FILE}:12:9"),
        ("product-experience.advice", f"edit it by hand, in {FILE}:12:9"),
        ("product-experience.source", f"edit it by hand, in {FILE}:12:9"),
        ("title", f"edit it by hand, in {FILE}"),
        ("rung", f"edit it by hand, in {FILE}"),
    ],
)
def test_what_is_no_threshold_is_told_as_that(capfd: Capture, path: str, said: str) -> None:
    """Text of a role is not mistaken for a misspelt threshold, and the place to edit it is named."""
    assert run(["set", "product-director", path, "x"]) == 2
    err = capfd.readouterr().err
    assert f"`{path}` is no threshold, and `set` changes thresholds, weight, required and takes alone" in err
    assert said in err
    assert "did you mean" not in err


@pytest.mark.usefixtures("pack_here")
def test_a_long_list_of_thresholds_ends_with_how_many_more(capfd: Capture) -> None:
    """A role with many thresholds is not printed whole into an error."""
    assert run(["set", "product-director", "nothing.like.it", "1"]) == 2
    help_line = capfd.readouterr().err.splitlines()[1]
    assert help_line.startswith("help: name one of product-experience.product_management_years.at_least, ")
    assert re.search(r" and [0-9]+ more$", help_line)
    assert help_line.count(", ") == 19


def test_what_was_wrong_before_is_counted_and_what_the_edit_brings_is_shown(pack_here: Path, capsys: Capture) -> None:
    """Nobody who changes a number wants the findings of the whole pack; one that the edit brings is told with its place."""
    attributes = pack_here / "rules" / "attributes.yaml"
    unread = '  never_read: {title: Never read, type: number, question: "How much?"}'
    attributes.write_text(attributes.read_text().replace("attributes:\n", f"attributes:\n{unread}\n", 1))
    assert run(["set", "product-director", EXPERIENCE, "9", "--dry-run"]) == 0
    told = capsys.readouterr()
    assert "no new findings; 1 finding of the pack stands as before" in told.out
    assert "never_read" not in told.err
    assert run(["set", "product-director", EXPERIENCE, "70", "--dry-run"]) == 1
    told = capsys.readouterr()
    assert "R301 never-met" in told.err
    assert "never_read" not in told.err
