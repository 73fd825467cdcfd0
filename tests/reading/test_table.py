"""Tables: rows, cells, and the places of both."""

from __future__ import annotations

import datetime
import functools
from fractions import Fraction
from pathlib import Path

import pytest

from evaluator.core.model import Pack, Profile
from evaluator.diagnostics import Problems
from evaluator.reading.pack.pack import load_pack
from evaluator.reading.profile.people import read_people
from evaluator.reading.tables import Options
from evaluator.reading.tables.csv_profiles import read_table
from tests.bad.overlay import BASE


@functools.cache
def pack() -> Pack:
    """Return the pack with an attribute of every type."""
    return load_pack(BASE)


def read(text: str) -> tuple[list[Profile], Problems]:
    """Read a table."""
    problems = Problems()
    return list(read_table(text.encode(), "people.csv", pack(), problems)), problems


def places(problems: Problems) -> list[tuple[str, int, int, int]]:
    """Return the codes of findings with line, column and end column."""
    return [(found.code, found.span.line, found.span.column, found.span.end_column) for found in problems]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends_are_recognised(delimiter: str, breaks: str) -> None:
    """Comma, semicolon and tab are told apart by the header, whatever ends the lines."""
    rows = [["id", "role", "years"], ["ben", "Team Lead", "2.5"], ["cleo", "", ""]]
    people, problems = read(breaks.join(delimiter.join(row) for row in rows))
    assert list(problems) == []
    assert [(one.id, one.role, dict(one.given)) for one in people] == [("ben", "lead", {"years": Fraction(5, 2)}), ("cleo", None, {})]


def test_a_header_of_titles_with_commas_may_be_tabbed() -> None:
    """The separator is the one that yields a column `id`, not the most frequent one."""
    people, problems = read("id\tyears\tPositions, posts, jobs, held\nben\t2\tx\n")
    assert [found.code for found in problems] == ["D201"]
    assert [one.id for one in people] == ["ben"]


@pytest.mark.parametrize("column", ["years", "Years of product work", "product years", "PRODUCT_YEARS", " years "])
def test_a_column_has_several_names(column: str) -> None:
    """A column is found by the attribute's id, title or another name, whatever case and underscores."""
    people, problems = read(f"id,{column}\nben,2\n")
    assert list(problems) == []
    assert dict(people[0].given) == {"years": 2}


def test_cells_are_read_by_type() -> None:
    """Dates, scales and flags are read as in profiles; members of a set are separated by semicolons."""
    people, problems = read("id,hired,strategy,budget owner,knowledge\nben,Mar 2024,expert,true,pricing; design\ncleo,,,,none\n")
    assert list(problems) == []
    assert dict(people[0].given) == {
        "hired": datetime.date(2024, 3, 1),
        "strategy": 2,
        "budget_owner": True,
        "knowledge": frozenset({"pricing", "design"}),
    }
    assert dict(people[1].given) == {"knowledge": frozenset()}


def test_group_columns_are_kept_apart() -> None:
    """Columns that begin with group: are facts of a group."""
    people, problems = read("id,group:sex,group: Age band,years\nben,male,,3\n")
    assert list(problems) == []
    assert dict(people[0].groups) == {"sex": "male"}
    assert dict(people[0].given) == {"years": 3}


def test_quoted_line_breaks_do_not_shift_lines() -> None:
    """A row's line is the one on which it begins, however many lines its cells hold."""
    people, problems = read('id,name,years\nben,"Ben\nthe ""2nd"",\nof\u2028that name",x\n\ncleo,Cleo,4\ndora,Dora,y\n')
    assert [(one.id, one.span.line) for one in people] == [("cleo", 6)]
    assert places(problems) == [("P102", 4, 15, 16), ("P102", 7, 11, 12)]


def test_a_cell_of_several_lines_has_its_place() -> None:
    """A finding about a cell that spans lines begins where the cell does."""
    _, problems = read('id,years,name\nben,"2\n3",Ben\n')
    (found,) = problems
    assert (found.span.line, found.span.column, found.span.end_line, found.span.end_column) == (2, 5, 3, 3)


def test_a_quote_inside_a_cell_is_text() -> None:
    """A quote that does not begin a cell is a letter like others."""
    _, problems = read('id,name,years\nben,6" tall,x\n')
    assert places(problems) == [("P102", 2, 13, 14)]


def test_a_bad_row_is_left_out_and_others_are_read() -> None:
    """Nothing of a row with an error is used, and nothing else is lost."""
    people, problems = read("id,years\na,1\nb,x\nc,1,2\n,3\nd,4\n")
    assert [one.id for one in people] == ["a", "d"]
    assert [(code, line) for code, line, _, _ in places(problems)] == [("P102", 3), ("D102", 4), ("D105", 5)]


def test_an_open_quote_costs_its_row_alone() -> None:
    """Rows before an open quote and behind it are read."""
    people, problems = read('id,name\na,A\nb,"B\nc,C\n')
    assert [one.id for one in people] == ["a", "c"]
    assert places(problems) == [("D101", 3, 1, 5)]


def test_a_comma_for_decimals_names_the_option_that_reads_it() -> None:
    """Whoever writes decimal commas is told of --decimal, and with it the number is read exactly."""
    text = "id;years\na;3,25\nb;1,2,3\n"
    people, problems = read(text)
    first = next(iter(problems))
    assert (first.code, first.help) == (
        "P102",
        "write the decimal point as a dot: 3.25, or say --decimal , where a comma is the decimal sign",
    )
    problems = Problems()
    people = list(read_table(text.encode(), "people.csv", pack(), problems, Options(decimal=",")))
    assert [(one.id, dict(one.given)) for one in people] == [("a", {"years": Fraction(13, 4)})]
    assert places(problems) == [("P102", 3, 3, 8)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252"])
def test_encodings_are_those_of_populations(encoding: str) -> None:
    """A byte order mark tells the encoding, else it is named."""
    problems = Problems()
    options = Options(encoding=encoding if encoding.startswith("w") else None)
    people = list(read_table("sep=;\nid;name\na;Zoë\n".encode(encoding), "people.csv", pack(), problems, options))
    assert [(one.id, one.name, one.span.line) for one in people] == [("a", "Zoë", 3)]
    assert list(problems) == []


def test_a_row_may_name_its_day() -> None:
    """The column as_of is the profile's own date."""
    people, problems = read("id,as of\na,2025-06-30\nb,\nc,30/6/25\n")
    assert [(one.id, one.as_of) for one in people] == [("a", datetime.date(2025, 6, 30)), ("b", None)]
    assert places(problems) == [("P102", 4, 3, 10)]


def test_records_do_not_fit_in_a_cell() -> None:
    """A list of entries has to be stated in a profile."""
    _, problems = read("id,history\nben,something\n")
    assert [found.code for found in problems] == ["P102"]


def test_an_id_may_stand_once_over_all_files(tmp_path: Path) -> None:
    """Two tables may not name the same person."""
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_bytes(b"\xef\xbb\xbfid,years\r\nben,2\r\n")
    problems = Problems()
    people = read_people([tmp_path / "one.csv", tmp_path / "two.csv"], pack(), problems)
    assert [one.id for one in people] == ["ben"]
    assert [(found.code, found.span.path.endswith("two.csv")) for found in problems] == [("D104", True)]
