"""Editions and corrections as a feed that readers follow: Atom (RFC 4287).

An entry never changes: a correction is another one, and what was withdrawn keeps its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from portulan.core.folding import inert
from portulan.publication.models import PublicEdition
from portulan.publication.public.reads import Correction

NAME = "feed.atom"


def feed(
    editions: Iterable[PublicEdition], corrections: Iterable[Correction], *, house: str, home: str
) -> bytes:
    """Return the feed; `home` is the address of the public page, or a way to it."""
    entries = sorted(
        (*_editions(editions, home), *_corrected(corrections, home)),
        key=lambda one: (one[1], one[0]),
        reverse=True,
    )
    updated = entries[0][1] if entries else _instant(date(2000, 1, 1))
    name, base = _text(house), quoteattr(home)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">',
        f"<id>urn:portulan:{_key(house)}</id>",
        f"<title>{name}</title>",
        f"<updated>{updated}</updated>",
        f"<author><name>{name}</name></author>",
        f'<link rel="alternate" href={base}/>',
    ]
    for key, at, title, text, to in entries:
        lines += [
            "<entry>",
            f"<id>urn:portulan:{_key(house)}:{key}</id>",
            f"<title>{_text(title)}</title>",
            f"<updated>{at}</updated>",
            f'<link rel="alternate" href={quoteattr(to)}/>',
            f"<summary>{_text(text)}</summary>",
            "</entry>",
        ]
    return ("\n".join([*lines, "</feed>"]) + "\n").encode()


type _Entry = tuple[str, str, str, str, str]  # key, instant, title, text, address


def _editions(editions: Iterable[PublicEdition], home: str) -> Iterator[_Entry]:
    for one in editions:
        title = _("Édition %(number)s") % {"number": one.number}
        at = one.published_at.isoformat(timespec="seconds")
        to = f"{home}editions/{one.number}/"
        yield f"edition:{one.number}", at, title, f"SHA-256 {one.digest}", to


def _corrected(corrections: Iterable[Correction], home: str) -> Iterator[_Entry]:
    for one in corrections:
        key, title, text = f"note:{one.edition}", _("Correction"), one.note
        if one.withdrawn is not None:
            kind = one.withdrawn._meta.model_name
            key, title = f"withdrawn:{kind}:{one.withdrawn.pk}", _("Retrait")
            text = one.withdrawn.withdrawal_reason
        elif one.answer is not None:
            key, text = f"answer:{one.answer.pk}", one.answer.answer
        yield key, _instant(one.on), title, text, f"{home}corrections/"


def _instant(day: date) -> str:
    return datetime(day.year, day.month, day.day).isoformat() + "Z"  # noqa: DTZ001 - of a day


def _text(text: str) -> str:
    return escape(inert(text))


def _key(house: str) -> str:
    return "".join(one if one.isalnum() else "-" for one in house.lower())
