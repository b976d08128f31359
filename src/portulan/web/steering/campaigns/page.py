"""What the pages of a campaign show: changes with what is to be known of them, who answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portulan.core.say import numbers
from portulan.core.say.text import Language, quoted
from portulan.indicators.models import Indicator
from portulan.indicators.reads import series_of_unit
from portulan.indicators.series import Reading
from portulan.indicators.words import Kind
from portulan.plans.labels import PROGRESSES
from portulan.plans.words import OVER, Progress
from portulan.steering.campaigns import remarks
from portulan.steering.campaigns.reads import Rate
from portulan.steering.campaigns.remarks import Remark
from portulan.steering.campaigns.reviewing import label_of
from portulan.steering.models import ActionReply, Change, Reply
from portulan.steering.words import About
from portulan.web.indicators.values import with_unit
from portulan.web.language import page_language

_OTHERS = (About.PROGRESS, About.PILOT, About.BASELINE)
_COUNTED = (About.VALUE, About.SPENT, About.DUE_ON, About.TARGET, About.BLOCKED, About.NOTE)


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A proposed change: what it is about, before and after as people read them, what to know."""

    change: Change
    action: str
    field: str
    before: str
    after: str
    detail: str
    remarks: tuple[Remark, ...]

    @property
    def asks(self) -> bool:
        """Nobody accepts it without looking."""
        return any(one.asks for one in self.remarks)


@dataclass(frozen=True, slots=True)
class Answered:
    """A function that answered: its actions, when, and what came."""

    reply: Reply
    actions: str
    on: date
    content: str
    nothing: bool


@dataclass(frozen=True, slots=True)
class Silent:
    """A function that has not answered all of it: its actions, and when it was reminded."""

    reply: Reply
    actions: str
    reminded: tuple[date, ...]
    partly: bool
    lost: bool


def units_told(rates: Iterable[Rate], most: int) -> list[Rate]:
    """Return the rates of units, the rest in one line; nothing where no unit has a name."""
    named: list[Rate] = []
    rest: list[Rate] = []
    for one in rates:
        (named if one.name and len(named) < most else rest).append(one)
    if not named or not rest:
        return named
    asked, answered = sum(one.asked for one in rest), sum(one.answered for one in rest)
    return [*named, Rate(_("Autres fonctions"), asked, answered)]


def rows_of(changes: Iterable[Change], today: date) -> list[ReviewRow]:
    return [_row(one, today) for one in changes]


def _row(change: Change, today: date) -> ReviewRow:
    language, part = page_language(), change.part
    action = part.action
    return ReviewRow(
        change=change,
        action=f"{action.called}. {action.short_title or action.title}",
        field=label_of(change),
        before=_said(change, change.before) or _("rien"),
        after=_("inconnu") if change.unknown else _said(change, change.after) or _("rien"),
        detail=_detail(change),
        remarks=tuple(_remarks(change, today, language)),
    )


def _detail(change: Change) -> str:
    parts = []
    if change.about in (About.VALUE, About.BASELINE) and change.on is not None:
        parts.append(_("au %(day)s") % {"day": numbers.date(change.on, page_language())})
    if change.about in (About.TARGET, About.BASELINE) and change.indicator is not None:
        parts.append(change.indicator.name)
    if change.part.piece is not None and change.about in (About.VALUE, About.EVIDENCE):
        parts.append(_("une preuve jointe"))
    parts.append(change.part.reply.function)
    return ", ".join(parts)


def _said(change: Change, text: str) -> str:
    language = page_language()
    if not text:
        return ""
    match About(change.about):
        case About.PROGRESS:
            return str(PROGRESSES[Progress(text)])
        case About.VALUE | About.TARGET | About.BASELINE:
            return _value_said(change.indicator, text)
        case About.SPENT:
            return numbers.money(Decimal(text), language)
        case About.DUE_ON:
            return numbers.date(date.fromisoformat(text), language)
    return quoted(text, language)


def _value_said(indicator: Indicator | None, text: str) -> str:
    number = _number(text)
    if indicator is None or number is None:
        return text
    return with_unit(indicator, Reading(date.min, number))


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _remarks(change: Change, today: date, lang: Language) -> Iterator[Remark]:
    action = change.part.action
    match About(change.about):
        case About.VALUE if change.indicator is not None:
            if change.unknown:
                yield remarks.not_known(lang)
            elif Kind(change.indicator.kind).is_number:
                yield from _of_value(change, change.indicator, today, lang)
        case About.DUE_ON:
            before = date.fromisoformat(change.before) if change.before else None
            yield from remarks.of_date(before, date.fromisoformat(change.after), lang=lang)
        case About.BLOCKED if change.after:
            yield remarks.blocked(lang)
        case About.PILOT:
            yield remarks.another_pilot(lang)
    if change.about in (About.VALUE, About.PROGRESS):
        progress = Progress(action.progress)
        over = progress in OVER
        yield from remarks.of_action(action.due_on, progress, over=over, today=today, lang=lang)


def _of_value(
    change: Change, indicator: Indicator, today: date, lang: Language
) -> Iterator[Remark]:
    series, value = series_of_unit(indicator, change.unit_id), _number(change.after)
    last = series.last_known
    said = ""
    if value is not None and last is not None and last.value is not None:
        said = numbers.number(abs(value - last.value).normalize(), lang)
    yield from remarks.of_value(series, value, on=change.on or today, said=said, lang=lang)


def answered_and_silent(
    replies: Iterable[Reply], reminded: dict[int, list[date]], failed: Collection[int | None]
) -> tuple[list[Answered], list[Silent]]:
    """Part the functions: those that answered all of it, the latest first, and the others."""
    done, waiting = [], []
    for reply in replies:
        parts = list(reply.parts.all())
        actions = ", ".join(part.action.called for part in parts)
        if reply.answered_at is not None:
            on = timezone.localdate(reply.answered_at)
            content = content_of(parts)
            nothing = all(part.unchanged for part in parts)
            done.append(Answered(reply, actions, on, content, nothing))
        else:
            told = tuple(reminded.get(reply.person_id or 0, ()))
            partly = any(part.answered_at for part in parts)
            lost = reply.person_id in failed
            waiting.append(Silent(reply, actions, told, partly, lost))
    done.sort(key=lambda one: one.on, reverse=True)
    return done, waiting


def content_of(parts: Iterable[ActionReply]) -> str:
    """Return what came, counted: “1 relevé, 1 preuve”, “rien n’a changé”, “2 acceptées”."""
    counts: Counter[About] = Counter()
    pieces = consents = unchanged = 0
    for part in parts:
        counts.update(About(change.about) for change in part.changes.all())
        pieces += part.piece is not None
        consents += part.consent == "accepted"
        unchanged += part.unchanged
    told = [_counted(about, counts[about]) for about in _COUNTED if counts[about]]
    if others := sum(counts[one] for one in _OTHERS):
        told.append(
            ngettext("1 autre point", "%(count)s autres points", others) % {"count": others}
        )
    if pieces:
        told.append(ngettext("1 preuve", "%(count)s preuves", pieces) % {"count": pieces})
    if consents:
        told.insert(0, ngettext("1 accord", "%(count)s accords", consents) % {"count": consents})
    if not told and unchanged:
        return _("rien n’a changé")
    return ", ".join(told) or _("sans changement")


def _counted(about: About, count: int) -> str:
    told = {"count": count}
    match about:
        case About.VALUE:
            return ngettext("1 relevé", "%(count)s relevés", count) % told
        case About.SPENT:
            return ngettext("1 dépense", "%(count)s dépenses", count) % told
        case About.DUE_ON:
            return ngettext("1 date", "%(count)s dates", count) % told
        case About.TARGET:
            return ngettext("1 cible", "%(count)s cibles", count) % told
        case About.BLOCKED:
            return ngettext("1 blocage", "%(count)s blocages", count) % told
    return ngettext("1 mot", "%(count)s mots", count) % told
