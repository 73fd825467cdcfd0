"""The types of attributes, record fields and tables, as attributes.yaml declares them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

import attrs

from evaluator.core.attributes import OptionWords, Scale
from evaluator.core.dates import MONTHS_A_YEAR, Precision, months_before
from evaluator.core.values import NUMERIC, Kind, Number, ValueProblem, ValueType, clip
from evaluator.diagnostics import Problems, Related, Span
from evaluator.reading.pack.shapes import At, Got, Key, ListOf, Located, Object, Raw
from evaluator.reading.references import Sort, refer, refer_options
from evaluator.reading.yaml.nodes import MappingNode, Node, ScalarNode
from evaluator.reading.yaml.scalars import SNAKE, Identifier, Schema, Text, Word, wrong_shape

OPTION_WORDS = Object(
    what="what is said of an option",
    keys=[
        Key(name="means", shape=Text(), doc="what it means, for whoever answers and whoever judges"),
        Key(name="example", shape=Text(), doc="an example of it, as it goes on after `for example`"),
    ],
    needs_one_of=("means", "example"),
)
_IN_WORDS = "write `- working: {means: …, example: …}`, with both inside the braces, or indented below the name"


@attrs.frozen(kw_only=True)
class Option:
    """A level of a scale or an option, where it stands, and what is said of it."""

    value: str
    span: Span
    words: OptionWords | None = None


@attrs.frozen(kw_only=True)
class NamedOption:
    """The shape of a level or an option: its name alone, or its name with what it means and an example."""

    def read(self, node: Node, problems: Problems) -> Option | None:
        """Read the name, and the words where there are any."""
        if not isinstance(node, MappingNode):
            name = Text().read(node, problems)
            return None if name is None else Option(value=name, span=node.span)
        entry = node.entries[0] if node.entries else None
        name = None if entry is None else Text().read(entry.key, problems)
        words: OptionWords | None = None
        if entry is None or len(node.entries) > 1:
            wrong_shape(node, "a name, or one name with what it means,", problems, _IN_WORDS)
        elif not isinstance(entry.value, MappingNode):
            wrong_shape(entry.value, "what an option means, a mapping,", problems, "write {means: …, example: …}")
        elif (got := OPTION_WORDS.read(entry.value, problems)) is not None:
            words = OptionWords(means=got.get("means"), example=got.get("example"))
        return None if entry is None or name is None else Option(value=name, span=entry.key.span, words=words)

    def schema(self) -> Schema:
        """Describe it."""
        named = {"type": "object", "additionalProperties": OPTION_WORDS.schema(), "minProperties": 1, "maxProperties": 1}
        return {"anyOf": [Text().schema(), named]}


OPTIONS_IN_WORDS = Key(
    name="options",
    shape=ListOf(shape=NamedOption(), least=1),
    doc="the words to choose from; each may say what it means and give an example",
)
RANGE = Object(
    what="range",
    keys=[
        Key(name="at_least", shape=Raw(definition="bound"), doc="the lowest value there can be"),
        Key(name="at_most", shape=Raw(definition="bound"), doc="the highest value there can be"),
        Key(name="above", shape=Raw(definition="bound"), doc="what every value is above", since=2),
        Key(name="below", shape=Raw(definition="bound"), doc="what every value is below", since=2),
    ],
    excluding=(("at_least", "above"), ("at_most", "below")),
)
TYPE_KEYS = (
    Key(name="type", shape=Word(words=Kind), doc="the type of its values"),
    Key(name="unit", shape=Text(), doc="what a number counts, as a plural word"),
    Key(name="range", shape=RANGE, doc="the lowest and highest value there can be, or what every value is above or below"),
    Key(name="scale", shape=At(shape=Text()), doc="the scale that its values are on"),
    Key(name="options", shape=ListOf(shape=At(shape=Text()), least=1), doc="the words to choose from"),
    Key(name="precision", shape=Word(words=Precision), doc="how exactly a date has to be given: day, month or year"),
)
ONLY_FOR = {
    "unit": NUMERIC,
    "range": NUMERIC | {Kind.DATE},
    "scale": frozenset({Kind.SCALE}),
    "options": frozenset({Kind.CHOICE, Kind.SET}),
    "precision": frozenset({Kind.DATE}),
    "fields": frozenset({Kind.RECORDS}),
}
"""The keys that some types alone have."""
_NEEDED_STEPS = {
    "scale": "name one of the scales: scale: …",
    "options": "list the words to choose from: options: [one, another]",
    "fields": "say what an entry holds: fields: {start: {type: date}}",
}
NEEDED = {Kind.SCALE: "scale", Kind.CHOICE: "options", Kind.SET: "options", Kind.RECORDS: "fields"}
"""The key without which a type says nothing."""


def read_type(
    got: Got, scales: Mapping[str, Scale], problems: Problems, *, default: Kind | None = None, declared_in: str = ""
) -> ValueType | None:
    """Read the type that a declaration's keys describe; None where it is unusable. Options of its own are `declared_in` it."""
    kind: Kind | None = got.get("type", default if "type" not in got.places else None)
    if kind is None:
        return None
    for key, kinds in ONLY_FOR.items():
        if key in got.places and kind not in kinds:
            problems.add("R108", f"{kind.one} has no `{key}`", got.places[key], help="take the key out, or change the type")
    needed = NEEDED.get(kind)
    if needed and needed not in got.places:
        problems.add("R102", f"{kind.one} needs the key `{needed}`", got.places.get("type", got.span), help=_NEEDED_STEPS[needed])
    if needed and not got.has(needed):
        return None
    options = _options(kind, got, scales, problems)
    if options is None:
        return None
    owner = f"scales.{got['scale'].value}" if kind is Kind.SCALE else declared_in
    for option in got.get("options", ()) if kind in {Kind.CHOICE, Kind.SET} else ():
        refer_options(owner, option.value, option.span)
    precision = got.get("precision", Precision.DAY)
    type_ = ValueType(kind=kind, options=options, unit=got.get("unit"), precision=precision, declared_in=owner if options else "")
    return _with_range(type_, got, problems)


def _options(kind: Kind, got: Got, scales: Mapping[str, Scale], problems: Problems) -> tuple[str, ...] | None:
    if kind is Kind.SCALE:
        scale: Located[str] = got["scale"]
        refer(Sort.SCALE, scale.value, scale.span)
        if scale.value not in scales:
            step = problems.did_you_mean(scale.value, scales) or "declare it under `scales:`"
            problems.add("R207", f"there is no scale called `{clip(scale.value)}`", scale.span, help=step)
        return scales[scale.value].levels or None if scale.value in scales else None
    return _once(got.get("options", ()) if kind in {Kind.CHOICE, Kind.SET} else (), "option", problems)


def read_option_words(got: Got, scales: Mapping[str, Scale]) -> Mapping[str, OptionWords]:
    """Return what is said of the levels or options of an attribute whose type was read."""
    if got["type"] is Kind.SCALE:
        return scales[got["scale"].value].words
    return _words(got.get("options", ()))


def _words(options: Iterable[Option]) -> dict[str, OptionWords]:
    return {option.value: option.words for option in options if option.words is not None}


def _once(words: Iterable[Located[str] | Option], what: str, problems: Problems) -> tuple[str, ...]:
    """Return words in order, each once; report those that come again."""
    found: dict[str, Located[str] | Option] = {}
    for word in words:
        first = found.setdefault(word.value, word)
        if first is not word:
            related = [Related(span=first.span, message="it stands here first")]
            problems.add("R208", f"the {what} `{clip(word.value)}` stands twice", word.span, help="keep it once", related=related)
    return tuple(found)


def _with_range(type_: ValueType, got: Got, problems: Problems) -> ValueType:
    bounds: Got | None = got.get("range")
    if bounds is None or type_.kind not in ONLY_FOR["range"]:
        return type_
    ends = {end: _bound(bounds.get(end), type_, problems) for end in ("at_least", "above", "at_most", "below")}
    low, high = (next((ends[end] for end in both if ends[end] is not None), None) for both in (("at_least", "above"), ("at_most", "below")))
    if low is not None and high is not None and low > high:  # type: ignore[operator]
        problems.add("R204", "the lowest value of the range is above its highest", bounds.span, help="swap the two")
        return type_
    ranged = _with_open_ends(type_, low, high, (ends["above"] is not None, ends["below"] is not None))
    if ranged is None:
        problems.add("R204", "there is no value in the range", bounds.span, help="write at_least and at_most for ends that are in it")
    return ranged or type_


def _with_open_ends(
    type_: ValueType, low: Number | datetime.date | None, high: Number | datetime.date | None, are_open: tuple[bool, bool]
) -> ValueType | None:
    """Return a type with a range; None where nothing is in it. A whole number or a day above an end is the next one, or a later one."""
    low_open, high_open = are_open
    if type_.kind is not Kind.NUMBER:
        low = _next(low, type_, 1) if low_open and low is not None else low
        high = _next(high, type_, -1) if high_open and high is not None else high
        if (low_open and low is None) or (high_open and high is None):
            return None
        low_open = high_open = False
    if low is not None and high is not None and (low > high or (low == high and (low_open or high_open))):  # type: ignore[operator]
        return None
    return attrs.evolve(type_, lowest=low, highest=high, lowest_open=low_open, highest_open=high_open)


def _next(value: Number | datetime.date, type_: ValueType, step: int) -> Number | datetime.date | None:
    """Return the whole number, or the date of the same precision, beside another one; None beyond the calendar."""
    if not isinstance(value, datetime.date):
        return value + step
    try:
        if type_.precision is Precision.DAY:
            return value + datetime.timedelta(days=step)
        return months_before(value, -step * (1 if type_.precision is Precision.MONTH else MONTHS_A_YEAR))
    except (OverflowError, ValueError):
        return None


def _bound(node: Node | None, type_: ValueType, problems: Problems) -> Number | datetime.date | None:
    if node is None:
        return None
    if not isinstance(node, ScalarNode) or node.empty:
        return wrong_shape(node, f"{type_.kind.one}", problems)
    try:
        value = type_.parse(node.text)
    except ValueProblem as problem:
        problems.add("R204", problem.message, node.span, help=problem.step)
        return None
    return None if isinstance(value, str | bool) else value


SCALE = ListOf(shape=NamedOption(), least=2)
"""The levels of a scale, lowest first."""


def read_scales(node: Node | None, problems: Problems) -> dict[str, Scale]:
    """Read the scales by name, with their levels, lowest first; none where the levels could not be read."""
    if node is None:
        return {}
    if not isinstance(node, MappingNode):
        wrong_shape(node, "a mapping from names of scales to lists", problems)
        return {}
    result: dict[str, Scale] = {}
    for entry in node.entries:
        name = Identifier(pattern=SNAKE).read(entry.key, problems)
        levels = SCALE.read(entry.value, problems) or ()
        if name is not None:
            refer(Sort.SCALE, name, entry.key.span, declares=True)
            for level in levels:
                refer_options(f"scales.{name}", level.value, level.span)
            result[name] = Scale(id=name, levels=_once(levels, "label", problems), words=_words(levels), span=entry.key.span)
    return result


@attrs.frozen(kw_only=True)
class NameUse:
    """A name by which a role or an attribute can be meant: whose it is, what it is of it (id, title, other name), and where it stands."""

    owner: str
    what: str
    name: str
    folded: str
    span: Span


def check_shared_names(uses: Iterable[NameUse], what: str, problems: Problems) -> None:
    """Report every name that means two of them (roles, attributes): at its second place, with the first one beside it."""
    first: dict[str, NameUse] = {}
    told: set[tuple[str, str]] = set()
    for use in uses:
        other = first.setdefault(use.folded, use)
        if other.owner != use.owner and (use.owner, use.folded) not in told:
            told.add((use.owner, use.folded))
            kinds = f"the {other.what} of `{clip(other.owner)}` and the {use.what} of `{clip(use.owner)}`"
            related = [Related(span=other.span, message=f"the {other.what} of `{clip(other.owner)}`")]
            problems.add("R208", f"`{clip(use.name)}` names two {what}: {kinds}", use.span, help="keep it for one of them", related=related)
