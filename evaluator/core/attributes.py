"""What a profile may say: attributes, with how their tests read and what their levels mean, and the tables that they are looked up in."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from evaluator.core.bounds import Bounds, Interval, Options, show_bounds
from evaluator.core.effort import Accrual, Effort
from evaluator.core.expressions import Derivation, TableBand
from evaluator.core.text import id_as_title
from evaluator.core.values import Atom, Kind, Value, ValueType
from evaluator.diagnostics import Span


@attrs.frozen(kw_only=True)
class TableEntry:
    """A row or a band of a lookup table: its key as paths have it, what it gives, and where each of its values is written.

    A row is found by the key itself; a band by its lower end, or by its upper one where it has no lower. `cells` has the place of
    `gives`, and of each end of a band by its word.
    """

    key: str
    gives: Atom
    band: TableBand | None = None
    cells: Mapping[str, Span] = attrs.field(factory=dict, eq=False, repr=False)
    span: Span


@attrs.frozen(kw_only=True)
class LookupTable:
    """A lookup table of attributes.yaml: what it gives, where it stands, and its rows or bands, in their order."""

    id: str
    title: str | None = None
    type: ValueType
    entries: tuple[TableEntry, ...] = ()
    span: Span
    places: tuple[Span, ...] = ()

    @property
    def label(self) -> str:
        """What the table is called in a sentence: its title, or its id in words."""
        return self.title or id_as_title(self.id)


@attrs.frozen(kw_only=True)
class OptionWords:
    """What a level of a scale or an option means, and an example of it, in the pack's own words."""

    means: str | None = None
    example: str | None = None

    def __str__(self) -> str:
        """Say both in one line: `does it alone in familiar cases; for example, runs a survey`."""
        example = "" if self.example is None else f"for example, {self.example}"
        return "; ".join(part for part in (self.means, example) if part)


@attrs.frozen(kw_only=True)
class Wording:
    """How the tests of an attribute read, in one language: a text around what is asked, or of a flag both of its tests in full."""

    text: str | None = None
    met: str | None = None
    unmet: str | None = None


@attrs.frozen(kw_only=True)
class Scale:
    """A scale of attributes.yaml: its levels, lowest first, and what they mean where the pack says so."""

    id: str
    levels: tuple[str, ...]
    words: Mapping[str, OptionWords] = attrs.field(factory=dict)
    span: Span


@attrs.frozen(kw_only=True)
class Attribute:
    """One thing a profile may say, what it takes to change it, and what time alone brings of it.

    One that is `implied` is declared by no file: rules may read it all the same, as they may today's role. A flag that says whether
    somebody is ready for a role has that role in `ready_for`. `option_words` are of those of its levels or options that have some,
    `wordings` say how its tests read by language, with `""` for one that holds in all. A computed one with `report` is shown in results.
    """

    id: str
    title: str
    type: ValueType
    theme: str | None = None
    question: str | None = None
    also: tuple[str, ...] = ()
    absent_means: Atom | frozenset[str] | None = None
    derivation: Derivation | None = None
    may_be_given: bool = True
    report: bool = False
    effort: Effort | None = None
    accrues: Accrual | None = None
    implied: bool = False
    ready_for: str | None = None
    option_words: Mapping[str, OptionWords] = attrs.field(factory=dict, hash=False)
    wordings: Mapping[str, Wording] = attrs.field(factory=dict, hash=False)
    span: Span

    @property
    def kind(self) -> Kind:
        """The kind of its values."""
        return self.type.kind

    def show(self, value: Value | Bounds | None) -> str:
        """Show one of its values to a person, or what bounds it, such as `4 to 5 years`; `unknown` where there is neither."""
        if isinstance(value, Interval | Options):
            return show_bounds(value, self.type)
        return "unknown" if value is None else self.type.show(value)
