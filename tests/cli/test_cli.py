"""The command line, from the outside."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from evaluator.cli.main import run
from evaluator.cli.output import write_file
from evaluator.cli.verbs import SECTIONS, VERBS, Verb
from tests.product import PRODUCT

THERE = [verb for verb in VERBS if importlib.util.find_spec(verb.target.partition(":")[0])]
Capture = pytest.CaptureFixture[str]


def command(verb: Verb) -> click.Command:
    """Import a verb."""
    module, _, function = verb.target.partition(":")
    found = getattr(importlib.import_module(module), function)
    assert isinstance(found, click.Command)
    return found


def leaves(found: click.Command) -> list[click.Command]:
    """Return a command, or those of a group."""
    return list(found.commands.values()) if isinstance(found, click.Group) else [found]


@pytest.mark.parametrize("verb", THERE, ids=lambda verb: verb.name)
def test_every_verb_has_an_example_in_its_help(verb: Verb) -> None:
    """Help ends in examples that call the verb itself."""
    for found in leaves(command(verb)):
        assert f"evaluator {verb.name}" in (found.epilog or "")


@pytest.mark.parametrize("verb", THERE, ids=lambda verb: verb.name)
def test_the_table_says_what_help_says(verb: Verb) -> None:
    """The one line of the table is the first sentence of the verb's own help."""
    assert (command(verb).help or "").splitlines()[0] == verb.line


def test_help_lists_every_verb_under_its_heading(capsys: Capture) -> None:
    """The list comes from the table, in its order."""
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    listed = re.findall(r"^  ([a-z-]+)  ", shown, re.MULTILINE)
    names = [verb.name for verb in VERBS]
    assert [name for name in listed if name in names] == names
    assert [section for section in SECTIONS if f"\n{section}:\n" in shown] == list(dict.fromkeys(verb.section for verb in VERBS))


def test_help_imports_nothing_heavy() -> None:
    """Help answers without the verbs, the models, YAML or data frames; -E leaves out what stops the clock of other tests."""
    script = "import sys; from evaluator.cli.main import run; run(['--help']); print(sorted(sys.modules))"
    shown = subprocess.run([sys.executable, "-E", "-c", script], capture_output=True, text=True, check=True).stdout
    loaded = set(re.findall(r"'([^']+)'", shown.splitlines()[-1]))
    assert not loaded & {"attr", "attrs", "yaml", "polars", "tabulate", "durable"}
    assert {name for name in loaded if name.startswith("evaluator")} == {
        "evaluator",
        "evaluator._version",
        "evaluator.cli",
        "evaluator.cli.exits",
        "evaluator.cli.main",
        "evaluator.cli.verbs",
        "evaluator.cli.interrupts",
        "evaluator.cli.messages",
        "evaluator.core",
        "evaluator.core.database_address",
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        "lint rules",
        "explain profiles/sofia-marquez.yaml product-director",
        "evaluate profiles/sofia-marquez.yaml",
        "case profiles/sofia-marquez.yaml product-director",
        "compare profiles/sofia-marquez.yaml profiles/noah-friedman.yaml --role product-director",
        "plan profiles/sofia-marquez.yaml product-director",
        "whatif profiles/sofia-marquez.yaml --set product_management_years=9",
        "profile check profiles/sofia-marquez.yaml",
        "show product-director",
        "graph",
        "schema --print role",
        "test",
    ],
)
def test_verbs_for_few_people_and_for_rules_start_without_data_frames(words: str) -> None:
    """Modules that live on Polars import it at their top, so none of them may be loaded by these."""
    script = f"import sys; from evaluator.cli.main import run; code = run({words.split()!r}); print(code, 'polars' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", script], cwd=PRODUCT, capture_output=True, text=True, check=True).stdout
    assert shown.splitlines()[-1] == "0 False"


MISTAKES = [
    (["evaluat"], "error: there is no verb `evaluat`\nhelp: did you mean `evaluate`?\n"),
    (["evaluate"], "error: the argument `PATH...` is missing\nhelp: `evaluator evaluate --help` shows how it is used\n"),
    (["evaluate", "x", "--formt", "json"], "error: there is no option `--formt`\nhelp: did you mean `--format`?\n"),
    (["case", "a", "b", "--blind"], "error: there is no option `--blind`\nhelp: did you mean `--anonymous`?\n"),
    (["case", "a", "b", "--anon"], "error: there is no option `--anon`\nhelp: did you mean `--anonymous`?\n"),
    (["evaluate", "x", "--zzz", "y"], "error: there is no option `--zzz`\nhelp: `evaluator evaluate --help` shows how it is used\n"),
    (["case", "a", "b", "--blind-report"], "error: option `--blind-report` requires an argument\nhelp: `evaluator case --help` shows"),
    (["evaluate", "x", "-o"], "error: option `-o` requires an argument\nhelp: `evaluator evaluate --help` shows"),
    (["decisions", "list", "--log"], "error: option `--log` requires an argument\nhelp: `evaluator decisions list --help` shows"),
    (["explain-code", "R20x"], "error: there is no code `R20x`\nhelp: did you mean"),
    (["evaluate", "x", "--role", "a", "--all-roles"], "error: `--role` and `--all-roles` exclude each other\nhelp: leave one out\n"),
    (
        ["whatif", str(PRODUCT / "profiles" / "sofia-marquez.yaml"), "--rules", str(PRODUCT / "rules"), "--set", "role=product-director"],
        "error: no rule of the pack reads the role that is held today, so another one changes no verdict\nhelp: `evaluator explain PROFILE",
    ),
    (["evaluate", "x", "--as-of", "2026"], "error: `--as-of`: `2026` names no day; write it as 2024-05-17\n"),
]


@pytest.mark.parametrize(("arguments", "expected"), MISTAKES, ids=lambda value: " ".join(value)[:20])
def test_mistakes_end_in_a_sentence_and_a_next_step(arguments: list[str], expected: str, capsys: Capture) -> None:
    """Wrong usage is told on standard error, with exit code 2."""
    assert run(arguments) == 2
    caught = capsys.readouterr()
    assert caught.out == ""
    assert caught.err.startswith(expected)


def test_people_are_evaluated(rules: Path, folder: Path, capsys: Capture) -> None:
    """The whole way, from files to the table."""
    assert run(["evaluate", str(folder), "--rules", str(rules), "--as-of", "2026-11-01", "--engine", "reference"]) == 0
    caught = capsys.readouterr()
    assert "Ada Lindqvist  Manager       Manager           Product Director  not yet " in caught.out
    assert "As of     2026-11-01\n" in caught.out
    assert caught.err == ""


def test_unreadable_profiles_are_told_and_the_others_judged(rules: Path, folder: Path, capsys: Capture) -> None:
    """Findings go to standard error with exit code 1; where nothing can be read, 2."""
    bad = folder / "dan.yaml"
    bad.write_text("profile: dan\nattributes: {product_yeers: 3}\n", encoding="utf-8")
    assert run(["evaluate", str(folder), "--rules", str(rules), "--format", "jsonl", "--engine", "reference"]) == 1
    caught = capsys.readouterr()
    assert len(caught.out.splitlines()) == 3
    assert "P101" in caught.err
    assert run(["evaluate", str(bad), "--rules", str(rules)]) == 2
    assert capsys.readouterr().out == ""


def test_a_pack_that_cannot_be_read_is_told(tmp_path: Path, folder: Path, capsys: Capture) -> None:
    """A folder without a pack is a finding, not a traceback."""
    assert run(["evaluate", str(folder), "--rules", str(tmp_path)]) == 2
    assert "error R001" in capsys.readouterr().err


def test_csv_goes_out_alone(rules: Path, folder: Path, capsys: Capture) -> None:
    """Standard output holds the table only; what it rests on goes to standard error."""
    assert run(["evaluate", str(folder), "--rules", str(rules), "--format", "csv", "--engine", "reference"]) == 0
    caught = capsys.readouterr()
    assert len(caught.out.splitlines()) == 4
    assert "'=SUM(A1)" in caught.out
    assert "This informs a decision that people take" in caught.err


def test_the_end_of_the_file_name_gives_the_format(rules: Path, folder: Path, tmp_path: Path, capsys: Capture) -> None:
    """A file that ends in .json holds JSON, and standard output stays empty."""
    target = tmp_path / "out.json"
    assert run(["evaluate", str(folder / "ada.yaml"), "--rules", str(rules), "-o", str(target), "--engine", "reference"]) == 0
    assert json.loads(target.read_text(encoding="utf-8"))["format"] == "evaluator/evaluation"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("ending", ["tsv", "tab", "ods", "xls", "csv.gz", "zip", "yaml", "duckdb", "png"])
def test_an_ending_that_nothing_here_writes_is_refused(ending: str, rules: Path, folder: Path, tmp_path: Path, capsys: Capture) -> None:
    """A table for the eye under the name of another format would deceive whoever opens it; unless the format is named."""
    target = tmp_path / f"out.{ending}"
    arguments = ["evaluate", str(folder), "--rules", str(rules), "-o", str(target)]
    assert run(arguments) == 2
    assert f"this verb does not write {target.suffix}; name one of its formats" in capsys.readouterr().err
    assert not target.exists()
    assert run([*arguments, "--format", "csv"]) == 0
    assert target.read_text().startswith("id,")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When writing fails, the old file stays, and nothing is left beside it."""
    target = tmp_path / "out.txt"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    write_file(target, "new")
    assert (target.read_text(encoding="utf-8"), target.stat().st_mode & 0o777) == ("new", 0o640)
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match=r"out\.txt"):
        write_file(target, "newer")
    assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]
    assert target.read_text(encoding="utf-8") == "new"


def test_a_device_is_written_to_as_it_is() -> None:
    """Writing to /dev/null does not replace it."""
    write_file(Path(os.devnull), "gone")
    assert not Path(os.devnull).is_file()


def test_explain_finds_role_and_person(rules: Path, folder: Path, capsys: Capture) -> None:
    """A role goes by any of its names; of several people, one has to be named."""
    shared = ["--rules", str(rules), "--engine", "reference"]
    assert run(["explain", str(folder), "director of product", "--person", "bo", *shared]) == 0
    assert capsys.readouterr().out.startswith("=SUM(A1) as Product Director\n")
    assert run(["explain", str(folder), "director", *shared]) == 2
    assert capsys.readouterr().err.endswith("help: name one with --person: ada (Ada Lindqvist), bo (=SUM(A1)), cy\n")
    assert run(["explain", str(folder), "director", "--person", "ada  LINDQVIST", *shared]) == 0
    assert capsys.readouterr().out.startswith("Ada Lindqvist as Product Director\n")
    assert run(["explain", str(folder), "director", "--person", "Ada Lindquist", *shared]) == 2
    assert "nobody with the id or name `Ada Lindquist`\nhelp: did you mean `Ada Lindqvist`?" in capsys.readouterr().err
    assert run(["explain", str(folder / "ada.yaml"), "directr", *shared]) == 2
    assert "help: did you mean `director`?\n" in capsys.readouterr().err
    assert run(["explain", str(folder / "ada.yaml"), "chief", *shared]) == 2
    assert "`chief` lies beyond the ladder and is never judged" in capsys.readouterr().err


def test_show_graph_lint_and_codes(rules: Path, capsys: Capture) -> None:
    """The verbs about rules answer."""
    assert run(["show", "Director of Product", "--rules", str(rules)]) == 0
    assert run(["graph", "--rules", str(rules), "--format", "svg"]) == 0
    assert run(["explain-code"]) == 0
    assert run(["explain-code", "OPERATOR-does-not-fit"]) == 0
    shown = capsys.readouterr().out
    assert "Product Director\n====" in shown
    assert "</svg>\n" in shown
    assert "R203" in shown


def test_lint_counts_warnings_as_errors_when_strict(rules: Path, capsys: Capture) -> None:
    """Warnings alone end well, unless --strict asks otherwise; a clean pack says so."""
    attributes = rules / "attributes.yaml"
    unread = "  unread: {title: Unread, type: flag, question: Any?}\n"
    attributes.write_text(attributes.read_text(encoding="utf-8") + unread, encoding="utf-8")
    plain, strict = (run(["lint", "--rules", str(rules), *more]) for more in ([], ["--strict"]))
    assert "warning" in capsys.readouterr().out
    assert (plain, strict) in {(0, 1), (1, 1)}


def piped(*arguments: str, rules: Path, env: dict[str, str] | None = None) -> bytes:
    """Run the command line on a terminal and return what it shows."""
    leader, follower = pty.openpty()
    full = {**os.environ, "TERM": "xterm", "COLUMNS": "80", **(env or {})}
    call = [sys.executable, "-m", "evaluator.cli.main", *arguments, "--rules", str(rules), "--engine", "reference"]
    with subprocess.Popen(call, stdout=follower, stderr=subprocess.DEVNULL, env=full) as process:
        os.close(follower)
        shown = b""
        while True:
            try:
                more = os.read(leader, 65536)
            except OSError:
                break
            if not more:
                break
            shown += more
        process.wait()
    os.close(leader)
    return shown


def test_colour_and_width_on_a_terminal_only(rules: Path, folder: Path) -> None:
    """A terminal gets colour and lines that fit, NO_COLOR takes the colour away."""
    coloured = piped("evaluate", str(folder), "--role", "director", rules=rules, env={"NO_COLOR": ""})
    assert b"\x1b[32mready" in coloured
    plain = piped("evaluate", str(folder), "--role", "director", rules=rules, env={"NO_COLOR": "1"})
    assert b"\x1b[" not in plain
    lines = plain.decode().splitlines()
    assert max(map(len, lines[: lines.index("")])) <= 80


def test_a_reader_that_stops_reading_causes_no_traceback(rules: Path, folder: Path) -> None:
    """`| head` ends quietly."""
    call = [sys.executable, "-m", "evaluator.cli.main", "evaluate", str(folder), "--rules", str(rules), "--format", "json"]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 2


@pytest.mark.parametrize("told", ["a summary", "an error"])
def test_a_reader_of_results_and_messages_that_stops_is_told_nothing_more(told: str) -> None:
    """`2>&1 | head` ends as `| head` does: a closed pipe is no finding."""
    people = PRODUCT / "profiles" / ("people.csv" if told == "a summary" else "nobody.csv")
    call = [
        sys.executable,
        "-m",
        "evaluator.cli.main",
        "evaluate",
        str(people),
        "--rules",
        str(PRODUCT / "rules"),
        "--check",
        "0",
        "--format",
        "csv",
    ]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        process.stdout.close()
    assert process.returncode == 2


def test_letters_that_a_terminal_lacks_are_replaced(rules: Path, folder: Path) -> None:
    """An old code page gets plainer letters instead of a traceback."""
    call = [sys.executable, "-m", "evaluator.cli.main", "explain", str(folder / "ada.yaml"), "director", "--rules", str(rules)]
    done = subprocess.run(call, capture_output=True, check=True, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert b"x Eight years in product management (unmet, required, weight 3)" in done.stdout
