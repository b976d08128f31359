"""The savings of a year: as assumed and as observed, never one for the other."""

from __future__ import annotations

from functools import partial

from django import forms
from django.utils.translation import gettext_lazy as _

from portulan.budget import savings as writes
from portulan.budget.labels import SAVINGS
from portulan.budget.words import SavingKind
from portulan.web.budget.register import (
    OF_AN_ACTION,
    ZERO,
    OfAnAction,
    Register,
    amount,
    require_a_year,
    words,
)
from portulan.web.fields import AmountField
from portulan.web.pages import screen
from portulan.web.requests import OrganisationRequest


class SavingForm(OfAnAction):
    """What an action spares in a year; without amount, it is taken back."""

    kind = forms.TypedChoiceField(label=_("Nature"), choices=SAVINGS, coerce=SavingKind)
    potential = AmountField(label=_("Possible (€)"), low=ZERO, required=False)
    assumption = forms.CharField(
        label=_("Hypothèse"),
        max_length=500,
        required=False,
        help_text=_("La dépense sans l’action : nombre, prix, durée."),
    )
    realised = AmountField(label=_("Réalisée (€)"), low=ZERO, required=False)
    evidence = forms.CharField(
        label=_("Preuve"),
        max_length=500,
        required=False,
        help_text=_("Facture, relevé, inventaire. Une économie réalisée en a toujours une."),
    )


@screen
def savings(request: OrganisationRequest, year: int) -> Register[SavingForm]:
    """What actions spare in a year."""
    require_a_year(year)
    actor = request.actor
    return Register(
        tab="savings",
        title=_("Économies %(year)s") % {"year": year},
        caption=_("Par action et par nature"),
        intro=_(
            "Les économies d’une action, possibles ou réalisées. Une économie n’est "
            "pas un budget : elle"
            " ne se retranche d’aucun coût et n’entre pas dans la part NR."
        ),
        empty=_(
            "Aucune économie. Dites ce que l’action épargnerait et sur quelle hypothèse, puis ce"
            " qu’elle a épargné, preuve à l’appui."
        ),
        first=OF_AN_ACTION,
        columns=[
            words(_("Nature"), lambda saving: saving.get_kind_display()),
            amount(_("Possible (€)"), "potential", add=True),
            words(_("Hypothèse"), "assumption"),
            amount(_("Réalisée (€)"), "realised", add=True),
            words(_("Preuve"), "evidence"),
        ],
        total=_("Total connu"),
        rows=list(writes.savings(actor=actor, year=year)),
        key=("action", "kind"),
        pick="saving",
        form=partial(SavingForm, actor.organisation_id),
        initial={"action": request.GET.get("action")},
        write=lambda form: writes.set_saving(actor, year=year, **form.cleaned_data),
        year=year,
        by_year=True,
    )
