"""The very first lines that run: quiet about Ctrl-C while everything else is still being imported."""

from __future__ import annotations

import os
import signal

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit."""
    before = signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    from evaluator.cli.main import leave, run

    signal.signal(signal.SIGINT, before)
    leave(run())
