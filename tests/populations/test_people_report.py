"""The tables of `evaluate`: for people, for spreadsheets and for documents."""

from __future__ import annotations

import csv
import io

import pytest

from evaluator.core.model import Pack
from evaluator.core.results import Evaluation
from evaluator.core.spreadsheets import guarded, harmless, restored
from evaluator.report.documents import markdown, text
from evaluator.report.people import people_page
from evaluator.report.tables import Cell, Table, csv_text, escaped, table_markdown, table_text
from evaluator.report.views import CSV_HEADERS, Selection, csv_rows, table
from evaluator.report.words import Style

People = dict[str, Evaluation]


def test_one_line_a_person_with_the_best_next_role(people: People, pack: Pack) -> None:
    """The table names role, standing, next role, verdict, score and gaps."""
    shown = [line.rstrip() for line in table_text(table(people.values(), pack, Selection())).splitlines()]
    assert shown == [
        "Name           Role today    Ready for         Next role         Verdict                     Score    Gaps",
        "-------------  ------------  ----------------  ----------------  --------------------------  -------  ---------------------",
        "Ada Lindqvist  Manager       Manager           Product Director  not yet                     28 %     years, knows, visible",
        "=SUM(A1)       Manager       Manager           Product Director  undecided: nearly to ready  71–85 %  visible",
        "cy             –             Product Director  –                 –                           –        –",
    ]


def test_the_footer_says_what_the_table_rests_on(people: People, pack: Pack) -> None:
    """Counts, pack, date, tool, who could not be judged, and what a result is for."""
    shown = text(people_page(tuple(people.values()), pack, Selection()))
    assert f"Tiny ladder 2.1.0 (tiny, hash {pack.content_hash})" in shown
    assert "People    3 people\nVerdicts  1 not yet, 1 undecided, 1 without\n" in shown
    assert "As of     2026-11-01\n" in shown
    assert "no role today, so no next role: cy; use --role or --all-roles to judge them" in shown
    assert shown.endswith("This informs a decision that people take; it does not take the decision.\n")


def test_a_role_for_everybody_and_every_role(people: People, pack: Pack) -> None:
    """One line a person for one role, one line a person and role for all."""
    for_one = table(people.values(), pack, Selection(role="director"))
    assert [row[3].text for row in for_one.rows] == ["Product Director"] * 3
    for_all = table(people.values(), pack, Selection(every=True))
    assert [row[1].text for row in for_all.rows] == ["Manager", "Product Director", 'Expert <of> "things"'] * 3


def test_verdicts_have_their_colours(people: People, pack: Pack) -> None:
    """Ready, undecided and not yet mean different things to the eye."""
    assert {row[4].text: row[4].style for row in table(people.values(), pack, Selection(role="director")).rows} == {
        "not yet": Style.PLAIN,
        "undecided: nearly to ready": Style.OPEN,
        "ready": Style.GOOD,
    }


def test_narrow_terminals_break_cells_between_words() -> None:
    """Columns shrink from the widest, words stay whole, wide letters count double, and nothing is lost."""
    cells = Table(headers=("Name", "Gaps"), rows=((Cell("王小明 王小明"), Cell("one-long-word and some more words in it")),))
    assert table_text(cells, columns=30).splitlines() == [
        "Name           Gaps",
        "-------------  -------------",
        "王小明 王小明  one-long-word",
        "               and some more",
        "               words in it",
    ]


def test_a_table_that_is_too_wide_has_its_headers_close_and_its_ids_broken() -> None:
    """Of headers that stand apart some lines were longer than the terminal; an id is broken where nothing else helps."""
    cells = Table(
        headers=("Verdict", "Score", "Gaps"), rows=((Cell("nearly"), Cell("84 %"), Cell("communication-and-stakeholders, years")),)
    )
    assert table_text(cells, columns=52).splitlines() == [
        "Verdict  Score  Gaps",
        "-------  -----  -------------------------------",
        "nearly   84 %   communication-and-stakeholders,",
        "                years",
    ]
    assert table_text(cells, columns=45).splitlines() == [
        "Verdict  Score  Gaps",
        "-------  -----  ------------------",
        "nearly   84 %   communication-and-",
        "                stakeholders,",
        "                years",
    ]
    assert table_text(cells, columns=57).splitlines()[1] == "---------  -------  -------------------------------------"
    for columns in range(30, 70):
        assert max(map(len, table_text(cells, columns=columns).splitlines())) <= columns


def test_without_a_terminal_no_cell_is_broken() -> None:
    """A pipe gets one line a row."""
    cells = Table(headers=("Gaps",), rows=((Cell("word " * 100),),))
    assert len(table_text(cells).splitlines()) == 3


def test_numbers_are_shown_as_they_are() -> None:
    """Nothing that looks like a number is turned into another one."""
    assert table_text(Table(headers=("A",), rows=((Cell("1e5"),), (Cell("3.10"),)))).splitlines()[2:] == ["1e5", "3.10"]


def test_line_breaks_and_escapes_in_names_do_no_harm() -> None:
    """A name cannot break the table or steer the terminal."""
    shown = table_text(Table(headers=("Name",), rows=((Cell("a\nb\x1b[2J\u202ec"),),)))
    assert shown.splitlines()[2] == "a b\ufffd[2J\ufffdc"


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-cmd|x", "@SUM(A1)", "\tx", "\rx", "\n=1", "＝1", "＋1", "－1", "＠x", "﹦1"])
def test_cells_that_a_spreadsheet_would_run_are_neutralised(cell: str) -> None:
    """An apostrophe in front keeps a formula from being one."""
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("a;=1", "a;'=1"),
        ("a\t=1", "a\t'=1"),
        ("a|@x", "a|'@x"),
        ("a\n=1", "a\n'=1"),
        ("a\r\n+x", "a\r\n'+x"),
        (";=;=", ";'=;'="),
        ('a;"=1', "a;'\"=1"),
        ("a;'=1", "a;''=1"),
        ("a;＝1", "a;'＝1"),
        ("x;-1+2", "x;'-1+2"),
        ("x;-1.2.3", "x;'-1.2.3"),
        ("a;- b", "a;'- b"),
    ],
)
def test_what_another_separator_would_make_a_formula_is_neutralised(cell: str, safe: str) -> None:
    """Where `;`, a tab or `|` separates, a part of the cell is a cell; the reader gets back what was there."""
    assert guarded(cell) == safe
    assert restored(safe) == cell


@pytest.mark.parametrize(
    "cell", ["x;-1", "1;-2.5;+3", "Good:\n- coaching\n- writing", "a,=1", "a; =1", "a;b", "a=b;c", "e-mail; a@b", "שלום\u200f"]
)
def test_what_no_separator_makes_a_formula_stays(cell: str) -> None:
    """Numbers, lists with bullets, and what CSV keeps together by itself."""
    assert guarded(cell) == cell


@pytest.mark.parametrize("letter", ["\x1b", "\x00", "\x07", "\x7f", "\x85", "\x9b", "\u202e", "\u202a", "\u2066", "\u2069"])
def test_characters_that_steer_are_written_by_their_names(letter: str) -> None:
    """Whoever looks at the file in a terminal sees what stood there, and the reader gets it back."""
    written = csv_text(["a"], [[f"x{letter}[31my"]])
    assert written == f"a\nx<U+{ord(letter):04X}>[31my\n"
    assert restored(written[2:-1]) == f"x{letter}[31my"


@pytest.mark.parametrize("cell", ["<U+001B>", "<'U+001B>", "<''U+202E>", "<U+0041>", "<U+001B", "<u+001b>", "''", "'=1", "''=1", "'-1"])
def test_text_that_looks_like_what_is_written_for_other_text_comes_back(cell: str) -> None:
    """What a cell says can be told from what was made harmless."""
    assert restored(guarded(cell)) == cell
    assert guarded(cell) != cell or restored(cell) == cell


def test_headers_are_made_harmless_too() -> None:
    """A column may be called like a formula."""
    assert csv_text(["=a", "b;=1"], []) == "'=a,b;'=1\n"


@pytest.mark.parametrize("cell", ["-1", "+2.5", "0.7500", "", "Ada", "a=b", "–"])
def test_plain_cells_stay_as_they_are(cell: str) -> None:
    """Numbers and words are not touched."""
    assert harmless(cell) == cell


def test_csv_has_ids_and_numbers(people: People, pack: Pack) -> None:
    """What a spreadsheet gets is exact, complete and harmless."""
    rows = list(csv.DictReader(io.StringIO(csv_text(CSV_HEADERS, csv_rows(people.values(), pack, Selection(role="director"))))))
    assert [row["id"] for row in rows] == ["ada", "bo", "cy"]
    assert rows[1]["name"] == "'=SUM(A1)"
    assert (rows[2]["verdict"], rows[2]["score_worse"], rows[2]["score_better"], rows[2]["gaps"]) == ("ready", "1.0000", "1.0000", "")
    assert (rows[0]["verdict_worse"], rows[0]["gaps"]) == ("not yet", "years; knows; visible")


def test_markdown_shows_text_as_it_is(people: People, pack: Pack) -> None:
    """Names cannot become tables, tags or emphasis."""
    assert escaped("a|b <i>*x*_y_</i> # no") == r"a\|b \<i\>\*x\*\_y\_\</i\> # no"
    assert escaped("# head") == r"\# head"
    assert escaped("1. one") == r"1\. one"
    assert escaped("- one") == r"\- one"
    assert r"| Expert \<of\> " in markdown(people_page(tuple(people.values()), pack, Selection(every=True)))
    assert table_markdown(Table(headers=("A",), rows=((Cell("x|y"),),))).splitlines() == ["| A |", "| --- |", r"| x\|y |"]
