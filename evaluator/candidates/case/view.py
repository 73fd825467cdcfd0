"""What a promotion case says, as plain data: every text is ready to be shown, and none of it is markup."""

from __future__ import annotations

import datetime

import attrs

from evaluator.core.model import Pack
from evaluator.report.words import Style


@attrs.frozen(kw_only=True)
class Bar:
    """What somebody has against what is needed, as shares from 0 to 1 of one scale; `have` is None where it is unknown."""

    have: float | None
    need: float | None
    met: bool | None
    words: str


@attrs.frozen(kw_only=True)
class Line:
    """A part of a condition: its mark, what it asks, what the person has, a bar where one can be drawn, and its own parts."""

    mark: str
    state: str
    style: Style
    words: str
    values: str = ""
    bar: Bar | None = None
    decides: bool = True
    parts: tuple[Line, ...] = ()


@attrs.frozen(kw_only=True)
class Item:
    """An item of evidence in words; `link` is an address that is safe to follow, or empty."""

    words: str
    link: str = ""
    note: str = ""


@attrs.frozen(kw_only=True)
class CriterionView:
    """A criterion for this person: its state, its conditions, what carries it and where it comes from."""

    id: str
    title: str
    mark: str
    state: str
    style: Style
    counts: str
    applies: tuple[Line, ...]
    lines: tuple[Line, ...]
    evidence: tuple[Item, ...]
    bare: str
    source: str


@attrs.frozen(kw_only=True)
class KindView:
    """The criteria of one kind under its title, and how many of them are met."""

    title: str
    summary: str
    criteria: tuple[CriterionView, ...]


@attrs.frozen(kw_only=True)
class Point:
    """A line of a list: what is said, a remark on it, and what else belongs to it."""

    text: str
    note: str = ""
    mark: str = ""
    style: Style = Style.PLAIN
    more: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Place:
    """The person's place on the ladder: the part of the pack that is drawn, the labels of roles in it, and the same in words."""

    pack: Pack
    labels: dict[str, str]
    words: tuple[str, ...]


@attrs.frozen(kw_only=True)
class PlanStep:
    """One step of the plan: what changes, by when, what it takes and which criteria it closes."""

    what: str
    by: str
    takes: str
    effort: str
    closes: str


@attrs.frozen(kw_only=True)
class PlanView:
    """What the plan comes to in a sentence, its steps, and what else there is to say of it."""

    summary: str
    steps: tuple[PlanStep, ...] = ()
    notes: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Front:
    """Page one, to be read in a minute; `takes` says what the best verdict takes, `distance` how far this person is from it."""

    recommendation: str
    days: str
    """A sentence where the facts are old, or the day judged for is none of now; else empty."""
    verdict: str
    style: Style
    score: str
    score_low: float
    score_high: float
    required: str
    takes: str
    distance: str
    evidence: str
    strongest: tuple[Point, ...]
    missing: tuple[Point, ...]
    unknown: tuple[Point, ...]
    facts: tuple[tuple[str, str], ...]


@attrs.frozen(kw_only=True)
class Case:
    """A promotion case: what the criteria, the evidence and the ladder say; the notes of a profile are in none."""

    title: str
    who: str
    role: str
    as_of: datetime.date
    front: Front
    kinds: tuple[KindView, ...]
    place: Place
    path: tuple[Point, ...]
    gaps: tuple[Point, ...]
    questions: tuple[Point, ...]
    plan: PlanView
    objections: tuple[Point, ...]
    levels: tuple[Point, ...]
    anonymous: bool
