"""Reconditioned purchases as an inventory lists them: proposed by invoice, taken by a person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.purchases.invoices import Compared, Why, compare, take_invoices
from portulan.core.money import TaxBasis
from portulan.sources.reads import get_inventory, told_of
from portulan.web.budget.lines.rows import line_name
from portulan.web.budget.purchases import above, require_france
from portulan.web.fields import PercentField
from portulan.web.pages import Edit, screen
from portulan.web.requests import OrganisationRequest, url_in

WHYS = {
    Why.NO_NUMBER: _("sans numéro de facture dans l’outil"),
    Why.NO_LINE: _("aucune ligne de l’exercice ne porte ce numéro"),
    Why.SEVERAL: _("plusieurs lignes portent ce numéro : dites la part de chacune"),
    Why.MIXED: _("la facture a aussi du neuf, ou des appareils sans mention : dites la part"),
    Why.SAID: _("cette ligne est déjà qualifiée : rien n’y change"),
}


@screen
def take(request: OrganisationRequest, year: int, source: int) -> Edit[InvoicesForm, int]:
    """Propose the lines whose invoice bought reconditioned devices alone, and say what is left."""
    require_france(year)
    actor = request.actor
    fiscal_year = get_year(actor=actor, year=year, need=Operation.EDIT_BUDGET)
    snapshot = get_inventory(actor=actor, pk=source)
    found = compare(fiscal_year, snapshot)
    return Edit(
        title=_("Achats reconditionnés d’après une source"),
        submit=_("Enregistrer ces achats"),
        trail=above(request, year),
        back=url_in(request, "budget:purchases", year),
        form=lambda data: InvoicesForm(found, fiscal_year.tax_basis, data),
        write=lambda form: take_invoices(
            actor, fiscal_year=fiscal_year, source=snapshot.source, **form.cleaned_data
        ),
        done=lambda count: (
            ngettext("%(count)s achat enregistré.", "%(count)s achats enregistrés.", count)
            % {"count": count}
        ),
        template="budget/invoices.html",
        context={
            "fiscal_year": fiscal_year,
            "snapshot": snapshot,
            "told": told_of(snapshot),
            "found": found,
            "unmet": [(one, WHYS[one.why]) for one in found.unmet],
        },
    )


class InvoicesForm(forms.Form):
    """The lines that are taken, and the rate that their amount HT is estimated by."""

    lines = forms.TypedMultipleChoiceField(
        label=_("Lignes"),
        coerce=int,
        error_messages={"required": _("Cochez une ligne au moins.")},
    )
    vat = PercentField(
        label=_("Taux de TVA (%)"),
        help_text=_("Ces comptes sont TTC : le montant HT est estimé par ce taux, et le dit."),
    )

    def __init__(self, found: Compared, basis: str, data: Any = None) -> None:
        super().__init__(data)
        offered = [(one.line.pk, line_name(one.line)) for one in found.met]
        self.fields["lines"].choices = offered  # type: ignore[attr-defined]
        self.initial["lines"] = [pk for pk, _name in offered]
        if basis == TaxBasis.HT:
            del self.fields["vat"]

    def rate(self) -> forms.BoundField | None:
        """Return the field of the rate, where the accounts are TTC."""
        return self["vat"] if "vat" in self.fields else None

    def checked(self) -> set[int]:
        return {int(one) for one in self["lines"].value() or () if str(one).isdecimal()}
