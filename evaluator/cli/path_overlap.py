"""Nothing that a command reads may be where it writes: its paths, told from the types of its parameters, held against each other.

A file is known by what it is, not by how it is spelt: through links, hard links, other ways to write a path, or in another case.
"""

from __future__ import annotations

import enum
import itertools
import os
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import click

from evaluator.core.database_address import address_of
from evaluator.reading.tables.formats import PROFILE_ENDINGS, TABLE_ENDINGS, ending

STANDARD_STREAM = "-"
_INSIDE = "::"
_PARTS_OF_A_PACK = ("", "roles", "tests")


class Holds(enum.Enum):
    """What a folder is read for, where a path names one."""

    PEOPLE = "profiles, or else tables"
    TABLES = "tables"
    PACK = "rule files"
    EVERYTHING = "all that is in it"


class ReadPath(click.Path):
    """The type of a parameter that names what a command reads; of the address of a database nothing secret is seen by anybody else."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click takes them
        """Return a path, or the address of a database, which as a text is what may be shown of it."""
        address = address_of(value) if isinstance(value, str) else None
        return super().convert(value, param, ctx) if address is None else address

    def __init__(self, *, holds: Holds = Holds.EVERYTHING, unnamed: str | None = None, **given: Any) -> None:  # noqa: ANN401 - as click takes them
        """Make the type; `holds` is what a folder is read for, `unnamed` what is read where no path is named."""
        super().__init__(**given)
        self.holds, self.unnamed = holds, unnamed


class WrittenPath(click.Path):
    """The type of a parameter that names what a command writes; `beside_log` where that is kept from the log by a rule of its own."""

    def __init__(self, *, beside_log: bool = False, **given: Any) -> None:  # noqa: ANN401 - as click takes them
        super().__init__(**given)
        self.beside_log = beside_log

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:  # noqa: ANN401 - as click takes them
        """Return a path; a database is never written to."""
        address = address_of(value) if isinstance(value, str) else None
        if address is not None:
            self.fail(f"{address} is a database, and it is only read; name a file", param, ctx)
        return super().convert(value, param, ctx)


class LogPath(ReadPath):
    """The type of a parameter that names a log of decisions, which may be written to, with its folder."""

    def __init__(self, *, written: bool = False, **given: Any) -> None:  # noqa: ANN401 - as click takes them
        super().__init__(**given)
        self.written = written


@attrs.frozen(kw_only=True)
class _Place:
    """A path, and what names it: an option or an argument, or what goes there unasked."""

    path: Path
    named: str
    log: bool = False
    beside_log: bool = False
    words: str = attrs.field(default=attrs.Factory(lambda self: f"{self.named} names {self.path}", takes_self=True))


@attrs.frozen(kw_only=True)
class _Read(_Place):
    holds: Holds = Holds.EVERYTHING


def check(ctx: click.Context, *, rejected: Path | None = None) -> None:
    """Refuse a command that writes where it reads, or twice into one file; `rejected` is where it puts rejected rows unasked."""
    named = list(_named(ctx))
    reads = [path_named for path_named in named if isinstance(path_named, _Read)]
    writes = [path_named for path_named in named if not isinstance(path_named, _Read)]
    if rejected is not None:
        writes.append(_Place(path=rejected, named="", words=f"rejected rows would go to {rejected}"))
    for write in writes:
        if any(_apart(write, read) and _taken(write.path, read) for read in reads):
            raise click.UsageError(f"{write.words}, which is read as input; name another file", ctx)
        if _is_stream(0, write.path):
            raise click.UsageError(f"{write.words}, which is read as standard input; name another file", ctx)
    for one, other in itertools.combinations(writes, 2):
        if _apart(one, other) and _same(one.path, other.path):
            raise click.UsageError(f"{one.named or 'rejected rows'} and {other.named} both name {other.path}; name two files", ctx)
    for read in reads:
        if read.path.is_file() and _is_stream(1, read.path):
            raise click.UsageError(f"standard output goes to {read.path}, which is read as input; send it elsewhere", ctx)


def _apart(write: _Place, other: _Place) -> bool:
    """Whether two places have to be two: an option may both read and write one."""
    return write.named != other.named and not (write.log and other.beside_log) and not (write.beside_log and other.log)


def _named(ctx: click.Context) -> Iterator[_Place]:
    for parameter in ctx.command.params:
        type_ = parameter.type
        unnamed = [type_.unnamed] if isinstance(type_, ReadPath) and type_.unnamed else []
        for value in _values(ctx.params.get(parameter.name or "")) or unnamed:
            yield from _places(type_, value, _name(parameter))


def _places(type_: object, value: str, name: str) -> Iterator[_Place]:
    log = isinstance(type_, LogPath)
    if isinstance(type_, WrittenPath):
        yield _Place(path=Path(value), named=name, beside_log=type_.beside_log)
    if isinstance(type_, LogPath) and type_.written:
        yield _Place(path=Path(value), named=name, log=True)
    if isinstance(type_, ReadPath):
        path = value if os.path.lexists(value) else file_of(value)
        yield _Read(path=Path(path), named=name, holds=type_.holds, log=log)
    if log:
        yield _Read(path=Path(value).with_suffix(".d"), named=name, holds=Holds.EVERYTHING, log=True)


def _name(parameter: click.Parameter) -> str:
    return parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name


def _values(given: object) -> list[str]:
    values = given if isinstance(given, tuple | list) else (given,)
    return [os.fspath(value) for value in values if isinstance(value, str | os.PathLike) and os.fspath(value) != STANDARD_STREAM]


def _same(path: Path, other: Path) -> bool:
    """Whether two paths lead to one file, be it there or not."""
    first, second = _found(path), _found(other)
    if first is not None and second is not None:
        return os.path.samestat(first, second)
    return first is second and _same_new(path, other)


def _same_new(one: Path, other: Path) -> bool:
    places = [Path(os.path.realpath(path)) for path in (one, other)]
    names = {unicodedata.normalize("NFC", path.name).casefold() for path in places}
    return len(names) == 1 and _same(places[0].parent, places[1].parent) if places[0] != places[1] else True


def _found(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (OSError, ValueError):
        return None


def _is_stream(number: int, path: Path) -> bool:
    """Whether a path is the file that a standard stream comes from or goes to."""
    try:
        stream = os.fstat(number)
    except OSError:
        return False
    found = _found(path)
    return found is not None and stat.S_ISREG(stream.st_mode) and os.path.samestat(found, stream)


def _taken(write: Path, read: _Read) -> bool:
    """Whether a command that writes there would write over what it reads, or into what it would read the next time."""
    if not read.path.is_dir():
        return _same(write, read.path)
    if _same(write, read.path):
        return True
    if read.holds is Holds.EVERYTHING:
        return lies_in(write, read.path)
    folders = [read.path / part for part in _PARTS_OF_A_PACK] if read.holds is Holds.PACK else [read.path]
    endings = {Holds.PACK: PROFILE_ENDINGS, Holds.TABLES: TABLE_ENDINGS}.get(read.holds) or _endings(read.path)
    return any(_taken_of(write, folder, endings) for folder in folders if folder.is_dir())


def lies_in(write: Path, folder: Path) -> bool:
    """Whether a path leads into a folder, however deep, or to a file of it that has another name too."""
    if any(_same(above, folder) for above in Path(os.path.realpath(write)).parents):
        return True
    found = _found(write)
    if found is None or found.st_nlink == 1:
        return False
    return any(_same(write, Path(path) / name) for path, _, names in os.walk(folder) for name in names)


def _endings(folder: Path) -> frozenset[str]:
    """Return the endings of the files that a folder of people is read by."""
    return PROFILE_ENDINGS if any(_ending(entry) in PROFILE_ENDINGS for entry in _entries(folder)) else TABLE_ENDINGS | PROFILE_ENDINGS


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(entries)


def _ending(entry: os.DirEntry[str]) -> str:
    return ending(entry.name)


def _taken_of(write: Path, folder: Path, endings: frozenset[str]) -> bool:
    found, path = _found(write), Path(os.path.realpath(write))
    if ending(path) in endings and _same(path.parent, folder):
        return True
    if found is None:
        return False
    return any(
        _same(write, Path(entry.path))
        for entry in _entries(folder)
        if _ending(entry) in endings and (entry.is_symlink() or entry.inode() == found.st_ino)
    )


def file_of(path: str) -> str:
    """Return the file of a path that may name a table in it."""
    return path.rpartition(_INSIDE)[0] or path
