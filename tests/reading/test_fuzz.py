"""Damaged files: whatever the bytes, reading ends soon, with a result or with findings that can be shown, and never with an exception."""

from __future__ import annotations

import functools
import gc
import json
import os
import random
import resource
import shutil
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluator.core.model import Pack
from evaluator.diagnostics import Diagnostic, Problems, Span, lines_of
from evaluator.packs.lint import lint_pack
from evaluator.reading.pack.attributes import read_attributes
from evaluator.reading.pack.conditions import ConditionReader
from evaluator.reading.pack.pack import PACK, SOURCES, load_pack
from evaluator.reading.pack.roles import Surroundings, read_moves, read_role
from evaluator.reading.pack.ruletests import TestFileReader
from evaluator.reading.profile.profile import profile_in
from evaluator.reading.tables.csv_profiles import read_table
from evaluator.reading.yaml.files import decode
from evaluator.reading.yaml.nodes import ListNode, MappingNode, Node, parse_yaml
from evaluator.report.findings import findings_github, findings_json, findings_text
from tests.bad.overlay import BASE
from tests.product import PROFILES, RULES

INPUTS = int(os.environ.get("FUZZ_INPUTS", "10000"))
WHOLE_PACKS = max(INPUTS // 80, 20)
FUZZ_SEED = os.environ.get("FUZZ_SEED", "20261101")
PARTS = 10
SECONDS = 60
MEGABYTES = 32

Read = Callable[[str, str, Problems], None]


@functools.cache
def pack() -> Pack:
    """Return the default pack, against which single files are read."""
    return load_pack(RULES)


@functools.cache
def base_pack() -> Pack:
    """Return the pack that cases are laid over, with its profile and table."""
    return load_pack(BASE)


def _surroundings(problems: Problems) -> Surroundings:
    types = {name: attribute.type for name, attribute in pack().attributes.items()}
    return Surroundings(
        conditions=ConditionReader(types=types, problems=problems),
        documents=pack().documents,
        tracks=frozenset(track.id for track in pack().tracks),
        default_weight=1,
        problems=problems,
    )


def _listed(node: Node, key: str) -> int:
    entry = node.get(key) if isinstance(node, MappingNode) else None
    return len(entry.value.items) if entry is not None and isinstance(entry.value, ListNode) else 0


def _role(text: str, name: str, problems: Problems) -> None:
    node = parse_yaml(text, name, problems)
    role = None if node is None else read_role(node, name, _surroundings(problems))
    if node is not None and not problems.errors:
        assert role is not None, "a role was lost without a word"
        assert len(role.criteria) == _listed(node, "criteria"), "a criterion was lost without a word"


def _attributes(text: str, name: str, problems: Problems) -> None:
    node = parse_yaml(text, name, problems)
    found = {} if node is None else read_attributes(node, problems, {}).attributes
    listed = node.get("attributes") if isinstance(node, MappingNode) else None
    if listed is not None and isinstance(listed.value, MappingNode) and not problems.errors:
        derived = [entry.key.text for entry in listed.value.entries if isinstance(entry.value, MappingNode) and entry.value.get("derive")]
        assert list(found) == [entry.key.text for entry in listed.value.entries], "an attribute was lost without a word"
        assert derived == [one.id for one in found.values() if one.derivation], "a derivation was lost without a word"


def _moves(text: str, name: str, problems: Problems) -> None:
    node = parse_yaml(text, name, problems)
    moves = () if node is None else read_moves(node, pack().roles, _surroundings(problems))
    if node is not None and not problems.errors:
        assert len(moves) == _listed(node, "moves"), "a move was lost without a word"


def _head(text: str, name: str, problems: Problems) -> None:
    node = parse_yaml(text, name, problems)
    if node is not None:
        PACK.read(node, problems)


def _sources(text: str, name: str, problems: Problems) -> None:
    node = parse_yaml(text, name, problems)
    if node is not None:
        SOURCES.read(node, problems)


def _rule_tests(text: str, name: str, problems: Problems) -> None:
    node = parse_yaml(text, name, problems)
    found = [] if node is None else TestFileReader(pack=pack(), problems=problems, path=name).read(node)
    if node is not None and not problems.errors:
        assert len(found) == _listed(node, "tests"), "a rule test was lost without a word"


def _profile(text: str, name: str, problems: Problems) -> None:
    profile = profile_in(text, name, base_pack(), problems)
    assert (profile is None) == bool(problems.errors)


def _sample(text: str, name: str, problems: Problems) -> None:
    profile = profile_in(text, name, pack(), problems)
    assert (profile is None) == bool(problems.errors)


def _table(text: str, name: str, problems: Problems) -> None:
    list(read_table(text.encode(), name, base_pack(), problems))


@attrs.frozen(kw_only=True)
class Seed:
    """A file without fault, and how such a file is read."""

    name: str
    data: bytes
    read: Read


def _fragments(path: Path) -> Iterator[Seed]:
    """Return a role file cut into files of one criterion each, so that many of them can be read in little time."""
    head, mark, rest = path.read_text(encoding="utf-8").partition("\ncriteria:\n")
    if not mark:
        yield Seed(name=path.name, data=path.read_bytes(), read=_role)
        return
    for part in ("\n" + rest).split("\n  - id:")[1:]:
        yield Seed(name=path.name, data=f"{head}{mark}  - id:{part}\n".encode(), read=_role)


def _seeds() -> list[tuple[int, list[Seed]]]:
    """Kinds of files with their share of the inputs."""
    roles = sorted((RULES / "roles").glob("*.yaml"))

    def seed(path: Path, read: Read) -> Seed:
        return Seed(name=path.name, data=path.read_bytes(), read=read)

    return [
        (66, [fragment for path in roles for fragment in _fragments(path)]),
        (2, [seed(path, _role) for path in roles]),
        (10, [seed(BASE / "profiles/ada.yaml", _profile)]),
        (6, [seed(path, _sample) for path in sorted(PROFILES.glob("*.yaml"))]),
        (5, [seed(BASE / "people.csv", _table)]),
        (5, [seed(BASE / "attributes.yaml", _attributes)]),
        (1, [seed(RULES / "attributes.yaml", _attributes)]),
        (1, [seed(RULES / "moves.yaml", _moves)]),
        (2, [seed(RULES / "pack.yaml", _head), seed(RULES / "sources.yaml", _sources)]),
        (2, [seed(path, _rule_tests) for path in sorted((RULES / "tests").glob("*.yaml"))[:3]]),
    ]


SEEDS = [seeds for share, seeds in _seeds() for _ in range(share) if seeds]
SIGNIFICANT = [
    *(letter.encode() for letter in "\t\n\r:-?[]{},#&*!|>'\"%@`~<= \0\x07\x85\u2028\ufeff\u00a0候\U0001f600é0."),
    b": ", b"- ", b"\n- ", b"\n  ", b"---\n", b"...\n", b"<<: *a", b"&a ", b"!!str ", b"|\n", b"null", b"[]", b"{}", b"\r\n", b"\xff",
    b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"1e999", b"9" * 20, b"-0", b"{a: {b: [", b'""', b";", b'"',
]  # fmt: skip


def _insert(data: bytes, at: int, _: int, bits: bytes) -> bytes:
    return data[:at] + bits + data[at:]


def _replace(data: bytes, at: int, _: int, bits: bytes) -> bytes:
    return data[:at] + bits + data[at + len(bits) :]


def _flip(data: bytes, at: int, other: int, _: bytes) -> bytes:
    return data[:at] + bytes([data[at] ^ (1 << other % 8)]) + data[at + 1 :] if at < len(data) else data


def _delete(data: bytes, at: int, other: int, _: bytes) -> bytes:
    return data[:at] + data[at + 1 + other % 12 :]


def _splice(data: bytes, at: int, other: int, _: bytes) -> bytes:
    piece = data[other % max(len(data), 1) :][:60]
    return data[:at] + piece + data[at:]


def _truncate(data: bytes, at: int, _: int, bits: bytes) -> bytes:
    return data[:at] + bits


def _line(data: bytes, at: int) -> tuple[int, int]:
    start = data.rfind(b"\n", 0, at) + 1
    end = data.find(b"\n", at)
    return start, len(data) if end < 0 else end + 1


def _double(data: bytes, at: int, other: int, _: bytes) -> bytes:
    start, end = _line(data, at)
    return data[:end] + data[start:end] * (1 + other % 3) + data[end:]


def _drop(data: bytes, at: int, _: int, __: bytes) -> bytes:
    start, end = _line(data, at)
    return data[:start] + data[end:]


def _indent(data: bytes, at: int, other: int, _: bytes) -> bytes:
    start, _end = _line(data, at)
    return data[:start] + b" " * (other % 5) + data[start:].lstrip(b" ") if other % 2 else data[:start] + b" " * (other % 5) + data[start:]


def _swap_word(data: bytes, at: int, other: int, _: bytes) -> bytes:
    words = data.split(b" ")
    here, there = at % len(words), other % len(words)
    words[here], words[there] = words[there], words[here]
    return b" ".join(words)


MUTATIONS = [_insert, _replace, _flip, _delete, _splice, _truncate, _double, _drop, _indent, _swap_word]
_bits = st.sampled_from(SIGNIFICANT) | st.binary(max_size=4) | st.text(max_size=4).map(lambda text: text.encode("utf-8", "surrogatepass"))
_mutation = st.tuples(st.sampled_from(MUTATIONS), st.integers(0, 2**15 - 1), st.integers(0, 2**15 - 1), _bits)


@st.composite
def damaged(draw: st.DrawFn) -> tuple[Seed, bytes]:
    """Return a file of the default pack or of the base, damaged in one to four places."""
    seed = draw(st.sampled_from(draw(st.sampled_from(SEEDS))))
    data = seed.data
    for mutate, at, other, bits in draw(st.lists(_mutation, min_size=1, max_size=4)):
        data = mutate(data, at % (len(data) + 1), other, bits)
    return seed, data


def inside(span: Span, lines: list[str]) -> bool:
    """Whether a span lies inside a text; one past the end of a line is where something is missing."""
    if not 1 <= span.line <= span.end_line <= len(lines):
        return False
    ends_after = (span.line, span.column) <= (span.end_line, span.end_column)
    return ends_after and 1 <= span.column <= len(lines[span.line - 1]) + 2 and 1 <= span.end_column <= len(lines[span.end_line - 1]) + 2


def check_findings(problems: Problems) -> None:
    """Every finding points into its text and can be shown in every format."""
    lines = {path: lines_of(text) for path, text in problems.texts.items()}
    for found in problems:
        _check_places(found, lines)
    assert findings_text(problems, columns=80)
    json.dumps(findings_json(problems, None))
    findings_github(problems).encode("utf-8", "surrogatepass")


def _check_places(found: Diagnostic, lines: dict[str, list[str]]) -> None:
    for span in (found.span, *(other.span for other in found.related)):
        if span.path in lines:
            assert inside(span, lines[span.path]), (found, len(lines[span.path]))
    assert found.message
    assert "\n" not in found.message


def read_damaged(seed: Seed, data: bytes) -> None:
    """Read a damaged file and check everything that is said of it."""
    problems = Problems()
    began = time.process_time()
    text = decode(data, seed.name, problems)
    if text is not None:
        seed.read(text, seed.name, problems)
    check_findings(problems)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("seed", [seed for _, seeds in _seeds() for seed in seeds], ids=lambda seed: seed.name)
def test_the_seeds_are_without_fault(seed: Seed) -> None:
    """What is damaged below is whole before."""
    problems = Problems()
    seed.read(seed.data.decode(), seed.name, problems)
    assert list(problems) == []


def at_random(source: random.Random) -> tuple[Seed, bytes]:
    """Return the like without Hypothesis, whose memory of what it tried grows with every input."""
    seed = source.choice(source.choice(SEEDS))
    data = seed.data
    for _ in range(source.randint(1, 3)):
        bits = source.choice(SIGNIFICANT) if source.random() < 0.8 else source.randbytes(source.randint(0, 4))
        data = source.choice(MUTATIONS)(data, source.randrange(len(data) + 1), source.randrange(2**15), bits)
    return seed, data


@pytest.mark.slow
@settings(max_examples=INPUTS // 20, deadline=None, suppress_health_check=list(HealthCheck))
@given(damaged())
def test_a_damaged_file_is_read_or_told_of(case: tuple[Seed, bytes]) -> None:
    """No damage to a file leads to an exception, a lost rule, a finding that points nowhere, or a long wait."""
    read_damaged(*case)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_many_damaged_files_are_read_or_told_of(part: int) -> None:
    """The same holds for very many files, and memory does not grow with them."""
    source = random.Random(f"{FUZZ_SEED}-{part}")
    cases = [at_random(source) for _ in range(INPUTS // PARTS)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for seed, data in cases:
        try:
            read_damaged(seed, data)
        except BaseException as error:
            error.add_note(f"{seed.name}: {data!r}")
            raise
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEGABYTES * 1024


def test_very_many_findings_are_told_in_time() -> None:
    """A file that is wrong in every line takes seconds, not minutes."""
    data = "profile: ada\nattributes:\n" + "".join(f"  yeers_{number}: 1\n" for number in range(3000))
    problems = Problems()
    began = time.process_time()
    profile_in(data, "ada.yaml", base_pack(), problems)
    check_findings(problems)
    assert len(problems) == 3000
    assert time.process_time() - began < SECONDS


@pytest.mark.slow
def test_reading_keeps_nothing() -> None:
    """Reading the same damaged files again takes no more memory."""
    source = random.Random(20261101)
    cases = []
    for _ in range(60):
        seed = source.choice(source.choice(SEEDS))
        at = source.randrange(len(seed.data))
        cases.append((seed, source.choice(MUTATIONS)(seed.data, at, source.randrange(1000), source.choice(SIGNIFICANT))))
    grown = _grown(lambda: [read_damaged(*case) for case in cases])
    assert grown < 200_000


def _grown(work: Callable[[], object]) -> int:
    work()
    tracemalloc.start()
    try:
        work()
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        work()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


@pytest.mark.slow
def test_a_damaged_pack_is_read_or_told_of(tmp_path: Path) -> None:
    """Whatever happens to the files of a pack, checking the whole of it ends with findings or with none."""
    source = random.Random(FUZZ_SEED)
    for base, times in ((BASE, WHOLE_PACKS), (RULES, WHOLE_PACKS // 25)):
        folder = tmp_path / base.name
        shutil.copytree(base, folder)
        files = sorted(path for path in folder.rglob("*.yaml") if path.parent.name != "profiles")
        for _ in range(times):
            _check_damaged_pack(folder, source.sample(files, source.randint(1, 2)), source)


def _check_damaged_pack(folder: Path, files: list[Path], source: random.Random) -> None:
    whole = {path: path.read_bytes() for path in files}
    for path, data in whole.items():
        made = data
        for _ in range(source.randint(1, 3)):
            mutate = source.choice(MUTATIONS)
            made = mutate(made, source.randrange(len(made) + 1), source.randrange(2**15), source.choice(SIGNIFICANT))
        path.write_bytes(made)
    problems = lint_pack(folder)
    check_findings(problems)
    for path, data in whole.items():
        path.write_bytes(data)
