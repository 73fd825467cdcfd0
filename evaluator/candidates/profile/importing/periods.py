"""Dates of an export, in the words of the languages that exports come in: read as they stand, never filled in."""

from __future__ import annotations

import datetime
import re

import attrs

from evaluator.candidates.profile.importing.exported import ExportedText
from evaluator.core.dates import MONTH_NAMES, DateProblem, Precision, last_day, parse_date, truncate
from evaluator.core.text import fold_accents
from evaluator.core.values import PartialDate, clip, day_bounds
from evaluator.diagnostics import Problems

Day = datetime.date | PartialDate
_MONTHS = (
    "januar january januari janvier janv enero ene janeiro gennaio gen janner jaenner jan styczen stycznia sty",
    "februar february februari fevrier fevr fev febrero fevereiro febbraio feb luty lutego lut",
    "marz maerz mrz mars marzo mar marco maart mrt marts marzec marca",
    "april avril avr abril abr aprile apr kwiecien kwietnia kwi",
    "mai mayo may maio maggio mag mei maj maja",
    "juni juin junio jun junho giugno giu czerwiec czerwca cze",
    "juli juillet juil julio jul julho luglio lug lipiec lipca",
    "august aout agosto ago aug augustus augusti sierpien sierpnia sie",
    "september septembre septiembre setiembre setembro settembre sept sett sep set wrzesien wrzesnia wrz",
    "oktober octobre octubre outubro ottobre okt oct out ott pazdziernik pazdziernika paz",
    "november novembre noviembre novembro nov",
    "dezember decembre diciembre dezembro dicembre december desember dez dec dic des grudzien grudnia gru",
)
"""Names of months without accents in German, French, Spanish, Portuguese, Italian, Dutch, Danish, Norwegian, Swedish and Polish.

Left out are names that mean another month elsewhere: `listopad` is November in Poland and October in Croatia, `lip` July and June.
"""
_OPEN = """
    present|the present|to present|to the present|till present|until present|up to present|present day|now
    till now|until now|up to now|to now|to date|till date|until date|today
    till today|until today|current|currently|ongoing|on going|still|continuing|in progress
    heute|bis heute|jetzt|bis jetzt|aktuell|derzeit|derzeitig|gegenwärtig|gegenwart|laufend|andauernd|momentan|dato|bis dato
    aujourd'hui|jusqu'à aujourd'hui|à ce jour|ce jour|actuel|actuelle|actuellement|en cours|maintenant|à présent|jusqu'à présent|présent
    presente|al presente|el presente|hasta el presente|actual|actualidad|la actualidad|hasta la actualidad|actualmente|hoy|hasta hoy
    ahora|hasta ahora|en curso|hasta la fecha|a la fecha
    atual|atualmente|atualidade|hoje|até hoje|agora|até agora|momento|até o momento|até ao momento|até o presente|até à data|em curso
    attuale|attualmente|attualità|oggi|ad oggi|a oggi|fino ad oggi|adesso|ora|in corso
    heden|tot heden|nu|tot nu|huidig|huidige|vandaag|tot op heden|lopend|actueel
    nuværende|nuvaerende|i dag|idag|igangværende|nåværende|navaerende|pågående|nuvarande|dags dato
    obecnie|do obecnie|obecny|teraz|nadal|dzisiaj|do dzisiaj|do dziś|do chwili obecnej|w trakcie
    současnost|do současnosti|dosud|doposud|nyní|dnes|nykyinen|nykyhetki|nyt|jatkuu|halen|günümüz|devam ediyor|bugün
    jelenleg|jelen|prezent|în prezent|настоящее время|по настоящее время|сейчас|теперішній час|至今|现在|現在|目前|現職|현재
"""
"""Words for an end that is still to come, in the languages that exports come in."""
_YEAR_MONTH_DAY = re.compile(r"([0-9]{4})年 ?([0-9]{1,2})月(?: ?([0-9]{1,2})日)?")
_ORDINAL = re.compile(r"^([0-9]{1,2})(?:er|o|a|e)\b")
_WORD = re.compile(r"[^\W\d_]+")


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", fold_accents(text)))


_IN_ENGLISH = {name: MONTH_NAMES[index][0] for index, names in enumerate(_MONTHS) for name in names.split()} | {"de": "", "del": ""}
_OPEN_WORDS = frozenset(_words(word) for line in _OPEN.splitlines() for word in line.split("|"))


def is_open(text: str) -> bool:
    """Whether a text says, instead of a date, that something goes on: Present, heute, actualidad; case and accents do not count."""
    words = _words(text)
    return bool(words) and words in _OPEN_WORDS


def export_date(text: str) -> tuple[datetime.date, Precision]:
    """Return the first day that a date covers, and its precision, the month's name in any of the languages; raises DateProblem."""
    try:
        return parse_date(text)
    except DateProblem as problem:
        digits = _YEAR_MONTH_DAY.sub(lambda match: "-".join(part for part in match.groups() if part), text)
        worded = _WORD.sub(lambda match: _IN_ENGLISH.get(match[0], match[0]), _ORDINAL.sub(r"\1", fold_accents(digits)))
        try:
            return parse_date(" ".join(worded.split()))
        except DateProblem:
            raise problem from None


@attrs.frozen(kw_only=True)
class Period:
    """When something was: its ends as an entry holds them, None for one that is not said; `ongoing` where it has no end.

    `asks` are the questions that are left, in words; without an answer to them the period is known in part.
    """

    start: Day | None
    end: Day | None
    ongoing: bool
    asks: tuple[str, ...] = ()

    def begins_after(self, day: datetime.date) -> bool:
        """Whether it is known to begin after a day."""
        starts = day_bounds(self.start)
        return starts is not None and starts[0] > day

    def goes_on(self, day: datetime.date) -> bool | None:
        """Whether it goes on in the month of a day; None where nobody knows."""
        starts, ends = day_bounds(self.start), day_bounds(self.end)
        month = day.replace(day=1)
        if (ends and ends[1] < month) or (starts and starts[0] > day):
            return False
        return True if starts and starts[1] <= day and (self.ongoing or (ends and ends[0] >= month)) else None


def _read(exported_text: ExportedText | None, problems: Problems, what: str) -> tuple[datetime.date, Precision] | None:
    """Read a date; report one that is none."""
    if exported_text is None or exported_text.unreadable:
        return None
    try:
        return export_date(exported_text.text)
    except DateProblem as problem:
        step = f"{problem.step}, in the profile that is made of it; {what} is unknown until then"
        return problems.add("I102", problem.message, exported_text.span, help=step)


def days_of(exported_text: ExportedText | None, problems: Problems, what: str) -> tuple[datetime.date, datetime.date] | None:
    """Return the first and the last day that a date covers, or None where there is none; report one that is none, by what it is."""
    found = _read(exported_text, problems, what)
    return None if found is None else (found[0], last_day(*found))


def _end_of(exported_text: ExportedText, name: str, precision: Precision, problems: Problems) -> tuple[Day, str]:
    """Return one end of a period, as far as it is known, and the question that is left."""
    begins = name == "start"
    found = _read(exported_text, problems, f"the {name}")
    if found is None:
        given = "" if exported_text.unreadable else f" The export says “{clip(exported_text.text)}”."
        return PartialDate(), f"when did it {'begin' if begins else 'end'}?{given}"
    day, given_as = found
    if not given_as.coarser_than(precision):
        return truncate(day, precision), ""
    partial_date = PartialDate(day=day, precision=given_as)
    question = f"{'from' if begins else 'until'} which {precision} of {partial_date}?"
    step = f"the {given_as} is kept; add the {precision} in the profile, as in {precision.example}"
    problems.add("I102", f"`{clip(exported_text.text)}` names no {precision}", exported_text.span, help=step)
    return partial_date, question


def period_of(start: ExportedText | None, end: ExportedText | None, precision: Precision, problems: Problems) -> Period:
    """Read both ends of something, each for itself; where they contradict each other neither is used."""
    ongoing = end is None or (not end.unreadable and is_open(end.text))
    first: Day | None = None
    last: Day | None = None
    from_when, until_when = "when did it begin? The export does not say.", ""
    if start is not None:
        first, from_when = _end_of(start, "start", precision, problems)
    if end is not None and not ongoing:
        last, until_when = _end_of(end, "end", precision, problems)
    starts, ends = day_bounds(first), day_bounds(last)
    if starts and ends and ends[1] < starts[0] and start and end:
        message = f"it ends ({clip(end.text)}) before it starts ({clip(start.text)})"
        problems.add("I102", message, end.span, help="correct them in the profile; neither date was used")
        first = last = PartialDate()
        from_when, until_when = f"from when until when? The export says “{clip(start.text)}” to “{clip(end.text)}”.", ""
    return Period(start=first, end=last, ongoing=ongoing, asks=tuple(ask for ask in (from_when, until_when) if ask))
