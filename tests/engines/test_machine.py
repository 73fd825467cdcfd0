"""The machine answers exactly, says so when it can't, and recovers."""

import random
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from evaluator.engines.inference import machine as subject
from evaluator.engines.inference.machine import Clause, EngineMissing, Machine, MachineError, Size, load_engine, measure

OPERATORS: dict[str, Callable[[int, int], bool]] = {
    "$eq": lambda a, b: a == b,
    "$neq": lambda a, b: a != b,
    "$lt": lambda a, b: a < b,
    "$lte": lambda a, b: a <= b,
    "$gt": lambda a, b: a > b,
    "$gte": lambda a, b: a >= b,
}
OPPOSITES = {"$eq": "$neq", "$neq": "$eq", "$lt": "$gte", "$gte": "$lt", "$gt": "$lte", "$lte": "$gt"}
BIG = 2**53

Tree = tuple[Any, ...]


def run(rules: Mapping[str, Sequence[Clause]], *facts: Mapping[str, int]) -> list[tuple[str, ...]]:
    with Machine("test", rules) as machine:
        return [machine.run(fact) for fact in facts]


def test_a_rule_without_clauses_always_fires() -> None:
    """A rule with no clauses but its guard fires on every fact."""
    assert run({"always": []}, {}, {"t0": 1}) == [("always",), ("always",)]


def test_no_rules_fire_nothing() -> None:
    """A machine without rules fires nothing and finds its end marker."""
    assert run({}, {}, {"t0": 1}) == [(), ()]


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_literal_is_compared_as_an_integer(operator: str) -> None:
    """Each operator compares integers exactly, at the ends of the range too."""
    values = [-BIG, -BIG + 1, -1, 0, 1, 2, 10, BIG - 1, BIG]
    for literal in values:
        leaf: Clause = {"t0": literal} if operator == "$eq" else {operator: {"t0": literal}}
        expected = [("r",) if OPERATORS[operator](value, literal) else () for value in values]
        assert run({"r": [leaf]}, *[{"t0": value} for value in values]) == expected


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_missing_field_makes_no_test_hold(operator: str) -> None:
    """A test and its opposite both fail where the fact lacks the field."""
    assert run({"r": [leaf_clause(operator, "t0", 3)], "not": [leaf_clause(OPPOSITES[operator], "t0", 3)]}, {}, {"t1": 3}) == [(), ()]


@pytest.mark.parametrize("operator", OPERATORS)
def test_fields_are_compared_within_a_fact(operator: str) -> None:
    """One field is compared with another, and with one missing nothing holds."""
    rules = {"r": [{"$ex": {"t1": 1}}, leaf_clause(operator, "t0", {"$m": "t1"})]}
    for left in (-3, 0, 4):
        for right in (-3, 0, 4):
            assert run(rules, {"t0": left, "t1": right}) == [("r",) if OPERATORS[operator](left, right) else ()]
    assert run(rules, {"t0": 1}, {"t1": 1}, {}) == [(), (), ()]


def test_booleans_are_integers() -> None:
    """A boolean value equals the integer it stands for."""
    assert run({"on": [{"t0": 1}], "off": [{"t0": 0}]}, {"t0": True}, {"t0": False}) == [("on",), ("off",)]


def test_rules_fire_in_the_order_given() -> None:
    """The order of firing is the order of the mapping, whatever the order of the fact."""
    rules = {name: [{"$gte": {f"t{place}": 0}}] for place, name in enumerate("zaqmb")}
    backwards = {f"t{place}": 1 for place in reversed(range(5))}
    assert run(rules, backwards) == [tuple("zaqmb")]


def test_a_rule_that_fires_often_is_named_once() -> None:
    """An or with several branches that hold names its rule once, in its place."""
    either: Clause = {"$or": [{"t0": 1}, {"$gte": {"t0": 0}}, {"$neq": {"t0": 7}}]}
    assert run({"often": [either, either], "once": []}, {"t0": 1}) == [("often", "once")]


def test_random_conditions_are_kleene_logic() -> None:
    """Random nested conditions, true and false side by side, agree with strong Kleene logic."""
    chance = random.Random(20280)
    fields = [f"t{number}" for number in range(9)]
    for _ in range(60):
        trees = [tree(chance, fields, chance.randint(0, 3)) for _ in range(3)]
        rules = {f"{i}+": [clause(t)] for i, t in enumerate(trees)} | {f"{i}-": [clause(opposite(t))] for i, t in enumerate(trees)}
        if sum(measure(clauses).paths for clauses in rules.values()) > subject.MAX_PATHS:
            continue
        facts = [{field: chance.randint(-1, 3) for field in fields if chance.random() < 0.7} for _ in range(40)]
        for fact, fired in zip(facts, run(rules, *facts), strict=True):
            found = [(f"{i}+" in fired) - (f"{i}-" in fired) if {f"{i}+", f"{i}-"} & set(fired) else None for i in range(3)]
            assert found == [kleene(t, fact) for t in trees]


def test_the_size_of_a_rule_is_counted_with_its_guard() -> None:
    """Connectives, branches, tests and stack paths are counted as the engine spends them."""
    pair: Clause = {"$or": [{"t0": 1}, {"$and": [{"t1": 1}, {"t2": 1}]}]}
    assert measure([]) == Size(1, 1, 1, 1)
    assert measure([pair, pair, {"t3": 1}]) == Size(5, 4, 8, 3)


def test_the_stack_holds_as_many_paths_as_are_counted() -> None:
    """Sixty-four paths run, and the check refuses one more."""
    fields = [f"t{number}" for number in range(64)]
    wide = {f"r{part}": [{"$or": [{field: 1} for field in fields[part : part + 16]]}] for part in range(0, 64, 16)}
    assert run(wide, dict.fromkeys(fields, 1)) == [tuple(wide)]
    with pytest.raises(MachineError, match="too large"):
        Machine("test", wide | {"more": []})


@pytest.mark.parametrize(
    ("clauses", "reason"),
    [
        ([{"t0": 1, "t1": 2}], "exactly one key"),
        ([{}], "exactly one key"),
        ([{"$and": []}], "empty"),
        ([{"$or": [{"t0": 1}, {"$or": []}]}], "empty"),
        ([{"$gt": {"t0": 1, "t1": 2}}], "trusted"),
        ([{"$nex": {"t0": 1}}], "trusted"),
        ([{"$gt": 1}], "trusted"),
        ([{"t0": "5"}], "trusted"),
        ([{"$lt": {"t0": 0.5}}], "trusted"),
        ([{"t0": BIG + 1}], "trusted"),
        ([{"t0": {"t1": 1}}], "trusted"),
        ([{"t0": {"$m": "t1"}}], "needs \\$ex of t1"),
        ([{"$gt": {"t0": {"$m": "t1"}}}, {"$ex": {"t1": 1}}], "needs \\$ex of t1"),
        ([{"$or": [{"$ex": {"t1": 1}}, {"$gt": {"t0": {"$m": "t1"}}}]}], "needs \\$ex of t1"),
        ([{"$or": [{"t0": number} for number in range(33)]}], "too nested"),
    ],
)
def test_what_the_engine_reads_wrongly_is_refused(clauses: list[Clause], reason: str) -> None:
    """Shapes that would be misread, hang or crash never reach the engine."""
    with pytest.raises(MachineError, match=reason):
        Machine("test", {"r": clauses})


@pytest.mark.parametrize("name", [subject.END, 'a"b', "a\\b", "a\nb"])
def test_a_name_that_could_be_misread_is_refused(name: str) -> None:
    """A rule may not take the end marker's name, nor characters that JSON escapes."""
    with pytest.raises(MachineError, match="rule name"):
        Machine("test", {name: []})


def test_too_many_rules_are_refused() -> None:
    """More rules than the criteria of one machine need are refused."""
    with pytest.raises(MachineError, match="25 rules"):
        Machine("test", {f"r{number}": [] for number in range(25)})


def test_nesting_is_refused_where_the_limit_is() -> None:
    """Twelve connectives, the guard among them, are taken; thirteen are not."""
    nested: Clause = {"t0": 1}
    for _ in range(subject.MAX_CONNECTIVES - 1):
        nested = {"$or": [nested]}
    assert run({"r": [nested]}, {"t0": 1}) == [("r",)]
    with pytest.raises(MachineError, match="too nested"):
        Machine("test", {"r": [{"$or": [nested]}]})


def test_the_engine_fault_is_told_and_the_machine_recovers() -> None:
    """A fact with too many fields is refused by the engine, and the next one runs."""
    with Machine("test", {"r": [{"t0": 1}]}) as machine:
        assert machine.run({f"t{number}": 1 for number in range(subject.MAX_FIELDS)}) == ("r",)
        for _ in range(1100):
            with pytest.raises(MachineError, match="ruleset test"):
                machine.run({f"t{number}": 1 for number in range(subject.MAX_FIELDS + 1)})
        assert machine.run({"t0": 1}) == ("r",)


@pytest.mark.parametrize("field", ["k", "id", "sid"])
def test_a_fact_can_not_replace_its_identity(field: str) -> None:
    """The fields that make the fact findable are not the caller's to set."""
    with Machine("test", {}) as machine, pytest.raises(MachineError, match="field"):
        machine.run({field: 1})


@pytest.mark.parametrize("value", [1.5, "5", None, float("nan"), [1]])
def test_a_fact_holds_only_integers(value: Any) -> None:
    """Anything but an integer or a boolean is refused before the engine sees it."""
    with Machine("test", {"r": [{"$ex": {"t0": 1}}]}) as machine:
        with pytest.raises((TypeError, ValueError)):
            machine.run({"t0": value})
        assert machine.run({"t0": 0}) == ("r",)


class Flawed:
    """The engine, but one call of a function does something else."""

    def __init__(self, core: Any, call: str, instead: Callable[[], object]) -> None:
        self._core, self._call, self._instead = core, call, instead

    def __getattr__(self, name: str) -> Any:
        if name != self._call:
            return getattr(self._core, name)
        self._call = ""
        return lambda *_: self._instead()


@pytest.mark.parametrize("call", ["assert_fact", "start_action_for_state", "complete_and_start_action", "retract_fact"])
def test_an_interrupt_leaves_a_clean_machine(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt passes through unchanged, wherever it strikes, and nothing is left over."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    with Machine("test", {"a": [{"t0": 1}], "b": [{"t0": 1}]}) as machine:
        monkeypatch.setattr(machine, "_core", Flawed(load_engine()[1], call, interrupt))
        with pytest.raises(KeyboardInterrupt):
            machine.run({"t0": 1})
        assert machine.run({"t0": 2}) == ()
        assert machine.run({"t0": 1}) == ("a", "b")


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("start_action_for_state", None),
        ("complete_and_start_action", None),
        ("complete_and_start_action", '{"$end":{}}'),
    ],
)
def test_a_lost_firing_is_an_error(call: str, answer: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that does not end with the end marker, once, is no answer."""
    with Machine("test", {"a": [{"t0": 1}], "b": [{"t0": 1}]}) as machine:
        monkeypatch.setattr(machine, "_core", Flawed(load_engine()[1], call, lambda: answer))
        with pytest.raises(MachineError, match="lost something"):
            machine.run({"t0": 1})
        assert machine.run({"t0": 1}) == ("a", "b")


def test_closing_is_final_and_can_be_repeated() -> None:
    """A closed machine refuses to run, since its handle may be another's by then."""
    machine = Machine("test", {"r": []})
    machine.close()
    machine.close()
    with Machine("other", {"other": []}), pytest.raises(MachineError, match="ruleset test is closed"):
        machine.run({})


def test_machines_are_independent() -> None:
    """Two machines of one name, alive at once, answer from their own rules."""
    with Machine("same", {"a": [{"t0": 1}]}) as one, Machine("same", {"b": [{"t0": 1}]}) as two:
        assert [one.run({"t0": 1}), two.run({"t0": 1}), one.run({})] == [("a",), ("b",), ()]


def test_threads_share_a_machine() -> None:
    """Runs of one machine from several threads wait for each other."""
    wrong: list[tuple[str, ...]] = []
    with Machine("test", {f"r{n}": [{"t0": n}] for n in range(4)}) as machine:

        def work(number: int) -> None:
            answers = [machine.run({"t0": number}) for _ in range(500)]
            wrong.extend(answer for answer in answers if answer != (f"r{number}",))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_importing_the_module_leaves_the_engine_alone() -> None:
    """Only a machine loads durable; importing its module does not."""
    script = "import sys, evaluator.engines.inference.machine; sys.exit(any('durable' in name for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_missing_engine_comes_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the engine can't be imported the error says how to install it."""
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    with pytest.raises(EngineMissing, match=r"CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install durable_rules==2\.0\.28"):
        Machine("test", {})


def test_short_tokens_have_distinct_hashes() -> None:
    """No two tokens, and no token and a name of the engine, share the hash that tells fields apart."""
    assert fnv("$and") == 3746487396
    names = {"k", "id", "sid", "m", "$m", "$s", "$forward", "$and", "$or", "$ex", "$lt", "$lte", "$gt", "$gte", "$eq", "$neq"}
    tokens = {f"{letter}{number}" for letter in "abcdefghijklmnopqrstuvwxyz" for number in range(1000)}
    tokens |= {f"t{number}" for number in range(10000)}
    assert len({fnv(name) for name in names | tokens}) == len(names | tokens)


def fnv(text: str) -> int:
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return value


def leaf_clause(operator: str, field: str, right: object) -> Clause:
    return {field: right} if operator == "$eq" else {operator: {field: right}}


def tree(chance: random.Random, fields: list[str], depth: int) -> Tree:
    if depth:
        return (chance.choice(("$and", "$or")), *(tree(chance, fields, depth - 1) for _ in range(chance.randint(1, 2))))
    left, right = chance.sample(fields, 2)
    return (chance.choice(list(OPERATORS)), left, chance.choice((right, 0, 1, 2)))


def clause(node: Tree) -> Clause:
    key, *parts = node
    if key in {"$and", "$or"}:
        return {key: [clause(part) for part in parts]}
    left, right = parts
    if isinstance(right, int):
        return leaf_clause(key, left, right)
    return {"$and": [{"$ex": {right: 1}}, leaf_clause(key, left, {"$m": right})]}


def opposite(node: Tree) -> Tree:
    key, *parts = node
    if key in {"$and", "$or"}:
        return ("$or" if key == "$and" else "$and", *map(opposite, parts))
    return (OPPOSITES[key], *parts)


def kleene(node: Tree, fact: Mapping[str, int]) -> int | None:
    """Return 1 for true, -1 for false and None for unknown."""
    key, *parts = node
    if key in {"$and", "$or"}:
        decisive = -1 if key == "$and" else 1
        values = [kleene(part, fact) for part in parts]
        return decisive if decisive in values else None if None in values else -decisive
    left, right = fact.get(parts[0]), parts[1] if isinstance(parts[1], int) else fact.get(parts[1])
    if left is None or right is None:
        return None
    return 1 if OPERATORS[key](left, right) else -1
