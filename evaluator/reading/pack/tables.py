"""The lookup tables of attributes.yaml: exact rows or bands with open and closed ends."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from evaluator.core.attributes import Scale, TableEntry
from evaluator.core.expressions import TableBand
from evaluator.core.values import Atom, Kind, Number, ValueProblem, ValueType, clip, decimal_text
from evaluator.diagnostics import Problems, Related, Span
from evaluator.reading.pack.shapes import Got, Key, ListOf, Located, Object, Raw
from evaluator.reading.pack.types import TYPE_KEYS, read_type
from evaluator.reading.references import Sort, refer, refer_value
from evaluator.reading.yaml.nodes import MappingNode, Node, ScalarNode
from evaluator.reading.yaml.scalars import Numeral, Text, wrong_shape

TABLE = Object(
    what="a table",
    keys=[
        Key(name="title", shape=Text(), doc="the table in a few words"),
        *TYPE_KEYS,
        Key(name="rows", shape=Raw(definition="rows"), doc="exact keys and what they give"),
        Key(name="bands", shape=ListOf(shape=Raw(definition="band")), doc="stretches of numbers and what they give"),
    ],
    excluding=(("rows", "bands"),),
    also="table_needs",
)
BAND = Object(
    what="a band of a table",
    keys=[
        Key(name="at_least", shape=Numeral(), doc="its lower end, included"),
        Key(name="above", shape=Numeral(), doc="its lower end, left out"),
        Key(name="at_most", shape=Numeral(), doc="its upper end, included"),
        Key(name="below", shape=Numeral(), doc="its upper end, left out"),
        Key(name="gives", shape=Raw(definition="text"), doc="the value of the table in it", required=True),
    ],
    excluding=(("at_least", "above"), ("at_most", "below")),
)
GIVES = "gives"
"""What a row or band gives, as paths name it."""
RESULTS = frozenset({Kind.NUMBER, Kind.INTEGER, Kind.SCALE, Kind.CHOICE, Kind.FLAG})
"""The types of what a table can give."""


@attrs.frozen(kw_only=True)
class Table:
    """A lookup table; the keys of its rows stay nodes until the type of what is looked up is known."""

    id: str
    title: str | None = None
    type: ValueType
    rows: tuple[tuple[ScalarNode, Atom], ...] = ()
    bands: tuple[TableBand, ...] = ()
    entries: tuple[TableEntry, ...] = ()
    span: Span

    def keyed(self, type_: ValueType, problems: Problems) -> Mapping[Atom, Atom] | None:
        """Return the rows with their keys read as a type; None where one does not fit."""
        result: dict[Atom, Atom] = {}
        for key, gives in self.rows:
            try:
                value = type_.parse(key.text)
                if value in result:
                    problems.add("R208", f"the key `{clip(key.text)}` stands twice, in two spellings", key.span, help="keep one of the two")
                result[value] = gives
                refer_value(type_, value, key.span)
            except ValueProblem as problem:
                problems.add("R204", f"{problem.message}, and {type_.kind.one} is looked up here", key.span, help=problem.step)
                return None
        return result


def read_table(name: str, placed: Located[Node], scales: Mapping[str, Scale], problems: Problems) -> Table | None:
    """Read one table; what is wrong with it goes to the problems."""
    node, span = placed.value, placed.span
    got = TABLE.read(node, problems)
    if got is None:
        return None
    refer(Sort.TABLE, name, span, declares=True)
    type_ = read_type(got, scales, problems, default=Kind.NUMBER, declared_in=f"tables.{name}")
    if type_ is None:
        return None
    if type_.kind not in RESULTS:
        problems.add("R211", f"a table cannot give {type_.kind.one}", got.places["type"])
        return None
    table = Table(id=name, title=got.get("title"), type=type_, span=span)
    if got.has("rows"):
        read = _rows(got["rows"], type_, problems)
        entries = [TableEntry(key=key.text, gives=gives, cells={GIVES: node.span}, span=key.span) for key, gives, node in read]
        return attrs.evolve(table, rows=tuple((key, gives) for key, gives, _ in read), entries=tuple(entries))
    if got.has("bands"):
        bands = _bands(got["bands"], type_, problems)
        return attrs.evolve(table, bands=tuple(bands), entries=tuple(_entry(band, read) for band, read in bands.items()))
    if "rows" not in got.places and "bands" not in got.places:
        problems.add("R102", f"the table `{name}` needs `rows` or `bands`", got.span)
    return None


def _entry(band: TableBand, got: Got) -> TableEntry:
    ends = [end for end in ("at_least", "above", "at_most", "below") if got.has(end)]
    number = band.lowest if band.lowest is not None else band.highest
    low = ends and ends[0] in {"at_least", "above"}
    key = "any" if number is None else f"{'' if low else f'{ends[0]}-'}{decimal_text(number)}"
    cells = {name: got.value_places[name] for name in (GIVES, *ends)}
    return TableEntry(key=key, gives=band.gives, band=band, cells=cells, span=got.span)


def _rows(node: Node, type_: ValueType, problems: Problems) -> tuple[tuple[ScalarNode, Atom, Node], ...]:
    if not isinstance(node, MappingNode) or not node.entries:
        wrong_shape(node, "a mapping from keys to values", problems)
        return ()
    read = [(entry.key, _value(entry.value, type_, problems), entry.value) for entry in node.entries]
    return tuple((key, value, place) for key, value, place in read if value is not None)


def _value(node: Node, type_: ValueType, problems: Problems) -> Atom | None:
    if not isinstance(node, ScalarNode) or node.empty:
        return wrong_shape(node, f"{type_.kind.one}", problems)
    try:
        value = type_.parse(node.text)
        refer_value(type_, value, node.span)
        return value  # noqa: TRY300 - as it was read
    except ValueProblem as problem:
        problems.add("R204", f"{problem.message}, and the table gives {type_.kind.one}", node.span, help=problem.step)
        return None


def _bands(nodes: tuple[Node, ...], type_: ValueType, problems: Problems) -> dict[TableBand, Got]:
    found: list[tuple[TableBand, Got]] = []
    for node in nodes:
        got = BAND.read(node, problems)
        if got is not None and got.has("gives") and (stretch := _stretch(got, type_, problems)):
            for other, read in found:
                if overlap(stretch, other):
                    related = [Related(span=read.span, message="the other one")]
                    problems.add(
                        "R213", "this band overlaps with another", got.span, help="let one end where the next begins", related=related
                    )
            found.append((stretch, got))
    return dict(found)


def _stretch(got: Got, type_: ValueType, problems: Problems) -> TableBand | None:
    gives = _value(got["gives"], type_, problems)
    lowest: Number | None = got.get("at_least", got.get("above"))
    highest: Number | None = got.get("at_most", got.get("below"))
    if lowest is not None and highest is not None and (lowest > highest or (lowest == highest and not got.has("at_least", "at_most"))):
        problems.add("R213", "this band holds no number: its ends are the wrong way round", got.span, help="swap the two")
        return None
    if gives is None:
        return None
    return TableBand(lowest=lowest, includes_lowest=got.has("at_least"), highest=highest, includes_highest=got.has("at_most"), gives=gives)


def overlap(table_band: TableBand, other: TableBand) -> bool:
    """Whether some number lies in both of two bands."""
    return not (_before(table_band, other) or _before(other, table_band))


def _before(table_band: TableBand, other: TableBand) -> bool:
    if table_band.highest is None or other.lowest is None:
        return False
    return table_band.highest < other.lowest or (
        table_band.highest == other.lowest and not (table_band.includes_highest and other.includes_lowest)
    )
