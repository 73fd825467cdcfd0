"""Which files there are under a path, which format each has, and what pins down its content."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs

from evaluator.core.files import Nameless, SpecialFile, no_ordinary_file, open_to_read, special, standard_input
from evaluator.core.model import Pack, Profile
from evaluator.diagnostics import Problems, Span
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.reading.profile.profile import read_profile
from evaluator.reading.tables.columns import GROUP, ColumnMap, reads_group
from evaluator.reading.tables.model import WITHHELD, Chunk, Rejected, rejected, told
from evaluator.reading.tables.opening import Asking, File
from evaluator.reading.tables.rows import Door
from evaluator.reading.yaml.files import ORDINARY_FILE, THROUGH_INPUT, read_text
from evaluator.reading.yaml.nodes import MappingNode, parse_yaml

_MOST_CHUNK = 20_000
"""Profiles in memory at a time: they weigh more than rows."""


@attrs.frozen(kw_only=True)
class Profiles:
    """Profiles in files of their own, each of which is a row."""

    path: str
    files: tuple[Path, ...]
    pack: Pack
    columns: ColumnMap
    chunk_rows: int

    @property
    def total_rows(self) -> int:
        """How many files there are."""
        return len(self.files)

    def chunks(self, door: Door) -> Iterator[Chunk]:
        """Read the files, some at a time."""
        size = min(self.chunk_rows, _MOST_CHUNK)
        for start in range(0, len(self.files), size):
            yield door.finished(self._chunk(start, self.files[start : start + size], door))

    def _chunk(self, start: int, files: tuple[Path, ...], door: Door) -> Chunk:
        import polars as pl

        good: list[tuple[int, Profile]] = []
        left_out: list[Rejected] = []
        for number, file in enumerate(files, start + 1):
            own = Problems()
            profile = read_profile(file, self.pack, own)
            if profile is None or own.errors:
                left_out += [self._rejected(number, file, own, at) for at in range(len(own.errors))]
            else:
                good.append((number, profile))
        people = [Person(profile=one, as_of=door.as_of if door.as_of_wins else one.as_of or door.as_of) for _, one in good]
        lines = pl.Series("line", [one.span.line for _, one in good], dtype=pl.Int64)
        beside = [pl.Series("row", [number for number, _ in good], dtype=pl.Int64), lines]
        frame = frame_of(self.pack, people).with_columns(*beside, pl.Series("name", [one.name for _, one in good], dtype=pl.String))
        facts = {GROUP + name for name in self.columns.groups}
        wanted = {name: name.removeprefix(GROUP) if name in facts else "" for name in door.kept_columns}
        kept = {name: [one.groups.get(fact) for _, one in good] for name, fact in wanted.items()}
        beside_frame = pl.DataFrame(kept, schema=dict.fromkeys(kept, pl.String))
        return Chunk(frame=frame, kept=beside_frame, rejected=tuple(left_out), rows=len(files), path=self.path)

    def _rejected(self, number: int, file: Path, own: Problems, at: int) -> Rejected:
        error = own.errors[at]
        code, reason = told(error)
        lines = (own.text(error.span.path) or "").splitlines()
        text = _line(lines, error.span.line)
        return rejected(code, reason, row=number, line=error.span.line, text=text, id_=file.stem, path=str(file))


def _line(lines: list[str], number: int) -> str:
    """Return a line of a profile, but for those that may hold facts of groups."""
    if not 0 < number <= len(lines):
        return ""
    text = lines[number - 1]
    above = next((line for line in reversed(lines[:number]) if line[:1].strip()), "")
    return WITHHELD if "groups" in text or "groups" in above else text.strip()


def open_profiles(file: File, asking: Asking) -> Profiles | None:
    """Open a folder of profiles, or one profile."""
    files = profiles_in(file.place) if file.place.is_dir() else [file.place]
    if not files:
        step = "name a folder of profiles, a CSV, JSON Lines, Parquet or Excel file"
        asking.problems.add("D101", "the folder holds no profile, a file ending in .yaml", Span.whole_file(file.path), help=step)
        return None
    groups = dict.fromkeys(name for one in files for name in _groups(one) if reads_group(asking.options, GROUP + name))
    columns = ColumnMap(header=(), own={}, attributes={}, groups=dict.fromkeys(groups, 0), kept={})
    return Profiles(path=file.path, files=tuple(files), pack=asking.pack, columns=columns, chunk_rows=asking.chunk_rows)


def _groups(file: Path) -> list[str]:
    """Return the names of the facts of groups in a profile."""
    text = read_text(file, Problems())
    node = parse_yaml(text, file.name, Problems()) if text is not None and "groups" in text else None
    entry = node.get("groups") if isinstance(node, MappingNode) else None
    return [one.key.text for one in entry.value.entries] if entry is not None and isinstance(entry.value, MappingNode) else []


_PROFILES = frozenset({".yaml", ".yml"})
_CSV = frozenset({".csv", ".tsv", ".tab", ".txt"})
_PARQUET = frozenset({".parquet", ".pq"})
_EXCEL = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
_JSON = frozenset({".jsonl", ".ndjson", ".json"})
_TABLES = _CSV | _PARQUET | _EXCEL | _JSON
_KNOWN = _TABLES | _PROFILES
_PROFILE = re.compile(rb"^profile: ", re.MULTILINE)
STANDARD_INPUT = "-"
_SPOOLED = "<standard input>"
_SPOOLS: list[Nameless] = []
"""What keeps the copies of standard input open: closed, they would be gone."""
_PIECE = 1 << 20
_SAMPLES = 64

Opener = Callable[[File, Asking], Any]


@attrs.frozen(kw_only=True)
class Fingerprint:
    """What pins down a file: its name, size and hash; of a large one a hash of pieces, and the time of change (else 0)."""

    path: str
    size: int
    changed_ns: int
    digest: str


def fingerprint(file: File) -> Fingerprint:
    """Return a file's fingerprint; of a large one, pieces are read. What came from standard input has no time of its own."""
    if file.place.is_dir():
        return _folder_fingerprint(file)
    found = file.place.stat()
    spooled = file.path == _SPOOLED
    digest = hashlib.sha256(str(found.st_size).encode())
    with open_to_read(file.place) as opened:
        for start in _starts(found.st_size, every=spooled):
            opened.seek(start)
            digest.update(opened.read(_PIECE))
    changed = 0 if spooled or found.st_size <= _PIECE * _SAMPLES else found.st_mtime_ns
    return Fingerprint(path=file.path, size=found.st_size, changed_ns=changed, digest=digest.hexdigest())


def _starts(size: int, *, every: bool) -> list[int] | range:
    if every or size <= _PIECE * _SAMPLES:
        return range(0, size, _PIECE)
    return [(size - _PIECE) * sample // (_SAMPLES - 1) for sample in range(_SAMPLES)]


def _folder_fingerprint(file: File) -> Fingerprint:
    digest = hashlib.sha256()
    size = changed = 0
    for path in profiles_in(file.place):
        found = path.stat()
        digest.update(f"{path.name}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
        size, changed = size + found.st_size, max(changed, found.st_mtime_ns)
    return Fingerprint(path=file.path, size=size, changed_ns=changed, digest=digest.hexdigest())


def profiles_in(folder: Path) -> list[Path]:
    """Return the profiles of a folder, in order."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in _PROFILES and _to_read(path))


def _to_read(path: Path) -> bool:
    """Whether what lies in a folder of people is read, or refused by name, as a pipe is."""
    return path.is_file() or special(path) is not None


def files_under(path: str, problems: Problems) -> list[File]:
    """Return the files that a path stands for: itself, standard input in a file of its own, or the tables of a folder."""
    place = Path(path)
    if path == STANDARD_INPUT:
        return _spooled(problems)
    if place.is_dir() and not profiles_in(place):
        tables = sorted(one for one in place.iterdir() if one.suffix.lower() in _TABLES and _to_read(one))
        if not tables:
            step = "name a folder of profiles (.yaml), or a CSV, JSON Lines, Parquet or Excel file"
            problems.add("D101", "the folder holds no profile and no table", Span.whole_file(path), help=step)
        return [File(path=str(one), place=one) for one in tables if _ordinary(one, problems)]
    return [File(path=path, place=place)] if _ordinary(place, problems) else []


def _ordinary(place: Path, problems: Problems) -> bool:
    """Whether a table can be opened again and again, as it has to be; a problem where it cannot."""
    words = special(place)
    if words is None and (place.is_fifo() or place.is_char_device()):  # given open: read once, it would be gone
        words = no_ordinary_file("a pipe" if place.is_fifo() else "a terminal")
    if words is not None:
        problems.add("D101", f"the file cannot be read: {words}", Span.whole_file(str(place)), help=THROUGH_INPUT)
    return words is None


def _spooled(problems: Problems) -> list[File]:
    """Copy standard input into a file of which nothing is left, however the program ends."""
    try:
        given = standard_input()
    except SpecialFile as problem:
        problems.add("D101", f"standard input cannot be read: {problem.strerror}", Span.whole_file(_SPOOLED), help=ORDINARY_FILE)
        return []
    spool = Nameless()
    _SPOOLS.append(spool)
    with spool.path.open("wb") as copy:
        shutil.copyfileobj(given, copy)
    return [File(path=_SPOOLED, place=spool.path)]


def opener(file: File) -> Opener:
    """Return who opens a file of its format: told by its first bytes where they tell, else by the end of its name."""
    from evaluator.reading.tables.csv_table import open_csv
    from evaluator.reading.tables.excel import open_excel
    from evaluator.reading.tables.json_lines import open_json_lines
    from evaluator.reading.tables.parquet import open_parquet

    suffix = file.place.suffix.lower()
    if file.place.is_dir():
        return open_profiles
    with open_to_read(file.place) as opened:
        first = opened.read(4096)
    if first.startswith(b"PAR1") or suffix in _PARQUET:
        return open_parquet
    if first.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")) or suffix in _EXCEL:
        return open_excel
    start = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if suffix in _JSON or (suffix not in _KNOWN and start.startswith((b"{", b"["))):
        return open_json_lines
    return open_profiles if suffix in _PROFILES or (suffix not in _KNOWN and _PROFILE.search(first)) else open_csv
