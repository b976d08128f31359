"""The page of the savings of a year."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.access import Operation
from portulan.budget import savings as budget_savings
from portulan.budget.labels import SAVINGS
from portulan.budget.models import Saving
from portulan.budget.words import SavingKind
from portulan.core.money import known_sum
from portulan.web.budget.register import (
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
from portulan.web.fields import AmountField
from portulan.web.pages import screen
from portulan.web.requests import OrganisationRequest


def savings_sheet(year: int, found: Sequence[Saving], *, may_set: bool) -> Sheet:
    """Return what actions spare in a year: as assumed, as observed, never one for the other."""
    rows = [
        Row(
            action_name(item.action),
            [
                item.get_kind_display(),
                euros(item.potential),
                item.assumption,
                euros(item.realised),
                item.evidence,
            ],
            f"?saving={item.pk}#h-set" if may_set else "",
        )
        for item in found
    ]
    potential = known_sum(item.potential for item in found)
    realised = known_sum(item.realised for item in found)
    return Sheet(
        tab="savings",
        title=_("Économies %(year)s") % {"year": year},
        caption=_("Par action et par nature"),
        intro=_(
            "Ce qu’une action épargne, possible ou réalisé. Une économie n’est pas un budget : elle"
            " ne se retranche d’aucun coût et n’entre pas dans la part NR."
        ),
        empty=_(
            "Aucune économie. Dites ce que l’action épargnerait et sur quelle hypothèse, puis ce"
            " qu’elle a épargné, preuve à l’appui."
        ),
        first=_("Action"),
        heads=[
            (_("Nature"), WORDS),
            (_("Possible (€)"), NUMBER),
            (_("Hypothèse"), WORDS),
            (_("Réalisée (€)"), NUMBER),
            (_("Preuve"), WORDS),
        ],
        rows=rows,
        total=["", euros(potential), "", euros(realised), ""] if found else (),
        total_name=_("Total connu"),
    )


class SavingForm(_OfAnAction):
    """What an action spares in a year; without amount, it is taken back."""

    kind = forms.TypedChoiceField(label=gettext_lazy("Nature"), choices=SAVINGS, coerce=SavingKind)
    potential = AmountField(label=gettext_lazy("Possible (€)"), low=ZERO, required=False)
    assumption = forms.CharField(
        label=gettext_lazy("Hypothèse"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Ce qui serait dépensé sans l’action : nombre, prix, durée."),
    )
    realised = AmountField(label=gettext_lazy("Réalisée (€)"), low=ZERO, required=False)
    evidence = forms.CharField(
        label=gettext_lazy("Preuve"),
        max_length=500,
        required=False,
        help_text=gettext_lazy(
            "Facture, relevé, inventaire. Une économie réalisée en a toujours une."
        ),
    )


@screen
def savings(request: OrganisationRequest, year: int) -> Register[SavingForm]:
    """What actions spare in a year."""
    require_a_year(year)
    actor, rows = request.actor, list(budget_savings.savings(actor=request.actor, year=year))
    may_set = actor.may(Operation.EDIT_BUDGET)
    return Register(
        sheet=lambda: savings_sheet(year, rows, may_set=may_set),
        rows=rows,
        key=("action", "kind"),
        pick="saving",
        form=partial(SavingForm, actor.organisation_id),
        initial={"action": request.GET.get("action")},
        write=lambda form: budget_savings.set_saving(actor, year=year, **form.cleaned_data),
        may_set=may_set,
        year=year,
        years=other_years(request, "budget:savings", year),
    )
