"""A run that is stopped at any moment goes on from its finished chunks and yields the same bytes."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

from evaluator.model import Pack
from evaluator.population import Request, Run, Target
from evaluator.populations.failures import PopulationProblem
from evaluator.populations.parts import Parts, work_folder
from evaluator.reading.pack import load_pack
from evaluator.reading.population import Chunk
from tests.population.runs import AS_OF, Chunks, chunk, frame_with_rows, random_people, write_people, write_rules

ROWS, CHUNK = 400, 20
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
        """Run to the end."""
        return subprocess.run(self(output, *more), capture_output=True, text=True, check=False, preexec_fn=before)

    def written(self, output: str) -> tuple[bytes, bytes]:
        """Return the bytes of the results and of the rejected rows."""
        return (self.folder / output).read_bytes(), (self.folder / f"{output}.rejected.csv").read_bytes()


@pytest.fixture(name="command", scope="module")
def _command(tmp_path_factory: pytest.TempPathFactory) -> Command:
    folder = tmp_path_factory.mktemp("runs")
    write_rules(folder / "rules")
    write_people(folder / "people.csv", ROWS, bad=37)
    command = Command(folder=folder)
    for output in ("whole.csv", "whole.parquet"):
        assert command.run(output).returncode == 1
    return command


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
        assert not (command.folder / output).exists() or started.returncode == 1
        (command.folder / output).unlink(missing_ok=True)
    assert command.run(output, "--resume").returncode == 1
    assert command.written(output) == command.written(f"whole.{ending}")
    assert not list(command.folder.glob(f".{output}*"))


def _wait_for_chunk(output: Path, started: subprocess.Popen[bytes], place: int) -> None:
    """Wait until a chunk is finished, by this run or one before."""
    marker = work_folder(output) / f"{place:06d}.json"
    while started.poll() is None and not marker.exists():
        time.sleep(0.005)


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


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs a limit on the size of files")
def test_a_full_disk_loses_nothing(command: Command) -> None:
    """Where the results no longer fit, no half file is left; with room again the run goes on from its chunks."""

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    full = command.run("full.csv", before=little_room)
    assert full.returncode == 2
    assert "error: " in full.stderr
    assert "Traceback" not in full.stderr
    assert not (command.folder / "full.csv").exists()
    assert not list(command.folder.glob("*.part"))
    again = command.run("full.csv", "--resume")
    assert "taken over" in again.stdout
    assert command.written("full.csv") == command.written("whole.csv")


def test_another_run_is_refused_with_its_reason(command: Command) -> None:
    """A changed population, pack or option is no run to go on from."""
    folder = command.folder
    started = subprocess.Popen(command("changed.csv"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _wait_for_chunk(folder / "changed.csv", started, 1)
    started.kill()
    started.wait()
    refused = command.run("changed.csv", "--resume", "--level", "roles")
    assert refused.returncode == 2
    assert "error: the run that was stopped cannot go on: it had other options: request" in refused.stderr
    text = (folder / "people.csv").read_text(encoding="utf-8")
    (folder / "people.csv").write_text(text + "new,,,,,,,,\n", encoding="utf-8")
    refused = command.run("changed.csv", "--resume")
    assert "cannot go on: the population has changed\nhelp: start anew without --resume" in refused.stderr
    (folder / "people.csv").write_text(text, encoding="utf-8")


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
    from evaluator.population import Level

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


def test_two_runs_do_not_write_the_same_output(tmp_path: Path) -> None:
    """The second is refused while the first lives."""
    first = Parts.begin(tmp_path / ".out.parts", {"tool": 1}, resume=False)
    with pytest.raises(PopulationProblem, match="another run is writing the same output"):
        Parts.begin(tmp_path / ".out.parts", {"tool": 1}, resume=False)
    first.leave()
    Parts.begin(tmp_path / ".out.parts", {"tool": 1}, resume=True).remove()
    assert not os.listdir(tmp_path)  # noqa: PTH208 - a count of names
