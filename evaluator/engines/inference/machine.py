"""One durable_rules ruleset at a time, on the one path through that library that is exact.

A `Machine` compiles conditions, asserts one fact, reads the names of the rules that fired and retracts the fact. It uses no
``Host`` and no actions. A rule is a list of clauses that must all hold; a clause is a mapping with exactly one key:

    {"t0": 5}                        equal; otherwise {"$neq": {"t0": 5}}, $lt, $lte, $gt, $gte
    {"t0": {"$m": "t1"}}             equal to another field; otherwise {"$gt": {"t0": {"$m": "t1"}}}
    {"$ex": {"t0": 1}}               the fact has the field
    {"$and": [...]}, {"$or": [...]}  of clauses, nested freely, never empty

A test of a field that the fact lacks does not hold, `$neq` included. For the right-hand field of a comparison the engine reads
stale memory instead, so ``{"$ex": {right: 1}}`` must stand before it in the same list. A rule with an ``$or`` may fire once
for every branch that holds. Fields are told apart by a 32-bit FNV-1a hash: tokens of one small letter and a number below 10,000
(``t0`` … ``t9999``) collide neither with each other nor with the engine's own names.
"""

import math
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final, NamedTuple, cast

MAX_CONNECTIVES: Final = 12  # $and and $or of one rule, its guard included
MAX_BRANCHES: Final = 32  # ways for one rule to fire: the product of its or-branches
MAX_CRITERIA: Final = 12  # of one machine, two rules each
MAX_TESTS: Final = 400  # of one machine; from 512 on the engine loops for ever
MAX_PATHS: Final = 64  # of one machine, sum of Size.paths: the height of the engine's stack
MAX_FIELDS: Final = 251  # of one fact
MAX_INTEGER: Final = 2**53  # of a literal or a fact's value, either sign
END: Final = "$end"
_IDENTITY: Final = '"id":"p","sid":"s"}'
_REMEDY: Final = (
    "the inference engine can't be imported; it needs a C compiler and "
    "`CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install durable_rules==2.0.28`"
)
Clause = Mapping[str, object]


class MachineError(RuntimeError):
    """The engine lost something, contradicted itself or was asked for more than it can hold."""


class EngineMissing(ImportError):
    """The inference engine is not installed, or was built without the flag it needs."""


def load_engine() -> tuple[Any, Any]:
    """Import durable's ruleset class and its C module, only once they are needed."""
    try:
        import durable_rules_engine
        from durable.engine import Ruleset
    except ImportError as error:
        raise EngineMissing(_REMEDY) from error
    return Ruleset, durable_rules_engine


class Size(NamedTuple):
    """What a rule costs the engine; `paths` bounds how many of it lie on the stack at once."""

    connectives: int
    branches: int
    tests: int
    paths: int


def measure(clauses: Sequence[Clause]) -> Size:
    """Measure one rule with its guard, refusing the shapes that the engine reads wrongly."""
    return _measure({"$and": [{"k": 1}, *clauses]})


def _measure(clause: Clause) -> Size:
    if len(clause) != 1:
        raise MachineError(f"a clause has exactly one key, unlike {dict(clause)}")
    ((key, body),) = clause.items()
    if key not in {"$and", "$or"}:
        _check_test(key, body)
        return Size(0, 1, 1, 1)
    parts = cast("Sequence[Clause]", body)
    if not parts:
        raise MachineError(f"an empty {key} would match the engine's own facts")
    connectives, branches, tests, paths = zip(*map(_measure, parts), strict=True)
    _check_pairs(key, parts)
    if key == "$or":
        return Size(1 + sum(connectives), sum(branches), sum(tests), sum(paths))
    return Size(1 + sum(connectives), math.prod(branches), sum(tests), 1 + sum(paths) - len(parts))


def _check_test(field: str, right: object) -> None:
    test = f"{field} {right}"
    if field in {"$neq", "$lt", "$lte", "$gt", "$gte", "$ex"} and isinstance(right, Mapping) and len(right) == 1:
        ((field, right),) = right.items()
    between = isinstance(right, Mapping) and right.keys() == {"$m"}
    if field.startswith("$") or not (between or (isinstance(right, int) and abs(right) <= MAX_INTEGER)):
        raise MachineError(f"the engine can't be trusted with the test {test}")


def _check_pairs(key: str, parts: Sequence[Clause]) -> None:
    known: set[object] = set()
    for part in parts:
        ((name, body),) = part.items()
        if key == "$and" and name == "$ex":
            known.update(cast("Clause", body))
        while isinstance(body, Mapping):
            if body.get("$m", None) not in known | {None}:
                raise MachineError(f"a comparison needs $ex of {body['$m']} before it")
            body = next(iter(body.values()), None)


def _check_rules(name: str, rules: Mapping[str, Sequence[Clause]]) -> int:
    """Refuse what would hang or crash the engine, and return how often the rules can fire."""
    sizes = {rule: measure(clauses) for rule, clauses in rules.items()}
    for rule, size in sizes.items():
        if rule == END or not rule.isprintable() or set(rule) & set('"\\'):
            raise MachineError(f"the engine can't carry the rule name {rule!r}")
        if size.connectives > MAX_CONNECTIVES or size.branches > MAX_BRANCHES:
            raise MachineError(f"rule {rule} of {name} is too nested for the engine: {size}")
    tests, paths = sum(size.tests for size in sizes.values()), sum(size.paths for size in sizes.values())
    if len(rules) > 2 * MAX_CRITERIA or tests > MAX_TESTS or paths > MAX_PATHS:
        raise MachineError(f"ruleset {name} is too large for the engine: {len(rules)} rules, {tests} tests, {paths} paths")
    return sum(size.branches for size in sizes.values())


def _define(rules: Mapping[str, Sequence[Clause]]) -> dict[str, dict[str, object]]:
    # durable insists on "run" and deletes it; None registers no callback.
    guarded = {name: [{"m": {"$and": [{"k": 1}, *clauses]}}] for name, clauses in {**rules, END: ()}.items()}
    return {name: {"all": clause, "pri": int(name == END), "run": None} for name, clause in guarded.items()}


def _write(fact: Mapping[str, int]) -> str:
    # A third of json.dumps's time, and ":d" takes integers and booleans only.
    return "{" + "".join([f'"{field}":{value:d},' for field, value in fact.items()]) + '"k":1,' + _IDENTITY


def _discard(core: Any, handle: int) -> None:  # noqa: ANN401 - the C module, which has no types
    core.delete_state(handle, "s")  # deleting the ruleset alone would leak it
    core.delete_ruleset(handle)


class Machine(AbstractContextManager["Machine"]):
    """One compiled durable_rules ruleset, run without its Host."""

    def __init__(self, name: str, rules: Mapping[str, Sequence[Clause]]) -> None:
        """Compile named lists of clauses; rules fire in the order of the mapping."""
        self._name = name
        self._most = _check_rules(name, rules) + 1
        ruleset, self._core = load_engine()
        self._lock = threading.Lock()
        with self._faults():
            self._handle: int = ruleset(name, None, _define(rules))._handle  # noqa: SLF001 it has no public name
            self._discard = weakref.finalize(self, _discard, self._core, self._handle)
            self._fire(_write({}))

    def run(self, fact: Mapping[str, int]) -> tuple[str, ...]:
        """Assert one fact and return the names of the rules that it fired, in their order."""
        if not {"k", "id", "sid"}.isdisjoint(fact):
            raise MachineError("a fact can't have a field named k, id or sid")
        text = _write(fact)
        with self._lock:
            # A freed handle may by now name another machine's ruleset.
            if not self._discard.alive:
                raise MachineError(f"ruleset {self._name} is closed")
            try:
                return self._fire(text)
            except BaseException:
                with self._faults():
                    self._core.delete_state(self._handle, "s")
                    self._fire(_write({}))
                    raise

    def close(self) -> None:
        """Free the ruleset, once, however often this is called."""
        with self._lock:
            self._discard()

    def __exit__(self, *_: object) -> None:
        """Free the ruleset."""
        self.close()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except MachineError:
            raise
        except Exception as error:
            raise MachineError(f"the engine failed on ruleset {self._name}: {error}") from error

    def _fire(self, text: str) -> tuple[str, ...]:
        code, state = self._core.assert_fact(self._handle, text)
        _, message = self._core.start_action_for_state(self._handle, state) or ("", "")
        names: list[str] = []
        while message and len(names) <= self._most:
            names.append(message[2 : message.index('"', 2)])
            message = self._core.complete_and_start_action(self._handle, state)
        gone, _ = self._core.retract_fact(self._handle, "{" + _IDENTITY)
        if code or gone or names[-1:] != [END] or names.count(END) != 1:
            raise MachineError(f"ruleset {self._name} lost something: {len(names)} rules fired")
        return tuple(dict.fromkeys(names[:-1]))
