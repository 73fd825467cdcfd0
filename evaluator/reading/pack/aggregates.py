"""Nodes → the operators of derived attributes that read a list of records."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from evaluator.core.conditions import AllOf, Condition
from evaluator.core.dates import MONTHS_A_YEAR, Precision
from evaluator.core.expressions import Gather, Gathering, Missing, TimeUnit
from evaluator.core.values import NUMERIC, ORDERED, Kind, ValueType, show_number
from evaluator.diagnostics import Problems
from evaluator.reading.pack.conditions import ConditionReader
from evaluator.reading.pack.expressions import INTEGER, NUMBER, ExpressionReader, TypedExpression, Use
from evaluator.reading.pack.shapes import Got, Key, Object, Raw, check_edition
from evaluator.reading.yaml.nodes import ScalarNode
from evaluator.reading.yaml.scalars import Duration, Numeral, wrong_shape

_KEYS = {
    "field": Key(name="field", shape=Raw(definition="text"), doc="a field of the records", required=True),
    "by": Key(name="by", shape=Raw(definition="text"), doc="the date field that says which record is the latest, or the earliest"),
    "from": Key(name="from", shape=Raw(definition="text"), doc="the date field of the first month", required=True),
    "to": Key(name="to", shape=Raw(definition="text"), doc="the date field of the last month", required=True),
}
_OWN_KEYS = {
    Gathering.COUNT: (),
    Gathering.COUNT_DISTINCT: ("field",),
    Gathering.TOTAL: ("field",),
    Gathering.MEAN: ("field",),
    Gathering.MIN: ("field",),
    Gathering.MAX: ("field",),
    Gathering.LATEST: ("field", "by"),
    Gathering.EARLIEST: ("field", "by"),
    Gathering.YEARS: ("from", "to"),
}
_WEIGHT = Key(name="weight", shape=Raw(definition="text"), doc="the field, from 0 to 1, that says what part of an entry counts", since=2)
_DATED = Key(name="by", shape=Raw(definition="text"), doc="the date field that `within` and `last` go by", since=2)
_LAST = Key(name="last", shape=Numeral(whole=True, least=1, most=1000), doc="how many entries, those of the latest dates", since=2)
_OF_WHICH = Key(name="of_which", shape=Raw(definition="record_condition"), doc="what those counted of the last ones meet", since=2)
_NTH = Key(name="nth", shape=Numeral(whole=True, least=1, most=1000), doc="the place of the entry by its date, 1 if not given", since=2)
_WITHIN = Key(name="within", shape=Raw(definition="duration"), doc="how far back from the day judged for, such as 12 months", since=2)
_OVER_LISTS_TOO = frozenset({Gathering.MEAN, Gathering.MIN, Gathering.MAX})
"""The operators that go over lists of expressions in every edition, and over records from edition 2 on."""
_WEIGHTED = frozenset({Gathering.YEARS, Gathering.TOTAL})
"""The operators of which entries may count in part."""
RECORD_OPERATORS: dict[str, Object] = {
    str(gathering): Object(
        what=str(gathering),
        keys=[
            Key(name="records", shape=Raw(definition="text"), doc="an attribute of type records", required=True),
            *(_KEYS[key] for key in own),
            *([_NTH] if gathering.by_date else [] if gathering is Gathering.YEARS else [_DATED, _LAST]),
            *([_WEIGHT] if gathering in _WEIGHTED else []),
            *([_OF_WHICH] if gathering is Gathering.COUNT else []),
            _WITHIN,
            Key(name="where", shape=Raw(definition="record_condition"), doc="a condition over the fields of a record"),
        ],
    )
    for gathering, own in _OWN_KEYS.items()
}


_DATE = frozenset({Kind.DATE})
_WANTED: dict[Gathering, dict[str, frozenset[Kind]]] = {
    Gathering.COUNT: {},
    Gathering.COUNT_DISTINCT: {},
    Gathering.TOTAL: {"field": NUMERIC},
    Gathering.MEAN: {"field": NUMERIC},
    Gathering.MIN: {"field": ORDERED},
    Gathering.MAX: {"field": ORDERED},
    Gathering.LATEST: {"by": _DATE},
    Gathering.EARLIEST: {"by": _DATE},
    Gathering.YEARS: {"from": _DATE, "to": _DATE},
}


def read_gathering(reader: ExpressionReader, use: Use) -> TypedExpression | None:  # noqa: PLR0911 - a way out for each part that cannot be used
    """Read an operator over records; None where it is unusable."""
    gathering, problems = Gathering(use.entry.key.text), reader.problems
    if gathering in _OVER_LISTS_TOO:
        check_edition(2, f"`{gathering}` of records", use.entry.key.span, problems)
    got = RECORD_OPERATORS[gathering].read(use.node, problems)
    fields = None if got is None or not got.has("records") else _fields(reader, got)
    if got is None or fields is None:
        return None
    conditions = ConditionReader(types=fields, problems=problems, what="field", records=got["records"].text, person=reader.conditions)
    where, of_which = (conditions.read(got[key]) if got.has(key) else None for key in ("where", "of_which"))
    if any(key in got.places and one is None for key, one in (("where", where), ("of_which", of_which))):
        return None
    wanted = {"by": _DATE, "weight": NUMERIC} | _WANTED[gathering]
    keys = dict.fromkeys((*_OWN_KEYS[gathering], *(key for key in ("by", "weight") if got.has(key))))
    names = {key: _field(reader, got, key, fields, wanted.get(key, frozenset())) for key in keys}
    if any(name is None for key, name in names.items() if key in got.places or key != "by"):
        return None
    weight = names.get("weight")
    if not _last_fits(gathering, got, problems) or (weight is not None and not _part_of_1(weight, fields[weight], got, problems)):
        return None
    window = _window(gathering, got, names, conditions)
    if window is None and got.has("within") and gathering is not Gathering.YEARS:
        return None
    if window is not None:
        where = window if where is None else AllOf(parts=(window, where), span=got.span)
    field = fields.get(str(names.get("field")))
    of_entries = gathering is Gathering.COUNT
    numbers = of_entries or weight is not None or (field is not None and field.kind in NUMERIC)
    missing = reader.missing(use.missing, numbers=numbers, of_conditions=of_entries)
    if use.missing is not None and gathering is Gathering.YEARS and not isinstance(missing, Missing) and not 0 <= missing <= 1:
        message = f"what stands in for a part that is not known lies between 0 and 1, and this is {show_number(missing)}"
        problems.add("R104", message, use.missing.value.span, help="write 1 where an entry without it counts in full, or skip")
    if gathering.by_date and names.get("by") is None and field is not None and field.kind is not Kind.DATE:
        step = f"name the date field that says which entry is the {gathering}: by: …"
        problems.add("R102", f"{gathering} needs the key `by` where the field is no date", got.places["field"], help=step)
        return None
    gather = Gather(
        gathering=gathering,
        records=got["records"].text,
        where=where,
        field=names.get("field"),
        by=names.get("by"),
        start=names.get("from"),
        end=names.get("to"),
        within_months=_months(got, problems) if gathering is Gathering.YEARS else None,
        last=got.get("last"),
        of_which=of_which,
        nth=got.get("nth", 1),
        weight=weight,
        missing=missing,
    )
    return TypedExpression(expression=gather, type=_type(gather, fields))


def _part_of_1(name: str, type_: ValueType, got: Got, problems: Problems) -> bool:
    """Report a weight that could be anything but a part of 1."""
    low, high = type_.lowest, type_.highest
    if isinstance(low, int | Fraction) and isinstance(high, int | Fraction) and low >= 0 and high <= 1:
        return True
    message = f"`{name}` says what part of an entry counts, and may lie outside 0 to 1"
    step = "declare the field with range: {at_least: 0, at_most: 1}, where 0.5 is half"
    problems.add("R211", message, got.value_places["weight"], help=step)
    return False


def _last_fits(gathering: Gathering, got: Got, problems: Problems) -> bool:
    """Report an operator over the last entries that lacks their date, and a count of them that does not say which of them it counts."""
    for key, needed, step in (
        ("last", "by", "name the date field that says which entries are the last: by: …"),
        ("last", "of_which", "say what those counted meet: of_which: {rating: {at_least: …}}; `where` says which entries there are at all"),
        ("of_which", "last", "say of how many entries: last: 3, by: …; of all entries, say it in `where`"),
    ):
        if got.has(key) and needed not in got.places and (needed != "of_which" or gathering is Gathering.COUNT):
            problems.add("R102", f"`{key}` needs the key `{needed}` in {gathering}", got.places[key], help=step)
            return False
    return all(got.has(key) for key in ("last", "nth") if key in got.places)


def _window(gathering: Gathering, got: Got, names: Mapping[str, str | None], conditions: ConditionReader) -> Condition | None:
    """Return that an entry lies within the window that an operator names, by the date that it names or reads."""
    if gathering is Gathering.YEARS:
        return None
    by = names.get("by") or (names.get("field") if gathering.by_date else None)
    if not got.has("within"):
        if by is not None and not gathering.by_date and not got.has("last"):
            message = f"`by` says nothing in {gathering} without `within` or `last`"
            step = "say how far back the date may lie, or how many entries count: within: 12 months, or last: 3"
            conditions.problems.add("R108", message, got.places["by"], help=step)
        return None
    if by is None:
        step = "name the date field that has to lie within it: by: …"
        conditions.problems.add("R102", f"`within` needs the key `by` in {gathering}", got.places["within"], help=step)
        return None
    return conditions.dated_within(by, got["within"], got.places["within"])


def _months(got: Got, problems: Problems) -> int | None:
    """Return how many months back years are counted; None where all are, and where the length cannot be used."""
    length = Duration().read(got["within"], problems) if got.has("within") else None
    if length is None:
        return None
    unit = TimeUnit(length[1])
    if unit not in _MONTHS_EACH:
        message = f"years are counted from months, and this is a window of {unit}"
        problems.add("R211", message, got.value_places["within"], help="write it in months or years")
        return None
    return length[0] * _MONTHS_EACH[unit]


_MONTHS_EACH = {TimeUnit.MONTHS: 1, TimeUnit.YEARS: MONTHS_A_YEAR}


def _fields(reader: ExpressionReader, got: Got) -> dict[str, ValueType] | None:
    node = got["records"]
    if not isinstance(node, ScalarNode):
        return wrong_shape(node, "the name of an attribute of type records", reader.problems)
    type_ = reader.conditions.known(node)
    if type_ is None:
        return None
    if type_.kind is not Kind.RECORDS:
        reader.problems.add("R211", f"records are needed here, and `{node.text}` is {type_.kind.one}", node.span)
        return None
    return dict(type_.fields)


def _field(reader: ExpressionReader, got: Got, key: str, fields: dict[str, ValueType], wanted: frozenset[Kind]) -> str | None:
    node = got.get(key)
    if not isinstance(node, ScalarNode):
        return None if node is None else wrong_shape(node, "the name of a field", reader.problems)
    type_ = ConditionReader(types=fields, problems=reader.problems, what="field", records=got["records"].text).known(node)
    if type_ is not None and wanted and type_.kind not in wanted:
        words = " or ".join(sorted(wanted))
        reader.problems.add("R211", f"`{node.text}` is {type_.kind.one}, and a field of type {words} is needed here", node.span)
        return None
    if type_ is not None and key in {"from", "to"} and type_.precision is Precision.YEAR:
        step = "declare it with precision: month"
        reader.problems.add("R211", f"`{node.text}` names only a year, and years are counted from months", node.span, help=step)
        return None
    return None if type_ is None else node.text


def _type(gather: Gather, fields: dict[str, ValueType]) -> ValueType:
    if gather.gathering in {Gathering.COUNT, Gathering.COUNT_DISTINCT}:
        return INTEGER
    if gather.gathering in {Gathering.YEARS, Gathering.MEAN} or gather.field is None or gather.weight is not None:
        return NUMBER
    return fields[gather.field]
