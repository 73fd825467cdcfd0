"""The titles of roles, criteria and facts in the place of their ids, in tables that people read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from evaluator.core.model import Pack
from evaluator.engines.columns.gaps import SEPARATOR
from evaluator.populations.levels import names
from evaluator.populations.request import Request
from evaluator.populations.result_codes import HELD_BY

_ROLES = ("role", "next_role", "judged_role")
_OF_ROLE = ("gaps", HELD_BY, "criterion")
_FACTS = ("questions", "undefined")
_JOINT = "; "
"""Between titles, as there may be a comma in one."""


def titled(frame: pl.DataFrame, pack: Pack, request: Request) -> pl.DataFrame:
    """Return a table of results with titles for the ids that a run writes; columns that are carried along stay as they are."""
    own = set(names(pack, request)).intersection(frame.columns)
    roles = {role.id: role.title for role in pack.roles.values()}
    facts = {name: attribute.title for name, attribute in pack.attributes.items()}
    standings = [f"standing_{track.id}" for track in pack.tracks]
    about = next((name for name in _ROLES[1:] if name in own), None)
    made = [_named(frame, name, roles) for name in (*_ROLES, *standings) if name in own]
    made += [_named(frame, name, facts) for name in _FACTS if name in own]
    if about is not None:
        made += [_of_role(frame, name, about, pack) for name in _OF_ROLE if name in own]
    return frame.with_columns(made)


def _named(frame: pl.DataFrame, name: str, titles: Mapping[str, str]) -> pl.Series:
    return _each(frame[name], lambda text: _joined(text, titles))


def _of_role(frame: pl.DataFrame, name: str, about: str, pack: Pack) -> pl.Series:
    """Return the titles of criteria, each among those of the role in the same row."""
    titles = {role.id: {criterion.id: criterion.title for criterion in role.criteria} for role in pack.judged_roles}
    pairs = frame.select(pl.col(about).cast(pl.String), pl.col(name).cast(pl.String)).unique().rows()
    found = {(role, text): _joined(text, titles[role]) for role, text in pairs if role is not None and text is not None}
    rows = zip(frame[about].cast(pl.String), frame[name].cast(pl.String), strict=True)
    return pl.Series(name, [found.get(row, row[1]) for row in rows], dtype=pl.String)


def _each(column: pl.Series, told: Callable[[str], str]) -> pl.Series:
    texts = column.cast(pl.String)
    found = {text: told(text) for text in texts.unique().drop_nulls()}
    return texts.replace_strict(found, return_dtype=pl.String) if found else texts


def _joined(text: str, titles: Mapping[str, str]) -> str:
    return _JOINT.join(titles.get(one, one) for one in text.split(SEPARATOR)) if text else text
