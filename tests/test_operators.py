"""Every operator of conditions in every table and in every engine: what is missing for a new one fails here, by its name."""

from __future__ import annotations

import datetime
import itertools
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest
import z3
from jsonschema import Draft202012Validator

from evaluator.calibration.prove.attributes_read import AttributesRead
from evaluator.calibration.prove.formulas import World
from evaluator.calibration.prove.interval_check import together
from evaluator.calibration.prove.monotonicity import senses
from evaluator.calibration.prove.symbols import constant
from evaluator.candidates.case.bars import bar_of
from evaluator.core.attributes import Attribute
from evaluator.core.breakpoints import Marks
from evaluator.core.conditions import AttributeTest, Condition, Truth, leaves, members_tested, negated, truth
from evaluator.core.gaps import need_of
from evaluator.core.model import Band, Pack, Profile
from evaluator.core.operators import COMPARISONS, INCLUSIONS, MEMBERSHIPS, OPERATORS, ROWS, SIGNS, Negation, Operator, Takes, complete
from evaluator.core.tally import TALLY_TYPES
from evaluator.core.values import Atom, Facts, Kind, Value, ValueType
from evaluator.diagnostics import Problems
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.gaps import Gaps, gaps_column
from evaluator.engines.columns.language import speaking
from evaluator.engines.columns.plan import held, plan
from evaluator.engines.readiness import Evaluator
from evaluator.packs.examples.condition_mutants import changes
from evaluator.packs.examples.writing import condition_text
from evaluator.packs.lint.ranges import always, never
from evaluator.reading.pack.conditions import ConditionReader
from evaluator.reading.pack.schema import schemas
from evaluator.reading.yaml.nodes import parse_yaml
from evaluator.report.bands import band_words
from evaluator.report.needs import need_words
from evaluator.report.sentences import condition_words
from evaluator.report.sentences import test_words as words_of_test
from tests.cases import criterion, small_pack
from tests.core.test_conditions import COMPARED, WORDED
from tests.core.test_gaps import DISTANCES
from tests.drawing import SPAN

DAY = datetime.date(2026, 11, 1)
TYPES: dict[Kind, ValueType] = {
    Kind.NUMBER: ValueType(kind=Kind.NUMBER),
    Kind.INTEGER: ValueType(kind=Kind.INTEGER),
    Kind.DATE: ValueType(kind=Kind.DATE),
    Kind.SCALE: ValueType(kind=Kind.SCALE, options=("none", "some", "much")),
    Kind.CHOICE: ValueType(kind=Kind.CHOICE, options=("craft", "people", "either")),
    Kind.SET: ValueType(kind=Kind.SET, options=("law", "trade", "physics")),
    Kind.FLAG: ValueType(kind=Kind.FLAG),
    Kind.RECORDS: ValueType(kind=Kind.RECORDS, fields={"size": ValueType(kind=Kind.NUMBER)}),
}
"""The types that an attribute can have."""


def subsets(options: Iterable[Any]) -> list[frozenset[Any]]:
    """Return every set of some options."""
    listed = list(options)
    return [frozenset(some) for size in range(len(listed) + 1) for some in itertools.combinations(listed, size)]


ATOMS: dict[Kind, tuple[Atom, ...]] = {
    Kind.NUMBER: (0, Fraction(5, 2), 3, 8),
    Kind.INTEGER: (0, 1, 2, 8),
    Kind.DATE: tuple(datetime.date(2024, *one) for one in ((5, 16), (5, 17), (6, 1))),
    Kind.SCALE: (0, 1, 2),
    Kind.CHOICE: TYPES[Kind.CHOICE].options,
    Kind.SET: TYPES[Kind.SET].options,
    Kind.FLAG: (True, False),
    Kind.RECORDS: (),
}
VALUES: dict[Kind, tuple[Value, ...]] = {
    **ATOMS,
    Kind.SET: tuple(subsets(TYPES[Kind.SET].options)),
    Kind.RECORDS: ((), ({"size": 1},)),
}
"""Values of each type: all that there are of words, ranks and sets, and some on both sides of each of numbers and dates."""
KINDS = [(operator, kind) for operator in Operator for kind in TYPES if kind in ROWS[operator].kinds]
BOTH = pytest.mark.parametrize(("operator", "kind"), KINDS, ids=str)

ORACLE: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": lambda have, need: not have < need,
    "at_most": lambda have, need: not have > need,
    "above": lambda have, need: max(have, need) != need,
    "below": lambda have, need: min(have, need) != need,
    "is": lambda have, need: not have < need and not have > need if not isinstance(have, str) else have.encode() == need.encode(),
    "is_not": lambda have, need: {have, need} != {need},
    "one_of": lambda have, need: any(have == one for one in need),
    "none_of": lambda have, need: all(have != one for one in need),
    "includes": lambda have, need: all(one in have for one in need),
    "includes_all": lambda have, need: all(one in have for one in need),
    "includes_any": lambda have, need: any(one in have for one in need),
    "includes_none": lambda have, need: all(one not in have for one in need),
}
"""What the rule language's page says of each operator, once more."""


def needs(operator: Operator, kind: Kind) -> list[Atom | frozenset[Atom]]:
    """Return what a test by an operator can ask for, everything that the values of the kind allow."""
    match ROWS[operator].takes:
        case Takes.VALUE:
            return list(ATOMS[kind])
        case Takes.OPTION:
            return [frozenset({one}) for one in ATOMS[kind]]
        case Takes.LIST:
            return [one for one in subsets(ATOMS[kind]) if one]
        case Takes.PRESENCE:
            return [True, False]


def attributes(kind: Kind) -> dict[str, Attribute]:
    """Return two attributes of a kind."""
    titles = {"have": "Fields worked in", "other": "Fields wished for"}
    return {name: Attribute(id=name, title=title, type=TYPES[kind], span=SPAN) for name, title in titles.items()}


def all_tests(operator: Operator, kind: Kind) -> list[AttributeTest]:
    """Return every test by an operator of an attribute of a kind: against each literal, and against another attribute."""
    made = [AttributeTest(attribute="have", operator=operator, value=need, span=SPAN) for need in needs(operator, kind)]
    if ROWS[operator].takes is Takes.VALUE and kind is not Kind.FLAG:
        made.append(AttributeTest(attribute="have", operator=operator, other="other", span=SPAN))
    return made


def everybody(kind: Kind) -> list[Facts]:
    """Return everything that can be known of the two attributes: each value, or none."""
    found: list[Facts] = []
    for have, other in itertools.product((None, *VALUES[kind]), (None, *VALUES[kind][:4])):
        found.append({name: value for name, value in (("have", have), ("other", other)) if value is not None})
    return found


def truths(condition: Condition, kind: Kind) -> tuple[Truth, ...]:
    """Return a condition's truth for everybody."""
    return tuple(truth(condition, facts) for facts in everybody(kind))


def pack_of(conditions: Iterable[Condition], kind: Kind) -> Pack:
    """Return a pack with a criterion for each condition."""
    return small_pack(attributes(kind), tuple(criterion(f"c{place}", one) for place, one in enumerate(conditions)))


def people_of(kind: Kind) -> list[Person]:
    """Return somebody for all that can be known."""
    return [Person(profile=Profile(id=f"p{place:03}", given=one, span=SPAN), as_of=DAY) for place, one in enumerate(everybody(kind))]


# The tables.


def test_every_operator_belongs_to_one_family() -> None:
    """Comparisons, tests of lists, tests of sets and of being known share the operators out among them, each once."""
    present = {one for one, row in ROWS.items() if row.takes is Takes.PRESENCE}
    assert sorted([*COMPARISONS, *MEMBERSHIPS, *INCLUSIONS, *present]) == sorted(Operator)
    assert {one for one, row in ROWS.items() if row.takes is Takes.VALUE} == COMPARISONS
    assert {one for one, row in ROWS.items() if row.kinds == {Kind.SET}} == INCLUSIONS


def test_every_operator_is_worked_out_by_hand() -> None:
    """The tables of truths and of distances that were worked out by hand have lines for each operator but known, which has its own."""
    told = set(Operator) - {Operator.KNOWN}
    assert {*COMPARED, *(line[0] for line in WORDED)} == told
    assert {line[1] for line in DISTANCES} == set(Operator)
    assert set(ORACLE) == told


def test_every_operator_stands_in_the_rule_language() -> None:
    """The page of the rule language names each operator, and the types that it lists it for are those that have it."""
    page = (Path(__file__).parents[1] / "docs" / "rule-language.md").read_text(encoding="utf-8")
    lines = {kind: next(line for line in page.splitlines() if line.startswith(f"| `{kind}` |")) for kind in TYPES}
    same = re.findall(r"[a-z_]+", lines[Kind.NUMBER].split("|")[4])
    for kind, line in lines.items():
        cell = line.split("|")[4]
        named = {word for word in re.findall(r"[a-z_]+", cell) if word in set(Operator)} | set(same if "the same" in cell else [])
        assert named == {str(one) for one in OPERATORS[kind]} - {"known", *(["is"] if kind is Kind.FLAG else [])}
    assert "`known`" in page


def test_a_sign_is_known_for_each_comparison() -> None:
    """What people know from spreadsheets leads to the test that they mean."""
    assert {str(SIGNS[sign]) for sign in (">=", "<=", ">", "<", "=", "!=")} == set(COMPARED)
    assert set(SIGNS.values()) == COMPARISONS


@pytest.mark.parametrize("operator", Operator)
def test_an_opposite_has_the_operator_as_its_own(operator: Operator) -> None:
    """An operator's opposite is one of the same types, and leads back, unless the negation is made without one."""
    opposite = ROWS[operator].negation
    if not isinstance(opposite, Negation):
        assert ROWS[opposite].negation == operator
        assert ROWS[operator].kinds ^ ROWS[opposite].kinds <= {Kind.FLAG}, "a flag's own negation is its other value"
        assert ROWS[operator].grows == -ROWS[opposite].grows


def test_a_table_without_a_row_is_refused() -> None:
    """A table of operators has a row for each of those it is for, and for no other, or its module can't be imported."""
    with pytest.raises(TypeError, match="words lack a row for above, is_not"):
        complete({Operator.IS: 1}, [Operator.IS, Operator.IS_NOT, Operator.ABOVE], "words")
    with pytest.raises(TypeError, match="words have no use for a row for is"):
        complete({Operator.IS: 1}, [], "words")


# The definition, and what follows from it.


@BOTH
def test_the_definition_is_what_the_language_says(operator: Operator, kind: Kind) -> None:
    """For every value and every need: known is about presence, anything else is unknown without both sides, else as the page says."""
    for test in all_tests(operator, kind):
        for facts in everybody(kind):
            have, need = facts.get("have"), test.value if test.other is None else facts.get("other")
            if operator is Operator.KNOWN:
                assert truth(test, facts) is (("have" in facts) is need)
            elif have is None or need is None:
                assert truth(test, facts) is None
            else:
                assert truth(test, facts) is ORACLE[operator](have, need)


@pytest.mark.slow
@BOTH
def test_a_negation_is_met_where_the_test_is_unmet(operator: Operator, kind: Kind) -> None:
    """And unmet where it is met, and unknown where it is unknown; twice negated, it is as it was."""
    for test in all_tests(operator, kind):
        other = {True: False, False: True, None: None}
        assert truths(negated(test), kind) == tuple(other[one] for one in truths(test, kind))
        assert truths(negated(negated(test)), kind) == truths(test, kind)


@pytest.mark.parametrize("operator", sorted(INCLUSIONS))
def test_other_members_change_nothing(operator: Operator) -> None:
    """Members of a set beside those that decide a test can come and go; each of those that decide it does so somewhere."""
    options = TYPES[Kind.SET].options
    for test in all_tests(operator, Kind.SET):
        decide = members_tested(test, options)
        changing = set()
        for one, option in itertools.product(subsets(options), options):
            if truth(test, {"have": one | {option}}) is not truth(test, {"have": one - {option}}):
                changing.add(option)
        assert changing <= decide
        assert changing == decide or truths(test, Kind.SET)[1:].count(True) in {0, len(truths(test, Kind.SET)) - 1}


@BOTH
def test_more_helps_as_the_row_says(operator: Operator, kind: Kind) -> None:
    """Where a row says that more helps, or less does, no value further on unmakes what was met."""
    grows = ROWS[operator].grows
    for test in all_tests(operator, kind) if grows and kind is not Kind.SET else []:
        held_by = [truth(test, {"have": value, "other": ATOMS[kind][1]}) for value in ATOMS[kind]]
        assert held_by == sorted(held_by, reverse=grows < 0)  # type: ignore[type-var]  # all are known


@BOTH
def test_what_prove_takes_to_be_one_way_is(operator: Operator, kind: Kind) -> None:
    """A use of an attribute, or of a member of a set, moves a test only the way that its sign says; what is no use moves nothing."""
    for test in all_tests(operator, kind):
        found = {(one.attribute, one.member): one.sign for one in senses(test, pack_of([test], kind))}
        for facts in everybody(kind):
            for after in further(facts, kind):
                moved = next(iter(facts.items() ^ after.items()))[0]
                members = (facts[moved] ^ after[moved]) if kind is Kind.SET else {None}  # type: ignore[operator]
                sign = found.get((moved, *members), 0 if operator is not Operator.KNOWN and kind is not Kind.SET else None)
                before, now = truth(test, facts), truth(test, after)
                if sign is None:
                    assert before is now
                elif sign and before is not None and now is not None:
                    assert before is now or now is (sign > 0)


def further(facts: Facts, kind: Kind) -> Iterator[dict[str, Any]]:
    """Yield what is known with one value greater, or one set with a member more."""
    for name, value in facts.items():
        if isinstance(value, frozenset):
            yield from ({**facts, name: value | {one}} for one in TYPES[kind].options if one not in value)
        elif kind not in {Kind.RECORDS, Kind.CHOICE}:
            yield from ({**facts, name: one} for one in ATOMS[kind] if one > value)  # type: ignore[operator]


# The engines.


@BOTH
def test_the_inference_engine_says_what_the_reference_says(operator: Operator, kind: Kind) -> None:
    """Every test of everybody comes to the same truth."""
    pack = pack_of(all_tests(operator, kind), kind)
    engines = [Evaluator(pack, engine=name) for name in ("reference", "inference")]
    for person in people_of(kind):
        one, other = (engine.evaluate(person.profile, as_of=DAY).roles["role"].criteria for engine in engines)
        assert [found.held for found in one] == [found.held for found in other]


@BOTH
@pytest.mark.parametrize("where", ["polars", "duckdb"])
def test_columns_say_what_the_reference_says(operator: Operator, kind: Kind, where: str) -> None:
    """Every test of everybody comes to the same truth, in Polars and in DuckDB; none of these is in doubt."""
    pack = pack_of(all_tests(operator, kind), kind)
    people = people_of(kind)
    encoded = frame_of(pack, people)
    if where == "polars":
        with speaking(pl):
            frame = plan(pack).run(encoded.lazy()).collect()
    else:
        duckdb = pytest.importorskip("duckdb")
        frame = plan(pack).run(nw.from_native(duckdb.sql("select * from encoded"))).collect("polars").to_native()
    columns = [held(one) for one in pack.roles["role"].criteria]
    found = frame.sort("id").select("doubt", *columns).rows()
    assert found == [(False, *(truth(one.when, facts) for one in pack.roles["role"].criteria)) for facts in everybody(kind)]


@BOTH
def test_columns_put_gaps_in_the_order_of_their_distances(operator: Operator, kind: Kind) -> None:
    """Among criteria of equal weight the nearest comes first, as in the reference, wherever a row is not in doubt."""
    chance = random.Random(f"{operator} {kind}")
    some = all_tests(operator, kind)
    pack = pack_of(chance.sample(some, min(len(some), 6)), kind)
    people = people_of(kind)
    with speaking(pl):
        compiled = plan(pack)
        frame = Gaps(plan=compiled, role=pack.roles["role"]).add(compiled.run(frame_of(pack, people).lazy())).collect().sort("id")
    reference = Evaluator(pack, engine="reference")
    wanted = [", ".join(gap.criterion.id for gap in reference.evaluate(one.profile, as_of=DAY).roles["role"].gaps) for one in people]
    rows = list(zip(frame["doubt"], frame[gaps_column(pack.roles["role"])], wanted, strict=True))
    assert [found for doubt, found, _ in rows if not doubt] == [expected for doubt, _, expected in rows if not doubt]
    assert sum(not doubt for doubt, _, _ in rows) > len(rows) / 3


@BOTH
def test_a_distance_is_there_where_the_row_says(operator: Operator, kind: Kind) -> None:
    """An unmet test of an operator without distances has none; no distance is below 0, and a step nearer is never further."""
    named = attributes(kind)
    for test, facts in itertools.product(all_tests(operator, kind), everybody(kind)):
        if truth(test, facts) is False:
            need = need_of(test, facts, named)
            assert need.relative >= 0
            assert need.distance is None or ROWS[operator].measured


@BOTH
def test_formulas_say_what_the_definition_says(operator: Operator, kind: Kind) -> None:
    """With everything known or not as it is for somebody, a test's formula is met, unmet or neither, as the definition has it."""
    for test in all_tests(operator, kind):
        asked = [AttributeTest(attribute=name, operator=Operator.KNOWN, value=True, span=SPAN) for name in ("have", "other")]
        world = World(
            reads=AttributesRead(pack=pack_of([test, *asked], kind)), as_of=DAY, readiness=lambda role, world: world.symbol(role.id)
        )
        formula = world.held(test)
        for facts in everybody(kind):
            pinned = [pair for name in ("have", "other") for pair in pins(world, name, facts.get(name))]
            met, unmet = (z3.is_true(z3.simplify(z3.substitute(one, *pinned))) for one in (formula.met, formula.unmet))
            assert (met, unmet) == {True: (True, False), False: (False, True), None: (False, False)}[truth(test, facts)]


def pins(world: World, name: str, value: Value | None) -> Iterator[tuple[Any, Any]]:
    """Yield what stands for an attribute in a formula, with what it is."""
    symbol = world.symbol(name)
    if not z3.is_true(symbol.known):
        yield symbol.known, z3.BoolVal(value is not None)
    if isinstance(symbol.value, Mapping):
        for option, term in symbol.value.items():
            if z3.is_const(term) and not z3.is_true(term) and not z3.is_false(term):
                yield term, z3.BoolVal(option == value if isinstance(value, str) else option in (value or ()))  # type: ignore[operator]
    elif symbol.value is not None and value is not None:
        number = constant(value)  # type: ignore[arg-type]
        yield symbol.value, z3.ToReal(number) if z3.is_real(symbol.value) and z3.is_int(number) else number


@pytest.mark.parametrize("kind", [Kind.SET, Kind.CHOICE, Kind.SCALE, Kind.FLAG])
def test_tests_that_can_be_met_together_are_found_to_be(kind: Kind) -> None:
    """Of every two tests of one attribute, plain reasoning finds a value for both exactly where there is one."""
    every = [test for operator in Operator for test in all_tests(operator, kind) if kind in ROWS[operator].kinds]
    plain = [test for test in every if test.operator is not Operator.KNOWN and test.other is None]
    pack = pack_of(plain[:1], kind)
    for one, other in itertools.combinations_with_replacement(plain, 2):
        found = together([one, other], pack)
        wanted = [value for value in VALUES[kind] if truth(one, {"have": value}) and truth(other, {"have": value})]
        assert (found is not None) == bool(wanted)
        assert found is None or found["have"] in wanted


@BOTH
def test_what_lint_calls_impossible_or_idle_is(operator: Operator, kind: Kind) -> None:
    """A test that can never be met is met by nobody; one that is always met is unmet by nobody; together with any other one too."""
    types = {name: one.type for name, one in attributes(kind).items()}
    for test in all_tests(operator, kind):
        assert not (never(test, types) and True in truths(test, kind))
        assert not (always(test, types) and False in truths(test, kind))


# What is written, read and changed.


@BOTH
def test_a_test_is_read_as_it_is_written(operator: Operator, kind: Kind) -> None:
    """A rule file's words for a test are read as that test again, and the schema has them, with what the operator asks."""
    types = {name: one.type for name, one in attributes(kind).items()}
    definitions = schemas(pack_of([], kind))["role"]["$defs"]
    tests = definitions[f"tests-{definition(kind)}"]
    validator = Draft202012Validator(tests | {"$defs": definitions})
    for test in all_tests(operator, kind):
        problems = Problems()
        text = condition_text(test, types)
        node = parse_yaml(text, "x.yaml", problems)
        assert node is not None
        read = ConditionReader(types=types, problems=problems).read(node)
        assert isinstance(read, AttributeTest)
        assert (read.operator, read.value, read.other) == (operator, test.value, test.other)
        assert not list(problems)
        assert test.other is not None or not list(validator.iter_errors(as_json(test, kind)))
    assert ROWS[operator].asks in str(tests) or (operator, kind) == (Operator.IS, Kind.FLAG)


def definition(kind: Kind) -> str:
    """Return the name of the schema's definition of the tests of a kind."""
    return "-".join([kind, *TYPES[kind].options, *(["day"] if kind is Kind.DATE else [])])


def as_json(test: AttributeTest, kind: Kind) -> object:
    """Return a test of a literal as an editor has it."""
    if test.operator is Operator.IS and kind is Kind.FLAG:
        return test.value

    def shown(value: Any) -> Any:
        if isinstance(value, bool | str):
            return value
        if kind is Kind.SCALE:
            return TYPES[kind].options[value]
        return str(value) if kind is Kind.DATE else float(value) if kind is Kind.NUMBER else value

    listed = ROWS[test.operator].takes
    value = test.value if isinstance(test.value, frozenset) else frozenset({test.value})
    shown_values = [shown(one) for one in value]
    return {str(test.operator): shown_values if listed is Takes.LIST else shown_values[0]}


@BOTH
def test_a_mutant_is_another_condition(operator: Operator, kind: Kind) -> None:
    """Every small change of a test of words, ranks or sets judges somebody otherwise."""
    if kind in {Kind.NUMBER, Kind.INTEGER, Kind.DATE, Kind.RECORDS}:
        return
    types = {name: one.type for name, one in attributes(kind).items()}
    for test in all_tests(operator, kind):
        mutants = [one.condition for one in changes(test, types)]
        assert mutants
        assert all(truths(one, kind) != truths(test, kind) for one in mutants)


@BOTH
def test_values_worth_trying_tell_a_test_apart(operator: Operator, kind: Kind) -> None:
    """The values that matter of a test hold those that it lists, and of a set all members that decide it."""
    for test in all_tests(operator, kind):
        marks = Marks(pack=pack_of([test], kind), as_of=DAY)
        marks.condition(test)
        found = marks.found["have"]
        if kind is Kind.SET and operator is not Operator.KNOWN:
            assert found == members_tested(test, TYPES[kind].options)
        elif operator is not Operator.KNOWN and test.value is not None:
            assert found == (test.value if isinstance(test.value, frozenset) else {test.value})


# What is said.


@pytest.mark.parametrize("kind", TYPES)
def test_no_two_tests_of_different_meaning_share_a_sentence(kind: Kind) -> None:
    """Of all tests of a kind and their negations, those with the same words are met by the same people: on cards and in explanations."""
    said: dict[str, Condition] = {}
    for operator in sorted(OPERATORS[kind]):
        for test in all_tests(operator, kind):
            for condition in (test, negated(test)):
                words = {
                    condition_words(condition, attributes(kind)),
                    *(words_of_test(one, attributes(kind)) for one in [condition] if isinstance(one, AttributeTest)),
                }
                for one in words:
                    first = said.setdefault(one, condition)
                    assert truths(first, kind) == truths(condition, kind), f"{one}: {first} and {condition}"


@pytest.mark.parametrize("kind", TYPES)
def test_no_two_operators_share_the_words_of_a_need(kind: Kind) -> None:
    """Unmet by the same person with the same value asked for, two operators say something else, or mean the same."""
    named = attributes(kind)
    for facts in everybody(kind):
        said: dict[tuple[str, object], AttributeTest] = {}
        for operator in sorted(OPERATORS[kind]):
            for test in all_tests(operator, kind):
                for one in (test, *leaves(negated(test))):
                    if truth(one, facts) is not True:
                        words = need_words(need_of(one, facts, named), named)
                        first = said.setdefault((words, one.value), one)
                        assert truths(first, kind) == truths(one, kind), f"{words}: {first} and {one}"
                        assert words.rstrip() == words


def test_no_two_operators_share_the_words_of_a_verdict() -> None:
    """Nor do two conditions of verdicts over counts and scores, against numbers and against other counts."""
    said: dict[str, AttributeTest] = {}
    for name, operator in itertools.product(("met", "score"), sorted(OPERATORS[Kind.NUMBER])):
        asked = needs(operator, Kind.FLAG) if operator is Operator.KNOWN else [0, 1, 2] if name == "met" else [0, Fraction(1, 2), 1]
        every = [AttributeTest(attribute=name, operator=operator, value=value, span=SPAN) for value in asked]
        if operator is not Operator.KNOWN:
            every.append(AttributeTest(attribute=name, operator=operator, other="unmet", span=SPAN))
        for test in every:
            first = said.setdefault(band_words(Band(verdict="ready", when=test, span=SPAN)), test)
            counts = [
                {name: one, "unmet": other}
                for one in (0, Fraction(1, 2), 1, 2)
                for other in (0, 1, 2)
                if name == "score" or one != Fraction(1, 2)
            ]
            assert first.attribute == test.attribute or test.operator is Operator.KNOWN
            assert [truth(attr_like(first, name), one) for one in counts] == [truth(test, one) for one in counts]  # type: ignore[arg-type]
    assert set(TALLY_TYPES) >= {"met", "score"}


def attr_like(test: AttributeTest, name: str) -> AttributeTest:
    """Return a test of another attribute."""
    return AttributeTest(attribute=name, operator=test.operator, value=test.value, other=test.other, span=SPAN)


@BOTH
def test_a_bar_shows_what_was_measured(operator: Operator, kind: Kind) -> None:
    """Where a bar is drawn it reaches its line exactly where the test is met; a threshold itself may still be outside."""
    pack = pack_of([], kind)
    for test, facts in itertools.product(all_tests(operator, kind), everybody(kind)):
        bar = bar_of(test, facts, pack)
        if bar is not None and bar.have is not None and bar.need is not None:
            assert bar.met is truth(test, facts)
            side = (bar.have > bar.need) - (bar.have < bar.need)
            assert bar.met is (not ROWS[operator].strict if side == 0 else side == ROWS[operator].grows)
