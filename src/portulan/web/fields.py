"""Numbers and dates as people type them, and other fields that several forms share.

What a field shows, it reads back: both go through `core.say.numbers`, in the language of the page.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from portulan.accounts.models import Person
from portulan.accounts.reads import people_of
from portulan.core.say import numbers
from portulan.core.say.country import EURO, currency
from portulan.plans.models import Action
from portulan.plans.tables.values import NotUnderstoodError, end_of
from portulan.web.language import page_language

# Two decimals of a cent and eight of a percent: what the database keeps exactly.
_CENTS, _PERCENT_DECIMALS = 2, 8


class NumberField(forms.Field):
    """A number as people type it: `1 234,5`; empty is None, never 0."""

    default_error_messages = {
        "invalid": gettext_lazy("Écrivez un nombre, comme 1,71."),
        "decimals": gettext_lazy("Quatre décimales au plus."),
        "large": gettext_lazy("Ce nombre est trop grand."),
    }
    # What the table keeps exactly: so many decimals, and powers of ten.
    decimals, largest = 4, 13

    @property
    def units(self) -> tuple[str, ...]:
        return ("%",)

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        options.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**options)

    # Whole numbers are numbers too, and give an `int`.
    def to_python(self, value: Any) -> Any:
        number = typed_number(self, value)
        if number is None:
            return None
        if -int(number.normalize().as_tuple().exponent) > self.decimals:
            raise self.refused("decimals")
        if number and number.adjusted() > self.largest:
            raise self.refused("large")
        return number

    def refused(self, code: str, **told: object) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=told)

    def prepare_value(self, value: Any) -> Any:
        return numbers.number(value, page_language()) if isinstance(value, Decimal) else value


def typed_number(field: NumberField, value: Any) -> Decimal | None:
    """Return the number typed in a field; refuse what is none, or could be two."""
    if value is None or isinstance(value, Decimal):
        return value
    language = page_language()
    try:
        return numbers.parse(str(value), language, units=field.units, decimals=field.decimals)
    except numbers.MistypedError as error:
        if error.readings:
            raise ValidationError(error.sentence(language), code="ambiguous") from None
        raise field.refused("invalid") from None


class AmountField(NumberField):
    """An amount of money, exact to the cent; empty is None, never 0."""

    default_error_messages = {
        "invalid": gettext_lazy("Écrivez un montant, comme 1234,56."),
        "decimals": gettext_lazy("Un montant s’arrête aux centimes : écrivez 1234 ou 1234,56."),
        "large": gettext_lazy("Ce montant est trop grand."),
        "low": gettext_lazy("Écrivez un montant supérieur ou égal à %(low)s."),
    }
    decimals, largest = _CENTS, 11

    @property
    def units(self) -> tuple[str, ...]:
        """How the organisation's own currency may be written; no other is converted."""
        ours = currency()
        return (ours.symbol, ours.code, *(("euro", "euros") if ours is EURO else ()))

    def __init__(self, *, low: Decimal | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs.setdefault("size", 14)
        self.low = low

    def to_python(self, value: Any) -> Decimal | None:
        amount: Decimal | None = super().to_python(value)
        if amount is not None and self.low is not None and amount < self.low:
            raise self.refused("low", low=numbers.number(self.low, page_language()))
        return amount

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            whole = value == value.to_integral_value()
            return numbers.number(value, page_language(), decimals=0 if whole else _CENTS)
        return value


class PercentField(NumberField):
    """A number of percent, from 0 to 100; `3,5` and `3,5 %` are the same."""

    default_error_messages = {
        "invalid": gettext_lazy("Écrivez un nombre de pour cent, comme 12,5."),
        "decimals": gettext_lazy("Huit décimales au plus."),
        "range": gettext_lazy("Écrivez un nombre entre 0 et 100."),
    }
    decimals = _PERCENT_DECIMALS

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs.setdefault("size", 14)

    def to_python(self, value: Any) -> Decimal | None:
        percent: Decimal | None = super().to_python(value)
        if percent is not None and not 0 <= percent <= 100:
            raise self.refused("range")
        return percent


class ShareField(PercentField):
    """A share typed in percent and kept as a fraction of 1."""

    def to_python(self, value: Any) -> Decimal | None:
        percent = super().to_python(value)
        return None if percent is None else percent / 100

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(value * 100 if isinstance(value, Decimal) else value)


class WholeField(NumberField):
    """A whole number of euros, days, people or kilograms; empty is None, never 0."""

    default_error_messages = {
        "invalid": gettext_lazy("Écrivez un nombre entier, comme 60 000."),
        "range": gettext_lazy("Écrivez un nombre entre %(low)s et %(most)s."),
    }
    decimals = 0
    most = 10**9

    def __init__(self, *, low: int = 0, most: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs |= {"inputmode": "numeric", "size": 14}
        self.low = low
        if most is not None:
            self.most = most

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, int):
            return value
        number = typed_number(self, value)
        if number is None:
            return None
        if number != number.to_integral_value():
            raise self.refused("invalid")
        if not self.low <= number <= self.most:
            raise self.refused("range", low=self.shown(self.low), most=self.shown(self.most))
        return int(number)

    def shown(self, value: int) -> str:
        return numbers.number(value, page_language())

    def prepare_value(self, value: Any) -> Any:
        return self.shown(value) if isinstance(value, int) else value


class CalendarYearField(WholeField):
    """A year of our time, which nobody writes in groups of three digits."""

    def __init__(self, *, low: int = 2000, most: int = 2100, **options: Any) -> None:
        super().__init__(low=low, most=most, **options)
        self.widget.attrs["size"] = 6

    def shown(self, value: int) -> str:
        return str(value)


class DayField(forms.DateField):
    """A date, typed or picked in the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": gettext_lazy("Écrivez une date, comme 24/11/2026.")}

    def to_python(self, value: Any) -> date | None:
        if value is None or isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        language = page_language()
        try:
            return numbers.parse_date(str(value), language)
        except numbers.MistypedError as error:
            if error.readings:
                raise ValidationError(error.sentence(language), code="ambiguous") from None
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class EndField(DayField):
    """The day by which something ends, as people say it: a day, “June 2027”, “Q2 2027”, 2027.

    With `reads=start_of`, the day on which it begins.
    """

    widget: Any = forms.TextInput(attrs={"autocomplete": "off", "size": 14})
    default_error_messages = {
        "invalid": gettext_lazy("Écrivez une date, comme 30/06/2027, juin 2027 ou T2 2027.")
    }

    def __init__(self, *, reads: Callable[[str], str] = end_of, **options: Any) -> None:
        super().__init__(**options)
        self._reads = reads

    def to_python(self, value: Any) -> date | None:
        try:
            return super().to_python(value)
        except ValidationError as error:
            if error.code != "invalid":
                raise
            with suppress(NotUnderstoodError):
                return date.fromisoformat(self._reads(str(value)))
            raise

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, date) and not isinstance(self.widget, forms.DateInput):
            return numbers.date(value, page_language())
        return value


class LongSelect(forms.Select):
    """A select of hundreds of options: written at once, not through a template for each."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) == chosen else "", label)
                for key, label in self.choices
            ),
        )
        named = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(named), options)


UNKNOWN = "?"
NOTHING_SAID = object()


class CostField(AmountField):
    """An amount asked for: empty says nothing, `?` says that it is not known, 0 is a known 0."""

    def clean(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return NOTHING_SAID
        if text == UNKNOWN:
            return None
        return super().clean(text)


class PersonChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody of the organisation who has not left: the function first, it is what is shown."""

    def __init__(self, organisation_id: int, **options: Any) -> None:
        options.setdefault("empty_label", gettext_lazy("Aucune personne nommée"))
        super().__init__(people_of(organisation_id).filter(left_on=None), required=False, **options)

    def label_from_instance(self, obj: Any) -> str:
        person: Person = obj
        return f"{person.function} ({person.name})" if person.name else person.function


class LinesField(forms.CharField):
    """A list, one item per line."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**options)

    def clean(self, value: Any) -> list[str]:
        text: str = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


UNSAID = ("", gettext_lazy("Inconnu"))


def field_of(model: type[models.Model], name: str, *, rows: int = 4, **said: Any) -> Any:
    """Return the field of a form for a column: its label, its limits and its choices are its own.

    What is said besides (`help_text`, another `label`…) goes first; `rows` is for a long text.
    Raises TypeError for a column that no field draws.
    """
    column: Any = model._meta.get_field(name)
    said = {"label": capfirst(column.verbose_name), "required": not column.blank, **said}
    if column.choices:
        keys = {str(key): key for key, _label in column.choices}
        choices = [UNSAID, *column.choices] if column.null else column.choices
        return forms.TypedChoiceField(
            choices=choices, coerce=keys.__getitem__, empty_value=None, **said
        )
    match column:
        case models.TextField():
            return forms.CharField(widget=text_area(rows), **said)
        case models.CharField():
            return forms.CharField(max_length=column.max_length, **said)
        case models.DateField():
            return DayField(**said)
        case models.DecimalField():
            return NumberField(**said)
        case models.JSONField():
            return LinesField(**said)
    raise TypeError(f"No field of a form draws {column!r}.")


def text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


if TYPE_CHECKING:
    _ActionField = forms.ModelChoiceField[Action]
else:
    _ActionField = forms.ModelChoiceField


class ActionChoice(_ActionField):
    """An action of the organisation's plans, or NR at large."""

    def label_from_instance(self, action: Action) -> str:
        return f"{action.number}. {action.title}"
