"""DuckDB: a Parquet or CSV file, or a table inside a database file, as a frame that it works on itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import narwhals as nw

from evaluator.core.files import open_to_read, special
from evaluator.diagnostics import did_you_mean
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.engines.columns.language import speaking
from evaluator.reading.tables.columns import Vocabulary
from evaluator.reading.tables.csv_rows import opened
from evaluator.reading.tables.formats import CSV, DATABASE, PARQUET, ending, format_named
from evaluator.reading.tables.text_stream import marked_encoding
from evaluator.reading.yaml.files import ORDINARY_FILE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

INSIDE = "::"
"""Between a database file and the table in it: `people.duckdb::people`."""
_INSTALL = "pip install 'promotion-readiness-evaluator[duckdb]'"
_OTHERS = "give a Parquet or CSV file, a folder of Parquet files, or DATABASE.duckdb::TABLE; --engine columns reads other formats"


@attrs.frozen(kw_only=True)
class DuckDB:
    """A table opened in DuckDB; `spelt` where it is text alone, as CSV is."""

    connection: DuckDBPyConnection
    relation: DuckDBPyRelation
    spelt: bool

    @property
    def ordered(self) -> bool:
        """DuckDB keeps the order of files and tables."""
        return True

    def schema(self) -> nw.Schema:
        """Return the columns of the table, and their types."""
        return nw.from_native(self.relation).collect_schema()

    def run(self, build: Callable[[Any], Any], folder: Path) -> None:
        """Run the query into one Parquet file; DuckDB plans all of it quickly."""
        import duckdb

        with speaking(nw):
            answered = build(nw.from_native(self.relation))
        self.connection.execute(f"set temp_directory = '{_escaped(folder / 'spilt')}'")
        try:
            answered.to_native().write_parquet(str(folder / "judged.parquet"), compression="lz4")
        except duckdb.Error as problem:
            raise PopulationProblem(f"DuckDB stopped: {_first(problem)}", "mend the table, or judge it with --engine columns") from None


def open_duckdb(path: str, words: Vocabulary) -> DuckDB:
    """Open a table where it lies; raises PopulationProblem where DuckDB is missing, or cannot read it."""
    try:
        import duckdb
    except ImportError:
        raise PopulationProblem("the engine duckdb needs DuckDB, which is not installed", f"install the extra: {_INSTALL}") from None
    connection = duckdb.connect(":memory:", config={"preserve_insertion_order": "true"})
    connection.execute("set enable_progress_bar = false")
    try:
        relation, spelt = _opened(connection, path, words)
        return DuckDB(connection=connection, relation=relation, spelt=spelt)
    except (duckdb.Error, UnicodeError) as problem:
        raise PopulationProblem(f"DuckDB cannot read {path}: {_first(problem)}", _OTHERS) from None


def _opened(connection: DuckDBPyConnection, path: str, words: Vocabulary) -> tuple[DuckDBPyRelation, bool]:
    file, inside, table = path.rpartition(INSIDE)
    if inside:
        return _table(connection, Path(file), table), False
    place = Path(path)
    if place.is_dir():
        files = sorted(one for one in place.iterdir() if ending(one) in PARQUET.endings)
        if not files:
            raise PopulationProblem(f"{path} holds no Parquet files", _OTHERS)
        for one in files:
            _there(one)
        return connection.read_parquet([str(one) for one in files]), False
    _there(place)
    named = format_named(place)
    if named is CSV:
        return _csv(connection, place, words), True
    if named is DATABASE:
        raise PopulationProblem(f"{path} is a database, and no table of it is named", _tables(connection, place))
    if named is not PARQUET:
        raise PopulationProblem(f"the engine duckdb does not read {place.name}", _OTHERS)
    return connection.read_parquet(path), False


def _csv(connection: DuckDBPyConnection, place: Path, words: Vocabulary) -> DuckDBPyRelation:
    """Return a CSV file as text, with nothing left to be found out: DuckDB's guesses have cost all rows of a file."""
    with open_to_read(place) as file:
        encoding, _ = marked_encoding(file.read(4))
        file.seek(0)
        start = opened(file, None, words.names_ids)
    if encoding not in {None, "utf-8"}:
        raise PopulationProblem(f"{place} is {encoding}, and the engine duckdb reads UTF-8", _OTHERS)
    header = [] if start.header is None or start.header.broken else [cell.strip() for cell in start.header.cells]
    if not header or len({name.casefold() for name in header}) < len(header) or "\n" in "".join(header) or "" in header:
        message = f"the first line of {place} is no list of names, each on that line, and none twice"
        raise PopulationProblem(message, "name every column once")
    return connection.read_csv(
        str(place),
        header=False,
        auto_detect=False,
        columns=dict.fromkeys(header, "VARCHAR"),
        delimiter=start.delimiter,
        quotechar='"',
        escapechar='"',
        comment="",
        skiprows=start.next_line - 1,
        null_padding=False,
        strict_mode=True,
    )


def _table(connection: DuckDBPyConnection, file: Path, name: str) -> DuckDBPyRelation:
    """Return a table of a database file, which is opened for reading alone."""
    _there(file)
    step = _tables(connection, file)
    schema, _, table = name.rpartition(".")
    known = {(one, two) for one, two in connection.execute(_LISTED).fetchall()}
    if (schema or "main", table) not in known:
        close = did_you_mean(name, [table for _, table in known])
        raise PopulationProblem(f"the database {file} has no table `{name}`", close or step)
    return connection.sql(f"select * from people.{_quoted(schema or 'main')}.{_quoted(table)}")  # noqa: S608 - quoted


_LISTED = "select table_schema, table_name from information_schema.tables where table_catalog = 'people' order by all"


def _tables(connection: DuckDBPyConnection, file: Path) -> str:
    """Open a database, and say how its tables are named."""
    connection.execute(f"attach '{_escaped(file)}' as people (read_only)")
    connection.execute("use people")  # so that its views find its tables
    names = [table if schema == "main" else f"{schema}.{table}" for schema, table in connection.execute(_LISTED).fetchall()]
    return "name one: " + ", ".join(f"{file}{INSIDE}{name}" for name in names[:8]) if names else "it has no tables"


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")


def _there(place: Path) -> None:
    if (words := special(place)) is not None:
        raise PopulationProblem(f"{place} cannot be read: {words}", ORDINARY_FILE)
    if not place.is_file():
        raise PopulationProblem(f"{place}: there is no such file", "check the path and that it may be read")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _first(problem: Exception) -> str:
    """Return the first line of what DuckDB says, without its class of errors."""
    first = next((line.strip() for line in str(problem).splitlines() if line.strip()), "it failed")
    return first.partition(" Error: ")[2] or first
