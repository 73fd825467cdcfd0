"""A run that is stopped at any moment goes on from its finished chunks and yields the same bytes."""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import polars as pl
import pytest

from evaluator.cli.main import run
from evaluator.core.model import Pack
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.populations.evaluate.parts import Parts, work_folder
from evaluator.populations.evaluate.runner import Request, Run, Target
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.tables import Chunk
from tests.full_disk import room_for
from tests.populations.runs import AS_OF, Chunks, chunk, frame_with_rows, random_people, write_people, write_rules

ROWS, CHUNK = 300, 20
KILLS = 3


@pytest.fixture(name="pack", scope="module")
def _pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return load_pack(write_rules(tmp_path_factory.mktemp("rules")))


@attrs.frozen(kw_only=True)
class Command:
    """The command line over one population, in a folder of its own."""

    folder: Path

    def __call__(self, output: str, *more: str) -> list[str]:
        """Return the arguments of a run."""
        paths = [str(self.folder / "people.csv"), "--rules", str(self.folder / "rules"), "-o", str(self.folder / output)]
        options = ["--as-of", str(AS_OF), "--chunk-rows", str(CHUNK), "--check", "30", "--seed", "11", *more]
        return [sys.executable, "-m", "evaluator.cli.main", "evaluate", *paths, *options]

    def run(self, output: str, *more: str, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
        """Run to the end; in a process of its own where that is to do something before, as starting one takes longer than the run."""
        words = self(output, *more)
        if before is not None:
            return subprocess.run(words, capture_output=True, text=True, check=False, preexec_fn=before)
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
            code = run(words[3:])
        return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())

    def written(self, output: str) -> tuple[bytes, bytes]:
        """Return the bytes of the results and of the rejected rows."""
        return (self.folder / output).read_bytes(), (self.folder / f"{output}.rejected.csv").read_bytes()


@pytest.fixture(name="command", scope="module")
def _command(tmp_path_factory: pytest.TempPathFactory) -> Command:
    folder = tmp_path_factory.mktemp("runs")
    write_rules(folder / "rules")
    write_people(folder / "people.csv", ROWS, bad=37)
    command = Command(folder=folder)
    for ending in ("csv", "parquet"):
        assert command.run(f"whole.{ending}").returncode == 1
    return command


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("kills", [KILLS, pytest.param(20, marks=pytest.mark.soak)])
def test_killed_at_random_moments_and_gone_on(command: Command, ending: str, kills: int) -> None:
    """Each time it is killed, it goes on from there; in the end the bytes are those of a run that was never stopped."""
    chance, output = random.Random(f"{ending}/{kills}"), f"killed-{kills}.{ending}"
    killed = 0
    while killed < kills:
        started = subprocess.Popen(command(output, "--resume"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait_for_chunk(command.folder / output, started, chance.randint(0, ROWS // CHUNK - 1))
        time.sleep(chance.random() * 0.05)
        if started.poll() is None:
            started.kill()
        started.wait()
        killed += 1
        _whole_or_not_there(command, output)
        (command.folder / output).unlink(missing_ok=True)
    assert command.run(output, "--resume").returncode == 1
    assert command.written(output) == command.written(f"whole.{ending}")
    assert not list(command.folder.glob(f".{output}*"))


def _whole_or_not_there(command: Command, output: str) -> None:
    if (command.folder / output).exists():
        assert command.written(output) == command.written(f"whole{Path(output).suffix}")


_KILLED = """
import os, signal, sys
from pathlib import Path
from evaluator.cli.main import main
left, after, rename = int(sys.argv.pop(1)), sys.argv.pop(1) == "after", Path.replace
def counted(self, target):
    global left
    left -= 1
    if left == 0 and not after:
        os.kill(os.getpid(), signal.SIGKILL)
    done = rename(self, target)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
Path.replace = counted
main()
"""
_WIDE = ("--chunk-rows", "200")
RENAMES = 1 + 3 * -(-ROWS // 200) + 2
"""A run's own file, three for each chunk, the rejected rows and the results."""


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    "rename", [pytest.param(place, marks=[] if place > RENAMES - 2 else pytest.mark.soak) for place in range(1, RENAMES + 1)]
)
def test_killed_at_every_rename_and_gone_on(command: Command, rename: int, moment: str) -> None:
    """Just before or after a file takes its place, the last ones included: nothing is lost, and nothing left lying about."""
    output = f"renamed-{rename}-{moment}.csv"
    arguments = command(output, *_WIDE)
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(rename), moment, *arguments[3:]], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    _whole_or_not_there(command, output)
    assert command.run(output, "--resume", *_WIDE).returncode == 1
    assert command.written(output) == command.written("whole.csv")
    assert not list(command.folder.glob(f".{output}*"))


def _wait_for_chunk(output: Path, started: subprocess.Popen[bytes], place: int) -> None:
    """Wait until a chunk is finished, by this run or one before."""
    marker = work_folder(output) / f"{place:06d}.json"
    while started.poll() is None and not marker.exists():
        time.sleep(0.005)


@pytest.mark.slow
def test_ctrl_c_says_how_to_go_on(command: Command) -> None:
    """The exit code is that of an interruption, the finished chunks stay, and the next run takes them over."""
    started = subprocess.Popen(command("interrupted.csv"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    _wait_for_chunk(command.folder / "interrupted.csv", started, 2)
    started.send_signal(signal.SIGINT)
    _, said = started.communicate()
    assert started.returncode == 130
    assert "the same command with --resume goes on from there" in said
    again = command.run("interrupted.csv", "--resume")
    assert "of an earlier run taken over" in again.stdout
    assert command.written("interrupted.csv") == command.written("whole.csv")


_INSTALLED = """
print("up", flush=True)
from evaluator.cli.entry import main
main()
"""
"""As the command is installed, a script; under `python -m`, Python itself turns some interrupts that were caught into a death by signal."""


def _interrupted(words: list[str], seconds: float) -> tuple[int, str, str]:
    """Run, interrupt so long after Python is up, and return the exit code and what was said."""
    started = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "up\n"
    time.sleep(seconds)
    started.send_signal(signal.SIGINT)
    said, told = started.communicate()
    return started.returncode, said, told


@pytest.mark.soak
def test_ctrl_c_at_random_moments(command: Command) -> None:
    """Never a traceback; the exit code is that of an interruption, or of the run where it was done; in the end the bytes are the same."""
    chance, codes = random.Random(5), list[int]()
    script = command.folder / "installed.py"
    script.write_text(_INSTALLED, encoding="utf-8")
    words = [sys.executable, str(script), *command("stopped.csv", "--resume")[3:]]
    for _ in range(40):
        code, said, told = _interrupted(words, 0.3 + chance.random() * 2.5)
        assert code == (1 if "Rows read" in said else 130), (code, said, told)
        assert "Traceback" not in told
        _whole_or_not_there(command, "stopped.csv")
        codes.append(code)
        (command.folder / "stopped.csv").unlink(missing_ok=True)
    assert codes.count(130) > 5
    assert command.run("stopped.csv", "--resume").returncode == 1
    assert command.written("stopped.csv") == command.written("whole.csv")


_DONE = """
import atexit, os, signal, sys
from evaluator.cli import main
main.run = lambda: int(sys.argv[1])
# the very moment in which Python takes itself down: handlers of its own are gone, those of the system stay
class Late:
    def __del__(self, kill=os.kill, me=os.getpid(), interrupt=signal.SIGINT):
        kill(me, interrupt)
sys.late = Late()
main.main()
"""


@pytest.mark.parametrize("code", [0, 1])
def test_ctrl_c_after_all_is_done_changes_nothing(code: int) -> None:
    """An interrupt while Python takes itself down comes too late to make a finished run a stopped one."""
    ran = subprocess.run([sys.executable, "-c", _DONE, str(code)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (code, "")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs a limit on the size of files")
@pytest.mark.parametrize(
    ("ending", "room"), [("csv", 20_000), ("csv", 200), ("jsonl", 40_000), ("parquet", 11_500), ("xlsx", 16_000), ("html", 40_000)]
)
def test_a_full_disk_loses_nothing(command: Command, ending: str, room: int) -> None:
    """Where the results no longer fit, no half file is left; with room again the run goes on from its chunks."""
    if ending == "xlsx":
        pytest.importorskip("xlsxwriter")

    output = f"full-{room}.{ending}"
    full = command.run(output, before=room_for(room))
    assert full.returncode == 2
    assert re.search(r"error: \S+: file too large\nhelp: make room there, or write to another disk", full.stderr)
    assert "Traceback" not in full.stderr
    assert not (command.folder / output).exists()
    assert not list(command.folder.glob("*.part"))
    again = command.run(output, "--resume")
    assert again.returncode == 1
    assert ("taken over" in again.stdout) == (room > 1_000)
    if ending in {"csv", "parquet"}:
        assert command.written(output) == command.written(f"whole.{ending}")
    else:
        assert command.run(f"unbroken.{ending}").returncode == 1
        assert command.written(output) == command.written(f"unbroken.{ending}")


@pytest.fixture(name="halted", scope="module")
def _halted(command: Command) -> str:
    """A run that was stopped behind its first chunks, to go on from."""
    started = subprocess.Popen(command("changed.csv"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _wait_for_chunk(command.folder / "changed.csv", started, 1)
    started.kill()
    started.wait()
    return "changed.csv"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--level", "roles"], "--level was people and is roles now"),
        (["--role", "director"], "--role was not given and is director now"),
        (["--engine", "inference"], "--engine was columns and is inference now"),
        (["--check", "31"], "--check was 30 and is 31 now"),
        (["--seed", "12"], "--seed was 11 and is 12 now"),
        (["--chunk-rows", "21"], "--chunk-rows was 20 and is 21 now"),
        (["--as-of", "2026-12-01"], "--as-of was 2026-11-01 and is 2026-12-01 now"),
        (["--decimal", ","], "--decimal was not given and is , now"),
        (["--keep", "team"], "--keep was not given and is team now"),
        (["--keep-all"], "--keep-all was no and is yes now"),
        (["--map", "team=group:unit"], "--map was not given and is team=group:unit now"),
        (["--encoding", "utf-8", "--keep-all"], "--keep-all was no and is yes now; --encoding was not given and is utf-8 now"),
    ],
)
def test_a_run_with_other_options_is_refused_by_name(
    command: Command, halted: str, more: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each option that was another one is named, with what it was and is."""
    assert run(command(halted, "--resume", *more)[3:]) == 2
    told = capsys.readouterr().err
    clauses = said.split("; ")
    assert "error: the run that was stopped cannot go on: " in told
    assert all(clause in told for clause in clauses)
    assert told.count(" now") == len(clauses)
    assert "help: give the same command again, or start anew without --resume" in told


def _changed_pack(folder: Path) -> str:
    role = folder / "rules" / "roles" / "director.yaml"
    role.write_text(role.read_text(encoding="utf-8").replace("years: {at_least: 8}", "years: {at_least: 9}"), encoding="utf-8")
    return r"the pack small 1\.2\.0 has changed: its hash was [0-9a-f]+ and is [0-9a-f]+ now"


def _raised_version(folder: Path) -> str:
    pack = folder / "rules" / "pack.yaml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("version: 1.2.0", "version: 1.3.0"), encoding="utf-8")
    return r"the pack was small 1\.2\.0, and is small 1\.3\.0 now"


def _longer_table(folder: Path) -> str:
    with (folder / "people.csv").open("a", encoding="utf-8") as stream:
        stream.write("new,,,,,,,,\n")
    return r"people\.csv has changed since"


def _one_letter(folder: Path) -> str:
    """A change that neither the size nor the time of change tells."""
    table = folder / "people.csv"
    time_ = table.stat().st_mtime_ns
    table.write_text(table.read_text(encoding="utf-8").replace("p399,", "p39x,"), encoding="utf-8")
    os.utime(table, ns=(time_, time_))
    return r"people\.csv has changed since"


@pytest.mark.parametrize("change", [_changed_pack, _raised_version, _longer_table, _one_letter])
def test_another_pack_or_table_is_refused_by_name(
    command: Command, halted: str, change: Callable[[Path], str], capsys: pytest.CaptureFixture[str]
) -> None:
    """What changed is named; put back as it was, the run goes on."""
    kept = {path: path.read_bytes() for path in (command.folder / "rules").rglob("*.yaml")}
    kept[command.folder / "people.csv"] = (command.folder / "people.csv").read_bytes()
    try:
        said = change(command.folder)
        assert run(command(halted, "--resume")[3:]) == 2
    finally:
        for path, data in kept.items():
            path.write_bytes(data)
    assert re.search(f"cannot go on: .*{said}\n", capsys.readouterr().err)


def test_another_file_is_refused_by_name(command: Command, halted: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The same rows under another name are another population."""
    (command.folder / "others.csv").write_bytes((command.folder / "people.csv").read_bytes())
    arguments = [word.replace("people.csv", "others.csv") for word in command(halted, "--resume")[3:]]
    assert run(arguments) == 2
    assert re.search(r"it read \S*people\.csv, and this run reads \S*others\.csv\n", capsys.readouterr().err)


@pytest.mark.slow
def test_a_table_that_was_only_touched_is_the_same(command: Command) -> None:
    """The time of change says nothing where all of the file is hashed; neither does the day have to be given again."""
    started = subprocess.Popen(command("touched.csv"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _wait_for_chunk(command.folder / "touched.csv", started, 1)
    started.kill()
    started.wait()
    os.utime(command.folder / "people.csv", ns=(1, 1))
    words = command("touched.csv", "--resume")
    place = words.index("--as-of")
    again = subprocess.run(words[:place] + words[place + 2 :], capture_output=True, text=True, check=False)
    assert "taken over" in again.stdout
    assert command.written("touched.csv") == command.written("whole.csv")


@pytest.mark.slow
def test_a_run_from_standard_input_goes_on(command: Command) -> None:
    """What came through a pipe is known again by its content."""
    words = [word if not word.endswith("/people.csv") else "-" for word in command("piped.csv")]
    with (command.folder / "people.csv").open("rb") as table:
        started = subprocess.Popen(words, stdin=table, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait_for_chunk(command.folder / "piped.csv", started, 1)
        started.kill()
        started.wait()
        table.seek(0)
        again = subprocess.run([*words, "--resume"], stdin=table, capture_output=True, text=True, check=False)
    assert "taken over" in again.stdout
    assert (command.folder / "piped.csv").read_bytes() == (command.folder / "whole.csv").read_bytes()


@attrs.frozen(kw_only=True)
class Stopping:
    """A population whose reading stops before a chunk."""

    chunks: list[Chunk]
    before: int
    total_rows: int | None = None
    sources: tuple[object, ...] = ()
    kept_columns: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Chunk]:
        for place, found in enumerate(self.chunks):
            if place == self.before:
                raise KeyboardInterrupt
            yield found


@pytest.mark.parametrize("level", ["people", "roles", "criteria"])
def test_stopped_before_every_chunk(pack: Pack, tmp_path: Path, level: str) -> None:
    """Whichever chunk it stops before, only the others are judged again, and the bytes are the same."""
    from evaluator.populations.evaluate.runner import Level

    people = frame_with_rows(pack, random_people(random.Random(2), pack, 40))
    chunks = [chunk(people[place : place + 10]) for place in range(0, 40, 10)]
    request = Request(level=Level(level), check=8, seed=3)

    def target(name: str, *, resume: bool) -> Target:
        return Target(output=tmp_path / name, format="parquet", rejected=tmp_path / "rejected.csv", resume=resume)

    whole = Run(pack=pack, request=request, people=Chunks(chunks=chunks)).to(target("whole.parquet", resume=False))
    assert (whole.resumed, whole.counts.judged) == (0, 40)
    for before in range(4):
        with pytest.raises(KeyboardInterrupt):
            Run(pack=pack, request=request, people=Stopping(chunks=chunks, before=before)).to(target("out.parquet", resume=False))
        outcome = Run(pack=pack, request=request, people=Chunks(chunks=chunks)).to(target("out.parquet", resume=True))
        assert outcome.resumed == before
        assert outcome.counts == whole.counts
        assert (tmp_path / "out.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()


@attrs.frozen(kw_only=True)
class Swallowing:
    """A population during whose reading Ctrl-C is pressed, and swallowed by a library that then fails, or goes on with wrong values."""

    chunks: list[Chunk]
    fails: bool
    total_rows: int | None = None
    sources: tuple[object, ...] = ()
    kept_columns: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Chunk]:
        yield self.chunks[0]
        with contextlib.suppress(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.1)
        if self.fails:
            raise TypeError("'<unprintable str object>' is not a Polars data type")
        yield attrs.evolve(self.chunks[1], frame=self.chunks[1].frame.with_columns(id="wrong-" + pl.col("id")))
        yield from self.chunks[2:]


@pytest.mark.parametrize("fails", [True, False])
def test_a_swallowed_ctrl_c_stops_the_run_and_keeps_nothing_wrong(pack: Pack, tmp_path: Path, *, fails: bool) -> None:
    """It leaves as an interruption, no chunk worked out since is kept, and the run that goes on yields the same bytes."""
    people = frame_with_rows(pack, random_people(random.Random(4), pack, 30))
    chunks = [chunk(people[place : place + 10]) for place in range(0, 30, 10)]

    def ran(name: str, people: Chunks | Swallowing, *, resume: bool) -> int:
        target = Target(output=tmp_path / name, format="csv", rejected=tmp_path / "rejected.csv", resume=resume)
        return Run(pack=pack, request=Request(check=4, seed=3), people=people).to(target).resumed

    ran("whole.csv", Chunks(chunks=chunks), resume=False)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        ran("out.csv", Swallowing(chunks=chunks, fails=fails), resume=False)
    assert signal.getsignal(signal.SIGINT) is before
    assert not (tmp_path / "out.csv").exists()
    assert ran("out.csv", Chunks(chunks=chunks), resume=True) == 1
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_an_error_of_its_own_stays_one(pack: Pack, tmp_path: Path) -> None:
    """Where nobody pressed Ctrl-C, no failure is passed off as an interruption."""
    people = Chunks(chunks=[object()])  # type: ignore[list-item]
    target = Target(output=tmp_path / "out.csv", format="csv", rejected=tmp_path / "rejected.csv")
    with pytest.raises(AttributeError):
        Run(pack=pack, request=Request(), people=people).to(target)


MANIFEST: dict[str, object] = {"tool": ["1", "2"], "pack": ["small", "1", "a"], "sources": [], "request": {}, "options": {}}


def test_another_version_is_refused_by_name(tmp_path: Path) -> None:
    """Chunks of another version of the tool, or of what computes for it, are not mixed with new ones."""
    Parts.begin(tmp_path / ".out.parts", MANIFEST, resume=False).leave()
    with pytest.raises(
        PopulationProblem,
        match=r"it was made by evaluator 1 with polars 2, and this is evaluator 1 with polars 3; give the same command again",
    ):
        Parts.begin(tmp_path / ".out.parts", MANIFEST | {"tool": ["1", "3"]}, resume=True)
    Parts.begin(tmp_path / ".out.parts", MANIFEST, resume=True).remove()


def test_two_runs_do_not_write_the_same_output(tmp_path: Path) -> None:
    """The second is refused while the first lives."""
    first = Parts.begin(tmp_path / ".out.parts", MANIFEST, resume=False)
    with pytest.raises(PopulationProblem, match="another run is writing the same output"):
        Parts.begin(tmp_path / ".out.parts", MANIFEST, resume=False)
    first.leave()
    Parts.begin(tmp_path / ".out.parts", MANIFEST, resume=True).remove()
    assert not os.listdir(tmp_path)  # noqa: PTH208 - a count of names
