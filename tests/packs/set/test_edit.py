"""One value of a rule file is changed, and every other byte stays."""

from __future__ import annotations

import codecs
import itertools
from pathlib import Path

import pytest
import yaml

from evaluator.diagnostics import ReadingError, Span
from evaluator.packs.edits import Edit, apply, changed, scalars_under
from evaluator.reading.yaml.splicing import EditProblem

LAYOUTS = {
    "block": "# Ein Kommentar – mit Umlauten: äöü\nrole: x\n\ncriteria:\n  - id: a\n    when:\n      years:\n"
    "        at_least: @@   # why: 日本\n    weight: 3\n",
    "flow": "role: x\ncriteria: [{id: a, when: {years: {at_least: @@}, 'level': {is: \"good\"}}, weight: 3}, {id: b}]\n",
    "mixed": "criteria:\n- id: a   \n  when: { years: {at_least: @@ , below: 40} }\n  advice: |\n    Take: time.\n    # no comment\n\n\n",
    "no-final-newline": "a: 'it''s'\nb:\n    - 1\n    - years: {at_least: @@}",
    "emoji-before": '"💡 idea": "a\\tb"\n"x": {"💡": "💡💡", years: {at_least: @@, is_not: 3}}  # 💡\n',
    "list-of-words": "a: [ü, ß]\nc: {at_least: @@, z: [1, 2,\n   3]}\nd: >-\n  folded\n  text\n",
}
ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}
MARKS = {"plain": b"", "bom": codecs.BOM_UTF8}
STYLES = {
    "none": lambda text: text,
    "single": lambda text: "'" + text.replace("'", "''") + "'",
    "double": lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"',
}
VALUES = [("8", "9"), ("0.75", "0.8"), ("expert", "très bon"), ("awareness", "practitioner of 2")]
CORPUS = list(itertools.product(LAYOUTS, ENDS, MARKS, STYLES, VALUES))
NAME = "rules/roles/x.yaml"


def place_of(data: bytes, key: str = "at_least") -> Span:
    text = data.decode("utf-8-sig")
    whole = Span(path=NAME, line=1, column=1, end_line=10_000, end_column=1)
    return next(node.span for found, node in scalars_under(text, NAME, whole) if found == key)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_one_scalar_changes_and_no_other_byte(layout: str) -> None:
    """Over layouts, line ends, byte order marks, quotes and letters of every width, the file is the same but for the value."""
    for _, ends, mark, style, (old, new) in (one for one in CORPUS if one[0] == layout):
        template = LAYOUTS[layout].replace("\n", ENDS[ends])
        before, after = (MARKS[mark] + template.replace("@@", STYLES[style](value)).encode() for value in (old, new))
        edit = changed(NAME, before, place_of(before), new)
        assert edit.after == after, (ends, mark, style, old)
        assert (edit.old, edit.new) == (old, new)


def test_the_corpus_is_large_enough() -> None:
    """More than 200 files are tried."""
    assert len(CORPUS) > 200


@pytest.mark.parametrize(
    "value", ["it's", "a: b", "# no", "- x", "{a}", "[1", "null", "~", "yes: ", " padded ", "a, b", "*x", "!t", "%", "@"]
)
def test_a_value_that_would_mean_something_else_is_quoted(value: str) -> None:
    """Another parser of YAML reads exactly the value back, in flow and in block style."""
    for before in (b"a: {at_least: 8, z: 1}\nc: d\n", b"a:\n  at_least: 8 # x\n  z: 1\nc: d\n"):
        after = yaml.safe_load(changed(NAME, before, place_of(before), value).after)
        assert after["a"]["z"] == 1
        assert after["c"] == "d"
        if value not in {"null", "~"}:
            assert after["a"]["at_least"] == value


def test_a_value_of_several_lines_is_refused() -> None:
    """Nothing that ends a line can be put in."""
    data = b"at_least: 8\n"
    with pytest.raises(EditProblem, match="one line"):
        changed(NAME, data, place_of(data), "8\nweight: 9")


def test_a_value_over_several_lines_is_replaced_whole() -> None:
    """A folded text gives way to one line."""
    data = b"at_least: a\n  b\nz: 1\n"
    assert changed(NAME, data, place_of(data), "c").after == b"at_least: c\nz: 1\n"


def test_what_is_no_single_value_is_refused() -> None:
    """A mapping cannot be exchanged for a value."""
    data = b"when: {years: {at_least: 8}}\n"
    with pytest.raises(EditProblem, match="no single value"):
        changed(NAME, data, Span(path=NAME, line=1, column=7, end_line=1, end_column=29), "9")


def test_a_file_that_is_no_yaml_is_reported() -> None:
    """The reader's own findings come back."""
    with pytest.raises(ReadingError):
        changed(NAME, b"a: [1\n", Span.whole_file(NAME), "9")


def test_a_file_that_changed_in_the_meantime_is_left_alone(tmp_path: Path) -> None:
    """Somebody else's edit is never overwritten."""
    path = tmp_path / "x.yaml"
    data = b"at_least: 8\n"
    edit = changed(path, data, place_of(data), "9")
    path.write_bytes(b"at_least: 10\n")
    with pytest.raises(EditProblem, match="changed by somebody else after it was read"):
        apply(edit)
    assert path.read_bytes() == b"at_least: 10\n"


def test_an_edit_is_written_and_shown(tmp_path: Path) -> None:
    """The file holds the new bytes and keeps its rights; the diff shows the line before and after."""
    path = tmp_path / "x.yaml"
    data = b"a: 1\r\nat_least: 8\r\n"
    path.write_bytes(data)
    path.chmod(0o640)
    edit: Edit = changed(path, data, place_of(data), "9")
    apply(edit)
    assert path.read_bytes() == b"a: 1\r\nat_least: 9\r\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [line for line in edit.diff.splitlines() if line[:2] in {"-a", "+a"}] == ["-at_least: 8", "+at_least: 9"]
    assert [each.name for each in tmp_path.iterdir()] == ["x.yaml"]
