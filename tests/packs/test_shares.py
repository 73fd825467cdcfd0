"""`at_least_of` with a share, in every verb that reads, words, moves or compares it."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from evaluator.calibration.diff.words import change_words
from evaluator.calibration.sweep.values import parsed_values, usual_values
from evaluator.calibration.sweep.words import measured
from evaluator.cli.main import run
from evaluator.core.conditions import AtLeastOf
from evaluator.core.model import Pack
from evaluator.core.values import ValueProblem
from evaluator.packs.changes.rules import changes
from evaluator.packs.examples.condition_mutants import changes as mutants
from evaluator.packs.examples.writing import condition_text
from evaluator.packs.other_values import with_value
from evaluator.packs.thresholds import Threshold, find
from evaluator.reading.pack.pack import load_pack
from evaluator.report.sentences import condition_words
from tests.tiny_pack import FILES, write

Command = Callable[[str], tuple[int, str]]
FIVE = "{budget: true}, {direct_reports: {at_least: 2}}, {product_years: {at_least: 4}}, {talks: {includes: talks}}, {areas: {at_least: 1}}"
PATH = "most.at_least_of.share"
ROLE = "roles/expert.yaml"
HEAD = 'role: expert\ntitle: Expert <of> "things"\ntrack: craft\nrung: 2\ncriteria:\n'


def written(folder: Path, *whens: str) -> Path:
    """Write the tiny pack in the second edition, its expert with a criterion for each condition; the first is `most`."""
    names = ("most", "second", "third")
    criteria = [
        f"  - {{id: {name}, title: {name.title()}, kind: skill, basis: judgement, when: {when}}}\n"
        for name, when in zip(names, whens, strict=False)
    ]
    files = {
        **FILES,
        "pack.yaml": FILES["pack.yaml"].replace("pack: tiny\n", "pack: tiny\nlanguage: 2\n"),
        ROLE: HEAD + "".join(criteria),
    }
    return write(folder, files)


def of_five(share: str) -> str:
    """Return a condition that asks for a share of five."""
    return f"{{at_least_of: {{share: {share}, of: [{FIVE}]}}}}"


def pack_of(folder: Path, share: str) -> Pack:
    """Return a pack that asks for a share of five."""
    return load_pack(written(folder, of_five(share)))


def the_share(pack: Pack) -> tuple[Threshold, AtLeastOf]:
    """Return the share as a threshold, and its condition."""
    threshold = find(pack, pack.roles["expert"], PATH)
    assert isinstance(threshold.test, AtLeastOf)
    return threshold, threshold.test


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
    ("share", "words"),
    [
        ("0.8", "at least 80 % of these, 4 of 5: "),
        ("4/5", "at least 80 % of these, 4 of 5: "),
        ("2/3", "at least 2/3 of these, 4 of 5: "),
        ("0.125", "at least 12.5 % of these, 1 of 5: "),
        ("0.81", "at least 81 % of these, 5 of 5: "),
        ("1", "at least 100 % of these, 5 of 5: "),
        ("0.000001", "at least 1/1000000 of these, 1 of 5: "),
    ],
)
def test_a_share_is_said_with_how_many_that_is(tmp_path: Path, share: str, words: str) -> None:
    """Per cent as per cent where it ends, a fraction as it is where it does not, and the number of them that have to hold."""
    pack = pack_of(tmp_path, share)
    said = condition_words(the_share(pack)[1], pack.attributes)
    assert said.startswith(words + "owns a budget: yes")


def test_explain_and_show_say_a_share(command: Command) -> None:
    """The words stand wherever a condition is told part by part."""
    written(Path("rules"), of_five("0.8"))
    Path("ada.yaml").write_text("profile: ada\nattributes: {budget: true, product_years: 3, direct_reports: 1}\n", encoding="utf-8")
    for line in ("show expert", "explain ada.yaml expert --as-of 2026-11-01"):
        assert "at least 80 % of these, 4 of 5:" in command(line)[1].lower()


@pytest.mark.parametrize(("share", "count"), [("0.2", 1), ("0.21", 2), ("2/3", 4), ("1", 5), ("4/5", 4), ("0.80000", 4)])
def test_moving_a_share_moves_the_count_with_it(tmp_path: Path, share: str, count: int) -> None:
    """What is tried is what a file with that share would mean."""
    pack = pack_of(tmp_path / "one", "0.5")
    threshold, _ = the_share(pack)
    other = with_value(pack, threshold, threshold.parse(share))
    moved = the_share(other)[1]
    again = the_share(pack_of(tmp_path / "two", share))[1]
    assert (moved.count, moved.share) == (again.count, again.share) == (count, Fraction(share))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("80 %", "`80 %` is no plain number; a share goes from 0 to 1: write 0.8"),
        ("80", "`80` is not above 0 and at most 1; a share goes from 0 to 1: write 0.8"),
        ("0", "`0` is not above 0 and at most 1; write a part of 1, such as 0.75 or 3/4"),
        ("5/4", "`5/4` is not above 0 and at most 1; write a part of 1, such as 0.75 or 3/4"),
        ("-0.5", "`-0.5` is not above 0 and at most 1; write a part of 1, such as 0.75 or 3/4"),
        ("most", "`most` is no plain number; write digits, with a dot before decimals, such as 7.5"),
    ],
)
def test_what_is_no_share_is_refused_with_what_to_write(tmp_path: Path, text: str, message: str) -> None:
    """A share lies above 0 and is at most 1; what was meant in per cent is told how to write it."""
    threshold, _ = the_share(pack_of(tmp_path, "0.5"))
    with pytest.raises(ValueProblem) as caught:
        threshold.parse(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (of_five("0.8"), of_five("3/5")),
        (
            f"{{at_least_of: {{of: [{{at_least_of: {{share: 0.5, of: [{FIVE}]}}}}, {FIVE}], share: 0.8}}}}",
            f"{{at_least_of: {{of: [{{at_least_of: {{share: 0.5, of: [{FIVE}]}}}}, {FIVE}], share: 3/5}}}}",
        ),
        (
            f"{{all_of: [{{at_least_of: {{of: [{FIVE}], share: 0.8}}}}, {{budget: true}}]}}",
            f"{{all_of: [{{at_least_of: {{of: [{FIVE}], share: 3/5}}}}, {{budget: true}}]}}",
        ),
    ],
)
def test_set_changes_the_share_that_is_meant_and_nothing_else(command: Command, when: str, expected: str) -> None:
    """Also where another share stands within, and before it in the file."""
    written(Path("rules"), when)
    path = PATH if when.count("share") == 1 else f"{PATH}.1"
    code, told = command(f"set expert {path} 3/5")
    assert code == 0, told
    assert "80 % (" in told
    assert Path("rules", ROLE).read_text(encoding="utf-8") == HEAD + (
        f"  - {{id: most, title: Most, kind: skill, basis: judgement, when: {expected}}}\n"
    )


def test_set_changes_the_count_that_is_meant_where_another_stands_before_it(command: Command) -> None:
    """A count inside the alternatives, before the own one in the file, stays as it is."""
    when = f"{{at_least_of: {{of: [{{at_least_of: {{count: 1, of: [{FIVE}]}}}}, {{budget: true}}], count: 2}}}}"
    written(Path("rules"), when)
    code, told = command("set expert most.at_least_of.count.1 1")
    assert (code, "count: 1, of" in told, "2 → 1" in told) == (0, True, True), told


def test_a_sweep_tries_every_number_of_alternatives_as_a_share(tmp_path: Path) -> None:
    """Without values, each share that asks for one more of them, and today's; a range steps by a twentieth."""
    pack = pack_of(tmp_path, "0.75")
    threshold, _ = the_share(pack)
    values = usual_values(threshold, None)  # type: ignore[arg-type]  # nobody is looked at for it
    assert values == (Fraction(1, 5), Fraction(2, 5), Fraction(3, 5), Fraction(3, 4), Fraction(4, 5), 1)
    assert [threshold.shown(value) for value in values[2:4]] == ["60 % (3 of 5)", "75 % (4 of 5)"]
    assert parsed_values("0.7..0.8", threshold) == (Fraction(7, 10), Fraction(3, 4), Fraction(4, 5))
    assert measured(threshold, pack) == "What part of the alternatives has to hold"
    assert [threshold.written(value) for value in (Fraction(2, 3), Fraction(3, 4), 1)] == ["2/3", "0.75", "1"]


def test_sweep_and_set_know_a_share_by_its_path(command: Command) -> None:
    """The path of a count leads nowhere here, and the answer names that of the share."""
    written(Path("rules"), of_five("0.8"))
    rows = ["id,role,budget,direct_reports,product_years", "a,manager,true,3,5", "b,manager,true,3,1", "c,manager,false,0,0"]
    Path("people.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    code, told = command(f"sweep expert {PATH} --on people.csv --as-of 2026-11-01")
    assert (code, "60 % (3 of 5)" in told, "80 % (4 of 5)" in told) == (0, True, True), told
    code, told = command("set expert most.at_least_of.count 3")
    assert (code, f"name one of {PATH}, " in told) == (2, True), told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (of_five("0.8"), of_five("0.6"), "Most: at least 80 % of its alternatives (4 of 5) → at least 60 % (3 of 5)"),
        (of_five("0.8"), of_five("0.75"), "Most: at least 80 % of its alternatives (4 of 5) → at least 75 % (4 of 5)"),
        (of_five("0.8"), of_five("4/5"), None),
        (of_five("0.8"), of_five("0.8").replace("share: 0.8", "count: 3"), "Most: at least 80 % of its alternatives (4 of 5) → at least 3"),
        (of_five("0.8").replace("share: 0.8", "count: 3"), of_five("2/3"), "Most: at least 3 of its alternatives → at least 2/3 (4 of 5)"),
    ],
)
def test_diff_tells_both_shares(tmp_path: Path, old: str, new: str, said: str | None) -> None:
    """In per cent, with how many that is of how many there are; the same share in another spelling is no change."""
    one, two = (load_pack(written(tmp_path / name, when)) for name, when in (("one", old), ("two", new)))
    assert [change_words(change, one, two) for change in changes(one, two)] == ([] if said is None else [said])


def test_an_alternative_more_is_told_with_the_count_that_follows(tmp_path: Path) -> None:
    """A share of six may ask for more than one of five."""
    more = of_five("0.8").replace("{budget: true}", "{budget: true}, {leadership: {at_least: working}}")
    one, two = (load_pack(written(tmp_path / name, when)) for name, when in (("one", of_five("0.8")), ("two", more)))
    assert [change_words(change, one, two) for change in changes(one, two)] == [
        "Most: at least 80 % of its alternatives (4 of 5) → at least 80 % (5 of 6)",
        "Most: counts among its alternatives also: leadership is at least working",
    ]


@pytest.mark.parametrize(("share", "now"), [("0.8", ["share: 0.6", "share: 1"]), ("0.2", ["share: 0.4"]), ("1", ["share: 0.8"])])
def test_mutants_of_a_share_ask_for_one_more_or_one_less(tmp_path: Path, share: str, now: list[str]) -> None:
    """And are written as a rule file would have them."""
    pack = pack_of(tmp_path, share)
    types = {name: attribute.type for name, attribute in pack.attributes.items()}
    condition = the_share(pack)[1]
    found = [mutant for mutant in mutants(condition, types) if mutant.was.startswith("share")]
    assert [mutant.now for mutant in found] == now
    for mutant in found:
        assert isinstance(mutant.condition, AtLeastOf)
        assert mutant.condition.share == Fraction(mutant.condition.count, 5)
    assert condition_text(condition, types).startswith(f"at_least_of: {{share: {share}, of: [budget: true, ")
