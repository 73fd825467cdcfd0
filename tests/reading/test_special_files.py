"""What is no file, such as pipes, devices and sockets, ends in a sentence wherever a file is read, and never hangs or reads without end."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.files import read_at_most, special

ROOT = Path(__file__).parents[2]
Capture = pytest.CaptureFixture[str]
SECONDS = 60
PERSON = "profiles/ada-lindqvist.yaml"


@pytest.fixture(name="here")
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("evaluator.files._PATIENCE", 0.3)
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    (tmp_path / "profiles").mkdir()
    shutil.copy(ROOT / PERSON, tmp_path / "profiles")
    (tmp_path / "people.csv").write_text("id,role\na,Product Manager\n", encoding="utf-8")
    (tmp_path / "decisions.csv").write_text("person,role,decision,date\na,product-manager,deferred,2026-10-01\n", encoding="utf-8")
    with socket.socket(socket.AF_UNIX) as listening:
        yield tmp_path
        listening.close()


def special_file(path: Path, kind: str) -> None:
    """Put something at a path that is no file, under a name that says it is one."""
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(os.path.relpath(path))
    else:
        path.symlink_to("/dev/zero")


COMMANDS = {
    "x.yaml": ["evaluate", "{}"],
    "x.csv": ["evaluate", "{}"],
    "x.tsv": ["evaluate", "{}", "-o", "out.csv"],
    "x.jsonl": ["evaluate", "{}"],
    "x.parquet": ["evaluate", "{}"],
    "x.xlsx": ["evaluate", "{}", "-o", "out.csv"],
    "x": ["evaluate", "{}", "--level", "people"],
    "e.yaml": ["explain", "{}", "product-director"],
    "r.csv": ["rank", "{}", "--role", "product-director"],
    "i.csv": ["impact", "--on", "{}"],
    "d.csv": ["backtest", "--decisions", "{}", "--on", "people.csv"],
    "d.jsonl": ["backtest", "--decisions", "{}", "--on", "people.csv"],
    "m.yaml": ["evaluate", "people.csv", "--map-file", "{}"],
    "f.yaml": ["profile", "new", "--from", "{}"],
    "c.csv": ["profile", "check", "{}"],
    "resume.json": ["profile", "import", "jsonresume", "{}"],
    "export.zip": ["profile", "import", "linkedin", "{}"],
    "log.jsonl": ["decisions", "verify", "{}"],
    "rules/attributes.yaml": ["lint"],
    "rules/moves.yaml": ["evaluate", PERSON],
    "rules/pack.yaml": ["evaluate", PERSON, "--rules", "rules"],
    "k.duckdb": ["evaluate", "{}::people", "--engine", "duckdb", "-o", "out.csv"],
    "k.csv": ["evaluate", "{}", "--engine", "duckdb", "-o", "out.csv"],
}


@pytest.mark.parametrize("kind", ["a pipe", "a device", "a socket"])
@pytest.mark.parametrize("name", COMMANDS)
def test_what_is_no_file_ends_in_a_sentence(here: Path, capfd: Capture, name: str, kind: str) -> None:
    """Behind every ending that is read, in every place where a file can be named."""
    (here / name).unlink(missing_ok=True)
    special_file(here / name, kind)
    done: list[int] = []
    thread = threading.Thread(target=lambda: done.append(run([word.format(name) for word in COMMANDS[name]])), daemon=True)
    thread.start()
    thread.join(SECONDS)
    assert done == [2] or (name == "rules/attributes.yaml" and done == [1]), capfd.readouterr()
    said = capfd.readouterr().err
    assert "Traceback" not in said
    assert not (here / "out.csv").exists()
    assert stat.S_IFMT((here / name).lstat().st_mode) != stat.S_IFREG


@pytest.mark.parametrize("kind", ["a pipe", "a device", "a socket"])
def test_the_sentence_says_what_it_is(here: Path, capfd: Capture, kind: str) -> None:
    """For a profile, a table that is read as profiles, and a population."""
    for name, more in (("x.yaml", []), ("x.csv", []), ("y.csv", ["-o", "out.csv"])):
        special_file(here / name, kind)
        assert run(["evaluate", name, *more]) == 2
        said = capfd.readouterr().err
        assert f"it is {kind}" in said


def test_a_folder_called_like_a_table_is_a_folder(here: Path, capfd: Capture) -> None:
    """And one without anybody in it says so."""
    (here / "x.csv").mkdir()
    assert run(["evaluate", "x.csv"]) == 2
    assert "the folder holds no profile" in capfd.readouterr().err


def test_special_files_in_a_folder_are_no_people(here: Path) -> None:
    """They are not opened."""
    for name in ("p.yaml", "p.csv"):
        os.mkfifo(here / "profiles" / name)
    assert run(["evaluate", "profiles"]) == 0


def test_a_pipe_that_somebody_writes_to_is_read_where_once_is_enough(here: Path) -> None:
    """As a shell's `<(…)`: a mapping, decisions, rules."""
    command = f"{sys.executable} -m evaluator evaluate people.csv --map-file <(sleep 0.5; echo 'team: role') -o out.csv --check 0"
    (here / "people.csv").write_text("id,team\na,Product Manager\n", encoding="utf-8")
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_table_through_a_pipe_is_refused_rather_than_read_in_part(here: Path) -> None:
    """It would be opened more than once, and each time the beginning would be missing."""
    command = f"{sys.executable} -m evaluator evaluate <(cat people.csv) --level people"
    done = subprocess.run(["bash", "-c", command], cwd=here, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "it is a pipe, and no file" in done.stderr
    assert "read with `-`" in done.stderr


def test_no_more_is_read_than_was_asked_for(here: Path) -> None:
    """Of a pipe too."""
    os.mkfifo(here / "pipe")
    writer = threading.Thread(target=lambda: (here / "pipe").write_bytes(b"x" * 1000), daemon=True)
    writer.start()
    assert read_at_most(here / "pipe", 1000) == b"x" * 1000
    assert special(here / "pipe") == "a pipe"
    assert special(here / "people.csv") is special(here) is special(here / "missing") is None


CONTENT = "root:SECRET:0:0:root:/root:/bin/bash\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("link.yaml", ["evaluate", "{}"]),
        ("link.yaml", ["evaluate", "{}", "--level", "people"]),
        ("link.yaml", ["profile", "check", "{}"]),
        ("link.yaml", ["profile", "check", "{}", "--format", "json"]),
        ("link.csv", ["evaluate", "{}"]),
        ("link.csv", ["evaluate", "{}", "-o", "out.csv"]),
        ("link.jsonl", ["evaluate", "{}", "-o", "out.csv"]),
        ("link", ["evaluate", "{}"]),
        ("link.yaml", ["evaluate", "people.csv", "--map-file", "{}"]),
        ("link.csv", ["backtest", "--decisions", "{}", "--on", "people.csv"]),
    ],
)
def test_of_a_link_to_somebody_elses_file_no_word_is_shown(here: Path, capfd: Capture, name: str, words: list[str]) -> None:
    """Whoever put the link there may not read what it leads to, and would read it in the error."""
    (here / "secret").write_text(CONTENT, encoding="utf-8")
    os.chown(here / "secret", 12345, 12345)
    (here / name).symlink_to(here / "secret")
    assert run([word.format(name) for word in words]) in {1, 2}
    said = capfd.readouterr()
    assert "SECRET" not in said.out + said.err
    assert "nothing of it is shown" in said.out + said.err
    (here / name).unlink()
    (here / "secret").rename(here / name)
    run([word.format(name) for word in words])
    said = capfd.readouterr()
    assert "nothing of it is shown" not in said.out + said.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_a_link_to_somebody_elses_profile_is_read(here: Path) -> None:
    """What can be used is used."""
    os.chown(here / PERSON, 12345, 12345)
    (here / "ada-lindqvist.yaml").symlink_to(PERSON)
    assert run(["evaluate", "ada-lindqvist.yaml"]) == 0
