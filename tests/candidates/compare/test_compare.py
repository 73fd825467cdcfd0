"""Candidates side by side: order, ties, differences first, and a blind panel's A, B and C."""

from __future__ import annotations

import io
import re
from pathlib import Path

import attrs
import pytest

from evaluator.candidates.compare.document import comparison_document
from evaluator.candidates.compare.order import letters
from evaluator.candidates.compare.view import Comparison, comparison
from evaluator.cli.main import run
from evaluator.core.model import Pack, Profile
from evaluator.engines.readiness import Evaluator
from evaluator.populations.loading import load_people
from evaluator.reading.pack.pack import load_pack
from evaluator.report.documents import text
from tests.candidates.case.casing import AS_OF, quickly, written
from tests.core.build import attribute, criterion, flag, move, role, simple_role
from tests.core.build import pack as made_pack
from tests.core.build import profile as made_profile
from tests.product import PROFILES, RULES

ROLE = "product-director"
NAMES = ("ada-lindqvist", "sofia-marquez", "priya-nair", "david-mbeki")


@pytest.fixture(scope="module")
def pack() -> Pack:
    """Return the shipped pack."""
    return load_pack(RULES)


@pytest.fixture(scope="module")
def people(pack: Pack) -> list[Profile]:
    """Return four of the shipped people."""
    return list(load_people([PROFILES / f"{name}.yaml" for name in NAMES], pack))


def compared(people: list[Profile], pack: Pack, *, anonymous: bool = False) -> Comparison:
    """Compare people for the role."""
    evaluator = Evaluator(pack, engine="reference")
    return comparison([evaluator.evaluate(one, as_of=AS_OF, only={ROLE}) for one in people], ROLE, pack, anonymous=anonymous)


def test_candidates_stand_by_what_is_known_of_them(people: list[Profile], pack: Pack) -> None:
    """Ready; then nearly at 84 %, before nearly to ready at 71 % at least; then not yet; whatever their order on the command line."""
    for order in (people, people[::-1]):
        found = compared(order, pack)
        assert [one.label for one in found.candidates] == ["Ada Lindqvist", "Sofía Márquez", "Priya Nair", "David Mbeki"]
        assert [one.place for one in found.candidates] == ["1", "2", "3", "4"]
        assert found.notes == ("Places go by what is known; answers to open questions could bring Priya Nair to place 2.",)


FLAGS = [attribute(name, "flag") for name in ("a", "b", "c", "d", "open")]
LEAD = role("lead", *(criterion(name, flag(name)) for name in "abcd"), track="people", rung=2)
LADDER = made_pack(
    *FLAGS,
    roles=[
        LEAD,
        simple_role("junior", flag("a"), track="people", rung=1),
        simple_role("chief", flag("a"), track="people", rung=3),
        simple_role("artist", flag("a"), track="craft", rung=1),
        simple_role("expert", flag("a"), track="craft", rung=2),
    ],
    moves=[move("junior", "lead"), move("expert", "lead", flag("open"))],
    tracks=["people", "craft"],
)


def of(letters_: str, today: str | None = "junior", **more: bool) -> Profile:
    """Return somebody of whom so many of four criteria are met, unmet or unknown: m, u and ?."""
    truths = {name: letter == "m" for name, letter in zip("abcd", letters_, strict=True) if letter != "?"}
    return attrs.evolve(made_profile(today, None, **truths, **more), id=f"{letters_}-{today}", name=None)


def by_hand(*people: Profile) -> Comparison:
    """Compare made-up people for the lead."""
    judge = Evaluator(LADDER, engine="reference")
    return comparison([judge.evaluate(one, as_of=AS_OF) for one in people], "lead", LADDER)


@pytest.mark.parametrize(
    ("answers", "order", "said"),
    [
        # nearly takes 2 of 4, ready takes 3 of 4
        ("uuuu ???? mu??", "mu?? ???? uuuu", "???? to place 1"),
        ("uuuu muuu ????", "muuu ???? uuuu", "???? to place 1"),
        ("mm?? mmuu mmu?", "mm?? mmu? mmuu", "mmu? to place 1"),
        ("mmuu mm??", "mm?? mmuu", ""),
        ("mmmu mm?? mmm?", "mmm? mmmu mm??", "mm?? to place 1"),
        ("mmmm ????", "mmmm ????", "???? to place 1"),
        ("mmmu muu? mm??", "mmmu mm?? muu?", "mm?? to place 1 and muu? to place 2"),
    ],
)
def test_silence_is_not_rewarded(answers: str, order: str, said: str) -> None:
    """The worse side of verdict and score first, then what answers could make of it; a sentence says whose place could come up."""
    for people in (answers.split(), answers.split()[::-1]):
        found = by_hand(*map(of, people))
        assert [one.label.removesuffix("-junior") for one in found.candidates] == order.split()
        notes = [note.replace("-junior", "") for note in found.notes if note.startswith("Places")]
        assert notes == ([f"Places go by what is known; answers to open questions could bring {said}."] if said else [])


def test_a_comparison_begins_with_who_is_a_step_away() -> None:
    """Who is ready, who may be, and what the role is to everybody else; each column says it too."""
    people = [
        of("mmmm"),
        of("mm??"),
        of("uuuu"),
        of("mmmu", "lead"),
        of("mmmu", "chief"),
        of("mmmu", "artist"),
        of("mmmu", None),
        of("mmmu", "expert", open=False),
        of("mmuu", "expert"),
    ]
    found = by_hand(*people)
    assert found.headline == (
        "lead would be a step for mmmm-junior, mm??-junior, mmuu-expert and uuuu-junior: mmmm-junior is “ready”"
        " and mm??-junior may be once open questions are answered; mmmu-lead holds the role already; mmmu-chief stands above it;"
        " mmmu-artist has no move of the ladder that leads there; mmmu-None states no role today;"
        " the ladder’s move is closed to mmmu-expert."
    )
    assert {one.label: one.step for one in found.candidates} == {
        "mmmm-junior": "a promotion",
        "mm??-junior": "a promotion",
        "uuuu-junior": "a promotion",
        "mmmu-lead": "holds this role already",
        "mmmu-chief": "stands above it: a step down",
        "mmmu-artist": "no move leads there",
        "mmmu-None": "not known: no role today is stated",
        "mmmu-expert": "a promotion, but closed: not met is “open: yes”",
        "mmuu-expert": "a promotion, if “open: yes” is met; that is not known",
    }


@pytest.mark.parametrize(
    ("letters_", "today", "said"),
    [
        ("mmmm uuuu", "lead", "nobody here; mmmm-lead and uuuu-lead hold the role already"),
        ("mmmm mmmu", "chief", "nobody here; mmmm-chief and mmmu-chief stand above it"),
        ("uuuu umuu", "junior", "umuu-junior and uuuu-junior: nobody of them is “ready”, whatever the answers"),
        ("???? mm??", "junior", "mm??-junior and ????-junior: mm??-junior and ????-junior may be “ready” once open questions are answered"),
        (
            "mmmm mmmu mmum mumm ummm",
            "junior",
            "mmmm-junior, mmmu-junior, mmum-junior and 2 others: mmmm-junior, mmmu-junior, mmum-junior and 2 others are “ready”",
        ),
    ],
)
def test_the_headline_is_a_sentence_for_any_mix(letters_: str, today: str, said: str) -> None:
    """Nobody, some, many; one and several."""
    assert by_hand(*(of(one, today) for one in letters_.split())).headline == f"lead would be a step for {said}."


@pytest.mark.parametrize(
    ("today", "title", "head"),
    [
        (("junior", "junior"), "2 candidates for", "Candidate"),
        (("junior", "chief"), "2 people compared for", "Person"),
        (("chief", "chief", None), "3 people compared for", "Person"),
    ],
)
def test_only_candidates_are_called_so(today: tuple[str | None, ...], title: str, head: str) -> None:
    """Where the role would be a step for each of them; else they are people, in the title and above the columns."""
    found = by_hand(*(attrs.evolve(of("mmmm", role), id=f"p{index}") for index, role in enumerate(today)))
    told = text(comparison_document(found))
    assert told.startswith(title)
    assert f"\n{head} " in told
    assert f"The {'candidates' if head == 'Candidate' else 'people'}\n" in told


def test_a_blind_headline_names_letters(people: list[Profile], pack: Pack) -> None:
    """Nobody is named in it."""
    found = compared(people, pack, anonymous=True)
    assert "Candidate A" in found.headline
    assert not re.search("Ada|Sof|Priya|David", f"{found.headline} {found.notes}")


def test_every_criterion_is_there_once_and_differences_come_first(people: list[Profile], pack: Pack) -> None:
    """A criterion with one state for all is alike, every other one differs; required ones lead both."""
    found = compared(people, pack)
    rows = (*found.differing, *found.alike)
    assert sorted(row.title for row in rows) == sorted(one.title for one in pack.roles[ROLE].criteria)
    assert all(len({cell.state for cell in row.cells}) > 1 for row in found.differing)
    assert all(len({cell.state for cell in row.cells}) == 1 for row in found.alike)
    required = [row.counts.startswith("required") for row in found.differing]
    assert required == sorted(required, reverse=True)


def test_what_a_cell_says_is_what_the_person_has(people: list[Profile], pack: Pack) -> None:
    """Values by hand from the profiles, and how well a met criterion is evidenced."""
    found = compared(people, pack)
    years = next(row for row in found.differing if row.title == "Eight years in product management roles")
    assert [(cell.mark, cell.has) for cell in years.cells] == [("✓", "9 years"), ("✗", "7.25 years"), ("✓", "10 years"), ("✗", "0 years")]
    assert [cell.evidence for cell in years.cells] == ["no evidence", "", "no evidence", ""]


def test_ties_are_shown_as_ties(people: list[Profile], pack: Pack) -> None:
    """Two who are level share a place, and the next one's counts both."""
    ada, sofia = people[:2]
    twin = attrs.evolve(ada, id="twin", name="Ada’s twin")
    found = compared([sofia, twin, ada], attrs.evolve(pack, tie_breakers=()))
    assert [one.place for one in found.candidates] == ["=1", "=1", "3"]
    (note,) = found.notes
    assert note.startswith("Ada Lindqvist and Ada’s twin are level in verdict and score")


def test_a_blind_panel_sees_letters_in_an_order_that_says_nothing(people: list[Profile], pack: Pack) -> None:
    """The same each time and however they are named first; not simply the order of merit; places are told nevertheless."""
    orders = set()
    for role_people in (people, people[::-1], people[2:] + people[:2]):
        found = compared(role_people, pack, anonymous=True)
        assert [one.label for one in found.candidates] == ["Candidate A", "Candidate B", "Candidate C", "Candidate D"]
        orders.add(tuple(one.about for one in found.candidates))
    assert len(orders) == 1
    merit = tuple(one.about for one in compared(people, pack).candidates)
    assert set(orders.pop()) == set(merit)
    everybody = list(load_people(PROFILES, pack))
    blind = compared(everybody, pack, anonymous=True)
    places = [int(one.place.lstrip("=")) for one in blind.candidates]
    names = sorted(everybody, key=lambda one: one.id)
    assert places != sorted(places)
    assert [one.about for one in blind.candidates] != [one.about for one in compared(names, pack).candidates]


def test_letters_go_on_after_z() -> None:
    """A, Z, AA, AB."""
    assert [letters(number) for number in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def test_many_candidates_are_spread_over_tables(pack: Pack) -> None:
    """No more than five beside each other, as even as can be, and everybody once."""
    found = compared(list(load_people(PROFILES, pack))[:11], pack)
    widths = [part.stop - part.start for part in found.parts]
    assert widths in ([3, 4, 4], [4, 3, 4], [4, 4, 3])
    assert sum(widths) == 11


def test_names_that_are_the_same_are_told_apart(people: list[Profile], pack: Pack) -> None:
    """By their ids."""
    other = attrs.evolve(people[1], name="Ada Lindqvist")
    assert [one.label for one in compared([people[0], other], pack).candidates] == [
        "Ada Lindqvist (ada-lindqvist)",
        "Ada Lindqvist (sofia-marquez)",
    ]


@pytest.mark.parametrize("ending", ["html", "md"])
def test_the_same_input_gives_the_same_bytes(tmp_path: Path, ending: str) -> None:
    """Whatever the order of the files."""
    files = [PROFILES / f"{name}.yaml" for name in NAMES]
    orders = enumerate((files, files[::-1]))
    both = [written("compare", *order, "--role", ROLE, to=tmp_path / f"made{place}.{ending}") for place, order in orders]
    assert both[0] == both[1]


@pytest.mark.parametrize("ending", ["html", "md", "docx"])
def test_a_blind_comparison_names_nobody(ending: str) -> None:
    """No part of any name is in the file."""
    people = (PROFILES / f"{name}.yaml" for name in NAMES)
    data = quickly("compare", *people, role=ROLE, form=ending, anonymous=True)
    if ending == "docx":
        import docx

        made = docx.Document(io.BytesIO(data))
        said = "\n".join(cell.text for table in made.tables for row in table.rows for cell in row.cells)
    else:
        said = re.sub(r"<style>.*?</style>", "", data.decode(), flags=re.DOTALL)
    for part in "-".join(NAMES).split("-"):
        assert not re.search(rf"\b{part}\b", said, re.IGNORECASE), part


def test_text_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """The tables, and that people decide."""
    words = ["compare", *(str(PROFILES / f"{name}.yaml") for name in NAMES[:2]), "--role", "Director of Product", "--rules", str(RULES)]
    assert run(words) == 0
    shown = capsys.readouterr().out
    assert "Where they differ (3 criteria)" in shown
    assert "people take" in shown
    assert shown.index("Where they differ") < shown.index("Where they are alike")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ada-lindqvist"], "it takes two"),
        (["ada-lindqvist", "ada-lindqvist"], "it takes two"),
    ],
)
def test_one_candidate_is_not_compared(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A sentence, and exit code 2."""
    assert run(["compare", *(str(PROFILES / f"{name}.yaml") for name in words), "--role", ROLE, "--rules", str(RULES)]) == 2
    assert said in capsys.readouterr().err
