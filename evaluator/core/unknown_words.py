"""Words that say that something is not known: how exports and people write it, in many languages, of a group as of any other fact."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from evaluator.core.text import fold_accents, fold_spaces

_ENGLISH = """
    unknown; not known; unk; ukn; na; n a; nan; nat; null; nul; none; nil; missing; blank; empty; void; undefined; not defined;
    not available; unavailable; not applicable; not specified; unspecified; not stated; unstated; not given; none given; not provided;
    not reported; unreported; not recorded; not collected; not obtained; not asked; not entered; not selected; not set; unset;
    not disclosed; undisclosed; nondisclosed; non disclosed; non disclosure; not answered; unanswered; no answer; no response; no reply;
    no data; no value; no information; no info; no entry; not declared; undeclared; not determined; undetermined; tbd; tbc; withheld;
    information withheld; opt out; opted out; dont know; do not know; i dont know; i do not know; dunno; idk; no idea; not sure;
    unsure; n d; n r; n k
"""
_GERMAN = """
    keine angabe; keine angaben; k a; ka; ohne angabe; ohne angaben; o a; unbekannt; nicht bekannt; nicht angegeben; nicht erfasst;
    nicht genannt; nicht verfügbar; nicht vorhanden; nicht zutreffend; nicht ausgefüllt; nicht gesetzt; keine antwort; keine daten;
    fehlt; fehlend; leer; nv; n v; weiß nicht; weiß ich nicht; ich weiß es nicht; keine ahnung;
    verweigert; möchte ich nicht sagen; möchte ich nicht angeben; möchte nicht antworten
"""
_FRENCH = """
    non renseigné; non renseignée; inconnu; inconnue; non connu; non connue; non précisé; non précisée; non spécifié; non spécifiée;
    non communiqué; non communiquée; non déclaré; non déclarée; non indiqué; non indiquée; non disponible; non applicable;
    sans réponse; pas de réponse; sans objet; vide; refus; nsp; ne sait pas; je ne sais pas; aucune idée;
    ne se prononce pas; ne souhaite pas répondre;
    préfère ne pas répondre; préfère ne pas dire; n c; s o
"""
_SPANISH_PORTUGUESE_ITALIAN = """
    desconocido; desconocida; no especificado; no especificada; sin especificar; no indicado; no indicada; no consta; no disponible;
    no declarado; no declarada; no informado; no informada; no aplica; no responde; no contesta; no sabe; no sé; no lo sé; ns nc; sin datos;
    sin información; sin respuesta; prefiero no decir; prefiero no decirlo; prefiero no responder; prefiere no decir;
    desconhecido; desconhecida; não informado; não informada; não declarado; não declarada; não especificado; não especificada;
    não disponível; não se aplica; não sabe; sem informação; sem resposta; ignorado; ignorada; prefiro não dizer; prefiro não responder;
    prefiro não informar; sconosciuto; sconosciuta; ignoto; ignota; non noto; non specificato; non specificata; non indicato;
    non indicata; non dichiarato; non dichiarata; non disponibile; non pervenuto; non risponde; nessuna risposta;
    preferisco non rispondere; preferisco non dirlo
"""
_OTHERS = """
    onbekend; niet bekend; niet opgegeven; niet ingevuld; niet gespecificeerd; geen opgave; geen antwoord; zeg ik liever niet;
    wil niet zeggen; wil ik niet zeggen; nvt; n v t; okänd; okänt; uppgift saknas; saknas; ej angivet; ej angiven; vill ej uppge; ukjent;
    ukendt; ikke oppgitt; ikke oplyst; ikke angitt; ikke angivet; tuntematon; ei tiedossa; ei ilmoitettu; ei halua sanoa;
    nieznany; nieznana; nieznane; nie podano; brak; brak danych; brak odpowiedzi; odmowa; neznámý; neznámá; neznámé; neuvedeno;
    nezadáno; ismeretlen; nincs megadva; necunoscut; nespecificat; bilinmiyor; belirtilmemiş; неизвестно; неизвестен; не указано;
    не указан;
    невідомо; не вказано; άγνωστο; 不明; 未回答; 無回答; 回答しない; 未知; 不详; 未填写; 未提供; 미상; 알 수 없음; 무응답; غير معروف;
    לא ידוע
"""
_REFUSED = re.compile(
    r"(?:i |id |we )?(?:(?:prefers?|preferred|chooses?|chose|wish|wishes|wants?|opts?|opted|(?:would |d )?rather|would prefer) not|"
    r"(?:do not|dont|does not|doesnt) (?:wish|want)|declines?|declined|refuses?|refused)(?: to)?"
    r"(?: (?:say|answer|disclose|state|specify|respond|reply|identify|self identify|tell|share|provide|give|report|reveal)\b.*)?"
)
_SHEET_ERROR = re.compile(r"#[A-Z/0]+[!?]|#N/A|#NV|#NULL|#ND|#N/D")
_NULLS = frozenset({"\\n", "\\N"})
"""How databases export nothing."""


def key(text: str) -> str:
    """Fold what does not count when words are compared: case, accents, apostrophes, signs between words and around them."""
    bare = fold_accents(text)
    return " ".join("".join(letter if letter.isalnum() else " " for letter in bare.replace("'", "").replace("\u2019", "")).split())


UNKNOWN = frozenset(
    key(word) for words in (_ENGLISH, _GERMAN, _FRENCH, _SPANISH_PORTUGUESE_ITALIAN, _OTHERS) for word in words.split(";") if word.strip()
)


def says_nothing(text: str, also: Iterable[str] = (), never: Iterable[str] = ()) -> bool:
    """Whether a text tells nothing of a group: a word for that, one of `also`, or signs alone; one of `never` always tells something."""
    written, folded = fold_spaces(text), key(text)
    if written in map(fold_spaces, never):
        return False
    if written in map(fold_spaces, also) or text.strip() in _NULLS or _SHEET_ERROR.fullmatch(text.strip().upper()):
        return True
    if not folded:
        return not any(unicodedata.category(letter) == "So" for letter in text)
    return folded in UNKNOWN or _REFUSED.fullmatch(folded) is not None
