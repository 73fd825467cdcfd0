"""Crashes, full disks and two writers at once: the log stays whole, or says what is torn."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from evaluator.candidates.decisions import appending
from evaluator.candidates.decisions.canonical import digest
from evaluator.candidates.decisions.faults import FaultKind
from evaluator.candidates.decisions.locking import locked
from evaluator.candidates.decisions.problems import LogProblem
from evaluator.candidates.decisions.reading import log_in, read_log
from evaluator.candidates.decisions.storage import folder_of
from evaluator.cli.main import run
from evaluator.core import files
from tests.candidates.decisions.logs import checked, decided, files_beside, lines_of, made, people
from tests.full_disk import room_for
from tests.product import PRODUCT, ROOT

Capture = pytest.CaptureFixture[str]
SOFIA = str(PRODUCT / "profiles" / "sofia-marquez.yaml")
ADA = str(PRODUCT / "profiles" / "ada-lindqvist.yaml")


def command(log: Path, person: str, day: int) -> list[str]:
    """Return the command that records a decision on a day of its own."""
    said = ["--decision", "deferred", "--reason", "Not yet.", "--on", f"2026-10-{day:02}", "--engine", "reference"]
    place = ["--rules", str(PRODUCT / "rules"), "--log", str(log)]
    return [sys.executable, "-m", "evaluator.cli.main", "decide", person, "product-director", *said, *place]


def driven(script: str, log: Path) -> str:
    """Run a script that makes logs, in a process of its own."""
    program = (
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom pathlib import Path\nlog = Path({str(log)!r})\n{textwrap.dedent(script)}"
    )
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def test_a_record_that_is_cut_anywhere_is_torn_and_mended(tmp_path: Path, capfd: Capture) -> None:
    """At every byte: verify names it, decide refuses, repair keeps the bytes or completes the record, and then all is well."""
    log = made(tmp_path, 2)
    whole, first = log.read_bytes(), len(lines_of(log)[0])
    for cut in range(first + 1, len(whole)):
        found = log_in(whole[:cut], log)
        assert [(fault.kind, fault.line) for fault in found.faults] == [(FaultKind.TORN, 2)]
    for cut in (first + 1, first + 200, len(whole) - 2, len(whole) - 1):
        log.write_bytes(whole[:cut])
        with pytest.raises(LogProblem, match="never completed") as refused:
            decided(log, people()[0], 9)
        assert "repair" in refused.value.step
        assert log.read_bytes() == whole[:cut]
        assert run(["decisions", "verify", str(log)]) == 1
        assert run(["decisions", "repair", str(log)]) == 0
        said = capfd.readouterr().out
        if cut == len(whole) - 1:
            assert "record 2 was complete but for its line break" in said
            assert log.read_bytes() == whole
        else:
            assert log.read_bytes() == whole[:first]
            assert whole[first:cut] in [path.read_bytes() for path in (folder_of(log) / "torn").iterdir()]
        assert checked(log).faults == ()
    assert run(["decisions", "repair", str(log)]) == 0
    assert "nothing was changed" in capfd.readouterr().out
    assert decided(log, people()[0], 9).number == 3


def test_zeros_that_a_power_cut_leaves_are_torn(tmp_path: Path) -> None:
    """A file that grew before its bytes came ends in zeros."""
    log = made(tmp_path, 1)
    with log.open("ab") as file:
        file.write(b"\x00" * 512)
    assert [fault.kind for fault in checked(log).faults] == [FaultKind.TORN]
    assert run(["decisions", "repair", str(log)]) == 0
    assert checked(log).faults == ()


def test_repair_leaves_every_other_fault_alone(tmp_path: Path, capfd: Capture) -> None:
    """It mends what a crash does, and nothing that a person did."""
    log = made(tmp_path, 3)
    content = log.read_bytes().replace(b"panel saw", b"PANEL saw", 1)[:-5]
    log.write_bytes(content)
    assert run(["decisions", "repair", str(log)]) == 2
    assert "cannot be mended" in capfd.readouterr().err
    assert log.read_bytes() == content
    with pytest.raises(LogProblem, match="line 1: record 1 was altered"):
        decided(log, people()[0], 9)


@pytest.mark.slow
def test_a_killed_writer_leaves_a_log_that_verifies_or_names_what_is_torn(tmp_path: Path) -> None:
    """Forty writers, each killed with SIGKILL somewhere in a quarter of a second; what was recorded before stays to the byte."""
    log = tmp_path / "panel.jsonl"
    said = driven(
        """
        import os, random, signal, time
        from tests.candidates.decisions.logs import checked, decided, people
        from evaluator.candidates.decisions.repair import mend
        chance, torn, kills = random.Random(7), 0, 0
        people()
        decided(log, people()[0], 0)
        for round in range(40):
            before = log.read_bytes()
            child = os.fork()
            if child == 0:
                for step in range(1000):
                    decided(log, people()[step % 3], 1000 * (round + 1) + step)
                os._exit(1)
            time.sleep(chance.random() * 0.25)
            os.kill(child, signal.SIGKILL)
            kills += os.WIFSIGNALED(os.waitpid(child, 0)[1])
            assert log.read_bytes().startswith(before)
            faults = checked(log).faults
            if faults:
                assert [str(fault.kind) for fault in faults] == ["torn"], faults
                torn += 1
                mend(log)
        print(kills, torn, len(checked(log).log.records))
        """,
        log,
    )
    kills, _, records = map(int, said.split())
    assert kills == 40
    assert records > 1
    assert checked(log).faults == ()


def test_writers_at_once_all_come_through(tmp_path: Path) -> None:
    """Four processes with eight decisions each: 32 records in one chain."""
    log = tmp_path / "panel.jsonl"
    driven(
        """
        import os
        from tests.candidates.decisions.logs import decided, people
        people()
        children = []
        for writer in range(4):
            child = os.fork()
            if child == 0:
                for step in range(8):
                    decided(log, people()[writer], writer * 100 + step)
                os._exit(0)
            children.append(child)
        assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
        """,
        log,
    )
    found = checked(log)
    assert (found.faults, [one.number for one in found.log.records]) == ((), list(range(1, 33)))
    assert {one.person for one in found.log.records} == {person.id for person in people()[:4]}


def test_two_commands_at_once_both_survive(tmp_path: Path) -> None:
    """Through the real command line, on a log that neither has begun."""
    log = tmp_path / "panel.jsonl"
    both = [subprocess.Popen(command(log, person, 5), stdout=subprocess.PIPE, stderr=subprocess.PIPE) for person in (SOFIA, ADA)]
    assert [one.communicate()[1] for one in both] == [b"", b""]
    assert [one.returncode for one in both] == [0, 0]
    found = checked(log)
    assert (found.faults, {one.person for one in found.log.records}) == ((), {"sofia-marquez", "ada-lindqvist"})


def test_without_locks_of_the_system_a_file_keeps_writers_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten threads at once; the file is gone afterwards."""
    monkeypatch.setattr(files, "fcntl", None)
    log = tmp_path / "panel.jsonl"
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda number: decided(log, people()[number % 3], number), range(10)))
    assert (checked(log).faults, len(lines_of(log))) == ((), 10)
    assert not (tmp_path / "panel.jsonl.lock").exists()


@pytest.mark.parametrize("with_system", [True, False])
def test_a_writer_that_hangs_is_named_and_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, with_system: bool
) -> None:
    """With a lock of the system, and with a lock file that a killed process left behind."""
    if not with_system:
        monkeypatch.setattr(files, "fcntl", None)
    log = tmp_path / "panel.jsonl"
    first, second = (os.open(log, os.O_RDWR | os.O_CREAT) for _ in range(2))
    try:
        with (
            locked(first, log),
            pytest.raises(LogProblem, match="another writer has held") as refused,
            locked(second, log, patience=0.05),
        ):
            pytest.fail("both hold it")
        assert with_system or "panel.jsonl.lock" in refused.value.step
        with locked(second, log, patience=0.05):
            pass
    finally:
        os.close(first)
        os.close(second)


@pytest.mark.slow
def test_a_full_disk_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    """The record does not fit: one sentence, exit code 2, and not a byte of it in the log."""
    log = tmp_path / "panel.jsonl"
    assert subprocess.run(command(log, SOFIA, 5), capture_output=True, check=False).returncode == 0
    before = log.read_bytes()
    for room in (1, 700):
        done = subprocess.run(command(log, SOFIA, 20), preexec_fn=room_for(len(before) + room), capture_output=True, text=True, check=False)
        assert done.returncode == 2, done.stderr
        assert done.stderr.startswith("error: ")
        assert "Traceback" not in done.stderr
        assert "make room" in done.stderr
        assert log.read_bytes() == before
        assert checked(log).faults == ()
    assert subprocess.run(command(log, SOFIA, 20), capture_output=True, check=False).returncode == 0


@pytest.mark.slow
def test_a_disk_too_full_for_the_facts_leaves_nothing_half_written(tmp_path: Path) -> None:
    """The first decision of a log: no record, no snapshot, no part of one; with room, it goes through."""
    log = tmp_path / "panel.jsonl"
    for size in (100, 20_000):
        done = subprocess.run(command(log, SOFIA, 5), preexec_fn=room_for(size), capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert "make room" in done.stderr
        assert log.read_bytes() == b""
        assert not [path for path in tmp_path.rglob("*") if path.name.endswith(".part")]
        assert all(path.stem == digest(path.read_bytes()) for path in files_beside(log))
    assert subprocess.run(command(log, SOFIA, 5), capture_output=True, check=False).returncode == 0
    assert checked(log).faults == ()


def test_a_failure_in_the_midst_of_a_record_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of it written, then an error of the disk, or Ctrl-C: the log ends where it ended."""
    log = made(tmp_path, 2)
    before, really = log.read_bytes(), os.write
    for problem in (OSError(5, "Input/output error"), KeyboardInterrupt()):

        def write(descriptor: int, content: bytes, problem: BaseException = problem) -> int:
            really(descriptor, content[: len(content) // 2])
            raise problem

        monkeypatch.setattr(appending.os, "write", write)
        with pytest.raises(type(problem)):
            decided(log, people()[0], 9)
        monkeypatch.setattr(appending.os, "write", really)
        assert log.read_bytes() == before
    assert decided(log, people()[0], 9).number == 3
    assert read_log(log).faults == ()
