"""imports.yaml of a pack → what an import may take: which attributes it fills, and which names stand for which of their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.expressions import Gather, Gathering
from evaluator.core.model import Pack
from evaluator.core.values import Atom, Kind, Record, ValueProblem, ValueType, clip
from evaluator.diagnostics import Problems
from evaluator.reading.pack.shapes import At, Got, Key, ListOf, Located, MapOf, Object
from evaluator.reading.references import Sort, refer, refer_value
from evaluator.reading.yaml.nodes import read_yaml
from evaluator.reading.yaml.scalars import Flag, Text

FILE = "imports.yaml"
Said = Mapping[str, Located[Located[str]]]
_SAYS = MapOf(key=Text(), shape=At(shape=Text()))
TITLES = Object(
    what="a list of titles",
    keys=[
        Key(name="titles", shape=ListOf(shape=Text()), doc="titles of positions, whatever their case and punctuation", required=True),
        Key(name="says", shape=_SAYS, doc="what they say of a position: fields and values", required=True),
    ],
)
HISTORY = Object(
    what="history",
    keys=[
        Key(name="records", shape=At(shape=Text(definition="attribute")), doc="the attribute of type records to fill", required=True),
        Key(name="title", shape=At(shape=Text()), doc="its field for the title of a position"),
        Key(name="employer", shape=At(shape=Text()), doc="its field for the employer"),
        Key(name="start", shape=At(shape=Text()), doc="its field for the first month", required=True),
        Key(name="end", shape=At(shape=Text()), doc="its field for the last month", required=True),
        Key(name="tracks", shape=MapOf(key=Text(), shape=_SAYS), doc="what it says of a position that its title is a role of a track"),
        Key(name="roles", shape=MapOf(key=Text(), shape=_SAYS), doc="the same for single roles, which go before their track"),
        Key(name="other_titles", shape=ListOf(shape=TITLES), doc="titles that are no role of the ladder, and what they say"),
    ],
)
LIST = Object(
    what="a list of names",
    keys=[
        Key(name="attribute", shape=At(shape=Text(definition="attribute")), doc="the scale, choice or set to fill", required=True),
        Key(name="names", shape=MapOf(key=Text(), shape=ListOf(shape=Text())), doc="further names of its options"),
        Key(name="otherwise", shape=At(shape=Text()), doc="the option for every name that is none of them"),
        Key(name="complete", shape=Flag(), doc="whether a list that is wholly understood is the whole: what it lacks is not there"),
    ],
)
IMPORTS = Object(
    what=FILE,
    keys=[
        Key(name="history", shape=HISTORY, doc="positions held"),
        Key(name="degrees", shape=LIST, doc="degrees; of several, the highest counts"),
        Key(name="subjects", shape=LIST, doc="fields of study"),
        Key(name="certifications", shape=LIST, doc="certificates"),
        Key(name="skills", shape=LIST, doc="skills"),
    ],
)


@attrs.frozen(kw_only=True)
class PositionRules:
    """How positions fill an attribute of type records; `says` are fields by track, by role and by title."""

    records: str
    title: str | None
    employer: str | None
    start: str
    end: str
    by_track: Mapping[str, Record] = attrs.field(factory=dict)
    by_role: Mapping[str, Record] = attrs.field(factory=dict)
    by_title: tuple[tuple[tuple[str, ...], Record], ...] = ()


@attrs.frozen(kw_only=True)
class ListRules:
    """How names fill an attribute with options; `names` holds further names by option."""

    attribute: str
    names: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    otherwise: str | None = None
    complete: bool = False


@attrs.frozen(kw_only=True)
class Imports:
    """What a pack lets an import take; nothing of what it leaves out is taken."""

    history: PositionRules | None = None
    degrees: ListRules | None = None
    subjects: ListRules | None = None
    certifications: ListRules | None = None
    skills: ListRules | None = None


def read_imports(pack: Pack, problems: Problems) -> Imports:
    """Read a pack's imports.yaml; without one, history alone is taken, by the names of its fields."""
    path = Path(pack.folder) / FILE
    if not path.is_file():
        return Imports(history=_plain_history(pack))
    node = read_yaml(path, problems)
    got = None if node is None else IMPORTS.read(node, problems)
    if got is None:
        return Imports()
    reader = _Reader(pack=pack, problems=problems)
    lists = {name: reader.list(got[name], name) for name in ("degrees", "subjects", "certifications", "skills") if got.has(name)}
    return Imports(history=reader.history(got["history"]) if got.has("history") else None, **lists)


def _plain_history(pack: Pack) -> PositionRules | None:
    """Return the one list of records that years are counted in, where the pack has just one."""
    years = [
        expression
        for expression in pack.expressions()
        if isinstance(expression, Gather) and expression.gathering is Gathering.YEARS and expression.start and expression.end
    ]
    if len({(year.records, year.start, year.end) for year in years}) != 1:
        return None
    records, start, end = years[0].records, years[0].start or "", years[0].end or ""
    texts = [name for name, type_ in pack.attributes[records].type.fields.items() if type_.kind is Kind.TEXT]
    title, employer = (name if name in texts else None for name in ("title", "employer"))
    return PositionRules(records=records, start=start, end=end, title=title, employer=employer)


@attrs.frozen(kw_only=True)
class _Reader:
    """Holds what imports.yaml says against the pack's vocabulary."""

    pack: Pack
    problems: Problems

    def attribute(self, placed: Located[str], kinds: frozenset[Kind], words: str) -> Attribute | None:
        """Find an attribute of one of the kinds."""
        found = self.pack.attributes.get(placed.value)
        refer(Sort.ATTRIBUTE, placed.value, placed.span)
        if found is None:
            step = self.problems.did_you_mean(placed.value, self.pack.attributes) or "use an attribute of attributes.yaml"
            return self.problems.add("R201", f"there is no attribute called `{clip(placed.value)}`", placed.span, help=step)
        if found.kind not in kinds:
            return self.problems.add("R211", f"{words} is needed here, and `{found.id}` is {found.kind.one}", placed.span)
        return found

    def history(self, got: Got) -> PositionRules | None:
        """Read how positions are taken."""
        records = self.attribute(got["records"], frozenset({Kind.RECORDS}), "a list of entries") if got.has("records") else None
        if records is None or not got.has("start", "end"):
            return None
        wanted = {"title": Kind.TEXT, "employer": Kind.TEXT, "start": Kind.DATE, "end": Kind.DATE}
        named = {key: self._field(got.get(key), records, kind) for key, kind in wanted.items()}
        tracks = [track.id for track in self.pack.tracks]
        return PositionRules(
            records=records.id,
            title=named["title"],
            employer=named["employer"],
            start=named["start"] or "",
            end=named["end"] or "",
            by_track=dict(self._named(got.get("tracks", {}), tracks, records, "track")),
            by_role=dict(self._named(got.get("roles", {}), self.pack.roles, records, "role")),
            by_title=tuple(
                (one["titles"], self._says(one["says"], records)) for one in got.get("other_titles", ()) if one.has("titles", "says")
            ),
        )

    def _field(self, placed: Located[str] | None, records: Attribute, kind: Kind) -> str | None:
        if placed is None:
            return None
        fields = records.type.fields
        value_type = fields.get(placed.value)
        if value_type is None or value_type.kind is not kind:
            step = self.problems.did_you_mean(placed.value, fields) or f"use one of {', '.join(fields)}"
            return self.problems.add("R207", f"the entries have no field `{clip(placed.value)}` of type {kind}", placed.span, help=step)
        refer(Sort.FIELD, placed.value, placed.span, records.id)
        return placed.value

    def _named(
        self, read: Mapping[str, Located[Said]], known: Iterable[str], records: Attribute, what: str
    ) -> Iterator[tuple[str, Record]]:
        names = list(known)
        for name, placed in read.items():
            refer(Sort(what), name, placed.span)
            if name in names:
                yield name, self._says(placed.value, records)
            else:
                step = self.problems.did_you_mean(name, names) or f"use one of {', '.join(names)}"
                self.problems.add("R207", f"there is no {what} called `{clip(name)}`", placed.span, help=step)

    def _says(self, read: Said, records: Attribute) -> Record:
        fields, result = records.type.fields, dict[str, Atom]()
        for name, placed in read.items():
            if name not in fields:
                step = self.problems.did_you_mean(name, fields) or f"use one of {', '.join(fields)}"
                self.problems.add("R207", f"the entries have no field `{clip(name)}`", placed.span, help=step)
                continue
            refer(Sort.FIELD, name, placed.span, records.id)
            value = self._value(fields[name], placed.value)
            if value is not None:
                result[name] = value
        return result

    def _value(self, type_: ValueType, placed: Located[str]) -> Atom | None:
        try:
            value = type_.read(placed.value)
            refer_value(type_, value, placed.span)
            return value  # noqa: TRY300 - as it was read
        except ValueProblem as problem:
            return self.problems.add("R204", problem.message, placed.span, help=problem.step)

    def list(self, got: Got, name: str) -> ListRules | None:
        """Read how the names of one section are taken."""
        kinds = frozenset({Kind.SCALE, Kind.CHOICE}) if name == "degrees" else frozenset({Kind.SET})
        found = self.attribute(got["attribute"], kinds, "a scale" if name == "degrees" else "a set") if got.has("attribute") else None
        if found is None:
            return None
        names: Mapping[str, Located[tuple[str, ...]]] = got.get("names", {})
        otherwise: Located[str] | None = got.get("otherwise")
        named = [Located(value=option, span=placed.span) for option, placed in names.items()]
        for option in (*named, *([otherwise] if otherwise else [])):
            self._value(found.type, option)
        return ListRules(
            attribute=found.id,
            names={option: placed.value for option, placed in names.items()},
            otherwise=otherwise.value if otherwise else None,
            complete=got.get("complete", False),
        )
