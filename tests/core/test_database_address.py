"""Of the address of a database nothing is shown but the host and the database; what cannot be read is not shown at all."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.core.database_address import DatabaseAddress, address_of, is_address

SHOWN = {
    "postgresql://ann:sesame@db.example.org:5433/people": "postgresql://db.example.org:5433/people",
    "postgres://db/people": "postgres://db/people",
    "postgresql://ann@[::1]:5432/people?sslmode=require": "postgresql://[::1]:5432/people",
    "postgresql:///people?host=/run/postgresql&password=sesame": "postgresql:///people",
    "postgresql://ann:sesame@one:1,two:2/people": "postgresql://one:1,two:2/people",
    "postgresql://ann:ses%40me@db": "postgresql://db",
}
HIDDEN = [
    "postgresql://ann:ses/ame@db/people",
    "postgresql://ann:ses?ame@db/people",
    "postgresql://ann:1?sesame=1@db/people",
    "postgresql://ann:ses#ame@db/people",
    "postgresql://ann:ses@ame@db/people",
    "postgresql://ann:ses%ame@db/people",
    "postgresql://ann:sesame",
    "postgresql+psycopg2://ann:sesame@db/people",
    "jdbc:postgresql://ann:sesame@db/people",
    "mysql://ann:sesame@db/people",
    "SQLITE:///sesame",
]


@pytest.mark.parametrize(("uri", "shown"), SHOWN.items())
def test_user_password_and_parameters_are_not_shown(uri: str, shown: str) -> None:
    """Neither by a text, nor by a repr, nor by a copy; the driver gets all of it."""
    address = address_of(uri)
    assert address is not None
    assert address.readable
    assert address.uri == uri
    for text in (str(address), f"{address}", address + "", pickle.loads(pickle.dumps(address)), str(copy.copy(address))):  # noqa: S301 - our own
        assert text == shown
    assert "sesame" not in repr(address)


@pytest.mark.parametrize("uri", HIDDEN)
def test_what_cannot_be_read_is_not_shown(uri: str) -> None:
    """A password with signs of its own may stand anywhere in it."""
    address = DatabaseAddress(uri)
    assert is_address(uri)
    assert not address.readable
    assert "ame" not in address
    assert address.endswith("://…")


@pytest.mark.parametrize("path", ["people.csv", "company.duckdb::people", "https://ann:x@db/a.csv", "postgresql.csv", "C:/a.csv", "-"])
def test_other_paths_are_no_addresses(path: str) -> None:
    """They stay what they are."""
    assert address_of(path) is None


MISUSED = [
    (("evaluate", "{}", "-o", "out.csv"), "postgresql://db/people is a database, and no query says who is read of it"),
    (("evaluate", "people.csv", "--query", "select 1"), "--query asks a database, and no address of one is given"),
    (("evaluate", "{}", "--query", "select 1", "--query-file", "people.csv"), "`--query` and `--query-file` both say what is asked"),
    (("evaluate", "people.csv", "-o", "{}"), "postgresql://db/people is a database, and it is only read; name a file"),
    (("evaluate", "people.csv", "--output={}"), "postgresql://db/people is a database, and it is only read; name a file"),
    (("evaluate", "people.csv", "--rules", "{}"), "postgresql://db/people"),
    (("evaluate", "{}", "--query", "select 1", "--engine", "duckdb", "-o", "out.csv"), "the engine duckdb asks no other database"),
    (("map", "{}", "{}"), "postgresql://db/people"),
    (("lint", "{}"), ""),
    (("{}",), ""),
]


@pytest.mark.parametrize(("words", "sentence"), MISUSED, ids=[" ".join(words) for words, _ in MISUSED])
def test_misuse_is_told_without_the_password(
    words: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wherever an address stands on the command line."""
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("id\na\n")
    assert run([word.format("postgresql://ann:sesame@db/people") for word in words]) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert "sesame" not in said.out + said.err
    assert "ann" not in said.err.replace("cannot", "")
