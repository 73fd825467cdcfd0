"""People are read from a real PostgreSQL by its address and a query: the same as from a file, never written, and nothing secret is told."""

from __future__ import annotations

import datetime
import json
import os
import sys
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

import evaluator
from evaluator.cli.main import run
from evaluator.diagnostics.errors import PopulationProblem
from evaluator.reading.tables import database_query
from tests import postgresql
from tests.populations.people_pack import PACK
from tests.populations.runs import AS_OF, write_people, write_rules
from tests.postgresql import ENCODED, PASSWORD, USER, Server

pytestmark = pytest.mark.postgresql
Capture = pytest.CaptureFixture[str]
ALWAYS = ("--as-of", str(AS_OF))
ALL = "select * from people order by substr(id, 2)::int"
TYPES = """
create type mood as enum ('craft', 'people');
create table typed (
  id uuid, years numeric, reports bigint, owner boolean, skill varchar, work mood, knowledge text[], since date, month timestamp,
  note jsonb, price money, span interval, numbers integer[]
);
insert into typed values
 ('00000000-0000-0000-0000-000000000001', 7.50, 3, true, 'working', 'craft', '{data,pricing}', '2024-05-07', '2024-05-01', '{}', 1, '1 day',
  '{1}'),
 ('00000000-0000-0000-0000-000000000002', null, null, false, null, 'people', '{}', null, null, null, null, null, null),
 ('00000000-0000-0000-0000-000000000003', 7.123456789012, 0, null, null, null, null, 'infinity', null, null, null, null, null);
create table numbers (id integer, years numeric);
insert into numbers values (1, 'NaN'), (2, 7.99999999999999999), (3, 1.5);
create sequence counted;
"""


@pytest.fixture(scope="module", name="database")
def _database() -> Iterator[Server]:
    """Return a server with people in it; a run that has to have one fails without it."""
    missing = "PostgreSQL is not installed" if postgresql.programs() is None else ""
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError:
        missing = "the extra sql is not installed"
    if missing:
        if os.environ.get("MUST_LOOK"):
            pytest.fail(missing)
        pytest.skip(missing)
    with postgresql.server() as started:
        with dbapi.connect(started.address, autocommit=True) as connection, connection.cursor() as cursor:
            for statement in TYPES.split(";\n"):
                if statement.strip():
                    cursor.execute(statement)
        yield started


@pytest.fixture(name="place")
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder to work in, with the small pack as its rules."""
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path / "rules")
    return tmp_path


@pytest.fixture(name="people")
def _people(database: Server, place: Path) -> str:
    """Return the address of a database with the people of people.csv, all of it text."""
    from adbc_driver_postgresql import dbapi

    write_people(place / "people.csv", 60, bad=9)
    frame = pl.read_csv(place / "people.csv", infer_schema=False)
    with dbapi.connect(database.address) as connection, connection.cursor() as cursor:
        cursor.execute("drop table if exists people")
        cursor.adbc_ingest("people", frame.to_arrow(), mode="create")
        connection.commit()
    return database.address


def _secrets(text: str) -> list[str]:
    return [secret for secret in (PASSWORD, ENCODED, USER) if secret in text]


def test_results_are_those_of_the_same_people_in_a_file(place: Path, people: str, capsys: Capture) -> None:
    """To the byte; the summary has the query and a hash, and neither it, nor the log, nor the page has the user or the password."""
    assert run(["evaluate", "people.csv", *ALWAYS, "--seed", "1", "-o", "file.csv"]) == 1
    asked = ["evaluate", people, "--query", ALL, *ALWAYS, "--seed", "1", "-o", "asked.csv", "--log", "log", "--summary", "run.json"]
    capsys.readouterr()
    assert run(asked) == 1
    said = capsys.readouterr()
    assert Path("asked.csv").read_bytes() == Path("file.csv").read_bytes()
    assert "Query      select * from people order by substr(id, 2)::int – asked of postgresql://127.0.0.1:" in said.out
    (read,) = json.loads(Path("run.json").read_text())["inputs"]
    assert read["query"] == ALL
    assert len(read["sha256"]) == 64
    assert read["path"].startswith("postgresql://127.0.0.1:")
    assert "begun: evaluator evaluate postgresql://127.0.0.1:" in Path("log").read_text()
    written = [path.read_text(errors="replace") for path in place.rglob("*") if path.is_file()]
    assert not _secrets("".join([said.out, said.err, *written]))
    again = ["evaluate", people, "--query", ALL, *ALWAYS, "-o", "again.csv", "--summary", "again.json"]
    assert run(again) == 1
    assert json.loads(Path("again.json").read_text())["inputs"] == [read]


VERBS = [
    ("rank", "{}", "--role", "director"),
    ("explain", "{}", "director", "--person", "p3"),
    ("profile", "check", "{}"),
    ("map", "{}"),
    ("diff", "rules", "rules", "--on", "{}"),
    ("progress", "people.csv", "{}"),
    ("evaluate", "{}", "--format", "jsonl", "--where", "team = '+team 3'"),
    ("evaluate", "{}"),
]


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_every_verb_that_takes_people_takes_them(place: Path, people: str, capsys: Capture, words: tuple[str, ...]) -> None:
    """With the query in a file; what is told of rows that cannot be read has nothing secret."""
    Path("people.sql").write_text(f"-- everybody\n{ALL};\n")
    dated = () if words[0] in {"profile", "map", "progress"} else ALWAYS
    dated = ("--as-of-old", str(AS_OF), "--as-of", str(AS_OF)) if words[0] == "progress" else dated
    code = run([*(word.format(people) for word in words), "--query-file", "people.sql", *dated])
    said = capsys.readouterr()
    assert code in {0, 1}, said.err
    assert not _secrets(said.out + said.err)
    assert len(said.out) > 100
    assert not [one.name for one in place.iterdir() if one.name.startswith(".")]


def test_cells_are_what_their_types_say(database: Server) -> None:
    """Numbers are exact, days days, lists sets, words of a type of the database words; infinity is no day; no file is left open."""
    query = "select id, years, reports, owner, skill, work, knowledge, since from typed order by id"
    before = [*database_query._ANSWERS]
    people = evaluator.load_people(database.address, PACK, query=query, partial=True)
    first, second = (dict(one.given) for one in people)
    assert people[0].id == "00000000-0000-0000-0000-000000000001"
    assert before == database_query._ANSWERS
    assert first["years"] == Fraction(15, 2)
    assert (first["reports"], first["owner"], first["work"], first["since"]) == (3, True, "craft", datetime.date(2024, 5, 7))
    assert first["knowledge"] == {"data", "pricing"}
    assert second == {"owner": False, "work": "people", "knowledge": frozenset()}
    assert [(one.span.line, "infinity" in one.message) for one in people.problems.errors] == [(3, True)]


def test_numbers_are_as_exact_as_they_were(database: Server) -> None:
    """What has more digits than any table may state is refused, and is no 8; NaN says nothing, as in any table; a comma changes nothing."""
    query = "select * from numbers order by id"
    people = evaluator.load_people(database.address, PACK, query=query, partial=True)
    assert [(one.id, dict(one.given)) for one in people] == [("1", {}), ("3", {"years": Fraction(3, 2)})]
    assert [(error.span.line, "more than 15 digits" in error.message) for error in people.problems.errors] == [(2, True)]
    commas = evaluator.load_people(database.address, PACK, query=f"{query} offset 2", decimal=",")
    assert dict(commas[0].given) == {"years": Fraction(Decimal("1.5"))}


QUERIES = [
    ("select 1; select 2", "the query is more than one statement, and one is read"),
    ("delete from people", "the query would change the database, which is only read: cannot execute DELETE in a read-only transaction"),
    ("insert into people (id) values ('x') returning id", "the query would change the database"),
    ("create table more (id text)", "the query would change the database"),
    ("select nextval('counted') as id", "the query would change the database"),
    ("select * from nowhere", 'relation "nowhere" does not exist\nhelp: check the name of the table'),
    ("select id\nfrom nowhere", 'the database does not answer the query, line 2: relation "nowhere" does not exist'),
    ("select nobody from people", 'column "nobody" does not exist\nhelp: check the name of the column'),
    ("selec 1", 'syntax error at or near "selec"'),
    ("select 1/(n - 3) as id from generate_series(1, 5) n", "the database does not answer the query: division by zero"),
    (" ; ", "the query is empty\nhelp: write one that begins with select"),
    ("begin", "the query gives no rows"),
    ("show all", "the query gives no rows"),
    ("select 1 as id, 2 as id", "the query gives two columns called `id`"),
    (
        "select id, price from typed",
        'hold cannot be read: `price` (money)\nhelp: leave them out, or cast them: "price"::numeric as "price"',
    ),
    ("select id, span, numbers from typed", "cannot be read: `span` (interval), `numbers` (_int4)"),
]


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(("query", "sentence"), QUERIES, ids=[query for query, _ in QUERIES])
def test_a_query_that_cannot_be_answered_is_told_in_a_sentence(people: str, capsys: Capture, query: str, sentence: str) -> None:
    """With a next step and exit code 2; the database is as it was."""
    before = evaluator.load_people(people, PACK, query="select count(*) as id, 1 as years from people")[0].id
    assert run(["evaluate", people, "--query", query, *ALWAYS, "-o", "out.csv"]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "\nhelp: " in said
    assert not _secrets(said)
    assert evaluator.load_people(people, PACK, query="select count(*) as id, 1 as years from people")[0].id == before
    with pytest.raises(PopulationProblem, match="nowhere"):
        evaluator.load_people(people, PACK, query="select * from nowhere")


def test_the_step_for_a_type_is_right_when_it_is_followed(database: Server) -> None:
    """Cast as it says, the columns are read."""
    people = evaluator.load_people(database.address, PACK, query='select id, "price"::numeric as years from typed order by 1 limit 1')
    assert dict(people[0].given) == {"years": 1}
    assert evaluator.load_people(database.address, PACK, query='select id, owner, "numbers"::text[] as "numbers" from typed')


@pytest.mark.usefixtures("place")
def test_a_connection_that_fails_is_told_without_what_is_secret(database: Server, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the driver says of it may hold the password, and is never passed on."""
    monkeypatch.setenv("PGPASSFILE", os.devnull)
    good = f"127.0.0.1:{database.port}"
    refused = f"the database at {good} refuses the user or the password\nhelp: name the user in the address, and the password in PGPASSWORD"
    unreadable = "the address of the database cannot be read\nhelp: write it as postgresql://USER@HOST:PORT/DATABASE"
    tried = {
        f"postgresql://{USER}:sesame@{good}/postgres": refused,
        f"postgresql://{USER}@{good}/postgres": refused,
        f"postgresql://somebody:sesame@{good}/postgres": refused,
        f"postgresql://{USER}:{ENCODED}@{good}/nowhere": f"there is no database called `nowhere` at {good}",
        f"postgresql://{USER}:{ENCODED}@127.0.0.1:1/postgres": "nothing answers at 127.0.0.1:1",
        f"postgresql://{USER}:{ENCODED}@nowhere.invalid/postgres": "there is no host called nowhere.invalid",
        f"postgresql://{USER}:{ENCODED}@{good}/postgres?sslmode=require": "does not encrypt, and the address asks for it",
        f"postgresql://{USER}:{ENCODED}@{good}/postgres?sesame=sesame": "the address of the database has a parameter that nobody knows",
        f"postgresql://{USER}:{PASSWORD}@{good}/postgres": unreadable,
        f"postgresql://{USER}:ses%ame@{good}/postgres": unreadable,
    }
    for address, sentence in tried.items():
        assert run(["evaluate", address, "--query", "select 1 as id", "-o", "out.csv", "--log", "log"]) == 2
        said = capsys.readouterr()
        assert sentence in said.err, address
        assert not _secrets(said.out + said.err + Path("log").read_text())
        assert "sesame" not in said.out + said.err + Path("log").read_text()
        with pytest.raises(PopulationProblem) as caught:
            evaluator.load_people(address, PACK, query="select 1 as id")
        assert caught.value.__cause__ is caught.value.__context__ is None
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert len(evaluator.load_people(f"postgresql://{USER}@{good}/postgres", PACK, query="select 1 as id, 2 as years")) == 1


def test_a_database_is_asked_once_by_a_run(people: str, capsys: Capture) -> None:
    """A run that looks at people twice sees the same ones, though they change in between."""
    query = "select 'p' || (random() * 1e9)::int as id, 'manager' as role from generate_series(1, 3)"
    assert run(["evaluate", people, "--query", query, "--where", "role = 'manager'", "--format", "jsonl", *ALWAYS]) in {
        0,
        1,
    }
    assert len(capsys.readouterr().out.splitlines()) == 3


@pytest.mark.usefixtures("place")
def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """With the command that installs it."""
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)
    assert run(["evaluate", "postgresql://u:sesame@h/d", "--query", "select 1", "-o", "out.csv"]) == 2
    said = capsys.readouterr().err
    assert said == (
        "error: to read a database takes its driver, which is not installed\n"
        "help: install the extra: pip install 'promotion-readiness-evaluator[sql]'\n"
    )
