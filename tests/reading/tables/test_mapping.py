"""A mapping file: a source's words and numbers are read as those of the pack, and what is wrong with the file is told with its place."""

from __future__ import annotations

import tempfile
from pathlib import Path

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.reading.tables import Options, read_mapping
from evaluator.reading.tables.csv_profiles import read_table
from evaluator.reading.tables.mapped_cells import TableMapping
from tests.core.build import attribute, check, pack, role, simple_role, value_type
from tests.populations.people_pack import PACK, read
from tests.reading.tables.workbooks import write_workbook

WHOLE = """
decimal: ","
thousands: "."
missing: [keine Angabe, "99"]
flags: {yes: [x], no: [entfällt]}
columns:
  Nr: id
  Stelle: role
  Jahre: years
  Leute: reports
  Budget: owner
  Können:
    attribute: skill
    values: {Sehr gut: expert, gut: practitioner, "4": awareness}
    missing: [offen]
  Gebiete:
    attribute: knowledge
    separator: "|"
    values: {Preise: pricing, Forschung: research, sonstiges: ~}
  Seit: {attribute: since, dates: mdy}
  Ort: ~
  Erreicht: {attribute: done, fractions: true}
roles:
  Teamleitung: lead
  Geschäftsführung: ~
constants:
  work: people
  gathered: 2026-09-30
"""
HEADER = "Nr;Stelle;Jahre;Leute;Budget;Können;Gebiete;Seit;Ort;Erreicht\n"
ROWS = [
    "1;Teamleitung;7,5;1.200;X;sehr  gut;Preise|Forschung;03/04/2024;Bonn;0,875",
    "2;junior;99;99;entfällt;GUT;sonstiges;12/31/2023;Kiel;1",
    "3;Geschäftsführung;12;3;ja;4;data;keine Angabe;;99",
    "4;;keine angabe;;nein;offen;none;2024-03-04;;12,5 %",
]
TABLE = HEADER + "".join(f"{row}\n" for row in ROWS)


def with_share() -> Pack:
    """Return the pack with a share of percent besides, and reports beyond a thousand."""
    done = attrs.evolve(attribute("done"), type=attrs.evolve(value_type("number", unit="percent"), lowest=0, highest=100))
    reports = attrs.evolve(PACK.attributes["reports"], type=attrs.evolve(PACK.attributes["reports"].type, highest=5000))
    others = [one for name, one in PACK.declared_attributes.items() if name != "reports"]
    return pack(*others, reports, done, roles=[simple_role("junior", check("years", "at_least", 2)), role("lead", title="Team Lead")])


SHARE = with_share()


def mapping(folder: Path, text: str = WHOLE) -> TableMapping:
    """Read a mapping file without a fault."""
    (folder / "map.yaml").write_text(text, encoding="utf-8")
    problems = Problems()
    found = read_mapping(folder / "map.yaml", problems)
    assert not len(problems), str(problems)
    return found


def reading(source: TableMapping) -> Options:
    """Return how a table is read by a mapping alone."""
    return Options(source=source).with_source(in_rows=True, in_sheets=True)


def test_words_and_numbers_of_a_source_are_read_as_the_packs(tmp_path: Path) -> None:
    """Of every kind: numbers with signs of their country, flags, scales, sets, days, shares, and words for what is missing."""
    (tmp_path / "people.csv").write_text(TABLE, encoding="utf-8")
    found = read(tmp_path / "people.csv", options=reading(mapping(tmp_path)), of=SHARE)
    assert not found.rejected
    assert found.messages == []
    assert found.column("a.years") == [7.5, None, 12, None]
    assert found.column("a.reports") == [1200, None, 3, None]
    assert found.column("a.owner") == [True, False, True, False]
    assert found.column("a.skill") == [4, 3, 1, None]
    assert found.column("a.knowledge.0") == [True, None, False, False]
    assert found.column("a.knowledge.1") == [True, None, False, False]
    assert found.column("a.knowledge.2") == [False, None, True, False]
    assert found.column("a.since") == [20240304, 20231231, None, 20240304]
    assert found.column("a.done") == [87.5, 100, None, 12.5]
    assert found.column("role") == [1, 0, None, None]
    assert found.chunks[0].other_roles == {"Geschäftsführung": 1}
    assert found.column("a.work") == [1, 1, 1, 1]
    assert found.column("gathered") == [20260930] * 4


def test_profiles_of_a_table_say_the_same_as_its_columns(tmp_path: Path) -> None:
    """The two readers of CSV, row by row and in columns, make the same of a mapping."""
    options = reading(mapping(tmp_path))
    problems = Problems()
    profiles = list(read_table(TABLE.encode(), "people.csv", SHARE, problems, options))
    assert [found.code for found in problems] == ["P206"]
    assert [one.given.get("years") for one in profiles] == [7.5, None, 12, None]
    assert [one.given.get("reports") for one in profiles] == [1200, None, 3, None]
    assert [one.given.get("skill") for one in profiles] == [4, 3, 1, None]
    assert [one.given.get("knowledge") for one in profiles] == [{"pricing", "research"}, None, {"data"}, frozenset()]
    assert [one.given.get("done") for one in profiles] == [87.5, 100, None, 12.5]
    assert [str(one.given.get("since")) for one in profiles] == ["2024-03-04", "2023-12-31", "None", "2024-03-04"]
    assert [one.role for one in profiles] == ["lead", "junior", None, None]
    assert {one.given["work"] for one in profiles} == {"people"}
    assert {str(one.gathered) for one in profiles} == {"2026-09-30"}


@pytest.mark.parametrize("ending", ["parquet", "xlsx", "jsonl"])
def test_every_format_is_read_by_the_same_mapping(ending: str, tmp_path: Path) -> None:
    """Cells with a type of their own are taken as people would write them."""
    names = HEADER.strip().split(";")
    cells = [row.split(";") for row in ROWS]
    path = tmp_path / f"people.{ending}"
    if ending == "xlsx":
        write_workbook(path, {"People": [names, *[[cell or None for cell in row] for row in cells]]})
    else:
        frame = pl.DataFrame([dict(zip(names, row, strict=True)) for row in cells])
        frame.write_parquet(path) if ending == "parquet" else frame.write_ndjson(path)
    (tmp_path / "people.csv").write_text(TABLE, encoding="utf-8")
    options = reading(mapping(tmp_path))
    found, wanted = read(path, options=options, of=SHARE), read(tmp_path / "people.csv", options=options, of=SHARE)
    assert not found.rejected
    for name in ("a.years", "a.reports", "a.owner", "a.skill", "a.knowledge.0", "a.since", "a.done", "role", "a.work"):
        assert found.column(name) == wanted.column(name), name


def test_numbers_with_a_type_can_stand_for_what_is_missing(tmp_path: Path) -> None:
    """As 99 in a column of whole numbers."""
    pl.DataFrame({"id": ["a", "b"], "reports": [99, 3], "done": [0.5, 0.25]}).write_parquet(tmp_path / "p.parquet")
    source = mapping(tmp_path, 'missing: ["99"]\ncolumns: {done: {attribute: done, fractions: true}}\n')
    found = read(tmp_path / "p.parquet", options=reading(source), of=SHARE)
    assert (found.column("a.reports"), found.column("a.done")) == ([None, 3], [50, 25])


def test_what_cannot_be_read_is_told_as_it_stands_in_the_table(tmp_path: Path) -> None:
    """Not as the mapping would have it: 1.5 is beyond 100 percent as 150."""
    (tmp_path / "p.csv").write_text("id,done,skill\na,1.5,good\nb,0.5,expert\n", encoding="utf-8")
    source = mapping(tmp_path, "columns:\n  done: {attribute: done, fractions: true}\n  skill: {attribute: skill, values: {low: none}}\n")
    found = read(tmp_path / "p.csv", options=reading(source), of=SHARE)
    assert [(one.column, one.text) for one in found.rejected] == [("done", "1.5"), ("skill", "good")]
    assert found.ids == ["b"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 499),
            st.integers(0, 600),
            st.sampled_from(["none", "awareness", "working", "practitioner", "expert", ""]),
            st.sets(st.sampled_from(["pricing", "research", "data"])),
            st.integers(0, 1000),
        ),
        min_size=1,
        max_size=12,
    ),
    st.permutations(["eins", "zwei", "drei", "vier", "fünf"]),
)
def test_a_translated_table_is_read_as_the_plain_one(rows: list[tuple[int, int, str, set[str], int]], words: list[str]) -> None:
    """Whatever words and signs a source has, the mapping that takes them back gives the plain table."""
    levels = ["none", "awareness", "working", "practitioner", "expert"]
    to_source = dict(zip(levels, words, strict=True)) | {"": "k.A."}
    areas = {"pricing": "P, Q", "research": "Forschung", "data": "D"}
    plain, other = ["id,reports,years,skill,knowledge,done"], ["id;reports;years;skill;knowledge;done"]
    for place, (reports, tenths, skill, knowledge, thousandths) in enumerate(rows):
        share = thousandths / 10
        plain.append(f"p{place},{reports * 10},{tenths / 10},{skill},{';'.join(sorted(knowledge)) or 'none'},{share}")
        people = f"{reports * 10:,}".replace(",", "'")
        said = "/".join(areas[one] for one in sorted(knowledge)) or "none"
        fraction = f"{thousandths / 1000:.3f}".replace(".", ",")
        other.append(f"p{place};{people};{f'{tenths / 10}'.replace('.', ',')};{to_source[skill]};{said};{fraction}")
    text = "".join(
        [
            'decimal: ","\nthousands: "\'"\ncolumns:\n  skill:\n    attribute: skill\n    values: {',
            ", ".join(f"{word}: {level}" for level, word in zip(levels, words, strict=True)),
            '}\n    missing: [k.A.]\n  knowledge:\n    attribute: knowledge\n    separator: /\n    values: {"P, Q": pricing, ',
            "Forschung: research, D: data}\n  done: {attribute: done, fractions: true}\n",
        ]
    )
    problems = Problems()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plain.csv").write_text("\n".join(plain) + "\n", encoding="utf-8")
        (folder / "other.csv").write_text("\n".join(other) + "\n", encoding="utf-8")
        found = read(folder / "other.csv", options=reading(mapping(folder, text)), of=SHARE)
        wanted = read(folder / "plain.csv", of=SHARE)
    assert not found.rejected
    assert not len(problems)
    ours, theirs = ([chunk.frame.drop("row", "line") for chunk in one.chunks] for one in (found, wanted))
    assert all(one.equals(two) for one, two in zip(ours, theirs, strict=True))


PEOPLE = "id,Nachname,Vorname,years\na, Öz ,Zoë,3\nb,Groß,,4\nc,,Cy,5\nd,,,6\n"


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx", "jsonl", "json"])
def test_parts_of_a_name_are_put_together_in_the_order_of_the_mapping(ending: str, tmp_path: Path) -> None:
    """In every format, without spaces for what is missing."""
    rows = [line.split(",") for line in PEOPLE.splitlines()]
    path = tmp_path / f"people.{ending}"
    if ending == "xlsx":
        write_workbook(path, {"People": [rows[0], *[[cell or None for cell in row] for row in rows[1:]]]})
    elif ending == "csv":
        path.write_text(PEOPLE, encoding="utf-8")
    else:
        frame = pl.DataFrame([dict(zip(rows[0], row, strict=True)) for row in rows[1:]])
        {"parquet": frame.write_parquet, "jsonl": frame.write_ndjson, "json": frame.write_json}[ending](path)
    source = mapping(tmp_path, "columns: {Vorname: name, Nachname: name}\n")
    assert read(path, options=reading(source)).column("name") == ["Zoë Öz", "Groß", "Cy", None]
    source = mapping(tmp_path, "Nachname: name\nVorname: name\n")
    found = read(path, options=reading(source))
    assert (found.column("name"), found.column("a.years")) == (["Öz Zoë", "Groß", "Cy", None], [3, 4, 5, 6])
    on_line = Options(mapping={"Vorname": "name", "Nachname": "name"})
    assert read(path, options=on_line).column("name") == ["Zoë Öz", "Groß", "Cy", None]


def test_profiles_of_a_table_have_names_of_several_columns_too() -> None:
    """Both readers of CSV put them together."""
    options = Options(mapping={"Vorname": "name", "Nachname": "name"})
    profiles = read_table(PEOPLE.encode(), "people.csv", PACK, Problems(), options)
    assert [one.name for one in profiles] == ["Zoë Öz", "Groß", "Cy", None]


def test_a_column_of_whole_names_and_parts_of_names_exclude_each_other(tmp_path: Path) -> None:
    """What would be put together with what is not said."""
    (tmp_path / "p.csv").write_text("id,name,Vorname,Nachname\na,Zoë Öz,Zoë,Öz\n", encoding="utf-8")
    found = read(tmp_path / "p.csv", options=Options(mapping={"Vorname": "name", "Nachname": "name"}))
    assert not found.chunks
    assert found.messages == ["D103 the column `name` says the same as the column `Vorname`"]


def test_words_of_every_column_stand_for_the_options_that_its_attribute_has(tmp_path: Path) -> None:
    """A word of the attribute's own stands for itself, a column's own words go first, and numbers are no words."""
    (tmp_path / "p.csv").write_text("id,skill,work,knowledge,years,owner\na,2,2,2,2,2\nb,expert,gern,D;2,3,ja\n", encoding="utf-8")
    text = """
values: {"2": expert, gern: craft, expert: none, D: data}
columns:
  work: {attribute: work, values: {"2": people}}
  knowledge: {attribute: knowledge, values: {"2": pricing}}
  owner: {attribute: owner, values: {"2": yes}}
"""
    found = read(tmp_path / "p.csv", options=reading(mapping(tmp_path, text)))
    assert not found.rejected
    assert (found.column("a.skill"), found.column("a.work"), found.column("a.years")) == ([4, 4], [1, 0], [2, 3])
    assert [found.column(f"a.knowledge.{place}") for place in range(3)] == [[True, True], [False, False], [False, True]]
    assert found.column("a.owner") == [True, True]


def test_several_options_below_each_other_in_a_cell(tmp_path: Path) -> None:
    """As workbooks of some systems have them."""
    write_workbook(tmp_path / "p.xlsx", {"People": [["id", "knowledge"], ["a", "data\npricing"], ["b", "research"]]})
    source = mapping(tmp_path, 'columns: {knowledge: {attribute: knowledge, separator: "\\n"}}\n')
    found = read(tmp_path / "p.xlsx", options=reading(source))
    assert [found.column(f"a.knowledge.{place}") for place in range(3)] == [[True, False], [False, True], [True, False]]


BROKEN = {
    "columns: {Jahre: years}\nvalues: {gut: exprt}": ("2:15", "D103", "no attribute of the pack has the option `exprt`"),
    "columns: {Jahre: yeers}": ("1:18", "D103", "which is no attribute of the pack"),
    "columns: {Jahre: {attribute: years, values: {viel: lots}}}": ("1:52", "P102", "`lots`"),
    "columns: {Jahre: {attribute: years, value: {}}}": ("1:37", "R101", "a column has no key `value`"),
    "columns: {Jahre: {attribute: years, separator: '/'}}": ("1:37", "D103", "a cell of it holds one thing"),
    "columns: {Jahre: {attribute: years, fractions: true}}": ("1:37", "D103", "is not counted in percent"),
    "columns: {Stelle: {attribute: role, values: {a: lead}}}": ("1:37", "D103", "its words are not read as others"),
    "columns: {Jahre: years}\nroles: {Chef: leed}": ("2:15", "D103", "the pack has no role called `leed`"),
    "columns: {Jahre: years}\nconstants: {wrok: people}": ("2:19", "D103", "`wrok` is no attribute of the pack"),
    "columns: {Jahre: years}\nconstants: {work: nothing}": ("2:19", "P102", "`nothing` is none of the options"),
    "columns: {Jahre: years}\nconstants: {id: x}": ("2:17", "D103", "differs from person to person"),
    "columns: {Jahre: years}\nconstants: {years: 3}": ("2:20", "D103", "the column `Jahre` says it of each row"),
    "columns: {Jahre: years}\nthousands: '.'": ("2:1", "R108", "one sign stands before decimals and between thousands"),
    "columns: {Jahre: years}\ndecimal: ;": ("2:10", "R104", "is not one of the words that can stand here"),
    "columns: {Jahr: years}": ("1:1", "D103", "the mapping names the column `Jahr`, which the table has not"),
}


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_wrong_with_a_mapping_is_told_with_its_place(text: str, tmp_path: Path) -> None:
    """To the column, and no table is read by it."""
    (tmp_path / "people.csv").write_text("id,Jahre,Stelle\na,3,lead\n", encoding="utf-8")
    (tmp_path / "map.yaml").write_text(text, encoding="utf-8")
    problems = Problems()
    source = read_mapping(tmp_path / "map.yaml", problems)
    if not problems.errors:
        found = read(tmp_path / "people.csv", options=reading(source), of=SHARE)
        assert not found.chunks
        problems = found.problems
    place, code, words = BROKEN[text]
    told = [(f"{one.span.line}:{one.span.column}", one.code, one.message) for one in problems if one.code != "D201"]
    assert any(at == place and code == found_code and words in message for at, found_code, message in told), told
    assert all(one.help for one in problems)


def test_a_mapping_says_how_the_whole_table_is_read_where_no_option_does() -> None:
    """An option goes before it; a sheet is only named where there are any, so that one file serves all exports of a source."""
    source = TableMapping(sheet="People", header_row=3, decimal=",", encoding="utf-16", dates="dmy")
    all_of_it = Options(source=source).with_source(in_rows=True, in_sheets=True)
    assert (all_of_it.sheet, all_of_it.header_row, all_of_it.decimal, all_of_it.encoding, all_of_it.dates) == (
        "People",
        3,
        ",",
        "utf-16",
        "dmy",
    )
    other = Options(source=source, decimal=".", dates="mdy", header_row=1).with_source(in_rows=True, in_sheets=False)
    assert (other.sheet, other.header_row, other.decimal, other.dates) == (None, 1, ".", "mdy")
    assert Options(source=source).with_source(in_rows=False, in_sheets=False).header_row is None
