"""What looks like a date in a text: patterns in seven languages, strict enough for titles.

`dateparser` has a search of its own, but that takes "may", "second" and "now" out of titles. So a
phrase has to look like a date here before anybody is asked what it means.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Where a word begins, behind a backslash too: that keeps it from being understood.
BEFORE = r"(?:(?<![^\s(,;])|(?<=[\s(,;]\\)|(?<=^\\))"
AFTER = r"(?=$|[\s,;:!?)]|\.(?:\s|$))"
# What may stand after a number that is a day or an hour: no noun, as in "3 March beers".
EDGE = (
    r"(?=\s*(?:$|[,;:!?()#@+~\\]|\.(?:\s|$)|[-–—]\s|noon\b|midday\b"
    r"|[0-9]{1,2}(?:[:.h][0-9]{2}|h|\s?[ap]m|\suhr)\b"
    r"|(?:about|after|and|at|before|by|daily|every|for|from|if|in|monthly|on|or|re|to|until|via"
    r"|weekly|when|with|yearly|bei|mit|um|und|à|avec|et|pour|a|con|para|y|com|e)\s))"
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT_WEEKDAYS = r"mon|tues?|wed|thu(?:rs?)?|fri|sat|sun"
# A day after one of these is part of what is said: "after tomorrow", "the Friday paper".
PART_OF_WHAT_IS_SAID = frozenset(
    {
        *("a", "an", "the", "that", "our", "their", "each", "every", "last", "past", "previous"),
        *("before", "after", "since", "from", "to", "for", "of", "than", "vs", "day"),
        *("black", "good", "guten", "heute", "jeden", "jede", "nach", "seit", "la", "esta"),
        *("chaque", "tous", "les", "après", "depuis", "cada", "todo", "todos", "toda", "todas"),
        *("los", "desde", "após", "ogni", "dopo", "elke", "iedere", "na", "sinds"),
    }
)


@dataclass(frozen=True)
class _Language:
    """How dates are said. `lead` may stand before a day and is taken with it."""

    days: str
    weekdays: str
    months: str
    lead: str
    ahead: str
    next_week: str
    between: str = r"\s"
    after: str = ""


_SHORT_MONTHS = "jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec"
_LEAD = r"on|by|until|till|due|starting|from|to"
_LANGUAGES = {
    "en": _Language(
        r"(?:the\s)?day\safter\stomorrow|today|tonight|tomorrow",
        "|".join(WEEKDAYS),
        r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
        r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?",
        _LEAD,
        r"in\s(?:(?:[0-9]{1,3}|one|two|three|four|five|six)\s(?:day|week|month|year)s?"
        r"|an?\s(?:week|month|year))",
        r"next\sweek",
        between=r"\s(?:of\s)?",
    ),
    "de": _Language(
        "heute|morgen|übermorgen",
        "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag",
        "januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember",
        r"am|bis|bis\szum|nächsten|kommenden|diesen",
        r"in\s(?:[0-9]{1,3}|einem|einer|zwei|drei|vier|fünf|sechs)\s"
        r"(?:tag(?:en)?|wochen?|monat(?:en)?|jahr(?:en)?)",
        r"nächste\swoche",
    ),
    "fr": _Language(
        "aujourd['’]hui|demain|après-demain",
        "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
        "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
        r"le|ce|avant\sle",
        r"dans\s(?:[0-9]{1,3}|une?|deux|trois|quatre|cinq|six)\s(?:jours?|semaines?|mois|ans?)",
        r"la\ssemaine\sprochaine",
        after=r"(?:\sprochain)?",
    ),
    "es": _Language(
        r"hoy|(?:pasado\s)?mañana",
        "lunes|martes|miércoles|jueves|viernes|sábado|domingo",
        "enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre",
        r"el|este|próximo|el\spróximo|hasta\sel",
        r"en\s(?:[0-9]{1,3}|una?)\s(?:días?|semanas?|mes(?:es)?|años?)",
        r"la\spróxima\ssemana|la\ssemana\sque\sviene",
        between=r"\s(?:de\s)?",
    ),
    "pt": _Language(
        r"hoje|(?:depois\sde\s)?amanhã",
        "(?:segunda|terça|quarta|quinta|sexta)-feira|sábado|domingo",
        "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro",
        r"na|no|até|próxima|na\spróxima",
        r"em\s(?:[0-9]{1,3}|uma?)\s(?:dias?|semanas?|m[eê]s(?:es)?|anos?)",
        r"(?:na\s)?próxima\ssemana|(?:na\s)?semana\sque\svem",
        between=r"\s(?:de\s)?",
    ),
    "it": _Language(
        "oggi|domani|dopodomani",
        "lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica",
        "gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre"
        "|dicembre",
        r"il|entro|entro\sil|questo|prossimo",
        r"tra\s[0-9]{1,3}\s(?:giorn[oi]|settiman[ae]|mes[ei]|ann[oi])",
        r"(?:la\s)?prossima\ssettimana|(?:la\s)?settimana\sprossima",
    ),
    "nl": _Language(
        "vandaag|overmorgen",
        "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag",
        "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december",
        r"op|voor|tot|deze|komende",
        r"over\s[0-9]{1,3}\s(?:dag(?:en)?|we(?:ek|ken)|maand(?:en)?|jaar)",
        r"volgende\sweek",
    ),
}


@dataclass(frozen=True)
class DayWords:
    """A place in a text that looks like a date: `words` say it, `lead` is the word before them.

    `form` is `day`, `weekday`, `period`, `next_week`, `month`, `of_month` (a day of this month or
    of the next one), `ahead` or `numbers`.
    """

    start: int
    end: int
    form: str
    language: str
    lead: str
    words: str


def find(text: str) -> list[DayWords]:
    """Return what looks like a date, in the order of the text; none of them overlap."""
    every = [
        DayWords(one.start(), one.end(), form, code, (one["lead"] or "").casefold(), one["is"])
        for code, form, pattern in _PATTERNS
        for one in pattern.finditer(text)
        if one["lead"] or _word_before(text, one.start()) not in PART_OF_WHAT_IS_SAID
    ]
    found: list[DayWords] = []
    for one in sorted(every, key=lambda one: (one.start, -one.end)):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return found


def _word_before(text: str, at: int) -> str:
    words = text[max(0, at - 20) : at].split()
    return words[-1].strip(",;(\\").casefold() if words else ""


_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"


def _in_english() -> Iterator[tuple[str, str]]:
    yield (
        "day",
        rf"(?:(?P<lead>by|until|till|due|starting|from|to)\s)?(?P<is>{_LANGUAGES['en'].days})",
    )
    week = r"(?:next|this)\s"
    yield "weekday", rf"(?:(?P<lead>{_LEAD})\s)?(?P<is>(?:{week})?(?:{'|'.join(WEEKDAYS)}))"
    yield "weekday", rf"(?:(?P<lead>{_LEAD})\s)?(?P<is>{week}(?:{SHORT_WEEKDAYS}))"
    yield "weekday", rf"(?P<lead>{_LEAD})\s(?P<is>{SHORT_WEEKDAYS}){EDGE}"
    yield "weekday", rf"(?P<lead>)(?P<is>tues?|thu(?:rs?)?|fri){EDGE}"
    yield "period", r"(?:(?P<lead>by)\s)?(?P<is>next\s(?:month|year)|(?:this|next)\sweekend)"
    yield "period", r"(?:(?P<lead>by|at)\s)?(?P<is>(?:the\s)?end\sof\s(?:the\s)?month)"
    yield "of_month", rf"(?P<lead>on|by|until|till|due)\sthe\s(?P<is>{_DAY}(?:st|nd|rd|th)){EDGE}"
    # The long names of months are said of things, too: "2 April invoices".
    yield "month", rf"(?P<lead>)(?<![\s\S])(?P<is>[0-9]{{1,2}}\s(?:{_SHORT_MONTHS}))"
    for numbers in (
        "{4}-[0-9]{2}-[0-9]{2}",
        r"{1,2}\.[0-9]{1,2}\.[0-9]{4}",
        "{1,2}/[0-9]{1,2}/[0-9]{4}",
    ):
        yield "numbers", rf"(?:(?P<lead>{_LEAD})\s)?(?P<is>[0-9]{numbers})"


def _in_any(code: str, one: _Language) -> Iterator[tuple[str, str]]:
    if code != "en":
        yield "day", rf"(?P<lead>)(?P<is>{one.days})"
        yield "weekday", rf"(?:(?P<lead>{one.lead})\s)?(?P<is>{one.weekdays}){one.after}"
    if code == "de":
        yield "numbers", rf"(?P<lead>{one.lead})\s(?P<is>[0-9]{{1,2}}\.[0-9]{{1,2}}\.)"
    yield "ahead", rf"(?P<lead>)(?P<is>{one.ahead})"
    yield "next_week", rf"(?:(?P<lead>by)\s)?(?P<is>{one.next_week})"
    day = rf"{_DAY}(?:st|nd|rd|th|er|\.)?"
    in_month = rf"{day}{one.between}(?:{one.months})"
    if code == "en":
        in_month = rf"(?:{in_month}|(?:{one.months})\s{day})"
    week = rf"(?:(?:{one.weekdays}{'|' + SHORT_WEEKDAYS if code == 'en' else ''}),?\s)?"
    the = r"(?:the\s)?" if code == "en" else ""
    in_year = rf"{in_month},?{one.between}[0-9]{{4}}"
    yield "month", rf"(?:(?P<lead>{one.lead})\s{the})?{week}(?P<is>{in_year})"
    yield "month", rf"(?P<lead>{one.lead})\s{the}{week}(?P<is>{in_month})"
    yield "month", rf"(?P<lead>){week[:-1]}(?P<is>{in_month})"
    yield "month", rf"(?P<lead>){week}(?P<is>{in_month}){EDGE}"


_PATTERNS = [
    (code, form, re.compile(BEFORE + pattern + AFTER, re.IGNORECASE))
    for code, form, pattern in (
        *(("en", *one) for one in _in_english()),
        *((code, *each) for code, one in _LANGUAGES.items() for each in _in_any(code, one)),
    )
]
