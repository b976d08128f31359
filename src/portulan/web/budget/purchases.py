"""The purchases of a year: what waits to be looked at, the parts of a line, and gifts received."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.labels import PRODUCT_ORIGINS
from portulan.budget.lines.reads import get_line
from portulan.budget.models import BudgetLine, FiscalYear
from portulan.budget.purchases import writes
from portulan.budget.purchases.coming_back import foresee, standing, take_sheet
from portulan.budget.purchases.reads import gifts_of, lines_bought, purchases_of, waiting
from portulan.budget.purchases.rules import ht_of
from portulan.budget.purchases.schema import categories
from portulan.budget.purchases.sheet import sheets_of
from portulan.budget.purchases.writes import Given, Said
from portulan.budget.words import ProductOrigin
from portulan.core.errors import NotFoundError
from portulan.core.merge.digests import digest_of
from portulan.core.money import TaxBasis
from portulan.core.say import numbers
from portulan.core.say.country import FRANCE, country, tax_words
from portulan.core.tables.sources import open_source
from portulan.core.workbooks import WRITERS
from portulan.sources.reads import inventories_of
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
from portulan.web.form_tokens import apart
from portulan.web.inputs import identifiers
from portulan.web.language import page_language
from portulan.web.pages import Edit, Preview, screen
from portulan.web.proposed import Change, ChangedRow, Proposed
from portulan.web.requests import OrganisationRequest, url_in
from portulan.web.uploads import opened, sealed, told_with_lines

MOST_TOLD = 8
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
    may = actor.holds(need)
    return Register(
        tab="purchases",
        title=_("Achats %(year)s") % {"year": year},
        caption=_("Lignes à qualifier, les plus grosses d’abord"),
        intro=_(
            "Les achats des lignes de fournitures et d’équipements, pour la déclaration"
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
            "may_set": may,
            "inventories": inventories_of(actor=actor) if may else [],
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
            words(_("D’où vient"), "read_from"),
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
    """Hand over the sheet to fill in, which comes back by `purchases_sheet`."""
    require_france(year)
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.READ_BUDGET)
    if kind != CSV and kind not in WRITERS:
        raise NotFoundError(kind)
    tell_export(request, "lines")
    return table_file(kind, f"achats-{year}", sheets_of(fiscal_year, f"{year}"))


class PurchasesForm(forms.Form):
    """A sheet of purchases that comes back."""

    file = forms.FileField(
        label=_("Feuille remplie"),
        allow_empty_file=True,  # the reader says what to do about it
        help_text=_(
            "XLSX, ODS ou CSV, avec la colonne « Type de produit » et ce qui désigne la ligne : sa"
            " clé, son numéro ou celui de sa pièce."
        ),
    )
    replace = forms.BooleanField(
        label=_("Garder la feuille quand rien n’indique la version la plus récente"), required=False
    )


@apart
@screen
def purchases_sheet(request: OrganisationRequest, year: int) -> Preview[PurchasesForm]:
    """Read a sheet that comes back: what it would change is shown first."""
    fiscal_year = _of_sheet(request, year)
    return Preview(
        form=lambda data: PurchasesForm(data, request.FILES or None),
        read=lambda form: _foreseen(request, fiscal_year, form),
        template="budget/purchases_sheet.html",
        context={"year": year, "trail": above(request, year)},
    )


@screen
def take_purchases(request: OrganisationRequest, year: int) -> Edit[forms.Form, int] | HttpResponse:
    """Write a sheet as it was shown, all or nothing."""
    fiscal_year = _of_sheet(request, year)
    carried = opened(request, "purchases")
    if carried is None or carried["year"] != fiscal_year.pk:
        return redirect("budget:purchases-sheet", request.organisation.slug, year)
    return _shown_sheet(request, fiscal_year, carried, [], 0)


def _of_sheet(request: OrganisationRequest, year: int) -> FiscalYear:
    require_france(year)
    return get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)


def above(request: OrganisationRequest, year: int) -> list[tuple[str, Any]]:
    place = url_in(request, "budget:purchases", year)
    return [(place, _("Achats %(year)s") % {"year": year})]


def _foreseen(
    request: OrganisationRequest, fiscal_year: FiscalYear, form: PurchasesForm
) -> Edit[forms.Form, int]:
    """Return what a sheet would write. Raises ValidationError: why it is refused whole."""
    file = form.cleaned_data["file"]
    with open_source(file, file.name) as source:
        found = foresee(
            request.actor,
            fiscal_year=fiscal_year,
            source=source,
            replace=form.cleaned_data["replace"],
        )
    if found.problems:
        raise ValidationError(told_with_lines(found.problems[:MOST_TOLD]))
    if not found.changes:
        raise ValidationError(
            _("Cette feuille ne change rien : elle est identique à ce qui est enregistré.")
        )
    said = found.read.said
    carried = {
        "year": fiscal_year.pk,
        "said": [[pk, [_plain(astuple(one)) for one in parts]] for pk, parts in said.items()],
        "gifts": [_plain(one) for one in found.read.gifts],
        "seen": digest_of(standing(fiscal_year, said)),
    }
    names = BudgetLine.objects.in_bulk(said)
    rows = [
        ChangedRow(line_name(names[pk]), [Change(_part_said(one)) for one in parts])
        for pk, parts in said.items()
    ]
    rows += [ChangedRow(one.label, [Change(_gift_said(one))]) for one in found.read.gifts]
    return _shown_sheet(request, fiscal_year, carried, rows, found.read.same)


def _shown_sheet(
    request: OrganisationRequest,
    fiscal_year: FiscalYear,
    carried: dict[str, Any],
    rows: Sequence[ChangedRow],
    same: int,
) -> Edit[forms.Form, int]:
    year, slug = fiscal_year.year, request.organisation.slug
    back, title = reverse("budget:purchases", args=[slug, year]), _("Changements de la feuille")
    told = Proposed(
        rows=rows,
        write=reverse("budget:take-purchases", args=[slug, year]),
        carried={"sealed": sealed("purchases", carried)},
        ready=True,
        back=back,
    )
    return Edit(
        title=title,
        submit=_("Enregistrer ces achats"),
        trail=above(request, year),
        back=back,
        form=lambda data: forms.Form(data),
        write=lambda _form: take_sheet(
            request.actor,
            fiscal_year=fiscal_year,
            said={pk: [_said_again(one) for one in parts] for pk, parts in carried["said"]},
            gifts=[
                Given(one[0], one[1], one[2], _amount(one[3]), one[4]) for one in carried["gifts"]
            ],
            seen=carried["seen"],
        ),
        done=lambda count: (
            ngettext(
                "%(count)s achat ou don enregistré.", "%(count)s achats ou dons enregistrés.", count
            )
            % {"count": count}
        ),
        template="budget/purchases_take.html",
        context={"told": told, "title": title, "trail": above(request, year), "same": same},
    )


def _said_again(part: list[Any]) -> Said:
    category, origin, amount_, ht, vat, year = part
    return Said(category, ProductOrigin(origin), Decimal(amount_), _amount(ht), _amount(vat), year)


def _plain(said: Iterable[object]) -> list[object]:
    return [str(one) if isinstance(one, Decimal) else one for one in said]


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _part_said(part: Said) -> str:
    """Return what a part says in one line: its type, its origin, its amount, its year."""
    language = page_language()
    amounts = [numbers.money(part.amount, language)]
    if part.ht is not None:
        amounts.append(f"{numbers.money(part.ht, language)} HT")
    if part.vat is not None:
        amounts.append(_("TVA %(rate)s") % {"rate": numbers.percent(part.vat, language)})
    of = [str(PRODUCT_ORIGINS[part.origin])] if part.category else []
    name = part.category or str(_("Pas un produit"))
    return ", ".join([name, *of, *map(str, amounts), str(part.invoice_year)])


def _gift_said(gift: Given) -> str:
    if not gift.quantity:
        return str(_("don retiré"))
    value = numbers.money(gift.unit_value, page_language())
    return f"{gift.category}, {gift.quantity} × {value}"


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
            "Les dons reçus par l’organisation dans l’année civile, à la valeur forfaitaire de la"
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
