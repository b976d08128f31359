"""Days as a calendar that others subscribe to: iCalendar (RFC 5545), one event a day, whole days.

Identifiers stay the same as long as the thing does; `SEQUENCE` rises each time it is written, and
what will not come is cancelled rather than left out. Nobody is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from portulan.core.say.text import Language, Text
from portulan.steering.dates import PlanDate
from portulan.steering.words import DateKind

_LINE = 75  # octets, the break left out (RFC 5545, 3.1)
_KINDS = {
    DateKind.ACTION: Text("Fin prévue\u00a0: {action}", "Planned end: {action}"),
    DateKind.MILESTONE: Text("Jalon\u00a0: {title} ({action})", "Milestone: {title} ({action})"),
    DateKind.DELIVERABLE: Text(
        "Livrable\u00a0: {title} ({action})", "Deliverable: {title} ({action})"
    ),
    DateKind.COMMITTEE: Text("Comité\u00a0: {title}", "Committee: {title}"),
    DateKind.TODO: Text("{title}", "{title}"),
    DateKind.CAMPAIGN: Text("À répondre\u00a0: {title}", "To be answered: {title}"),
}
_DONE = Text("Fait\u00a0: {}", "Done: {}")


def calendar(
    dates: Iterable[PlanDate], *, name: str, organisation: str, stamped: datetime, lang: Language
) -> bytes:
    """Return days as a calendar; `stamped` is when what it says last changed."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Portulan//Steering//FR",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ]
    for one in dates:
        lines += _event(one, organisation=organisation, stamped=stamped, lang=lang)
    lines.append("END:VCALENDAR")
    return "".join(f"{piece}\r\n" for line in lines for piece in folded(line)).encode()


def _event(one: PlanDate, *, organisation: str, stamped: datetime, lang: Language) -> Iterator[str]:
    action = f"{one.called}. {one.action_title}"
    summary = _KINDS[one.kind].say(lang).format(title=one.title, action=action)
    if one.is_done and not one.is_cancelled:
        summary = _DONE.say(lang).format(summary)
    yield "BEGIN:VEVENT"
    yield f"UID:{uid_of(one, organisation)}"
    yield f"DTSTAMP:{stamped.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"SEQUENCE:{max(one.version - 1, 0)}"
    yield f"DTSTART;VALUE=DATE:{_date(one.on)}"
    if one.on < date.max:  # without an end, a whole day is one (3.6.1)
        yield f"DTEND;VALUE=DATE:{_date(one.on + timedelta(days=1))}"
    yield f"SUMMARY:{escaped(summary)}"
    yield f"STATUS:{'CANCELLED' if one.is_cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield f"URL:{_address(one, organisation)}"
    yield "END:VEVENT"


def _date(day: date) -> str:
    """Return a day as eight digits, whatever its year."""
    return day.isoformat().replace("-", "")


def uid_of(one: PlanDate, organisation: str) -> str:
    """Return what an event is for ever: the same for who subscribes twice, of no other machine."""
    host = urlsplit(settings.ADDRESS).hostname or "localhost"
    return f"{one.key or f'{one.kind}-{one.pk}'}@{organisation}.{host}"


def _address(one: PlanDate, organisation: str) -> str:
    if one.kind is DateKind.TODO:
        path = one.path
    elif one.action is not None:
        path = reverse("plans:action", args=[organisation, one.plan, one.action])
    elif one.kind is DateKind.COMMITTEE:
        path = reverse("steering:committee", args=[organisation, one.plan, one.pk])
    else:
        path = reverse("plans:plan", args=[organisation, one.plan])
    return settings.ADDRESS + path


def escaped(text: str) -> str:
    """Return a text as a value may hold it (RFC 5545, 3.3.11); control characters go."""
    said = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    said = said.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(one for one in said if one.isprintable() or one in "\u00a0\u202f")


def folded(line: str) -> Iterator[str]:
    """Yield a line in pieces of 75 octets at most, the next ones after a space, letters whole."""
    piece, size = "", 0
    for letter in line:
        weight = len(letter.encode())
        if size + weight > _LINE:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + weight
    yield piece


def etag_of(content: bytes) -> str:
    """Return what tells a reader that nothing changed."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'
