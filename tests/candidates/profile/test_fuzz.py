"""Exports of random damage never bring anything down, and what comes out of them is a profile without fault."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.candidates.profile.drafting.writing import profile_text
from evaluator.candidates.profile.importing.archive import ExportProblem
from evaluator.candidates.profile.importing.drafting import draft_from, years_words
from evaluator.candidates.profile.importing.exported import Export
from evaluator.candidates.profile.importing.jsonresume import read_jsonresume
from evaluator.candidates.profile.importing.jsontext import parse_json
from evaluator.candidates.profile.importing.linkedin import read_linkedin
from evaluator.candidates.profile.importing.report import ImportNotes
from evaluator.diagnostics import Problems
from evaluator.reading.profile.profile import profile_in
from evaluator.reading.yaml.nodes import ListNode, MappingNode, Node, ScalarNode
from tests.candidates.profile.packs import AS_OF, imports, pack
from tests.product import PRODUCT

EXPORTS = PRODUCT / "profiles" / "exports"
TABLES = {path.name: path.read_bytes() for path in sorted((EXPORTS / "linkedin").iterdir())}
RESUME = (EXPORTS / "resume.json").read_bytes()
DAMAGE = st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=4), st.integers(0, 6)), max_size=6)
CELLS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        ["Nov 2019", "2019", "2019-02-30", "Product Manager", "PM", "=cmd()", "&#0;", "&lt;b&gt;", "- a: {b", "\x1b[0m", "💥", "BSc, MSc"]
    ),
)


def damaged(data: bytes, damage: list[tuple[int, bytes, int]]) -> bytes:
    """Replace stretches of bytes by others."""
    for place, new, length in damage:
        where = place % (len(data) + 1)
        data = data[:where] + new + data[where + length :]
    return data


def taken(read: Callable[[str, Problems], Export], path: str) -> None:
    """Import as the command line does; whatever is written has to be without fault."""
    problems, told = Problems(), ImportNotes()
    try:
        export = read(path, problems)
    except ExportProblem:
        return
    draft = attrs.evolve(draft_from(export, pack(), imports(), AS_OF, told, problems), id="ada")
    years_words(draft, pack(), imports(), AS_OF)
    wrong = Problems()
    assert profile_in(profile_text(draft, pack()), "ada.yaml", pack(), wrong) is not None, str(wrong)
    assert {found.code for found in wrong} <= {"P204"}  # dates known in part, which the profile asks for


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(TABLES)), DAMAGE)
def test_damaged_tables_are_read_as_far_as_they_go(name: str, damage: list[tuple[int, bytes, int]]) -> None:
    """Bytes changed, lost or added anywhere in a table."""
    with tempfile.TemporaryDirectory() as where:
        for other, data in TABLES.items():
            (Path(where) / other).write_bytes(damaged(data, damage) if other == name else data)
        taken(read_linkedin, where)


@settings(max_examples=60, deadline=None)
@given(DAMAGE)
def test_damaged_archives_are_read_or_refused(damage: list[tuple[int, bytes, int]]) -> None:
    """Bytes changed, lost or added anywhere in an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in TABLES.items():
            made.writestr(name, data)
    with tempfile.TemporaryDirectory() as where:
        path = Path(where) / "export.zip"
        path.write_bytes(damaged(packed.getvalue(), damage))
        taken(read_linkedin, str(path))


@settings(max_examples=60, deadline=None)
@given(DAMAGE)
def test_damaged_resumes_are_read_or_refused(damage: list[tuple[int, bytes, int]]) -> None:
    """Bytes changed, lost or added anywhere in a résumé."""
    with tempfile.TemporaryDirectory() as where:
        path = Path(where) / "resume.json"
        path.write_bytes(damaged(RESUME, damage))
        taken(read_jsonresume, str(path))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=6, max_size=6), max_size=5), st.lists(CELLS, max_size=4))
def test_any_text_may_stand_in_any_cell(rows: list[list[str]], skills: list[str]) -> None:
    """Positions and skills of texts that mean harm elsewhere."""
    header = ["Company Name", "Title", "Description", "Location", "Started On", "Finished On"]
    with tempfile.TemporaryDirectory() as where:
        (Path(where) / "Positions.csv").write_text(
            "\n".join(map(_row, [header, *rows])).replace("\0", ""), encoding="utf-8", errors="replace"
        )
        (Path(where) / "Skills.csv").write_text(
            "\n".join(map(_row, [["Name"], *([one] for one in skills)])).replace("\0", ""), encoding="utf-8"
        )
        taken(read_linkedin, where)


def _row(cells: list[str]) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(JSON, st.sampled_from([None, 1]), st.booleans())
def test_json_is_read_as_the_standard_library_reads_it(value: object, indent: int | None, ascii_only: bool) -> None:  # noqa: FBT001 - drawn
    """The same texts and the same nesting."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    problems = Problems()
    node = parse_json(text, "x.json", problems)
    assert node is not None, str(problems)
    assert _as_json(node) == json.loads(text)


@settings(max_examples=150, deadline=None)
@given(JSON, DAMAGE)
def test_what_the_standard_library_refuses_is_refused(value: object, damage: list[tuple[int, bytes, int]]) -> None:
    """Broken JSON is a problem with a place; a text is refused by one exactly where it is refused by the other."""
    text = damaged(json.dumps(value).encode(), damage).decode("utf-8", "replace")
    problems = Problems()
    node = parse_json(text, "x.json", problems)
    try:
        expected = json.loads(text, object_pairs_hook=_once, parse_constant=_never)
    except ValueError:
        assert node is None
        assert len(problems) == 1
    else:
        assert node is not None
        assert _as_json(node) == expected


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("twice")
    return dict(pairs)


def _never(word: str) -> object:
    raise ValueError(word)


def _as_json(node: Node) -> object:
    if isinstance(node, ListNode):
        return [_as_json(item) for item in node.items]
    if isinstance(node, MappingNode):
        return {entry.key.text: _as_json(entry.value) for entry in node.entries}
    assert isinstance(node, ScalarNode)
    return json.loads(node.text) if node.plain else node.text
