"""What is no ordinary file ends in a sentence wherever an input is named, before anything is read of it, and never hangs."""

from __future__ import annotations

import io
import os
import pty
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.core.files import SpecialFile, no_ordinary_file, open_to_read, special, standard_input
from tests.product import PRODUCT

Capture = pytest.CaptureFixture[str]
SECONDS = 60
PERSON = "profiles/ada-lindqvist.yaml"
ROLE = "product-director"
KINDS = {
    "a pipe": None,
    "a socket": None,
    "a device": "/dev/zero",
    "a pseudo-file of the running system": "/proc/self/environ",
}
DECIDED = ["--decision", "deferred", "--reason", "Later."]
COMMANDS = {
    "evaluate-profile": ("x.yaml", ["evaluate", "{}"]),
    "evaluate-yml": ("x.yml", ["evaluate", PERSON, "{}"]),
    "evaluate-csv": ("x.csv", ["evaluate", "{}"]),
    "evaluate-unknown-ending": ("x", ["evaluate", "{}"]),
    "evaluate-jsonl": ("x.jsonl", ["evaluate", "{}"]),
    "people-csv": ("x.csv", ["evaluate", "{}", "-o", "out.csv"]),
    "people-tsv": ("x.tsv", ["evaluate", "{}", "-o", "out.csv"]),
    "people-txt": ("x.txt", ["evaluate", "{}", "--level", "people"]),
    "people-jsonl": ("x.jsonl", ["evaluate", "{}", "-o", "out.csv"]),
    "people-json": ("x.json", ["evaluate", "{}", "-o", "out.csv"]),
    "people-parquet": ("x.parquet", ["evaluate", "{}", "-o", "out.csv"]),
    "people-xlsx": ("x.xlsx", ["evaluate", "{}", "-o", "out.csv"]),
    "people-yaml": ("x.yaml", ["evaluate", "{}", "--level", "people"]),
    "people-unknown-ending": ("x", ["evaluate", "{}", "--level", "people"]),
    "duckdb-csv": ("k.csv", ["evaluate", "{}", "--engine", "duckdb", "-o", "out.csv"]),
    "duckdb-parquet": ("k.parquet", ["evaluate", "{}", "--engine", "duckdb", "-o", "out.csv"]),
    "duckdb-table": ("k.duckdb", ["evaluate", "{}::people", "--engine", "duckdb", "-o", "out.csv"]),
    "duckdb-folder": ("folder/k.parquet", ["evaluate", "folder", "--engine", "duckdb", "-o", "out.csv"]),
    "map-file": ("m.yaml", ["evaluate", "people.csv", "--map-file", "{}"]),
    "explain": ("x.yaml", ["explain", "{}", ROLE]),
    "case": ("x.yaml", ["case", "{}", ROLE]),
    "compare": ("x.yaml", ["compare", PERSON, "{}", "--role", ROLE]),
    "plan": ("x.csv", ["plan", "{}", ROLE, "--person", "a"]),
    "whatif": ("x.yaml", ["whatif", "{}", "--set", "people_led=8"]),
    "decide": ("x.yaml", ["decide", "{}", ROLE, *DECIDED]),
    "decide-log": ("log.jsonl", ["decide", PERSON, ROLE, *DECIDED, "--log", "{}"]),
    "decide-witness": ("heads.jsonl", ["decide", PERSON, ROLE, *DECIDED, "--witness", "{}"]),
    "rank": ("r.csv", ["rank", "{}", "--role", ROLE]),
    "profile-check": ("c.csv", ["profile", "check", "{}"]),
    "profile-new-from": ("f.yaml", ["profile", "new", "--from", "{}"]),
    "profile-new-unfinished": ("n.yaml.unfinished", ["profile", "new", "-o", "n.yaml"]),
    "import-jsonresume": ("resume.json", ["profile", "import", "jsonresume", "{}"]),
    "import-linkedin": ("export.zip", ["profile", "import", "linkedin", "{}"]),
    "verify": ("log.jsonl", ["decisions", "verify", "{}"]),
    "list": ("log.jsonl", ["decisions", "list", "{}"]),
    "export": ("log.jsonl", ["decisions", "export", "{}"]),
    "replay": ("log.jsonl", ["decisions", "replay", "{}"]),
    "repair": ("log.jsonl", ["decisions", "repair", "{}"]),
    "lint": ("rules/attributes.yaml", ["lint"]),
    "lint-role": ("rules/roles/extra.yaml", ["lint"]),
    "test": ("rules/tests/extra.yaml", ["test"]),
    "evaluate-pack": ("rules/moves.yaml", ["evaluate", PERSON]),
    "show-pack": ("rules/pack.yaml", ["show", ROLE, "--rules", "rules"]),
    "graph-pack": ("rules/moves.yaml", ["graph"]),
    "schema-pack": ("rules/attributes.yaml", ["schema"]),
    "prove-pack": ("rules/attributes.yaml", ["prove"]),
    "new-role-pack": ("rules/attributes.yaml", ["new", "role", "my-role", "--track", "management", "--rung", "9"]),
    "set-pack": ("rules/attributes.yaml", ["set", ROLE, "x.y.at_least", "3"]),
    "watch": ("x.csv", ["watch", "--on", "{}", "--saves", "1"]),
    "diff": ("x.csv", ["diff", "rules", "rules", "--on", "{}"]),
    "diff-pack": ("old/pack.yaml", ["diff", "old", "rules"]),
    "sweep": ("x.csv", ["sweep", ROLE, "thought-leadership.mentees.at_least", "--on", "{}"]),
    "backtest-on": ("x.csv", ["backtest", "--decisions", "decisions.csv", "--on", "{}"]),
    "backtest-csv": ("d.csv", ["backtest", "--decisions", "{}", "--on", "people.csv"]),
    "backtest-jsonl": ("d.jsonl", ["backtest", "--decisions", "{}", "--on", "people.csv"]),
    "impact": ("i.csv", ["impact", "--on", "{}"]),
}


@pytest.fixture(name="here")
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
    shutil.copytree(PRODUCT / "rules", tmp_path / "rules")
    (tmp_path / "profiles").mkdir()
    shutil.copy(PRODUCT / PERSON, tmp_path / "profiles")
    (tmp_path / "people.csv").write_text("id,role\na,Product Manager\n", encoding="utf-8")
    (tmp_path / "decisions.csv").write_text("person,role,decision,date\na,product-manager,deferred,2026-10-01\n", encoding="utf-8")
    return tmp_path


def special_file(path: Path, kind: str) -> None:
    """Put something at a path that is no ordinary file, under a name that says it is one."""
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a socket":
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(os.path.relpath(path))
    else:
        path.symlink_to(str(KINDS[kind]))


def code_of(words: list[str]) -> int | None:
    """Run a command, and return its exit code; None where it does not end."""
    done: list[int] = []
    thread = threading.Thread(target=lambda: done.append(run(words)), daemon=True)
    thread.start()
    thread.join(SECONDS)
    return done[0] if done else None


EVERY_KIND = ("evaluate-profile", "evaluate-csv", "people-csv", "people-parquet", "duckdb-csv", "decide-log", "decide-witness", "show-pack")
"""Ways in that are each tried with every kind; the others with one, in turn."""
CASES = [
    (name, kind)
    for place, name in enumerate(COMMANDS)
    for number, kind in enumerate(KINDS)
    if name in EVERY_KIND or place % len(KINDS) == number
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), CASES)
def test_what_is_no_ordinary_file_is_refused_by_every_command(here: Path, capfd: Capture, name: str, kind: str) -> None:
    """Behind every ending that is read, in every place where an input can be named; the sentence says what it is."""
    file, words = COMMANDS[name]
    special_file(here / file, kind)
    code = code_of([word.format(file) for word in words])
    said = capfd.readouterr()
    assert code == (1 if words[0] in {"lint", "test"} or name == "evaluate-yml" else 2), said
    assert "Traceback" not in said.err
    assert not (here / "out.csv").exists()
    everything = said.out + said.err
    assert f"it is {kind}, and no ordinary file" in everything
    assert "name an ordinary file" in everything or "name the log itself" in everything
    assert "PATH=" not in everything


def test_a_snapshot_that_is_a_pipe_is_told_and_does_not_hang(here: Path, capfd: Capture) -> None:
    """As any other that was put in the place of one."""
    assert run(["decide", PERSON, ROLE, *DECIDED]) == 0
    (snapshot,) = (here / "decisions.log.d" / "profiles").iterdir()
    special_file(snapshot, "a pipe")
    assert code_of(["decisions", "verify"]) == 1
    assert code_of(["decisions", "replay"]) == 1
    assert snapshot.name in capfd.readouterr().out


def test_folders_behind_known_endings_are_folders(here: Path, capfd: Capture) -> None:
    """And one without anybody in it says so; where one file is meant, a folder is none."""
    for name in ("x.csv", "x.jsonl", "x.xlsx", "x.parquet", "x.yaml"):
        (here / name).mkdir()
        assert run(["evaluate", name]) == 2
        assert "the folder holds no profile" in capfd.readouterr().err
        assert run(["evaluate", name, "-o", "out.csv"]) == 2
        assert "the folder holds no profile" in capfd.readouterr().err
    (here / "log.jsonl").mkdir()
    for words, folder in (
        (["evaluate", "people.csv", "--map-file", "x.yaml"], "`x.yaml` is a directory"),
        (["backtest", "--decisions", "x.csv", "--on", "people.csv"], "`x.csv` is a directory"),
        (["decisions", "verify", "log.jsonl"], "`log.jsonl` is a directory"),
        (["profile", "import", "jsonresume", "x.yaml"], "`x.yaml` is a directory"),
    ):
        assert run(words) == 2
        assert folder in capfd.readouterr().err


def test_special_files_in_a_folder_are_told_and_the_rest_is_read(here: Path, capfd: Capture) -> None:
    """None is passed over in silence, and none is opened; where profiles are, tables are not looked for."""
    for name in ("p.yaml", "p.csv"):
        os.mkfifo(here / "profiles" / name)
    assert code_of(["evaluate", "profiles"]) == 1
    assert code_of(["evaluate", "profiles", "--level", "people"]) == 1
    assert code_of(["profile", "check", "profiles"]) == 1
    said = capfd.readouterr()
    assert (said.out + said.err).count("it is a pipe, and no ordinary file") == 3
    assert "p.csv" not in said.out + said.err


def test_a_link_in_a_folder_to_what_the_system_makes_up_is_not_read(here: Path, capfd: Capture) -> None:
    """It looks like a file, and would show this program's own environment."""
    (here / "profiles" / "p.yaml").symlink_to("/proc/self/environ")
    (here / "tables").mkdir()
    (here / "tables" / "p.csv").symlink_to("/proc/self/environ")
    code_of(["evaluate", "profiles"])
    code_of(["evaluate", "profiles", "--level", "people"])
    code_of(["evaluate", "tables", "--level", "people"])
    said = capfd.readouterr()
    assert "PATH=" not in said.out + said.err
    assert said.err.count("it is a pseudo-file of the running system") >= 3


def shell(command: str, here: Path, **more: object) -> subprocess.CompletedProcess[str]:
    """Run a line in a shell, with `evaluator` in it."""
    line = command.replace("evaluator", f"{sys.executable} -m evaluator")
    return subprocess.run(["bash", "-c", line], cwd=here, capture_output=True, text=True, check=False, timeout=SECONDS, **more)  # type: ignore[call-overload, no-any-return]


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        f"evaluator explain <(sleep 0.3; cat {PERSON}) {ROLE}",
        f"cat {PERSON} | evaluator explain /dev/stdin {ROLE}",
        f"cat {PERSON} | evaluator explain - {ROLE}",
        f"evaluator explain /dev/stdin {ROLE} < {PERSON}",
        f"evaluator explain /dev/fd/3 {ROLE} 3< {PERSON}",
        f"evaluator explain /proc/self/fd/3 {ROLE} 3< <(cat {PERSON})",
        f"evaluator profile check <(cat {PERSON})",
        "evaluator evaluate other.csv --map-file <(sleep 0.3; echo 'team: role') -o out.csv --check 0",
        "evaluator evaluate - --level people < people.csv",
        "cat people.csv | evaluator evaluate - --level people",
        "evaluator evaluate /dev/stdin --level people < people.csv",
    ],
)
def test_standard_input_and_pipes_of_a_shell_are_read(here: Path, command: str) -> None:
    """By whatever name the shell gives them: what this program was given open is no trap."""
    (here / "other.csv").write_text("id,team\na,Product Manager\n", encoding="utf-8")
    done = shell(command, here)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        "evaluator evaluate <(cat people.csv) --level people",
        "cat people.csv | evaluator evaluate /dev/stdin --level people",
        "cat people.csv | evaluator evaluate x.csv --level people",
        "cat people.csv | evaluator rank /dev/stdin --role product-director",
        "evaluator impact --on <(cat people.csv)",
    ],
)
def test_a_population_through_a_pipe_is_refused_with_the_way_it_can_be_read(here: Path, command: str) -> None:
    """It is opened more than once; `-` keeps a copy for that."""
    (here / "x.csv").symlink_to("/dev/stdin")
    done = shell(command, here)
    assert done.returncode == 2
    assert "it is a pipe, and no ordinary file" in done.stderr
    assert "what comes through a pipe is read with `-`" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("words", [["evaluate", "-"], ["evaluate", "-", "-o", "out.csv"], ["explain", "-", ROLE], ["profile", "new"]])
def test_a_device_as_standard_input_is_refused(here: Path, words: list[str]) -> None:
    """It would be read without an end; the empty device is empty, and nothing else."""
    done = shell(f"evaluator {' '.join(words)} < /dev/zero", here)
    assert done.returncode == 2
    assert "it is a device, and no ordinary file" in done.stderr
    assert "Traceback" not in done.stderr
    assert "device" not in shell(f"evaluator {' '.join(words)} < /dev/null", here).stderr


def test_a_terminal_that_was_given_is_read() -> None:
    """What is typed there ends; a device that is none does not, and neither is another's terminal this program's."""
    ours, theirs = pty.openpty()
    zero = os.open("/dev/zero", os.O_RDONLY)
    try:
        assert special(f"/dev/fd/{theirs}") is None
        assert special(f"/dev/fd/{zero}") == special("/dev/zero") == special(os.ttyname(theirs)) == no_ordinary_file("a device")
    finally:
        for descriptor in (ours, theirs, zero):
            os.close(descriptor)


def test_standard_input_that_is_none_of_the_systems_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a library is given something else in its place."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"x")))
    assert standard_input().read() == b"x"


def test_what_lies_at_a_path(here: Path) -> None:
    """A file, a folder, nothing and a link in a circle are not special; a pipe that nobody gave this program is."""
    os.mkfifo(here / "pipe")
    (here / "round").symlink_to("round")
    (here / "empty").touch()
    for name in ("people.csv", ".", "missing", "round", "empty", "a\0b"):
        assert special(here / name) is None
    assert special(here / "pipe") == no_ordinary_file("a pipe")
    assert special("/proc/cpuinfo") == special("/proc/self/mem") == no_ordinary_file("a pseudo-file of the running system")
    with pytest.raises(SpecialFile, match="it is a pipe, and no ordinary file"):
        open_to_read(here / "pipe")
    descriptor = os.open(here / "pipe", os.O_RDWR)
    assert special(here / "pipe") == no_ordinary_file("a pipe"), "what this program opened itself was not given to it"
    assert special(f"/dev/fd/{descriptor}") is special(f"/proc/self/fd/{descriptor}") is None
    os.close(descriptor)


CONTENT = "root:SECRET:0:0:root:/root:/bin/bash\n"
SHOWN_NOTHING = "nothing of it is shown"
LINKS = {
    "evaluate": ("link.yaml", ["evaluate", "{}"]),
    "evaluate-people": ("link.yaml", ["evaluate", "{}", "--level", "people"]),
    "evaluate-csv": ("link.csv", ["evaluate", "{}"]),
    "evaluate-csv-people": ("link.csv", ["evaluate", "{}", "-o", "out.csv"]),
    "evaluate-jsonl": ("link.jsonl", ["evaluate", "{}", "-o", "out.csv"]),
    "evaluate-no-ending": ("link", ["evaluate", "{}"]),
    "folder": ("profiles/link.yaml", ["evaluate", "profiles"]),
    "check": ("link.yaml", ["profile", "check", "{}"]),
    "check-json": ("link.yaml", ["profile", "check", "{}", "--format", "json"]),
    "check-github": ("link.yaml", ["profile", "check", "{}", "--format", "github"]),
    "explain": ("link.yaml", ["explain", "{}", ROLE]),
    "map-file": ("link.yaml", ["evaluate", "people.csv", "--map-file", "{}"]),
    "decisions": ("link.csv", ["backtest", "--decisions", "{}", "--on", "people.csv"]),
    "rank": ("link.csv", ["rank", "{}", "--role", ROLE]),
    "lint": ("rules/pack.yaml", ["lint"]),
    "role": ("rules/roles/link.yaml", ["lint", "--format", "json"]),
    "rule-tests": ("rules/tests/link.yaml", ["test"]),
    "pack": ("rules/moves.yaml", ["evaluate", PERSON]),
    "diff": ("old/pack.yaml", ["diff", "old", "rules"]),
}


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
@pytest.mark.parametrize("name", LINKS)
def test_of_a_link_to_somebody_elses_file_no_word_is_shown(here: Path, capfd: Capture, name: str) -> None:
    """Whoever put the link there may not be allowed to read what it leads to, and would read it in the error."""
    file, words = LINKS[name]
    place = here / file
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    (here / "secret").write_text(CONTENT, encoding="utf-8")
    os.chown(here / "secret", 12345, 12345)
    place.symlink_to(here / "secret")
    assert run([word.format(file) for word in words]) in {1, 2}
    said = capfd.readouterr()
    assert "SECRET" not in said.out + said.err
    assert SHOWN_NOTHING in said.out + said.err
    place.unlink()
    (here / "secret").rename(place)
    run([word.format(file) for word in words])
    said = capfd.readouterr()
    assert SHOWN_NOTHING not in said.out + said.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_a_folder_that_is_a_link_counts_too(here: Path, capfd: Capture) -> None:
    """Whoever put it there is its owner; links of the system's own do not count, and neither do one's own to one's own."""
    (here / "theirs").mkdir()
    (here / "theirs" / "secret.yaml").write_text(CONTENT, encoding="utf-8")
    (here / "way").symlink_to("theirs")
    assert run(["evaluate", "way/secret.yaml"]) == 2
    assert "SECRET" in capfd.readouterr().err
    os.lchown(here / "way", 12345, 12345)
    assert run(["evaluate", "way/secret.yaml"]) == 2
    said = capfd.readouterr().err
    assert "SECRET" not in said
    assert SHOWN_NOTHING in said
    os.lchown(here / "way", 0, 0)
    os.chown(here / "theirs" / "secret.yaml", 12345, 12345)
    assert run(["evaluate", "way/secret.yaml"]) == 2
    assert SHOWN_NOTHING not in capfd.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_a_link_to_somebody_elses_profile_is_read(here: Path) -> None:
    """What can be used is used."""
    os.chown(here / PERSON, 12345, 12345)
    (here / "ada-lindqvist.yaml").symlink_to(PERSON)
    assert run(["evaluate", "ada-lindqvist.yaml"]) == 0
