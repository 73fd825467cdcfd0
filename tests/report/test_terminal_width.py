"""What every verb tells on a terminal fits its width, whatever people and roles are called, and nothing of it is lost."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import shlex
import struct
import subprocess
import sys
import termios
from fcntl import ioctl
from pathlib import Path

import pytest
from wcwidth import wcswidth

from evaluator.cli.main import run
from evaluator.report.tables import Cell, Table, table_text
from evaluator.report.text import fitted
from tests.calibration.small import write_pack

Capture = pytest.CaptureFixture[str]
DAY = "--as-of 2026-11-01"
STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
LONG = "Leitung der bereichsübergreifenden Produktentwicklungssteuerung und Portfoliokoordination"
CHINESE = "産品開発部門統括責任者兼戦略企画室長補佐代理心得見習い候補生養成講座主任講師"
COMBINED = "Zoe\u0308 A\u0301ne\u0301mo\u0301ne\u0301 de la Tre\u0300s Longue Particule d'E\u0301tat"
UNBROKEN = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafe"
PEOPLE = f"""\
id,name,role,years,reports,level,group:sex,group:ethnicity
a,{LONG},junior,6,3,good,f,y
b,{CHINESE},junior,6,,good,f,x
c,{COMBINED},junior,4,3,,m,y
{UNBROKEN},{UNBROKEN},junior,2,0,some,m,x
e,👩‍👩‍👧 Ng,lead,9,9,great,f,y
"""
LATER = PEOPLE.replace(",junior,2,0,", ",junior,7,4,").replace(",junior,6,3,", ",lead,6,3,")
WIDTHS = (60, 80, 120)
MARGIN = 24
"""In a sentence a word stays whole that is longer than the terminal, less its label."""
YEARS = "experience.years.at_least"
DECIDED = "person,role,decision,date\na,lead,promoted,2026-10-01\nb,lead,deferred,2026-10-01\nc,lead,declined,2026-10-01\n"
SHOWN: dict[str, tuple[str, ...]] = {
    "evaluate": (
        f"people.csv {DAY}",
        f"people.csv --role lead {DAY}",
        f"people.csv --all-roles {DAY}",
        f"people.csv -o verdicts.csv --require years {DAY}",
        f"people.csv --where \"verdict = 'ready' or name like 'Wolf%'\" {DAY}",
        f"broken.csv -o some.csv {DAY}",
    ),
    "rank": (f"people.csv --role lead {DAY}", f"people.csv --role lead --among everyone --keep name {DAY}"),
    "progress": (f"people.csv later.csv --as-of-old 2026-01-01 --rules-old rules --rules other {DAY}",),
    "compare": (f"people.csv --role lead {DAY}",),
    "explain": (f"people.csv lead --person b {DAY}",),
    "case": (f"people.csv lead --person b {DAY}",),
    "plan": (f"people.csv lead --person c {DAY}",),
    "whatif": (f"people.csv --person c --set years=7 {DAY}",),
    "decide": (f"people.csv lead --decision deferred --person c --reason '{LONG}' --by Panel --log {{new}}.jsonl {DAY}",),
    "profile check": (f"people.csv {DAY}", f"broken.csv {DAY}"),
    "map": ("people.csv -o {new}.yaml",),
    "lint": ("", "wrong"),
    "test": ("--coverage --mutate", "failing"),
    "show": ("lead", "--all", "--attributes"),
    "explain-code": ("", "R101"),
    "diff": (f"rules other --on people.csv {DAY}", f"rules other --on people.csv --by-group --exact --among everyone {DAY}"),
    "sweep": (
        f"lead {YEARS} --values 3,5,7 --on people.csv --by sex --exact {DAY}",
        f"lead {YEARS} leads.reports.at_least --on people.csv {DAY}",
    ),
    "backtest": ("--decisions past.csv --on people.csv",),
    "impact": (
        f"--on people.csv --by sex --exact --among everyone {DAY}",
        f"--on people.csv --law nyc144 --exact {DAY}",
    ),
    "prove": (DAY,),
    "migrate": (f"--rules first --on people.csv --dry-run {DAY}",),
    "set": (f"lead {YEARS} 6 --dry-run",),
    "rename": ("attribute years seniority --dry-run",),
    "decisions list": ("log.jsonl",),
    "decisions verify": ("log.jsonl",),
    "decisions replay": ("log.jsonl",),
}
"""What is told to people by each verb, over people and roles with every kind of name; not of those that write files, or texts of files."""
COPIED = re.compile(r"^( *evaluator |[-+@ ] *(- \{)?[-a-z_]+: )")
"""Lines that are copied, as commands and excerpts of files are, and therefore stay whole."""


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture(name="here", scope="module")
def _here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    there = tmp_path_factory.mktemp("wide")
    for name in ("rules", "other", "wrong", "failing", "first"):
        folder = write_pack(there / name)
        lead = folder / "roles" / "lead.yaml"
        text = lead.read_text(encoding="utf-8").replace("title: Lead\n", f"title: {LONG} {CHINESE}\n")
        text = text.replace("title: Five years,", f"title: {COMBINED} {UNBROKEN},")
        text = text.replace("at_least: 5", "at_least: 4") if name == "other" else text
        lead.write_text(text.replace("  - id: skill", "  - id: skill\n    oops: 1") if name == "wrong" else text, encoding="utf-8")
        if name != "first":
            pack = folder / "pack.yaml"
            pack.write_text(pack.read_text(encoding="utf-8").replace("version", "language: 2\nversion", 1), encoding="utf-8")
        verdict = "ready" if name == "failing" else "not yet"
        (folder / "tests").mkdir()
        (folder / "tests" / "lead.yaml").write_text(
            f"role: lead\nas_of: 2026-11-01\ntests:\n  - {{name: {LONG}, attributes: {{years: 1}}, expect: {{verdict: {verdict}}}}}\n",
            encoding="utf-8",
        )
    for name, content in (("people", PEOPLE), ("later", LATER), ("past", DECIDED), ("broken", PEOPLE.replace(",6,3,", f",{LONG},3,"))):
        (there / f"{name}.csv").write_text(content, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(there)
        decide = shlex.split(f"people.csv lead --decision promoted --person b --reason '{LONG}' --by Panel --log log.jsonl {DAY}")
        assert run(["decide", *decide]) == 0
    return there


def widest(text: str) -> list[str]:
    """Return the lines of what a terminal shows, progress bars included."""
    return STEERING.sub("", text).replace("\r", "\n").split("\n")


def called(verb: str, words: str, new: object) -> list[str]:
    return [*verb.split(), *shlex.split(words.replace("{new}", f"new-{new}"))]


@pytest.mark.parametrize(("verb", "words"), [(verb, words) for verb, every in SHOWN.items() for words in every])
def test_lines_fit_the_terminal(verb: str, words: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line of a report and of a message, in columns as a terminal counts them; only what is copied stays whole."""
    monkeypatch.chdir(here)
    for columns in WIDTHS:
        monkeypatch.setenv("COLUMNS", str(columns))
        out, err = Terminal(), Terminal()
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        code = run(called(verb, words, columns))
        monkeypatch.undo()
        monkeypatch.chdir(here)
        assert code in {0, 1}, err.getvalue()
        assert out.getvalue().strip()
        lines = [line for line in widest(out.getvalue() + err.getvalue()) if wcswidth(line) > columns and not COPIED.match(line)]
        wide = [line for line in lines if max(wcswidth(word) for word in line.split()) < columns - MARGIN]
        assert not wide, f"{columns}: {wide}"


def test_a_real_terminal_is_asked_for_its_width(here: Path) -> None:
    """Every verb once in one process whose standard streams are a terminal of 80 columns, with colours."""
    terminal, other = pty.openpty()
    ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    calls = [called(verb, every[0], "pty") for verb, every in SHOWN.items()]
    script = f"from evaluator.cli.main import run\nfor words in {calls!r}:\n    run(words)"
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "NO_COLOR"}} | {"TERM": "xterm"}
    with subprocess.Popen([sys.executable, "-c", script], stdin=other, stdout=other, stderr=other, cwd=here, env=kept) as process:
        os.close(other)
        shown = bytearray()
        while select.select([terminal], [], [], 30)[0]:
            try:
                shown += os.read(terminal, 65536)
            except OSError:
                break
        process.kill()
    os.close(terminal)
    text = shown.decode()
    assert "\x1b[" in text
    assert "Traceback" not in text
    lines = [line for line in widest(text.replace("\r\n", "\n")) if wcswidth(line) > 80 and not COPIED.match(line)]
    assert not [line for line in lines if max(wcswidth(word) for word in line.split()) < 80 - MARGIN]


PLACES = Table(
    headers=("Name", "Role today", "Ready for", "Verdict", "Gaps"),
    rows=(
        (Cell("Ada Lindqvist"), Cell("Product Manager"), Cell("Senior Manager"), Cell("ready"), Cell("launches-several-products, years")),
        (Cell("王小明"), Cell("Head"), Cell(""), Cell("undecided"), Cell("–")),
    ),
    below=("Ready for", "Gaps"),
)


def test_columns_are_set_below_their_rows_where_words_would_be_broken() -> None:
    """Those that a table names first, in its order, and no more than it takes; an empty cell has no line there."""
    assert table_text(PLACES, columns=64).splitlines() == [
        "Name       Role today  Verdict    Gaps",
        "---------  ----------  ---------  --------------------------",
        "Ada        Product     ready      launches-several-products,",
        "Lindqvist  Manager                years",
        "  Ready for: Senior Manager",
        "王小明     Head        undecided  –",
    ]
    assert table_text(PLACES, columns=50).splitlines() == [
        "Name           Role today       Verdict",
        "-------------  ---------------  ---------",
        "Ada Lindqvist  Product Manager  ready",
        "  Ready for: Senior Manager",
        "  Gaps: launches-several-products, years",
        "王小明         Head             undecided",
        "  Gaps: –",
    ]


def test_no_column_is_left_beside_the_first_where_there_is_no_room() -> None:
    """Every cell then stands under its row, with its header, and a word that is too long is broken anywhere."""
    assert table_text(PLACES, columns=16).splitlines() == [
        "Name",
        "-------------",
        "Ada Lindqvist",
        "  Role today:",
        "    Product",
        "    Manager",
        "  Ready for:",
        "    Senior",
        "    Manager",
        "  Verdict:",
        "    ready",
        "  Gaps:",
        "    launches-",
        "    several-",
        "    products,",
        "    years",
        "王小明",
        "  Role today:",
        "    Head",
        "  Verdict:",
        "    undecided",
        "  Gaps: –",
    ]


@pytest.mark.parametrize("columns", [20, 33, 60, 80, 120])
def test_a_table_that_fits_has_lost_nothing(columns: int) -> None:
    """Every letter of every cell is there, in order, whatever is broken and however wide its letters are."""
    rows = tuple((Cell(name), Cell(LONG), Cell(UNBROKEN), Cell(name)) for name in (LONG, CHINESE, COMBINED, UNBROKEN, "👩‍👩‍👧 Ng"))
    lines = table_text(Table(headers=("Name", "Role", "Id", "Again"), rows=rows), columns=columns).splitlines()
    assert max(map(wcswidth, lines)) <= columns
    shown = "".join("".join(lines).split())
    for text in (LONG, CHINESE, COMBINED, UNBROKEN):
        letters = set(text) - {" "}
        assert letters <= set(shown)
    if columns < 60:  # every column but the first stands below
        for text in (LONG, CHINESE, COMBINED, UNBROKEN, "👩‍👩‍👧 Ng"):
            assert "Again:" + "".join(text.split()) in shown


def test_sentences_keep_their_long_words_and_their_indentation() -> None:
    """A path is copied whole; what is broken off stands beyond where its line begins; colours take no room."""
    assert fitted("help: name another file than /home/ada/verdicts.csv\n  one two three", 20) == (
        "help: name another\n  file than\n  /home/ada/verdicts.csv\n  one two three"
    )
    assert fitted("  one two three four five", 16) == "  one two three\n    four five"
    assert fitted("\x1b[31merror\x1b[0m: it is there", 18) == "\x1b[31merror\x1b[0m: it is there"
    assert fitted("把産品開発部門統括責任者", 10, hang=0) == "把産品開発\n部門統括責\n任者"
    assert fitted("one two", None) == "one two"
