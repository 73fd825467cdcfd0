"""The address of a database, and as much of it as may be shown: neither a user, nor a password, nor parameters."""

from __future__ import annotations

import re
from typing import Self

SCHEMES = ("postgresql", "postgres")
"""How the addresses begin that are read."""
_OTHERS = (
    *("mysql", "mariadb", "mssql", "sqlserver", "oracle", "sqlite", "snowflake", "redshift", "bigquery", "cockroachdb", "databricks"),
    *("trino", "duckdb", "db2", "mongodb", "odbc"),
)
_SCHEME = re.compile(r"(?:jdbc:)?(?P<scheme>[a-z][a-z0-9+.-]*):/?/?", re.IGNORECASE)
_HOST = r"(?:\[[0-9a-f:.]+\]|[^@/?#:,\[\]]*)(?::[0-9]*)?"
_PARTS = re.compile(
    rf"(?:(?P<login>[^@/?#]*)@)?(?P<hosts>{_HOST}(?:,{_HOST})*)(?:/(?P<database>[^@/?#:]*))?(?:\?(?P<parameters>[^@?#]*))?", re.IGNORECASE
)
_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")


class DatabaseAddress(str):
    """The address of a database; as a text it is what may be shown of it, and `uri` is all of it, for the driver alone.

    Where it cannot be read, it is shown without anything but its scheme, as what else stands there may be a password.
    """

    __slots__ = ("asked", "database", "hosts", "readable", "scheme", "uri")
    asked: dict[str, object]
    """What was read of it already, by query, so that a run that looks at people twice sees the same ones."""
    uri: str
    scheme: str
    hosts: str
    database: str
    readable: bool

    def __new__(cls, uri: str) -> Self:
        """Read an address."""
        found = _SCHEME.match(uri)
        scheme = found["scheme"].lower() if found else ""
        parts = _PARTS.fullmatch(uri[found.end() :]) if found and found[0].lower() in {f"{one}://" for one in SCHEMES} else None
        readable = parts is not None and not _PERCENT.search(uri)
        hosts, database = (parts["hosts"] or "", parts["database"] or "") if parts is not None and readable else ("", "")
        self = super().__new__(cls, f"{scheme}://{hosts}" + (f"/{database}" if database else "") if readable else f"{scheme}://…")
        self.uri, self.scheme, self.hosts, self.database, self.readable, self.asked = uri, scheme, hosts, database, readable, {}
        return self

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return (str, (str(self),))


def is_address(text: str) -> bool:
    """Whether a text is the address of a database, of a kind that is read or another one."""
    found = _SCHEME.match(text)
    if found is None or not (found[0].endswith("//") or found[0].lower().startswith("jdbc:")):
        return False
    return found["scheme"].lower().partition("+")[0] in {*SCHEMES, *_OTHERS}


def address_of(path: str) -> DatabaseAddress | None:
    """Return the address that a path is, or None."""
    if isinstance(path, DatabaseAddress):
        return path
    return DatabaseAddress(path) if is_address(path) else None
