"""What all tests share.

Random examples are the same in every run (`--hypothesis-profile default` draws others), the clock stands still, signals do what they do
on a terminal, a test begins where ./rules and ./profiles are those of tests/product.py, and these are read once.
"""

from __future__ import annotations

import functools
import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import evaluator
import evaluator.engines.inference.engine as inference
import evaluator.reading.pack.pack as pack_reading
import evaluator.reading.yaml.nodes as yaml_reading
from evaluator.core.model import Pack
from evaluator.diagnostics import Problems
from evaluator.reading import limits, shipped
from evaluator.reading.references import recording
from tests.clock.sitecustomize import NOW
from tests.product import PRODUCT, ROOT, RULES

pytest_plugins = ["tests.tiny_pack"]
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")
CLOCK = Path(__file__).parent / "clock"
KEPT = 32
"""So many packs, and engines that they are compiled for, are kept."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Give each worker one stretch of the tests, as modules prepare things once a worker; who is done first takes from the others."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what only runs when it is asked for as slow too, so that `-m "not slow"` leaves it out; the longest tests begin."""
    items.sort(key=lambda item: item.path.name != "test_docs.py" and not item.name.startswith("test_the_shipped_pack_passes"))
    for item in items:
        if any(item.get_closest_marker(name) for name in ("soak", "spark", "spark_cluster")):
            item.add_marker("slow")


def pytest_collection_finish() -> None:
    """Leave thirteen thousand tests and all that they imported out of each later look for rubbish: they stay until the end anyway."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Begin where ./rules and ./profiles are those of the tests, and let DuckDB's client keep how it folds a name.

    For each of hundreds of columns it folds all of them, to warn of texts like one.
    """
    os.chdir(PRODUCT)
    client = sys.modules.get("duckdb._relation")
    fold = getattr(client, "fold_name", None)
    if fold is not None and not hasattr(fold, "cache_info"):
        client.fold_name = functools.lru_cache(maxsize=100_000)(fold)  # type: ignore[union-attr]


@pytest.fixture
def as_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rules/ and profiles/ be what comes with the tool, and ./rules and ./profiles: for what says something of them."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(shipped, "_PACKAGE", Path(evaluator.__file__).parent)
    monkeypatch.setenv("AS_SHIPPED", "1")


@pytest.fixture(scope="session", autouse=True)
def stopped_clock() -> Iterator[None]:
    """Let it be 28 November 2026, so that nothing that is told of days changes with the day of the run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{CLOCK}", prepend=os.pathsep)
        patch.setattr("evaluator.cli.clock.now", lambda: NOW)
        yield


@pytest.fixture(scope="session", autouse=True)
def modules_compiled_once() -> Iterator[None]:
    """Let commands that tests start keep what they compile, which takes longer than what most of them do, whatever the run itself keeps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def signals_as_on_a_terminal() -> Iterator[None]:
    """Let commands that tests start end at an interrupt or a hang-up, also where the run itself was started in the background."""
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGHUP)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


def _contents(folder: Path) -> tuple[tuple[str, bytes], ...] | None:
    """Return every file that a pack is read from; None where one of them is no ordinary file, or cannot be read."""
    try:
        paths = [folder / name for name in pack_reading.RULE_FILES if os.path.lexists(folder / name)]
        paths += pack_reading.role_files(folder) if paths else []
        if not paths or any(path.is_symlink() or not path.is_file() for path in paths):
            return None
        return tuple((os.path.relpath(path, folder), path.read_bytes()) for path in paths)
    except OSError:
        return None


@pytest.fixture(scope="session", autouse=True)
def packs_read_once() -> Iterator[None]:
    """Read a sound pack of one name and content once in this process: most of a small verb is that."""
    read, kept = pack_reading.read_pack, dict[object, Pack]()
    unchanged = {folder: _contents(folder) for folder in (RULES, ROOT / "rules")}

    def reading(folder: str | os.PathLike[str], problems: Problems) -> Pack | None:
        name = os.fspath(folder)
        contents = None if recording() else unchanged.get(Path(name)) or _contents(Path(name))
        if contents is None:
            return read(folder, problems)
        key = (name, contents, limits.VALUES, limits.DEPTH)
        if key not in kept:
            pack = read(folder, own := Problems())
            if pack is None or len(own):
                return read(folder, problems)
            if len(kept) >= KEPT:
                del kept[next(iter(kept))]
            kept[key] = pack
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pack_reading, "read_pack", reading)
        yield


@pytest.fixture(scope="session", autouse=True)
def engines_compiled_once() -> Iterator[None]:
    """Compile a pack for the inference engine once in this process, however many commands read it."""
    kept: dict[int, tuple[Pack, inference.InferenceEngine]] = {}

    def compiled(pack: Pack) -> inference.InferenceEngine:
        with inference._problems():
            inference.load_engine()
        if id(pack) not in kept:
            if len(kept) >= KEPT:
                del kept[next(iter(kept))]
            kept[id(pack)] = pack, made(pack)
        return kept[id(pack)][1]

    made = inference.InferenceEngine
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inference, "InferenceEngine", compiled)
        yield


@pytest.fixture(scope="session", autouse=True)
def files_parsed_once() -> Iterator[None]:
    """Parse a sound YAML file of one name and one text once in this process: of a pack that tests change, most files are as they were."""
    parse = yaml_reading.parse_yaml

    @functools.lru_cache(maxsize=512)
    def sound(text: str, name: str, *_: int) -> yaml_reading.Node | None:
        node = parse(text, name, own := Problems())
        return None if len(own) else node

    def parsing(text: str, name: str, problems: Problems) -> yaml_reading.Node | None:
        node = sound(text, name, limits.VALUES, limits.DEPTH) if len(text) < 100_000 else None
        if node is None:
            return parse(text, name, problems)
        problems.texts.setdefault(name, text)
        return node

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_reading, "parse_yaml", parsing)
        yield
