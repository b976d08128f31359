"""Whole numbers, one per year, as people type them: `60 000 ; 28 000`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portulan.budget.readers.amounts import NotAnAmountError, parse
from portulan.plans.enums import CommitmentLevel
from portulan.plans.models import LEVELS
from portulan.web import formats
from portulan.web.language import page_language

MOST = 10**9


class WholeField(forms.Field):
    """A whole number of euros, days or kilograms; empty is None, never 0."""

    default_error_messages = {
        "invalid": _("Écrivez un nombre entier, comme 60 000."),
        "range": _("Écrivez un nombre entre %(low)s et un milliard."),
    }

    def __init__(self, *, low: int = 0, **options: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "size": 14}
        options.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**options)
        self.low = low

    def to_python(self, value: Any) -> int | None:
        return self._whole(value)

    def _whole(self, value: Any) -> int | None:
        if value is None or isinstance(value, int):
            return value
        try:
            amount = parse(str(value))
        except NotAnAmountError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if amount is None:
            return None
        if amount != amount.to_integral_value():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not self.low <= amount <= MOST:
            raise ValidationError(
                self.error_messages["range"], code="range", params={"low": self.low}
            )
        return int(amount)

    def prepare_value(self, value: Any) -> Any:
        return formats.number(value, page_language()) if isinstance(value, int) else value


class YearsField(WholeField):
    """Whole numbers, one per year, with a semicolon between them; empty is an empty list."""

    default_error_messages = {
        "count": _("Donnez %(count)s nombres, séparés par des points-virgules."),
    }

    def __init__(self, *, count: int | None = None, **options: Any) -> None:
        attrs = {"inputmode": "text", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **options)
        self.count = count

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Sequence) and not isinstance(value, str):
            return list(value)
        parts = [part for part in str(value or "").split(";") if part.strip()]
        found = [number for part in parts if (number := self._whole(part)) is not None]
        if self.count is not None and found and len(found) != self.count:
            raise ValidationError(
                self.error_messages["count"], code="count", params={"count": self.count}
            )
        return found

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Sequence) and not isinstance(value, str):
            return " ; ".join(formats.number(number, page_language()) for number in value)
        return value


def level_choices(*levels: CommitmentLevel, empty: Any = None) -> list[tuple[str, Any]]:
    """Return the levels to choose among, all of them when none is given."""
    chosen = levels or tuple(CommitmentLevel)
    named = [(str(level.value), LEVELS[level]) for level in chosen]
    return named if empty is None else [("", empty), *named]


def to_level(value: str) -> CommitmentLevel | None:
    """Return the level chosen, None for none."""
    return CommitmentLevel(int(value)) if value else None


class LevelField(forms.TypedChoiceField):
    """A commitment level, or none of them."""

    def __init__(self, *levels: CommitmentLevel, none: Any = None, **options: Any) -> None:
        choices = level_choices(*levels, empty=none)
        super().__init__(
            choices=choices, coerce=to_level, empty_value=None, required=none is None, **options
        )
