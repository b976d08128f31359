"""Fields that several forms of the plan share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portulan.accounts.models import Person
from portulan.accounts.selectors import people_of
from portulan.budget.readers.amounts import NotAnAmountError, parse
from portulan.web import formats
from portulan.web.fields import AmountField
from portulan.web.language import page_language

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
        return formats.number(value, page_language()) if isinstance(value, Decimal) else value


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


def text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})
