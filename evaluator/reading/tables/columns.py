"""Header → what the columns of a table mean."""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence

import attrs

from evaluator.core.groups import STEP, is_group_fact
from evaluator.core.model import Pack
from evaluator.core.text import fold_name
from evaluator.core.values import clip
from evaluator.diagnostics import Problems, Related, Span
from evaluator.reading import limits
from evaluator.reading.tables.likely_columns import likely_maps, map_options
from evaluator.reading.tables.mapping import Constants, check_words, read_constants
from evaluator.reading.tables.meanings import AS_OF, ATTRIBUTE, EVERY_GROUP, GATHERED, GROUP, ID, NAME, OWN, ROLE
from evaluator.reading.tables.model import Options, joined_words

_OWN = {"id": ID, "name": NAME, "role": ROLE, "as of": AS_OF, "gathered": GATHERED}
_LISTED = f"{', '.join(OWN[:-1])} or {OWN[-1]}"
_NEARLY = 0.85
_MOST_NOTICES = 20


def reads_group(options: Options, *names: str) -> bool:
    """Whether a fact of people's groups is read: to be counted, or because `keep` asks for it by one of its names."""
    asked = {fold_name(name) for name in options.keep}
    return options.groups or EVERY_GROUP in asked or any(fold_name(name) in asked for name in names)


def is_private(name: str) -> bool:
    """Whether a column holds what is only carried through where it is asked for by name: facts of groups, and notes."""
    return is_group_fact(name) or fold_name(name) in {"note", "notes"}


@attrs.frozen(kw_only=True)
class ColumnMap:
    """What the columns of a table mean, by place: the profile's own, attributes, facts of groups, and what is carried through.

    `withheld` are columns with facts of groups that nobody asked for: they are not read, and no text of theirs is repeated.
    `looked_at` names those among `kept` that are read to see what they hold, and go into no result.
    """

    header: tuple[str, ...]
    own: Mapping[str, int]
    attributes: Mapping[str, int]
    groups: Mapping[str, int]
    kept: Mapping[str, int]
    withheld: frozenset[int] = frozenset()
    dots_unclear: bool = False
    """Whether a dot in a number may stand between thousands: there are semicolons between cells, and nobody named the decimal sign."""
    named: frozenset[str] = frozenset()
    """The own columns that the header names: of JSON Lines, any line may hold the others."""
    looked_at: frozenset[str] = frozenset()
    role_column: int | None = None
    """The column that names the role to be judged for, which may say something else as well."""
    names: tuple[int, ...] = ()
    """The columns that hold parts of a person's name, in the order in which they are put together; none where one holds all of it."""

    @property
    def used(self) -> tuple[int, ...]:
        """The places of all columns that are read, in order."""
        read = {*self.own.values(), *self.attributes.values(), *self.groups.values(), *self.kept.values(), *self.names}
        read |= set() if self.role_column is None else {self.role_column}
        return tuple(sorted(read))


class HeaderBelow(Exception):
    """The row that was taken for the header is none, and another one below looks like it."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


@attrs.frozen(kw_only=True)
class Vocabulary:
    """What a column can be called: names of attributes and of the profile's own columns, and what a mapping adds."""

    pack: Pack
    names: Mapping[str, str]
    mapped: Mapping[str, str]
    unknown: tuple[str, ...] = ()
    """What a mapping sends columns to, and is nothing known: then no table is read, as its columns would not be those that are meant."""
    unread: frozenset[str] = frozenset()
    """The columns that a mapping says are not to be read, by what their names fold to."""
    as_it_stands: bool = False
    """Whether every column is taken as it stands, and none for what it means."""
    constants: Constants = attrs.field(factory=Constants)
    """What a mapping says of everybody."""

    def meaning(self, column: str) -> str | None:
        """Return what a column says: one of the own columns, `attribute:<id>`, `group:<name>`, or nothing known."""
        name = column.strip()
        key = fold_name(name)
        if key in self.unread:
            return None
        mapped = self.mapped.get(key)
        return mapped if mapped is not None else self._plain(name)

    def knows(self, column: str) -> bool:
        """Whether a column says anything that is known."""
        return self.meaning(column) is not None

    def names_ids(self, cells: Sequence[str]) -> bool:
        """Whether one of a row's cells says that a column holds ids, as a header has it."""
        return any(self.meaning(cell) == ID for cell in cells)

    def may_be_header(self, cells: Sequence[str]) -> bool:
        """Whether a row is likely to be a header: it names ids, or several things that a column can say."""
        return self.names_ids(cells) or len({meaning for cell in cells if (meaning := self.meaning(cell)) is not None}) > 1

    def _plain(self, name: str) -> str | None:
        key = fold_name(name)
        if key in _OWN and not (key == GATHERED and key in self.names):  # a pack may have had an attribute of that name before
            return _OWN[key]
        if key.startswith(GROUP) and key != GROUP:
            return GROUP + name[name.index(":") + 1 :].strip()
        return f"{ATTRIBUTE}{self.names[key]}" if key in self.names else None


def vocabulary(pack: Pack, options: Options, problems: Problems) -> Vocabulary:
    """Return what columns can be called; a mapping to something that is not there is reported."""
    names = {fold_name(former): attribute for former, attribute in pack.former_names.items()} | {
        fold_name(name): attribute.id
        for attribute in pack.declared_attributes.values()
        for name in (attribute.title, *attribute.also, attribute.id)
    }
    plain = Vocabulary(pack=pack, names=names, mapped={})
    mapped: dict[str, str] = {}
    unknown: list[str] = []
    problems.texts.update(options.source.texts)
    on_line = {fold_name(column) for column in options.mapping}
    targets = [(column, target, Span.whole_file("--map")) for column, target in options.mapping.items()]
    targets += [
        (column, at.value, at.span)
        for column, at in options.source.columns.items()
        if at.value is not None and fold_name(column) not in on_line
    ]
    for column, target, span in targets:
        meaning = plain.meaning(target)
        if meaning is None:
            unknown.append(target)
            step = problems.did_you_mean(fold_name(target), [*names, *_OWN]) or f"name an attribute of the pack, {_LISTED}"
            message = f"the mapping sends the column `{clip(column)}` to `{clip(target)}`, which is no attribute of the pack"
            problems.add("D103", message, span, help=step)
        elif is_group_fact(column) and meaning.startswith(ATTRIBUTE):
            message = f"the mapping sends `{clip(column)}`, a fact of people's group, to `{clip(target)}`, which rules can read"
            problems.add("D103", message, span, help=STEP)
        else:
            mapped[fold_name(column)] = meaning
    before = len(problems.errors)
    check_words(
        options.source,
        pack,
        {fold_name(column): meaning for column, _, _ in targets if (meaning := mapped.get(fold_name(column)))},
        problems,
    )
    constants = read_constants(options.source, pack, plain.meaning, problems)
    unknown += [""] if len(problems.errors) > before else []
    return Vocabulary(
        pack=pack, names=names, mapped=mapped, unknown=tuple(unknown), unread=options.source.unread - on_line, constants=constants
    )


@attrs.frozen(kw_only=True)
class HeaderReader:
    """Reads a header; `span` says where a column's name stands, `nested` that attributes stand in the rows under a key of their own."""

    words: Vocabulary
    options: Options
    problems: Problems
    path: str
    span: Callable[[int], Span]
    nested: bool = False
    row: int | None = None
    """The row of the header, where it can be another one."""
    later: int | None = None
    """A row below that looks more like the header."""

    def read(self, header: Sequence[str]) -> ColumnMap | None:
        """Return what the columns mean.

        None where rows cannot be told apart, a column says what another says, an option names a column that is not there, or no
        column at all says anything that rules could read.
        """
        if len(header) > limits.COLUMNS:
            step = "leave out those that say nothing of people"
            self.problems.add("D101", f"the table has {len(header):,} columns, and {limits.COLUMNS:,} are read", self.span(0), help=step)
            return None
        if self.words.as_it_stands:
            return self._as_it_stands(header)
        names = self._names(header)
        found: dict[str, int] = {NAME: names[0]} if names else {}
        unknown: list[int] = []
        repeated: dict[int, int] = {}
        for index, name in enumerate(header):
            meaning = self.words.meaning(name)
            if meaning is None:
                unknown.append(index)
            elif index in names:
                continue
            elif found.setdefault(meaning, index) != index:
                repeated[index] = found[meaning]
        self._tell_repeated(header, repeated)
        good = not repeated
        if ID not in found:
            self._no_ids(header, found)
            return None
        good = not self._missing(header) and not self._said_twice(header, found) and not self.words.unknown and good
        kept = self._kept(header, unknown)
        carried = {*kept.values()}
        role_column = self._role_column(header)
        carried |= set() if role_column is None else {role_column}
        unread = [place for place in unknown if place not in carried and fold_name(header[place]) not in self.words.unread]
        looked_at = () if self.words.unknown else unread  # what a broken mapping leaves unread is not misspelt
        nearly = (position for position in looked_at if self._misspelt(header[position], position))
        misspelt = {*itertools.islice(nearly, _MOST_NOTICES)}
        if good and not misspelt and self._says_nothing(header, found, unread):
            return None
        self._notices(header, [position for position in unread if position not in misspelt], found)
        if not good or misspelt:
            return None
        return attrs.evolve(self._map(header, found, kept), names=names, role_column=role_column)

    def _role_column(self, header: Sequence[str]) -> int | None:
        """Return the column that names the role to be judged for, where one is asked for; a fact of groups, or one of two, is reported."""
        asked = self.options.role_column
        places = [index for index, name in enumerate(header) if asked is not None and fold_name(name) == fold_name(asked)]
        if not places:
            return None
        name = clip(header[places[0]].strip())
        if is_group_fact(header[places[0]]) or self._says_group(header[places[0]]):
            message = f"--role-column names `{name}`, a fact of people's groups, and nobody is judged by one"
            self.problems.add("D103", message, self.span(places[0]), help="name the column of roles")
            return None
        if len(places) > 1:
            related = [Related(span=self.span(places[1]), message="the other column")]
            message = f"--role-column names `{name}`, and {len(places)} columns are called so"
            self.problems.add("D103", message, self.span(places[0]), help="give each a name of its own", related=related)
            return None
        return places[0]

    def _names(self, header: Sequence[str]) -> tuple[int, ...]:
        """Return the columns that a mapping says to be parts of the name, in its order, where there are several."""
        order = [key for key, meaning in self.words.mapped.items() if meaning == NAME]
        places = [(order.index(key), index) for index, name in enumerate(header) if (key := fold_name(name)) in order]
        several = len({key for key, _ in places}) == len(places) > 1
        return tuple(index for _, index in sorted(places)) if several else ()

    def _as_it_stands(self, header: Sequence[str]) -> ColumnMap:
        """Return all columns as something to carry along; facts of groups are not read. Raises HeaderBelow."""
        if self.later is not None:
            raise HeaderBelow(self.later)
        kept = {f"{index}": index for index, name in enumerate(header) if name.strip() and not is_group_fact(name)}
        withheld = frozenset(index for index, name in enumerate(header) if is_group_fact(name))
        return ColumnMap(header=tuple(header), own={ID: 0}, attributes={}, groups={}, kept=kept, withheld=withheld)

    def _no_ids(self, header: Sequence[str], found: Mapping[str, int]) -> None:
        """Report that rows cannot be told apart, or that another row is likely to be the header."""
        if self.later is not None:
            message = f"row {self.row} was taken for the header, and row {self.later} looks like it: the first names no column `id`"
            self.problems.add("D105", message, self.span(0), help=f"name the row with --header-row {self.later}")
            return
        likely = self._likely(header, range(len(header)), found)
        step = likely or "every row needs an id of its own; --map column=id names another column"
        self.problems.add("D105", "the table has no column `id`", self.span(0), help=step)

    def _says_nothing(self, header: Sequence[str], found: Mapping[str, int], unread: Sequence[int]) -> bool:
        """Report a table that says nothing of anybody but a name, though it has columns: they are all read as nothing."""
        named = [index for index in unread if header[index].strip() and not is_group_fact(header[index])]
        if self.nested or not named or {*found} - {ID, NAME}:
            return False
        columns = joined_words([header[index].strip() for index in named])
        which = "say which column is which with --map column=attribute; `evaluator show --attributes` lists the attributes"
        step = self._likely(header, named, found) or which
        message = f"no column is an attribute of the pack, and {columns} {'is' if len(named) == 1 else 'are'} read as nothing"
        self.problems.add("D103", message, self.span(named[0]), help=step)
        return True

    def _likely(self, header: Sequence[str], places: Iterable[int], found: Mapping[str, int]) -> str | None:
        """Return the options that read columns as what they are likely to say, where they say nothing yet."""
        known = {meaning.removeprefix(ATTRIBUTE) for meaning in found}
        maps = likely_maps([header[index] for index in places if index not in found.values()], self.words.names, known)
        return f"did you mean {map_options(maps)}?" if maps else None

    def _misspelt(self, name: str, index: int) -> bool:
        """Report a column that is nearly an attribute: to leave it out would judge everybody without it."""
        close = difflib.get_close_matches(fold_name(name), list(self.words.names), n=1, cutoff=_NEARLY)
        if close:
            step = f"call it `{close[0]}`, say which attribute it is with --map, or carry it through with --keep"
            self.problems.add("D103", f"the column `{clip(name.strip())}` is nearly `{close[0]}`, and is none", self.span(index), help=step)
        return bool(close)

    def _map(self, header: Sequence[str], found: Mapping[str, int], kept: Mapping[str, int]) -> ColumnMap:
        def under(prefix: str) -> dict[str, int]:
            return {meaning.removeprefix(prefix): index for meaning, index in found.items() if meaning.startswith(prefix)}

        own = {meaning: index for meaning, index in found.items() if ":" not in meaning}
        groups = {name: index for name, index in under(GROUP).items() if reads_group(self.options, GROUP + name, header[index])}
        named = {index for index, name in enumerate(header) if is_group_fact(name)} - {*kept.values(), *own.values()}
        withheld = frozenset({*under(GROUP).values(), *named} - {*groups.values()})
        attributes = under(ATTRIBUTE)
        carried = self._carried(header, [index for index, name in enumerate(header) if not self.words.knows(name)])
        return ColumnMap(
            header=tuple(header),
            own=own,
            attributes=attributes,
            groups=groups,
            kept=kept,
            withheld=withheld,
            named=frozenset(own),
            looked_at=frozenset(name for name, index in kept.items() if index not in carried),
        )

    def _carried(self, header: Sequence[str], unknown: Sequence[int]) -> set[int]:
        """Return the places of the columns that go along into results."""
        wanted = {fold_name(name) for name in self.options.keep}
        places = {index for index in unknown if self.options.keep_all and not is_private(header[index])}
        return places | {index for index, name in enumerate(header) if fold_name(name) in wanted and not self._says_group(name)}

    def _kept(self, header: Sequence[str], unknown: Sequence[int]) -> dict[str, int]:
        """Return the columns that are carried through or looked at, under names of their own."""
        looked_at = {fold_name(name) for name in (*self.options.required, *self.options.chosen_by)}
        places = self._carried(header, unknown) | {index for index in unknown if fold_name(header[index]) in looked_at}
        kept: dict[str, int] = {}
        for fromkey in sorted(places):
            name = header[fromkey].strip() or f"column {fromkey + 1}"
            kept[name if name not in kept else f"{name} ({fromkey + 1})"] = fromkey
        return kept

    def _says_group(self, name: str) -> bool:
        return (self.words.meaning(name) or "").startswith(GROUP)

    def _missing(self, header: Sequence[str]) -> bool:
        """Report each column that an option names and that is not there."""
        there = {fold_name(name) for name in header}
        groups = {fold_name(self.words.meaning(name) or "") for name in header if self._says_group(name)}
        there |= groups | ({EVERY_GROUP} if groups else set())
        asked = [*self.options.kept.items()] + [(column, "the mapping") for column in self.options.mapped]
        missing = [(column, who) for column, who in asked if fold_name(column) not in there]
        chosen = [(name, "--require") for name in self.options.required] + [(name, "--where") for name in self.options.chosen_by]
        missing += [(name, who) for name, who in chosen if fold_name(name) not in there and not self._says(name, header)]
        judged_by = self.options.role_column
        missing += [(judged_by, "--role-column")] if judged_by is not None and fold_name(judged_by) not in there else []
        for column, who in missing:
            columns = f"its columns are {joined_words([one.strip() for one in header])}"
            otherwise = self.options.chosen_by.get(column, "") if who == "--where" else ""
            meant = self.problems.did_you_mean(fold_name(column), there) or (otherwise if otherwise.endswith("?") else None)
            step = meant or "; ".join(filter(None, (otherwise, columns)))
            self.problems.add("D103", f"{who} names the column `{clip(column)}`, which the table has not", self.span(0), help=step)
        return bool(missing)

    def _said_twice(self, header: Sequence[str], found: Mapping[str, int]) -> bool:
        """Report each column that says for each row what the mapping says of everybody."""
        twice = [(meaning, span) for meaning, span in self.words.constants.places.items() if meaning in found]
        for meaning, span in twice:
            name = clip(header[found[meaning]].strip())
            message = f"the mapping says `{meaning.removeprefix(ATTRIBUTE)}` of everybody, and the column `{name}` says it of each row"
            step = "take the constant out, or say that the column is not read: under `columns:` write its name with ~"
            self.problems.add("D103", message, span, help=step)
        return bool(twice)

    def _says(self, name: str, header: Sequence[str]) -> bool:
        """Whether a column says what a name means to the pack; keys of attributes may come in any row."""
        meaning = self.words.meaning(name)
        there = meaning in self.words.constants.places or any(self.words.meaning(column) == meaning for column in header)
        return meaning is not None and (self.nested or there)

    def _notices(self, header: Sequence[str], unknown: Sequence[int], found: Mapping[str, int]) -> None:
        for index in unknown[:_MOST_NOTICES]:
            message, step = self._unknown(header[index].strip(), self._likely(header, [index], found))
            self.problems.add("D201", message, self.span(index), help=step)
        if len(unknown) > _MOST_NOTICES:
            message = f"{len(unknown) - _MOST_NOTICES} more columns are no attributes of the pack and are not read"
            self.problems.add("D201", message, self.span(unknown[_MOST_NOTICES]), help="--keep carries columns through to the results")

    def _unknown(self, name: str, likely: str | None) -> tuple[str, str]:
        if not name:
            return "a column has no name and is not read", "name it, or take it out"
        message = f"the column `{clip(name)}` is no attribute of the pack and is not read"
        if is_group_fact(name):
            return message, f"call the column `{GROUP}{clip(name)}`; {STEP}"
        return message, likely or "name an attribute with --map column=attribute, or carry the column through with --keep"

    def _tell_repeated(self, header: Sequence[str], repeated: Mapping[int, int]) -> None:
        """Report columns that say what another one says, the first of many by name."""
        for index in [*repeated][:_MOST_NOTICES]:
            self._repeated(header, index, repeated[index])
        rest = [*repeated][_MOST_NOTICES:]
        if rest:
            message = f"{len(rest):,} more columns say the same as others"
            self.problems.add("D103", message, self.span(rest[0]), help="keep one of each")

    def _repeated(self, header: Sequence[str], index: int, first: int) -> None:
        related = [Related(span=self.span(first), message="the other column")]
        message = f"the column `{clip(header[index].strip())}` says the same as the column `{clip(header[first].strip())}`"
        self.problems.add("D103", message, self.span(index), help="keep one of the two", related=related)
