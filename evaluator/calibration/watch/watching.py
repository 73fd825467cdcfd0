"""A pack that is being edited: at every save, what lint and its worked examples say, and who moved."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import attrs

from evaluator.calibration.diff.analysis import Diff, diff
from evaluator.calibration.diff.people import both
from evaluator.calibration.people import People, why_no_candidates
from evaluator.core.model import Pack
from evaluator.core.ready_for import waiting_for
from evaluator.diagnostics import Problems
from evaluator.packs.changes.renames import read_by_both
from evaluator.packs.changes.rules import read_alike
from evaluator.packs.examples import Outcome, run
from evaluator.packs.lint import check_pack
from evaluator.reading.pack.pack import read_pack
from evaluator.reading.pack.ruletests import read_rule_tests

_SETTLED = 0.03
"""Seconds without another change after which a save counts as complete: editors write a file in steps."""
_OF_ONE_ROLE = frozenset({"roles", "tests"})
Stamps = Mapping[str, tuple[int, int]]


@attrs.frozen(kw_only=True)
class Saved:
    """What a save came to: the files, what lint says, and who moved since the save before and since the start.

    The diffs are None where the pack cannot be used; then the one before stays the one to compare with.
    """

    files: tuple[str, ...]
    problems: Problems
    since_last: Diff | None
    since_start: Diff | None


@attrs.frozen(kw_only=True)
class Version:
    """A pack as it was at a save, as it reads people, who may state names of the pack at the start too, and these people."""

    saved: Pack
    pack: Pack
    people: People


class Watch:
    """Looks at a pack's folder; `read` reads the population by a pack's attributes."""

    def __init__(self, folder: str, pack: Pack, read: Callable[[Pack], People]) -> None:
        """Begin with the pack as it is."""
        self.folder = folder
        self._read = read
        self.start = self.last = Version(saved=pack, pack=pack, people=read(pack))
        self._stamps = stamps(folder)

    @property
    def nobody(self) -> str:
        """Why nobody is a candidate for any role by the pack as it is, as a clause; empty where somebody is."""
        people, pack = self.last.people, self.last.pack
        if any(people.candidates(role, pack.moves).any() for role in pack.judged_roles):
            return ""
        return why_no_candidates(people, moves=pack.moves)

    def saved(self) -> tuple[str, ...]:
        """Return the files that were written, added or taken away since the last look, once nothing changes any more."""
        now = stamps(self.folder)
        if now == self._stamps:
            return ()
        while (later := _later(self.folder)) != now:
            now = later
        changed = tuple(sorted(name for name in {*now, *self._stamps} if now.get(name) != self._stamps.get(name)))
        self._stamps = now
        return changed

    def look(self, files: Sequence[str]) -> Saved:
        """Read the pack after a save, and find out who moved."""
        problems = Problems()
        pack = read_pack(self.folder, problems)
        if pack is not None:
            check_pack(pack, problems)
        if pack is None or problems.errors:
            return Saved(files=tuple(files), problems=problems, since_last=None, since_start=None)
        last, self.last = self.last, self._version(pack)
        since = self._since(last)
        from_start = since if last is self.start else self._since(self.start)
        return Saved(files=tuple(files), problems=problems, since_last=since, since_start=from_start)

    def tests(self, files: Sequence[str], problems: Problems) -> Iterator[Outcome]:
        """Run the worked examples that a save can touch: of roles whose files were written, and of those that wait for them, or all."""
        pack = self.last.saved
        roles = _roles(files)
        tables = {Path(role.span.path).stem for role in pack.roles.values() if role.row is not None}
        wanted = None if roles is None or tables.intersection(roles) else [role for role in roles if role in pack.roles]
        if wanted is not None:
            wanted += [role.id for role in waiting_for(pack, wanted)]
        yield from run(pack, read_rule_tests(pack, problems, wanted), engine="reference")

    def _version(self, pack: Pack) -> Version:
        """Return the pack with its people, who go on stating what they stated when the watching began."""
        return self._read_by(read_by_both(self.start.saved, pack)[1], saved=pack)

    def _read_by(self, pack: Pack, saved: Pack) -> Version:
        """Return a pack with its people, who are read anew only where it reads them in another way."""
        for known in (self.last, self.start):
            if known.pack is pack:
                return known
            if read_alike(known.pack, pack) and _former(known.pack) == _former(pack):
                same = attrs.evolve(pack, attributes=known.people.pack.attributes)
                return Version(saved=saved, pack=same, people=known.people)
        return Version(saved=saved, pack=pack, people=self._read(pack))

    def _since(self, version: Version) -> Diff:
        """Compare the pack as it is with an earlier version, as `diff` does: what is only renamed moves nobody."""
        now = self.last
        old, new = read_by_both(version.pack, now.pack)
        before, after = self._read_by(old, version.saved), self._read_by(new, now.saved)
        people = both(before.pack, after.pack, before.people, None if after.people is before.people else after.people)
        return diff(version.saved, now.saved, people)


def _former(pack: Pack) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the names by which people may state something still."""
    return pack.former_names, pack.former_fields


def stamps(folder: str) -> Stamps:
    """Return the size and the time of the last write of every rule file."""
    result: dict[str, tuple[int, int]] = {}
    for path in sorted(Path(folder).rglob("*.y*ml")):
        try:
            state = path.stat()
        except FileNotFoundError:
            continue
        result[os.fspath(path)] = (state.st_size, state.st_mtime_ns)
    return result


def _later(folder: str) -> Stamps:
    time.sleep(_SETTLED)
    return stamps(folder)


def _roles(files: Sequence[str]) -> list[str] | None:
    """Return the roles whose own files were written; None where another file was, which may touch every role."""
    paths = [Path(name) for name in files]
    if not all(path.parent.name in _OF_ONE_ROLE for path in paths):
        return None
    return [path.stem for path in paths]
