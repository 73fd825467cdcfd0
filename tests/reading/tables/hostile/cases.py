"""Hostile inputs: how each is made, what is said, and what happens to every row."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs

from evaluator.reading.tables import Options
from tests.reading.tables.workbooks import write_workbook

HEADER = "id,name,role,years,reports,owner\n"
GOOD = "ada,Ada,junior,3.5,2,true\n"
ALSO = "ben,Ben,Team Lead,7,0,false\n"


@attrs.frozen(kw_only=True)
class Case:
    """A file, and what is expected: ids read, rows put aside with parts of their reasons, and parts of what is said of the file."""

    name: str
    made: Callable[[Path], Path]
    read: Sequence[str] = ()
    left_out: Sequence[tuple[int, str]] = ()
    said: Sequence[str] = ()
    options: Options = attrs.field(factory=Options)


def text(name: str, content: str, encoding: str = "utf-8") -> Callable[[Path], Path]:
    """Return a maker of a file of text."""
    return data(name, content.encode(encoding))


def data(name: str, content: bytes) -> Callable[[Path], Path]:
    """Return a maker of a file of bytes."""

    def made(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return made


def parquet(name: str, columns: dict[str, object], cut: int | None = None) -> Callable[[Path], Path]:
    """Return a maker of a Parquet file, whole or cut."""

    def made(folder: Path) -> Path:
        import polars as pl

        pl.DataFrame(columns).write_parquet(folder / name)
        if cut is not None:
            (folder / name).write_bytes((folder / name).read_bytes()[:cut])
        return folder / name

    return made


def workbook(
    name: str, *, merged: Sequence[str] = (), hidden: Sequence[str] = (), **sheets: Sequence[Sequence[object]]
) -> Callable[[Path], Path]:
    """Return a maker of a workbook."""
    return lambda folder: write_workbook(folder / name, sheets, merged=merged, hidden=hidden)  # type: ignore[arg-type]


def zip_of_text(folder: Path) -> Path:
    """Write a zip file that calls itself a workbook."""
    with zipfile.ZipFile(folder / "people.xlsx", "w") as made:
        made.writestr("people.csv", HEADER + GOOD)
    return folder / "people.xlsx"


def symlink_loop(folder: Path) -> Path:
    """Make a link to itself."""
    (folder / "loop.csv").symlink_to(folder / "loop.csv")
    return folder / "loop.csv"


def folder_of_notes(folder: Path) -> Path:
    """Make a folder with nothing in it that is a profile."""
    (folder / "empty").mkdir()
    (folder / "empty" / "notes.md").write_text("nothing")
    return folder / "empty"


def unreadable(folder: Path) -> Path:
    """Write a file that may not be read; where everything may be, name one that is not there."""
    path = folder / "secret.csv"
    path.write_text(HEADER + GOOD)
    path.chmod(0)
    return path if os.access(path, os.R_OK) is False else folder / "gone.csv"


def profiles(folder: Path) -> Path:
    """Write a folder of profiles of which two are broken."""
    (folder / "people").mkdir()
    (folder / "people" / "ada.yaml").write_text("profile: ada\nrole: junior\nattributes: {years: 3.5}\ngroups: {sex: f}\n")
    (folder / "people" / "ben.yaml").write_text("profile: ben\nattributes: {years: 7 years, owner: maybe}\n")
    (folder / "people" / "cleo.yaml").write_text("profile: [cleo\n")
    return folder / "people"


LONG = "x" * 1_000_000
ROW = "{},N,junior,1,1,true\n"

CASES = [
    # ragged and torn
    Case(
        name="ragged: a cell too many",
        made=text("p.csv", HEADER + "x,X,junior,7,5,0,true\n" + GOOD),
        read=["ada"],
        left_out=[(1, "the row has 7 cells, and the table 6 columns")],
    ),
    Case(
        name="ragged: a cell too few",
        made=text("p.csv", HEADER + GOOD + "x,X\n" + ALSO),
        read=["ada", "ben"],
        left_out=[(2, "the row has 2 cells")],
    ),
    Case(
        name="ragged: one too many and one too few",
        made=text("p.csv", HEADER + "x,X,junior,1,1\n" + "y,Y,junior,1,1,true,\n"),
        left_out=[(1, "5 cells"), (2, "7 cells")],
    ),
    Case(
        name="quote never closed",
        made=text("p.csv", HEADER + 'x,"X,junior,1,1,true\n' + GOOD + ALSO),
        read=["ada", "ben"],
        left_out=[(1, "not closed")],
    ),
    Case(
        name="quote closed rows later",
        made=text("p.csv", HEADER + 'x,"X,junior,1,1,true\n' + GOOD + ALSO + 'y,Y",junior,1,1,true\n'),
        read=["ada", "ben", "y"],
        left_out=[(1, "rows of their own")],
    ),
    Case(
        name="quote before a good quoted cell",
        made=text("p.csv", HEADER + 'x,"X,junior,1,1,true\n' + 'ada,"Ada, A.",junior,3.5,2,true\n'),
        read=["ada"],
        left_out=[(1, "after a closing quote")],
    ),
    Case(name="quote inside a cell", made=text("p.csv", HEADER + 'ada,Ada "Ace" L.,junior,1,1,true\n' + ALSO), read=["ada", "ben"]),
    Case(
        name="text after a closing quote",
        made=text("p.csv", HEADER + '"x"y,X,junior,1,1,true\n' + GOOD),
        read=["ada"],
        left_out=[(1, "after a closing quote")],
    ),
    Case(
        name="newlines inside cells",
        made=text("p.csv", HEADER + '"ada","Ada\nLovelace\r\nA.",junior,1,1,true\n' + "x,X,junior,bad,1,true\n"),
        read=["ada"],
        left_out=[(2, "no plain number")],
    ),
    Case(name="no newline at the end", made=text("p.csv", HEADER + GOOD.strip()), read=["ada"]),
    Case(
        name="extra blank lines", made=text("p.csv", "\n\n" + HEADER + "\n" + GOOD + "\n\n,,,,,\n   \n" + ALSO + "\n"), read=["ada", "ben"]
    ),
    Case(name="lone carriage returns", made=text("p.csv", (HEADER + GOOD + ALSO).replace("\n", "\r")), read=["ada", "ben"]),
    Case(name="carriage returns and line feeds", made=text("p.csv", (HEADER + GOOD + ALSO).replace("\n", "\r\n")), read=["ada", "ben"]),
    Case(name="mixed line ends", made=text("p.csv", HEADER + GOOD.replace("\n", "\r") + ALSO.replace("\n", "\r\n")), read=["ada", "ben"]),
    # empty
    Case(name="empty file", made=data("p.csv", b""), said=["D101 the table is empty"]),
    Case(name="blank lines only", made=data("p.csv", b"\n \n\n"), said=["D101 the table is empty"]),
    Case(name="header only", made=text("p.csv", HEADER)),
    Case(name="header only, without its end", made=text("p.csv", HEADER.strip())),
    Case(
        name="header with an open quote",
        made=text("p.csv", 'id,"years\nada,3\n'),
        said=["D101 a quote that begins in this row is not closed"],
    ),
    # headers
    Case(name="no id column", made=text("p.csv", "name,years\nAda,3\n"), said=["D105 the table has no column `id`"]),
    Case(
        name="header misspelt",
        made=text("p.csv", "id,yeers\nada,3\n"),
        said=["D103 no column is an attribute of the pack, and `yeers` is read as nothing"],
    ),
    Case(
        name="header misspelt beside another",
        made=text("p.csv", "id,yeers,years\nada,3,4\n"),
        read=["ada"],
        said=["D201 the column `yeers` is no attribute"],
    ),
    Case(
        name="lines with an object of their own",
        made=text("p.jsonl", '{"id": "ada", "milestones": {"MOBILE": 0}, "shoe size": 39}\n'),
        said=["D103 no column is an attribute of the pack, and `milestones.MOBILE`, `shoe size` are read as nothing"],
    ),
    Case(name="ids alone", made=text("p.csv", "id\nada\n"), read=["ada"]),
    Case(
        name="header twice",
        made=text("p.csv", "id,years,Years\nada,3,4\n"),
        said=["D103 the column `Years` says the same as the column `years`"],
    ),
    Case(
        name="attribute by two names",
        made=text("p.csv", "id,years,experience\nada,3,4\n"),
        said=["D103 the column `experience` says the same"],
    ),
    Case(name="column without a name", made=text("p.csv", "id,,years\nada,x,3\n"), read=["ada"], said=["D201 a column has no name"]),
    Case(name="fact of a group as a column", made=text("p.csv", "id,gender\nada,f\n"), read=["ada"], said=["D201 the column `gender`"]),
    Case(
        name="ten thousand columns",
        made=text("p.csv", "id,years," + ",".join(f"c{n}" for n in range(9998)) + "\nada,3" + "," * 9998 + "\nben,4" + "," * 9997 + "\n"),
        read=["ada"],
        left_out=[(2, "9999 cells")],
        said=["D201 9978 more columns"],
    ),
    Case(
        name="more columns than are read",
        made=text("p.csv", "id," + ",".join(f"c{n}" for n in range(16_384)) + "\n"),
        said=["D101 the table has 16,385 columns, and 16,384 are read"],
    ),
    Case(
        name="spaces around cells in quotes",
        made=text("p.csv", HEADER + '"x" , "X, ""Ace""" ,junior, "3.5",1 ,true\n' + GOOD),
        read=["x", "ada"],
    ),
    Case(
        name="spaces around cells in quotes, over several lines",
        made=text("p.csv", HEADER + '"x" ,"X\n, ""Ace"" , a" ,junior,1,1,true\n' + GOOD),
        read=["x", "ada"],
    ),
    Case(
        name="mapping to nothing",
        made=text("p.csv", "id,Exp\nada,3\n"),
        options=Options(mapping={"Exp": "yeers", "Gone": "years"}),
        said=["D103 the mapping sends the column `Exp` to `yeers`", "D103 the mapping names the column `Gone`", "D201"],
    ),
    Case(
        name="kept column that is not there",
        made=text("p.csv", "id,years\nada,3\n"),
        options=Options(keep=("site",)),
        said=["D103 --keep names the column `site`"],
    ),
    # encodings
    Case(name="byte order mark", made=data("p.csv", b"\xef\xbb\xbf" + (HEADER + GOOD).encode()), read=["ada"]),
    Case(name="UTF-16 with a mark", made=text("p.csv", HEADER + "zoë,Zoë,junior,1,1,true\n", "utf-16"), read=["zoë"]),
    Case(
        name="UTF-16 without a mark",
        made=text("p.csv", HEADER + GOOD, "utf-16-le"),
        said=["D101 the table looks like UTF-16 without a byte order mark"],
    ),
    Case(
        name="UTF-16 without a mark, named",
        made=text("p.csv", HEADER + GOOD, "utf-16-le"),
        options=Options(encoding="utf-16-le"),
        read=["ada"],
    ),
    Case(
        name="UTF-16 cut in a letter",
        made=data("p.csv", (HEADER + GOOD + "x,X,junior,1,1,true").encode("utf-16")[:-1]),
        read=["ada"],
        left_out=[(2, "0xff")],
    ),
    Case(
        name="Windows-1252 not named",
        made=text("p.csv", HEADER + "x,Zoë,junior,1,1,true\n" + GOOD, "windows-1252"),
        read=["ada"],
        left_out=[(1, "the byte 0xeb in this cell is no UTF-8")],
    ),
    Case(
        name="Windows-1252 named",
        made=text("p.csv", HEADER + "x,Zoë,junior,1,1,true\n", "windows-1252"),
        options=Options(encoding="windows-1252"),
        read=["x"],
    ),
    Case(
        name="mixed encodings",
        made=data("p.csv", (HEADER + "zoë,Zoë,junior,1,1,true\n").encode() + "x,Zoë,jünior,1,1,true\n".encode("latin-1")),
        read=["zoë"],
        left_out=[(2, "no UTF-8"), (2, "no UTF-8")],
    ),
    Case(
        name="an encoding that is none",
        made=text("p.csv", HEADER + GOOD),
        options=Options(encoding="klingon"),
        said=["D101 there is no encoding called `klingon`"],
    ),
    Case(
        name="NUL bytes",
        made=data("p.csv", (HEADER + GOOD).encode() + b"b\x00d,B,junior,1,1,true\nx,X,junior,\x001,1,true\n"),
        read=["ada"],
        left_out=[(2, "NUL"), (3, "no plain number")],
    ),
    Case(name="NUL bytes only", made=data("p.csv", bytes(5000)), said=["D105"]),
    Case(name="a picture called .csv", made=data("p.csv", bytes(range(256)) * 40), said=["D1"]),
    # delimiters and signs
    Case(name="tabs", made=text("p.tsv", (HEADER + GOOD).replace(",", "\t")), read=["ada"]),
    Case(
        name="semicolons and decimal commas",
        made=text("p.csv", "id;years\nada;3,5\nben;1.500\ncleo;7\n"),
        options=Options(decimal=","),
        read=["ada", "cleo"],
        left_out=[(2, "where the decimal sign is a comma")],
    ),
    Case(
        name="decimal commas, not said", made=text("p.csv", "id;years\nada;3,5\n"), left_out=[(1, "write the decimal point as a dot: 3.5")]
    ),
    Case(name="a line that names the separator", made=text("p.csv", "sep=;\nid;years\nada;3.5\n"), read=["ada"]),
    # cells
    Case(
        name="huge numbers",
        made=text("p.csv", f"id,years,reports\nx,{'9' * 400},1\ny,1e400,1\nz,1,{'1' * 17}\n"),
        left_out=[(1, "more than 15 digits"), (2, "no plain number"), (3, "more than 15 digits")],
    ),
    Case(
        name="NaN and infinity",
        made=text("p.csv", "id,years\nx,NaN\ny,inf\nz,-Infinity\nw,nan\n"),
        read=["x", "w"],
        left_out=[(2, "no plain number"), (3, "no plain number")],
    ),
    Case(
        name="numbers in text, wrong units",
        made=text("p.csv", "id,years,reports\nx,about 5,1\ny,7 years,2.5\nz,+3,0x10\nada, 3 ,1.0\n"),
        read=["ada"],
        left_out=[
            (1, "no plain number"),
            (2, "write the number alone"),
            (2, "no whole number"),
            (3, "no plain number"),
            (3, "no plain number"),
        ],
    ),
    Case(
        name="out of range",
        made=text("p.csv", "id,years,reports\nx,60.01,-1\nada,60,0\n"),
        read=["ada"],
        left_out=[(1, "outside 0 to 60 years"), (1, "outside 0 to 500 people")],
    ),
    Case(
        name="words that are nearly right",
        made=text(
            "p.csv",
            "id,skill,work,owner,since\nx,Exprt,Craft & co,perhaps,2024-02-30\nada,Expert,CRAFT,yes,May 2024\n"
            "ben,expert , craft,Nein,17.05.2024\n",
        ),
        read=["ben"],
        left_out=[
            (1, "none of the options"),
            (1, "none of the options"),
            (1, "neither true nor false"),
            (1, "no day of the calendar"),
            (2, "names no day"),
        ],
    ),
    Case(
        name="sets",
        made=text("p.csv", "id,knowledge\nada,pricing; data\nben,none\nx,pricing;pricing\ny,pricing;magic\ncleo,;pricing;\n"),
        read=["ada", "ben", "cleo"],
        left_out=[(3, "names one thing twice"), (4, "none of the options")],
    ),
    Case(
        name="computed and listed attributes",
        made=text("p.csv", "id,only_computed,history\nx,3,\ny,,2020\nada,,\n"),
        read=["ada"],
        left_out=[(1, "is computed from other attributes"), (2, "list of entries")],
    ),
    Case(
        name="unknown role",
        made=text("p.csv", "id,role\nx,juniro\nada,team  lead\nben,boss\n"),
        read=["ada", "ben"],
        left_out=[(1, "no role called `juniro`")],
    ),
    Case(
        name="formulas",
        made=text("p.csv", "id,name,years\n=1+2,=HYPERLINK(),3\nx,X,=1+2\n"),
        read=["=1+2"],
        left_out=[(2, "no plain number")],
    ),
    Case(
        name="cells of a megabyte",
        made=text("p.csv", f"id,name,years\nada,{LONG},3\nx,{LONG}y,3\ny,Y,{LONG}\nz,{LONG[:-1]},4\n"),
        read=["ada", "z"],
        left_out=[(2, "longer than 1,000,000"), (3, "no plain number")],
    ),
    Case(
        name="ids: none, blank, twice",
        made=text("p.csv", "id,years\n,3\n   ,3\nada,3\nada,4\n ada ,5\n"),
        read=["ada"],
        left_out=[(1, "no id"), (2, "no id"), (4, "stands in row 3 already"), (5, "stands in row 3 already")],
    ),
    # JSON Lines
    Case(
        name="JSON: broken lines",
        made=text("p.jsonl", '{"id": "ada", "years": 3}\n{"id": "x", \n[1]\n"y"\n{"id": "ben"}\n'),
        read=["ada", "ben"],
        left_out=[(2, "no JSON from column"), (3, "no object"), (4, "no object")],
    ),
    Case(
        name="JSON: a key twice",
        made=text("p.jsonl", '{"id": "x", "years": 1, "years": 2}\n{"id": "y", "years": 1, "Years": 2}\n{"id": "ada"}\n'),
        read=["ada"],
        left_out=[(1, "stands twice"), (2, "says the same as another")],
    ),
    Case(
        name="JSON: nested lists",
        made=text(
            "p.jsonl",
            '{"id": "x", "years": [3]}\n{"id": ["y"]}\n{"id": "z", "knowledge": [["pricing"]]}\n{"id": "ada", "knowledge": ["pricing"]}\n',
        ),
        read=["ada"],
        left_out=[(1, "no plain number"), (2, "no list or object"), (3, "none of the options")],
    ),
    Case(
        name="JSON: a hundred thousand brackets",
        made=text("p.jsonl", '{"id": "ada"}\n' + "[" * 100_000 + "\n"),
        read=["ada"],
        left_out=[(2, "nested too deep")],
    ),
    Case(
        name="JSON: a line of many megabytes",
        made=text("p.jsonl", '{"id": "x", "name": "' + "y" * (5 << 20) + '"}\n{"id": "ada"}\n'),
        read=["ada"],
        left_out=[(1, "longer than 4 MiB")],
    ),
    Case(
        name="JSON: NaN, infinity, exponents",
        made=text(
            "p.jsonl",
            '{"id": "x", "years": NaN}\n{"id": "y", "years": -Infinity}\n{"id": "z", "years": 1e1}\n'
            '{"id": "w", "years": 1e400}\n{"id": "ada", "years": 3.50}\n',
        ),
        read=["x", "ada"],
        left_out=[(2, "no plain number"), (3, "no plain number"), (4, "no plain number")],
    ),
    Case(
        name="JSON: records and shapes",
        made=text(
            "p.jsonl",
            '{"profile": "ada", "attributes": {"history": [{"start": "2020-01", "end": "2021-12"}]}, "groups": {"sex": "f"}}\n'
            '{"id": "x", "history": [{"start": "2020-01", "end": "2019-12"}]}\n{"profile": "y", "attributes": {"yeers": 1}}\n'
            '{"profile": "z", "attributes": [1]}\n',
        ),
        read=["ada"],
        left_out=[(2, "ends before it starts"), (3, "no attribute called `yeers`"), (4, "holds no object")],
    ),
    Case(name="JSON: one document", made=text("p.json", '[{"id": "ada"}]\n'), read=["ada"]),
    Case(name="JSON: a list over several lines", made=text("p.json", '[\n  {"id": "ada"},\n  {"id": "ben"}\n]\n'), read=["ada", "ben"]),
    Case(name="JSON: one object over several lines", made=text("p.json", '{\n  "id": "ada",\n  "years": 3\n}\n'), read=["ada"]),
    Case(name="JSON: a list in UTF-16", made=text("p.json", '[{"id": "zoë"}]', "utf-16"), read=["zoë"]),
    Case(
        name="JSON: a list that is not closed",
        made=text("p.json", '[{"id": "ada"},\n{"id": "ben"}'),
        read=["ada", "ben"],
        left_out=[(3, "the list of rows is not closed")],
    ),
    Case(
        name="JSON: a list cut in an object",
        made=text("p.json", '[{"id": "ada"},{"id": "be'),
        read=["ada"],
        left_out=[(2, "no JSON"), (3, "the list of rows is not closed")],
    ),
    Case(
        name="JSON: a list of other things",
        made=text("p.json", '[1, "x", {"id": "ada"}, [2], null]'),
        read=["ada"],
        left_out=[(1, "no object"), (2, "no object"), (4, "no object"), (5, "no object")],
    ),
    Case(
        name="JSON: half letters",
        made=text(
            "p.jsonl",
            r'{"id": "ada", "name": "\ud83d\ude00"}' + "\n" + r'{"id": "b", "name": "\ud800"}' + "\n" + r'{"id": "\udfff"}' + "\n"
            r'{"id": "c", "group:sex": "\uDC00"}' + "\n" + r'{"id": "d", "\ud801": 1}' + "\n" + '{"id": "ben"}\n',
        ),
        read=["ada", "ben"],
        left_out=[(2, "half of a letter"), (3, "half of a letter"), (4, "half of a letter"), (5, "half of a letter")],
    ),
    Case(
        name="JSON: attributes within an object, mapped",
        made=text("p.jsonl", '{"id": "ada", "facts": {"time": {"served": 7}, "reports": 2}}\n'),
        options=Options(mapping={"facts.time.served": "years"}),
        read=["ada"],
        said=["D201 the column `facts.reports`"],
    ),
    Case(
        name="JSON: a key within an object and beside it",
        made=text("p.jsonl", '{"id": "ada", "a": {"b": 1}, "a.b": 2}\n{"id": "ben", "years": 1}\n'),
        read=["ben"],
        left_out=[(1, "the key `a.b` stands twice")],
    ),
    Case(
        name="JSON: more keys than any profile has",
        made=text("p.jsonl", '{"id": "ada", ' + ",".join(f'"k{n}": 1' for n in range(10_001)) + '}\n{"id": "ben", "years": 1}\n'),
        read=["ben"],
        left_out=[(1, "more than 10,000 keys")],
    ),
    Case(name="JSON: not UTF-8", made=data("p.jsonl", b'{"id": "ada"}\n{"id": "z\xeb"}\n'), read=["ada"], left_out=[(2, "0xeb")]),
    Case(name="JSON: empty", made=data("p.jsonl", b""), said=["D101 the file is empty"]),
    Case(name="JSON: an ocean of blank lines", made=text("p.jsonl", "\n" * 5000 + '{"id": "ada"}'), read=["ada"]),
    # Parquet
    Case(
        name="Parquet: truncated",
        made=parquet("p.parquet", {"id": ["ada", "ben"] * 100}, cut=200),
        said=["D101 the file is no Parquet, or not all of it"],
    ),
    Case(name="Parquet: empty file", made=data("p.parquet", b""), said=["D101 the file is no Parquet"]),
    Case(
        name="Parquet: wrong types",
        made=parquet("p.parquet", {"id": ["x", "ada"], "years": ["seven", "7"], "owner": [2, None], "skill": [2.5, None]}),
        read=["ada"],
        left_out=[(1, "no plain number"), (1, "neither true nor false"), (1, "none of the options")],
    ),
    Case(
        name="Parquet: NaN and infinity",
        made=parquet(
            "p.parquet", {"id": ["x", "y", "ada", "ben"], "years": [float("nan"), float("inf"), 3.5, None], "reports": [1.0, 2.0, 3.0, 4.0]}
        ),
        read=["ada", "ben"],
        left_out=[(1, "`NaN` is no plain number"), (2, "`Infinity` is no plain number")],
    ),
    Case(
        name="Parquet: numbers out of range",
        made=parquet("p.parquet", {"id": [1, 2, 3], "years": [61.0, 60.0, -0.5], "reports": [2.5, 500.0, 1e300]}),
        read=["2"],
        left_out=[(1, "outside"), (1, "no whole number"), (3, "outside"), (3, "no plain number")],
    ),
    Case(
        name="Parquet: nested",
        made=parquet("p.parquet", {"id": ["x", "ada"], "years": [[3.5], None], "knowledge": [["pricing"], []]}),
        read=["ada"],
        left_out=[(1, "holds a list or a structure")],
    ),
    Case(
        name="Parquet: ids that are no single thing",
        made=parquet("p.parquet", {"id": [["x"], None], "years": [1, 2]}),
        left_out=[(1, "a list or a structure"), (2, "")],
    ),
    Case(name="Parquet: no id", made=parquet("p.parquet", {"years": [1.0]}), said=["D105 the table has no column `id`"]),
    Case(name="Parquet that is CSV", made=text("p.parquet", HEADER + GOOD), said=["D101 the file is no Parquet"]),
    # Excel
    Case(name="Excel: a zip", made=zip_of_text, said=["D101 the file is no Excel workbook"]),
    Case(name="Excel: corrupt", made=data("p.xlsx", b"PK\x03\x04" + bytes(300)), said=["D101 the file is no Excel workbook"]),
    Case(
        name="Excel: protected by a password",
        made=data("p.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)),
        said=["D101 the file is no Excel workbook, or it is damaged"],
    ),
    Case(
        name="Excel: errors and formulas",
        made=workbook(
            "p.xlsx",
            A=[
                ["id", "years", "x"],
                ["ada", ("=1+2", "3"), ("#error", "#REF!")],
                ["x", ("=B9", ""), None],
                ["y", ("#error", "#N/A"), None],
                ["z", "#N/A", None],
                ["v", ("#error", "#DIV/0!"), None],
                ["w", "#DIV/0!", None],
            ],
        ),
        read=["ada", "y", "z"],
        left_out=[(2, "no result beside it"), (5, "`#DIV/0!` is an error of Excel"), (6, "no plain number")],
        said=["D201"],
    ),
    Case(
        name="Excel: types",
        made=workbook(
            "p.xlsx",
            A=[
                ["id", "years", "since", "owner", "reports"],
                [17, 3.5, ("day", 45000), True, 3],
                ["x", ("day", 45000), ("time", 45000.5), "perhaps", 2.5],
                [1e17, None, None, None, None],
                ["ada", "3.5", "2023-03-15", "true", "3"],
            ],
        ),
        read=["17", "ada"],
        left_out=[
            (2, "no plain number"),
            (2, "is no date"),
            (2, "neither true nor false"),
            (2, "no whole number"),
            (3, "more digits than Excel keeps"),
        ],
    ),
    Case(
        name="Excel: merged cells",
        made=workbook("p.xlsx", merged=["A2:A3"], A=[["id", "years"], ["ada", 3], [None, 4]]),
        read=["ada"],
        left_out=[(2, "no id")],
        said=["D203 merged cells are read as if each of their rows held what stands there: A2:A3"],
    ),
    Case(
        name="Excel: two sheets",
        made=workbook("p.xlsx", A=[["id", "years"], ["ada", 3]], B=[["id"], ["ben"]]),
        said=["D101 the workbook has 2 sheets: `A`, `B`"],
    ),
    Case(
        name="Excel: two sheets, one named",
        made=workbook("p.xlsx", A=[["id", "years"], ["ada", 3]], B=[["id"], ["ben"]]),
        options=Options(sheet="B"),
        read=["ben"],
    ),
    Case(name="Excel: two sheets, one with ids", made=workbook("p.xlsx", Notes=[["read me"]], B=[["id"], ["ben"]]), read=["ben"]),
    Case(
        name="Excel: a hidden sheet",
        made=workbook("p.xlsx", hidden=["B"], A=[["id", "years"], ["ada", 3]], B=[["id"], ["ben"]]),
        read=["ada"],
    ),
    Case(
        name="Excel: a sheet that is not there",
        made=workbook("p.xlsx", A=[["id"], ["ada"]]),
        options=Options(sheet="C"),
        said=["D101 the workbook has no sheet `C`"],
    ),
    Case(name="Excel: empty", made=workbook("p.xlsx", A=[]), said=["D101 the workbook is empty"]),
    Case(
        name="Excel: rows and columns before the table",
        made=workbook("p.xlsx", A=[[], [None, None], [None, "id", "years"], [], [None, "ada", 3], [None, "x", ("#error", "#DIV/0!")]]),
        read=["ada"],
        left_out=[(2, "#DIV/0!")],
    ),
    # places
    Case(name="a link to itself", made=symlink_loop, said=["D101 the file cannot be read"]),
    Case(name="a folder without profiles", made=folder_of_notes, said=["D101 the folder holds no profile and no table"]),
    Case(name="no such file", made=lambda folder: folder / "gone.csv", said=["D101 the file cannot be read"]),
    Case(name="a file that may not be read", made=unreadable, said=["D101 the file cannot be read"]),
    Case(
        name="a folder of profiles",
        made=profiles,
        read=["ada"],
        left_out=[(2, "write the number alone"), (2, "neither true nor false"), (3, "")],
    ),
]
