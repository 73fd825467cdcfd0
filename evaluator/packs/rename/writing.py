"""Several files written together: all of them, or none, also where the program is killed between two of them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import BinaryIO

import attrs

from evaluator.core.files import PRIVATE, beside_path, kept_mode, read_bytes, take_lock, to_disk
from evaluator.packs.edits import GONE
from evaluator.packs.rename.edits import FileEdit
from evaluator.reading.yaml.splicing import EditProblem, held_as_read

JOURNAL = ".rename.journal"
"""The file in a pack's folder that says which files a rename is writing; it is there only while that is done."""
_HELD = "another program renames something in this pack"


@attrs.frozen(kw_only=True)
class _Replacement:
    """A file, the new one that takes its place or another one's, where each of them lies meanwhile, and the hashes of both."""

    source: Path
    target: Path
    new: Path
    kept: Path
    before: str
    after: str

    @property
    def done(self) -> bool:
        """Whether the new file has taken its place, and the old one has left it."""
        return _hash(self.target) == self.after and (self.source == self.target or not os.path.lexists(self.source))

    def take_back(self) -> None:
        """Put back the file that was there, whether or not it was replaced yet."""
        if self.target != self.source and _hash(self.target) == self.after:
            self.target.unlink()
        if _hash(self.source) != self.before:
            self.kept.replace(self.source)

    @property
    def can_be_taken_back(self) -> bool:
        """Whether nobody has written to what this would write to, and the old file is still there."""
        untouched = self.target == self.source or _hash(self.target) in {None, self.after}
        return untouched and (_hash(self.source) == self.before or (_hash(self.source) in {None, self.after} and self._is_kept))

    @property
    def _is_kept(self) -> bool:
        return _hash(self.kept) == self.before


def write_all(edits: Sequence[FileEdit], folder: str) -> None:
    """Write every edit, or none of them; `folder` is the pack's, where a journal lies meanwhile from which `take_back` can tell.

    Raises EditProblem, with nothing written, where a file is not what it was, is held by another program, or is in the way of one that
    gets another name; what the system refuses comes up as OSError, and all files are as they were.
    """
    journal = Path(folder) / JOURNAL
    with ExitStack() as held:
        for edit in edits:
            _hold(edit, held)
        stream = held.enter_context(_begun(journal))
        replacements = [_replacement(edit) for edit in edits]
        try:
            for edit, one in zip(edits, replacements, strict=True):
                _stage(edit, one)
            stream.write(_written(replacements))
            stream.flush()
            os.fsync(stream.fileno())
            to_disk(journal.parent)
            for one in replacements:
                _put(one)
            for path in {one.target.parent for one in replacements}:
                to_disk(path)
        except BaseException:
            for one in reversed(replacements):
                if one.kept.exists():
                    one.take_back()
            _clear(replacements, journal)
            raise
        _clear(replacements, journal)


def take_back(folder: str, *, dry_run: bool = False) -> str | None:
    """Take back what a rename had written that was killed before it was done, and return a sentence on it; None where there was none.

    One that had written everything is left as it is. Raises EditProblem where a file was changed since, where another program is at it,
    and where nothing may be written.
    """
    journal = Path(folder) / JOURNAL
    try:
        stream = journal.open("rb")
    except FileNotFoundError:
        return None
    with stream:
        _take(stream, journal)
        return _taken_back(_read(stream.read()), journal, folder, dry_run=dry_run)


def _begun(journal: Path) -> BinaryIO:
    """Return a new journal, which is this program's as long as it is open."""
    try:
        stream = os.fdopen(os.open(journal, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE), "wb")
    except FileExistsError:
        raise EditProblem(_HELD, "try again once it is done") from None
    _take(stream, journal)
    return stream


def _take(stream: BinaryIO, journal: Path) -> None:
    """Take the lock of a journal; raises EditProblem where another program has it, or has taken the journal away."""
    try:
        mine = take_lock(stream.fileno()) is not False and journal.stat().st_ino == os.fstat(stream.fileno()).st_ino
    except FileNotFoundError:
        mine = False
    if not mine:
        stream.close()
        raise EditProblem(_HELD, "try again once it is done")


def _taken_back(replacements: Sequence[_Replacement], journal: Path, folder: str, *, dry_run: bool) -> str | None:
    whole = all(one.done for one in replacements)
    if dry_run and not whole:
        raise EditProblem(f"a rename that was stopped left {folder} half written", "leave out --dry-run, which takes that back first")
    changed = None if whole else next((one for one in replacements if not one.can_be_taken_back), None)
    if changed is not None:
        step = f"mend {folder} by hand, or get it back from git; then take out {journal}"
        raise EditProblem(f"a rename that was stopped left {folder} half written, and {changed.source} was changed since", step)
    if dry_run:
        return None
    for one in () if whole else reversed(replacements):
        one.take_back()
    _clear(replacements, journal)
    if not replacements:
        return None
    if whole:
        return f"a rename that was stopped in {folder} had written all of its files, which stay"
    return f"a rename that was stopped in {folder} was taken back first, so that all is as it was before"


def _written(replacements: Iterable[_Replacement]) -> bytes:
    files = [{name: str(value) for name, value in attrs.asdict(one).items()} for one in replacements]
    return json.dumps({"format": "evaluator/rename", "version": 1, "files": files}).encode()


def _read(data: bytes) -> list[_Replacement]:
    """Return what a journal says; nothing where it was not written to its end, as no file is replaced before."""
    try:
        files: list[Mapping[str, str]] = json.loads(data)["files"]
    except (ValueError, KeyError, TypeError):
        return []
    return [
        _Replacement(
            source=Path(one["source"]),
            target=Path(one["target"]),
            new=Path(one["new"]),
            kept=Path(one["kept"]),
            before=one["before"],
            after=one["after"],
        )
        for one in files
    ]


def _hold(edit: FileEdit, held: ExitStack) -> None:
    path = Path(edit.path)
    held.enter_context(held_as_read(path, edit.before, GONE))
    if edit.to != edit.path and os.path.lexists(edit.to):
        raise EditProblem(f"{edit.to} is there already", "choose another name, or take that file away first")
    if edit.to != edit.path and path.is_symlink():
        raise EditProblem(f"{edit.path} is a link, and would get another name", "put the file itself there")


def _replacement(edit: FileEdit) -> _Replacement:
    source = Path(os.path.realpath(edit.path))
    target = Path(os.path.realpath(edit.to)) if edit.to != edit.path else source
    return _Replacement(
        source=source,
        target=target,
        new=beside_path(target, "rename.part"),
        kept=beside_path(source, "rename.kept"),
        before=hashlib.sha256(edit.before).hexdigest(),
        after=hashlib.sha256(edit.after).hexdigest(),
    )


def _stage(edit: FileEdit, one: _Replacement) -> None:
    """Write the new bytes beside the file, with its mode and owner, down to the disk, and keep the file under another name too."""
    for path in (one.new, one.kept):
        path.unlink(missing_ok=True)
    descriptor = os.open(one.new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(edit.after)
        stream.flush()
        os.fsync(stream.fileno())
    one.new.chmod(kept_mode(one.new, one.source.stat()))
    try:
        os.link(one.source, one.kept)
    except OSError:  # a disk without links
        shutil.copy2(one.source, one.kept)


def _put(one: _Replacement) -> None:
    one.new.replace(one.target)
    if one.target != one.source:
        one.source.unlink()


def _clear(replacements: Iterable[_Replacement], journal: Path) -> None:
    """Take away what lay beside the files meanwhile, and the journal last."""
    for one in replacements:
        for path in (one.new, one.kept):
            with suppress(OSError):
                path.unlink(missing_ok=True)
    journal.unlink(missing_ok=True)


def _hash(path: Path) -> str | None:
    """Return the hash of a file, or None where there is none."""
    try:
        return hashlib.sha256(read_bytes(path)).hexdigest()
    except FileNotFoundError:
        return None
