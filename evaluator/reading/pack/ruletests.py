"""tests/<role>.yaml → worked examples: a profile and what must come out."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath

import attrs

from evaluator.core.bounds import Outcome
from evaluator.core.files import YAML_ENDINGS
from evaluator.core.model import Pack, Profile, Role
from evaluator.core.results import State, Verdict
from evaluator.core.values import Number, Value, clip
from evaluator.diagnostics import Problems, Span
from evaluator.reading.pack.expected_facts import UNUSABLE, read_expected_fact
from evaluator.reading.pack.shapes import At, Got, Key, ListOf, Located, MapOf, Object, Raw
from evaluator.reading.profile.profile import StatementReader
from evaluator.reading.references import Sort, refer
from evaluator.reading.yaml.nodes import MappingNode, Node, ScalarNode, read_yaml
from evaluator.reading.yaml.scalars import Day, Ratio, Text, wrong_shape

_NAMES = ListOf(shape=At(shape=Text()), least=0)
BETWEEN = Object(
    what="an undecided verdict",
    keys=[
        Key(
            name="between",
            shape=ListOf(shape=At(shape=Text(definition="verdict_name")), least=2),
            doc="the worse and the better verdict",
            required=True,
        )
    ],
)
STATES = {"met": State.MET, "unmet": State.UNMET, "unknown": State.UNKNOWN, "not_applicable": State.NOT_APPLICABLE}
EXPECT = Object(
    what="expect",
    keys=[
        Key(name="verdict", shape=Raw(definition="verdict"), doc="the verdict, or {between: [worse, better]}"),
        Key(name="score", shape=Ratio(), doc="the exact score of the worse side, such as 0.75 or 2/3"),
        Key(name="gaps", shape=_NAMES, doc="all gaps, in order"),
        Key(name="almost", shape=_NAMES, doc="all gaps that count as close, in order"),
        Key(name="questions", shape=_NAMES, doc="all attributes asked for, in order"),
        Key(name="next_roles", shape=_NAMES, doc="all next roles of the current role, in order"),
        Key(name="beyond", shape=_NAMES, doc="all destinations that moves lead to from the current role, in order"),
        Key(name="demotions", shape=_NAMES, doc="all roles that open demotions lead to from the current role, in order", since=2),
        Key(
            name="reported",
            shape=Raw(definition="reported"),
            doc="of computed attributes that results show: the value, {between: [4, 5]} where it is known in part, or {known: false}",
            since=2,
        ),
        Key(name="standing", shape=MapOf(key=Text(), shape=At(shape=Text())), doc="track to the role ready today, or none"),
        *(Key(name=name, shape=_NAMES, doc=f"criteria that must be {state}") for name, state in STATES.items()),
    ],
)
BASE = Object(
    what="base",
    keys=[
        Key(name="role", shape=At(shape=Text(definition="role_name")), doc="the current role"),
        Key(name="attributes", shape=Raw(definition="attributes"), doc="what the profiles have in common"),
    ],
)
EXAMPLE = Object(
    what="a test",
    keys=[
        Key(name="name", shape=At(shape=Text()), doc="the example in one sentence", required=True),
        Key(name="as_of", shape=Day(), doc="the date for which this example is evaluated"),
        Key(name="role", shape=At(shape=Text(definition="role_name")), doc="the current role, in place of that of base"),
        Key(name="attributes", shape=Raw(definition="attributes"), doc="attributes on top of base"),
        Key(name="without", shape=_NAMES, doc="attributes taken out of base"),
        Key(name="expect", shape=EXPECT, doc="what must come out", required=True),
    ],
)
TESTS = Object(
    what="a file of rule tests",
    keys=[
        Key(name="role", shape=At(shape=Text(definition="role")), doc="the role under test, which is the file's name", required=True),
        Key(name="as_of", shape=Day(), doc="the date for which the examples are evaluated", required=True),
        Key(name="base", shape=BASE, doc="what the examples have in common"),
        Key(name="tests", shape=ListOf(shape=EXAMPLE), doc="the examples", required=True),
    ],
    also="tests_needs",
)


_SORTS = {"R201": Sort.ATTRIBUTE, "R202": Sort.ROLE, "R207": Sort.VERDICT}
"""What is named where a finding of that code says that nothing is called so."""


@attrs.frozen(kw_only=True)
class Expectation:
    """What must come out; None means that nothing is said of it."""

    verdict: Verdict | None = None
    score: Number | None = None
    gaps: tuple[str, ...] | None = None
    almost: tuple[str, ...] | None = None
    questions: tuple[str, ...] | None = None
    next_roles: tuple[str, ...] | None = None
    beyond: tuple[str, ...] | None = None
    demotions: tuple[str, ...] | None = None
    reported: Mapping[str, Outcome] = attrs.field(factory=dict)
    """Of attributes that results show, the value, the bounds of what is known in part, or None where it is not known."""
    standing: Mapping[str, str] = attrs.field(factory=dict)
    states: Mapping[str, State] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Base:
    """What the examples of a file have in common: the current role, the date and the attributes."""

    role: str | None = None
    as_of: datetime.date
    given: Mapping[str, Value] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class RuleTest:
    """A worked example of one role; `places` says where each expectation is written, `base` what its file has in common."""

    name: str
    role: str
    profile: Profile
    as_of: datetime.date
    base: Base
    expect: Expectation
    places: Mapping[str, Span]
    span: Span


def read_rule_tests(pack: Pack, problems: Problems, roles: Iterable[str] | None = None) -> tuple[RuleTest, ...]:
    """Read the rule tests of a pack, all or those of some roles; unusable ones are reported and left out."""
    folder = Path(pack.folder) / "tests"
    wanted = None if roles is None else set(roles)
    rule_tests: list[RuleTest] = []
    for path in [one for ending in YAML_ENDINGS for one in sorted(folder.glob(f"*{ending}"))]:
        if wanted is None or path.stem in wanted:
            node = read_yaml(path, problems)
            rule_tests += [] if node is None else TestFileReader(pack=pack, problems=problems, path=os.fspath(path)).read(node)
    return tuple(rule_tests)


@attrs.frozen(kw_only=True)
class TestFileReader:
    """Reads one file of rule tests against a pack."""

    __test__ = False

    pack: Pack
    problems: Problems
    path: str

    def read(self, node: Node) -> list[RuleTest]:
        """Read the examples."""
        got = TESTS.read(node, self.problems)
        role = None if got is None or not got.has("role", "as_of", "tests") else self._role(got["role"])
        if got is None or role is None:
            return []
        base: Got | None = got.get("base")
        return [rule_test for test in got["tests"] if (rule_test := self._test(test, role, base, got["as_of"])) is not None]

    def _role(self, placed: Located[str]) -> Role | None:
        role = self.pack.roles.get(placed.value)
        refer(Sort.ROLE, placed.value, placed.span)
        if role is None:
            step = self.problems.did_you_mean(placed.value, self.pack.roles)
            self.problems.add("R202", f"there is no role called `{placed.value}`", placed.span, help=step)
        elif PurePath(self.path).stem != role.id:
            self.problems.add(
                "R107", f"the file is called {PurePath(self.path).name}, and tests `{role.id}`", placed.span, help="rename the file"
            )
        elif role.why_never_judged:
            words = "is a destination, which is never judged" if role.destination else role.why_never_judged
            self.problems.add("R104", f"`{role.id}` {words}", placed.span, help="take the file out")
            return None
        return role

    def _test(self, got: Got, role: Role, base: Got | None, as_of: datetime.date) -> RuleTest | None:
        if not got.has("name", "expect"):
            return None
        own = Problems()
        reader = StatementReader(pack=self.pack, problems=own)
        given: dict[str, Value] = reader.attributes(None if base is None else base.get("attributes"))
        shared = Base(role=reader.role(None if base is None else base.get("role")), as_of=as_of, given=dict(given))
        for left_out in self._names(got.get("without", ()), frozenset(given), "attribute stated in base", "R201"):
            del given[left_out]
        given |= reader.attributes(got.get("attributes"))
        current = reader.role(got["role"]) if got.has("role") else shared.role
        name: Located[str] = got["name"]
        profile = Profile(id=role.id, name=name.value, role=current, given=given, span=name.span)
        self.problems.extend(own)
        expect = self._expect(got["expect"], role)
        if own.errors:
            return None
        return RuleTest(
            name=name.value,
            role=role.id,
            profile=profile,
            as_of=got.get("as_of", as_of),
            base=shared,
            expect=expect,
            places=got["expect"].places,
            span=name.span,
        )

    def _expect(self, got: Got, role: Role) -> Expectation:
        criteria = frozenset(criterion.id for criterion in role.criteria)
        states = {
            name: state
            for key, state in STATES.items()
            for name in self._names(self._of_role(got.get(key, ()), role), criteria, "criterion of the role", "R212")
        }
        standing = {track: self._standing(track, placed) for track, placed in got.get("standing", {}).items()}
        lists = {
            "gaps": (criteria, "criterion of the role", "R212"),
            "almost": (criteria, "criterion of the role", "R212"),
            "questions": (frozenset(self.pack.attributes), "attribute", "R201"),
            "next_roles": (frozenset(self.pack.roles), "role", "R202"),
            "beyond": (frozenset(self.pack.roles), "role", "R202"),
            "demotions": (frozenset(self.pack.roles), "role", "R202"),
        }
        for key in ("gaps", "almost"):
            self._of_role(got.get(key, ()), role)
        read = {key: None if not got.has(key) else self._names(got[key], *known) for key, known in lists.items()}
        verdict = self._verdict(got["verdict"], role) if got.has("verdict") else None
        reported = self._reported(got["reported"]) if got.has("reported") else {}
        return Expectation(verdict=verdict, score=got.get("score"), reported=reported, standing=standing, states=states, **read)

    def _reported(self, node: Node) -> dict[str, Outcome]:
        """Read what is expected of attributes that results show."""
        if not isinstance(node, MappingNode) or not node.entries:
            step = "write a line for each: attribute: value"
            return wrong_shape(node, "a mapping from attributes to values", self.problems, step) or {}
        shown = {attribute.id: attribute for attribute in self.pack.reported}
        expected: dict[str, Outcome] = {}
        for entry in node.entries:
            name = entry.key.text
            refer(Sort.ATTRIBUTE, name, entry.key.span)
            if name not in shown:
                computed = name in self.pack.attributes and self.pack.attributes[name].derivation is not None
                declared = "results do not show it: say `report: true` where it is computed" if computed else None
                step = declared or self.problems.did_you_mean(name, shown) or "name a computed attribute with `report: true`"
                self.problems.add("R201", f"no attribute that results show is called `{clip(name)}`", entry.key.span, help=step)
            elif (outcome := read_expected_fact(shown[name], entry.value, self.problems)) is not UNUSABLE:
                expected[name] = outcome  # type: ignore[assignment]  # all but UNUSABLE is an outcome
        return expected

    @staticmethod
    def _standing(track: str, placed: Located[Located[str]]) -> str:
        refer(Sort.TRACK, track, placed.span)
        refer(Sort.ROLE, placed.value.value, placed.value.span)
        return placed.value.value

    @staticmethod
    def _of_role(placed: tuple[Located[str], ...], role: Role) -> tuple[Located[str], ...]:
        """Note each name as that of a criterion of the role, or of a policy that it holds."""
        policies = {criterion.id for criterion in role.criteria if criterion.policy}
        for name in placed:
            of_policy = name.value in policies
            refer(Sort.POLICY if of_policy else Sort.CRITERION, name.value, name.span, "" if of_policy else role.id)
        return placed

    def _names(self, placed: Iterable[Located[str]], known: frozenset[str], what: str, code: str, owner: str = "") -> tuple[str, ...]:
        found: list[str] = []
        for name in placed:
            if code in _SORTS:
                refer(_SORTS[code], name.value, name.span, owner)
            if name.value in known:
                found.append(name.value)
            else:
                step = self.problems.did_you_mean(name.value, known) or (None if code == "R207" else "take it out of the example")
                self.problems.add(code, f"there is no {what} called `{name.value}`", name.span, help=step)
        return tuple(found)

    def _verdict(self, node: Node, role: Role) -> Verdict | None:
        if isinstance(node, MappingNode):
            got = BETWEEN.read(node, self.problems)
            sides: tuple[Located[str], ...] = () if got is None else got.get("between", ())
        elif isinstance(node, ScalarNode):
            side = Located(value=node.text, span=node.span)
            sides = (side, side)
        else:
            return wrong_shape(node, "a verdict", self.problems)
        names = self._names(sides, frozenset(self.pack.verdicts_of(role)), "verdict", "R207", self.pack.scale_of(role) or "")
        return Verdict(low=names[0], high=names[1]) if len(names) == 2 else None  # noqa: PLR2004 - the two sides
