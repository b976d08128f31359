"""What stands beside the budget, never netted in it.

The tables of what stands beside the budget, never netted in it.

What stands beside the budget: savings, staff time, day rates, legal ratios, green ratings.

How far the days of a year are from those that the plan says, in sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portulan.accounts.access import Operation
from portulan.budget import staff_time as budget_staff_time
from portulan.budget.models import DayRate
from portulan.budget.staff_time import PlanTime, TimeRow
from portulan.core.money import known_sum
from portulan.core.say import numbers
from portulan.web.budget.register import (
    DAY,
    NUMBER,
    WORDS,
    ZERO,
    Register,
    Row,
    Sheet,
    _OfAnAction,
    action_name,
    euros,
    other_years,
    require_a_year,
)
from portulan.web.fields import AmountField, DayField
from portulan.web.language import page_language
from portulan.web.pages import Act, screen
from portulan.web.requests import OrganisationRequest


@screen
def staff_time(request: OrganisationRequest, year: int) -> Register[StaffTimeForm] | Act[int]:
    """The days that teams give to actions in a year."""
    require_a_year(year)
    if "take_plan" in request.POST:
        return _take_days(request, year)
    actor, found = request.actor, budget_staff_time.staff_time(actor=request.actor, year=year)
    may_set = actor.may(Operation.EDIT_BUDGET) or actor.may(Operation.EDIT_PLAN)
    return Register(
        sheet=lambda: time_sheet(year, found, may_set=may_set),
        rows=[row.time for row in found],
        key=("action", "function"),
        pick="time",
        form=partial(StaffTimeForm, actor.organisation_id),
        initial={"action": request.GET.get("action")},
        write=lambda form: budget_staff_time.set_staff_time(actor, year=year, **form.cleaned_data),
        may_set=may_set,
        need=Operation.EDIT_PLAN,
        year=year,
        years=other_years(request, "budget:staff-time", year),
        context=lambda: {
            "extra": "budget/partials/plan_time.html",
            "beside": beside_plan(year, budget_staff_time.time_of_plan(actor=actor, year=year)),
        },
    )


def _take_days(request: OrganisationRequest, year: int) -> Act[int]:
    return Act(
        write=lambda: budget_staff_time.take_days_of_plan(request.actor, year=year),
        done=lambda count: (
            ngettext(
                "Jours du plan repris pour %(count)s action.",
                "Jours du plan repris pour %(count)s actions.",
                count,
            )
            % {"count": count}
        ),
        back=request.path,
    )


@screen
def day_rates(request: OrganisationRequest) -> Register[DayRateForm]:
    """What a day of each function costs."""
    rows = list(budget_staff_time.day_rates(actor=request.actor))
    return Register(
        sheet=lambda: rates_sheet(rows),
        rows=rows,
        key=("function", "since"),
        form=DayRateForm,
        initial={"since": request.today.replace(month=1, day=1)},
        write=lambda form: budget_staff_time.set_day_rate(request.actor, **form.cleaned_data),
        may_set=request.actor.may(Operation.EDIT_BUDGET),
        year=request.today.year,
    )


def time_sheet(year: int, found: Sequence[TimeRow], *, may_set: bool) -> Sheet:
    """Return the days given to actions in a year; euros only where a rate was typed."""
    rows = [
        Row(
            action_name(row.time.action),
            [
                row.time.function,
                _days(row.time.planned),
                _days(row.time.done),
                euros(row.rate.amount if row.rate else None),
                euros(row.value),
            ],
            f"?time={row.time.pk}#h-set" if may_set else "",
        )
        for row in found
    ]
    without = sum(1 for row in found if row.rate is None)
    note = ngettext(
        "%(count)s ligne sans coût de journée : ses jours ne deviennent pas des euros.",
        "%(count)s lignes sans coût de journée : leurs jours ne deviennent pas des euros.",
        without,
    )
    total = [
        "",
        _days(known_sum(row.time.planned for row in found)),
        _days(known_sum(row.time.done for row in found)),
        "",
        euros(known_sum(row.value for row in found)),
    ]
    return Sheet(
        tab="staff-time",
        title=_("Temps des agents %(year)s") % {"year": year},
        caption=_("Par action et par fonction"),
        intro=_(
            "Les jours que les équipes donnent aux actions. Un jour n’est pas un euro : un coût"
            " n’apparaît que si quelqu’un a donné celui d’une journée, et il ne s’ajoute jamais"
            " au budget."
        ),
        empty=_("Aucun temps. Pour beaucoup d’actions, c’est pourtant le principal effort."),
        first=_("Action"),
        heads=[
            (_("Fonction ou équipe"), WORDS),
            (_("Jours prévus"), NUMBER),
            (_("Jours passés"), NUMBER),
            (_("Une journée (€)"), NUMBER),
            (_("Soit, à côté (€)"), NUMBER),
        ],
        rows=rows,
        total=total if found else (),
        total_name=_("Total connu"),
        note=note % {"count": without} if without else "",
    )


def _days(days: Decimal | None) -> str:
    return numbers.number(days, page_language())


def rates_sheet(found: Sequence[DayRate]) -> Sheet:
    """Return what a day of each function costs, by date."""
    language = page_language()
    rows = [
        Row(
            rate.function,
            [
                numbers.date(rate.since, language),
                numbers.number(rate.amount, language, decimals=2),
                rate.source,
            ],
        )
        for rate in found
    ]
    return Sheet(
        tab="day-rates",
        title=_("Coût des journées"),
        caption=_("Par fonction, depuis une date"),
        intro=_(
            "Le coût d’une journée, si vous voulez que les jours se lisent aussi en euros. Le"
            " dernier connu avant la fin de l’année vaut pour elle."
        ),
        empty=_("Aucun coût : les jours restent des jours."),
        first=_("Fonction ou équipe"),
        heads=[(_("À partir du"), DAY), (_("Une journée (€)"), NUMBER), (_("Source"), WORDS)],
        rows=rows,
    )


class StaffTimeForm(_OfAnAction):
    """The days of a function or a team for an action; without any, they are taken back."""

    function = forms.CharField(
        label=gettext_lazy("Fonction ou équipe"),
        max_length=160,
        help_text=gettext_lazy("Jamais le nom d’une personne."),
    )
    planned = AmountField(label=gettext_lazy("Jours prévus"), low=ZERO, required=False)
    done = AmountField(label=gettext_lazy("Jours passés"), low=ZERO, required=False)


class DayRateForm(forms.Form):
    """What a day of a function costs, from a day on; without amount, the rate is taken back."""

    function = forms.CharField(label=gettext_lazy("Fonction ou équipe"), max_length=160)
    since = DayField(label=gettext_lazy("À partir du"))
    amount = AmountField(label=gettext_lazy("Coût d’une journée (€)"), low=ZERO, required=False)
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=250,
        help_text=gettext_lazy("Délibération, coût moyen du grade…"),
    )


MOST = 8  # differences named; the others are counted


@dataclass(frozen=True, slots=True)
class BesidePlan:
    """What the plan says, what the year plans, where they differ; `missing` have no day here."""

    sentence: str
    differences: str
    missing: int


def beside_plan(year: int, found: Sequence[PlanTime]) -> BesidePlan | None:
    """Return how the days of a year stand beside the plan; None when the plan says none."""
    if not found:
        return None
    here = [one for one in found if one.planned is not None]
    told = {
        "year": year,
        "said": _days(known_sum(one.said for one in found)),
        "actions": len(found),
        "planned": _days(known_sum(one.planned for one in here)),
        "here": len(here),
    }
    if here:
        sentence = ngettext(
            "Le plan dit %(said)s jours par an ; cette feuille en prévoit %(planned)s en %(year)s,"
            " pour %(here)s action sur %(actions)s.",
            "Le plan dit %(said)s jours par an ; cette feuille en prévoit %(planned)s en %(year)s,"
            " pour %(here)s actions sur %(actions)s.",
            len(here),
        )
    else:
        sentence = _("Le plan dit %(said)s jours par an ; cette feuille ne dit rien de %(year)s.")
    differ = [one for one in here if one.planned != one.said]
    named = [
        _("action %(number)s, %(said)s au plan et %(planned)s ici")
        % {"number": one.action.number, "said": _days(one.said), "planned": _days(one.planned)}
        for one in differ[:MOST]
    ]
    if len(differ) > MOST:
        named.append(_("et %(count)s autres") % {"count": len(differ) - MOST})
    return BesidePlan(
        sentence % told,
        _("Écarts : %(names)s.") % {"names": " ; ".join(named)} if named else "",
        sum(one.is_empty for one in found),
    )
