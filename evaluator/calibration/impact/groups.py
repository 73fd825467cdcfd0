"""The groups that people belong to: one column of facts, or several crossed, with every spelling of a group counted as one."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs
import polars as pl

from evaluator.core.text import fold_spaces
from evaluator.core.unknown_words import says_nothing
from evaluator.diagnostics import did_you_mean
from evaluator.diagnostics.errors import PopulationProblem

if TYPE_CHECKING:
    from evaluator.calibration.people import People

CROSS = "+"
"""What joins columns on the command line: sex+ethnicity."""
TIMES = " × "
_MOST = 60
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_NUMERAL = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30}|,[0-9]{1,2})?(?:e[+-]?[0-9]{1,3})?")


@attrs.frozen(kw_only=True)
class Dimension:
    """One way to tell people apart by group: `labels` has everybody's group, or null where it is unknown.

    `merged` are spellings that were counted as one group; `silent` is how often each text was taken for no answer; `crossed` are the
    single facts that this one crosses.
    """

    columns: tuple[str, ...]
    labels: pl.Series
    merged: Mapping[str, tuple[str, ...]]
    silent: Mapping[str, int]
    crossed: tuple[Dimension, ...] = ()

    @property
    def name(self) -> str:
        """The columns, joined as people write it."""
        return TIMES.join(self.columns)

    @property
    def asked(self) -> str:
        """The columns, joined as a shell can type it."""
        return CROSS.join(self.columns)


@attrs.frozen(kw_only=True)
class Words:
    """Texts of group columns: `silent` are more that say nothing of a group, `known` name one although they read as if they did not."""

    silent: tuple[str, ...] = ()
    known: tuple[str, ...] = ()


def dimensions(people: People, asked: Sequence[str], words: Words | None = None) -> tuple[Dimension, ...]:
    """Return the dimensions that are asked for, or every column by itself.

    Raises PopulationProblem where nothing is known of anybody's group, or a column is not there or no grouping.
    """
    if not people.groups.width:
        step = "give tables columns such as `group:sex`, or profiles an entry `groups: {sex: …}`"
        raise PopulationProblem("nothing is known of anybody's group, so no impact on groups can be seen", step)
    words = words or Words()
    wanted = dict.fromkeys(_columns(people, wanted_name) for wanted_name in asked) or dict.fromkeys(
        (name,) for name in people.groups.columns
    )
    single = {name: _single(people, name, words) for columns in wanted for name in columns}
    return tuple(single[columns[0]] if len(columns) == 1 else crossed([single[name] for name in columns]) for columns in wanted)


def _columns(people: People, asked: str) -> tuple[str, ...]:
    """Return the columns that a dimension names, written as it is or joined."""
    whole = _found(people, asked)
    names = [asked] if whole else asked.replace("×", CROSS).split(CROSS)
    return tuple(dict.fromkeys(whole or _found(people, name) or _missing(people, name) for name in names))


def _found(people: People, name: str) -> str | None:
    known = {fold_spaces(column): column for column in people.groups.columns}
    return known.get(fold_spaces(name).removeprefix("group:").strip())


def _missing(people: People, name: str) -> str:
    known = people.groups.columns
    step = (
        did_you_mean(name.strip(), known)
        or f"there are {', '.join(f'`{column}`' for column in known)}; cross them as {CROSS.join(known[:2])}"
    )
    raise PopulationProblem(f"there is no group column `{name.strip()}`", step)


def _single(people: People, column: str, words: Words) -> Dimension:
    texts = people.groups[column].cast(pl.String)
    counts = Counter({text: int(number) for text, number in texts.drop_nulls().value_counts().iter_rows()})
    spellings: dict[str, list[str]] = {}
    unsaid: dict[str, int] = {}
    for text, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if says_nothing(text, words.silent, words.known):
            unsaid[text.strip()] = unsaid.get(text.strip(), 0) + number
        else:
            spellings.setdefault(_spelt(text), []).append(text)
    if len(spellings) > _MOST:
        step = "band its values first, such as 30-39 for an age"
        raise PopulationProblem(f"the group column `{column}` has {len(spellings):,} different values, too many to compare", step)
    groups = {_name(texts): tuple(texts) for texts in spellings.values()}
    label = {text: name for name, texts in groups.items() for text in texts}
    labels = texts.replace_strict(list(label), list(label.values()), default=None, return_dtype=pl.String)
    merged = {name: texts for name, texts in groups.items() if len(texts) > 1}
    return Dimension(columns=(column,), labels=labels, merged=merged, silent={text: number for text, number in unsaid.items() if text})


def _spelt(text: str) -> str:
    """Fold spellings of one group: case, spaces, widths and dashes; of numerals, whatever does not change the number."""
    plain = _DASHES.sub("-", fold_spaces(unicodedata.normalize("NFKC", text)))
    if not _NUMERAL.fullmatch(plain):
        return plain
    number = Decimal(plain.replace(",", "."))
    return str(number.normalize() + 0) if number.is_finite() else plain


def _name(texts: Sequence[str]) -> str:
    """Name a group by its commonest spelling; a number by its shortest."""
    plain = " ".join(texts[0].split())
    if not _NUMERAL.fullmatch(plain):
        return plain
    return min((" ".join(text.split()) for text in texts), key=lambda text: (len(text), "," in text, text))


def crossed(parts: Sequence[Dimension]) -> Dimension:
    """Return the groups of people who share every one of several facts; unknown where one of them is."""
    frame = pl.DataFrame({str(index): part.labels for index, part in enumerate(parts)})
    labels = frame.select(pl.concat_str(pl.all(), separator=", ", ignore_nulls=False)).to_series()
    columns = tuple(column for part in parts for column in part.columns)
    return Dimension(columns=columns, labels=labels, merged={}, silent={}, crossed=tuple(parts))
