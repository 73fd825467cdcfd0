"""People read from a database by its address and a query: asked once, only read, and kept as a file of our own that every verb reads."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import attrs

from evaluator.core.database_address import SCHEMES, DatabaseAddress
from evaluator.core.files import Nameless
from evaluator.core.text import first_words
from evaluator.core.values import clip
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.reading import limits

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

_INSTALL = "install the extra: pip install 'promotion-readiness-evaluator[sql]'"
_SECONDS = 20
"""So long is waited for a host that does not answer, where neither the address nor the environment says."""
_LOGIN = "name the user in the address, and the password in PGPASSWORD or ~/.pgpass"
_ENCODED = "write it as postgresql://USER@HOST:PORT/DATABASE, and @ : / ? # or % in a user or a password as %40 %3A %2F %3F %23 %25"
_MOST_SHOWN = 3
_MOST_SAID = 200
_PLAIN = ("bool", "int2", "int4", "int8", "float4", "float8", "text", "varchar", "bpchar", "name", "date", "timestamp", "timestamptz")
_TEXTS = ("json", "jsonb")
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
"""The first day of the year 1 and the last of the year 9999, counted from 1970."""
_MICROSECONDS = 86_400_000_000
_MOST_DIGITS, _MOST_WHOLE = 38, 18
_NUMBER = r"^-?([0-9]+)(?:[.]([0-9]+))?$"


@attrs.frozen(kw_only=True)
class _Columns:
    """The columns of an answer, by how each is kept: as it is, as text, or as the number or the day that a text stands for."""

    names: tuple[str, ...]
    unwrapped: frozenset[int]
    uuids: frozenset[int]
    numbers: tuple[str, ...]


def asked(address: DatabaseAddress, query: str) -> Path:
    """Return the file with the answer to a query; asked again, the same one.

    Raises PopulationProblem where the driver is not installed, the database cannot be reached, or the query cannot be answered.
    """
    known = address.asked.get(query)
    if not isinstance(known, Nameless):
        known = _answered(address, query)
        address.asked[query] = known
        _ANSWERS.append(known)
    return known.path


def forget(address: DatabaseAddress) -> None:
    """Let go of all answers of an address, once nobody reads them any more."""
    for answer in [one for one in _ANSWERS if one in address.asked.values()]:
        _ANSWERS.remove(answer)
        answer.close()
    address.asked.clear()


_ANSWERS: list[Nameless] = []
"""What keeps the answers open: closed, they would be gone."""


def _answered(address: DatabaseAddress, query: str) -> Nameless:
    _check(address)
    text = query.strip().removesuffix(";").rstrip()
    if not text:
        raise PopulationProblem("the query is empty", "write one that begins with select")
    written = Nameless()
    try:
        with _connected(address) as connection, _told(address, query), connection.cursor() as cursor:
            cursor.execute("set transaction read only")
            cursor.execute(f"{text}\n")
            columns = _written(cursor.fetch_record_batch(), written.path, address)
        return _typed(written, columns)
    except BaseException:
        written.close()
        raise


def _check(address: DatabaseAddress) -> None:
    if address.scheme not in SCHEMES:
        step = "write the address as postgresql://USER@HOST/DATABASE, or export the people to a table"
        raise PopulationProblem(f"an address that begins with {address.scheme}: is none of a database that is read", step)
    if not address.readable:
        raise PopulationProblem("the address of the database cannot be read", _ENCODED)


@contextmanager
def _connected(address: DatabaseAddress) -> Iterator[Any]:
    """Open a connection, which begins a transaction; what the driver says of a failure may hold the password, and is not passed on."""
    try:
        import pyarrow  # noqa: F401 - what the driver gives is Arrow's
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise PopulationProblem("to read a database takes its driver, which is not installed", _INSTALL) from None
    waits = "connect_timeout=" in address.uri or "PGCONNECT_TIMEOUT" in os.environ
    patient = address.uri if waits else f"{address.uri}{'&' if '?' in address.uri else '?'}connect_timeout={_SECONDS}"
    failed = ""
    try:
        connection = dbapi.connect(patient)
    except dbapi.Error as problem:
        failed = str(problem)
    if failed:  # outside of the handler, so that no traceback leads to what the driver said
        raise _no_connection(failed, address)
    try:
        yield connection
    finally:
        connection.close()


def _no_connection(said: str, address: DatabaseAddress) -> PopulationProblem:
    """Say in our words why there is no connection."""
    where = address.hosts or "this machine"
    known: Mapping[str, tuple[str, str]] = {
        r"pg_hba.conf": (
            f"the database at {where} takes no such connection from here",
            "add ?sslmode=require to the address where it wants encryption, else ask whoever looks after it",
        ),
        r"no password supplied|authentication failed": (
            f"the database at {where} refuses the user or the password",
            _LOGIN,
        ),
        r"role \".*\" does not exist": (f"the database at {where} does not know the user", _LOGIN),
        r"could not translate host name": (f"there is no host called {where}", "check the host in the address"),
        r"database \".*\" does not exist": (
            f"there is no database called `{address.database or 'as the user is'}` at {where}",
            "check the name behind the host in the address",
        ),
        r"does not support SSL": (
            f"the database at {where} does not encrypt, and the address asks for it",
            "leave sslmode out of the address where the network is safe, or have encryption turned on",
        ),
        r"certificate|SSL error": (
            f"the certificate of the database at {where} is not trusted",
            "name that of its authority with sslrootcert in the address",
        ),
        r"refused|timeout|timed out|No route|unreachable|No such file|Permission denied": (
            f"nothing answers at {where}",
            "check the host and the port, that the database runs, and that it takes connections from here",
        ),
        r"invalid URI query parameter": (
            "the address of the database has a parameter that nobody knows",
            "look at what stands behind its `?`",
        ),
        r"invalid|missing|unexpected|forbidden": ("the address of the database cannot be read", _ENCODED),
    }
    for pattern, (message, step) in known.items():
        if re.search(pattern, said):
            return PopulationProblem(message, step)
    found = re.search(r"FATAL:\s*(.*)", said)
    why = f": {_without_secrets(clip(found[1].strip(), _MOST_SAID), address)}" if found else ""
    return PopulationProblem(f"the database at {where} cannot be opened{why}", "ask whoever looks after it")


def _without_secrets(text: str, address: DatabaseAddress) -> str:
    """Return a text without the user and the password, as they are written in the address and as they are meant."""
    login = address.uri.partition("://")[2].partition("@")[0] if "@" in address.uri else ""
    given = [*login.partition(":")[::2], *re.findall(r"[?&](?:user|password)=([^&]*)", address.uri), os.environ.get("PGPASSWORD", "")]
    for secret in sorted({form for part in given for form in (part, unquote(part)) if form}, key=len, reverse=True):
        text = text.replace(secret, "…")
    return text


@contextmanager
def _told(address: DatabaseAddress, query: str) -> Iterator[None]:
    """Say in our words what a database says of a query."""
    import pyarrow as pa
    from adbc_driver_postgresql import dbapi

    said, state = "", None
    try:
        yield
    except (dbapi.Error, pa.ArrowException, OSError) as problem:
        said, state = str(problem), getattr(problem, "sqlstate", None)
    if said:
        raise _no_answer(said, state, address, query)


def _no_answer(said: str, state: str | None, address: DatabaseAddress, query: str) -> PopulationProblem:
    found = re.search(r"ERROR:\s*(.*)", said)
    server = _without_secrets(clip(found[1].strip(), _MOST_SAID), address) if found else ""
    if "multiple commands" in said:
        return PopulationProblem("the query is more than one statement, and one is read", "leave one that begins with select")
    if state == "25006" or "read-only transaction" in said:
        message = f"the query would change the database, which is only read: {server}"
        return PopulationProblem(message, "write a query that begins with select")
    if ("could not begin COPY" in said and state == "42601") or not server:
        return PopulationProblem("the query gives no rows", "write one that begins with select")
    line = re.search(r"^LINE ([0-9]+):", said, re.MULTILINE)
    where = f", line {line[1]}" if line and "\n" in query.strip() else ""
    steps = {
        "42P01": "check the name of the table, and write its schema before it where it has another one, as in hr.people",
        "42703": "check the name of the column; one with capitals or spaces stands in double quotes",
        "42501": f"ask whoever looks after {address} to let the user read it",
        "57014": "ask for fewer rows, or ask whoever looks after the database for more time",
    }
    return PopulationProblem(f"the database does not answer the query{where}: {server}", steps.get(state or "", "try the query in psql"))


def _written(reader: pa.RecordBatchReader, path: Path, address: DatabaseAddress) -> _Columns:
    """Write an answer to a file, some rows at a time."""
    import pyarrow as pa
    from pyarrow import parquet

    columns = _columns(reader.schema)
    fields = [_field(reader.schema.field(place), place, columns) for place in range(len(columns.names))]
    schema, rows, size = pa.schema(fields), 0, 0
    with parquet.ParquetWriter(str(path), schema) as writer:
        for batch in reader:
            rows, size = rows + batch.num_rows, size + batch.nbytes
            if rows > limits.ROWS or size > limits.UNPACKED:
                most = f"{limits.ROWS:,} rows" if rows > limits.ROWS else limits.size_words(limits.UNPACKED)
                raise limits.TooMuch(f"the answer of {address} has more than {most}, and no more is read", "ask for the people in parts")
            arrays = [_array(batch.column(place), place, columns) for place in range(len(columns.names))]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
    return columns


def _columns(schema: pa.Schema) -> _Columns:
    """Return how columns are kept; raises PopulationProblem where there are none, two of one name, or one whose type is not read."""
    names = tuple(schema.names)
    if not names:
        raise PopulationProblem("the query gives no rows", "write one that begins with select")
    twice = [name for place, name in enumerate(names) if name in names[:place]]
    if twice:
        raise PopulationProblem(f"the query gives two columns called `{clip(twice[0])}`", "give one of them another name with `as`")
    types = [_type(field) for field in schema]
    unread = [(name, type_) for name, type_, field in zip(names, types, schema, strict=True) if not _is_read(type_, field)]
    if unread:
        listed = first_words([f"`{clip(name)}` ({type_})" for name, type_ in unread], _MOST_SHOWN)
        name, type_ = unread[0]
        cast = f'"{name}"::{"text[]" if type_.startswith("_") else "numeric" if type_ == "money" else "text"}'
        raise PopulationProblem(f"what these columns hold cannot be read: {listed}", f'leave them out, or cast them: {cast} as "{name}"')
    return _Columns(
        names=names,
        unwrapped=frozenset(place for place, type_ in enumerate(types) if type_ in {"numeric", *_TEXTS}),
        uuids=frozenset(place for place, type_ in enumerate(types) if type_ == "uuid"),
        numbers=tuple(name for name, type_ in zip(names, types, strict=True) if type_ == "numeric"),
    )


def _type(field: pa.Field) -> str:
    """Return what PostgreSQL calls the type of a column."""
    return (field.metadata or {}).get(b"POSTGRESQL:type", b"").decode() or str(field.type)


def _is_read(type_: str, field: pa.Field) -> bool:
    import pyarrow as pa

    if type_ in {*_PLAIN, *_TEXTS, "numeric", "uuid"} or pa.types.is_null(field.type):
        return True
    if pa.types.is_list(field.type):
        return bool(pa.types.is_string(field.type.value_type))
    return bool(pa.types.is_string(field.type))  # words of a type of the database's own


def _field(field: pa.Field, place: int, columns: _Columns) -> pa.Field:
    import pyarrow as pa

    return pa.field(field.name, pa.string() if place in columns.unwrapped | columns.uuids else field.type)


def _array(array: pa.Array, place: int, columns: _Columns) -> pa.Array:
    import pyarrow as pa

    if place in columns.uuids:
        stored = getattr(array, "storage", array).to_pylist()
        return pa.array([None if one is None else str(uuid.UUID(bytes=one)) for one in stored], pa.string())
    return getattr(array, "storage", array) if place in columns.unwrapped else array


def _typed(written: Nameless, columns: _Columns) -> Nameless:
    """Return a file in which texts of numbers are numbers, as exact as they were, and days beyond all calendars are texts."""
    import polars as pl

    lazy = pl.scan_parquet(written.path, glob=False)
    days = {name: dtype for name, dtype in lazy.collect_schema().items() if isinstance(dtype, pl.Date | pl.Datetime)}
    asked_of = [expression for name in columns.numbers for expression in _digits(name)] + [
        _beyond(name, dtype).any().alias(name) for name, dtype in days.items()
    ]
    if not asked_of:
        return written
    found = lazy.select(asked_of).collect(engine="streaming").row(0, named=True)
    made = [expression for name in columns.numbers if (expression := _number(name, found)) is not None]
    made += [_spelt(name, dtype) for name, dtype in days.items() if found[name]]
    if not made:
        return written
    typed = Nameless()
    lazy.with_columns(made).sink_parquet(typed.path)
    written.close()
    return typed


def _digits(name: str) -> Sequence[pl.Expr]:
    """Return how many digits the numbers of a column have before and behind the point at most, and whether all are numbers."""
    import polars as pl

    cell = pl.col(name)
    whole, part = (cell.str.extract(_NUMBER, group).str.len_chars().max().fill_null(0) for group in (1, 2))
    return (
        whole.cast(pl.Int64).alias(f"{name}\0whole"),
        part.cast(pl.Int64).alias(f"{name}\0part"),
        cell.str.contains(_NUMBER).all().alias(f"{name}\0all"),
    )


def _number(name: str, found: Mapping[str, Any]) -> pl.Expr | None:
    """Return a column of texts as numbers, where all of it can be."""
    import polars as pl

    whole, part = found[f"{name}\0whole"], found[f"{name}\0part"]
    if not found[f"{name}\0all"] or whole + part > _MOST_DIGITS:
        return None
    return pl.col(name).cast(pl.Int64 if part == 0 and whole <= _MOST_WHOLE else pl.Decimal(_MOST_DIGITS, part))


def _beyond(name: str, dtype: pl.DataType) -> pl.Expr:
    """Return where a day lies beyond the calendar, as infinity does."""
    import polars as pl

    number = pl.col(name).to_physical()
    return ~(number if dtype == pl.Date() else number // _MICROSECONDS).is_between(_FIRST_DAY, _LAST_DAY)


def _spelt(name: str, dtype: pl.DataType) -> pl.Expr:
    import polars as pl

    infinite = pl.when(pl.col(name).to_physical() > 0).then(pl.lit("infinity")).otherwise(pl.lit("-infinity"))
    within = pl.when(~_beyond(name, dtype)).then(pl.col(name))
    return pl.when(_beyond(name, dtype)).then(infinite).otherwise(within.cast(pl.String)).alias(name)
