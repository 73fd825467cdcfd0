"""Nothing of anybody's data is left behind, however a run ends; a run in which nobody could be judged leaves the results as they were."""

from __future__ import annotations

import itertools
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from evaluator.cli.main import run
from tests.populations.runs import AS_OF, write_people, write_rules

Capture = pytest.CaptureFixture[str]
SIGNALS = [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, signal.SIGINT]
FORMATS = ("csv", "jsonl", "parquet", "xlsx", "html")

_STOPPED = """
import os, sys, tempfile
from pathlib import Path
from evaluator.cli.entry import main
number, where = int(sys.argv.pop(1)), sys.argv.pop(1)
def stopped(real):
    def call(*given, **named):
        done = real(*given, **named)
        Path(os.environ["SEEN"]).write_text(repr([(path, oct(os.stat(path).st_mode)) for path, _, _ in os.walk(tempfile.gettempdir())]))
        os.kill(os.getpid(), number)
        return done
    return call
if where == "input":
    import shutil
    shutil.copyfileobj = stopped(shutil.copyfileobj)
elif where == "chunk":
    from evaluator.populations.evaluate import parts
    parts.TemporaryParts.save = stopped(parts.TemporaryParts.save)
    parts.Parts.save = stopped(parts.Parts.save)
elif where == "written":
    from evaluator.populations.evaluate import writers
    writers.copy = stopped(writers.copy)
elif where == "sheet":
    from evaluator.populations.evaluate import excel_file as sheets
    sheets._row = stopped(sheets._row)
elif where == "database":
    from evaluator.populations.databases import duckdb_table as duck
    duck.DuckDB.run = stopped(duck.DuckDB.run)
elif where == "trial":
    from evaluator.packs import trial
    trial.lint_pack = stopped(trial.lint_pack)
main()
"""


@attrs.frozen(kw_only=True)
class Here:
    """A folder with people and rules, and another one for whatever is temporary."""

    folder: Path
    temporary: Path

    def stopped(self, number: int, where: str, *words: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        """Run a command that is sent a signal at a certain place."""
        seen = self.folder.parent / "seen"
        environment = {**os.environ, "TMPDIR": str(self.temporary), "SEEN": str(seen)}
        command = [sys.executable, "-c", _STOPPED, str(int(number)), where, *words]
        done = subprocess.run(command, cwd=self.folder, env=environment, input=given, capture_output=True, check=False)
        assert seen.exists(), done.stderr
        return done

    def left(self, patience: float = 5.0) -> list[str]:
        """Return what is left in the end; what another program clears up is waited for a little."""
        until = time.monotonic() + patience
        while (found := sorted(_below(self.temporary))) and time.monotonic() < until:
            time.sleep(0.02)
        return found


def _below(folder: Path) -> Iterator[str]:
    """Yield what is below a folder; one that another program removes meanwhile is empty."""
    for parent, folders, files in os.walk(folder):
        yield from (os.path.join(parent, name) for name in (*folders, *files))  # noqa: PTH118 - as os.walk gives them


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Here:
    found = Here(folder=tmp_path / "here", temporary=tmp_path / "temporary")
    found.folder.mkdir()
    found.temporary.mkdir()
    write_rules(found.folder / "rules")
    write_people(found.folder / "people.csv", 120, bad=37)
    return found


_DAY = ("--as-of", str(AS_OF), "--check", "0", "--chunk-rows", "40")


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("where", ["input", "chunk", "written"])
def test_no_copy_of_standard_input_and_no_result_outlives_a_signal(here: Here, number: signal.Signals, where: str) -> None:
    """While it is read, judged or written out: it never had a name, so that nothing has to be cleared up."""
    given = (here.folder / "people.csv").read_bytes()
    done = here.stopped(number, where, "evaluate", "-", "--format", "csv", *_DAY, given=given)
    assert here.left(0) == []
    assert done.returncode == (-number if number is signal.SIGKILL else 128 + number), done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
@pytest.mark.parametrize("more", [("--format", "parquet"), ("--format", "xlsx"), ("--format", "html"), ("-o", "out.csv"), ()], ids=" ".join)
def test_in_every_format_and_into_a_file(here: Here, number: signal.Signals, more: tuple[str, ...]) -> None:
    """The parts of a run into a file stay beside it, for its owner alone; nothing else does."""
    given = (here.folder / "people.csv").read_bytes()
    here.stopped(number, "chunk", "evaluate", "-", "--level", "people", *more, *_DAY, given=given)
    assert here.left(0) == []
    beside = {path.name for path in here.folder.iterdir()} - {"people.csv", "rules"}
    assert beside == ({".out.csv.parts"} if more[:1] == ("-o",) else set())
    for path in here.folder.glob(".out.csv.parts/**/*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for path in here.folder.glob(".out.csv.parts"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


@pytest.mark.slow
def test_a_stopped_run_from_standard_input_goes_on(here: Here) -> None:
    """The copy is gone, and what was finished is known again by what comes in the next time."""
    given = (here.folder / "people.csv").read_bytes()
    words = ("evaluate", "-", "-o", "out.csv", *_DAY)
    here.stopped(signal.SIGKILL, "chunk", *words, given=given)
    command = [sys.executable, "-m", "evaluator", *words]
    done = subprocess.run([*command, "--resume"], cwd=here.folder, input=given, capture_output=True, check=False)
    assert done.returncode == 1, done.stderr
    assert b"1 chunk of an earlier run taken over" in done.stdout
    whole = subprocess.run([*command[:-8], "-o", "whole.csv", *_DAY], cwd=here.folder, input=given, capture_output=True, check=False)
    assert whole.returncode == 1, whole.stderr
    assert (here.folder / "out.csv").read_bytes() == (here.folder / "whole.csv").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("sheet", ("evaluate", "people.csv", "--format", "xlsx", *_DAY)),
        ("database", ("evaluate", "people.parquet", "--engine", "duckdb", "--format", "csv", "--as-of", str(AS_OF), "--check", "0")),
        ("database", ("evaluate", "people.parquet", "--engine", "duckdb", "-o", "o.csv", "--as-of", str(AS_OF), "--check", "0")),
        ("trial", ("set", "lead", "alpha.x.at_least", "3")),
    ],
    ids=["sheet", "database", "database-file", "trial"],
)
def test_no_temporary_folder_outlives_a_signal(here: Here, number: signal.Signals, where: str, words: tuple[str, ...]) -> None:
    """What a library writes by name lies in a folder for its owner alone, which another program removes once this one is gone."""
    if where == "database":
        pytest.importorskip("duckdb")
    import polars as pl

    pl.read_csv(here.folder / "people.csv", infer_schema=False).select("id", "role").write_parquet(here.folder / "people.parquet")
    if where == "trial":
        words = ("set", *_threshold(here.folder))
    here.stopped(number, where, *words)
    assert here.left() == []
    until = time.monotonic() + 5
    while (found := {path.name for path in here.folder.glob(".*")} - {".o.csv.parts"}) and time.monotonic() < until:
        time.sleep(0.02)
    assert found == set()
    modes = (here.folder.parent / "seen").read_text(encoding="utf-8")
    assert "evaluator-" not in modes or "0o40700" in modes


def _threshold(folder: Path) -> tuple[str, str, str]:
    from evaluator.packs.thresholds import all_thresholds
    from evaluator.reading.pack.pack import load_pack

    whole = ((role, one, one.value) for role, one in all_thresholds(load_pack(folder / "rules")) if not one.lists)
    role, threshold, value = next((role, one, value) for role, one, value in whole if isinstance(value, int))
    return role.id, threshold.path, threshold.written(value + 1)


@pytest.fixture(autouse=True)
def _there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


NOBODY = {
    "all rejected": "id,role,product_management_years\na,Product Manager,x\nb,Product Manager,y\n",
    "header only": "id,role,product_management_years\n",
    "blank rows": "id,role,product_management_years\n,,\n\n",
    "one row": "id,role,product_management_years\na,Product Manager,x\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("case", NOBODY)
def test_where_nobody_can_be_judged_the_old_results_stay(tmp_path: Path, capfd: Capture, format_: str, case: str) -> None:
    """Exit code 2 and one sentence; the rejected rows are written, so that it can be seen why."""
    (tmp_path / "people.csv").write_text(NOBODY[case], encoding="utf-8")
    old, rejected = tmp_path / f"out.{format_}", tmp_path / f"out.{format_}.rejected.csv"
    for content, more in itertools.product((None, b"OLD"), ([], ["--resume"])):
        for path in (old, rejected) if content else ():
            path.write_bytes(content or b"")
        assert run(["evaluate", "people.csv", "-o", old.name, *more]) == 2
        said = capfd.readouterr()
        assert said.out == ""
        assert f"{old.name} {'stays as it was' if content else 'was not written'}\n" in said.err
        assert (old.read_bytes() if old.exists() else None) == content
        if case in {"all rejected", "one row"}:
            assert f"{rejected.name} has each with its reason" in said.err
            assert "P102" in rejected.read_text(encoding="utf-8")
            rejected.unlink()
        else:
            assert (rejected.read_bytes() if rejected.exists() else None) == content
        assert not list(tmp_path.glob(".*"))


WAYS = [("--format", "csv"), ("--format", "parquet"), ("--level", "people"), (), ("--format", "json")]


@pytest.mark.parametrize("words", WAYS, ids=" ".join)
def test_where_nobody_can_be_judged_nothing_goes_to_standard_output(tmp_path: Path, capfd: Capture, words: tuple[str, ...]) -> None:
    """The rows are told on standard error."""
    line = '{"id": "a", "role": "Product Manager", "product_management_years": "x"}\n'
    (tmp_path / "people.jsonl").write_text(line, encoding="utf-8")
    (tmp_path / "people.csv").write_text(NOBODY["one row"], encoding="utf-8")
    for file in ("people.jsonl", "people.csv"):
        assert run(["evaluate", file, *words]) == 2
        said = capfd.readouterr()
        assert said.out == ""
        assert "product_management_years" in said.err


def test_rejected_rows_go_where_that_is_said_without_results(tmp_path: Path, capfd: Capture) -> None:
    """To standard output go the results alone."""
    (tmp_path / "people.csv").write_text(NOBODY["one row"] + "b,Product Manager,3\n", encoding="utf-8")
    assert run(["evaluate", "people.csv", "--format", "csv", "--rejected", "bad.csv", "--check", "0"]) == 1
    assert len(capfd.readouterr().out.splitlines()) == 2
    assert "P102" in (tmp_path / "bad.csv").read_text(encoding="utf-8")
    assert stat.S_IMODE((tmp_path / "bad.csv").stat().st_mode) == 0o600


def test_of_several_rows_some_that_can_be_judged_are_enough(tmp_path: Path) -> None:
    """Then the results are new, with the exit code of rejected rows; a run without any takes those of the one before away."""
    (tmp_path / "people.csv").write_text(NOBODY["all rejected"] + "c,Product Manager,3\n", encoding="utf-8")
    (tmp_path / "out.csv").write_bytes(b"OLD")
    assert run(["evaluate", "people.csv", "-o", "out.csv", "--check", "0"]) == 1
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()[1].startswith("c,")
    assert (tmp_path / "out.csv.rejected.csv").exists()
    (tmp_path / "people.csv").write_text("id,role\nc,Product Manager\n", encoding="utf-8")
    assert run(["evaluate", "people.csv", "-o", "out.csv", "--check", "0"]) == 0
    assert not (tmp_path / "out.csv.rejected.csv").exists()


def test_a_folder_of_profiles_that_are_all_wrong(tmp_path: Path) -> None:
    """As for tables."""
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "a.yaml").write_text("profile: a\nattributes: {product_management_years: x}\n", encoding="utf-8")
    (tmp_path / "out.csv").write_bytes(b"OLD")
    assert run(["evaluate", "people", "--level", "people", "-o", "out.csv"]) == 2
    assert (tmp_path / "out.csv").read_bytes() == b"OLD"
    assert "P102" in (tmp_path / "out.csv.rejected.csv").read_text(encoding="utf-8")
