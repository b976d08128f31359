"""Filters of the templates: the formats of `core.say.numbers` in the language of the page."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from django import template
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portulan.budget.words import Stage
from portulan.core.models import AuditEntry
from portulan.core.say import country, numbers, text
from portulan.plans.models import LEVELS, PROGRESSES
from portulan.plans.states.rules import Derived
from portulan.plans.words import CommitmentLevel, Progress
from portulan.steering.labels import PROMISES
from portulan.steering.words import DecisionStatus, Promise
from portulan.web import form_tokens
from portulan.web.budget.words import TITLES
from portulan.web.help import pages
from portulan.web.language import page_language, said_here
from portulan.web.trail import page as trail_page

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: template.Context, form: object = None) -> SafeString:
    """The hidden field of a form, in place of Django's (see `portulan.web.form_tokens`).

    `{% csrf_token form %}` says too what the form shows of what it changes.
    """
    request = context.get("request")
    if request is None:
        return SafeString()
    value = form_tokens.hidden(request, getattr(form, "shown", ()))
    return format_html('<input type="hidden" name="{}" value="{}">', form_tokens.FIELD, value)


@register.simple_tag
def stale_words() -> str:
    """What is said of a page that was too old to be sent."""
    return form_tokens.stale_words()


@register.filter
def wrong_fields(form: object) -> list[BoundField]:
    """The fields of a form that were refused, in their order."""
    return [field for field in form if field.errors] if isinstance(form, BaseForm) else []


@register.filter
def first_fields(form: BaseForm) -> list[BoundField]:
    """The few fields that a form asks first, if it says so by `FIRST`, or all."""
    rest = {field.name for field in rest_fields(form)}
    return [field for field in form if field.name not in rest]


@register.filter
def rest_fields(form: BaseForm) -> list[BoundField]:
    """The fields that can wait: folded, as nothing of them must be typed."""
    first = getattr(form, "FIRST", None)
    if first is None:
        return []
    return [one for one in form.visible_fields() if one.name not in first and not _is_awaited(one)]


def _is_awaited(field: BoundField) -> bool:
    """Tell whether something must be said in a field that opens with nothing."""
    if not field.field.required or field.initial not in (None, ""):
        return False
    options = (
        getattr(field.field.widget, "choices", None) if field.widget_type == "select" else None
    )
    return not any(key not in (None, "") for key, _word in list(options or ())[:1])


@register.filter
def first_id(field: BoundField) -> str:
    """Where a link to a field leads: for a group of boxes, to the first of them."""
    if field.use_fieldset and (boxes := list(field)):
        return str(boxes[0].id_for_label)
    return str(field.id_for_label or field.auto_id)


@register.filter
def money(amount: object, decimals: int | None = None) -> str:
    """An amount of money: “1 234,56 €”; `|money:0` without the cents."""
    return numbers.money(_decimal(amount), page_language(), decimals=decimals)


@register.filter
def keuros(amount: object) -> str:
    """An amount given in euros, shown in thousands: “18 420 k€”."""
    return numbers.money(_decimal(amount), page_language(), unit="k€")


@register.filter
def thousands(amount: object) -> str:
    """An amount given in euros as a bare number of thousands, for a column headed k€."""
    return numbers.thousands(_decimal(amount), page_language())


@register.filter
def percent(value: object, decimals: int = 1) -> str:
    """A value already in percent: “3,7 %”."""
    return numbers.percent(_decimal(value), page_language(), decimals=decimals)


@register.filter
def share(fraction: object) -> str:
    """A fraction of 1: “60 %”, “12,5 %”."""
    return numbers.share(_decimal(fraction), page_language())


@register.filter
def number(value: object, decimals: int | None = None) -> str:
    """A number as given, or with that many decimals."""
    return numbers.number(_decimal(value), page_language(), decimals=decimals)


@register.filter
def tonnes(kilograms: object) -> str:
    """Kilograms as tonnes, at two significant figures: “12”, “0,56”."""
    return numbers.tonnes(_decimal(kilograms), page_language())


@register.filter
def signed(value: object, decimals: int | None = None) -> str:
    """A number with its sign: “+ 227”, “− 0,1”."""
    return numbers.number(_decimal(value), page_language(), decimals=decimals, signed=True)


@register.filter
def isoday(day: object) -> str:
    """“2026-11-24”, as a field of the browser holds it; nothing without a day."""
    found = _day(day)
    return found.isoformat() if found else ""


@register.filter
def shortdate(day: object) -> str:
    """“24/11/2026” / “24 Nov 2026”."""
    return numbers.date(_day(day), page_language())


@register.filter
def unit(word: str) -> str:
    """A unit as it is said: “tCO₂e/an”."""
    return numbers.unit(word)


@register.filter
def moment(at: datetime.datetime | None) -> str:
    """“24/11/2026 à 14 h 05” / “24 Nov 2026, 14:05”, in the time of the organisation."""
    return numbers.moment(at and timezone.localtime(at), page_language())


@register.filter
def hour(at: datetime.datetime) -> str:
    """“14 h 05” / “14:05”, in the time of the organisation."""
    return numbers.hour(timezone.localtime(at), page_language())


@register.filter
def longdate(day: object) -> str:
    """“13 décembre 2024” / “13 December 2024”."""
    return numbers.long_date(_day(day), page_language())


@register.filter
def tax(basis: str) -> str:
    """With or without tax, as the country says it: “TTC”, “incl. tax”."""
    return country.tax_words(basis, page_language()) if basis else ""


@register.filter
def amounts(basis: str) -> str:
    """The head of a column of amounts: “€ TTC”, “€ incl. tax”."""
    return f"{country.currency().symbol} {tax(basis)}"


@register.simple_tag
def currency() -> str:
    """What stands in the head of a column of amounts: “€”."""
    return country.currency().symbol


@register.filter
def called(person_id: int | None, labels: Mapping[int, str]) -> str:
    """How somebody is called, by their identifier: a dash for nobody."""
    return labels.get(person_id or 0, "–")


@register.filter
def quoted(words: object) -> str:
    """Words between the quotation marks of the page."""
    return text.quoted(str(words), page_language())


@register.filter
def semicolons(items: Iterable[object]) -> str:
    """Items one after the other: “un ; deux”, “one; two”."""
    return text.semicolons(map(str, items), page_language())


@register.filter
def undo_url(message: Message) -> str:
    """The address that undoes what a message says was done, or nothing.

    It travels in the extra tags (“undo /chemin/”), the only field of a message that survives the
    session besides its text. Only a path of this site is taken.
    """
    words = (message.extra_tags or "").split()
    if len(words) == 2 and words[0] == "undo":
        path = words[1]
        if path.startswith("/") and not path.startswith(("//", "/\\")):
            return path
    return ""


@register.filter
def opposite(value: object) -> Decimal | None:
    """A number with the other sign."""
    number = _decimal(value)
    return None if number is None else -number


@register.filter
def stage_name(stage: str) -> str:
    """The amounts of a stage: “crédits ouverts”, “dépenses mandatées”."""
    return str(TITLES[Stage(stage)])


@register.filter
def level_name(level: int) -> str:
    """A commitment level: “Réflexion”."""
    return str(LEVELS[CommitmentLevel(level)])


@register.filter
def cut_at_word(title: str, longest: int) -> str:
    """A title that fits on a line of a page to print; no-break spaces are not places to cut."""
    if len(title) <= longest:
        return title
    return title[:longest].rsplit(" ", 1)[0].rstrip(",;:\u00a0\u202f") + " …"


@register.filter
def progress_name(progress: str) -> str:
    """The progress of an action: “En cours”."""
    return str(PROGRESSES[Progress(progress)])


@register.filter
def verdict_name(verdict: Promise) -> str:
    """Return what is said of a commitment: kept or not."""
    return str(PROMISES[verdict])


@register.filter
def sounding(status: str) -> str:
    """Return the mark of a decision: full once it is so, half while it is proposed, else none."""
    if status in (DecisionStatus.APPLIED, DecisionStatus.DONE, DecisionStatus.VOTED):
        return "full"
    return "half" if status == DecisionStatus.PROPOSED else "none"


@register.filter
def state_label(state: Derived) -> str:
    """The few words of a derived state: “En retard”."""
    return said_here(text.Text(state.label("fr"), state.label("en")))


@register.filter
def state_sentence(state: Derived) -> str:
    """The facts of a derived state: “Fin prévue le 31/03/2026, dépassée de 238 jours.”"""
    return state.sentence(page_language())


@register.filter
def author(entry: AuditEntry, labels: Mapping[int, str]) -> str:
    """Who did what an entry of the trail says, by their function."""
    return trail_page.author(entry, labels)


@register.filter
def deed(entry: AuditEntry) -> str:
    """What an entry of the trail says was done, and to what."""
    return trail_page.deed(entry)


@register.filter
def changed(entry: AuditEntry, names: trail_page.Names) -> str:
    """The fields that an entry of the trail says changed, from which value to which."""
    return trail_page.changed(entry, page_language(), names)


@register.filter
def say(words: text.Text) -> str:
    """What a pure module says, in the language of the page."""
    return said_here(words)


@register.filter
def explained(words: object) -> SafeString:
    """Words of a heading, where those of the trade say what they mean."""
    return pages.explained(str(words), page_language())


@register.filter
def page_numbers(paginator: Paginator, current: int) -> Iterable[int | None]:  # type: ignore[type-arg]
    """The numbers to link to around the current page, None where some are left out."""
    for page in paginator.get_elided_page_range(current, on_each_side=1, on_ends=1):
        yield page if isinstance(page, int) else None


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _day(value: object) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, datetime.date) else None
