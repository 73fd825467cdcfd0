"""Where nodes stand in a text, whatever its line ends and letters."""

from __future__ import annotations

import pytest

from evaluator.diagnostics import Problems, Span, lines_of
from evaluator.reading.yaml.files import decode
from evaluator.reading.yaml.nodes import ListNode, MappingNode, Node, ScalarNode, parse_yaml


def parsed(text: str) -> Node:
    """Return the root of a text without fault."""
    problems = Problems()
    node = parse_yaml(text, "some.yaml", problems)
    assert list(problems) == []
    assert node is not None
    return node


def at(node: Node, *path: str | int) -> Node:
    """Return the node at a path of keys and places."""
    for step in path:
        if isinstance(step, int):
            assert isinstance(node, ListNode)
            node = node.items[step]
        else:
            assert isinstance(node, MappingNode)
            entry = node.get(step)
            assert entry is not None
            node = entry.value
    return node


def marked(text: str, span: Span) -> str:
    """Return the stretch of a text that a span covers."""
    lines = lines_of(text)[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


TEXT = """\
# a comment
title: Lead
when:
  any_of:
    - years: {at_least: 3, below: 10}
      reports: [1, 2]
    - 'quoted': "text: 候補者 😀"  # a comment
last: |
  several
  lines
end: x
"""


@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\r", "\x85", "\u2028"])
@pytest.mark.parametrize(
    ("path", "covered"),
    [
        (("title",), "Lead"),
        (("when", "any_of", 0, "years"), "{at_least: 3, below: 10}"),
        (("when", "any_of", 0, "years", "below"), "10"),
        (("when", "any_of", 0, "reports"), "[1, 2]"),
        (("when", "any_of", 0), "years: {at_least: 3, below: 10}\n      reports: [1, 2]"),
        (("when", "any_of", 1, "quoted"), '"text: 候補者 😀"'),
        (
            ("when",),
            "any_of:\n    - years: {at_least: 3, below: 10}\n      reports: [1, 2]\n    - 'quoted': \"text: 候補者 😀\"",
        ),
        (("end",), "x"),
    ],
)
def test_a_node_covers_what_is_written(path: tuple[str | int, ...], covered: str, breaks: str) -> None:
    """The span of a node covers its text, in block and in flow style, whatever ends the lines."""
    text = TEXT.replace("\n", breaks)
    assert marked(text, at(parsed(text), *path).span) == covered


def test_keys_have_places() -> None:
    """A key has a span of its own."""
    node = at(parsed(TEXT), "when", "any_of", 0)
    assert isinstance(node, MappingNode)
    assert [(entry.key.text, marked(TEXT, entry.key.span)) for entry in node.entries] == [("years", "years"), ("reports", "reports")]


def test_a_byte_order_mark_moves_nothing() -> None:
    """Columns count from the first letter after a byte order mark."""
    problems = Problems()
    text = decode(b"\xef\xbb\xbfa: b", "some.yaml", problems)
    assert text is not None
    span = at(parsed(text), "a").span
    assert (span.line, span.column, span.end_column) == (1, 4, 5)


@pytest.mark.parametrize("text", ["no", "on", "010", "1:30", "1e3", "2024-05-17", "0x1f", "1_000", ".inf", "~x", "=", "<<"])
def test_a_plain_word_stays_as_written(text: str) -> None:
    """Nothing is resolved behind our back: a scalar is its text until somebody reads it by its type."""
    node = at(parsed(f"a: {text}"), "a")
    assert isinstance(node, ScalarNode)
    assert (node.text, node.plain, node.empty) == (text, True, False)


@pytest.mark.parametrize(("text", "empty"), [("", True), ("~", True), ("null", True), ("'~'", False), ('""', False), ("nil", False)])
def test_nothing_is_nothing_only_without_quotes(text: str, empty: bool) -> None:  # noqa: FBT001 - a table of cases
    """A value is empty where nothing stands, or an unquoted null."""
    node = at(parsed(f"a: {text}"), "a")
    assert isinstance(node, ScalarNode)
    assert node.empty is empty


def test_a_file_may_end_without_a_line_break() -> None:
    """What is missing at the very end is reported on the last line."""
    problems = Problems()
    parse_yaml("a: [b", "some.yaml", problems)
    (found,) = problems
    assert (found.span.line, found.span.column) == (1, 4)
    assert [other.span.line for other in found.related] == [1]


def test_lines_are_split_as_yaml_splits_them() -> None:
    """Every line break that YAML knows counts, and CR LF counts once."""
    assert lines_of("a\nb\r\nc\rd\x85e\u2028f\u2029g") == list("abcdefg")
