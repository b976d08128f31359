"""The purchases of a year: what waits to be looked at, the parts of a line, and gifts received."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.labels import PRODUCT_ORIGINS
from portulan.budget.lines.reads import get_line
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.purchases import writes
from portulan.budget.purchases.reads import gifts_of, lines_bought, purchases_of, waiting
from portulan.budget.purchases.rules import ht_of
from portulan.budget.purchases.schema import categories
from portulan.budget.purchases.sheet import sheets_of
from portulan.budget.words import ProductOrigin
from portulan.core.errors import NotFoundError
from portulan.core.money import TaxBasis
from portulan.core.say import numbers
from portulan.core.say.country import FRANCE, country, tax_words
from portulan.core.workbooks import WRITERS
from portulan.web.budget.lines.rows import line_name
from portulan.web.budget.register import (
    NUMBER,
    ZERO,
    Column,
    Register,
    amount,
    require_a_year,
    words,
)
from portulan.web.downloads import CSV, table_file, tell_export
from portulan.web.fields import AmountField, CalendarYearField, PercentField, WholeField
from portulan.web.language import page_language
from portulan.web.pages import screen
from portulan.web.received import identifiers
from portulan.web.requests import OrganisationRequest

_CATEGORIES = [("", _("Pas un produit")), *((one, one) for one in categories())]


class PartForm(forms.Form):
    """A part of a line: what it bought, where that comes from; without amount, it is taken back."""

    category = forms.ChoiceField(
        label=_("Type de produit"),
        choices=_CATEGORIES,
        required=False,
        help_text=_("Un service ou un logiciel n’est pas un produit."),
    )
    origin = forms.TypedChoiceField(
        label=_("Origine"), choices=PRODUCT_ORIGINS, coerce=ProductOrigin
    )
    amount = AmountField(label=_("Montant de la part"), required=False)
    ht = AmountField(label=_("Montant HT"), required=False)
    vat = PercentField(
        label=_("Taux de TVA"),
        required=False,
        help_text=_("Sans montant HT : il est alors estimé par ce taux, et le dit."),
    )
    invoice_year = CalendarYearField(label=_("Année de la facture"))

    def __init__(self, *args: Any, basis: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if basis == TaxBasis.HT:
            del self.fields["ht"], self.fields["vat"]


def require_france(year: int) -> None:
    """Raise NotFoundError elsewhere: the declaration comes from French law."""
    if country() is not FRANCE:
        raise NotFoundError(str(year))


@screen
def purchases(request: OrganisationRequest, year: int) -> Register[PartForm]:
    """The lines of a year that wait, or the parts of one of them."""
    require_france(year)
    actor, need = request.actor, Operation.EDIT_BUDGET
    fiscal_year = get_year(actor=actor, year=year, need=Operation.READ_BUDGET)
    pk = next(iter(identifiers([request.GET.get("line", "")])), None)
    if pk is not None:
        return _of_line(request, fiscal_year, get_line(actor=actor, year=year, pk=pk, need=need))
    found = purchases_of(actor.organisation_id, year)
    may = actor.may(need)
    return Register(
        tab="purchases",
        title=_("Achats %(year)s") % {"year": year},
        caption=_("Lignes à qualifier, les plus grosses d’abord"),
        intro=_(
            "Ce que les lignes de fournitures et d’équipements ont acheté, pour la déclaration"
            " annuelle des achats issus du réemploi ou intégrant des matières recyclées (AGEC,"
            " article 58). Toute l’organisation y est, et pas seulement la DSI."
        ),
        empty=_("Aucune ligne n’attend : tout est qualifié, ou rien n’est mandaté."),
        first=words(_("Ligne"), line_name),
        columns=[
            words(_("Compte"), "nature"),
            amount(_("Mandaté (€)"), "realised"),
            amount(_("Qualifié (€)"), "taken"),
        ],
        note=_("%(lines)s lignes attendent, pour %(amount)s.")
        % {
            "lines": numbers.number(found.waiting_lines, page_language()),
            "amount": numbers.money(found.waiting_amount, page_language(), decimals=0),
        },
        table=list(waiting(lines_bought([fiscal_year]))),
        link=(lambda line: f"?line={line.pk}#h-set") if may else None,
        year=year,
        context={
            "extra": "budget/partials/purchases.html",
            "kinds": [*WRITERS, CSV],
            "declared": sorted(found.kinds.items()),
        },
    )


def _of_line(
    request: OrganisationRequest, fiscal_year: FiscalYear, line: BudgetLine
) -> Register[PartForm]:
    parts = list(line.purchase_parts.order_by("category", "origin", "invoice_year"))
    left = (line.realised or ZERO) - sum((part.amount for part in parts), ZERO)
    return Register(
        tab="purchases",
        title=_("Achats %(year)s") % {"year": fiscal_year.year},
        caption=line_name(line),
        intro=_("Mandaté : %(whole)s %(basis)s. Reste à qualifier : %(left)s.")
        % {
            "whole": numbers.money(line.realised, page_language()),
            "basis": tax_words(fiscal_year.tax_basis, page_language()),
            "left": numbers.money(left, page_language()),
        },
        empty=_("Rien n’en est encore dit."),
        first=words(_("Type de produit"), lambda part: part.category or _("Pas un produit")),
        columns=[
            words(_("Origine"), lambda part: part.get_origin_display() if part.category else ""),
            amount(_("Part (€)"), "amount"),
            amount(_("HT (€)"), lambda part: ht_of(part) if part.category else None),
            words(_("HT d’où"), lambda part: _("estimé") if part.vat is not None else ""),
            Column(_("Facture"), lambda part: str(part.invoice_year), NUMBER),
        ],
        rows=parts,
        key=("category", "origin", "invoice_year"),
        form=partial(PartForm, basis=fiscal_year.tax_basis),
        initial={"amount": left, "invoice_year": fiscal_year.year},
        write=lambda form: writes.set_part(request.actor, line=line, **form.cleaned_data),
        done=_("Achat enregistré."),
        year=fiscal_year.year,
    )


@require_GET
def purchases_file(request: OrganisationRequest, year: int, kind: str) -> StreamingHttpResponse:
    """Hand over the sheet to fill in, which `portulan budget qualify` reads back."""
    require_france(year)
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.READ_BUDGET)
    if kind != CSV and kind not in WRITERS:
        raise NotFoundError(kind)
    tell_export(request, "lines")
    return table_file(kind, f"achats-{year}", sheets_of(fiscal_year, f"{year}"))


class GiftForm(forms.Form):
    """What was received of one type; without number, it is taken back."""

    category = forms.ChoiceField(label=_("Type de produit"), choices=_CATEGORIES[1:])
    label = forms.CharField(label=_("Ce qui a été reçu"), max_length=200)
    quantity = WholeField(label=_("Nombre"), required=False)
    unit_value = AmountField(
        label=_("Valeur forfaitaire d’un (€)"),
        low=ZERO,
        required=False,
        help_text=_("Celle de la grille de l’arrêté du 29 février 2024."),
    )
    source = forms.CharField(label=_("Source de la valeur"), max_length=250, required=False)


@screen
def gifts(request: OrganisationRequest, year: int) -> Register[GiftForm]:
    """What was received as gifts in a civil year."""
    require_a_year(year)
    require_france(year)
    request.actor.require(Operation.READ_BUDGET)
    return Register(
        tab="gifts",
        title=_("Dons reçus %(year)s") % {"year": year},
        caption=_("Par type de produit"),
        intro=_(
            "Ce que l’organisation a reçu en don dans l’année civile, à la valeur forfaitaire de la"
            " grille. Un don n’est pas une dépense : il a sa colonne dans la déclaration."
        ),
        empty=_("Aucun don. Dites ce qui a été reçu, combien, et la valeur forfaitaire de l’un."),
        first=words(_("Reçu"), "label"),
        columns=[
            words(_("Type de produit"), "category"),
            Column(
                _("Nombre"), lambda gift: numbers.number(gift.quantity, page_language()), NUMBER
            ),
            amount(_("Valeur d’un (€)"), "unit_value"),
            amount(_("Valeur (€)"), "value", add=True),
            words(_("Source"), "source"),
        ],
        total=_("Total"),
        rows=list(gifts_of(request.actor.organisation_id, year)),
        key=("category", "label"),
        pick="gift",
        form=GiftForm,
        write=lambda form: writes.set_gift(request.actor, year=year, **form.cleaned_data),
        year=year,
        by_year=True,
    )
