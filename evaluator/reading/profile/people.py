"""Paths → profiles: single files, folders of them, and tables."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from evaluator.core.files import SpecialFile, standard_input
from evaluator.core.model import Pack, Profile
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, ReadingError, Related, Span
from evaluator.reading.profile.profile import profile_in, read_profile
from evaluator.reading.tables.csv_profiles import read_table
from evaluator.reading.tables.formats import CSV, format_named
from evaluator.reading.tables.model import Options
from evaluator.reading.tables.sources import profiles_in
from evaluator.reading.yaml.files import ORDINARY_FILE, THROUGH_INPUT, decode, open_input

STANDARD_INPUT = "-"


def read_people(
    paths: Iterable[str | os.PathLike[str]], pack: Pack, problems: Problems, options: Options | None = None
) -> tuple[Profile, ...]:
    """Read every profile under the paths, in order; unreadable ones and ids that come twice are reported and left out.

    The options say how tables are read.
    """
    found: dict[str, Profile] = {}
    for profile in _all(paths, pack, problems, options or Options()):
        first = found.setdefault(profile.id, profile)
        if first is not profile:
            related = [Related(span=first.span, message="the other one")]
            problems.add("D104", f"the id `{clip(profile.id)}` stands for two profiles", profile.span, help="rename one", related=related)
    return tuple(found.values())


def load_people(paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], pack: Pack) -> tuple[Profile, ...]:
    """Read every profile under a path or several: files, folders, tables.

    Raises ReadingError with every problem found where one cannot be used.
    """
    problems = Problems()
    people = read_people([paths] if isinstance(paths, str | os.PathLike) else paths, pack, problems)
    if problems.errors:
        raise ReadingError(problems)
    return people


def _all(paths: Iterable[str | os.PathLike[str]], pack: Pack, problems: Problems, options: Options) -> Iterator[Profile]:
    for path in paths:
        yield from _one(os.fspath(path), pack, problems, options)


def _one(path: str, pack: Pack, problems: Problems, options: Options) -> Iterator[Profile]:
    place = Path(path)
    if path == STANDARD_INPUT:
        yield from _standard_input(pack, problems, options)
    elif place.is_dir():
        files = profiles_in(place)
        if not files:
            problems.add("R001", "the folder holds no profile, a file ending in .yaml", Span.whole_file(path))
        for file in files:
            yield from _some(read_profile(file, pack, problems))
    elif format_named(path) is CSV:
        yield from _table(path, pack, problems, options)
    else:
        yield from _some(read_profile(path, pack, problems))


def _some(profile: Profile | None) -> Iterator[Profile]:
    if profile is not None:
        yield profile


def _table(path: str, pack: Pack, problems: Problems, options: Options) -> Iterator[Profile]:
    try:
        with open_input(path, problems) as file:
            data = file.read()
    except SpecialFile as problem:
        problems.add("R001", f"the table cannot be read: {problem.strerror}", Span.whole_file(path), help=THROUGH_INPUT)
        return
    except OSError:
        problems.add("R001", "the table cannot be read: there is no such file, or it may not be read", Span.whole_file(path))
        return
    yield from read_table(data, path, pack, problems, options)


def _standard_input(pack: Pack, problems: Problems, options: Options) -> Iterator[Profile]:
    name = "<standard input>"
    try:
        data = standard_input().read()
    except SpecialFile as problem:
        problems.add("R001", f"standard input cannot be read: {problem.strerror}", Span.whole_file(name), help=ORDINARY_FILE)
        return
    first = data.removeprefix(codecs.BOM_UTF8).split(b"\n", 1)[0]
    if b": " not in first and b"id" in [cell.strip(b' "\r').lower() for cell in re.split(b"[,;\t]", first)]:
        yield from read_table(data, name, pack, problems, options)
        return
    text = decode(data, name, problems)
    yield from _some(None if text is None else profile_in(text, name, pack, problems))
