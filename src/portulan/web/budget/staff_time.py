"""The days that teams give to actions, beside those that the plan says, and what a day costs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portulan.accounts.access import Operation
from portulan.budget import staff_time as writes
from portulan.budget.staff_time import PlanTime
from portulan.core.money import known_sum
from portulan.core.say import numbers
from portulan.web.budget.register import (
    OF_AN_ACTION,
    ZERO,
    OfAnAction,
    Register,
    amount,
    day,
    require_a_year,
    words,
)
from portulan.web.fields import AmountField, DayField
from portulan.web.language import page_language
from portulan.web.pages import Act, screen
from portulan.web.requests import OrganisationRequest

_FUNCTION = _("Fonction ou équipe")


class StaffTimeForm(OfAnAction):
    """The days of a function or a team for an action; without any, they are taken back."""

    function = forms.CharField(
        label=_FUNCTION, max_length=160, help_text=_("Jamais le nom d’une personne.")
    )
    planned = AmountField(label=_("Jours prévus"), low=ZERO, required=False)
    done = AmountField(label=_("Jours passés"), low=ZERO, required=False)


class DayRateForm(forms.Form):
    """What a day of a function costs, from a day on; without amount, the rate is taken back."""

    function = forms.CharField(label=_FUNCTION, max_length=160)
    since = DayField(label=_("À partir du"))
    amount = AmountField(label=_("Coût d’une journée (€)"), low=ZERO, required=False)
    source = forms.CharField(
        label=_("Source"), max_length=250, help_text=_("Délibération, coût moyen du grade…")
    )


@screen
def staff_time(request: OrganisationRequest, year: int) -> Register[StaffTimeForm] | Act[int]:
    """The days that teams give to actions in a year; euros only where a rate was typed."""
    require_a_year(year)
    if "take_plan" in request.POST:
        return _take_days(request, year)
    actor, found = request.actor, writes.staff_time(actor=request.actor, year=year)
    without = sum(1 for row in found if row.rate is None)
    note = ngettext(
        "%(count)s ligne sans coût de journée : ses jours ne deviennent pas des euros.",
        "%(count)s lignes sans coût de journée : leurs jours ne deviennent pas des euros.",
        without,
    )
    return Register(
        tab="staff-time",
        title=_("Temps des agents %(year)s") % {"year": year},
        caption=_("Par action et par fonction"),
        intro=_(
            "Les jours que les équipes donnent aux actions. Un jour n’est pas un euro : un coût"
            " n’apparaît que si quelqu’un a donné celui d’une journée, et il ne s’ajoute jamais"
            " au budget."
        ),
        empty=_("Aucun temps. Pour beaucoup d’actions, c’est pourtant le principal effort."),
        first=OF_AN_ACTION,
        columns=[
            words(_FUNCTION, "function"),
            amount(_("Jours prévus"), "planned", add=True, say=_days),
            amount(_("Jours passés"), "done", add=True, say=_days),
            amount(_("Une journée (€)"), lambda row: row.rate.amount if row.rate else None),
            amount(_("Soit, à côté (€)"), "value", add=True),
        ],
        total=_("Total connu"),
        note=note % {"count": without} if without else "",
        rows=found,
        key=("action", "function"),
        pick="time",
        form=partial(StaffTimeForm, actor.organisation_id),
        initial={"action": request.GET.get("action")},
        write=lambda form: writes.set_staff_time(actor, year=year, **form.cleaned_data),
        may=(Operation.EDIT_BUDGET, Operation.EDIT_PLAN),
        year=year,
        by_year=True,
        context=lambda: {
            "extra": "budget/partials/plan_time.html",
            **_beside_plan(year, writes.time_of_plan(actor=actor, year=year)),
        },
    )


def _take_days(request: OrganisationRequest, year: int) -> Act[int]:
    return Act(
        write=lambda: writes.take_days_of_plan(request.actor, year=year),
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


def _days(days: Decimal | None) -> str:
    return numbers.number(days, page_language())


@screen
def day_rates(request: OrganisationRequest) -> Register[DayRateForm]:
    """What a day of each function costs, by date."""
    return Register(
        tab="day-rates",
        title=_("Coût des journées"),
        caption=_("Par fonction, depuis une date"),
        intro=_(
            "Le coût d’une journée, si vous voulez que les jours se lisent aussi en euros. Le"
            " dernier connu avant la fin de l’année vaut pour elle."
        ),
        empty=_("Aucun coût : les jours restent des jours."),
        first=words(_FUNCTION, "function"),
        columns=[
            day(_("À partir du"), "since"),
            amount(
                _("Une journée (€)"),
                "amount",
                say=lambda cost: numbers.number(cost, page_language(), decimals=2),
            ),
            words(_("Source"), "source"),
        ],
        rows=list(writes.day_rates(actor=request.actor)),
        key=("function", "since"),
        form=DayRateForm,
        initial={"since": request.today.replace(month=1, day=1)},
        write=lambda form: writes.set_day_rate(request.actor, **form.cleaned_data),
        year=request.today.year,
    )


MOST = 8  # differences named; the others are counted


def _beside_plan(year: int, found: Sequence[PlanTime]) -> dict[str, object]:
    """Return how the days of a year stand beside those of the plan, where it says some.

    `sentence` says both, `differences` where they differ; `missing` actions have no day here.
    """
    if not found:
        return {}
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
        sentence = str(
            _("Le plan dit %(said)s jours par an ; cette feuille ne dit rien de %(year)s.")
        )
    differ = [one for one in here if one.planned != one.said]
    named = [
        _("action %(number)s, %(said)s au plan et %(planned)s ici")
        % {"number": one.action.number, "said": _days(one.said), "planned": _days(one.planned)}
        for one in differ[:MOST]
    ]
    if len(differ) > MOST:
        named.append(_("et %(count)s autres") % {"count": len(differ) - MOST})
    return {
        "sentence": sentence % told,
        "differences": _("Écarts : %(names)s.") % {"names": " ; ".join(named)} if named else "",
        "missing": sum(one.is_empty for one in found),
    }
