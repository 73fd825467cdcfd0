"""How the tests of an attribute read, in its own words: for every language, or language by language."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

from evaluator.core.attributes import Wording
from evaluator.core.values import NUMERIC, Kind, ValueType, clip
from evaluator.diagnostics import Problems
from evaluator.reading.pack.shapes import Got, Key, Raw
from evaluator.reading.yaml.nodes import MappingNode, Node, ScalarNode
from evaluator.reading.yaml.scalars import wrong_shape

WORDING = Key(
    name="wording",
    shape=Raw(definition="wording"),
    doc="how its tests read, with {} for what is asked, as `{} in product management`; of a flag, {true: …, false: …}; or one by language",
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_TRUE, _FALSE = "true", "false"
_BOTH = "write {true: owns a budget, false: owns no budget}"
_PLACE = re.compile(r"\{[^{}]*\}|[{}]")


def read_wordings(got: Got, type_: ValueType, problems: Problems) -> Mapping[str, Wording]:
    """Return the wordings of an attribute by language; one that holds in all stands under the empty text."""
    node: Node | None = got.get("wording")
    if node is None:
        return {}
    if type_.kind is Kind.RECORDS:
        problems.add("R108", "a list of entries has no `wording`", got.places["wording"], help="give it to what is computed from the list")
        return {}
    reader = _Reader(type_=type_, problems=problems)
    if not isinstance(node, MappingNode) or not _by_language(node, type_):
        wording = reader.read(node)
        return {} if wording is None else {"": wording}
    found: dict[str, Wording] = {}
    for entry in node.entries:
        if not _LANGUAGE.fullmatch(entry.key.text):
            step = "write the language as `en`, `de` or `pt-BR`, or one text for all"
            problems.add("R104", f"`{clip(entry.key.text)}` is no language", entry.key.span, help=step)
        elif (wording := reader.read(entry.value)) is not None:
            found[entry.key.text] = wording
    return found


def _by_language(node: MappingNode, type_: ValueType) -> bool:
    """Whether a mapping holds a wording for each language; a flag's own holds texts, and has to say true and false."""
    texts = type_.kind is Kind.FLAG and any(isinstance(entry.value, ScalarNode) for entry in node.entries)
    return bool(node.entries) and not texts and not {entry.key.text for entry in node.entries} & {_TRUE, _FALSE}


@attrs.frozen(kw_only=True)
class _Reader:
    type_: ValueType
    problems: Problems

    def read(self, node: Node) -> Wording | None:
        """Read the wording of one language."""
        return self._flag(node) if self.type_.kind is Kind.FLAG else self._text(node)

    def _flag(self, node: Node) -> Wording | None:
        if not isinstance(node, MappingNode):
            return wrong_shape(node, "how both tests of a flag read, a mapping,", self.problems, _BOTH)
        texts: dict[str, str] = {}
        for entry in node.entries:
            if entry.key.text not in {_TRUE, _FALSE}:
                self.problems.add("R101", f"how a flag reads has no key `{clip(entry.key.text)}`", entry.key.span, help=_BOTH)
            elif not isinstance(entry.value, ScalarNode) or not entry.value.text.strip():
                wrong_shape(entry.value, "text", self.problems)
            else:
                texts[entry.key.text] = " ".join(entry.value.text.split())
        keys = {entry.key.text for entry in node.entries}
        if keys <= {_TRUE, _FALSE} and (missing := [key for key in (_TRUE, _FALSE) if key not in keys]):
            self.problems.add("R102", f"how a flag reads needs the key `{missing[0]}`", node.span, help=_BOTH)
        if len(texts) == 2 and texts[_TRUE].casefold() == texts[_FALSE].casefold():  # noqa: PLR2004 - both
            self.problems.add("R104", "both tests of the flag would read the same", node.span, help=_BOTH)
            return None
        return Wording(met=texts[_TRUE], unmet=texts[_FALSE]) if len(texts) == 2 else None  # noqa: PLR2004 - both

    def _text(self, node: Node) -> Wording | None:
        if not isinstance(node, ScalarNode) or not node.text.strip():
            return wrong_shape(node, "text", self.problems, "write a text with {} for what is asked, or one by language: {en: …}")
        allowed = ["{}", "{number}"] if self.type_.kind in NUMERIC else ["{}"]
        if list(_PLACE.findall(node.text)) not in [[one] for one in allowed]:
            message = f"the wording needs {' or '.join(f'`{one}`' for one in allowed)} once, for what a test asks, and no other braces"
            step = "write it as '{} in product management'" if self.type_.kind in NUMERIC else "write it as 'prefers {}'"
            self.problems.add("R104", message, node.span, help=step)
            return None
        return Wording(text=" ".join(node.text.split()))
