"""Files that appear whole or not at all, and for whom: what holds personal data is for its owner alone unless told otherwise."""

from __future__ import annotations

import atexit
import errno
import os
import re
import secrets
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # no such thing on Windows
    fcntl = None  # type: ignore[assignment]

PRIVATE = 0o600
"""The mode of new files that hold personal data: for their owner alone."""
ORDINARY = 0o666
"""The mode of other new files: for whomever the umask lets. Any other mode is had as it is."""
_READ, _TO_ENTER = 0o444, 2
_LONGEST = 255
_PATIENCE, _PAUSE = 5.0, 0.02
_SYSTEM_ERROR = re.compile(r"\(os error ([0-9]+)\)")
_NO_LINKS = {errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


def folder_mode(mode: int) -> int:
    """Return the mode of a folder for files of a mode: whoever may read them may enter."""
    return mode | (mode & _READ) >> _TO_ENTER


def write(path: Path, data: bytes, *, mode: int = PRIVATE, replace: bool = True) -> None:
    """Write a file whole or not at all; a device or pipe is written to as it is.

    Of a file that was there, mode and owner are kept; a link is followed, and stays. Raises FileExistsError where a file is there
    and is not to be replaced, and OSError with the path as it was given.
    """
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
        else:
            with whole(path, mode=mode, replace=replace) as beside:
                beside.write_bytes(data)
    except OSError as problem:
        raise OSError(problem.errno, problem.strerror, str(path)) from problem


@contextmanager
def whole(path: Path, *, mode: int = PRIVATE, replace: bool = True, folder: bool = False, mark: str | None = None) -> Iterator[Path]:
    """Give a new, empty file or folder beside a place; what was written there takes that place, unless an error came up.

    It is called `.NAME.….part`: by a new name each time, or always the same for the same `mark`, so that what a killed program left
    there goes with the next.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "the folder to write to does not exist", str(path.parent))
    before = _found(path)
    if before is not None and not replace:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    target = Path(os.path.realpath(path))
    beside = _beside(target, mark or secrets.token_hex(4))
    try:
        _remove(beside)
        _begin(beside, mode if before is None else PRIVATE, folder=folder)
        yield beside
        _finish(beside, before, mode)
        _put(beside, target, replace=replace)
    except BaseException as problem:
        with suppress(OSError):
            _remove(beside)
        number = system_error(problem)
        if number is None:
            raise
        raise OSError(number, os.strerror(number), str(path)) from problem
    to_disk(target.parent)


def _found(path: Path) -> os.stat_result | None:
    """Return what is known of a file that is there; a link that leads round in a circle is an error."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _beside(target: Path, mark: str) -> Path:
    name = f".{target.name}.{mark}.part"
    too_long = len(os.fsencode(name)) > _LONGEST >= len(os.fsencode(target.name))
    return target.with_name(f".{target.name[: _LONGEST // 8]}.{mark}.part" if too_long else name)


def _remove(beside: Path) -> None:
    if beside.is_dir() and not beside.is_symlink():
        shutil.rmtree(beside)
    else:
        beside.unlink(missing_ok=True)


def _begin(beside: Path, mode: int, *, folder: bool) -> None:
    if folder:
        beside.mkdir(mode=folder_mode(mode))
    else:
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))


def _finish(beside: Path, before: os.stat_result | None, mode: int) -> None:
    """Bring all that was written to disk, for whom it is meant."""
    inside = sorted(beside.rglob("*")) if beside.is_dir() else []
    for path in (*inside, beside) if mode != ORDINARY else ():
        path.chmod(folder_mode(mode) if path.is_dir() else mode)
    if before is not None:
        beside.chmod(_kept_mode(beside, before))
    for path in (*inside, beside):
        if path.is_dir():
            to_disk(path)
        else:
            with path.open("rb") as stream:
                os.fsync(stream.fileno())


def _kept_mode(beside: Path, before: os.stat_result) -> int:
    """Give a new file the owner of the one before, and return its mode; for no group that could not read that one."""
    mode, mine = stat.S_IMODE(before.st_mode) & 0o777, beside.stat()
    if os.name != "posix" or (mine.st_uid, mine.st_gid) == (before.st_uid, before.st_gid):
        return mode
    for owner in (before.st_uid, -1):
        with suppress(OSError):
            os.chown(beside, owner, before.st_gid)
            return mode
    return mode & ~0o070 | mode & 0o070 & (mode & 0o007) << 3


def _put(beside: Path, target: Path, *, replace: bool) -> None:
    if replace:
        beside.replace(target)
        return
    try:
        os.link(beside, target)
        beside.unlink()
    except OSError as problem:
        if problem.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        beside.replace(target)


def to_disk(folder: Path) -> None:
    """Bring the names in a folder to disk, where the system can be asked for that."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def make_folder(folder: Path, mode: int = PRIVATE) -> None:
    """Make a folder for files of a mode where there is none, and those above it."""
    if not folder.is_dir():
        make_folder(folder.parent, mode)
        with suppress(FileExistsError):
            folder.mkdir(mode=folder_mode(mode))
            if mode != ORDINARY:
                folder.chmod(folder_mode(mode))
        to_disk(folder.parent)


def system_error(problem: BaseException) -> int | None:
    """Return the number of the system's error behind a failure, where there is one; polars tells it in its text alone."""
    if isinstance(problem, OSError) and problem.errno is not None:
        return problem.errno
    told = _SYSTEM_ERROR.search(str(problem)) if isinstance(problem, Exception) else None
    return int(told[1]) if told else None


class SpecialFile(OSError):
    """Something at a path that is no file to be read: a device, a socket, or a pipe where one is of no use."""


def special(path: str | os.PathLike[str]) -> str | None:
    """Return what lies at a path that is neither a file nor a folder, in words; None where it is, or where there is nothing."""
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError):
        return None
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return None
    return "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"


def open_to_read(path: str | os.PathLike[str]) -> IO[bytes]:
    """Open a file to read it; raises SpecialFile for what would be read without an end, or wait for one."""
    if (what := special(path)) is not None:
        raise SpecialFile(errno.EINVAL, f"it is {what}, and no file", os.fspath(path))
    return Path(path).open("rb")


def read_at_most(path: str | os.PathLike[str], most: int) -> bytes:
    """Read so many bytes of a file, or of a pipe that somebody writes to, as a shell's `<(…)` is one."""
    if special(path) != "a pipe":
        with open_to_read(path) as stream:
            return stream.read(most)
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        return b"".join(_through(descriptor, os.fspath(path), most))
    finally:
        os.close(descriptor)


def _through(descriptor: int, path: str, most: int) -> Iterator[bytes]:
    """Yield what comes through a pipe until it is closed; raises SpecialFile where nothing does for long."""
    until, got = time.monotonic() + _PATIENCE, 0
    while got < most:
        try:
            piece = os.read(descriptor, most - got)
        except BlockingIOError:
            piece = None
        if piece:
            yield piece
            until, got = time.monotonic() + _PATIENCE, got + len(piece)
        elif piece is not None and got:
            return
        elif time.monotonic() > until:
            raise SpecialFile(errno.EINVAL, "it is a pipe, and nothing comes through it", path)
        else:
            time.sleep(_PAUSE)


def another_owners(path: str | os.PathLike[str]) -> bool:
    """Whether a path is a link that leads to a file of another user than whose the link is."""
    try:
        place = Path(path)
        return place.is_symlink() and place.lstat().st_uid != place.stat().st_uid
    except (OSError, ValueError):
        return False


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file against others who ask for it in this way, where a system has such locks; raises TimeoutError where it is held."""
    with path.open("rb") as stream:
        until = time.monotonic() + _PATIENCE
        while fcntl is not None:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise TimeoutError(errno.ETIMEDOUT, "another program holds the file", str(path)) from None
                time.sleep(_PAUSE)
            except OSError:
                break  # a disk without locks
        yield


@contextmanager
def scratch(folder: Path | None = None) -> Iterator[Path]:
    """Give an empty folder for its owner alone that is gone afterwards, also where this program is killed: another one sees to that."""
    if folder is None:
        place = Path(tempfile.mkdtemp(prefix="evaluator-"))
    else:
        place = folder
        _remove(place)
        place.mkdir(mode=folder_mode(PRIVATE))
    remover = _remover(place)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        if remover is not None:
            remover.communicate()


def _remover(place: Path) -> subprocess.Popen[bytes] | None:
    """Start a program that removes a folder once this one has ended, however it did; None where the system has none for that."""
    command = ["/bin/sh", "-c", 'read -r _; exec rm -rf -- "$0"', os.fspath(place.absolute())]
    with suppress(OSError):
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True)  # noqa: S603 - ours
    return None


class Nameless:
    """A temporary file that can be opened by its path, but has no name: nothing of it is left, however the program ends.

    Where a system has no such files, it has a name, and goes with the program unless that is killed.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] | None = tempfile.TemporaryFile(prefix="evaluator-")  # noqa: SIM115 - closed by its owner
        self.path = Path(f"/proc/{os.getpid()}/fd/{self._file.fileno()}")
        if not self.path.exists():
            self._file.close()
            self._file = None
            descriptor, name = tempfile.mkstemp(prefix="evaluator-")
            os.close(descriptor)
            self.path = Path(name)
            atexit.register(self.close)

    def close(self) -> None:
        """Let go of it; what was written there is gone."""
        if self._file is not None:
            self._file.close()
        else:
            self.path.unlink(missing_ok=True)
