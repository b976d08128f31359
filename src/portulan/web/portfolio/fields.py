"""Whole numbers as people type them, alone or one per year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.budget.readers.amounts import NotAnAmountError, parse
from portulan.core.say import numbers
from portulan.plans.models import LEVELS
from portulan.plans.words import CommitmentLevel
from portulan.web.language import page_language

MOST = 10**9


class WholeField(forms.Field):
    """A whole number of euros, days or kilograms; empty is None, never 0."""

    default_error_messages = {
        "invalid": gettext_lazy("Écrivez un nombre entier, comme 60 000."),
        "range": gettext_lazy("Écrivez un nombre entre %(low)s et un milliard."),
    }

    def __init__(self, *, low: int = 0, **options: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "size": 14}
        options.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**options)
        self.low = low

    def to_python(self, value: Any) -> int | None:
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
        return numbers.number(value, page_language()) if isinstance(value, int) else value


class YearField(WholeField):
    """The number of one year, in a row of them: what is wrong with it names the year."""

    of_a_year = True

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.attrs["size"] = 10

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except ValidationError as error:
            raise of_year(str(self.label), " ".join(error.messages)) from None


def of_year(year: str, sentence: str) -> ValidationError:
    """Return what is wrong with a year of a row: “2028 : écrivez un nombre entier…”."""
    told = {"year": year, "sentence": sentence[:1].lower() + sentence[1:]}
    return ValidationError(_("%(year)s : %(sentence)s") % told)


def year_fields(
    name: str, labels: Iterable[object], amounts: Sequence[int] | None, *, required: bool
) -> dict[str, forms.Field]:
    """Return one box per label, named by it, with the amounts known in their order."""
    known = dict(enumerate(amounts or ()))
    return {
        f"{name}:{rank + 1}": YearField(
            label=str(label), initial=known.get(rank), required=required
        )
        for rank, label in enumerate(labels)
    }


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
