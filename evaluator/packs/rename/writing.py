"""Several files written together: all of them, or none."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import attrs

from evaluator.core.files import locked, read_bytes, to_disk
from evaluator.packs.rename.edits import FileEdit
from evaluator.packs.set.edit import EditProblem, changed_meanwhile


@attrs.frozen(kw_only=True)
class _Staged:
    """An edit whose new bytes lie beside the file, and the file as it was under another name."""

    edit: FileEdit
    source: Path
    target: Path
    new: Path
    kept: Path


def write_all(edits: Sequence[FileEdit]) -> None:
    """Write every edit, or none of them.

    Raises EditProblem, with nothing written, where a file is not what it was, is held by another program, or is in the way of one that
    gets another name; what the system refuses comes up as OSError, and all files are as they were.
    """
    with ExitStack() as held:
        for edit in edits:
            _hold(edit, held)
        staged: list[_Staged] = []
        done: list[_Staged] = []
        try:
            staged.extend(map(_begun, edits))
            for one in staged:
                _stage(one)
            for one in staged:
                done.append(one)
                _put(one)
        except BaseException:
            for one in reversed(done):
                _undo(one)
            raise
        finally:
            for one in staged:
                for path in (one.new, one.kept):
                    with suppress(OSError):
                        path.unlink(missing_ok=True)
        for folder in {one.target.parent for one in staged}:
            to_disk(folder)


def _hold(edit: FileEdit, held: ExitStack) -> None:
    path = Path(edit.path)
    try:
        held.enter_context(locked(path))
        if read_bytes(path) != edit.before:
            raise changed_meanwhile(edit.path)
    except FileNotFoundError:
        raise EditProblem(f"{edit.path} is gone since it was read", "see where it went, and read the pack again") from None
    except TimeoutError:
        raise EditProblem(f"another program holds {edit.path}", "try again once it is done") from None
    if edit.to != edit.path and os.path.lexists(edit.to):
        raise EditProblem(f"{edit.to} is there already", "choose another name, or take that file away first")
    if edit.to != edit.path and path.is_symlink():
        raise EditProblem(f"{edit.path} is a link, and would get another name", "put the file itself there")


def _begun(edit: FileEdit) -> _Staged:
    source = Path(os.path.realpath(edit.path))
    target = Path(edit.to) if edit.to != edit.path else source
    mark = secrets.token_hex(4)
    return _Staged(edit=edit, source=source, target=target, new=_beside(target, f"{mark}.part"), kept=_beside(source, f"{mark}.kept"))


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f".{path.name[:100]}.{ending}")


def _stage(one: _Staged) -> None:
    """Write the new bytes beside the file, with its mode and owner, down to the disk, and keep the file under another name too."""
    found = one.source.stat()
    descriptor = os.open(one.new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(one.edit.after)
        stream.flush()
        os.fsync(stream.fileno())
    if os.name == "posix" and (one.new.stat().st_uid, one.new.stat().st_gid) != (found.st_uid, found.st_gid):
        with suppress(OSError):
            os.chown(one.new, found.st_uid, found.st_gid)
    one.new.chmod(stat.S_IMODE(found.st_mode))
    try:
        os.link(one.source, one.kept)
    except OSError:  # a disk without links
        shutil.copy2(one.source, one.kept)


def _put(one: _Staged) -> None:
    one.new.replace(one.target)
    if one.target != one.source:
        one.source.unlink()


def _undo(one: _Staged) -> None:
    """Put back what was there before, whether or not it was replaced yet."""
    if one.target != one.source:
        with suppress(OSError):
            one.target.unlink(missing_ok=True)
    one.kept.replace(one.source)
