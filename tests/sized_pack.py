"""Packs of any size, written as files, and tables of people for them; the same on every run."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import attrs

from tests.tiny_pack import write

_PACK = """
pack: sized
title: Sized
version: 1.0.0
effective: 2026-01-01
tracks:
{tracks}
verdicts:
  - verdict: ready
    when: {{required_unmet: {{at_most: 0}}, score: {{at_least: 0.75}}}}
  - verdict: nearly
    when: {{required_unmet: {{at_most: 1}}, score: {{at_least: 0.5}}}}
  - verdict: not yet
"""


@attrs.frozen(kw_only=True)
class Size:
    """How large a pack is: roles spread over tracks, criteria of each, attributes from 0 to 5, bands of a table on their mean."""

    roles: int = 20
    tracks: int = 10
    criteria: int = 9
    attributes: int = 60
    bands: int = 0
    seed: int = 7


def write_pack(folder: Path, size: Size) -> Path:
    """Write a pack whose criteria ask for a least value each, two of them required; a role leads to the next rung of its track."""
    chance = random.Random(size.seed)
    tracks = "\n".join(f"  t{track}: {{title: Track {track}}}" for track in range(size.tracks))
    files = {"pack.yaml": _PACK.format(tracks=tracks), "attributes.yaml": "\n".join(_attributes(size)) + "\n"}
    moves = [
        f"  - {{from: r{low}, to: r{low + size.tracks}, kind: promotion, basis: judgement}}" for low in range(size.roles - size.tracks)
    ]
    files["moves.yaml"] = "moves:\n" + "\n".join(moves) + "\n" if moves else "moves: []\n"
    for role in range(size.roles):
        files[f"roles/r{role}.yaml"] = "\n".join(_role(chance, role, size)) + "\n"
    return write(folder, files)


def _attributes(size: Size) -> Iterator[str]:
    yield "attributes:"
    for place in range(size.attributes):
        yield f"  a{place}: {{title: Skill {place}, type: integer, range: {{at_least: 0, at_most: 5}}, question: How good at {place}?}}"
    if size.bands:
        yield f"  mean: {{title: Mean, type: number, derive: {{mean: [{', '.join(f'a{place}' for place in range(size.attributes))}]}}}}"
        yield "  level: {title: Level, type: integer, derive: {lookup: {of: mean, table: levels}}}"
        yield from _table(size.bands)


def _table(bands: int) -> Iterator[str]:
    """Yield a table that shares out what a mean can be over so many bands, the first of which gives 0."""
    yield "tables:\n  levels:\n    type: integer\n    bands:"
    ends = [f"{5 * place / bands:.4f}" for place in range(1, bands)]
    for place in range(bands):
        lowest = [f"at_least: {ends[place - 1]}"] if place else []
        highest = [f"below: {ends[place]}"] if place < bands - 1 else []
        yield f"      - {{{', '.join([*lowest, *highest])}, gives: {place}}}"


def _role(chance: random.Random, role: int, size: Size) -> Iterator[str]:
    yield f"role: r{role}\ntitle: Role {role}\ntrack: t{role % size.tracks}\nrung: {role // size.tracks + 1}\ncriteria:"
    for place, attribute in enumerate(chance.sample(range(size.attributes), size.criteria)):
        head = f"id: c{place}, title: Criterion {place}, kind: skill, basis: judgement, weight: {chance.randint(1, 3)}"
        required = ", required: true" if place < 2 else ""
        yield f"  - {{{head}{required}, when: {{a{attribute}: {{at_least: {chance.randint(1, 5)}}}}}}}"
    if size.bands:
        yield f"  - {{id: level, title: Level, kind: skill, basis: judgement, when: {{level: {{at_least: {size.bands // 2}}}}}}}"


_DIFFERENT = 5000
"""So many people are drawn; of more, they come again, under other ids."""


def write_people(target: Path, size: Size, count: int, *, roles: bool = True) -> Path:
    """Write a table of people with a role of today each, unless that is left out, and one value in twenty missing."""
    chance = random.Random(size.seed + 1)
    drawn = [_person(chance, size, roles=roles) for _ in range(min(count, _DIFFERENT))]
    with target.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["id", *(["role"] if roles else []), *(f"a{place}" for place in range(size.attributes))])
        rows.writerows([f"p{person}", *drawn[person % _DIFFERENT]] for person in range(count))
    return target


def _person(chance: random.Random, size: Size, *, roles: bool) -> list[str | int]:
    role: list[str | int] = [f"r{chance.randrange(size.roles)}"] if roles else []
    return [*role, *("" if chance.random() < 0.05 else chance.randint(0, 5) for _ in range(size.attributes))]
