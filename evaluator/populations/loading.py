"""People loaded from Python: read as the command line reads them, chosen by a condition, and with what is wrong with the others."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import overload

import attrs

from evaluator.cli.clock import today
from evaluator.core.database_address import DatabaseAddress, address_of
from evaluator.core.model import Pack, Profile
from evaluator.core.notebook import html_table
from evaluator.diagnostics import Problems, ReadingError
from evaluator.populations.where import Chosen, Where, chosen, read_where
from evaluator.reading.profile.people import read_people
from evaluator.reading.tables.database_query import forget
from evaluator.reading.tables.formats import CSV, EXCEL, format_at
from evaluator.reading.tables.mapped_cells import TableMapping
from evaluator.reading.tables.model import Options
from evaluator.report.words import counted

_CHUNK = 20_000
_SHOWN = 10
_PathLike = str | os.PathLike[str]


@attrs.frozen(kw_only=True, repr=False, eq=False)
class People(Sequence[Profile]):
    """Profiles in the order of their files, everything that was found wrong or odd on the way, and whom a condition took."""

    profiles: tuple[Profile, ...]
    problems: Problems
    where: Chosen | None = None

    @overload
    def __getitem__(self, index: int) -> Profile: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Profile, ...]: ...
    def __getitem__(self, index: int | slice) -> Profile | tuple[Profile, ...]:
        return self.profiles[index]

    def __len__(self) -> int:
        return len(self.profiles)

    def __iter__(self) -> Iterator[Profile]:
        return iter(self.profiles)

    def __repr__(self) -> str:
        return f"People({self._counts})"

    def _repr_html_(self) -> str:
        rows = [(one.id, one.role or "–", f"{len(one.given):,}") for one in self.profiles[:_SHOWN]]
        more = len(self.profiles) - _SHOWN
        return html_table(self._counts, ("id", "role", "facts"), rows, f"and {more:,} more" if more > 0 else "")

    @property
    def _counts(self) -> str:
        errors, warnings = len(self.problems.errors), len(self.problems.warnings)
        parts = [counted(len(self.profiles), "person", "people")]
        parts += [counted(errors, "error")] if errors else []
        parts += [counted(warnings, "warning")] if warnings else []
        return ", ".join([*parts, *([f"where {self.where.words}"] if self.where is not None else [])])


def load_people(  # noqa: PLR0913 - how tables are read, each as its option is called
    paths: _PathLike | Iterable[_PathLike],
    pack: Pack,
    *,
    mapping: _PathLike | Mapping[str, str] | None = None,
    where: str | None = None,
    partial: bool = False,
    encoding: str | None = None,
    decimal: str | None = None,
    dates: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    query: str | None = None,
) -> People:
    """Read every profile under a path or several: files, folders, tables, and databases by their address and a `query`.

    `mapping` is a mapping file, or says which column is which as `{"Years in PM": "product_management_years"}`; `where` is a condition
    on columns and attributes, `"department = 'Payments'"`, and takes those who are known to meet it. The others say how tables are
    read, as the options of the command line that are called so. Raises ReadingError with every problem found where one cannot be used;
    with `partial` those who can are returned, and the `problems` of the result say what is wrong with the others.
    """
    problems = Problems()
    named = [os.fspath(path) for path in ([paths] if isinstance(paths, str | os.PathLike) else paths)]
    listed = [address_of(path) or path for path in named]
    said = {"encoding": encoding, "decimal": decimal, "dates": dates, "sheet": sheet, "header_row": header_row, "query": query}
    options = _options(listed, mapping, problems, **said)
    condition = None if where is None else read_where(where, pack, options, None)
    options = options if condition is None else attrs.evolve(options, chosen_by=condition.names)
    try:
        profiles = read_people(listed, pack, problems, options)
        if problems.errors and not partial:
            raise ReadingError(problems)
        if condition is None:
            return People(profiles=profiles, problems=problems)
        ids, counts = _taken(listed, pack, options, condition)
    finally:
        for address in listed:
            if isinstance(address, DatabaseAddress):
                forget(address)
    return People(profiles=tuple(one for one in profiles if one.id in ids), problems=problems, where=counts)


def _options(paths: Sequence[str], mapping: _PathLike | Mapping[str, str] | None, problems: Problems, **said: object) -> Options:
    """Return how tables are read; raises ReadingError where the mapping file cannot be used."""
    from evaluator.reading.tables.mapping import read_mapping

    pairs, source = {}, TableMapping()
    if isinstance(mapping, Mapping):
        pairs = dict(mapping)
    elif mapping is not None:
        source = read_mapping(os.fspath(mapping), problems)
    if problems.errors:
        raise ReadingError(problems)
    formats = {format_at(path) for path in paths}
    folder = any(Path(path).is_dir() for path in paths)
    options = Options(mapping=pairs, source=source, **said)  # type: ignore[arg-type]
    return options.with_source(in_rows=folder or bool(formats & {CSV, EXCEL}), in_sheets=folder or EXCEL in formats)


def _taken(paths: Sequence[str], pack: Pack, options: Options, where: Where) -> tuple[frozenset[str], Chosen]:
    """Return the ids of those whom a condition takes, and how many they are."""
    from evaluator.reading.tables.population import open_population

    found, counts = set[str](), Chosen(where=where.text)
    for chunk in open_population(paths, pack, options, as_of=today(), chunk_rows=_CHUNK, problems=Problems()):
        met, part = chosen(where, chunk, None, pack)
        found.update(chunk.frame["id"].filter(met).to_list())
        counts = counts.and_(part)
    return frozenset(found), counts
