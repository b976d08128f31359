"""Two people on one form: what does not collide is kept of both, what does is shown and chosen.

A form says, as digests, the values that it showed (`sending`). When it comes back, each field is
judged by the one merge (`core.merge`): what was read is what has a digest, or a row of the version
that was shown. Of a conflict both values are shown. The organisation is held meanwhile: nobody
writes between the look and the deed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import Manager, Model, QuerySet
from django.forms import BooleanField, CharField, Field, FileField, Form, ModelChoiceField
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from portulan.core.merge.threeway import Base, Fate, Rule, at_version, judge
from portulan.core.models import Versioned
from portulan.web.form_tokens import Sent

THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A value changed here and elsewhere: the field, and both values as people read them."""

    name: str
    label: str
    mine: str
    theirs: str

    @property
    def choice(self) -> str:
        """The name of what chooses between both."""
        return f"keep-{self.name}"


@dataclass(frozen=True, slots=True)
class Told:
    """What others may tell where a form adds: the field, what stands as it is shown, theirs.

    `mark` changes with whatever is told; `theirs` is None as long as nobody told another value,
    and was seen on a page that showed one of the marks `since`. `mine` is what the form says by
    other fields than that one.
    """

    name: str
    mark: tuple[object, ...]
    theirs: Any = None
    since: tuple[tuple[object, ...], ...] = ()
    mine: Any = None


def version_of(row: Versioned) -> tuple[object, ...]:
    """Return what a form shows of a row as a whole."""
    return "version", row._meta.label_lower, row.pk, row.version


def moved(rows: Iterable[Versioned], sent: Sent) -> bool:
    """Tell whether one of the rows changed since the page showed them."""
    return bool(sent.shown) and not all(sent.showed(*version_of(row)) for row in rows)


def shown_by(form: Form, names: Collection[str] | None = None) -> Iterator[tuple[object, ...]]:
    """Yield what a form shows of what it changes: all its fields, unless named."""
    for bound in _compared(form, names):
        yield "field", bound.name, plain(bound.field, _now(form, bound))


def reconcile(form: Form, sent: Sent, names: Collection[str] | None = None) -> list[Conflict]:
    """Keep in a form that came back what others wrote meanwhile; return where both collide."""
    if not sent.shown or not form.is_bound:
        return []

    def met(bound: BoundField) -> tuple[Any, Base]:
        read = partial(plain, bound.field)
        return _now(form, bound), lambda value: sent.showed("field", bound.name, read(value))

    return _collisions(form, _compared(form, names), met)


def told_meanwhile(form: Form, told: Iterable[Told], sent: Sent) -> list[Conflict]:
    """Return where somebody else told another value of the same thing since the page was shown.

    Who chooses theirs has it in the form.
    """
    found = []
    for one in told:
        bound = form[one.name]
        if one.theirs is None or not sent.shown:
            continue
        mine = one.mine if bound.data in (None, "") else bound.data
        if mine is None or _is_same(bound.field, one.theirs, mine):
            continue
        if _wants_theirs(form, bound):
            put(form, bound, one.theirs)
        elif not any(sent.showed(*mark) for mark in one.since):
            found.append(conflict(bound, mine, one.theirs))
    return found


def overwritten(form: Form, row: Versioned, sent: Sent, *, key: Iterable[str]) -> list[Conflict]:
    """Return what a form would write over in a row that its page did not show as it stands.

    `key` are the fields that say which row the form is about.
    """
    is_shown, names = sent.showed(*version_of(row)), set(key)

    def met(bound: BoundField) -> tuple[Any, Base]:
        now = getattr(row, bound.name)
        return now, at_version(is_shown, now)

    held = (one for one in _compared(form) if one.name not in names and hasattr(row, one.name))
    return _collisions(form, held, met)


def _collisions(
    form: Form, bounds: Iterable[BoundField], met: Callable[[BoundField], tuple[Any, Base]]
) -> list[Conflict]:
    """Put in a form what stands where it is kept, or was chosen; return what waits for a choice."""
    found = []
    for bound in bounds:
        now, base = met(bound)
        cell = judge(bound.name, now, bound.data, base, rule=Rule(partial(_is_same, bound.field)))
        if cell.differs and (cell.fate is Fate.KEEP or _wants_theirs(form, bound)):
            put(form, bound, now)
        elif cell.is_conflict:
            found.append(conflict(bound, bound.data, now))
    return found


def _is_same(field: Field, one: Any, other: Any) -> bool:
    return plain(field, one) == plain(field, other)


def _wants_theirs(form: Form, bound: BoundField) -> bool:
    """Tell whether the person chose, of two values, the one that stands."""
    return bool(form.data.get(f"keep-{bound.name}") == THEIRS)


def conflict(bound: BoundField, mine: Any, theirs: Any) -> Conflict:
    return Conflict(
        bound.name, str(bound.label), said(bound.field, mine), said(bound.field, theirs)
    )


def put(form: Form, bound: BoundField, value: Any) -> None:
    """Write a value in a form that came back, as if it had been typed."""
    data = cast("QueryDict", form.data).copy()
    name, shown = bound.html_name, bound.field.prepare_value(value)
    if isinstance(bound.field, BooleanField):
        data.pop(name, None)
        if shown:
            data[name] = "on"
    else:
        # Selects say a list, even of one.
        written = bound.field.widget.format_value(shown)
        several = written if isinstance(written, (list, tuple)) else [written]
        data.setlist(name, ["" if one is None else str(one) for one in several])
    form.data = data
    # A quantity means nothing without its unit.
    for other in getattr(form, "READ_WITH", {}).get(bound.name, ()):
        if other not in form.fields:
            continue
        put(form, form[other], _now(form, form[other]))


def plain(field: Field, value: Any) -> str:
    """Return a value as a text that is the same for what is kept and what is typed."""
    if isinstance(value, list) and isinstance(field, CharField):
        value = field.prepare_value(value)  # a list typed as lines: their order says something
    if isinstance(value, str) and not isinstance(field, ModelChoiceField):
        with suppress(ValidationError):  # what is no value will be refused: it differs from any
            value = field.to_python(value)
    return _text(value)


def _text(value: Any) -> str:
    match value:
        case None | False:
            return ""
        case Manager() | QuerySet():
            return _text(list(value.all()))
        case list() | tuple() | set() | frozenset():
            return "\n".join(sorted(map(_text, value)))
        case Model():
            return str(value.pk)
        case Decimal():
            return format(value.normalize(), "f")
        case date():
            return value.isoformat()
    return str(value).replace("\r\n", "\n").strip()


def said(field: Field, value: Any) -> str:
    """Return a value as people read it in the form."""
    if isinstance(field, BooleanField):
        return _("oui") if value else _("non")
    if isinstance(value, str) and not isinstance(field, ModelChoiceField):
        with suppress(ValidationError):
            value = field.to_python(value)
    if choices := list(_choices(field)):
        keys = set(_text(value).split("\n"))
        named = [str(label) for key, label in choices if str(key) in keys and str(key)]
        return ", ".join(named) or _("vide")
    text = field.widget.format_value(field.prepare_value(value))
    return _("vide") if text in (None, "") else str(text)


def _choices(field: Field) -> Iterator[tuple[Any, Any]]:
    for key, label in getattr(field, "choices", ()):
        if isinstance(label, (list, tuple)):
            yield from label
        else:
            yield key, label


def _compared(form: Form, names: Collection[str] | None = None) -> Iterator[BoundField]:
    for name, field in form.fields.items():
        if (
            (names is None or name in names)
            and not field.disabled
            and not isinstance(field, FileField)
        ):
            yield form[name]


def _now(form: Form, bound: BoundField) -> Any:
    return form.get_initial_for_field(bound.field, bound.name)
