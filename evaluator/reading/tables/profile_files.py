"""Profiles in files of their own, read as a population: a folder of them, or one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import polars as pl

from evaluator.core.model import Pack, Profile
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Span
from evaluator.engines.columns.encode import Person, frame_of
from evaluator.reading.profile.profile import read_profile
from evaluator.reading.tables.columns import ColumnMap, reads_group
from evaluator.reading.tables.formats import READ
from evaluator.reading.tables.meanings import GROUP
from evaluator.reading.tables.model import WITHHELD, Chunk, Rejected, rejected, told
from evaluator.reading.tables.rows import Door
from evaluator.reading.tables.sources import Asking, File, profiles_in
from evaluator.reading.yaml.files import read_text
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
        step = f"name a folder of profiles, or a {READ}"
        asking.problems.add("D101", "the folder holds no profile, a file ending in .yaml", Span.whole_file(file.path), help=step)
        return None
    for name in (*asking.options.required, *asking.options.chosen_by):
        if not asking.words.knows(name):
            step = "name an attribute of the pack; `evaluator show --attributes` lists them"
            asking.problems.add("D103", f"profiles have no column `{clip(name)}`", Span.whole_file(file.path), help=step)
            return None
    groups = dict.fromkeys(name for path in files for name in _groups(path) if reads_group(asking.options, GROUP + name))
    columns = ColumnMap(header=(), own={}, attributes={}, groups=dict.fromkeys(groups, 0), kept={})
    return Profiles(path=file.path, files=tuple(files), pack=asking.pack, columns=columns, chunk_rows=asking.chunk_rows)


def _groups(file: Path) -> list[str]:
    """Return the names of the facts of groups in a profile."""
    text = read_text(file, Problems())
    node = parse_yaml(text, file.name, Problems()) if text is not None and "groups" in text else None
    entry = node.get("groups") if isinstance(node, MappingNode) else None
    return [one.key.text for one in entry.value.entries] if entry is not None and isinstance(entry.value, MappingNode) else []
