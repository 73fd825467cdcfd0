"""DuckDB: a Parquet or CSV file, or a table inside a database file, as a frame that it works on itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import narwhals as nw

from evaluator.core.files import special
from evaluator.diagnostics import did_you_mean
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.engines.columns.language import speaking
from evaluator.reading.tables.formats import CSV, DATABASE, PARQUET, ending, format_at
from evaluator.reading.yaml.files import ORDINARY_FILE

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

INSIDE = "::"
"""Between a database file and the table in it: `people.duckdb::people`."""
_INSTALL = "pip install 'promotion-readiness-evaluator[duckdb]'"
_OTHERS = "give a Parquet or CSV file, a folder of Parquet files, or DATABASE.duckdb::TABLE; --engine columns reads other formats"


@attrs.frozen(kw_only=True)
class DuckDB:
    """A table opened in DuckDB."""

    connection: DuckDBPyConnection
    relation: DuckDBPyRelation

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


def open_duckdb(path: str) -> DuckDB:
    """Open a table where it lies; raises PopulationProblem where DuckDB is missing, or cannot read it."""
    connection = _connected()
    import duckdb

    try:
        return DuckDB(connection=connection, relation=_opened(connection, path))
    except (duckdb.Error, UnicodeError) as problem:
        raise PopulationProblem(f"DuckDB cannot read {path}: {_first(problem)}", _OTHERS) from None


def judging(files: Sequence[Path]) -> DuckDB:
    """Open what was read of a table, in Parquet files of our own; raises PopulationProblem where DuckDB is missing."""
    connection = _connected()
    return DuckDB(connection=connection, relation=connection.read_parquet([str(file) for file in files]))


def require() -> None:
    """Raise PopulationProblem where DuckDB is missing, before anything is read for it."""
    _connected().close()


def _connected() -> DuckDBPyConnection:
    try:
        import duckdb
    except ImportError:
        raise PopulationProblem("the engine duckdb needs DuckDB, which is not installed", f"install the extra: {_INSTALL}") from None
    connection = duckdb.connect(":memory:", config={"preserve_insertion_order": "true"})
    connection.execute("set enable_progress_bar = false")
    return connection


def reads_file(path: str) -> bool:
    """Whether a path is a CSV or Parquet file: it is read as for every other engine before DuckDB judges what was read."""
    return INSIDE not in path and Path(path).is_file() and format_at(path) in {CSV, PARQUET}


def _opened(connection: DuckDBPyConnection, path: str) -> DuckDBPyRelation:
    file, inside, table = path.rpartition(INSIDE)
    if inside:
        return _table(connection, Path(file), table)
    place = Path(path)
    if place.is_dir():
        files = sorted(one for one in place.iterdir() if ending(one) in PARQUET.endings)
        if not files:
            raise PopulationProblem(f"{path} holds no Parquet files", _OTHERS)
        for one in files:
            _there(one)
        return connection.read_parquet([str(one) for one in files])
    _there(place)
    named = format_at(place)
    if named is DATABASE:
        raise PopulationProblem(f"{path} is a database, and no table of it is named", _tables(connection, place))
    if named is not PARQUET:
        raise PopulationProblem(f"the engine duckdb does not read {place.name}", _OTHERS)
    return connection.read_parquet(path)


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


def _there(path: Path) -> None:
    if (words := special(path)) is not None:
        raise PopulationProblem(f"{path} cannot be read: {words}", ORDINARY_FILE)
    if not path.is_file():
        raise PopulationProblem(f"{path}: there is no such file", "check the path and that it may be read")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _first(problem: Exception) -> str:
    """Return the first line of what DuckDB says, without its class of errors."""
    first = next((line.strip() for line in str(problem).splitlines() if line.strip()), "it failed")
    return first.partition(" Error: ")[2] or first
