"""What an action asks for: one field per year, section and side of the IT budget."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from portulan.plans.models import SECTIONS, Action, PlannedMoney
from portulan.plans.money.writes import MoneyKey, replace_planned_money
from portulan.plans.plan import load_details
from portulan.plans.words import Section
from portulan.web.crumbs import action_at, under_action
from portulan.web.fields import NOTHING_SAID, UNKNOWN, CostField
from portulan.web.pages import Edit, screen
from portulan.web.requests import OrganisationRequest


@screen
def money(request: OrganisationRequest, plan: str, number: int) -> Edit[MoneyForm, object]:
    action = load_details(action_at(request, plan, number))
    return Edit(
        title=_("Argent demandé par l’action %(number)s") % {"number": number},
        submit=_("Enregistrer les montants"),
        trail=under_action(request, action),
        form=partial(MoneyForm, action),
        edits=action,
        write=lambda form: replace_planned_money(
            request.actor, action=action, amounts=form.amounts()
        ),
        done=_("Montants enregistrés."),
        template="plans/money.html",
        context={"action": action},
    )


type Column = tuple[Section | None, bool]
ALWAYS: tuple[Column, ...] = (
    (Section.OPERATING, True),
    (Section.INVESTMENT, True),
    (Section.OPERATING, False),
    (Section.INVESTMENT, False),
)


class MoneyForm(forms.Form):
    def __init__(self, action: Action, data: Any = None) -> None:
        super().__init__(data)
        rows = {_key(row): row.amount for row in action.planned_money.all()}
        plan = action.plan
        span = {*range(plan.first_year, plan.last_year + 1), *(key.year for key in rows)}
        self.years = sorted(span)
        used = {(key.section, key.in_it_budget) for key in rows}
        extra = [(None, inside) for inside in (True, False) if (None, inside) in used]
        self.columns: list[Column] = sorted([*ALWAYS, *extra], key=lambda item: not item[1])
        for year in self.years:
            for section, inside in self.columns:
                key = MoneyKey(year, section, inside)
                self.fields[_name(key)] = CostField(
                    label=f"{year}, {column_label((section, inside))}",
                    required=False,
                    low=Decimal(0),
                    initial=_start(rows, key),
                )

    def rows(self) -> list[tuple[int, list[BoundField]]]:
        """Return each year with its fields, in the order of the columns."""
        return [
            (year, [self[_name(MoneyKey(year, *column))] for column in self.columns])
            for year in self.years
        ]

    def heads(self) -> list[str]:
        return [column_label(column) for column in self.columns]

    def amounts(self) -> dict[MoneyKey, Decimal | None]:
        """Return what is said, once the form is valid."""
        return {
            key: self.cleaned_data[_name(key)]
            for year in self.years
            for column in self.columns
            if self.cleaned_data[_name(key := MoneyKey(year, *column))] is not NOTHING_SAID
        }


def column_label(column: Column) -> str:
    section, inside = column
    place = _("budget informatique") if inside else _("hors de ce budget")
    return f"{place}, {str(SECTIONS[section]).lower() if section else _('nature non dite')}"


def _key(row: PlannedMoney) -> MoneyKey:
    return MoneyKey(row.year, Section(row.section) if row.section else None, row.in_it_budget)


def _name(key: MoneyKey) -> str:
    return f"y{key.year}{key.section or 'N'}{'in' if key.in_it_budget else 'out'}"


def _start(rows: dict[MoneyKey, Decimal | None], key: MoneyKey) -> Decimal | str | None:
    if key not in rows:
        return None
    amount = rows[key]
    return UNKNOWN if amount is None else amount
