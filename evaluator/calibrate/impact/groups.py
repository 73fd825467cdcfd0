"""The groups that people belong to: one column of facts, or several crossed, with every spelling of a group counted as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from evaluator.diagnostics import did_you_mean
from evaluator.populations.failures import PopulationProblem

if TYPE_CHECKING:
    import polars as pl

    from evaluator.calibrate.people import People

CROSS = "+"
"""What joins columns on the command line: sex+ethnicity."""
TIMES = " × "
UNKNOWN_WORDS = frozenset(
    {
        *("", "-", "–", "?", "unknown", "not known", "na", "n/a", "none given", "not given", "not stated", "no answer", "blank"),
        *("undisclosed", "not disclosed", "not specified", "unspecified", "declined", "declined to answer", "decline to answer"),
        *("prefer not to say", "prefers not to say", "prefer not to answer", "decline to state", "declined to state", "withheld"),
    }
)
"""Texts, whatever their case, that say nothing of a group."""
_MOST = 60


@attrs.frozen(kw_only=True)
class Dimension:
    """One way to tell people apart by group: `labels` has everybody's group, or null where it is unknown.

    `merged` are spellings that were counted as one group; `silent` is how often each text was taken for no answer.
    """

    columns: tuple[str, ...]
    labels: pl.Series
    merged: Mapping[str, tuple[str, ...]]
    silent: Mapping[str, int]

    @property
    def name(self) -> str:
        """The columns, joined as people write it."""
        return TIMES.join(self.columns)

    @property
    def asked(self) -> str:
        """The columns, joined as a shell can type it."""
        return CROSS.join(self.columns)


def dimensions(people: People, asked: Sequence[str], silent: Iterable[str] = ()) -> tuple[Dimension, ...]:
    """Return the dimensions that are asked for, or every column by itself; `silent` are more texts that say nothing of a group.

    Raises PopulationProblem where nothing is known of anybody's group, or a column is not there or no grouping.
    """
    if not people.groups.width:
        step = "give tables columns such as `group:sex`, or profiles an entry `groups: {sex: …}`"
        raise PopulationProblem("nothing is known of anybody's group, so no impact on groups can be seen", step)
    words = UNKNOWN_WORDS | {_folded(one) for one in silent}
    wanted = dict.fromkeys(_columns(people, one) for one in asked) or dict.fromkeys((name,) for name in people.groups.columns)
    single = {name: _single(people, name, words) for columns in wanted for name in columns}
    return tuple(single[columns[0]] if len(columns) == 1 else crossed([single[name] for name in columns]) for columns in wanted)


def _columns(people: People, asked: str) -> tuple[str, ...]:
    """Return the columns that a dimension names, written as it is or joined."""
    whole = _found(people, asked)
    names = [asked] if whole else asked.replace("×", CROSS).split(CROSS)
    return tuple(dict.fromkeys(whole or _found(people, name) or _missing(people, name) for name in names))


def _found(people: People, name: str) -> str | None:
    known = {_folded(column): column for column in people.groups.columns}
    return known.get(_folded(name).removeprefix("group:").strip())


def _missing(people: People, name: str) -> str:
    known = people.groups.columns
    step = did_you_mean(name.strip(), known) or f"there are {', '.join(f'`{one}`' for one in known)}; cross them as {CROSS.join(known[:2])}"
    raise PopulationProblem(f"there is no group column `{name.strip()}`", step)


def _single(people: People, column: str, silent: Iterable[str]) -> Dimension:
    import polars as pl

    texts = people.groups[column].cast(pl.String)
    counts = Counter({text: int(number) for text, number in texts.drop_nulls().value_counts().iter_rows()})
    spellings: dict[str, list[str]] = {}
    for text, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        spellings.setdefault(_folded(text), []).append(text)
    answers = {folded: texts for folded, texts in spellings.items() if folded not in set(silent)}
    if len(answers) > _MOST:
        step = "band its values first, such as 30-39 for an age"
        raise PopulationProblem(f"the group column `{column}` has {len(answers):,} different values, too many to compare", step)
    label = {text: " ".join(texts[0].split()) for texts in answers.values() for text in texts}
    labels = texts.replace_strict(list(label), list(label.values()), default=None, return_dtype=pl.String)
    merged = {" ".join(texts[0].split()): tuple(texts) for texts in answers.values() if len(texts) > 1}
    unsaid = {texts[0]: sum(counts[text] for text in texts) for folded, texts in spellings.items() if folded not in answers}
    return Dimension(columns=(column,), labels=labels, merged=merged, silent={text: number for text, number in unsaid.items() if text})


def crossed(parts: Sequence[Dimension]) -> Dimension:
    """Return the groups of people who share every one of several facts; unknown where one of them is."""
    import polars as pl

    frame = pl.DataFrame({str(place): part.labels for place, part in enumerate(parts)})
    labels = frame.select(pl.concat_str(pl.all(), separator=", ", ignore_nulls=False)).to_series()
    columns = tuple(column for part in parts for column in part.columns)
    return Dimension(columns=columns, labels=labels, merged={}, silent={})


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
