"""The types of attributes, record fields and tables, as attributes.yaml declares them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import attrs

from evaluator.dates import Precision
from evaluator.diagnostics import Problems
from evaluator.reading.nodes import MappingNode, Node, ScalarNode
from evaluator.reading.scalars import SNAKE, Identifier, Text, Word, wrong_shape
from evaluator.reading.shapes import Got, Key, ListOf, Object, Raw
from evaluator.values import NUMERIC, Kind, Number, ValueProblem, ValueType

RANGE = Object(
    what="range",
    keys=[
        Key(name="at_least", shape=Raw(definition="bound"), doc="the lowest value there can be"),
        Key(name="at_most", shape=Raw(definition="bound"), doc="the highest value there can be"),
    ],
)
TYPE_KEYS = (
    Key(name="type", shape=Word(words=Kind), doc="the type of its values"),
    Key(name="unit", shape=Text(), doc="what a number counts, as a plural word"),
    Key(name="range", shape=RANGE, doc="the lowest and highest value there can be, both included"),
    Key(name="scale", shape=Text(), doc="the scale that its values are on"),
    Key(name="options", shape=ListOf(shape=Text(), least=1), doc="the words to choose from"),
    Key(name="precision", shape=Word(words=Precision), doc="how exactly a date has to be given: day, month or year"),
)
_ONLY_FOR = {
    "unit": NUMERIC,
    "range": NUMERIC | {Kind.DATE},
    "scale": frozenset({Kind.SCALE}),
    "options": frozenset({Kind.CHOICE, Kind.SET}),
    "precision": frozenset({Kind.DATE}),
    "fields": frozenset({Kind.RECORDS}),
}
_NEEDED = {Kind.SCALE: "scale", Kind.CHOICE: "options", Kind.SET: "options", Kind.RECORDS: "fields"}


def read_type(got: Got, scales: Mapping[str, tuple[str, ...]], problems: Problems, *, default: Kind | None = None) -> ValueType | None:
    """Read the type that a declaration's keys describe; None where it is unusable."""
    kind: Kind | None = got.get("type", default if "type" not in got.places else None)
    if kind is None:
        return None
    for key, kinds in _ONLY_FOR.items():
        if key in got.places and kind not in kinds:
            problems.add("R108", f"a {kind} has no `{key}`", got.places[key], help="take the key out, or change the type")
    needed = _NEEDED.get(kind)
    if needed and needed not in got.places:
        problems.add("R102", f"a {kind} needs the key `{needed}`", got.places.get("type", got.span))
    if needed and not got.has(needed):
        return None
    options = _options(kind, got, scales, problems)
    if options is None:
        return None
    type_ = ValueType(kind=kind, options=options, unit=got.get("unit"), precision=got.get("precision", Precision.DAY))
    return _with_range(type_, got, problems)


def _options(kind: Kind, got: Got, scales: Mapping[str, tuple[str, ...]], problems: Problems) -> tuple[str, ...] | None:
    if kind is Kind.SCALE:
        if got["scale"] not in scales:
            step = problems.did_you_mean(got["scale"], scales) or "declare it under `scales:`"
            problems.add("R207", f"there is no scale called `{got['scale']}`", got.places["scale"], help=step)
        return scales.get(got["scale"]) or None
    options: tuple[str, ...] = got.get("options", ()) if kind in {Kind.CHOICE, Kind.SET} else ()
    for option in dict.fromkeys(option for option in options if options.count(option) > 1):
        problems.add("R208", f"the option `{option}` stands twice", got.places["options"])
    return tuple(dict.fromkeys(options))


def _with_range(type_: ValueType, got: Got, problems: Problems) -> ValueType:
    bounds: Got | None = got.get("range")
    if bounds is None or type_.kind not in _ONLY_FOR["range"]:
        return type_
    low, high = (_bound(bounds.get(end), type_, problems) for end in ("at_least", "at_most"))
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        problems.add("R204", "the lowest value of the range is above its highest", bounds.span)
        return type_
    return attrs.evolve(type_, lowest=low, highest=high)


def _bound(node: Node | None, type_: ValueType, problems: Problems) -> Number | datetime.date | None:
    if node is None:
        return None
    if not isinstance(node, ScalarNode) or node.empty:
        return wrong_shape(node, f"a {type_.kind}", problems)
    try:
        value = type_.parse(node.text)
    except ValueProblem as problem:
        problems.add("R204", problem.message, node.span, help=problem.step)
        return None
    return None if isinstance(value, str | bool) else value


def read_scales(node: Node | None, problems: Problems) -> dict[str, tuple[str, ...]]:
    """Read the scales: name to labels, lowest first; none where the labels could not be read."""
    if node is None:
        return {}
    if not isinstance(node, MappingNode):
        wrong_shape(node, "a mapping from names of scales to lists", problems)
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for entry in node.entries:
        name = Identifier(pattern=SNAKE).read(entry.key, problems)
        labels = ListOf(shape=Text(), least=2).read(entry.value, problems)
        if labels is not None and len(set(labels)) < len(labels):
            problems.add("R208", "a label stands twice on the scale", entry.value.span, help="keep it once: each label is one step")
        if name is not None:
            found[name] = () if labels is None else tuple(dict.fromkeys(labels))
    return found
