"""The narrow frame → tidy tables: a row for each person, for each person and role, or for each criterion too."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence

import attrs
import polars as pl

from evaluator.core.model import Criterion, Pack
from evaluator.core.results import State
from evaluator.engines.columns.derived import AS_OF, OWN_DAYS
from evaluator.engines.columns.gaps import SEPARATOR
from evaluator.engines.columns.plan import side
from evaluator.populations import result_codes as narrow
from evaluator.populations.name_codes import gap_words, named_once, question_words, spelled, undefined_words
from evaluator.populations.reported import MEASURES, Measures, facts_of, reported_columns
from evaluator.populations.request import Level, Request
from evaluator.populations.result_codes import (
    ABOUT,
    GAPS,
    HELD_BY,
    HIGH,
    LOW,
    QUESTIONS,
    SIDES,
    STEPS,
    TRUTHS,
    UNDEFINED,
    mask,
    rank,
    shown,
    stands,
    state,
)
from evaluator.report.reported import reported_names

DIGITS = 4
PLACES = 10**DIGITS
"""Scores are written in steps of one over this, rounded down, so that none looks as if it reached a threshold that it missed."""
_STANDING = ("perhaps", "standing")
_TRUTH = ("false", "true", "unknown")
_TRUTHS = (False, True, None)
UNTIL = "to"
DAYS = ("as_of", "projection_to", "facts_as_of")


def tidy(people: pl.DataFrame, frame: pl.DataFrame, pack: Pack, request: Request, kept: pl.DataFrame) -> pl.DataFrame:
    """Return the level's table of a chunk: people as they came in, what was found of them, what the pack reports, what is carried along."""
    if request.role_column is not None and request.level is not Level.PEOPLE:
        return _of_named_roles(people, frame, pack, request, kept)
    carried = _renamed(kept, pack, request)
    if pack.reported:
        reported = reported_columns(facts_of(people, pack, request), pack, reported_columns_of(pack))
        carried = pl.concat([reported, carried], how="horizontal")
    if request.level is Level.CRITERIA:
        return _criteria(people, frame, pack, request, carried)
    return _TIDY[request.level](_person(people, pack, request), frame, pack, request, carried)


def _of_named_roles(people: pl.DataFrame, frame: pl.DataFrame, pack: Pack, request: Request, kept: pl.DataFrame) -> pl.DataFrame:
    """Return the table of people of whom each is judged for a role of their own: the people of one role at a time, in the rows' order."""
    ids = [role.id for role in pack.judged_roles]
    parts = []
    for place in [*frame[ABOUT].drop_nulls().unique().sort()] or [-1]:  # of nobody, the table has its columns
        those = (frame[ABOUT] == place).fill_null(value=False)
        one = attrs.evolve(request, role_column=None, role=ids[max(place, 0)])
        carried = kept.filter(those) if kept.width else kept
        parts.append(tidy(people.filter(those), frame.filter(those), pack, one, carried))
    options = {"judged_role": ids, "criterion": [criterion.id for criterion in narrow.criteria(pack)]}
    same = [pl.col(name).cast(pl.Enum(list(dict.fromkeys(words)))) for name, words in options.items() if name in parts[0].columns]
    return pl.concat([part.with_columns(same) for part in parts]).sort("row", maintain_order=True)


def words(low: str, high: str) -> str:
    """Name a verdict, or the two that it lies between."""
    return low if low == high else f"undecided: {low} {UNTIL} {high}"


def _people(person: pl.DataFrame, frame: pl.DataFrame, pack: Pack, request: Request, kept: pl.DataFrame) -> pl.DataFrame:
    judged = coded(pl.col(ABOUT), [role.id for role in pack.judged_roles]).alias("judged_role" if request.names_role else "next_role")
    names = {shown(what, which): shown(what, which) for what in "vs" for which in SIDES}
    shown_people = frame.select(*_standings(frame, pack), judged, *_verdict(names, pack, request.role), *_details(frame, pack))
    return pl.concat(
        [person.drop("row", *DAYS), shown_people, person.select("row", *DAYS), _provenance(person, pack), kept], how="horizontal"
    )


def _details(frame: pl.DataFrame, pack: Pack) -> list[pl.Expr]:
    """Return gaps, questions and what has no result in words."""
    return [
        spelled(pl.col(GAPS), gap_words(pack)),
        spelled(pl.col(QUESTIONS), question_words(pack)),
        named_once(frame[UNDEFINED], undefined_words(pack)),
        *([spelled(pl.col(HELD_BY), gap_words(pack))] if narrow.caps(pack) else []),
    ]


def _roles(person: pl.DataFrame, frame: pl.DataFrame, pack: Pack, request: Request, kept: pl.DataFrame) -> pl.DataFrame:
    parts = []
    judged = [role for role in pack.judged_roles if request.role in {None, role.id}]
    for role in judged:
        names = {shown(what, which): side(role, what, which) for what in "vs" for which in SIDES}
        code = pl.col(stands(role)).cast(pl.Int16)
        standing = coded(pl.when(code > 0).then(code - 1), _STANDING)
        parts.append(frame.select(*_verdict(names, pack, role.id), standing.alias("standing"), pl.col(rank(role)).alias("next_rank")))
    roles = _repeated([role.id for role in judged], frame.height).alias("judged_role")
    several = len(parts)
    return _woven([person.select("id", "role"), pl.DataFrame({"judged_role": roles}), parts, _tail(person, pack, kept)], several)


def _criteria(people: pl.DataFrame, frame: pl.DataFrame, pack: Pack, request: Request, kept: pl.DataFrame) -> pl.DataFrame:
    person = _person(people, pack, request)
    listed = [criterion for criterion in narrow.criteria(pack) if request.role in {None, criterion.role}]
    code = pl.col("code")
    held, applies = code // TRUTHS, code % TRUTHS
    truths = [coded(truth.cast(pl.Int16), _TRUTH).alias(name) for name, truth in (("held", held), ("applies", applies))]
    parts = [frame.select(code=pl.col(state(criterion))).select(_state(held, applies), *truths) for criterion in listed]
    of = pl.DataFrame(
        {
            "judged_role": _repeated([criterion.role for criterion in listed], frame.height),
            "criterion": _repeated([criterion.id for criterion in listed], frame.height),
        }
    )
    measures = _measures(people, frame, pack, request, listed)
    return _woven([person.select("id"), of, parts, measures, _tail(person, pack, kept)], len(listed))


def _measures(people: pl.DataFrame, frame: pl.DataFrame, pack: Pack, request: Request, listed: Sequence[Criterion]) -> list[pl.DataFrame]:
    """Return what each criterion has and needs of each person, by the states that the engine found."""
    found = [Measures(criterion=criterion, attributes=pack.attributes) for criterion in listed]
    states = frame.select(state(criterion) for criterion in listed).iter_rows()
    for facts, codes in zip(facts_of(people, pack, request), states, strict=True):
        for measures, code in zip(found, codes, strict=True):
            held, applies = divmod(code, TRUTHS)
            measures.add(_TRUTHS[held], _TRUTHS[applies], facts)
    return [measures.frame for measures in found]


_TIDY: Mapping[Level, Callable[[pl.DataFrame, pl.DataFrame, Pack, Request, pl.DataFrame], pl.DataFrame]] = {
    Level.PEOPLE: _people,
    Level.ROLES: _roles,
}


def _woven(blocks: Sequence[pl.DataFrame | list[pl.DataFrame]], several: int) -> pl.DataFrame:
    """Join blocks side by side, person by person: one of a row a person is repeated, one of parts takes a row of each in turn."""
    people = next(block.height for block in blocks if isinstance(block, pl.DataFrame))
    rows = pl.int_range(people * several, eager=True, dtype=pl.UInt32)
    once, turn = rows // several, (rows % several) * people + rows // several
    frames: list[pl.DataFrame] = []
    for block in blocks:
        if isinstance(block, pl.DataFrame):
            frames.append(block[once] if block.height == people else block)
        else:
            frames.append(pl.concat(block)[turn])
    return pl.concat(frames, how="horizontal")


def _repeated(names: Sequence[str], people: int) -> pl.Series:
    options = pl.Enum(list(dict.fromkeys(names)))
    once = pl.Series(names, dtype=options)
    return once[pl.int_range(people * len(names), eager=True, dtype=pl.UInt32) % len(names)]


def _person(people: pl.DataFrame, pack: Pack, request: Request) -> pl.DataFrame:
    name = pl.col("name") if "name" in people.columns else pl.lit(None, pl.String).alias("name")
    return people.select("id", name, coded(pl.col("role"), list(pack.roles)).alias("role"), "row", *_days(request.today))


def _days(today: datetime.date | None) -> list[pl.Expr]:
    """Return the day judged for, the same where it has not come, and the day that the facts are of, where that has."""
    judged, facts = date(pl.col(AS_OF)), date(facts_day())
    to_come = pl.lit(None, pl.Date) if today is None else pl.when(judged > today).then(judged)
    expression = facts if today is None else pl.when(facts <= today).then(facts)
    return [day_column.alias(name) for day_column, name in zip((judged, to_come, expression), DAYS, strict=True)]


def facts_day() -> pl.Expr:
    """Return the day that a person's facts are of, as the number of a day: the one they were gathered on, else the profile's own."""
    own, gathered = OWN_DAYS
    return pl.coalesce(gathered, own)


def date(number: pl.Expr) -> pl.Expr:
    """Return the day that a number stands for."""
    day = number.cast(pl.Int32)
    return pl.date(day // PLACES, day // 100 % 100, day % 100)


def coded(code: pl.Expr, options: Sequence[str]) -> pl.Expr:
    """Return the words that small numbers stand for."""
    return code.cast(pl.UInt32).cat.to(pl.Enum([str(option) for option in options]))


def _verdict(names: Mapping[str, str], pack: Pack, role: str | None) -> list[pl.Expr]:
    """Return a verdict in words, both sides of it, and both sides of the score: for a role, or the one that each person is judged for."""
    verdicts = pack.verdict_words
    pairs = [words(low, high) for low in verdicts for high in verdicts]
    low, high = (_word(pl.col(names[shown("v", which)]).cast(pl.Int16), pack, role) for which in SIDES)
    expressions = [
        coded(low * len(verdicts) + high, pairs).alias("verdict"),
        coded(low, verdicts).alias("verdict_worse"),
        coded(high, verdicts).alias("verdict_better"),
    ]
    for which, name in ((LOW, "score_worse"), (HIGH, "score_better")):
        expressions.append((pl.col(names[shown("s", which)]) // (STEPS // PLACES) / PLACES).round(DIGITS).alias(name))
    return expressions


def _word(place: pl.Expr, pack: Pack, role: str | None) -> pl.Expr:
    """Return the places, among all words for verdicts, of verdicts that are known by their places among those on a role."""
    roles = [(about, one) for about, one in enumerate(pack.judged_roles) if role in {None, one.id}]
    found = {about: [pack.verdict_words.index(verdict) for verdict in pack.verdicts_of(one)] for about, one in roles}
    if all(places == list(range(len(places))) for places in found.values()):
        return place
    most = len(pack.verdict_words)
    codes = {about * most + number: word for about, places in found.items() for number, word in enumerate(places)}
    about = pl.col(ABOUT).cast(pl.Int32) if role is None else pl.lit(next(iter(found)), pl.Int32)
    return (about * most + place.cast(pl.Int32)).replace_strict(codes, default=None, return_dtype=pl.Int16)


def _standings(frame: pl.DataFrame, pack: Pack) -> list[pl.Expr]:
    """Return, for each track, the roles that are its standing, in one text."""
    expressions = []
    for track, roles in narrow.tracks(pack):
        bits = frame[mask(track)].unique().to_list()
        named = {number: SEPARATOR.join(role.id for bit, role in enumerate(roles) if number >> bit & 1) or None for number in bits}
        words = pl.col(mask(track)).replace_strict(named, return_dtype=pl.String) if named else pl.col(mask(track)).cast(pl.String)
        expressions.append(words.alias(f"standing_{track}"))
    return expressions


def _state(held: pl.Expr, applies: pl.Expr) -> pl.Expr:
    unknown = (applies == narrow.UNKNOWN) | ((applies == 1) & (held == narrow.UNKNOWN))
    code = pl.when(unknown).then(2).when(applies == 0).then(3).when(held == 1).then(0).otherwise(1)
    return coded(code, [State.MET, State.UNMET, State.UNKNOWN, State.NOT_APPLICABLE]).alias("state")


def _tail(person: pl.DataFrame, pack: Pack, frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([person.select("row", *DAYS), _provenance(person, pack), frame], how="horizontal")


def _provenance(person: pl.DataFrame, pack: Pack) -> pl.DataFrame:
    """Return what the results rest on, the same for everybody."""
    made = {"pack": pack.name, "pack_version": pack.version, "pack_hash": pack.content_hash}
    return pl.DataFrame({name: pl.repeat(word, person.height, dtype=pl.Enum([word]), eager=True) for name, word in made.items()})


def _renamed(frame: pl.DataFrame, pack: Pack, request: Request) -> pl.DataFrame:
    """Return the columns carried along, renamed where a column of the results has their name."""
    own = set(names(pack, request))
    return frame.rename({name: f"kept.{name}" for name in frame.columns if name in own})


def names(pack: Pack, request: Request) -> tuple[str, ...]:
    """Return the names of the level's columns, in order, without those carried along."""
    return (*_own(pack, request), *(reported_columns_of(pack) if pack.reported else ()))


def reported_columns_of(pack: Pack) -> tuple[str, ...]:
    """Return the columns of reported attributes, called the same at every level."""
    requests = [Request(level=level, role=role.id if role else None) for level in Level for role in (None, *pack.judged_roles[:1])]
    return reported_names(pack, [name for request in requests for name in _own(pack, request)])


def _own(pack: Pack, request: Request) -> tuple[str, ...]:
    verdict = ("verdict", "verdict_worse", "verdict_better", "score_worse", "score_better")
    tail = ("row", *DAYS, "pack", "pack_version", "pack_hash")
    if request.level is Level.PEOPLE:
        standing = tuple(f"standing_{track}" for track, _ in narrow.tracks(pack))
        judged = "judged_role" if request.names_role else "next_role"
        held = (HELD_BY,) if narrow.caps(pack) else ()
        return ("id", "name", "role", *standing, judged, *verdict, GAPS, QUESTIONS, UNDEFINED, *held, *tail)
    if request.level is Level.ROLES:
        return ("id", "role", "judged_role", *verdict, "standing", "next_rank", *tail)
    return ("id", "judged_role", "criterion", "state", "held", "applies", *MEASURES, *tail)
