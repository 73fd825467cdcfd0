"""The one writer of files: whole or not at all, for whom it should be, and nothing left lying about."""

from __future__ import annotations

import errno
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from evaluator.core.files import ORDINARY, PRIVATE, Nameless, folder_mode, locked, make_folder, whole, write
from tests.full_disk import room_for

OLD, NEW = b"old\n", b"new, and longer than before\n"


@pytest.fixture(name="mask", autouse=True, params=[0o022, 0o077, 0o002], ids=lambda mask: f"umask-{mask:03o}")
def _mask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def while_written(path: Path, then: Callable[[], object], *, replace: bool = True) -> None:
    """Write a file, and let something happen before it is in its place."""
    with whole(path, replace=replace) as beside:
        beside.write_bytes(NEW)
        then()


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_for_its_owner_unless_it_is_meant_for_others(tmp_path: Path, mask: int) -> None:
    """Whatever the umask is; what is meant for others is as the umask says."""
    write(tmp_path / "private", NEW)
    write(tmp_path / "ordinary", NEW, mode=ORDINARY)
    assert mode_of(tmp_path / "private") == 0o600
    assert mode_of(tmp_path / "ordinary") == 0o666 & ~mask
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ordinary", "private"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o604, 0o400])
@pytest.mark.parametrize("asked", [PRIVATE, ORDINARY])
def test_a_file_that_was_there_keeps_its_mode(tmp_path: Path, mode: int, asked: int) -> None:
    """Who made it decided for whom it is."""
    path = tmp_path / "x"
    path.write_bytes(OLD)
    path.chmod(mode)
    write(path, NEW, mode=asked)
    assert (path.read_bytes(), mode_of(path)) == (NEW, mode)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_a_file_that_was_there_keeps_its_owner_and_group(tmp_path: Path) -> None:
    """Another user's file stays theirs."""
    path = tmp_path / "x"
    path.write_bytes(OLD)
    os.chown(path, 1234, 4321)
    write(path, NEW)
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 4321)


def test_a_group_that_cannot_be_kept_gains_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file's group cannot be given to the new one, its rights are not given to another group."""
    path = tmp_path / "x"
    path.write_bytes(OLD)
    path.chmod(0o664)

    def refused(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no")

    monkeypatch.setattr(os, "chown", refused)
    real = Path.stat

    def of_another(self: Path, **given: bool) -> os.stat_result:
        found = real(self, **given)  # type: ignore[arg-type]
        return os.stat_result((*found[:5], 54321, *found[6:10])) if self == path else found

    monkeypatch.setattr(Path, "stat", of_another)
    write(path, NEW)
    monkeypatch.undo()
    assert mode_of(path) == 0o644


@pytest.mark.parametrize("deep", [1, 3])
def test_a_link_is_followed_and_stays(tmp_path: Path, deep: int) -> None:
    """Through one link or several, into another folder; nothing is left in either."""
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "x"
    target.write_bytes(OLD)
    last = target
    for number in range(deep):
        link = tmp_path / f"link{number}"
        link.symlink_to(last)
        last = link
    write(last, NEW)
    assert last.is_symlink()
    assert target.read_bytes() == NEW
    assert [path.name for path in (tmp_path / "real").iterdir()] == ["x"]


def test_a_link_to_nothing_makes_the_file_it_names(tmp_path: Path) -> None:
    """As `cp` and editors do."""
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "x")
    write(link, NEW)
    assert (link.is_symlink(), (tmp_path / "x").read_bytes()) == (True, NEW)


def test_links_in_a_circle_are_an_error(tmp_path: Path) -> None:
    """And no link is replaced."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.symlink_to(two)
    two.symlink_to(one)
    with pytest.raises(OSError, match="one"):
        write(one, NEW)
    assert one.is_symlink()


def test_what_is_there_stays_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    """Also where it appears only while the new one is being written, be it a file, an empty file or a link."""
    path = tmp_path / "x"
    for content in (OLD, b""):
        path.write_bytes(content)
        with pytest.raises(FileExistsError):
            write(path, NEW, replace=False)
        assert path.read_bytes() == content
        path.unlink()
        with pytest.raises(FileExistsError):
            while_written(path, partial(path.write_bytes, content), replace=False)
        assert path.read_bytes() == content
        path.unlink()
    write(path, NEW, replace=False)
    assert path.read_bytes() == NEW
    assert [one.name for one in tmp_path.iterdir()] == ["x"]


def test_where_a_disk_has_no_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new file is put there all the same, and one that is there stays."""

    def refused(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refused)
    write(tmp_path / "x", NEW, replace=False)
    with pytest.raises(FileExistsError):
        while_written(tmp_path / "y", lambda: (tmp_path / "y").write_bytes(OLD), replace=False)
    assert ((tmp_path / "x").read_bytes(), (tmp_path / "y").read_bytes()) == (NEW, OLD)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["x", "y"]


@pytest.mark.parametrize("stopped", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt(), ValueError("x")], ids=repr)
def test_what_goes_wrong_leaves_the_old_file_and_nothing_else(tmp_path: Path, stopped: BaseException) -> None:
    """A system's error names the file that was to be written."""
    path = tmp_path / "x"
    path.write_bytes(OLD)

    def stop() -> None:
        raise stopped

    with pytest.raises(type(stopped)) as raised:
        while_written(path, stop)
    assert path.read_bytes() == OLD
    assert [one.name for one in tmp_path.iterdir()] == ["x"]
    if isinstance(raised.value, OSError):
        assert (raised.value.errno, raised.value.filename) == (errno.ENOSPC, str(path))


def test_a_file_that_grows_too_large_leaves_the_old_one(tmp_path: Path) -> None:
    """As on a full disk: the system refuses in the midst of writing."""
    (tmp_path / "x").write_bytes(OLD)
    program = "import sys; from pathlib import Path; from evaluator.core.files import write; write(Path(sys.argv[1]), b'x' * 100_000)"
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "x")], capture_output=True, text=True, check=False, preexec_fn=room_for(4096)
    )
    assert "File too large" in done.stderr
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("x", OLD)]


def test_while_it_is_written_nobody_else_can_read_it(tmp_path: Path) -> None:
    """What replaces a file that others may read is theirs only once it is whole; its name can be told for what it is."""
    path = tmp_path / "x"
    path.write_bytes(OLD)
    path.chmod(0o644)
    with whole(path, mark="mark") as beside:
        beside.write_bytes(NEW)
        assert (mode_of(beside), beside.name) == (0o600, ".x.mark.part")
    assert (mode_of(path), path.read_bytes()) == (0o644, NEW)


def test_what_a_killed_program_left_goes_with_the_next(tmp_path: Path) -> None:
    """A file or a folder of the same mark."""
    (tmp_path / ".x.mark.part").mkdir()
    (tmp_path / ".x.mark.part" / "inside").write_bytes(OLD)
    with whole(tmp_path / "x", mark="mark") as beside:
        beside.write_bytes(NEW)
    assert [one.name for one in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("length", [200, 240, 255])
def test_every_name_that_a_disk_takes_can_be_written(tmp_path: Path, length: int) -> None:
    """The name beside it may not be too long where the file's own is not."""
    write(tmp_path / ("x" * length), NEW)
    assert [one.name for one in tmp_path.iterdir()] == ["x" * length]


@pytest.mark.parametrize("name", ["x" * 256, "missing/x", "x\0y"])
def test_a_place_that_cannot_be_is_an_error(tmp_path: Path, name: str) -> None:
    """Named as it was given."""
    with pytest.raises((OSError, ValueError), match=r"too long|does not exist|null"):
        write(tmp_path / name, NEW)
    assert list(tmp_path.iterdir()) == []


def test_pipes_devices_and_sockets_are_left_as_they_are(tmp_path: Path) -> None:
    """A device or pipe is written to; a socket and a folder are refused."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write(pipe, NEW)
    assert os.read(reader, 100) == NEW
    os.close(reader)
    write(Path(os.devnull), NEW)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for path in (tmp_path / "socket", tmp_path):
            with pytest.raises(OSError, match=path.name):
                write(path, NEW)


def test_a_folder_appears_whole(tmp_path: Path) -> None:
    """With all that is in it, for its owner alone or for others."""
    for name, mode in (("private", PRIVATE), ("team", 0o640)):
        with whole(tmp_path / name, mode=mode, folder=True) as part:
            (part / "inner").mkdir()
            (part / "inner" / "x").write_bytes(NEW)
            assert not (tmp_path / name).exists()
        inner = tmp_path / name / "inner"
        assert (mode_of(inner / "x"), mode_of(inner)) == (mode, folder_mode(mode))
    assert folder_mode(0o600) == 0o700
    assert folder_mode(0o640) == 0o750
    assert folder_mode(0o666) == 0o777


def test_folders_are_made_with_those_above_them(tmp_path: Path) -> None:
    """For their owner alone; one that is there stays as it is."""
    (tmp_path / "a").mkdir(mode=0o711)
    (tmp_path / "a").chmod(0o711)
    make_folder(tmp_path / "a" / "b" / "c")
    assert [mode_of(tmp_path / "a"), mode_of(tmp_path / "a" / "b"), mode_of(tmp_path / "a" / "b" / "c")] == [0o711, 0o700, 0o700]


def test_a_file_is_held_by_one_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes second waits, and gives up in time."""
    monkeypatch.setattr("evaluator.core.files._PATIENCE", 0.05)
    path = tmp_path / "x"
    path.write_bytes(OLD)
    with locked(path), pytest.raises(TimeoutError), locked(path):
        pass
    with locked(path):
        pass


def test_a_nameless_file_can_be_read_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From its start each time, and no folder has a name for it."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    held = Nameless()
    held.path.write_bytes(NEW)
    assert (held.path.read_bytes(), held.path.read_bytes(), held.path.stat().st_size) == (NEW, NEW, len(NEW))
    assert list(tmp_path.iterdir()) == []
    held.close()
    assert not held.path.exists()
