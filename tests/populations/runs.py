"""A small pack in files, made-up people for it, and chunks of random people, for tests of population runs."""

from __future__ import annotations

import csv
import datetime
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
import polars as pl

from evaluator.core.model import Pack
from evaluator.engines.columns.encode import Person, beyond_floats, frame_of
from evaluator.reading.tables import Chunk, Rejected
from tests.strategies import random_as_of, random_profile

AS_OF = datetime.date(2026, 11, 1)
FILES = {
    "pack.yaml": """
pack: small
title: Small ladder
version: 1.2.0
effective: 2026-01-01
tracks:
  management: {title: Management}
  craft: {title: Craft}
verdicts:
  - verdict: ready
    when: {required_unmet: {at_most: 0}, score: {at_least: 0.75}}
  - verdict: nearly
    when: {required_unmet: {at_most: 1}, score: {at_least: 0.5}}
  - verdict: not yet
ranking:
  tie_breakers:
    - {attribute: years, prefer: high}
    - {attribute: level}
""",
    "attributes.yaml": """
scales:
  level: [none, some, good]
attributes:
  years: {title: Years, type: number, unit: years, question: How many years?, range: {at_least: 0, at_most: 60}}
  reports: {title: Reports, type: integer, unit: people, question: How many reports?}
  level: {title: Level, type: scale, scale: level, question: How well?}
  owns: {title: Owns a budget, type: flag, question: Do you?}
  areas: {title: Areas, type: set, options: [pricing, research], question: Which?}
""",
    "moves.yaml": """
moves:
  - {from: manager, to: director, kind: promotion, basis: judgement}
  - {from: manager, to: expert, kind: lateral, basis: judgement, when: {owns: false}}
""",
    "sources.yaml": "documents: {}\n",
    "roles/manager.yaml": """
role: manager
title: Manager
track: management
rung: 1
criteria:
  - {id: some-years, title: Some years, kind: qualification, basis: judgement, when: {years: {at_least: 1}}}
""",
    "roles/director.yaml": """
role: director
title: Director
track: management
rung: 2
criteria:
  - {id: years, title: Eight years, kind: qualification, required: true, weight: 3, basis: judgement, when: {years: {at_least: 8}}}
  - {id: led, title: Has led, kind: step, weight: 2, basis: judgement, when: {any_of: [{reports: {at_least: 2}}, {level: {at_least: good}}]}}
  - {id: owns, title: Owns money, kind: responsibility, basis: judgement, when: {owns: true}, applies_when: {reports: {at_least: 1}}}
  - {id: knows, title: Knows, kind: skill, basis: judgement, when: {areas: {includes: pricing}}}
""",
    "roles/expert.yaml": """
role: expert
title: Expert
track: craft
rung: 1
criteria:
  - {id: skilled, title: Skilled, kind: skill, basis: judgement, when: {level: {at_least: good}, areas: {includes_all: [pricing, research]}}}
""",
}


def write_rules(folder: Path) -> Path:
    """Write the pack."""
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content.lstrip("\n"), encoding="utf-8")
    return folder


def write_people(path: Path, count: int, *, seed: int = 1, bad: int = 0) -> Path:
    """Write people as CSV; every so many-th row has a value that cannot be."""
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "name", "role", "years", "reports", "level", "owns", "areas", "team"])
        for place in range(count):
            writer.writerow(_cells(chance, place, wrong=bool(bad) and place % bad == bad - 1))
    return path


def _cells(chance: random.Random, place: int, *, wrong: bool) -> list[object]:
    def maybe(value: object) -> object:
        return value if chance.random() > 0.15 else ""

    cells = [f"p{place}", f"=Name {place}", chance.choice(["manager", "manager", "director", ""]), maybe(chance.randint(0, 16) / 2)]
    cells += [maybe(chance.randint(0, 3)), maybe(chance.choice(["none", "some", "good"])), maybe(chance.choice(["true", "false"]))]
    cells += [maybe(chance.choice(["pricing", "pricing; research", "none"])), f"+team {place % 7}"]
    return [*cells[:3], "ninety", *cells[4:]] if wrong else cells


@attrs.frozen(kw_only=True)
class Chunks:
    """A population that is at hand already."""

    chunks: Sequence[Chunk]
    total_rows: int | None = None
    sources: Sequence[object] = ()
    kept_columns: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Chunk]:
        return iter(self.chunks)


def random_people(chance: random.Random, pack: Pack, count: int) -> list[Person]:
    """Return random people with ids of their own, and with numbers such as a table can hold: of no more than fifteen digits."""
    made = (attrs.evolve(random_profile(chance, pack), id=f"p{place}") for place in range(count * 3))
    usable = [one for one in made if not any(map(beyond_floats, one.given.values()))]
    return [Person(profile=profile, as_of=random_as_of(chance)) for profile in usable[:count]]


def frame_with_rows(pack: Pack, people: Sequence[Person]) -> pl.DataFrame:
    """Return the frame of people as a population gives it."""
    row = pl.int_range(1, len(people) + 1, eager=True)
    return frame_of(pack, people).with_columns(row=row, line=row + 1, name=pl.Series([one.profile.name for one in people], dtype=pl.String))


def chunk(frame: pl.DataFrame, *rejected: Rejected) -> Chunk:
    """Return a chunk of a frame, with nothing carried along."""
    return Chunk(frame=frame, kept=pl.DataFrame(), rejected=rejected, rows=frame.height + len({one.row for one in rejected}))
