"""The fields of forms: amounts and shares as people type them, days, people, and a model's own."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Person
from portulan.accounts.reads import people_of
from portulan.budget.readers.amounts import NotAnAmountError, parse
from portulan.core.say import numbers
from portulan.plans.models import Action
from portulan.web.language import page_language

# Two decimals of a cent and eight of a percent: what the database keeps exactly.
_CENTS, _PERCENT_DECIMALS = 2, 8


class AmountField(forms.Field):
    """An amount in euros, exact to the cent; empty is None, never 0."""

    default_error_messages = {
        "invalid": _("Écrivez un montant, comme 1234,56."),
        "decimals": _("Un montant s’arrête aux centimes : écrivez 1234 ou 1234,56."),
        "large": _("Ce montant est trop grand."),
        "low": _("Écrivez un montant supérieur ou égal à %(low)s."),
    }

    def __init__(self, *, low: Decimal | None = None, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "size": 14}
        options.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**options)
        self.low = low

    def to_python(self, value: Any) -> Decimal | None:
        amount = self._parse(value)
        if amount is None:
            return None
        if -int(amount.normalize().as_tuple().exponent) > _CENTS:
            raise ValidationError(self.error_messages["decimals"], code="decimals")
        if amount.adjusted() >= 12:
            raise ValidationError(self.error_messages["large"], code="large")
        if self.low is not None and amount < self.low:
            shown = numbers.number(self.low, page_language())
            raise ValidationError(self.error_messages["low"], code="low", params={"low": shown})
        return amount

    def _parse(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return parse(str(value))
        except NotAnAmountError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            whole = value == value.to_integral_value()
            return numbers.number(value, page_language(), decimals=0 if whole else _CENTS)
        return value


class PercentField(AmountField):
    """A number of percent, from 0 to 100; `3,5` and `3,5 %` are the same."""

    default_error_messages = {
        "invalid": _("Écrivez un nombre de pour cent, comme 12,5."),
        "decimals": _("Huit décimales au plus."),
        "range": _("Écrivez un nombre entre 0 et 100."),
    }

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value).replace("%", "") if isinstance(value, str) else value
        percent = self._parse(text)
        if percent is None:
            return None
        if -int(percent.normalize().as_tuple().exponent) > _PERCENT_DECIMALS:
            raise ValidationError(self.error_messages["decimals"], code="decimals")
        if not 0 <= percent <= 100:
            raise ValidationError(self.error_messages["range"], code="range")
        return percent

    def prepare_value(self, value: Any) -> Any:
        return numbers.number(value, page_language()) if isinstance(value, Decimal) else value


class ShareField(PercentField):
    """A share typed in percent and kept as a fraction of 1."""

    def to_python(self, value: Any) -> Decimal | None:
        percent = super().to_python(value)
        return None if percent is None else percent / 100

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(value * 100 if isinstance(value, Decimal) else value)


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


# Enough for any value, and what the table keeps exactly.
_LARGEST, _DECIMALS = 13, 4


class DayField(forms.DateField):
    """A date, typed or picked in the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NumberField(forms.Field):
    """A number as people type it: `1 234,5`; empty is None, never 0."""

    default_error_messages = {
        "invalid": _("Écrivez un nombre, comme 1,71."),
        "decimals": _("Quatre décimales au plus."),
        "large": _("Ce nombre est trop grand."),
    }

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        options.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**options)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            number = parse(str(value).replace("%", ""))
        except NotAnAmountError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if number is None:
            return None
        if -int(number.normalize().as_tuple().exponent) > _DECIMALS:
            raise ValidationError(self.error_messages["decimals"], code="decimals")
        if number and number.adjusted() > _LARGEST:
            raise ValidationError(self.error_messages["large"], code="large")
        return number

    def prepare_value(self, value: Any) -> Any:
        return numbers.number(value, page_language()) if isinstance(value, Decimal) else value


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
        options.setdefault("empty_label", _("Aucune personne nommée"))
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


UNSAID = ("", _("Inconnu"))


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


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
