"""Checks of a whole pack: what they say, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

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
