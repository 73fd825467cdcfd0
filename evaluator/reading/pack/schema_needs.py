"""What one key of an object asks of the others, as JSON Schema: by the type of an attribute, and by the kind of a role."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from evaluator.core.model import EDITIONS, Pack
from evaluator.core.values import Kind
from evaluator.reading.pack.ruletests import STATES
from evaluator.reading.pack.tables import RESULTS
from evaluator.reading.pack.types import NEEDED, ONLY_FOR
from evaluator.reading.yaml.scalars import Schema

_COMPUTED: Schema = {"required": ["derive"]}
_GIVEN_TOO: Schema = {"required": ["may_be_given"], "properties": {"may_be_given": {"enum": [True, "true", "True", "TRUE"]}}}
_SAYS_SO = [True, "true", "True", "TRUE"]


def of_attribute() -> Schema:
    """Say which keys an attribute needs, and which it cannot have."""
    stated: Schema = {"anyOf": [{"not": _COMPUTED}, _GIVEN_TOO]}
    of_stated = ("effort", "accrues", "range")
    rules = [
        {"if": stated, "then": {"required": ["question"]}, "else": without(of_stated)},
        {"if": {"not": _COMPUTED}, "then": without(("may_be_given", "report"))},
        *_by_kind(kind for kind in Kind if kind is not Kind.TEXT),
        {"if": _is(Kind.RECORDS), "then": without(("wording", "effort", "absent_means"))},
    ]
    return {"required": ["type"], "allOf": rules}


def of_field() -> Schema:
    """Say which keys a field of records needs, and which it cannot have."""
    kinds = [kind for kind in Kind if kind not in {Kind.RECORDS, Kind.SET}]
    return {"required": ["type"], "properties": {"type": {"enum": list(map(str, kinds))}}, "allOf": _by_kind(kinds)}


def of_table() -> Schema:
    """Say which keys a table needs by the type of its results, a number where it says none, and which it cannot have."""
    kinds = [kind for kind in Kind if kind in RESULTS]
    return {
        "properties": {"type": {"enum": list(map(str, kinds))}},
        "anyOf": [{"required": ["rows"]}, {"required": ["bands"]}],
        "allOf": [*_by_kind(kinds), {"if": {"not": {"required": ["type"]}}, "then": without(_excluded(Kind.NUMBER))}],
    }


def of_role(parts: Sequence[str], without_criteria: Collection[str]) -> Schema:
    """Say that a role is at most one of some things, without criteria where it is one of those, and otherwise with them."""
    is_one = {part: {"required": [part], "properties": {part: {"enum": _SAYS_SO}}} for part in parts}
    both = [{"not": {"allOf": [is_one[one], is_one[other]]}} for at, one in enumerate(parts) for other in parts[at + 1 :]]
    empty: Schema = {"anyOf": [is_one[part] for part in parts if part in without_criteria]}
    free: Schema = {"anyOf": [is_one[part] for part in parts if part != "interim"]}
    return {
        "allOf": [
            *both,
            *([{"if": empty, "then": without(("criteria",))}] if empty["anyOf"] else []),
            {"if": {"not": free}, "then": {"required": ["criteria"]}} if free["anyOf"] else {"required": ["criteria"]},
        ]
    }


def names_of_tests(pack: Pack) -> Schema:
    """Describe the names that worked examples of a role may give: its criteria, attributes and roles."""
    roles = tuple(pack.roles)
    of_pack = {"questions": tuple(pack.attributes), "next_roles": roles, "beyond": roles} | (
        {"demotions": roles} if pack.language > EDITIONS[0] else {}
    )
    rules: list[Schema] = [_expecting({}, of_pack)]
    for role in pack.roles.values():
        named = [criterion.id for criterion in role.criteria]
        rules.append(_expecting({"role": {"const": role.id}}, dict.fromkeys(("gaps", "almost", *STATES), named)))
    return {"allOf": rules}


def _expecting(of: Schema, names: Mapping[str, Sequence[str]]) -> Schema:
    """Say which names may be expected, where a file is about something."""
    listed = {key: {"items": {"enum": list(words)}} for key, words in names.items() if words}
    then = {"properties": {"tests": {"items": {"properties": {"expect": {"properties": listed}}}}}}
    return {"if": {"properties": of, "required": list(of)}, "then": then} if of else then


def without(keys: Iterable[str]) -> Schema:
    """Say that an object has none of some keys."""
    return {"not": {"anyOf": [{"required": [key]} for key in keys]}}


def _is(kind: Kind) -> Schema:
    return {"required": ["type"], "properties": {"type": {"const": str(kind)}}}


def _by_kind(kinds: Iterable[Kind]) -> list[Schema]:
    """Say what each type needs and cannot have; types that say the same are named together."""
    said: dict[tuple[str | None, tuple[str, ...]], list[str]] = {}
    for kind in kinds:
        said.setdefault((NEEDED.get(kind), _excluded(kind)), []).append(str(kind))
    rules: list[Schema] = []
    for (needed, excluded), names in said.items():
        then: Mapping[str, object] = ({"required": [needed]} if needed else {}) | without(excluded)
        rules.append({"if": {"required": ["type"], "properties": {"type": {"enum": names}}}, "then": then})
    return rules


def _excluded(kind: Kind) -> tuple[str, ...]:
    return tuple(key for key, kinds in ONLY_FOR.items() if kind not in kinds)


def caps_by_track(caps: Mapping[str, Schema]) -> list[Schema]:
    """Say at which verdicts the criteria of a role may cap, by its track."""
    return [
        {
            "if": {"properties": {"track": {"const": track}}, "required": ["track"]},
            "then": {"properties": {"criteria": {"items": {"properties": {"caps_at": words}}}}},
        }
        for track, words in caps.items()
    ]


def verdicts_expected(role: str, words: Schema) -> Schema:
    """Say which verdicts worked examples of a role may expect: one of its own, or two of them that it lies between."""
    between: Schema = {"type": "object", "properties": {"between": {"items": words}}}
    then = {"properties": {"tests": {"items": {"properties": {"expect": {"properties": {"verdict": {"anyOf": [words, between]}}}}}}}}
    return {"if": {"properties": {"role": {"const": role}}, "required": ["role"]}, "then": then}
