"""Options that verbs share, each made once; those that belong together arrive as one object."""

from __future__ import annotations

import datetime
import functools
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import attrs
import click

from evaluator.cli.clock import today
from evaluator.cli.failures import Unusable
from evaluator.cli.messages import messages
from evaluator.cli.output import STANDARD_OUTPUT, Output, refuse_there, write_note
from evaluator.cli.path_overlap import Holds, LogPath, ReadPath, WrittenPath, check
from evaluator.core.dates import DateProblem, Precision, parse_date
from evaluator.core.files import ORDINARY, PRIVATE
from evaluator.core.spreadsheets import CsvStyle
from evaluator.engines import DATABASES, installed
from evaluator.reading.shipped import shipped_rules
from evaluator.reading.tables.formats import COMPRESSED, READ_ENDINGS, WRITTEN_ENDINGS

Verb = Callable[..., Any]
_ENGINES = ("inference", "reference")
_ENDINGS = WRITTEN_ENDINGS | {
    ".json": "json",
    ".xml": "junit",
    ".md": "markdown",
    ".svg": "svg",
    ".mmd": "mermaid",
    ".docx": "docx",
}
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".ps", ".eps"})
_FOREIGN = _PICTURES | {".doc", ".odt", ".ppt", ".pptx", ".zip", COMPRESSED} | (READ_ENDINGS - {*_ENDINGS})
"""Endings of what a text for the eye is not."""


def _or_empty(name: str | None) -> str:
    return name or ""


@attrs.frozen(kw_only=True)
class Setting:
    """What to judge by: a pack's folder, the as-of date if one is given, and an engine; its name is empty where the verb chooses."""

    rules: str
    as_of: datetime.date | None
    engine: str = attrs.field(converter=_or_empty)

    @classmethod
    def of_profiles(cls, rules: str, as_of: datetime.date | None, engine: str | None) -> Setting:
        """Return what was asked for, with the engine for profiles where none was."""
        return cls.given(rules, as_of, engine or default_engine())

    @classmethod
    def given(cls, rules: str, as_of: datetime.date | None, engine: str | None) -> Setting:
        """Return what was asked for; of a folder of packs that hold from a day each, the day of the run picks one, and counts for all."""
        from evaluator.reading.pack.dated_packs import holds_versions, pack_on

        if not holds_versions(Path(rules)):
            return cls(rules=rules, as_of=as_of, engine=engine)
        day = as_of or today()
        pack = pack_on(Path(rules), day)
        everybody = "" if as_of else ", for which everybody is judged"
        write_note(f"{pack.version} of the packs in {rules} holds on {day}{everybody}: {pack.folder}, since {pack.effective}\n")
        return cls(rules=str(pack.folder), as_of=day, engine=engine)


def default_rules() -> str:
    """Return ./rules where there is a pack, or several that hold from a day each, else the pack that comes with the tool."""
    from evaluator.reading.pack.dated_packs import holds_versions

    rules = Path("rules")
    if (rules / "pack.yaml").is_file() or (rules.is_dir() and holds_versions(rules)):
        return "rules"
    return str(shipped_rules())


def _rules(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str:
    return default_rules() if value is None else value


def default_engine() -> str:
    """Return the engine for profiles, and say so where it is not the one that it is elsewhere."""
    engine = installed.default_engine()
    if engine != _ENGINES[0]:
        write_note(f"note: durable_rules is not on this machine, so the engine {engine} judges, which defines what rules mean\n")
    return engine


def day(_ctx: click.Context, _param: click.Parameter, value: str | None) -> datetime.date | None:
    """Read an option's day, or None where it is not given."""
    if value is None:
        return None
    try:
        found, precision = parse_date(value)
    except DateProblem as problem:
        raise click.BadParameter(f"{problem.message}; write it as {Precision.DAY.example}") from None
    if precision is not Precision.DAY:
        raise click.BadParameter(f"`{value}` names no day; write it as {Precision.DAY.example}")
    return found


def _own_rules(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str:
    if value is None and not Path("rules/pack.yaml").is_file():
        raise click.UsageError("there is no pack in ./rules to write to; name its folder with --rules")
    return value or "rules"


def own_pack(named: str | None, rules: str | None) -> str:
    """Return the folder of the pack that a command checks: as an argument or --rules names it, else ./rules; never another one."""
    if named and rules and Path(named).resolve() != Path(rules).resolve():
        raise click.UsageError(f"the pack is named twice, as {named} and as --rules {rules}; name it once")
    if named or rules:
        return str(Path(named or rules or ""))
    if not Path("rules/pack.yaml").is_file():
        raise _no_pack_here()
    return "rules"


def _no_pack_here() -> Unusable:
    from evaluator.reading.pack.pack import why_no_pack

    if not os.path.lexists("rules") and Path("pack.yaml").is_file():
        return Unusable("there is no folder ./rules here, and this folder is a pack itself", "name it: `.`")
    message, step = why_no_pack(Path("rules"))
    return Unusable(f"there is no pack in ./rules: {message}", step)


def names_folder(word: str) -> bool:
    """Whether a word among names of roles names the folder of a pack: spelt as a path, or the folder of one."""
    return word in {".", ".."} or word.startswith(("./", "../", "/")) or word.endswith("/") or Path(word, "pack.yaml").is_file()


def own_pack_and_roles(words: Sequence[str], rules: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the folder of the pack that a command checks, and the roles it is asked of, of words that may name either."""
    folders = tuple(dict.fromkeys(word for word in words if names_folder(word)))
    if len(folders) > 1:
        raise click.UsageError(f"{' and '.join(folders)} are two packs; name one")
    return own_pack(folders[0] if folders else None, rules), tuple(word for word in words if word not in folders)


_RULES_HELP = "The pack to use. [default: ./rules, else the pack that comes with the tool]"
FOLDER = ReadPath(file_okay=False, holds=Holds.PACK, unnamed="rules")
PACK_OR_ROLE = ReadPath(holds=Holds.PACK)
PACK = click.argument("pack", metavar="[PACK]", required=False, type=PACK_OR_ROLE)
CHECKED_RULES = click.option(
    "--rules", metavar="DIR", type=ReadPath(holds=Holds.PACK, unnamed="rules"), help="The same as PACK. [default: ./rules]"
)
FILE = ReadPath(dir_okay=False, allow_dash=True)
ANYWHERE = ReadPath(allow_dash=True, holds=Holds.PEOPLE)
PACK_OR_REVISION = ReadPath(holds=Holds.PACK)
DEFAULT_LOG = "decisions.log.jsonl"
LOG = LogPath(dir_okay=False, allow_dash=True, unnamed=DEFAULT_LOG)
OWN_LOG = LogPath(dir_okay=False, allow_dash=True, written=True)
WRITTEN = WrittenPath(dir_okay=False, allow_dash=True)
WITNESS = WrittenPath(dir_okay=False, allow_dash=True, beside_log=True)
WRITTEN_ANYWHERE = WrittenPath(allow_dash=True)
"""What a command reads and where it writes is told by these types, and held against each other."""
RULES = click.option(
    "--rules",
    metavar="DIR",
    type=FOLDER,
    callback=_rules,
    help=_RULES_HELP,
)
RULES_OR_NONE = click.option("--rules", metavar="DIR", type=FOLDER, help=_RULES_HELP)
OWN_RULES = click.option("--rules", metavar="DIR", type=FOLDER, callback=_own_rules, help="The pack to write to. [default: ./rules]")
ALLOW_UNTESTED = click.option(
    "--allow-untested", is_flag=True, help="Let pass what is too small to be tested, or held back as too small; not where nobody is judged."
)
AS_OF = click.option("--as-of", metavar="DATE", callback=day, help="The day to go by. [default: as the profile says, else today]")
GATHERED = click.option("--as-of", metavar="DATE", callback=day, help="The day on which the facts were gathered. [default: today]")
ENGINE = click.option("--engine", type=click.Choice(_ENGINES), help=f"What evaluates the rules. [default: {_ENGINES[0]}]")


def setting(verb: Verb) -> Verb:
    """Give a verb --rules, --as-of and --engine, as one `setting`."""
    return bundle(verb, "setting", Setting.of_profiles, {"rules": RULES, "as_of": AS_OF, "engine": ENGINE})


def setting_for_tables(verb: Verb) -> Verb:
    """Give a verb the setting, with the columns engine too; without --engine, `engine` is empty: profiles and tables have their own."""
    return _setting_of(verb, ("columns", *_ENGINES))


def setting_for_databases(verb: Verb) -> Verb:
    """Give a verb the same, with the engines that judge where the data lies."""
    return _setting_of(verb, ("columns", *_ENGINES, *DATABASES))


def _setting_of(verb: Verb, engines: tuple[str, ...]) -> Verb:
    step = "What evaluates the rules. [default: columns for tables, inference for profiles]"
    engine: Callable[[Verb], Verb] = click.option("--engine", type=click.Choice(engines), help=step)
    return bundle(verb, "setting", Setting.given, {"rules": RULES, "as_of": AS_OF, "engine": engine})


FORCE = click.option("--force", is_flag=True, help="Replace the file where it is there already.")
SHARED = click.option("--shared", is_flag=True, help="Let others read new files too, as the umask says. [default: for you alone]")


def output(*formats: str, document: bool = False, about_rules: bool = False, csv_of_people: bool = False) -> Callable[[Verb], Verb]:
    """Give a verb --format and -o, as one `output`; the first format is the default. One that writes CSV has --bom too.

    With `csv_of_people` it has --csv-delimiter and --csv-decimal as well.

    A file is replaced, but for a `document`, which people may have filled in: that takes --force. A new file is for its owner alone
    unless --shared is given, but for what is `about_rules` and names nobody.
    """
    listed = click.option(
        "--format", "format", type=click.Choice(formats), help=f"How to write it. [default: as the file's name ends, else {formats[0]}]"
    )
    file = click.option(
        "-o", "--output", "file", metavar="FILE", type=WRITTEN, help="Write to a file, whole or not at all. [default: standard output]"
    )

    bom = click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, so that Excel reads it as UTF-8.")

    def made(
        format: str | None,  # noqa: A002 - as click gives it
        file: str | None,
        csv_delimiter: str | None = None,
        csv_decimal: str | None = None,
        **flags: bool,
    ) -> Output:
        guessed = _ENDINGS.get(Path(file).suffix.lower()) if file else None
        if format is None and guessed is not None and guessed not in formats:
            raise click.UsageError(f"this verb does not write {guessed}; name one of its formats with --format: {', '.join(formats)}")
        chosen = format or guessed or formats[0]
        if flags.get("bom") and chosen != "csv":
            raise click.UsageError(f"only CSV begins with a byte order mark, and this is {chosen}; leave --bom out")
        style = _csv_style(csv_delimiter, csv_decimal, bom=flags.get("bom", False))
        if chosen != "csv" and attrs.evolve(style, bom=False) != CsvStyle():
            raise click.UsageError(f"--csv-delimiter and --csv-decimal say how CSV is written, and this is {chosen}; leave them out")
        mode = ORDINARY if about_rules or flags.get("shared") else PRIVATE
        replace = not document or flags.get("force", False)
        check(click.get_current_context())
        place = writable(file, "-o", replace=replace)
        if format is None and guessed is None and file and Path(file).suffix.lower() in _FOREIGN:
            message = f"this verb does not write {Path(file).suffix}; name one of its formats with --format"
            raise click.UsageError(f"{message}: {', '.join(formats)}")
        return Output(format=chosen, file=place, csv=style, mode=mode, replace=replace)

    given: dict[str, Callable[[Verb], Verb]] = {"format": listed, "file": file}
    given |= {"bom": bom} if "csv" in formats else {}
    given |= {"csv_delimiter": _CSV_DELIMITER, "csv_decimal": _CSV_DECIMAL} if csv_of_people else {}
    given |= {"force": FORCE} if document else {}
    given |= {} if about_rules else {"shared": SHARED}
    return lambda verb: bundle(verb, "output", made, given)


WHERE = click.option(
    "--where", metavar="CONDITION", help="Take only people who meet it, such as \"department = 'Payments' and years > 3\"."
)
_DELIMITERS = {",": ",", ";": ";", "tab": "\t", "|": "|"}
_CSV_DELIMITER = click.option(
    "--csv-delimiter", type=click.Choice(list(_DELIMITERS)), help="What separates cells of CSV. [default: , or ; with --csv-decimal ,]"
)
_CSV_DECIMAL = click.option("--csv-decimal", type=click.Choice((".", ",")), help="The decimal sign of numbers in CSV. [default: .]")


def _csv_style(delimiter: str | None, decimal: str | None, *, bom: bool) -> CsvStyle:
    """Return how CSV is written; where a comma stands before decimals, a semicolon separates cells, as spreadsheets have it."""
    if (delimiter, decimal) == (",", ","):
        raise click.UsageError("a comma cannot both separate cells and stand before decimals; name another --csv-delimiter, such as `;`")
    chosen = delimiter or (";" if decimal == "," else ",")
    return CsvStyle(delimiter=_DELIMITERS[chosen], decimal=decimal or ".", bom=bom)


def quiet_and_log(verb: Verb) -> Verb:
    """Give a verb --quiet and --log, which say what becomes of its messages; above all other options, so that they hold from the start.

    In the help they stand last.
    """

    @functools.wraps(verb)
    def heard(*args: object, quiet: bool, log: str | None, **given: object) -> object:
        if log is not None:
            check(click.get_current_context())
            if (place := writable(log, "--log")) is None:
                raise Unusable("--log names a file that messages are added to, and `-` is none", "name a file")
            messages().into(Path(place))
        messages().quiet = quiet
        return verb(*args, **given)

    others = heard.__dict__.pop("__click_params__", [])
    wrapped: Verb = heard
    for option in reversed(_MESSAGES):
        wrapped = option(wrapped)
    wrapped.__dict__["__click_params__"] += others
    return wrapped


_MESSAGES: tuple[Callable[[Verb], Verb], ...] = (
    click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors, beside the result itself."),
    click.option("--log", metavar="FILE", type=WRITTEN, help="Add all that is said to a file, each line with its time."),
)


def writable(file: str | None, option: str, *, replace: bool = True) -> str | None:
    """Return the file that is to be written, None for standard output; raises Unusable where it cannot be, or is to stay."""
    if file is None or file == STANDARD_OUTPUT:
        return None
    if not Path(file).parent.is_dir():
        raise Unusable(f"there is no folder {Path(file).parent}", f"make it, or name another file with {option}")
    refuse_there(Path(file), replace=replace)
    return file


def bundle(verb: Verb, name: str, make: Callable[..., object], options: dict[str, Callable[[Verb], Verb]]) -> Verb:
    """Give a verb options that arrive as one object."""

    @functools.wraps(verb)
    def bundled(*args: object, **given: object) -> object:
        taken = {option: given.pop(option) for option in options}
        return verb(*args, **given, **{name: make(**taken)})

    wrapped: Verb = bundled
    for option in reversed(options.values()):
        wrapped = option(wrapped)
    return wrapped
