"""The finished chunks of a run, kept beside its output until it is whole, so that a stopped run can go on from them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import attrs
import polars as pl

from evaluator.core.files import PRIVATE, Nameless, make_folder, take_lock, whole, write
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.populations.counting import PopulationCounts
from evaluator.populations.evaluate.resume_differences import changes

RESULTS, REJECTED, UNREAD = "results", "rejected", "unread"
_TABLES = (RESULTS, REJECTED, UNREAD)
_MANIFEST = "run.json"
_TOGETHER = 100_000
"""Rows of a run to standard output that go into one file at least."""


@attrs.frozen(kw_only=True)
class Finished:
    """What a finished chunk came to."""

    counts: PopulationCounts


@attrs.define(kw_only=True)
class Parts:
    """A folder of finished chunks; a chunk is finished once its small JSON file stands beside its tables."""

    folder: Path
    lock: IO[bytes]

    @classmethod
    def begin(cls, folder: Path, manifest: dict[str, Any], *, resume: bool) -> Parts:
        """Open the folder for a run; what an earlier run left is gone on from, or thrown away, and refused where it was another run."""
        make_folder(folder)
        parts = cls(folder=folder, lock=_locked(folder))
        try:
            before = _read_json(folder / _MANIFEST)
            if resume and before is not None:
                _refuse_another(before, manifest, folder)
            else:
                parts._clear()
                _write_json(folder / _MANIFEST, manifest)
        except BaseException:
            parts.leave()
            raise
        return parts

    def _clear(self) -> None:
        (self.folder / _MANIFEST).unlink(missing_ok=True)
        for path in self.folder.iterdir():
            if path.name != "lock":
                path.unlink()

    def finished(self, chunk: int) -> Finished | None:
        """Return what a chunk came to, if it is finished."""
        entry = _read_json(self._path(chunk, "json"))
        if entry is None or any(not self._path(chunk, f"{name}.arrow").is_file() for name in _TABLES):
            return None
        return Finished(counts=PopulationCounts.from_json(entry["counts"]))

    def save(self, chunk: int, tables: dict[str, pl.DataFrame], finished: Finished) -> None:
        """Keep a finished chunk: its tables first, then the file that says it is finished."""
        for name, table in tables.items():
            with whole(self._path(chunk, f"{name}.arrow")) as beside:
                table.write_ipc(beside, compression="lz4")
        _write_json(self._path(chunk, "json"), {"counts": finished.counts.to_json()})

    def paths(self, name: str, chunks: int) -> list[Path]:
        """Return where the tables of that name are."""
        return [self._path(chunk, f"{name}.arrow") for chunk in range(chunks)]

    def _path(self, chunk: int, ending: str) -> Path:
        return self.folder / f"{chunk:06d}.{ending}"

    def leave(self) -> None:
        """Let go of the folder and leave it for a run that goes on."""
        self.lock.close()

    def remove(self) -> None:
        """Remove the folder: the run is whole."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.lock.close()


@attrs.define(kw_only=True)
class TemporaryParts:
    """The finished chunks of a run to standard output: in files without names, of which nothing is left however the run ends.

    Small chunks are put together, so that few files are open at once.
    """

    _waiting: dict[str, list[pl.DataFrame]] = attrs.field(init=False, factory=lambda: {name: [] for name in _TABLES})
    _files: dict[str, list[Nameless]] = attrs.field(init=False, factory=lambda: {name: [] for name in _TABLES})

    def finished(self, _: int) -> Finished | None:
        """Return nothing: no run before left anything."""
        return None

    def save(self, _: int, tables: dict[str, pl.DataFrame], __: Finished) -> None:
        """Keep a finished chunk."""
        for name, table in tables.items():
            self._waiting[name].append(table)
            if sum(frame.height for frame in self._waiting[name]) >= _TOGETHER:
                self._put_away(name)

    def _put_away(self, name: str) -> None:
        held = Nameless()
        pl.concat(self._waiting[name]).write_ipc(held.path, compression="lz4")
        self._files[name].append(held)
        self._waiting[name] = []

    def paths(self, name: str, _: int) -> list[Path]:
        """Return where the tables of that name are."""
        if self._waiting[name]:
            self._put_away(name)
        return [held.path for held in self._files[name]]

    def leave(self) -> None:
        """Let go of what was kept."""
        self.remove()

    def remove(self) -> None:
        """Let go of what was kept."""
        for held in (file for files in self._files.values() for file in files):
            held.close()


def work_folder(output: Path) -> Path:
    """Return the folder of a run's parts, hidden beside its output."""
    return output.with_name(f".{output.name}.parts")


@contextmanager
def clearing(path: Path) -> Iterator[None]:
    """Leave nothing of a run that is stopped, for it cannot go on."""
    try:
        yield
    except BaseException:
        shutil.rmtree(work_folder(path), ignore_errors=True)
        raise


def earlier(folder: Path) -> dict[str, Any] | None:
    """Return what an earlier run that was stopped wrote down of itself, if there is one."""
    return _read_json(folder / _MANIFEST)


def _locked(folder: Path) -> IO[bytes]:
    """Hold the folder's lock for as long as this process lives, where a system has such locks."""
    lock = os.fdopen(os.open(folder / "lock", os.O_RDWR | os.O_CREAT, PRIVATE), "r+b")
    if take_lock(lock.fileno()) is False:
        lock.close()
        raise PopulationProblem(f"another run is writing the same output, in {folder}", "wait for it, or choose another -o")
    return lock


def _refuse_another(before: dict[str, Any], now: dict[str, Any], folder: Path) -> None:
    differences = changes(before, now)
    if differences:
        raise PopulationProblem(
            f"the run that was stopped cannot go on: {'; '.join(differences)}",
            f"give the same command again, or start anew without --resume; its parts in {folder} are then thrown away",
        )


def _write_json(path: Path, content: dict[str, Any]) -> None:
    write(path, json.dumps(content, ensure_ascii=False, sort_keys=True).encode())


def _read_json(path: Path) -> dict[str, Any] | None:
    """Read a JSON file; None where there is none, or none that can be read."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None
