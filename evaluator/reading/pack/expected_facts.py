"""What worked examples expect of computed attributes that results show: a value, bounds, or that it is not known."""

from __future__ import annotations

import re
from fractions import Fraction

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.bounds import Interval, Options, Outcome
from evaluator.core.values import ORDERED, Atom, Kind, ValueProblem, clip, tidy
from evaluator.diagnostics import Problems
from evaluator.reading.pack.shapes import Got, Key, ListOf, Object, Raw
from evaluator.reading.references import refer_value
from evaluator.reading.yaml.nodes import MappingNode, Node, ScalarNode
from evaluator.reading.yaml.scalars import Flag, wrong_shape

_VALUE = Raw(definition="text")
IN_PART = Object(
    what="what is known in part",
    keys=[
        Key(name="between", shape=ListOf(shape=_VALUE, least=2), doc="the least and the greatest value, both possible"),
        Key(name="at_least", shape=_VALUE, doc="the least value, where there is no greatest or `below` says it"),
        Key(name="above", shape=_VALUE, doc="what every value is above"),
        Key(name="at_most", shape=_VALUE, doc="the greatest value, where there is no least or `above` says it"),
        Key(name="below", shape=_VALUE, doc="what every value is below"),
        Key(name="one_of", shape=ListOf(shape=_VALUE, least=2), doc="the options that are possible"),
        Key(name="known", shape=Flag(), doc="false where nothing is known of it"),
    ],
)
_STEP = "write a value, {between: [4, 5]}, {at_least: 4}, {one_of: [this, that]} or {known: false}"
FRACTION = re.compile("^-?[0-9]{1,15}/0*[1-9][0-9]{0,14}$")
_LOW, _HIGH = ("at_least", "above"), ("at_most", "below")
UNUSABLE = object()
"""What is returned where nothing usable was read; None says that the attribute is expected not to be known."""


def read_expected_fact(attribute: Attribute, node: Node, problems: Problems) -> Outcome | object:
    """Read what is expected of an attribute; UNUSABLE where that was reported."""
    reader = _Reader(attribute=attribute, problems=problems)
    if isinstance(node, MappingNode):
        got = IN_PART.read(node, problems)
        return UNUSABLE if got is None or set(got.places) - set(got.values) else reader.in_part(got)
    value = reader.value(node)
    return UNUSABLE if value is None else value


@attrs.frozen(kw_only=True)
class _Reader:
    attribute: Attribute
    problems: Problems

    def value(self, node: Node) -> Atom | None:
        """Read one value."""
        if not isinstance(node, ScalarNode) or node.empty:
            return wrong_shape(node, f"a value of `{self.attribute.id}`", self.problems, _STEP)
        if self.attribute.kind is Kind.NUMBER and FRACTION.fullmatch(node.text):
            return tidy(Fraction(node.text))
        try:
            value = self.attribute.type.parse(node.text)
            refer_value(self.attribute.type, value, node.span)
            return value  # noqa: TRY300 - as it was read
        except ValueProblem as problem:
            message = f"{problem.message}, and `{self.attribute.id}` is {self.attribute.kind.one}"
            self.problems.add("R204", message, node.span, help=problem.step)
            return None

    def in_part(self, got: Got) -> Outcome | object:
        """Read bounds, options, or that nothing is known."""
        names = set(got.values)
        if names == {"known"} and got["known"] is False:
            return None
        if names == {"one_of"} and self.attribute.kind not in ORDERED:
            values = [self.value(node) for node in got["one_of"]]
            return UNUSABLE if None in values else Options(values=frozenset(value for value in values if value is not None))
        ends = self._ends(got)
        if ends is None:
            message = f"this is nothing that `{clip(self.attribute.id)}` can be expected to be"
            self.problems.add("R104", message, got.span, help=_STEP)
            return UNUSABLE
        read = {name: self.value(node) for name, node in ends.items()}
        if None in read.values():
            return UNUSABLE
        low, high = (next((read[name] for name in both if name in read), None) for both in (_LOW, _HIGH))
        if low is not None and high is not None and low >= high:  # type: ignore[operator]  # values of one type
            self.problems.add("R204", "the lower end does not lie below the upper one", got.span, help="write the lower one first")
            return UNUSABLE
        return Interval(lowest=low, highest=high, lowest_open="above" in read, highest_open="below" in read)  # type: ignore[arg-type]

    def _ends(self, got: Got) -> dict[str, Node] | None:
        """Return the ends that are named; None where these are no ends, or not those of something that has an order."""
        names = set(got.values)
        if self.attribute.kind not in ORDERED or not names:
            return None
        if names == {"between"}:
            both: tuple[Node, ...] = got["between"]
            return dict(zip(("at_least", "at_most"), both, strict=True)) if len(both) == 2 else None  # noqa: PLR2004 - two ends
        if names - {*_LOW, *_HIGH} or names >= set(_LOW) or names >= set(_HIGH):
            return None
        return {name: got[name] for name in names}
