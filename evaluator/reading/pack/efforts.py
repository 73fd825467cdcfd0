"""The `effort:` and `accrues:` of an attribute: what it takes to change it, and what time alone brings."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from evaluator.core.attributes import Attribute
from evaluator.core.effort import Accrual, Effort
from evaluator.core.values import NUMERIC, Kind, Number, ValueType, clip
from evaluator.diagnostics import Problems, did_you_mean
from evaluator.reading.pack.shapes import At, Got, Key, ListOf, Located, MapOf, Object
from evaluator.reading.references import Sort, refer, refer_value
from evaluator.reading.yaml.scalars import Identifier, Numeral, Text

EFFORT = Object(
    what="an effort",
    keys=[
        Key(name="each", shape=Numeral(above=0), doc="the effort of one unit more, one rank up, one member more, or a change"),
        Key(name="to", shape=MapOf(key=Text(), shape=Numeral(above=0)), doc="the effort of an option; of a scale, from the one below"),
        Key(name="down", shape=Numeral(above=0), doc="the effort of one unit less, one rank down, one member less, or a change back"),
        Key(name="months", shape=Numeral(above=0), doc="the months that each takes at least"),
    ],
)
ACCRUES = Object(
    what="what time brings",
    keys=[
        Key(name="per_year", shape=Numeral(above=0), doc="how much of it a year brings by itself", required=True),
        Key(name="in_tracks", shape=ListOf(shape=At(shape=Identifier())), doc="the tracks on which it does so; else on all"),
    ],
)
EFFORT_KEYS = (
    Key(name="effort", shape=EFFORT, doc="what it takes to change it, in the pack's own measure; without it no plan changes it"),
    Key(name="accrues", shape=ACCRUES, doc="what time alone brings of it"),
)
_WITHOUT = frozenset({Kind.RECORDS, Kind.TEXT})


def read_effort(got: Got, type_: ValueType, problems: Problems) -> Effort | None:
    """Return what an attribute says of the effort of changing it; None where it says nothing usable."""
    effort: Got | None = got.get("effort")
    if effort is None:
        return None
    if type_.kind in _WITHOUT:
        problems.add("R104", f"{type_.kind.one} is nothing that effort changes", got.places["effort"], help="take `effort` out")
        return None
    to = _options(effort.get("to", {}), type_, problems)
    if not effort.places:
        problems.add("R105", "the effort is empty", got.places["effort"], help="say {each: 3}, or take it out")
        return None
    return Effort(each=effort.get("each"), to=to, down=effort.get("down"), months=effort.get("months", 0))


def _options(said: Mapping[str, Located[Number]], type_: ValueType, problems: Problems) -> Mapping[str, Number]:
    result: dict[str, Number] = {}
    for name, placed in said.items():
        if name in type_.options:
            refer_value(type_, name, placed.span)
            result[name] = placed.value
        else:
            step = did_you_mean(name, type_.options) or f"use `each`: {type_.kind.one} has no options"
            problems.add("R204", f"`{clip(name)}` is none of the options", placed.span, help=step)
    return result


def read_accrual(got: Got, type_: ValueType, problems: Problems) -> Accrual | None:
    """Return how much of an attribute a year brings by itself, or None."""
    said: Got | None = got.get("accrues")
    if said is None or not said.has("per_year"):
        return None
    if type_.kind not in NUMERIC:
        problems.add("R104", f"time alone changes no {type_.kind}", got.places["accrues"], help="take `accrues` out, or state an `effort`")
        return None
    tracks: tuple[Located[str], ...] = said.get("in_tracks", ())
    for track in tracks:
        refer(Sort.TRACK, track.value, track.span)
    in_tracks, span = tuple(track.value for track in tracks), said.places.get("in_tracks", said.span)
    return Accrual(per_year=said["per_year"], in_tracks=in_tracks, span=span)


def check_tracks(attributes: Iterable[Attribute], tracks: Container[str], names: Iterable[str], problems: Problems) -> None:
    """Report tracks that are named by what accrues, and are none of the pack."""
    for attribute in attributes:
        accrual = attribute.accrues
        for track in () if accrual is None else accrual.in_tracks:
            if accrual is not None and track not in tracks:
                step = did_you_mean(track, names) or "declare it in pack.yaml, or take it out"
                problems.add("R207", f"there is no track called `{clip(track)}`", accrual.span, help=step)
