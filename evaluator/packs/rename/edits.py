"""Texts in which single scalars are exchanged, keys among them: the new bytes, and a proof that nothing else says something else."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

import attrs

from evaluator.diagnostics import Span
from evaluator.packs.edits import unified, written
from evaluator.reading.text_places import Lines
from evaluator.reading.yaml.nodes import ListNode, MappingNode, Node, ScalarNode
from evaluator.reading.yaml.splicing import EditProblem, parsed, spliced

_EMPTY = frozenset({"null", "Null", "NULL", "~"})


@attrs.frozen(kw_only=True)
class FileEdit:
    """A file as it was and as it is to be; `to` is its new path where it gets one, `places` is how many names change in it.

    Of a file of people `spans` are those places: its lines are never shown, as they hold what nobody else is to see.
    """

    path: str
    to: str
    before: bytes
    after: bytes
    places: int
    spans: tuple[Span, ...] = ()

    @property
    def diff(self) -> str:
        """The change as a unified diff; of a file of people its places, of one that gets another name alone, that."""
        if self.spans:
            return "".join(f"{span}\n" for span in self.spans)
        if self.before == self.after:
            return f"rename from {self.path}\nrename to {self.to}\n"
        return unified(self.before, self.after, self.path, self.to)


def in_style(value: str, before: str) -> str:
    """Write a name in the quotes that stand there, if any; in quotes where it would be read as nothing without."""
    return f"'{value}'" if value in _EMPTY and before[:1] not in {"'", '"'} else written(value, before)


def renamed_yaml(  # noqa: PLR0913, PLR0917 - a file, and what changes in it
    path: str,
    to: str,
    data: bytes,
    spans: Iterable[Span],
    names: tuple[str, str],
    stands: Callable[[str], bool] | None = None,
    *,
    private: bool = False,
) -> FileEdit:
    """Return a YAML file with a name at some places exchanged for another; raises EditProblem where it does not stand there by itself.

    `stands` says of a text that means the same whether it is the name; another, such as a title, stays.
    """
    old, new = names
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    text = data.removeprefix(mark).decode("utf-8")
    lines, before = Lines(text), parsed(text, path)
    places = {_key(span): span for span in spans}
    others = {_key(span) for text, span in _scalars(before) if stands is not None and isinstance(text, str) and not stands(text)}
    places = {key: span for key, span in places.items() if key not in others}
    pieces: dict[tuple[int, int], str] = {}
    for span in places.values():
        start, end = lines.bounds(span)
        pieces[start, end] = in_style(new, text[start:end])
    after = spliced(text, pieces)
    _prove(list(_scalars(before)), list(_scalars(parsed(after, path))), places, (old, new))
    edit = FileEdit(path=path, to=to, before=data, after=mark + after.encode("utf-8"), places=len(places))
    return attrs.evolve(edit, spans=tuple(places.values())) if private else edit


def _key(span: Span) -> tuple[int, int, int, int]:
    return (span.line, span.column, span.end_line, span.end_column)


def _prove(
    before: list[tuple[Hashable, Span]],
    after: list[tuple[Hashable, Span]],
    places: Mapping[tuple[int, int, int, int], Span],
    names: tuple[str, str],
) -> None:
    """See that the name stood at every place, stands there no longer, and that all else says what it said."""
    old, new = names
    left = dict(places)
    alike = len(before) == len(after)
    for (one, span), (other, _) in zip(before, after, strict=False):
        place = left.pop(_key(span), None) if isinstance(one, str) else None
        if place is not None and isinstance(one, str) and one.split() != old.split() and one.casefold() != old.casefold():
            raise EditProblem(f"`{old}` is put together from several texts at {place}", "edit the file by hand")
        alike = alike and (other == new if place is not None else one == other)
    if left:
        raise EditProblem(f"no single name stands at {next(iter(left.values()))}", "edit the file by hand")
    if not alike:
        place = next(iter(places.values()))
        raise EditProblem(f"{place.path} cannot be edited without changing what else it says", "edit the file by hand")


def _scalars(node: Node) -> Iterator[tuple[Hashable, Span]]:
    """Yield all that a YAML text says in its order: each key and value, and how many parts a mapping or list has."""
    if isinstance(node, ScalarNode):
        yield node.text, node.span
    elif isinstance(node, MappingNode):
        yield ("mapping", len(node.entries)), node.span
        for entry in node.entries:
            yield entry.key.text, entry.key.span
            yield from _scalars(entry.value)
    elif isinstance(node, ListNode):
        yield ("list", len(node.items)), node.span
        for item in node.items:
            yield from _scalars(item)
