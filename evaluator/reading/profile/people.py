"""Paths → profiles: single files, folders of them, and tables."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from evaluator.core.database_address import address_of
from evaluator.core.files import SpecialFile, open_to_read
from evaluator.core.model import Pack, Profile
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Related, Span
from evaluator.reading import limits
from evaluator.reading.profile.profile import DAYS, profile_in, read_profile
from evaluator.reading.tables.csv_profiles import read_table
from evaluator.reading.tables.formats import CSV, PROFILE, format_of, holds_tables, is_table
from evaluator.reading.tables.model import Options
from evaluator.reading.tables.sources import File, files_under, profiles_in
from evaluator.reading.yaml.files import THROUGH_INPUT, decode, note_owner

_AT_ONCE = 10_000
_AHEAD = datetime.date(2999, 12, 31)
"""A day for rows without one; nothing that is computed as of it can be what somebody stated."""
STANDARD_INPUT = "-"


def read_people(
    paths: Iterable[str | os.PathLike[str]], pack: Pack, problems: Problems, options: Options | None = None
) -> tuple[Profile, ...]:
    """Read every profile under the paths, in order; unreadable ones and ids that come twice are reported and left out.

    The options say how tables are read.
    """
    profiles: dict[str, Profile] = {}
    for profile in _all(paths, pack, problems, options or Options()):
        first = profiles.setdefault(profile.id, profile)
        if first is not profile:
            related = [Related(span=first.span, message="the other one")]
            problems.add("D104", f"the id `{clip(profile.id)}` stands for two profiles", profile.span, help="rename one", related=related)
    return tuple(profiles.values())


def _all(paths: Iterable[str | os.PathLike[str]], pack: Pack, problems: Problems, options: Options) -> Iterator[Profile]:
    for path in paths:
        yield from _under(os.fspath(path), pack, problems, options)


def _under(path: str, pack: Pack, problems: Problems, options: Options) -> Iterator[Profile]:
    place = Path(path)
    if path == STANDARD_INPUT:
        for file in files_under(path, problems):
            yield from _file(file, pack, problems, options)
    elif address_of(path) is not None or holds_tables(place) or is_table(path):
        for file in files_under(path, problems, options.query):
            yield from _table(file, pack, problems, options)
    elif place.is_dir():
        files = profiles_in(place)
        if not files:
            problems.add("R001", "the folder holds no profile, a file ending in .yaml", Span.whole_file(path))
        for one in files:
            yield from _some(read_profile(one, pack, problems))
    else:
        yield from _some(read_profile(path, pack, problems))


def _some(profile: Profile | None) -> Iterator[Profile]:
    if profile is not None:
        yield profile


def _file(file: File, pack: Pack, problems: Problems, options: Options) -> Iterator[Profile]:
    """Read what came through standard input: a table, or one profile."""
    if format_of(file.place, file.path) is not PROFILE:
        yield from _table(file, pack, problems, options)
        return
    with open_to_read(file.place) as stream:
        text = decode(stream.read(limits.TEXT_FILE + 1), file.path, problems)
    yield from _some(None if text is None else profile_in(text, file.path, pack, problems))


def _table(file: File, pack: Pack, problems: Problems, options: Options) -> Iterator[Profile]:
    """Read the rows of a table: of CSV one by one, each cell with its place, of other formats as those of a population."""
    try:
        if format_of(file.place, file.path) is CSV:
            note_owner(file.path, problems)
            with open_to_read(file.place) as stream:
                data = stream.read()
            yield from read_table(data, file.path, pack, problems, options)
            return
    except OSError as problem:
        what = "there is no such file, or it may not be read" if not isinstance(problem, SpecialFile) else problem.strerror
        step = THROUGH_INPUT if isinstance(problem, SpecialFile) else None
        problems.add("R001", f"the table cannot be read: {what}", Span.whole_file(file.path), help=step)
        return
    yield from _rows(file, pack, problems, options)


def _rows(file: File, pack: Pack, problems: Problems, options: Options) -> Iterator[Profile]:
    from evaluator.engines.columns.decode import decoded, with_records
    from evaluator.reading.tables.meanings import GROUP
    from evaluator.reading.tables.population import population_of

    read = attrs.evolve(options, groups=True)
    population = population_of([file], pack, read, as_of=_AHEAD, chunk_rows=_AT_ONCE, problems=problems)
    for chunk in attrs.evolve(population, keeps_records=True):
        for one in chunk.rejected:
            message, _, step = one.reason.partition("; ")
            line = one.line or one.row
            problems.add(one.code, message, Span(path=file.path, line=line, column=1, end_line=line, end_column=1), help=step or None)
        kept = chunk.kept.to_dicts() or [{}] * chunk.frame.height
        for row, person, beside in zip(chunk.frame["row"], decoded(pack, chunk.frame), kept, strict=True):
            profile = with_records(pack, person, chunk.records.get(row, {}))
            span = attrs.evolve(profile.span, path=file.path)
            groups = {name.removeprefix(GROUP): str(text) for name, text in beside.items() if name.startswith(GROUP) and text}
            yield attrs.evolve(profile, span=span, places=dict.fromkeys(DAYS, span), groups=groups)
