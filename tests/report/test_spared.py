"""Nothing that a command reads may be where it writes, for every verb and every option that writes, found in click's own tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import click
import pytest

from evaluator.cli.main import run, verbs
from evaluator.cli.path_overlap import Holds, LogPath, ReadPath, WrittenPath
from tests.product import PRODUCT

Capture = pytest.CaptureFixture[str]
SAID = "which is read as input"


@attrs.frozen(kw_only=True)
class Command:
    """A verb, by its words, and its parameters."""

    words: tuple[str, ...]
    parameters: tuple[click.Parameter, ...]

    @property
    def reads(self) -> list[click.Parameter]:
        """What it reads."""
        return [one for one in self.parameters if isinstance(one.type, ReadPath)]

    @property
    def writes(self) -> list[click.Parameter]:
        """What it writes."""
        return [one for one in self.parameters if isinstance(one.type, WrittenPath)]

    @property
    def logs(self) -> list[click.Parameter]:
        """The logs it adds to."""
        return [one for one in self.parameters if isinstance(one.type, LogPath) and one.type.written]

    def line(self, given: dict[str, str]) -> list[str]:
        """Return the words of a call in which each needed parameter has some value, and those named the given one."""
        options, arguments = [], []
        for one in self.parameters:
            value = given.get(one.name or "")
            if value is None and not one.required:
                continue
            value = value or _some(one)
            if isinstance(one, click.Argument):
                arguments.append(value)
            else:
                options += [one.opts[0], value]
        return [*self.words, *options, "--", *arguments]


def commands(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[Command]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from commands(found, (*before, name))
        else:
            yield Command(words=(*before, name), parameters=tuple(found.params))


COMMANDS = list(commands(verbs))


def _some(one: click.Parameter) -> str:
    if isinstance(one.type, ReadPath):
        return "other.csv" if one.type.file_okay else "rules"
    if isinstance(one.type, click.Choice):
        return str(one.type.choices[0])
    return "1" if isinstance(one.type, click.types.IntParamType | click.IntRange) else "product-director"


@pytest.fixture(name="here")
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(PRODUCT / "rules", tmp_path / "rules")
    for name in ("other.csv", "same.yaml", "people/a.csv", "people/notes.html", "profiles/ada.yaml", "export/Positions.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("id,role\n1,Product Manager\n", encoding="utf-8")
    (tmp_path / "log.jsonl").write_text("", encoding="utf-8")
    (tmp_path / "log.d" / "profiles").mkdir(parents=True)
    (tmp_path / "log.d" / "profiles" / "x.yaml").write_text("x", encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to("same.yaml")
    (tmp_path / "hard.yaml").hardlink_to(tmp_path / "same.yaml")
    (tmp_path / "hard-rule.yaml").hardlink_to(tmp_path / "rules" / "pack.yaml")
    (tmp_path / "hard-person.csv").hardlink_to(tmp_path / "people" / "a.csv")
    (tmp_path / "hard-log.yaml").hardlink_to(tmp_path / "log.d" / "profiles" / "x.yaml")
    (tmp_path / "linked").symlink_to("rules")
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_every_path_is_known_as_read_or_written() -> None:
    """Of each parameter that takes a path, its type says which; a new one has to be told apart here, by whoever adds it."""
    for command in COMMANDS:
        for one in command.parameters:
            path = isinstance(one.type, click.Path | click.File)
            assert not path or isinstance(one.type, ReadPath | WrittenPath), (command.words, one.name)
            names = {"-o", "--output", "--rejected", "--profiles", "--blind-report"} | (
                {"--witness"} if command.words == ("decide",) else set()
            )
            named = names & set(one.opts)
            assert not named or isinstance(one.type, WrittenPath), (command.words, one.name)
    assert len([one for one in COMMANDS if one.writes]) > 20


def _places(read: click.Parameter) -> list[tuple[str, str]]:
    """Return what is read and where would be written, as pairs."""
    kind = read.type
    assert isinstance(kind, ReadPath)
    if isinstance(kind, LogPath):
        inside = [("log.jsonl", place) for place in ("log.d/profiles/x.yaml", "log.d/new.yaml", "hard-log.yaml")]
        return [("log.jsonl", "log.jsonl"), ("log.jsonl", f"{Path.cwd()}/./log.jsonl"), *inside]
    places: list[tuple[str, str]] = []
    if kind.file_okay:
        ways = ("same.yaml", "./rules/../same.yaml", f"{Path.cwd()}/same.yaml", "link.yaml", "hard.yaml")
        places += [("same.yaml", way) for way in ways] + [("link.yaml", "hard.yaml")]
    if kind.dir_okay and kind.holds is Holds.PACK:
        rules = ("rules/pack.yaml", "linked/moves.yaml", "rules/roles/product-director.yaml", "rules/tests/new.yaml", "hard-rule.yaml")
        places += [("rules", place) for place in rules] + [("linked", "rules/attributes.yaml")]
    if kind.dir_okay and kind.holds is Holds.PEOPLE:
        places += [("people", place) for place in ("people/a.csv", "people/new.csv", "people/../people/new.jsonl", "hard-person.csv")]
        places += [("profiles", "profiles/ada.yaml"), ("profiles", "profiles/new.yaml"), ("profiles", "./profiles/new.yml")]
    if kind.dir_okay and kind.holds is Holds.TABLES:
        places += [("export", "export/Positions.csv")]
    return places


def _kept_apart(write: click.Parameter, read: click.Parameter) -> bool:
    """A witness and its log: a rule of their own, with tests of their own."""
    return isinstance(read.type, LogPath) and isinstance(write.type, WrittenPath) and write.type.beside_log


PAIRS = [
    (one, write, read)
    for one in COMMANDS
    for write in (*one.writes, *one.logs)
    for read in one.reads
    if read is not write and not _kept_apart(write, read)
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "write", "read"), PAIRS, ids=[f"{' '.join(one.words)} {write.opts[0]} {read.name}" for one, write, read in PAIRS]
)
def test_what_is_read_is_not_written_over(
    here: Path, capfd: Capture, command: Command, write: click.Parameter, read: click.Parameter
) -> None:
    """Every verb, every option that writes and everything that is read, by every name a file has: refused, and not a byte changed."""
    before = contents(here)
    for source, place in _places(read):
        given = {str(read.name): source, str(write.name): place}
        if "format" in {one.name for one in command.parameters}:
            choices = next(one.type.choices for one in command.parameters if one.name == "format" and isinstance(one.type, click.Choice))
            given["format"] = next((str(one) for one in choices if one in {"text", "csv", "mermaid"}), str(choices[0]))
        assert run(command.line(given)) == 2, (source, place)
        assert SAID in capfd.readouterr().err, (source, place)
        assert contents(here) == before, (source, place)


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.writes], ids=lambda one: " ".join(one.words))
def test_the_pack_that_is_taken_unasked_is_spared_too(here: Path, capfd: Capture, command: Command) -> None:
    """./rules is read where no pack is named."""
    if not any(one.name == "rules" for one in command.parameters):
        return
    before = contents(here)
    for write in command.writes:
        assert run(command.line({str(write.name): "rules/roles/product-director.yaml", "format": _text(command)})) == 2
        assert SAID in capfd.readouterr().err
    assert contents(here) == before


def _text(command: Command) -> str:
    choices = [str(one) for each in command.parameters if each.name == "format" for one in each.type.choices]  # type: ignore[attr-defined]
    return next((one for one in choices if one in {"text", "csv", "mermaid"}), "")


def test_the_log_that_is_taken_unasked_is_spared_too(here: Path, capfd: Capture) -> None:
    """Where no log is named, it is the one of this folder."""
    (here / "log.jsonl").rename(here / "decisions.log.jsonl")
    for words in (["decisions", "list"], ["decisions", "verify"], ["decisions", "replay"], ["decisions", "export", "--profiles", "facts"]):
        assert run([*words, "-o", "decisions.log.jsonl", "--format", "csv" if "export" in words else "json"]) == 2
        assert SAID in capfd.readouterr().err
    assert not (here / "facts").exists()


def test_two_options_do_not_name_one_file(here: Path, capfd: Capture) -> None:
    """Neither one that is there nor one that will be, however it is spelt."""
    for one, other in (("out.csv", "./out.csv"), ("out.csv", "OUT.csv"), ("people/notes.html", "people/../people/notes.html")):
        assert run(["evaluate", "other.csv", "-o", one, "--rejected", other, "--format", "csv"]) == 2
        assert "both name" in capfd.readouterr().err
    assert not (here / "out.csv").exists()


def test_rejected_rows_spare_what_is_read(here: Path, capfd: Capture) -> None:
    """Also where no option names their file: somebody mends the rejected rows of a run, and has them judged."""
    (here / "out.csv.rejected.csv").write_text("id,role\n1,Product Manager\n", encoding="utf-8")
    before = contents(here)
    assert run(["evaluate", "out.csv.rejected.csv", "-o", "out.csv"]) == 2
    assert SAID in capfd.readouterr().err
    assert contents(here) == before


def test_what_is_not_read_of_a_folder_is_free(here: Path) -> None:
    """A report beside people's files, a picture beside the rules."""
    assert run(["graph", "-o", "rules/ladder.svg"]) == 0
    assert run(["graph", "-o", "rules/ladder.svg"]) == 0
    shutil.copy(PRODUCT / "profiles" / "ada-lindqvist.yaml", here / "profiles")
    assert run(["explain", "profiles", "product-director", "--person", "ada-lindqvist", "-o", "profiles/ada.md"]) == 0
    assert (here / "profiles/ada.md").is_file()


def test_rejected_rows_do_not_go_where_the_next_run_reads(here: Path, capfd: Capture) -> None:
    """The results themselves are none of a folder's tables, and the table of rejected rows beside them would be."""
    assert run(["evaluate", "people", "-o", "people/results.html"]) == 2
    assert "rejected rows would go to people/results.html.rejected.csv, which is read as input" in capfd.readouterr().err
    assert run(["evaluate", "people", "-o", "people/results.html", "--rejected", "bad.csv", "--check", "0"]) == 0
    assert (here / "people/results.html").is_file()


@pytest.mark.parametrize("words", [["evaluate", "-"], ["explain", "-", "product-director"]])
def test_a_file_that_standard_input_comes_from_is_spared(here: Path, words: list[str]) -> None:
    """A redirect names no path, and reads a file all the same."""
    with (here / "same.yaml").open("rb") as stream:
        command = [sys.executable, "-m", "evaluator", *words, "-o", "hard.yaml"]
        done = subprocess.run(command, stdin=stream, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "read as standard input" in done.stderr
    assert (here / "same.yaml").stat().st_size


def test_standard_output_does_not_go_to_what_is_read(here: Path) -> None:
    """`>>` to the file itself would feed a run with its own results."""
    before = contents(here)
    with (here / "other.csv").open("ab") as stream:
        command = [sys.executable, "-m", "evaluator", "evaluate", "other.csv", "--format", "csv"]
        done = subprocess.run(command, stdout=stream, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "standard output goes to other.csv" in done.stderr
    assert contents(here) == before


def test_a_disk_that_knows_no_case(here: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """There SAME.yaml is same.yaml: what a file is says the system, not its name."""
    real = Path.stat

    def folded(self: Path, **given: bool) -> os.stat_result:
        return real(Path(str(self).replace("SAME", "same")), **given)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "stat", folded)
    assert run(["explain", "same.yaml", "product-director", "-o", "SAME.yaml"]) == 2
    assert SAID in capfd.readouterr().err
    assert not os.path.lexists(here / "SAME.yaml")
