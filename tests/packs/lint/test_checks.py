"""Checks of a whole pack: what they say, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.diagnostics import Diagnostic
from tests.bad.overlay import BASE, found_in, laid_over

ROLE = (BASE / "roles/lead.yaml").read_text(encoding="utf-8")
PACK = (BASE / "pack.yaml").read_text(encoding="utf-8")


@pytest.fixture
def codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]  # noqa: ANN201 - a function of files
    """Lay files over the base and return the codes found."""

    def found(**files: str) -> list[str]:
        names = {"role": "roles/lead.yaml", "pack": "pack.yaml", "attributes": "attributes.yaml"}
        data = {names[name]: text.encode() for name, text in files.items()}
        return [one.code for one in found_in(laid_over(BASE, data, tmp_path), (), monkeypatch)]

    return found


WHEN, ALMOST = "    when:\n      years: {at_least: 3}\n", "    almost:\n      years: {at_least: 2}\n"


@pytest.mark.parametrize(
    ("when", "almost", "weaker"),
    [
        ("years: {at_least: 3}", "years: {at_least: 2}", True),
        ("years: {at_least: 3}", "years: {at_least: 3}", False),
        ("years: {at_least: 3}", "years: {above: 3}", False),
        ("years: {at_least: 3}", "reports: {at_least: 1}", True),
        ("years: {at_least: 3}", "{years: {at_least: 4}, reports: {at_least: 1}}", False),
        ("{years: {at_least: 3}, reports: {at_least: 1}}", "{years: {at_least: 2}, reports: {at_least: 1}}", True),
        ("{years: {at_least: 3}, reports: {at_least: 1}}", "{years: {at_least: 3}, reports: {at_least: 1}}", False),
        ("any_of: [{years: {at_least: 3}}, {reports: {at_least: 1}}]", "years: {at_least: 2}", True),
        ("any_of: [{years: {at_least: 3}}, {reports: {at_least: 1}}]", "years: {at_least: 3}", False),
        ("budget_owner: true", "budget_owner: false", True),
        ("strategy: {at_least: working}", "strategy: {is: expert}", False),
    ],
)
def test_almost_has_to_be_weaker(codes, when: str, almost: str, *, weaker: bool) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a fixture
    """What counts as almost is warned of exactly where nobody is almost there without being there."""
    role = ROLE.replace("years: {at_least: 3}", when, 1).replace("years: {at_least: 2}", almost, 1)
    assert ("R304" in codes(role=role)) != weaker


@pytest.mark.parametrize(
    ("condition", "warned"),
    [
        ("score: {at_least: 0.5}", False),
        ("score: {at_most: 0.5}", True),
        ("none_of: [{score: {below: 0.5}}]", False),
        ("none_of: [{score: {at_least: 0.5}}]", True),
        ("required_unmet: {at_most: 2}", False),
        ("required_unmet: {above: 2}", True),
        ("skill_met: {below: 2}", True),
        ("unknown: {at_least: 1}", False),
    ],
)
def test_a_band_may_not_reward_failure(codes, condition: str, *, warned: bool) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a fixture
    """A band that gets easier as criteria fail is warned of, negations included."""
    assert ("R406" in codes(pack=PACK.replace("required_unmet: {at_most: 1}", condition))) is warned


@pytest.mark.parametrize(
    ("whole", "damaged"),
    [
        ("required: true", "required: tru"),
        ("kind: qualification", "kind: qualificatio"),
        ("when:\n      years: {at_least: 3}", "when: []"),
        ("basis: documented", "basis: documentd"),
    ],
)
def test_one_mistake_is_not_told_as_several(codes, whole: str, damaged: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a fixture
    """What could not be read is not held to be missing: no warning follows from an error."""
    assert len(codes(role=ROLE.replace(whole, damaged))) == 1


@pytest.mark.parametrize("gone", ["title: Years of product work", "type: number\n    unit: years\n    range"])
def test_a_broken_attribute_is_told_once(codes, gone: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a fixture
    """Rules that read an attribute which could not be read are left in peace."""
    attributes = (
        (BASE / "attributes.yaml").read_text(encoding="utf-8").replace(gone, gone.replace("number", "numbr").replace("title", "titel"))
    )
    assert set(codes(attributes=attributes)) <= {"R101", "R102", "R104"}


OPEN = """role: open
title: Open
track: craft
rung: 3
criteria:
  - {id: some, title: Some years, kind: step, basis: judgement, when: {years: {at_least: 1}}}
"""


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({}, {"R402", "R405"}),
        ({"roles/lead.yaml": ROLE.replace("required: true", "required: tru")}, {"R402", "R405"}),
        ({"moves.yaml": "moves: [{from: junior}]\n"}, {"R405"}),
        ({"attributes.yaml": (BASE / "attributes.yaml").read_text(encoding="utf-8").replace("type: scale", "type: scal")}, set()),
    ],
)
def test_an_error_elsewhere_hides_no_more_than_it_has_to(
    broken: dict[str, str], told: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A role that nobody can reach, or that requires nothing, is told of where the files that could say otherwise are whole."""
    data = {name: text.encode() for name, text in broken.items()}
    found = {one.code for one in found_in(laid_over(BASE, {**data, "roles/open.yaml": OPEN.encode()}, tmp_path), (), monkeypatch)}
    assert found & {"R402", "R405"} == told


def test_a_broken_file_of_examples_is_told_beside_other_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong with it by itself; what it says of the broken role waits."""
    data = {
        "roles/lead.yaml": ROLE.replace("required: true", "required: tru").encode(),
        "tests/lead.yaml": (BASE / "tests/lead.yaml").read_bytes() + b"notes: x\nnotes: y\n",
    }
    places = {one.span.path for one in found_in(laid_over(BASE, data, tmp_path), (), monkeypatch).errors}
    assert places == {"roles/lead.yaml", "tests/lead.yaml"}


@pytest.mark.parametrize(
    ("best", "warned", "step"),
    [
        ("required_unmet: {at_most: 0}", True, "mark what nobody can do without as required"),
        ("{required_unmet: {at_most: 0}, score: {at_least: 0.75}}", True, "mark what nobody can do without as required"),
        ("{required_met: {at_least: 1}, met: {at_least: 3}}", True, "mark what nobody can do without as required"),
        ("score: {at_least: 0.75}", True, "ask for it: required_unmet: {at_most: 0}"),
        ("met: {at_least: 3}", False, ""),
        ("unmet: {at_most: 1}", False, ""),
        ("{score: {at_least: 0.5}, skill_unmet: {at_most: 0}}", False, ""),
        ("any_of: [{met: {at_least: 3}}, {score: {at_least: 0.9}}]", False, ""),
    ],
)
def test_nothing_required_is_a_finding_where_required_would_change_something(
    best: str, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, warned: bool
) -> None:
    """Three out of four, counted by the best verdict itself, asks for enough; the next step is one that changes a verdict."""
    bands = PACK[: PACK.index("verdicts:")]
    when = best if best.startswith("{") else f"{{{best}}}"
    pack = f"{bands}verdicts:\n  - verdict: ready\n    when: {when}\n  - verdict: not yet\n"
    data = {"pack.yaml": pack.encode(), "roles/open.yaml": OPEN.encode(), "tests/lead.yaml": None}
    found = [one for one in found_in(laid_over(BASE, data, tmp_path), (), monkeypatch) if one.code == "R405"]
    assert bool(found) is warned
    assert all(step in (one.help or "") for one in found)


def _ladder(rungs: int, moves: list[tuple[int, int]]) -> dict[str, bytes]:
    """Return role files r1, r2 … one above the other over the base's lowest rung, and moves between them; 0 is the junior."""
    names = ["junior", *(f"r{rung}" for rung in range(1, rungs + 1))]
    plain = ROLE.replace("also: [Team Lead]\n", "")
    roles = {}
    for rung in range(1, rungs + 1):
        named = plain.replace("role: lead", f"role: r{rung}").replace("title: Lead", f"title: R {rung}")
        roles[f"roles/r{rung}.yaml"] = named.replace("rung: 2", f"rung: {rung + 10}")
    lines = [f"  - {{from: {names[a]}, to: {names[b]}, kind: promotion, basis: judgement}}\n" for a, b in moves]
    base = (BASE / "moves.yaml").read_text(encoding="utf-8")
    return {name: text.encode() for name, text in {**roles, "moves.yaml": base + "".join(lines)}.items()}


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        ([(0, 1), (1, 2), (2, 3), (3, 4)], []),
        ([(1, 2), (2, 3), (3, 4)], [("r1", 3)]),
        ([(0, 1), (2, 3), (3, 4)], [("r2", 2)]),
        ([(1, 2), (3, 4)], [("r1", 1), ("r3", 1)]),
        ([(1, 3), (2, 3), (3, 4)], [("r1", 2), ("r2", 0)]),
        ([(1, 2), (2, 1), (2, 3), (3, 4)], [("r1", 3)]),
        ([(1, 2), (2, 1), (3, 4), (4, 3)], [("r1", 1), ("r3", 1)]),
        ([(0, 4)], [("r1", 0), ("r2", 0), ("r3", 0)]),
    ],
)
def test_one_missing_move_is_told_once(
    moves: list[tuple[int, int]], told: list[tuple[str, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes after a role that no move leads to is out of reach by the same cause; circles are told by their lowest rung."""
    found = [one for one in found_in(laid_over(BASE, _ladder(4, moves), tmp_path), (), monkeypatch) if one.code == "R402"]
    after = {role: f", and so not to what comes after it ({number} more)" if number else "" for role, number in told}
    assert [one.message for one in found] == [f"no chain of moves leads to `{role}`{words}" for role, words in after.items()]


ATTRIBUTES = (BASE / "attributes.yaml").read_text(encoding="utf-8")
COMPUTED = """
  made:
    title: Made
    type: number
    derive:
      {derive}
"""
TABLE = """tables:
  made_of:
    {entries}
"""
SHARE = "share: [budget_owner: true, {strategy: {at_least: working}}, {knowledge: {includes: pricing}}]"


@pytest.mark.parametrize(
    ("of", "entries", "told"),
    [
        (
            "reports",
            "bands: [{at_least: 0, below: 4, gives: 1}, {at_least: 4, below: 15, gives: 2}]",
            "15 people or more, which `reports` can be",
        ),
        ("reports", "bands: [{at_least: 0, below: 4, gives: 1}, {above: 4, gives: 2}]", "4 people, which `reports` can be"),
        (
            "years",
            "bands: [{at_least: 0, at_most: 4, gives: 1}, {at_least: 5, gives: 2}]",
            "more than 4, but less than 5 years, which `years` can be",
        ),
        ("years", "bands: [{at_least: 0, below: 60, gives: 1}]", "60 years, which `years` can be"),
        ("milestone", "bands: [{at_least: 1, gives: 1}]", "0, which `milestone` can be"),
        ("milestone", "rows: {0: 1, 2: 1}", "1, which `milestone` can be"),
        ("strategy", "rows: {expert: 1}", "`none` and `working`, which `strategy` can be"),
        ("preferred_work", "rows: {people: 1}", "`craft`, which `preferred_work` can be"),
        ("budget_owner", "rows: {true: 1}", "`false`, which `budget_owner` can be"),
        ("{sum: [milestone, reports]}", "bands: [{at_least: 0, below: 15, gives: 1}]", "15 or more, which `made` can look up in it"),
        ("{sum: [milestone, milestone]}", "bands: [{at_least: 0, below: 4, gives: 1}]", "4, which `made` can look up in it"),
        ("{ratio: [milestone, 2]}", "rows: {0: 1, 1: 1}", "0.5, which `made` can look up in it"),
        ("{difference: [milestone, 2]}", "bands: [{at_least: 0, gives: 1}]", "-2 to -1, which `made` can look up in it"),
        ("{round: {of: {ratio: [years, 12]}}}", "bands: [{at_least: 0, below: 5, gives: 1}]", "5, which `made` can look up in it"),
        (f"{{{SHARE}}}", "bands: [{at_least: 0, below: 1, gives: 1}]", "1, which `made` can look up in it"),
        ("{months_since: hired}", "bands: [{at_least: 0, gives: 1}]", "-1 or less, which `made` can look up in it"),
        ("{count: {records: history}}", "bands: [{at_least: 1, gives: 1}]", "0, which `made` can look up in it"),
        ("{latest: {records: history, field: title, by: start}}", "rows: {Lead: 1}", "any other text, which `made` can look up in it"),
        (
            "{latest: {records: history, field: title, by: start}}",
            "rows: {Lead: 1, Head: 2}",
            "any other text, which `made` can look up in it",
        ),
        ("reports", "bands: [{at_least: 0, below: 4, gives: 1}, {above: 3, gives: 2}]", None),
        ("reports", "bands: [{at_most: 3, gives: 1}, {at_least: 4, gives: 2}]", ""),
        ("{floor: {ratio: [years, 12]}}", "rows: {0: 1, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1}", ""),
        ("{product: [milestone, 2]}", "rows: {0: 1, 2: 1, 4: 1}", ""),
        ("{clamp: {of: reports, at_most: 2}}", "rows: {0: 1, 1: 1, 2: 1}", ""),
        ("{count: [budget_owner: true, {milestone: {at_least: 1}}]}", "rows: {0: 1, 1: 1, 2: 1}", ""),
        ("{max: [milestone, 1]}", "rows: {1: 1, 2: 1}", ""),
    ],
)
def test_a_value_without_an_entry_is_named(
    of: str, entries: str, told: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table is held against all that is looked up in it, and what it has no entry for is said in the words of the attribute."""
    found = _of_a_table(of, entries, tmp_path, monkeypatch)
    expected = [f"the table `made_of` has no entry for {told}"] if told else []
    assert told is None or [one.message for one in found if one.code == "R305"] == expected
    assert told is not None or [one.code for one in found] == ["R213"]


@pytest.mark.parametrize(
    ("of", "entries", "step", "followed", "changed"),
    [
        ("milestone", "rows: {0: 1, 2: 1}", "add a row for it", "rows: {0: 1, 1: 5, 2: 1}", None),
        ("strategy", "rows: {none: 1}", "add a row for each", "rows: {none: 1, working: 2, expert: 3}", None),
        ("years", "rows: {0: 1, 1: 1}", "use bands instead of rows", "bands: [{at_least: 0, gives: 1}]", None),
        (
            "years",
            "bands: [{above: 0, gives: 1}]",
            "leave the first band open below, or add a band",
            "bands: [{at_most: 9, gives: 1}, {above: 9, gives: 2}]",
            None,
        ),
        (
            "years",
            "bands: [{above: 0, gives: 1}]",
            "leave the first band open below, or add a band",
            "bands: [{at_most: 0, gives: 2}, {above: 0, gives: 1}]",
            None,
        ),
        (
            "years",
            "bands: [{at_least: 0, at_most: 4, gives: 1}, {at_least: 5, gives: 2}]",
            "let each band begin where the one before it ends, or add a band",
            "bands: [{at_least: 0, at_most: 4, gives: 1}, {above: 4, gives: 2}]",
            None,
        ),
        (
            "years",
            "bands: [{below: 4, gives: 1}, {above: 4, gives: 2}]",
            "let a band beside it take it in, with at_least or at_most",
            "bands: [{below: 4, gives: 1}, {at_least: 4, gives: 2}]",
            None,
        ),
        (
            "years",
            "bands: [{at_least: 1, below: 15, gives: 1}]",
            "leave the first band open below and the last one above, or add bands",
            "bands: [{below: 1, gives: 1}, {at_least: 1, below: 15, gives: 1}, {at_least: 15, gives: 1}]",
            None,
        ),
        (
            "reports",
            "bands: [{at_least: 0, below: 15, gives: 1}]",
            "leave the last band open above, add a band, or declare a range of `reports` that the table covers",
            "bands: [{at_least: 0, below: 15, gives: 1}]",
            ("range: {at_least: 0}", "range: {at_least: 0, at_most: 14}"),
        ),
        (
            "{latest: {records: history, field: title, by: start}}",
            "rows: {Lead: 1, Head: 2}",
            "make the field `title` a choice, with the keys of the table as its options",
            "rows: {Lead: 1, Head: 2}",
            ("title: {type: text}", "title: {type: choice, options: [Lead, Head]}"),
        ),
        (
            "hired",
            "rows: {2024-01: 1, 2024-02: 2}",
            "look up a number that is counted from it, such as months_since, in a table of bands",
            "bands: [{below: 9, gives: 1}, {at_least: 9, gives: 2}]",
            ("of: hired", "of: {months_since: hired}"),
        ),
    ],
)
def test_the_next_step_leaves_nothing_without_an_entry(  # noqa: PLR0913, PLR0917 - before and after
    of: str, entries: str, step: str, followed: str, changed: tuple[str, str] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the help line says is what takes the finding away."""
    before = [one for one in _of_a_table(of, entries, tmp_path / "before", monkeypatch) if one.code == "R305"]
    assert [one.help for one in before] == [step]
    after = _of_a_table(of, followed, tmp_path / "after", monkeypatch, changed)
    assert [one.code for one in after if one.code not in {"R302", "R501"}] == []


def _of_a_table(
    of: str, entries: str, folder: Path, monkeypatch: pytest.MonkeyPatch, changed: tuple[str, str] | None = None
) -> list[Diagnostic]:
    """Return what is found where something is looked up in a table."""
    attributes = ATTRIBUTES.replace("tables:\n", TABLE.format(entries=entries)) + COMPUTED.format(
        derive=f"lookup: {{of: {of}, table: made_of}}"
    ).lstrip("\n")
    attributes = attributes.replace(*changed, 1) if changed else attributes
    return list(found_in(laid_over(BASE, {"attributes.yaml": attributes.encode()}, folder), (), monkeypatch))


@pytest.mark.parametrize(
    ("of", "entries", "dead"),
    [
        ("reports", "bands: [{below: 0, gives: 1}, {at_least: 0, gives: 2}]", 1),
        ("years", "bands: [{at_most: 60, gives: 1}, {above: 60, gives: 2}]", 1),
        ("milestone", "bands: [{at_most: 0, gives: 1}, {above: 0, below: 1, gives: 2}, {at_least: 1, gives: 3}]", 1),
        ("milestone", "rows: {0: 1, 1: 2, 2: 3, 3: 4, -1: 5}", 2),
        (f"{{{SHARE}}}", "bands: [{below: 50, gives: 1}, {at_least: 50, gives: 2}]", 1),
        ("{count: [budget_owner: true, {milestone: {at_least: 1}}]}", "rows: {0: 1, 1: 2, 2: 3, 3: 4}", 1),
        ("{floor: {ratio: [milestone, 2]}}", "rows: {0: 1, 1: 2, 2: 3}", 1),
        ("{months_since: hired}", "bands: [{below: 0, gives: 1}, {at_least: 0, gives: 2}]", 0),
        ("{latest: {records: history, field: title, by: start}}", "rows: {Lead: 1}", 0),
    ],
)
def test_an_entry_that_nothing_reaches_is_told(of: str, entries: str, dead: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row and band that lies beyond what is looked up is told once; none that can be reached is."""
    assert [one.code for one in _of_a_table(of, entries, tmp_path, monkeypatch)].count("R306") == dead


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("{any_of: [{years: {at_least: 200}}, {reports: {at_least: 1}}]}", ["R307"]),
        ("{any_of: [{years: {at_least: 5, below: 3}}, {reports: {at_least: 1}}]}", ["R307"]),
        ("{any_of: [{made: {at_least: 80}}, {reports: {at_least: 1}}]}", ["R307"]),
        ("{budget_owner: true, any_of: [{milestone: {above: 2}}, {reports: {at_least: 1}}]}", ["R307"]),
        ("{at_least_of: {count: 1, of: [{years: {above: 60}}, {reports: {below: 0}}, {budget_owner: true}]}}", ["R307", "R307"]),
        ("{none_of: [{years: {at_least: 61}}, {reports: {at_least: 3}}]}", ["R307"]),
        ("{any_of: [{preferred_work: {none_of: [craft, people]}}, {reports: {at_least: 1}}]}", ["R307"]),
        ("{years: {at_least: 3}, reports: {at_least: 0}}", ["R308"]),
        ("{years: {at_least: 3, at_most: 60}}", ["R308"]),
        ("{years: {at_least: 3}, made: {at_most: 1}}", ["R308"]),
        ("{years: {at_least: 3}, preferred_work: {one_of: [craft, people]}}", ["R308"]),
        ("{at_least_of: {count: 2, of: [{milestone: {at_least: 0}}, {years: {at_least: 3}}, {reports: {at_least: 1}}]}}", ["R308"]),
        ("{any_of: [{years: {at_least: 3}}, {years: {at_least: 5}}]}", ["R312"]),
        ("{any_of: [{years: {at_least: 5}}, {reports: {at_least: 1}}, {years: {at_least: 3}}]}", ["R312"]),
        ("{any_of: [{years: {at_least: 5}}, {years: {at_least: 5}}]}", ["R312"]),
        ("{any_of: [{years: {at_least: 7}}, {years: {at_least: 5}}, {years: {at_least: 3}}]}", ["R312", "R312"]),
        ("{any_of: [{years: {at_least: 5}, reports: {at_least: 2}}, {years: {at_least: 3}}]}", ["R312"]),
        ("{all_of: [{years: {at_least: 5}}, {years: {at_least: 3}}]}", ["R312"]),
        ("{all_of: [{years: {at_least: 5}}, {any_of: [{years: {at_least: 3}}, {reports: {at_least: 1}}]}]}", ["R312"]),
        ("{none_of: [{reports: {below: 2}}, {reports: {below: 1}}]}", ["R312"]),
        ("{any_of: [{years: {known: false}}, {years: {at_least: 5}}]}", []),
        ("{all_of: [{years: {known: true}}, {years: {at_least: 5}}]}", []),
        ("{any_of: [{years: {at_least: 5}}, {years: {at_most: 3}}]}", []),
        ("{any_of: [{years: {at_least: 3}, reports: {at_least: 2}}, {years: {at_least: 5}}]}", []),
        ("{any_of: [{years: {at_least: 3}}, {reports: {at_least: 0}}]}", ["R302"]),
        ("{made: {at_least: 80}}", ["R301"]),
        ("{made: {above: 1}}", ["R301"]),
        ("{made: {below: 0}}", ["R301"]),
        ("{made: {at_least: 0}}", ["R302"]),
        ("{made: {below: 80}}", ["R302"]),
        ("{total_points: {at_least: 9}}", ["R301"]),
        ("{made: {at_least: 0.8}}", []),
        ("{years_in_jobs: {at_least: 80}}", []),
        ("{any_of: [{years: {at_least: 60}}, {reports: {at_least: 1}}]}", []),
    ],
)
def test_a_part_that_decides_nothing_is_told(codes, when: str, told: list[str]) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a fixture
    """A dead alternative, a demand that everybody meets, and thresholds beyond what a computation can come to."""
    role = ROLE.replace("    when:\n      reports: {at_least: 1}\n", f"    when: {when}\n")
    attributes = ATTRIBUTES + COMPUTED.format(derive=SHARE).lstrip("\n")
    assert [code for code in codes(role=role, attributes=attributes) if code != "R501"] == told
