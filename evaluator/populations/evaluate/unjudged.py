"""Why people are judged for no next role, person by person; and a run in which nobody is, which is none."""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from evaluator.core.model import Pack
from evaluator.core.text import fold_name
from evaluator.core.values import clip
from evaluator.engines.columns.plan import ROLE
from evaluator.reading.tables.model import joined_words

if TYPE_CHECKING:
    import polars as pl

_LIKELY = (
    *("job", "job title", "job name", "job role", "job profile", "title", "business title", "working title", "position", "position title"),
    *("current role", "current job", "current position", "current title", "role title", "role name", "role today", "occupation", "post"),
    *("designation", "rolle", "stelle", "positionsbezeichnung", "stellenbezeichnung", "berufsbezeichnung", "funktion", "tätigkeit"),
    *("poste", "fonction", "rôle", "emploi", "intitulé du poste", "métier", "puesto", "cargo", "rol", "ruolo", "mansione", "qualifica"),
    *("função", "functie", "rol", "stilling", "roll", "befattning", "tjänst", "stanowisko", "pozice", "tehtävänimike", "должность", "職位"),
)
"""What columns of people's current roles are called elsewhere; a suggestion for --map, and never taken for it."""
_NEARLY = 0.8
EVERYBODY = "`--role ROLE` or `--all-roles` judges everybody"


class Reason(enum.StrEnum):
    """Why somebody is judged for no next role, in words that go on after a count of people."""

    NO_ROLE = "no current role is stated"
    TOP = "at the top of the ladder"
    NO_MOVE = "no move leads on from the current role"
    CLOSED = "no move is open"


def reason(pack: Pack, role: str | None) -> Reason:
    """Return why somebody who holds a role, or none, is judged for no next one."""
    if role is None:
        return Reason.NO_ROLE
    held = pack.roles[role]
    if any(not pack.roles[move.to].destination for move in pack.moves_from(role)):
        return Reason.CLOSED
    higher = any(one.track == held.track and one.rung > held.rung for one in pack.judged_roles)
    return Reason.NO_MOVE if higher else Reason.TOP


def reasons(pack: Pack, roles: pl.Series) -> Mapping[Reason, int]:
    """Count why people are judged for no next role, by the places of the roles they hold."""
    names = list(pack.roles)
    found: dict[Reason, int] = {}
    for place, number in roles.alias("role").value_counts(name="many").iter_rows():
        why = reason(pack, None if place is None else names[place])
        found[why] = found.get(why, 0) + number
    return found


def nobody_judged(counts: Mapping[Reason, int], headers: Sequence[str], *, has_roles: bool) -> tuple[str, str]:
    """Say that nobody is judged for a role, why, and what to do; `has_roles` says that a column is read as the role."""
    people = sum(counts.values())
    who = "the only person is not" if people == 1 else f"none of {people:,} people is"
    if set(counts) != {Reason.NO_ROLE}:
        why = "; ".join(f"{number:,}: {one}" for one, number in sorted(counts.items(), key=lambda item: -item[1]))
        return f"{who} judged for a next role ({why})", EVERYBODY
    if has_roles or not headers or ROLE in headers:
        return f"{who} judged for a next role, as no current role is stated", f"state it as `role`; else {EVERYBODY}"
    likely = likely_roles(headers)
    mapped = " or ".join(f'`--map "{name}=role"`' if " " in name else f"`--map {name}=role`" for name in likely)
    columns = joined_words(list(headers))
    step = f"did you mean {mapped}? Else" if likely else "say which column it is with `--map COLUMN=role`; else"
    return f"{who} judged for a next role, as no column is called `role`: there are {columns}", f"{step} {EVERYBODY}"


def likely_roles(headers: Iterable[str]) -> list[str]:
    """Return the columns that are likely to hold current roles, by what such columns are called."""
    names = {fold_name(clip(name)): name for name in headers if name.strip()}
    found = [names[name] for name in names if name in _LIKELY]
    if not found:
        close = difflib.get_close_matches("role", names, n=1, cutoff=_NEARLY)
        found = [names[name] for name in names if name in close or "job title" in name or name.endswith(" role")]
    return found[:2]
