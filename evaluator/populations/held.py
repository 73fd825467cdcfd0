"""A population held in memory: its people at any day, whatever is computed from lists of entries, and the rows that cannot be judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

import attrs
import polars as pl

from evaluator.core.dates import day_of
from evaluator.core.expressions import Gather
from evaluator.core.model import Pack, Profile
from evaluator.core.values import Facts, Kind, Value
from evaluator.diagnostics import Problems
from evaluator.engines.columns.codec import gathered_attributes
from evaluator.engines.columns.decode import decoded, with_records
from evaluator.engines.columns.derived import AS_OF, OWN_DAYS
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.engines.columns.plan import role_today
from evaluator.populations.empty_chunk import with_one
from evaluator.populations.where import Chosen, Where, chosen, those
from evaluator.reading.profile.people import read_people
from evaluator.reading.tables import Chunk, Population, Rejected
from evaluator.reading.tables.model import first_reasons
from evaluator.reading.tables.profile_files import Profiles

_PLACE = "place"


@attrs.frozen(slots=False, kw_only=True)
class HeldPopulation:
    """A population in memory, as a pack reads it; `records` holds lists of entries by the place of a row, which no column can."""

    pack: Pack
    frame: pl.DataFrame
    records: Mapping[int, Mapping[str, Value]]
    rejected: tuple[Rejected, ...]
    other_roles: Counter[str]
    rows: int
    chosen: Chosen | None = None
    """Whom a condition takes, where not everybody is."""
    _profiles: dict[int, Profile] = attrs.field(factory=dict, init=False, repr=False, eq=False)

    @cached_property
    def left_out(self) -> tuple[Rejected, ...]:
        """Each row that cannot be judged once, by its first reason."""
        return first_reasons(self.rejected)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each person, by the id."""
        return {str(name): place for place, name in enumerate(self.frame["id"])}

    @property
    def undated(self) -> int:
        """How many people say no day of their own."""
        return self.frame[OWN_DAYS[0]].null_count()

    def role(self, place: int) -> str | None:
        """Return the role that somebody holds, by its id; None where it is not stated, or none of the pack."""
        return self.roles_today[place]

    @cached_property
    def roles_today(self) -> list[str | None]:
        """The roles that people hold, by their ids, in their order."""
        names = list(self.pack.roles)
        return [None if found is None else names[found] for found in self.frame[role_today(self.pack)]]

    @cached_property
    def names(self) -> list[str | None]:
        """What people are called, in their order."""
        return self.frame["name"].to_list()

    def at(self, places: Sequence[int], days: pl.Series | None = None, stated: Mapping[int, Facts] | None = None) -> pl.DataFrame:
        """Return people by their places, each at a day of their own, or at the one that they were read for.

        What is `stated` of people at some places takes the place of what they state themselves.
        """
        frame = self.frame[places]
        stated = stated or {}
        if not stated and (days is None or (days == frame[AS_OF]).all()):
            return frame
        days = frame[AS_OF] if days is None else days
        moved = frame.with_columns(days.cast(pl.Int32).alias(AS_OF))
        again = [
            row
            for row, place in enumerate(places)
            if place in stated or (place in self.computed_from_entries and days[row] != frame[AS_OF][row])
        ]
        if not again:
            return moved
        people = [Person(profile=_with(self.profile(places[row]), stated.get(places[row])), as_of=day_of(days[row])) for row in again]
        made = frame_of(self.pack, people).with_columns(frame[again].select("name", "row", "line"))
        numbered = moved.with_row_index(_PLACE)
        others = numbered.filter(~pl.col(_PLACE).is_in(again))
        computed = made.with_columns(pl.Series(_PLACE, again, dtype=pl.UInt32)).select(numbered.columns).cast(numbered.schema)
        return pl.concat([others, computed]).sort(_PLACE).drop(_PLACE)

    @cached_property
    def computed_from_entries(self) -> Collection[int]:
        """The places of those of whom something is computed from lists of entries, which has to be computed again for another day."""
        gathered = [one.derivation.expression for one in gathered_attributes(self.pack) if one.derivation is not None]
        alone = all(isinstance(one, Gather) and one.attributes == (one.records,) for one in gathered)
        return self.records if alone else range(self.frame.height)

    def profile(self, place: int) -> Profile:
        """Return the profile of somebody, with lists of entries."""
        if place not in self._profiles:
            person = next(decoded(self.pack, self.frame[[place]]))
            self._profiles[place] = with_records(self.pack, person, self.records.get(place, {}))
        return self._profiles[place]


def _with(profile: Profile, stated: Facts | None) -> Profile:
    return profile if stated is None else attrs.evolve(profile, given={**profile.given, **stated})


def held(population: Population, pack: Pack, where: Where | None = None) -> HeldPopulation:
    """Hold a population in memory, or those of it whom a condition takes, which may be nobody."""
    counted = None if where is None else Chosen(where=where.text)
    chunks: list[Chunk] = []
    for chunk in with_one(attrs.evolve(population, keeps_records=True), pack, population.kept_columns):
        if where is None or counted is None:
            chunks.append(chunk)
            continue
        met, part = chosen(where, chunk, None, pack)
        chunks.append(those(chunk, met))
        counted = counted.and_(part)
    records: dict[int, Mapping[str, Value]] = {}
    start = 0
    for chunk in chunks:
        records |= {start + place: chunk.records[row] for place, row in enumerate(chunk.frame["row"]) if row in chunk.records}
        start += chunk.frame.height
    frame = pl.concat([chunk.frame for chunk in chunks], how="diagonal", rechunk=True)
    return HeldPopulation(
        pack=pack,
        frame=frame,
        records=records | _of_profiles(population, pack, frame),
        rejected=tuple(row for chunk in chunks for row in chunk.rejected),
        other_roles=sum((Counter(chunk.other_roles) for chunk in chunks), Counter()),
        rows=sum(chunk.rows for chunk in chunks),
        chosen=counted,
    )


def _of_profiles(population: Population, pack: Pack, frame: pl.DataFrame) -> dict[int, Mapping[str, Value]]:
    """Return the lists of entries of people who are files of their own, by their places: those are in no chunk."""
    kinds = [name for name, attribute in pack.attributes.items() if attribute.kind is Kind.RECORDS]
    paths = [table.path for table in population.tables if isinstance(table, Profiles)]
    if not kinds or not paths:
        return {}
    places = {str(name): place for place, name in enumerate(frame["id"])}
    profiles = [profile for profile in read_people(paths, pack, Problems()) if profile.id in places]
    found = {places[profile.id]: {name: profile.given[name] for name in kinds if name in profile.given} for profile in profiles}
    return {place: entries for place, entries in found.items() if entries}
