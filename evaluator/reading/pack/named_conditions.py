"""`conditions:` of pack.yaml: conditions that are said once, by name, and read where they are used."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING

import attrs

from evaluator.core.conditions import AllOf, Condition, ConditionName
from evaluator.core.model import NamedCondition
from evaluator.core.ready_for import READY_FOR, tests_of
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Related, Span
from evaluator.reading.pack.shapes import Got, Key, Located, MapOf, Object, Raw
from evaluator.reading.yaml.nodes import ScalarNode
from evaluator.reading.yaml.scalars import SNAKE, Identifier, Text

if TYPE_CHECKING:
    from evaluator.reading.pack.conditions import ConditionReader

CONDITION = "condition"
"""The key under which a condition names another one."""
NAMED_CONDITION = Object(
    what="a named condition",
    keys=[
        Key(name="title", shape=Text(), doc="what it says, in a few words; reports use its name where there is none"),
        Key(name="when", shape=Raw(definition="condition"), doc="the condition", required=True),
    ],
)
CONDITIONS = Key(
    name="conditions",
    shape=MapOf(key=Identifier(pattern=SNAKE), shape=NAMED_CONDITION),
    doc="conditions said once, which others use as `condition: NAME`",
    since=2,
)


@attrs.define(kw_only=True)
class NamedConditions:
    """The conditions that a pack declares by name; each is read once, where it is used first, and is the same wherever it is used.

    `declared` could be read as far as their shape goes, `listed` are all names; `roles` are those of which they may ask who is ready.
    """

    declared: Mapping[str, Located[Got]]
    listed: Container[str] = frozenset()
    roles: frozenset[str] = frozenset()
    _read: dict[str, Condition | None] = attrs.field(factory=dict, init=False)
    _open: list[str] = attrs.field(factory=list, init=False)

    def use(self, name: ScalarNode, reader: ConditionReader, place: Span) -> Condition | None:
        """Return what a name stands for at a place where it is used; report a name that is none, and a circle of names."""
        if name.text not in self.declared:
            if name.text not in self.listed:
                step = reader.problems.did_you_mean(name.text, self.declared) or "declare it under `conditions` in pack.yaml"
                reader.problems.add("R207", f"there is no condition called `{clip(name.text)}`", name.span, help=step)
            return None
        if name.text in self._open:
            steps = " → ".join([*self._open[self._open.index(name.text) :], name.text])
            message = f"the condition is defined by itself: {steps}"
            reader.problems.add("R209", message, name.span, help="take one of these steps out")
            return None
        condition = self.read(name.text, reader)
        if condition is None or not self._may_stand(condition, reader, name):
            return None
        whole = condition if condition.named is None else AllOf(parts=(condition,), span=condition.span)
        title = self.declared[name.text].value.get("title")
        return attrs.evolve(whole, named=ConditionName(id=name.text, title=title, place=place))

    def read(self, name: str, reader: ConditionReader) -> Condition | None:
        """Return a condition by its name, as it is declared; None where it cannot be used, which was told."""
        if name not in self._read:
            got = self.declared[name].value
            self._open.append(name)
            self._read[name] = attrs.evolve(reader, roles=self.roles).read(got["when"]) if got.has("when") else None
            self._open.pop()
        return self._read[name]

    def all(self, reader: ConditionReader) -> dict[str, NamedCondition]:
        """Return every condition that can be used, by name, those too that are used nowhere."""
        read = {name: (placed, self.read(name, reader)) for name, placed in self.declared.items()}
        return {
            name: NamedCondition(id=name, title=placed.value.get("title"), when=condition, span=placed.span)
            for name, (placed, condition) in read.items()
            if condition is not None
        }

    def _may_stand(self, condition: Condition, reader: ConditionReader, name: ScalarNode) -> bool:
        """Report a condition on a verdict that is used where none may hang on one."""
        test = next((test for _, test in tests_of(condition)), None)
        if test is None or reader.roles is not None:
            return True
        message = f"`{clip(name.text)}` asks who is ready for a role, and facts, verdict bands and expectations never hang on a verdict"
        related = [Related(span=test.span, message=f"`{READY_FOR}` is here")]
        reader.problems.add("R203", message, name.span, help="use it in a criterion or a move", related=related)
        return False


def refuse_name(what: str, name: ScalarNode, problems: Problems) -> None:
    """Report a named condition where the names are no attributes: among the fields of an entry, or the counts of a tally."""
    message = f"a named condition tests attributes, and what is tested here is a {what}"
    problems.add("R203", message, name.span, help="write the condition out")
