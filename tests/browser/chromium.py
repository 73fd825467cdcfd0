"""Chromium without a window, spoken to in its own protocol over two pipes: just enough to open a page, ask it things and print it."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


def installed() -> str | None:
    """Return the program's path, or None where it is not installed."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Chromium:
    """A browser of its own, with a profile that is thrown away; a context manager."""

    def __enter__(self) -> Self:
        """Start it."""
        self.folder = tempfile.mkdtemp(prefix="chromium-")
        to_read, self.to = os.pipe()
        self.back, from_write = os.pipe()
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        program = [installed() or "chromium", *_FLAGS, *root, f"--user-data-dir={self.folder}", "about:blank"]
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{to_read} 4>&{from_write}', "bash", *program],
            pass_fds=(to_read, from_write),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(from_write)
        self.reader = os.fdopen(self.back, "rb")
        self.calls = 0
        self.events: list[dict[str, Any]] = []
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        """Stop it and throw its profile away."""
        os.close(self.to)
        self.reader.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def call(self, method: str, session: str | None = None, **params: object) -> dict[str, Any]:
        """Call a method of the protocol and return its result; what happens meanwhile is kept as events."""
        self.calls += 1
        asked: dict[str, object] = {"id": self.calls, "method": method, "params": params}
        asked |= {"sessionId": session} if session else {}
        os.write(self.to, json.dumps(asked).encode() + b"\0")
        while True:
            said = self._next()
            if said.get("id") == self.calls:
                if "error" in said:
                    raise RuntimeError(f"{method}: {said['error']}")
                result: dict[str, Any] = said["result"]
                return result
            self.events.append(said)

    def wait(self, event: str) -> None:
        """Wait until something has happened."""
        while not any(one.get("method") == event for one in self.events):
            self.events.append(self._next())

    def _next(self) -> dict[str, Any]:
        text = bytearray()
        while (letter := self.reader.read(1)) != b"\0":
            if not letter:
                raise RuntimeError("Chromium has stopped")
            text += letter
        said: dict[str, Any] = json.loads(text)
        return said

    def open(self, file: Path, width: int, height: int = 900) -> Page:
        """Open a file in a window of that size."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.events.clear()
        page = Page(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        page.call("Page.navigate", url=file.as_uri())
        self.wait("Page.loadEventFired")
        return page


class Page:
    """One page that is open."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self.browser = browser
        self.session = session

    def call(self, method: str, **params: object) -> dict[str, Any]:
        """Call a method of the protocol on this page."""
        return self.browser.call(method, self.session, **params)

    def ask(self, script: str) -> Any:
        """Evaluate a script, wait for it where it promises, and return its value."""
        said = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in said:
            raise RuntimeError(json.dumps(said["exceptionDetails"])[:2000])
        return said["result"].get("value")

    def print(self, paper: tuple[float, float]) -> bytes:
        """Print it on paper of that size in inches, and return the PDF."""
        wide, high = paper
        data = self.call("Page.printToPDF", paperWidth=wide, paperHeight=high, preferCSSPageSize=False, printBackground=True)["data"]
        return base64.b64decode(data)

    def screenshot(self) -> bytes:
        """Return the whole page as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    @property
    def fetched(self) -> list[str]:
        """The addresses that it has asked for."""
        return [one["params"]["request"]["url"] for one in self._said("Network.requestWillBeSent")]

    @property
    def complaints(self) -> list[Mapping[str, object]]:
        """What the browser has to say against the page: styles refused, scripts failed."""
        return [one["params"]["entry"] for one in self._said("Log.entryAdded")]

    def _said(self, event: str) -> list[dict[str, Any]]:
        return [one for one in self.browser.events if one.get("method") == event and one.get("sessionId") == self.session]
