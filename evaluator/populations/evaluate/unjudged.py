"""Why people are judged for no next role, person by person; and a run in which nobody is, which is none."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from evaluator.core.enums import MoveKind
from evaluator.core.model import Pack
from evaluator.core.text import fold_name
from evaluator.core.values import clip
from evaluator.engines.columns.plan import ROLE
from evaluator.reading.tables.likely_columns import likely_roles, map_options
from evaluator.reading.tables.model import joined_words

if TYPE_CHECKING:
    import polars as pl

EVERYBODY = "`--role ROLE` or `--all-roles` judges everybody"


class Reason(enum.StrEnum):
    """Why somebody is judged for no next role, in words that go on after a count of people."""

    NO_ROLE = "no current role is stated"
    OTHER_ROLE = "the current role is none of the pack"
    TOP = "at the top of the ladder"
    BEYOND = "the current role lies beyond the ladder"
    NO_MOVE = "no move leads on from the current role"
    CLOSED = "no move is open"
    NOT_NAMED = "no role is named to be judged for"


def reason(pack: Pack, role: str | None) -> Reason:
    """Return why somebody who holds a role, or none, is judged for no next one."""
    if role is None:
        return Reason.NO_ROLE
    held = pack.roles[role]
    if any(pack.roles[move.to].judged and move.kind is not MoveKind.DEMOTION for move in pack.moves_from(role)):
        return Reason.CLOSED
    if held.destination:
        return Reason.BEYOND
    higher = any(judged_role.track == held.track and judged_role.rung > held.rung for judged_role in pack.judged_roles)
    return Reason.NO_MOVE if higher else Reason.TOP


def reasons(pack: Pack, roles: pl.Series) -> Mapping[Reason, int]:
    """Count why people are judged for no next role, by the places of the roles they hold."""
    names = list(pack.roles)
    result: dict[Reason, int] = {}
    for place, number in roles.alias("role").value_counts(name="many").iter_rows():
        why = reason(pack, None if place is None else names[place])
        result[why] = result.get(why, 0) + number
    return result


def no_role_named(column: str, people: int) -> tuple[str, str]:
    """Say that a column names no role for anybody, and what to do."""
    who = "the only person is not" if people == 1 else f"none of {people:,} people is"
    step = "fill it in with ids or titles of roles; without --role-column everybody is judged for the best next role"
    return f"{who} judged, as the column `{clip(column)}` names no role", step


def nobody_judged(counts: Mapping[Reason, int], headers: Sequence[str], pack: Pack, *, has_roles: bool) -> tuple[str, str]:
    """Say that nobody is judged for a role, why, and what to do; `has_roles` says that a column is read as the role.

    A column that is an attribute of the pack already is never proposed as the role.
    """
    people = sum(counts.values())
    who = "the only person is not" if people == 1 else f"none of {people:,} people is"
    if set(counts) != {Reason.NO_ROLE}:
        why = "; ".join(f"{number:,}: {one}" for one, number in sorted(counts.items(), key=lambda item: -item[1]))
        return f"{who} judged for a next role ({why})", EVERYBODY
    if has_roles or not headers or ROLE in headers:
        return f"{who} judged for a next role, as no current role is stated", f"state it as `role`; else {EVERYBODY}"
    read = {fold_name(name) for attribute in pack.declared_attributes.values() for name in (attribute.id, attribute.title, *attribute.also)}
    likely = likely_roles(name for name in headers if fold_name(name) not in read)
    mapped = " or ".join(f"`{map_options({name: ROLE})}`" for name in likely)
    columns = joined_words(list(headers))
    step = f"did you mean {mapped}? Else" if likely else "say which column it is with `--map COLUMN=role`; else"
    return f"{who} judged for a next role, as no column is called `role`: there are {columns}", f"{step} {EVERYBODY}"
