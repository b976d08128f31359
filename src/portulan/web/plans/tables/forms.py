"""Choosing a table, and saying what each of its columns is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portulan.plans.models import Plan
from portulan.plans.tables.vocabulary import Field, MoneyField, money_field, name_of
from portulan.web.language import page_language

# A plan says what it asks some years before and after those that it covers.
_AROUND = 2
# Columns that a page offers; a table of actions has rarely twenty.
MOST_COLUMNS = 40
UNREAD = "-"


class TableForm(forms.Form):
    """A file of actions."""

    file = forms.FileField(
        label=_("Fichier"),
        allow_empty_file=True,  # the reader says what to do about it
        help_text=_("Excel (XLSX), ODS ou CSV, tel quel : les titres sont reconnus."),
    )


class ColumnsForm(forms.Form):
    """What each column says; one of them at least is the title of the action."""

    def __init__(
        self, plan: Plan, titles: tuple[str, ...], columns: Mapping[str, str], *args: Any, **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.titles = tuple(dict.fromkeys(title for title in titles if title))[:MOST_COLUMNS]
        by_title = {title: field for field, title in columns.items()}
        choices = [(UNREAD, gettext("Ne pas lire")), *_choices(plan, columns)]
        for at, title in enumerate(self.titles):
            self.fields[f"column-{at}"] = forms.ChoiceField(
                label=title, choices=choices, initial=by_title.get(title, UNREAD)
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = [field for field in data.values() if field != UNREAD]
        twice = next((field for field in said if said.count(field) > 1), None)
        if twice is not None:
            name = name_of(twice).say(page_language())
            raise ValidationError(
                gettext("Deux colonnes sont dites « %(name)s ».") % {"name": name}
            )
        if Field.TITLE not in said:
            raise ValidationError(gettext("Dites quelle colonne est le titre de l’action."))
        return data

    def columns(self) -> dict[str, str]:
        """Return the title of each field; a field that no column has is left unread."""
        said = {
            self.cleaned_data[f"column-{at}"]: title
            for at, title in enumerate(self.titles)
            if self.cleaned_data[f"column-{at}"] != UNREAD
        }
        return {**{str(field): "" for field in Field}, **said}


def _choices(plan: Plan, columns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    language = page_language()
    years = range(plan.first_year - _AROUND, plan.last_year + _AROUND + 1)
    money = {MoneyField(year).name for year in years}
    money |= {field for field in columns if money_field(field)}
    for field in (*Field, *sorted(money)):
        yield str(field), name_of(field).say(language)
