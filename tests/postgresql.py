"""A PostgreSQL server of our own: made in a folder, started without a network beyond loopback, and stopped when the tests are done."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

PASSWORD = "pass/word@1%"  # noqa: S105 - of a server that lives as long as a test
USER = "people_reader"
ENCODED = "pass%2Fword%401%25"
_UNPRIVILEGED = 65534


@attrs.frozen(kw_only=True)
class Server:
    """A server that runs: its port, and its address with the user and the password."""

    port: int
    address: str


def programs() -> Path | None:
    """Return the folder of the server's programs, which is on no PATH in Debian; None where there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    named = shutil.which("initdb")
    return found[-1].parent if found else Path(named).parent if named else None


@contextmanager
def server() -> Iterator[Server]:
    """Run a server with its data in a folder that goes with it; it cannot run as root, so that then it runs as another user."""
    home = programs()
    assert home is not None
    as_another = {"user": _UNPRIVILEGED, "group": _UNPRIVILEGED, "extra_groups": []} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="postgresql-") as name:
        folder = Path(name)
        (folder / "password").write_text(PASSWORD)
        for path in (folder, folder / "password") if as_another else ():
            os.chown(path, _UNPRIVILEGED, _UNPRIVILEGED)
        around = {"env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}, "cwd": folder, **as_another}
        made = [home / "initdb", "-D", "data", "-U", USER, "-A", "scram-sha-256", "--pwfile=password", "-E", "UTF8", "-N"]
        subprocess.run(made, check=True, capture_output=True, **around)  # type: ignore[call-overload]
        port = _free_port()
        settings = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "autovacuum=off"]
        started = [home / "postgres", "-D", "data", *(part for setting in settings for part in ("-c", setting))]
        running = subprocess.Popen(started, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **around)  # type: ignore[call-overload]
        try:
            address = f"postgresql://{USER}:{ENCODED}@127.0.0.1:{port}/postgres"
            _wait(address, running)
            yield Server(port=port, address=address)
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(address: str, running: subprocess.Popen[bytes]) -> None:
    from adbc_driver_postgresql import dbapi

    for _ in range(600):
        assert running.poll() is None, "the server has ended"
        try:
            dbapi.connect(address).close()
        except dbapi.Error:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")
