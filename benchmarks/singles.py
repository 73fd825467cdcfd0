# ruff: noqa: D102 - what the words of a language mean is said once, in `decisions.Words`
"""Person by person, and OpenFisca: the decisions of a pack on engines of ours and on what a user would pick instead.

Every product is asked for a role's sum on either side, one compiled expression or rule set each, and the sum is looked up. Where it
knows no third truth, each test asks first whether its value is there. People are dictionaries that are ready before the clock runs.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from decisions import SIDES, CannotSay, Units, Writer, bounds, columns_read, table
from rivals import SIGNS, lines
from stock import StockEngine

from evaluator.core.conditions import Truth
from evaluator.core.model import Pack, Role
from evaluator.core.operators import Operator
from evaluator.core.values import Facts
from evaluator.engines.readiness import Evaluator
from evaluator.engines.rule_layers import CRITERIA, applies_key

Answers = list[list[int]]
"""For each person, the verdicts of every role and side, in order."""
Run = Callable[[], Answers]
_MONTH = "2026-11"


def tables(pack: Pack) -> list[bytes]:
    """Return the verdict of every sum, for every role and side."""
    return [table(Units.of(role), bounds(pack)) for role, _ in lines(pack)]


class GuardedWords:
    """Text for a language with `null`; what differs between languages are the words for and, or, not and the guard."""

    both, either, deny, nothing = "and", "or", "not ", "null"

    def name(self, name: str) -> str:
        return name.replace(".", "_")

    def number(self, number: float) -> str:
        return f"{number:g}"

    def compare(self, name: str, how: Operator, need: float | str, *, unknown: bool) -> str:
        names = [name, need] if isinstance(need, str) else [name]
        right = self.name(need) if isinstance(need, str) else self.number(need)
        return self._guarded(names, f"{self.name(name)} {SIGNS[how]} {right}", unknown=unknown)

    def flag(self, name: str, *, wanted: bool, unknown: bool) -> str:
        return self._guarded([name], f"{self.name(name)} == {str(wanted).lower()}", unknown=unknown)

    def _guarded(self, names: Sequence[str], test: str, *, unknown: bool) -> str:
        sign, word = ("==", self.either) if unknown else ("!=", self.both)
        guards = [f"{self.name(name)} {sign} {self.nothing}" for name in names]
        return f"({f' {word} '.join([*guards, test])})"

    def known(self, name: str, *, wanted: bool) -> str:
        return f"({self.name(name)} {'!=' if wanted else '=='} {self.nothing})"

    def every(self, parts: Sequence[str]) -> str:
        return f"({f' {self.both} '.join(parts)})"

    def some(self, parts: Sequence[str]) -> str:
        return f"({f' {self.either} '.join(parts)})"

    def enough(self, parts: Sequence[str], count: int) -> str:
        return f"({' + '.join(self.choose(part, 1, 0) for part in parts)} >= {count})"

    def choose(self, where: str, then: int | str, otherwise: int | str) -> str:
        return f"({where} ? {then} : {otherwise})"

    def add(self, parts: Sequence[str]) -> str:
        return f"({' + '.join(parts)})"


class CelWords(GuardedWords):
    """CEL tells whole numbers from others, so every number is a double."""

    both, either, deny = "&&", "||", "!"

    def number(self, number: float) -> str:
        return repr(float(number))


class ClipsWords(GuardedWords):
    """CLIPS writes its operators first; `nil` is what is unknown."""

    def name(self, name: str) -> str:
        return f"?{super().name(name)}"

    def compare(self, name: str, how: Operator, need: float | str, *, unknown: bool) -> str:
        names = [name, need] if isinstance(need, str) else [name]
        sign = {"==": "=", "!=": "<>"}.get(SIGNS[how], SIGNS[how])
        right = self.name(need) if isinstance(need, str) else self.number(need)
        return self._guarded(names, f"({sign} {self.name(name)} {right})", unknown=unknown)

    def flag(self, name: str, *, wanted: bool, unknown: bool) -> str:
        return self._guarded([name], f"(eq {self.name(name)} {'TRUE' if wanted else 'FALSE'})", unknown=unknown)

    def _guarded(self, names: Sequence[str], test: str, *, unknown: bool) -> str:
        sign, word = ("eq", "or") if unknown else ("neq", "and")
        guards = [f"({sign} {self.name(name)} nil)" for name in names]
        return f"({word} {' '.join([*guards, test])})"

    def known(self, name: str, *, wanted: bool) -> str:
        return f"({'neq' if wanted else 'eq'} {self.name(name)} nil)"

    def every(self, parts: Sequence[str]) -> str:
        return f"(and {' '.join(parts)})"

    def some(self, parts: Sequence[str]) -> str:
        return f"(or {' '.join(parts)})"

    def enough(self, parts: Sequence[str], count: int) -> str:
        return f"(>= (+ {' '.join(self.choose(part, 1, 0) for part in parts)}) {count})"

    def choose(self, where: str, then: int | str, otherwise: int | str) -> str:
        return f"(if {where} then {then} else {otherwise})"

    def add(self, parts: Sequence[str]) -> str:
        return f"(+ {' '.join(parts)})" if len(parts) > 1 else parts[0]


class NanWords(GuardedWords):
    """NumPy over floats where NaN is unknown: a comparison with it is false, and its opposite denied is true."""

    _opposites: Mapping[str, str] = {">=": "<", "<=": ">", ">": "<=", "<": ">=", "==": "!=", "!=": "=="}

    def compare(self, name: str, how: Operator, need: float | str, *, unknown: bool) -> str:
        left, right = self.name(name), self.name(need) if isinstance(need, str) else self.number(need)
        sign = SIGNS[how]
        if how is Operator.IS_NOT:
            return f"({left} != {right})" if unknown else f"(({left} != {right}) & ({left} == {left}) & ({right} == {right}))"
        if how is Operator.IS and unknown:
            return f"(({left} == {right}) | ({left} != {left}) | ({right} != {right}))"
        return f"(~({left} {self._opposites[sign]} {right}))" if unknown else f"({left} {sign} {right})"

    def flag(self, name: str, *, wanted: bool, unknown: bool) -> str:
        return f"({self.name(name)} != {int(not wanted)})" if unknown else f"({self.name(name)} == {int(wanted)})"

    def known(self, name: str, *, wanted: bool) -> str:
        return f"({self.name(name)} {'==' if wanted else '!='} {self.name(name)})"

    def every(self, parts: Sequence[str]) -> str:
        return f"({' & '.join(parts)})"

    def some(self, parts: Sequence[str]) -> str:
        return f"({' | '.join(parts)})"

    def enough(self, parts: Sequence[str], count: int) -> str:
        return f"(({' + '.join(f'{part}.astype(int)' for part in parts)}) >= {count})"

    def choose(self, where: str, then: int | str, otherwise: int | str) -> str:
        return f"numpy.where({where}, {then}, {otherwise})"


def rows(pack: Pack, frame: pl.DataFrame, words: GuardedWords) -> list[dict[str, object]]:
    """Return people as dictionaries by the names that expressions use, with numbers as floats."""
    data = frame.select(
        (pl.col(name) if frame[name].dtype == pl.Boolean else pl.col(name).cast(pl.Float64)).alias(words.name(name).lstrip("?"))
        for name in columns_read(pack)
    )
    return data.to_dicts()


def _texts(pack: Pack, words: GuardedWords) -> list[str]:
    writer = Writer[str](pack=pack, words=words)
    return [writer.sum(role, unknown=SIDES[which]) for role, which in lines(pack)]


def in_zen(pack: Pack, frame: pl.DataFrame) -> Run:
    """Compile an expression for each role and side."""
    import zen

    words = GuardedWords()
    compiled = [zen.compile_expression(text) for text in _texts(pack, words)]
    people, found = rows(pack, frame, words), tables(pack)
    return lambda: [[verdicts[int(one.evaluate(person))] for one, verdicts in zip(compiled, found, strict=True)] for person in people]


def in_cel(pack: Pack, frame: pl.DataFrame) -> Run:
    """Compile a program for each role and side, and give all of them one context a person."""
    import cel

    words = CelWords()
    programs = [cel.compile(text) for text in _texts(pack, words)]
    people, found = rows(pack, frame, words), tables(pack)

    def judge(person: dict[str, object]) -> list[int]:
        context = cel.Context(variables=person)
        return [verdicts[int(one.execute(context))] for one, verdicts in zip(programs, found, strict=True)]

    return lambda: [judge(person) for person in people]


def in_clips(pack: Pack, frame: pl.DataFrame) -> Run:
    """Make a rule for each criterion and side, which adds to a global when it fires."""
    import clips

    words = ClipsWords()
    writer = Writer[str](pack=pack, words=words)
    environment = clips.Environment()
    slots = [words.name(name).lstrip("?") for name in columns_read(pack)]
    environment.build(f"(deftemplate person {' '.join(f'(slot {slot} (default nil))' for slot in slots)})")
    numbers = itertools.count()
    listed = lines(pack)
    for place, (role, which) in enumerate(listed):
        start, rules = _clips_role(writer, role, unknown=SIDES[which])
        environment.build(f"(defglobal ?*sum-{place}* = {start})")
        for condition, change in rules:
            reads = [slot for slot in slots if f"?{slot}" in condition.replace("(", " ").replace(")", " ").split()]
            person = f"(person {' '.join(f'({slot} ?{slot})' for slot in reads)})"
            bind = f"(bind ?*sum-{place}* (+ ?*sum-{place}* {change}))"
            environment.build(f"(defrule rule-{next(numbers)} {person} (test {condition}) => {bind})")
    template = environment.find_template("person")
    sums = [environment.find_global(f"sum-{place}") for place in range(len(listed))]
    people = [{slot: value for slot, value in person.items() if value is not None} for person in rows(pack, frame, words)]
    found = tables(pack)

    def judge(person: Mapping[str, Any]) -> list[int]:
        environment.reset()
        template.assert_fact(**person)
        environment.run()
        return [verdicts[total.value] for total, verdicts in zip(sums, found, strict=True)]

    return lambda: [judge(person) for person in people]


def _clips_role(writer: Writer[str], role: Role, *, unknown: bool) -> tuple[int, list[tuple[str, int]]]:
    """Return what a sum starts from, and what is added to it under which condition."""
    units, start, rules = Units.of(role), 0, []
    for one in role.criteria:
        weight, lost = int(one.weight), units.required * one.required
        met, all_of = writer.condition(one.when, unknown=unknown), weight * units.weight
        if one.applies_when is None:
            start += lost + all_of
            rules.append((met, weight - lost))
            continue
        applies = {which: writer.condition(one.applies_when, unknown=which) for which in (False, True)}
        rules.append((f"(and {met} {applies[unknown]})", weight + all_of))
        rules.append((f"(and (not {met}) {applies[not unknown]})", lost + all_of))
    return start, rules


def in_openfisca(pack: Pack, frame: pl.DataFrame) -> Callable[[], object]:
    """Declare a variable for each column, and one with a formula for each role and side; the formula is NumPy."""
    import numpy as np
    from openfisca_core.entities import build_entity
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    words = NanWords()
    entity = build_entity("person", "people", "A person", is_person=True)
    system = TaxBenefitSystem([entity])
    base = {"entity": entity, "definition_period": DateUnit.MONTH}
    names = {words.name(name): name for name in columns_read(pack)}
    for name in names:
        system.add_variable(type(name, (Variable,), {**base, "value_type": float, "default_value": math.nan}))
    wanted: list[str] = []
    for place, (text, verdicts) in enumerate(zip(_texts(pack, words), tables(pack), strict=True)):
        reads = [name for name in names if name in _identifiers(text)]
        code = compile(text, f"<role {place}>", "eval")
        formula = _formula(code, reads, np.frombuffer(verdicts, np.uint8), np)
        system.add_variable(type(f"verdict_{place}", (Variable,), {**base, "value_type": int, "formula": formula}))
        wanted.append(f"verdict_{place}")
    data = {name: frame[column].cast(pl.Float32).fill_null(math.nan).to_numpy() for name, column in names.items()}

    def run() -> object:
        simulation = SimulationBuilder().build_default_simulation(system, count=frame.height)
        for name, numbers in data.items():
            simulation.set_input(name, _MONTH, numbers)
        return np.array([simulation.calculate(name, _MONTH) for name in wanted])

    return run


def _formula(code: Any, reads: Sequence[str], verdicts: Any, numpy: Any) -> Callable[..., Any]:
    def formula(person: Any, period: Any) -> Any:
        space = {name: person(name, period) for name in reads}
        return verdicts[eval(code, {"numpy": numpy}, space)]  # noqa: S307 - our own text

    return formula


def _identifiers(text: str) -> frozenset[str]:
    return frozenset("".join(one if one.isalnum() or one == "_" else " " for one in text).split())


def by_truths(pack: Pack, judge: Callable[[Facts], Mapping[str, Truth]], people: Sequence[Facts]) -> Run:
    """Take the truths of criteria from something, and count them in plain Python."""
    roles = [(role, Units.of(role)) for role in pack.judged_roles]
    found = tables(pack)

    def sums(truths: Mapping[str, Truth]) -> Iterable[int]:
        for role, units in roles:
            for unknown in SIDES.values():
                yield sum(_share(truths, one, units, unknown=unknown) for one in role.criteria)

    return lambda: [[verdicts[total] for verdicts, total in zip(found, sums(judge(person)), strict=True)] for person in people]


def _share(truths: Mapping[str, Truth], one: Any, units: Units, *, unknown: bool) -> int:
    held = truths[one.key]
    met = unknown if held is None else held
    applies = True if one.applies_when is None else truths[applies_key(one.key)]
    if applies is None:
        applies = met is unknown
    if not applies:
        return 0
    return units.weight * int(one.weight) + (int(one.weight) if met else units.required * one.required)


def in_engine(name: str, pack: Pack, people: Sequence[Facts]) -> Run:
    """Ask an engine of ours for the truths of criteria."""
    engine = Evaluator(pack, engine=name).engine
    criteria = [one for role in pack.judged_roles for one in role.criteria]
    keys = [one.key for one in criteria] + [applies_key(one.key) for one in criteria if one.applies_when is not None]
    return by_truths(pack, lambda facts: engine.judge(CRITERIA, facts, keys).truths, people)


def in_stock(pack: Pack, people: Sequence[Facts]) -> Run:
    """Ask durable_rules' stock API for the truths of criteria."""
    engine = StockEngine(pack)
    if engine.refused:
        raise CannotSay(f"{len(engine.refused)} conditions, such as one that {next(iter(engine.refused.values()))}")
    return by_truths(pack, engine.judge, people)
