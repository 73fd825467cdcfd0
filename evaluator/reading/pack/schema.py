"""JSON Schemas (2020-12) for the files of a pack, made from the shapes that read them and the pack's own vocabulary."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, assert_never

import attrs

from evaluator.core.attributes import Attribute, OptionWords
from evaluator.core.current_role import implied
from evaluator.core.dates import Precision, date_patterns
from evaluator.core.expressions import Missing
from evaluator.core.model import EDITIONS, READY, Pack
from evaluator.core.model import ROLE as TODAY
from evaluator.core.operators import OPERATORS, ROWS, Operator, Takes
from evaluator.core.ready_for import READY_FOR
from evaluator.core.tally import TALLY_TYPES
from evaluator.core.values import NUMERIC, Kind, ValueType
from evaluator.core.windows import WITHIN
from evaluator.diagnostics import Span
from evaluator.reading.pack import schema_needs
from evaluator.reading.pack.attributes import ATTRIBUTES
from evaluator.reading.pack.conditions import AT_LEAST_OF_SHAPE, ATTRIBUTE, CONDITION, FIELD, OF_PROFILE
from evaluator.reading.pack.expected_facts import FRACTION, IN_PART
from evaluator.reading.pack.imports import IMPORTS
from evaluator.reading.pack.operators import EXPRESSION_OPERATORS
from evaluator.reading.pack.pack import PACK, SOURCES
from evaluator.reading.pack.role_tables import ROLE_TABLE, ROLES
from evaluator.reading.pack.roles import CRITERION, MOVE, MOVES, PARTS, ROLE, WITHOUT_CRITERIA
from evaluator.reading.pack.ruletests import BETWEEN, TESTS
from evaluator.reading.pack.shapes import Object
from evaluator.reading.pack.tables import BAND, TABLE
from evaluator.reading.pack.types import SCALE
from evaluator.reading.profile.profile import PROFILE
from evaluator.reading.tables.mapping import MAPPED, MAPPING
from evaluator.reading.tables.meanings import OWN
from evaluator.reading.yaml.scalars import SINCE, Duration, Schema, date_schema, flag_schema, number_schema, object_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILES: Mapping[str, tuple[str, Object]] = {
    "pack": ("pack.yaml", PACK),
    "attributes": ("attributes.yaml", ATTRIBUTES),
    "sources": ("sources.yaml", SOURCES),
    "moves": ("moves.yaml", MOVES),
    "imports": ("imports.yaml", IMPORTS),
    "role": ("a role file", ROLE),
    "tests": ("a file of rule tests", TESTS),
    "profile": ("a profile", PROFILE),
    "mapping": ("a mapping file", MAPPING),
}
_COMBINATION_DOCS: Mapping[str, str] = {
    "all_of": "met where every condition listed is met",
    "any_of": "met where at least one condition listed is met",
    "none_of": "met where no condition listed is met",
    "at_least_of": "met where at least `count` of the conditions are met, or at least the part of them that `share` says",
}
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}


def schemas(pack: Pack) -> dict[str, Schema]:
    """Return the schema of each kind of file, by name, with the pack's attributes, roles and documents to complete from."""
    definitions = {name: make(pack) for name, make in _DEFINITIONS.items()}
    words = _words_of_scales(pack)
    for types in (_types(pack), _field_types(pack), TALLY_TYPES):
        definitions |= {_test_name(type_): _tests(type_, _peers(type_, types), words.get(type_.options, {})) for type_ in types.values()}
    if pack.language > EDITIONS[0] and pack.named_conditions:
        definitions["condition"] = _with_key(definitions["condition"], CONDITION, "what a condition of pack.yaml says", "named_condition")
    asking = definitions
    if pack.language > EDITIONS[0]:
        told = "met where the verdict on that role is ready"
        asking = definitions | {"condition": _with_key(definitions["condition"], READY_FOR, told, "role")}
    of_file = {name: definitions if name == "attributes" else asking for name in FILES}  # facts never hang on a verdict
    made = {name: _schema(title, shape.schema(), of_file[name]) for name, (title, shape) in FILES.items()}
    made["role"] = _schema(FILES["role"][0], _one_role(), asking)
    lines: Schema = {"type": "object", "additionalProperties": MAPPED.schema()}
    made["mapping"] = _schema(FILES["mapping"][0], {"anyOf": [MAPPING.schema(), lines]}, asking)
    if pack.language > EDITIONS[0]:
        filled = {f"{_TEMPLATE}{name}": _fillable(definition) for name, definition in asking.items()}
        made["role"] = _schema(FILES["role"][0], _role_or_table(), asking | filled)
    return {name: _of_edition(schema, pack.language) for name, schema in made.items()}


def _of_edition(schema: Any, edition: int) -> Any:  # noqa: ANN401 - what stands in a schema is whatever JSON can say
    """Return a schema, or a part of one, without the keys and words that belong to later editions of the rule language."""
    if isinstance(schema, list):
        return [_of_edition(one, edition) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made: Schema = {}
    for key, part in schema.items():
        if key in _BY_NAME:
            made[key] = {name: _of_edition(one, edition) for name, one in part.items() if _since(one) <= edition}
        elif key == "enum" and isinstance(schema.get(SINCE), dict):
            made[key] = [word for word in part if schema[SINCE].get(word, EDITIONS[0]) <= edition]
        elif key != SINCE:
            made[key] = _of_edition(part, edition)
    return made


_BY_NAME = frozenset({"properties", "$defs"})
"""The words of a schema under which parts stand by names of ours."""


def _since(schema: object) -> int:
    since = schema.get(SINCE) if isinstance(schema, dict) else None
    return since if isinstance(since, int) else EDITIONS[0]


def _with_key(condition: Schema, key: str, told: str, definition: str) -> Schema:
    """Return the schema of conditions with one key more."""
    return condition | {"properties": condition["properties"] | {key: {"description": told} | _ref(definition)}}


def schema_text(schema: Schema) -> str:
    """Return a schema as the text that is stored."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def write_schemas(pack: Pack, folder: Path) -> list[Path]:
    """Write the schemas of a pack into a folder; returns the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for name, schema in schemas(pack).items():
        path = folder / f"{name}.json"
        path.write_text(schema_text(schema), encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


_TEMPLATE = "template-"
_CELL: Schema = {"type": "string", "pattern": r"\{[a-z][a-z0-9_]*\}"}
"""A text that names a column of a table of roles."""


def _one_role() -> Schema:
    role = ROLE.schema()
    return role | {"allOf": [*role.get("allOf", []), _ref("role_kinds")]}


def _role_or_table() -> Schema:
    """Describe a role file: one role, or a table of them beside a template, in which columns may stand for values."""
    role, table = _one_role(), ROLE_TABLE.schema()
    keys = role["properties"]
    row: Schema = {"type": "object", "properties": {name: {"anyOf": [keys[name], {"type": "null"}]} for name in keys if name != "role"}}
    shared = _fillable({"properties": {name: shape for name, shape in table["properties"].items() if name != ROLES}})
    somewhere = [
        {"anyOf": [{"required": [name]}, {"properties": {ROLES: {"additionalProperties": {"required": [name]}}}}]}
        for name in role["required"]
        if name != "role"
    ]
    listed = table["properties"][ROLES] | {"additionalProperties": row, "minProperties": 1}
    whole = table | {"properties": {ROLES: listed} | shared["properties"], "allOf": [*table.get("allOf", []), *somewhere]}
    return {"if": {"required": [ROLES]}, "then": whole, "else": role}


def _fillable(schema: Schema) -> Schema:
    """Return a schema that takes a column of a table in the place of every value inside."""
    made: Schema = {}
    for key, part in schema.items():
        if key == "$ref":
            made[key] = part.replace("#/$defs/", f"#/$defs/{_TEMPLATE}")
        elif key == "properties":
            made[key] = {name: {"anyOf": [_fillable(inner), _CELL]} for name, inner in part.items()}
        elif key in {"items", "additionalProperties"} and isinstance(part, dict):
            made[key] = {"anyOf": [_fillable(part), _CELL]}
        elif key in {"anyOf", "allOf", "oneOf"}:
            made[key] = [_fillable(inner) for inner in part]
        elif key not in {"if", "then"}:
            made[key] = part
    return made


def _schema(title: str, body: Schema, definitions: Mapping[str, Schema]) -> Schema:
    needed = _needed(body, definitions)
    return {"$schema": DIALECT, "title": title} | body | ({"$defs": needed} if needed else {})


def _needed(body: Schema, definitions: Mapping[str, Schema]) -> dict[str, Schema]:
    """Return the definitions that a schema refers to, directly or through others."""
    found: dict[str, Schema] = {}
    waiting = list(_references(body))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = definitions[name]
            waiting.extend(_references(found[name]))
    return dict(sorted(found.items()))


def _references(part: object) -> Iterable[str]:
    if isinstance(part, dict):
        reference = part.get("$ref")
        if isinstance(reference, str):
            yield reference.removeprefix("#/$defs/")
        for inner in part.values():
            yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _value(type_: ValueType) -> Schema:
    """Describe one value of a type; for a set, one member."""
    if type_.options:
        return _words_of(type_.options)
    if type_.kind in NUMERIC:
        return number_schema(whole=type_.kind is Kind.INTEGER)
    others: dict[Kind, Schema] = {Kind.FLAG: flag_schema(), Kind.DATE: date_schema(type_.precision)}
    return others.get(type_.kind, _SCALAR)


def _ranged(type_: ValueType) -> Schema:
    """Describe a value of a type that lies within its range; for a set, one member."""
    if type_.kind not in NUMERIC:
        return _value(type_)
    low, high = ("exclusiveM" if is_open else "m" for is_open in (type_.lowest_open, type_.highest_open))
    bounds = {f"{low}inimum": type_.lowest, f"{high}aximum": type_.highest}
    return _value(type_) | {
        name: bound if isinstance(bound, int) else float(bound) for name, bound in bounds.items() if isinstance(bound, int | Fraction)
    }


def _words_of(words: Sequence[str]) -> Schema:
    """Describe one of some words, which an editor may take for a number or a flag."""
    return {"enum": [*words, *(read for word in words if (read := _as_a_value(word)) is not None)]}


def _as_a_value(option: str) -> bool | int | float | None:
    """Return what an editor takes an option for that is no text to it, such as `true` and `1.1`; None where it is text."""
    if option in {"true", "false"}:
        return option == "true"
    if re.fullmatch(r"-?[0-9]+", option):
        return int(option)
    return float(option) if re.fullmatch(r"-?[0-9]+\.[0-9]+", option) else None


def _words_of_scales(pack: Pack) -> dict[tuple[str, ...], Mapping[str, OptionWords]]:
    """Return what is said of levels and options by all of them; nothing of those that two attributes share and say otherwise."""
    found: dict[tuple[str, ...], Mapping[str, OptionWords]] = {}
    for attribute in pack.attributes.values():
        if found.setdefault(attribute.type.options, attribute.option_words) != attribute.option_words:
            found[attribute.type.options] = {}
    return found


def _tests(type_: ValueType, peers: Iterable[str], words: Mapping[str, OptionWords]) -> Schema:
    if type_.kind is Kind.FLAG:
        known = {str(operator): _taken(operator, flag_schema(), {}) for operator in Operator if ROWS[operator].takes is Takes.PRESENCE}
        return {"anyOf": [flag_schema(), object_schema(known, minProperties=1)]}
    value = _in_words(_value(type_), words)
    other = object_schema({"attribute": {"enum": list(peers)}}, required=["attribute"])
    properties = {str(operator): _taken(operator, value, other) for operator in Operator if operator in OPERATORS[type_.kind]}
    return object_schema(properties, minProperties=1)


def _taken(operator: Operator, value: Schema, other: Schema) -> Schema:
    """Return what stands behind an operator, with what it asks."""
    match ROWS[operator].takes:
        case Takes.VALUE:
            taken: Schema = {"anyOf": [value, other]}
        case Takes.OPTION:
            taken = value
        case Takes.LIST:
            taken = {"type": "array", "items": value, "minItems": 1}
        case Takes.PRESENCE:
            taken = flag_schema()
        case never:
            assert_never(never)
    return {"description": ROWS[operator].asks} | taken


def _test_name(type_: ValueType) -> str:
    """Name the definition that attributes of one type share; what their values can be tells types apart, their range does not."""
    said = [type_.kind, type_.unit or "", *type_.options, *([type_.precision] if type_.kind is Kind.DATE else [])]
    return "tests-" + "-".join(re.sub(r"[^a-z0-9]+", "-", word.lower()) for word in said if word)


def _peers(type_: ValueType, types: Mapping[str, ValueType]) -> list[str]:
    """Return what a type can be compared with."""
    alike = {
        name: other
        for name, other in types.items()
        if (other.unit, other.options, other.precision) == (type_.unit, type_.options, type_.precision)
    }
    found = [name for name, other in alike.items() if other.kind is type_.kind or {other.kind, type_.kind} <= NUMERIC]
    texts = {Kind.TEXT: Kind.CHOICE, Kind.CHOICE: Kind.TEXT}.get(type_.kind)
    return [*found, *(name for name, other in types.items() if texts is not None and other.kind is texts)]


def _condition(types: Mapping[str, ValueType], titles: Mapping[str, str], itself: str) -> Schema:
    parts = {"type": "array", "items": _ref(itself), "minItems": 1}
    described = {name: {"description": titles[name]} if name in titles else {} for name in types}
    properties: dict[str, Schema] = {name: described[name] | _ref(_test_name(type_)) for name, type_ in types.items()}
    counted = {key: AT_LEAST_OF_SHAPE.schema()[key] for key in ("type", "properties", "additionalProperties", "required", "allOf")}
    counted["properties"] = counted["properties"] | {"of": parts}
    shapes: dict[str, Schema] = {"all_of": parts, "any_of": parts, "none_of": parts, "at_least_of": counted}
    combined = {name: {"description": _COMBINATION_DOCS[name]} | shape for name, shape in shapes.items()}
    return object_schema(properties | combined, minProperties=1)


def _types(pack: Pack) -> dict[str, ValueType]:
    return {name: attribute.type for name, attribute in _readable(pack).items()}


def _readable(pack: Pack) -> Mapping[str, Attribute]:
    """Return the attributes that conditions may read, those of today's role among them in edition 2."""
    if pack.language == EDITIONS[0]:
        return pack.attributes
    span = pack.tracks[0].span if pack.tracks else Span.whole_file(pack.folder)
    todays = implied(pack.roles, (track.id for track in pack.tracks), span)
    return {**pack.declared_attributes, **{name: attribute for name, attribute in todays.items() if name != TODAY}}


def _field_types(pack: Pack) -> dict[str, ValueType]:
    """Return the fields of all records together: an editor cannot know which records a condition is about."""
    return {name: field for attribute in pack.attributes.values() for name, field in attribute.type.fields.items()}


def _record_condition(pack: Pack) -> Schema:
    """Describe a condition over the fields of records, whose dates may lie within a window from edition 2 on."""
    types = _field_types(pack)
    condition = _condition(types, {}, "record_condition")
    if pack.language == EDITIONS[0]:
        return condition
    tests = {name: _of_entry(type_, types, _types(pack)) for name, type_ in types.items() if type_.kind is not Kind.FLAG}
    return condition | {"properties": condition["properties"] | tests}


def _of_entry(type_: ValueType, types: Mapping[str, ValueType], person: Mapping[str, ValueType]) -> Schema:
    """Describe the tests of a field of records, against values, other fields and attributes of the person; of a date, in a window too."""
    fields, theirs = _peers(type_, types), _peers(type_, person)
    either = [name for name in dict.fromkeys([*fields, *theirs]) if name not in types or name not in person]
    others = {ATTRIBUTE: either, FIELD: fields, OF_PROFILE: theirs}
    tests = _tests(type_, fields, {})
    other: Schema = {"anyOf": [object_schema({key: {"enum": names}}, required=[key]) for key, names in others.items() if names]}
    properties = {str(operator): _taken(operator, _value(type_), other) for operator in Operator if operator in OPERATORS[type_.kind]}
    if type_.kind is Kind.DATE:
        description = "met where the date lies within so much time before the day judged for"
        properties[WITHIN] = {"description": description} | _ref("duration")
    return tests | {"properties": properties}


def _pack_condition(pack: Pack) -> Schema:
    titles = {name: f"{attribute.title} ({_words(attribute)})" for name, attribute in _readable(pack).items()}
    return _condition(_types(pack), titles, "condition")


def _words(attribute: Attribute) -> str:
    unit = f", {attribute.type.unit}" if attribute.type.unit else ""
    return f"{attribute.kind}{unit}"


def _statements(pack: Pack) -> Schema:
    properties: dict[str, Schema] = {}
    for attribute in pack.declared_attributes.values():
        if attribute.may_be_given:
            properties[attribute.id] = {"description": attribute.question or attribute.title} | _statement(attribute)
    return {"type": ["object", "null"], "properties": properties, "additionalProperties": False}


def _statement(attribute: Attribute) -> Schema:
    type_ = attribute.type
    if type_.kind is Kind.SET:
        return {"type": ["array", "null"], "items": _in_words(_value(type_), attribute.option_words)}
    if type_.kind is Kind.RECORDS:
        fields = {name: {"anyOf": [_ranged(field), {"type": "null"}]} for name, field in type_.fields.items()}
        return {"type": ["array", "null"], "items": object_schema(fields)}
    return {"anyOf": [_in_words(_ranged(type_), attribute.option_words), {"type": "null"}]}


def _in_words(value: Schema, words: Mapping[str, OptionWords]) -> Schema:
    """Give editors what is said of each option, to show while one is chosen."""
    return value | {"enumDescriptions": [str(words.get(str(one), "")) for one in value["enum"]]} if words and "enum" in value else value


def _expression(pack: Pack) -> Schema:
    operators: dict[str, Schema] = {
        name: {"description": readable_operator.doc} | readable_operator.schema(pack)
        for name, readable_operator in EXPRESSION_OPERATORS.items()
        if readable_operator.since <= pack.language
    }
    missing: Schema = {"anyOf": [{"enum": list(map(str, Missing))}, number_schema()]}
    told = {"missing": {"description": "what a missing input does: make it unknown, be skipped, or stand for a number"} | missing}
    takes = [{"required": [name]} for name in operators if EXPRESSION_OPERATORS[name].takes_missing]
    beside: Schema = {"minProperties": 2, "maxProperties": 2, "anyOf": takes}
    alone = {"minProperties": 1, "maxProperties": 1}
    return {"anyOf": [_SCALAR, object_schema(operators | told, **{"if": {"required": ["missing"]}, "then": beside, "else": alone})]}


def _date(precision: Precision, _: Pack) -> Schema:
    """Describe the forms of a date that is at least so precise; a year alone may be a number."""
    needed = {Precision.YEAR: "", Precision.MONTH: "MN", Precision.DAY: "D"}[precision]
    forms = [form for parts, form in date_patterns().items() if not needed or set(needed) & set(parts)]
    alone: Schema = {"minimum": 1900, "maximum": 9999} if not needed else {}
    return {"type": ["string", *(["integer"] if alone else [])], "pattern": f"^({'|'.join(forms)})$"} | alone


def _role_kinds(pack: Pack) -> Schema:
    return schema_needs.of_role([part for part in PARTS if pack.language > EDITIONS[0] or part == "destination"], WITHOUT_CRITERIA)


def _sections(pack: Pack) -> Schema:
    """Describe a source: the section is one of the document's own headings, where it lists any."""
    listed = [document for document in pack.documents.values() if document.sections]
    rules: list[Schema] = [
        {
            "if": {"properties": {"document": {"const": document.id}}, "required": ["document"]},
            "then": {"properties": {"section": {"enum": list(document.sections)}}},
        }
        for document in listed
    ]
    return {"allOf": rules} if rules else {}


def _role_names(pack: Pack) -> Schema:
    names = [name for role in pack.roles.values() for name in (role.id, role.title, *role.also)]
    return {"anyOf": [{"enum": list(dict.fromkeys(names))}, _SCALAR]}


def _reported(pack: Pack) -> Schema:
    """Describe what worked examples expect of computed attributes that results show."""
    fraction: Schema = {"type": "string", "pattern": FRACTION.pattern}
    of_kind = {attribute.id: [fraction] if attribute.kind is Kind.NUMBER else [] for attribute in pack.reported}
    shown = {one.id: {"description": one.title, "anyOf": [_value(one.type), *of_kind[one.id], IN_PART.schema()]} for one in pack.reported}
    return object_schema(shown, minProperties=1)


def _names_of_tests(pack: Pack) -> Schema:
    """Describe the names that worked examples of a role may give, among them the verdicts of its track where tracks have their own."""
    roles = pack.roles.values() if pack.tracks_with_bands else ()
    verdicts = [schema_needs.verdicts_expected(role.id, _words_of(pack.verdicts_of(role))) for role in roles]
    return {"allOf": [*schema_needs.names_of_tests(pack)["allOf"], *verdicts]}


def _needs(listed: str, shape: Object, pack: Pack) -> Schema:
    """Describe what each entry of a list has to say; from edition 2 on, defaults beside the list may say it in their place."""
    names = [key.name for key in shape.keys if key.required and key.inherited and key.name not in pack.default_keys]
    each = [{"properties": {listed: {"items": {"required": [name]}}}} for name in names]
    if pack.language == EDITIONS[0]:
        return {"allOf": each} if each else {}
    by_default = [{"required": ["defaults"], "properties": {"defaults": {"required": [name]}}} for name in names]
    return {"allOf": [{"anyOf": list(both)} for both in zip(each, by_default, strict=True)]} if each else {}


def _pack_needs(pack: Pack) -> Schema:
    if pack.language > EDITIONS[0]:
        return _needs("policies", CRITERION, attrs.evolve(pack, default_keys=frozenset()))
    return {"properties": {"verdicts": {"prefixItems": [{"properties": {"verdict": {"const": READY}}}]}}}


def _role_needs(pack: Pack) -> Schema:
    tracks = pack.tracks if pack.tracks_with_bands else ()
    caps = {track.id: _words_of([band.verdict for band in (track.bands or pack.bands)[1:]]) for track in tracks}
    rules = [*_needs("criteria", CRITERION, pack).get("allOf", ()), *schema_needs.caps_by_track(caps)]
    return {"allOf": rules} if rules else {}


def _caps(pack: Pack) -> Schema:
    """Describe the verdicts at which a criterion of some track may cap: at which of them, its role decides."""
    words = list(dict.fromkeys(band.verdict for bands in pack.declared_bands.values() for band in bands[1:]))
    return _words_of(words) if words else _SCALAR


_DEFINITIONS: Mapping[str, Callable[[Pack], Schema]] = {
    "condition": _pack_condition,
    "conditions": lambda _: {"type": "array", "items": _ref("condition"), "minItems": 1},
    "record_condition": _record_condition,
    "duration": lambda _: Duration().schema(),
    **{f"date-{precision}": partial(_date, precision) for precision in Precision},
    "attribute_needs": lambda _: schema_needs.of_attribute(),
    "field_needs": lambda _: schema_needs.of_field(),
    "table_needs": lambda _: schema_needs.of_table(),
    "tally_condition": lambda _: _condition(TALLY_TYPES, {}, "tally_condition"),
    "expression": _expression,
    "attributes": _statements,
    "attribute": lambda pack: {"enum": list(_readable(pack))},
    "named_condition": lambda pack: {"enum": list(pack.named_conditions)},
    "role": lambda pack: {"enum": list(pack.roles)},
    "column": lambda pack: {"anyOf": [{"enum": [*OWN, *pack.declared_attributes]}, {"type": "string"}]},
    "role_name": _role_names,
    "track": lambda pack: {"enum": [track.id for track in pack.tracks]},
    "document": lambda pack: {"enum": list(pack.documents)},
    "sections": _sections,
    "cap": _caps,
    "verdict": lambda pack: {"anyOf": [_words_of(pack.verdict_words), BETWEEN.schema()]},
    "verdict_name": lambda pack: _words_of(pack.verdict_words),
    "tests_needs": _names_of_tests,
    "reported": _reported,
    "scales": lambda _: {"type": "object", "additionalProperties": SCALE.schema()},
    "table": lambda _: TABLE.schema(),
    "rows": lambda _: {"type": "object", "additionalProperties": _SCALAR, "minProperties": 1},
    "band": lambda _: BAND.schema(),
    "text": lambda _: _SCALAR,
    "wording": lambda _: {
        "anyOf": [_ref("wording_text"), {"type": "object", "additionalProperties": _ref("wording_text"), "minProperties": 1}]
    },
    "wording_text": lambda _: {
        "anyOf": [{"type": "string"}, object_schema({"true": _SCALAR, "false": _SCALAR}, required=["true", "false"])]
    },
    "role_kinds": _role_kinds,
    "role_needs": _role_needs,
    "pack_needs": _pack_needs,
    "moves_needs": lambda pack: _needs("moves", MOVE, attrs.evolve(pack, default_keys=frozenset())),
    "row": lambda _: {"type": "object"},
    "bound": lambda _: {"anyOf": [number_schema(), date_schema()]},
    "value": lambda _: {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]},
}
