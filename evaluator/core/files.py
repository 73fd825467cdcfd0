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
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO, cast

try:
    import fcntl
except ImportError:  # no such thing on Windows
    fcntl = None  # type: ignore[assignment]

PRIVATE = 0o600
"""The mode of new files that hold personal data: for their owner alone."""
ORDINARY = 0o666
"""The mode of other new files: for whomever the umask lets. Any other mode is had as it is."""
YAML_ENDINGS = (".yaml", ".yml")
"""How the names of profiles and of rule files end."""
_READ, _TO_ENTER = 0o444, 2
_LONGEST = 255
_TO_SYNC = "r+b" if os.name == "nt" else "rb"
"""How a file is opened to be brought to disk: Windows does it for what may be written to alone."""
_MADE_UP = ("/proc/", "/sys/")
_DESCRIPTOR = re.compile(r"/dev/(?:stdin|fd/([0-9]+))|/proc/(?:self|[0-9]+)/fd/([0-9]+)")
_PATIENCE, _PAUSE = 5.0, 0.02
_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF}
"""What a system without locks says; the last one a network's disk, of a file that is open for reading only."""
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
    beside = beside_path(target, f"{mark or secrets.token_hex(4)}.part")
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


def beside_path(target: Path, ending: str) -> Path:
    """Return the path of a hidden file beside another one, `.NAME.ENDING`, of a name that is cut where it would be too long."""
    name = f".{target.name}.{ending}"
    too_long = len(os.fsencode(name)) > _LONGEST >= len(os.fsencode(target.name))
    return target.with_name(f".{target.name[: _LONGEST // 8]}.{ending}" if too_long else name)


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
        beside.chmod(kept_mode(beside, before))
    for path in (*inside, beside):
        if path.is_dir():
            to_disk(path)
        else:
            with path.open(_TO_SYNC) as stream:
                os.fsync(stream.fileno())


def kept_mode(beside: Path, before: os.stat_result) -> int:
    """Give a new file the owner of the one before, and return its mode; for no group that could not read that one."""
    mode, mine = stat.S_IMODE(before.st_mode) & 0o777, beside.stat()
    if sys.platform == "win32" or (mine.st_uid, mine.st_gid) == (before.st_uid, before.st_gid):
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
    match = _SYSTEM_ERROR.search(str(problem)) if isinstance(problem, Exception) else None
    return int(match[1]) if match else None


class SpecialFile(OSError):
    """What lies at a path, or behind standard input, is no ordinary file: reading it might wait, or go on, for ever."""

    def __init__(self, words: str, path: str) -> None:
        super().__init__(errno.EINVAL, words, path)


def no_ordinary_file(what: str) -> str:
    """Say of something to be read what it is instead of a file."""
    return f"it is {what}, and no ordinary file"


def special(path: str | os.PathLike[str]) -> str | None:
    """Say what lies at a path that is neither a file nor a folder; None where it is one, or where there is nothing.

    What this program was given open may be read by its path too: `/dev/stdin`, and the pipe of a shell's `<(...)`.
    """
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    if stat.S_ISREG(found.st_mode):
        return no_ordinary_file("a pseudo-file of the running system") if _made_up(path, found) else None
    if stat.S_ISDIR(found.st_mode) or _given_open(path, found):
        return None
    return no_ordinary_file("a pipe" if stat.S_ISFIFO(found.st_mode) else "a socket" if stat.S_ISSOCK(found.st_mode) else "a device")


def _made_up(path: str | os.PathLike[str], found: os.stat_result) -> bool:
    """Whether the system makes up what such a file holds, as under /proc; some of them never end, and one is this program's memory."""
    return getattr(found, "st_blocks", 1) == 0 and os.path.realpath(path).startswith(_MADE_UP)


def _given_open(path: str | os.PathLike[str], found: os.stat_result) -> bool:
    """Whether a pipe or a terminal is named by the number under which this program was given it."""
    real = os.path.realpath(path)
    named = _DESCRIPTOR.fullmatch(os.path.abspath(path)) or _DESCRIPTOR.fullmatch(real)  # noqa: PTH100 - links stay
    if stat.S_ISFIFO(found.st_mode):
        return named is not None or real.startswith("/proc/")  # where a pipe without a name is
    return named is not None and stat.S_ISCHR(found.st_mode) and os.isatty(int(named[1] or named[2] or 0))


def open_to_read(path: str | os.PathLike[str]) -> BinaryIO:
    """Open an input by its path; raises SpecialFile, before anything is read, for what would be read without an end or wait for one."""
    if (words := special(path)) is not None:
        raise SpecialFile(words, os.fspath(path))
    return Path(path).open("rb")


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Return all that a file holds; raises SpecialFile as `open_to_read` does."""
    with open_to_read(path) as file:
        return file.read()


def standard_input() -> BinaryIO:
    """Return standard input; raises SpecialFile where it is a device other than a terminal or the empty one."""
    stream = cast("BinaryIO", getattr(sys.stdin, "buffer", sys.stdin))
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return stream  # not one of the system's
    device = stat.S_ISBLK(found.st_mode) or (stat.S_ISCHR(found.st_mode) and not os.isatty(stream.fileno()))
    if device and getattr(found, "st_rdev", 0) != getattr(Path(os.devnull).stat(), "st_rdev", 0):  # Windows has none
        raise SpecialFile(no_ordinary_file("a device"), "<standard input>")
    return stream


def foreign(path: str | os.PathLike[str]) -> bool:
    """Whether a path reaches a file through a link that is not its owner's: whoever put the link there may not read the file.

    Links to folders count too, unless they are the system's, such as /tmp in some.
    """
    try:
        owner, last = Path(path).stat().st_uid, Path(path)
        links = [path_above for path_above in (last, *last.absolute().parents) if path_above.is_symlink()]
        return any(link.lstat().st_uid not in ({owner} if link is last else {owner, 0}) for link in links)
    except (OSError, ValueError):
        return False


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file against others who ask for it in this way, where a system has such locks; raises TimeoutError where it is held."""
    with path.open("rb") as stream:
        until = time.monotonic() + _PATIENCE
        while take_lock(stream.fileno()) is False:
            if time.monotonic() > until:
                raise TimeoutError(errno.ETIMEDOUT, "another program holds the file", str(path)) from None
            time.sleep(_PAUSE)
        yield


def append_line(path: Path, line: bytes, *, mode: int = PRIVATE) -> None:
    """Add a line at the end of a file, which is begun where there is none, and wait until it is on the disk.

    Raises TimeoutError where another program holds the file, and OSError where the disk refuses: the file is then as it was.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, mode)
    try:
        with locked(path):
            size = os.fstat(descriptor).st_size
            broken_off = size > 0 and os.lseek(descriptor, size - 1, os.SEEK_SET) >= 0 and os.read(descriptor, 1) != b"\n"
            write_line(descriptor, (b"\n" if broken_off else b"") + line + b"\n", size)
    finally:
        os.close(descriptor)
    to_disk(path.parent)


def write_line(descriptor: int, line: bytes, before: int) -> None:
    """Write a line and wait until it is on the disk; where that fails, take back what was written of it."""
    try:
        written = 0
        while written < len(line):
            written += os.write(descriptor, line[written:])
        os.fsync(descriptor)
    except BaseException:
        with suppress(OSError):
            os.ftruncate(descriptor, before)
        raise


def release_lock(descriptor: int) -> None:
    """Let go of the lock of a file that stays open."""
    if sys.platform != "win32" and fcntl is not None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def take_lock(descriptor: int) -> bool | None:
    """Take the lock of an open file, which goes when the file is closed or its process ends, however that ends.

    Returns False where another one holds it, and None where the system or the disk has no such locks.
    """
    if sys.platform == "win32" or fcntl is None:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as problem:
        if problem.errno in _NO_LOCKS:
            return None
        raise
    return True


@contextmanager
def scratch(folder: Path | None = None) -> Iterator[Path]:
    """Give an empty folder for its owner alone that is gone afterwards, also where this program is killed: another one sees to that."""
    if folder is None:
        path = Path(tempfile.mkdtemp(prefix="evaluator-"))
    else:
        path = folder
        _remove(path)
        path.mkdir(mode=folder_mode(PRIVATE))
    remover = _remover(path)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        if remover is not None:
            remover.communicate()


def _remover(path: Path) -> subprocess.Popen[bytes] | None:
    """Start a program that removes a folder once this one has ended, however it did; None where the system has none for that."""
    command = ["/bin/sh", "-c", 'read -r _; exec rm -rf -- "$0"', os.fspath(path.absolute())]
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
