"""Reading a line that says what is to be done: what is understood, and what stays a title."""

import re
import unicodedata
from datetime import date, datetime, time
from typing import Any, get_args
from uuid import UUID

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from mosaic.tasks.quick.line import Kind
from mosaic.tasks.quick_add import Known, QuickAdd, read

NOW = datetime(2026, 3, 4, 10, 0)  # a Wednesday
MEMBERS = [
    Known(UUID(int=1), "Maria Silva", "maria@example.org"),
    Known(UUID(int=2), "Max Weber", "mw@example.org"),
    Known(UUID(int=3), "María José", "mj@example.org"),
    Known(UUID(int=4), "🎉", "🎉@example.org"),
]
PROJECTS = [Known(UUID(int=8), "Garden work", "garden"), Known(UUID(int=9), "House", "house")]


def _read(text: str, **more: Any) -> QuickAdd:
    return read(text, more.pop("now", NOW), MEMBERS, PROJECTS, ["Home", "Deep Work"], **more)


def _said(text: str) -> tuple[str, str]:
    """Return the title, and each part as `kind=meaning`."""
    found = _read(text)
    return found.title, " ".join(f"{part.kind}={part.meaning}" for part in found.parts)


UNDERSTOOD = [
    (
        "Call Ana tomorrow 9:00 #home !high @maria",
        "Call Ana",
        "date=2026-03-05 time=09:00 tag=Home priority=HIGH assignee=Maria Silva",
    ),
    ("Call Ana today", "Call Ana", "date=2026-03-04"),
    ("Call Ana tonight", "Call Ana", "date=2026-03-04"),
    ("Call Ana by tomorrow", "Call Ana", "date=2026-03-05"),
    ("The day after tomorrow call Ana", "call Ana", "date=2026-03-06"),
    ("Call Ana friday", "Call Ana", "date=2026-03-06"),
    ("Call Ana this friday", "Call Ana", "date=2026-03-06"),
    ("Call Ana next friday", "Call Ana", "date=2026-03-13"),
    ("Call Ana wednesday", "Call Ana", "date=2026-03-11"),
    ("Call Ana this wednesday", "Call Ana", "date=2026-03-04"),
    ("Party on Sat", "Party", "date=2026-03-07"),
    ("Bill fri", "Bill", "date=2026-03-06"),
    ("Pay in 3 days", "Pay", "date=2026-03-07"),
    ("Meet in two weeks with Bob", "Meet with Bob", "date=2026-03-18"),
    ("Report next week", "Report", "date=2026-03-09"),
    ("Report next month", "Report", "date=2026-04-01"),
    ("Report next year", "Report", "date=2027-01-01"),
    ("Report this weekend", "Report", "date=2026-03-07"),
    ("Report next weekend", "Report", "date=2026-03-14"),
    ("Rent by the end of the month", "Rent", "date=2026-03-31"),
    ("Call Ana 12 Dec", "Call Ana", "date=2026-12-12"),
    ("12 Dec call Ana", "call Ana", "date=2026-12-12"),
    ("Call Ana 12 Dec about rent", "Call Ana about rent", "date=2026-12-12"),
    ("Call Ana on Dec 12th, 2027", "Call Ana", "date=2027-12-12"),
    ("Call Ana Fri, 6 Mar early", "Call Ana early", "date=2026-03-06"),
    ("Order beers 3 March", "Order beers", "date=2027-03-03"),
    ("Buy flowers 4 March", "Buy flowers", "date=2026-03-04"),
    ("Dance 29 feb", "Dance", "date=2028-02-29"),
    ("Dentist 2026-12-24 at 14:30", "Dentist", "date=2026-12-24 time=14:30"),
    ("Dentist 24.12.2026", "Dentist", "date=2026-12-24"),
    ("Dentist 12/24/2026", "Dentist", "date=2026-12-24"),
    ("Meet at 9", "Meet", "time=09:00"),
    ("Meet at 9 with Bob", "Meet with Bob", "time=09:00"),
    ("Meet at 12am", "Meet", "time=00:00"),
    ("Movie 9 pm", "Movie", "time=21:00"),
    ("Movie tomorrow, 9:07", "Movie", "date=2026-03-05 time=09:07"),
    ("Standup 9:30", "Standup", "time=09:30"),
    ("Standup tomorrow 9.30", "Standup", "date=2026-03-05 time=09:30"),
    ("Standup 9.30 tomorrow", "Standup", "time=09:30 date=2026-03-05"),
    ("Standup at 9.30", "Standup", "time=09:30"),
    ("Standup daily 9am", "Standup", "repeat=FREQ=DAILY time=09:00"),
    ("Dinner 18h", "Dinner", "time=18:00"),
    ("Dinner tomorrow 8h", "Dinner", "date=2026-03-05 time=08:00"),
    ("Dinner 3 March 18h30", "Dinner", "date=2027-03-03 time=18:30"),
    ("Lunch noon", "Lunch", "time=12:00"),
    ("Lunch at noon with Bob", "Lunch with Bob", "time=12:00"),
    ("Report by noon tomorrow", "Report", "time=12:00 date=2026-03-05"),
    ("Report by 17:30", "Report", "time=17:30"),
    ("Zahnarzt 9 Uhr", "Zahnarzt", "time=09:00"),
    ("Water plants every monday", "Water plants", "repeat=FREQ=WEEKLY;BYDAY=MO"),
    ("Water plants every 2 weeks", "Water plants", "repeat=FREQ=WEEKLY;INTERVAL=2"),
    ("Water plants daily", "Water plants", "repeat=FREQ=DAILY"),
    ("Pay rent monthly #home", "Pay rent", "repeat=FREQ=MONTHLY tag=Home"),
    ("Pay rent every year", "Pay rent", "repeat=FREQ=YEARLY"),
    ("Gym every weekday 7am", "Gym", "repeat=FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR time=07:00"),
    ("Gym every fri, mon and wed", "Gym", "repeat=FREQ=WEEKLY;BYDAY=MO,WE,FR"),
    ("Backup every other tuesday", "Backup", "repeat=FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
    ("Course starting monday", "Course", "start=2026-03-09"),
    ("Vacation from 3 May to 7 May", "Vacation", "start=2026-05-03 date=2026-05-07"),
    ("Vacation from monday to friday", "Vacation", "start=2026-03-09 date=2026-03-13"),
    ("Plan monday meeting friday", "Plan monday meeting", "date=2026-03-06"),
    ("!low Fix it !high", "!low Fix it", "priority=HIGH"),
    ("Plan beds +gard ~2h30m", "Plan beds", "project=Garden work estimate=150"),
    ("Rest ~1.5h", "Rest", "estimate=90"),
    ("Rest ~2d", "Rest", "estimate=960"),
    ("Ask @max-weber", "Ask", "assignee=Max Weber"),
    ("Ask @MW", "Ask", "assignee=Max Weber"),
    ("Think #deep-work #Über #déjà/vu", "Think", "tag=Deep Work tag=Über tag=déjà/vu"),
    ("Tomorrow: call Ana", "call Ana", "date=2026-03-05"),
    ("Call Ana, tomorrow, about rent", "Call Ana, about rent", "date=2026-03-05"),
    ("Call Ana (tomorrow)", "Call Ana", "date=2026-03-05"),
    ("Call Ana tomorrow.", "Call Ana.", "date=2026-03-05"),
    ("tomorrow", "", "date=2026-03-05"),
    ("Ana morgen um 9:00 anrufen", "Ana anrufen", "date=2026-03-05 time=09:00"),
    ("Zahnarzt am 3. Mai", "Zahnarzt", "date=2026-05-03"),
    ("Treffen nächsten Freitag", "Treffen", "date=2026-03-06"),
    ("Appeler Ana demain", "Appeler Ana", "date=2026-03-05"),
    ("Rendez-vous le 3 mai", "Rendez-vous", "date=2026-05-03"),
    ("Llamar a Ana mañana", "Llamar a Ana", "date=2026-03-05"),
    ("Cita el 3 de mayo", "Cita", "date=2026-05-03"),
    ("Ligar para Ana amanhã", "Ligar para Ana", "date=2026-03-05"),
    ("Consulta em 2 semanas", "Consulta", "date=2026-03-18"),
    ("Report on the 15th of March", "Report", "date=2026-03-15"),
    ("Report on the 15th at 9:00", "Report", "date=2026-03-15 time=09:00"),
    ("Report by the 4th", "Report", "date=2026-03-04"),
    ("Report by the 3rd", "Report", "date=2026-04-03"),
    ("Pay rent every month on the 1st", "Pay rent", "repeat=FREQ=MONTHLY date=2026-04-01"),
    ("Zahnarzt in drei Tagen", "Zahnarzt", "date=2026-03-07"),
    ("Zahnarzt nächste Woche", "Zahnarzt", "date=2026-03-09"),
    ("Zahnarzt am 15.3. um 9 Uhr", "Zahnarzt", "date=2026-03-15 time=09:00"),
    ("Zahnarzt am 3.3.", "Zahnarzt", "date=2027-03-03"),
    ("Rendez-vous dans deux semaines", "Rendez-vous", "date=2026-03-18"),
    ("Rendez-vous la semaine prochaine", "Rendez-vous", "date=2026-03-09"),
    ("Llamar a Ana pasado mañana", "Llamar a Ana", "date=2026-03-06"),
    ("Cita la próxima semana", "Cita", "date=2026-03-09"),
    ("Ligar para Ana depois de amanhã", "Ligar para Ana", "date=2026-03-06"),
    ("Chiamare Ana domani", "Chiamare Ana", "date=2026-03-05"),
    ("Chiamare Ana dopodomani", "Chiamare Ana", "date=2026-03-06"),
    ("Dentista il 3 maggio", "Dentista", "date=2026-05-03"),
    ("Bel Ana overmorgen", "Bel Ana", "date=2026-03-06"),
    ("Bel Ana op 3 mei", "Bel Ana", "date=2026-05-03"),
    ("🎉" * 500 + " tomorrow", "🎉" * 500, "date=2026-03-05"),
    ("להתקשר לאנה tomorrow #בית", "להתקשר לאנה", "date=2026-03-05 tag=בית"),
    ("Call\x00Ana\ttomorrow\n", "Call Ana", "date=2026-03-05"),
]


@pytest.mark.parametrize(("text", "title", "parts"), UNDERSTOOD)
def test_what_is_understood(text: str, title: str, parts: str) -> None:
    assert _said(text) == (title, parts)


@pytest.mark.parametrize(
    "text",
    [
        *("Read 1984", "Buy 2 apples", "May the force be with you", "Order 3 March beers"),
        *("The cat sat", "Buy sun cream", "Give it a second thought", "Do it now", "I may 4 sure"),
        *("Look at 9 houses", "Zimmer 9 am Markt", "Ratio 16:9", "Read John 3:16", "Eat 1/2 cup"),
        *("Mix it 3:2", "Mix it at 16:9", "Install v9.30", "Move to 9.30", "Pay 9.30", "Rest 3h"),
        *("Watch High Noon", "Sleep until noon", "Divide by 9", "Meet at 25h", "The noon train"),
        *("See 1/2/2026", "Dance 31 feb", "Meet at 25:00", "Chapter 3.4.", "Pay 2 April invoices"),
        *("Read the Friday paper", "Friday's report", "Black Friday shopping", "After tomorrow"),
        *(
            "Friday-night dinner",
            "Read email from Monday",
            "Move to Monday",
            "Write the daily sheet",
        ),
        *("Prepare weekly meeting", "Daily standup", "Every now and then", "every 0 days"),
        *("Guten Morgen sagen", "Llamar por la mañana", "Les lundis", "Fix issue #123", "C# code"),
        *("Call +49 170 1234", "Mail ana@example.org", "Ask @mar", "Ask @nobody", "Ask @page", "@"),
        *("Wow !highest", "~ 30m", "~0m", "Path C:\\today", "https://example.org/#home", "#", "🎉"),
        *(
            'Buy "tomorrow" album',
            "Hear “Friday” by Ana",
            "[[Plan for tomorrow]]",
            "x every 2 weekdays",
        ),
        *(
            "Rendez-vous chaque lundi",
            "Cita todos los lunes",
            "Gym jeden Montag",
            "Meet on the 1st floor",
        ),
        *("Zahnarzt bis 31.2.", "Siehe am 3.4.5", "Meet on the 32nd", "Cita cada lunes"),
        *("in 99999999999 days", "", "9:00-10:00 Ana", "Party next fridayish", "(#)", "call f()"),
    ],
)
def test_what_stays_a_title(text: str) -> None:
    assert _said(text) == (text, "")


@pytest.mark.parametrize(
    ("text", "title", "parts"),
    [
        ("Read \\tomorrow today", "Read tomorrow", "date=2026-03-04"),
        ("Learn \\next friday", "Learn next friday", ""),
        ("Learn \\every friday", "Learn every friday", ""),
        ("\\#home \\!high \\@maria \\~2h \\+house", "#home !high @maria ~2h +house", ""),
        ("\\o/", "\\o/", ""),
    ],
)
def test_a_backslash_keeps_words(text: str, title: str, parts: str) -> None:
    assert _said(text) == (title, parts)


def test_the_fields() -> None:
    found = _read("Dig from 5 May to 7 May 9:00 every week @mw +house ~30m !low #Home #b")
    assert (found.start_date, found.due_date) == (date(2026, 5, 5), date(2026, 5, 7))
    assert (found.due_time, found.repeat_rule) == (time(9), "FREQ=WEEKLY")
    assert (found.assignee_id, found.project_id) == (UUID(int=2), UUID(int=9))
    assert (found.estimate_minutes, found.priority, found.tags) == (30, "LOW", ["Home", "b"])
    assert _read("Dig") == QuickAdd("Dig")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Meet at 9", date(2026, 3, 5)),
        ("Meet at 11", date(2026, 3, 4)),
        ("Meet today at 9", date(2026, 3, 4)),
        ("Dig every day", date(2026, 3, 4)),
        ("Dig every monday", date(2026, 3, 9)),
        ("Dig every wednesday", date(2026, 3, 4)),
        ("Dig every wednesday at 9", date(2026, 3, 11)),
        ("Dig every weekend starting 9 March", date(2026, 3, 14)),
        ("Dig every monday 20 March", date(2026, 3, 20)),
        ("Course starting monday", None),
    ],
)
def test_the_day_it_is_planned_for(text: str, day: date | None) -> None:
    found = _read(text)
    assert found.due_date == day
    if found.repeat_rule and "20" not in text:
        begin = datetime(day.year, day.month, day.day) if day else NOW
        assert rrulestr(found.repeat_rule, dtstart=begin)[0] == begin


def test_parts_are_put_back() -> None:
    text = "Call Ana tomorrow 9:00 #home #work !high"
    assert _read(text, ignore={"date"}).title == "Call Ana tomorrow"
    found = _read(text, ignore={"#home"})
    assert (found.title, found.tags) == ("Call Ana #home", ["work"])
    assert _read(text, ignore=get_args(Kind)) == QuickAdd(text)
    span = _read("Vacation from 3 May to 7 May", ignore={"start"})
    assert (span.title, span.start_date) == ("Vacation from 3 May", None)


@pytest.mark.parametrize("now", [datetime.min, datetime.max, datetime(2024, 2, 29, 23, 59)])
@pytest.mark.parametrize(
    "text",
    [
        *("tomorrow", "friday", "in 999 years", "12 Dec", "1 Jan 0001", "31 Dec 9999", "29 feb"),
        *("next week", "next month", "next year", "next weekend", "demain"),
    ],
)
def test_at_the_ends_of_time(text: str, now: datetime) -> None:
    for one in (text, f"from {text} to {text}"):
        assert _read(one, now=now).title in ("", one)
    assert _read(f"{text} every monday at 0:00", now=now).repeat_rule == "FREQ=WEEKLY;BYDAY=MO"
    for one in ("on the 31st", "on the 1st", "am 31.12.", "am 1.1.", "pasado mañana"):
        assert _read(one, now=now).title in ("", one)


_WORDS = [
    *("on the 31st", "am 15.3.", "pasado", "depois de amanhã", "dopodomani", "il 3 maggio"),
    *("call", "tomorrow", "morgen", "demain", "mañana", "next", "this", "friday", "fri", "sat"),
    *("may", "march", "dec", "3", "12", "31.", "2026", "in", "days", "weeks", "weekday", "weekend"),
    *("every", "other", "daily", "and", "end", "of", "month", "the", "at", "by", "from", "to"),
    *("until", "starting", "9", "9:00", "9am", "pm", "2026-12-24", "1/2/2026", "24.12.2026"),
    *("#home", "#a", "!high", "!low", "@maria", "@max", "+garden", "~2h", "~30m", "\\", '"', "“"),
    *("”", "[[", "]]", "-", "–", "/", ",", ".", ":", ";", "(", ")", "🎉", "ש", "\u200f", "\x00"),
    *("\t", "İ", "ı", "ſ", "\u212a"),
]
_lines = st.lists(
    st.tuples(st.sampled_from(_WORDS) | st.text(max_size=4), st.sampled_from([" ", " ", ""]))
).map(lambda pairs: "".join(word + space for word, space in pairs))


@settings(max_examples=300)
@given(_lines, st.datetimes(), st.sets(st.sampled_from(get_args(Kind))))
def test_nothing_that_is_typed_is_lost(text: str, now: datetime, ignore: set[str]) -> None:
    found = _read(text, now=now, ignore=ignore)
    at, left = 0, ""
    for part in found.parts:
        assert at <= part.start < part.end
        assert part.text == text[part.start : part.end]
        assert part.kind not in ignore
        left, at = left + text[at : part.start], part.end
    left += text[at:]
    assert _letters(found.title) == _letters(left)
    if not found.parts and "\\" not in text:
        spaced = "".join(" " if unicodedata.category(one) == "Cc" else one for one in text)
        assert found.title == " ".join(spaced.split())


def _letters(text: str) -> str:
    """Leave out what may go with a part that is taken out: spaces, and what parted it."""
    shown = (one for one in text if unicodedata.category(one) != "Cc")
    return re.sub(r"[\s,;:()\\–—-]", "", "".join(shown))


def test_a_long_text_is_a_title() -> None:
    text = "tomorrow " * 1_000
    assert _read(text) == QuickAdd(text.strip())
    assert _read(text[:2_000]).due_date == date(2026, 3, 5)
