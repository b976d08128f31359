"""Whole numbers as people type them, alone or one per year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.plans.models import LEVELS
from portulan.plans.words import CommitmentLevel
from portulan.web.fields import WholeField


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
