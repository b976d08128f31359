"""Marchés et contrats: what is to be written, one contract, a file taken, the habits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.contracts import writes
from portulan.budget.contracts.readers import read
from portulan.budget.contracts.reads import (
    Contracts,
    Row,
    contracts_on,
    get_contract,
    spent_on,
)
from portulan.budget.contracts.standing import State
from portulan.budget.labels import MOTIVES
from portulan.budget.models import Contract, ContractHabits
from portulan.budget.purchases.computed import COMPUTING
from portulan.budget.purchases.reads import purchases_of
from portulan.core.money import ZERO
from portulan.core.say.text import UnusableInputError
from portulan.publication.contract_pack import pack
from portulan.web.budget.contracts.forms import (
    ContractForm,
    FileForm,
    HabitsForm,
    NextForm,
    initial_of,
)
from portulan.web.downloads import tell_export
from portulan.web.form_tokens import apart
from portulan.web.language import page_language
from portulan.web.pages import Confirm, Edit, Trail, Typed, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in
from portulan.web.uploads import read_uploaded

PER_PAGE = 20
EDIT = Operation.CONTRACTS
# Amounts before an award: finance, auditor, admin.
ESTIMATES = Operation.READ_ORIGINALS


def contracts_url(request: OrganisationRequest, name: str = "contracts", *more: object) -> str:
    return url_in(request, f"budget:{name}", *more)


def _trail(request: OrganisationRequest, contract: Contract | None = None) -> Trail:
    above = [(contracts_url(request), _("Marchés et contrats"))]
    if contract is not None:
        above.append((contracts_url(request, "contract", contract.pk), Typed(contract.subject)))
    return above


def _found(request: OrganisationRequest) -> Contracts:
    request.actor.require(Operation.READ_BUDGET)
    estimates = request.actor.may(ESTIMATES)
    return contracts_on(request.organisation, request.today, estimates=estimates)


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    """What comes to an end or is consulted, the most urgent first; two figures; the others."""
    found, year = _found(request), request.today.year
    every = "all" in request.GET
    rows = found.rows if every else found.coming
    page = page_of(request, rows, PER_PAGE)
    shown = list(page.object_list)
    paid = spent_on([row.contract for row in shown], year - 1)
    context = {
        "found": found,
        "page": page,
        "every": every,
        "rows": [(row, why_of(row), paid.get(row.contract.pk)) for row in shown],
        "count": len(found.every),
        "to_correct": found.in_state(State.TO_CORRECT),
        "to_write": found.in_state(State.TO_WRITE),
        "weighed": found.weighed(year),
        "green": found.green(year),
        "year": year,
        "spent_year": year - 1,
        "estimates": request.actor.may(ESTIMATES),
    }
    return render(request, "budget/contracts.html", context)


def why_of(row: Row) -> str:
    if row.standing.why is None:
        return ""
    return row.contract.motive_said or str(MOTIVES[row.standing.why])


@screen
def contract(request: OrganisationRequest, pk: int) -> Edit[NextForm, Contract] | HttpResponse:
    """A contract: what its next consultation must ask, what one may add, what is known of it."""
    found = get_contract(actor=request.actor, pk=pk)
    estimates = request.actor.may(ESTIMATES)
    register = contracts_on(request.organisation, request.today, estimates=estimates)
    row = next(row for row in register.rows if row.contract.pk == found.pk)
    context: dict[str, Any] = {
        "contract": found,
        "row": row,
        "why": why_of(row),
        "spent": spent_on([found], request.today.year - 1).get(found.pk),
        "spent_year": request.today.year - 1,
        "agec": _agec(request),
        "estimates": estimates,
        "trail": _trail(request),
    }
    if not request.actor.may(EDIT):
        if request.method == "POST":
            request.actor.require(EDIT)
        form = NextForm(None, found, estimates=False)
        return render(request, "budget/contract.html", {**context, "form": form})
    return Edit(
        title=Typed(found.subject),
        submit=_("Garder ces choix"),
        trail=_trail(request),
        back=contracts_url(request, "contract", pk),
        form=lambda data: NextForm(data, found, estimates=estimates),
        edits=found,
        write=lambda form: _keep(request, found, form.cleaned_data),
        done=_("Choix gardés."),
        template="budget/contract.html",
        context=context,
    )


@transaction.atomic
def _keep(request: OrganisationRequest, found: Contract, said: dict[str, Any]) -> Contract:
    """Keep what was chosen, and the estimate of who may read one."""
    texts = {name: value for name, value in said.items() if name != "estimate_ht"}
    kept = writes.choose_clauses(request.actor, contract=found, **texts)
    if "estimate_ht" in said:
        writes.set_estimate(request.actor, contract=kept, estimate_ht=said["estimate_ht"])
    return kept


def _agec(request: OrganisationRequest) -> dict[str, Decimal | int] | None:
    """Return the HT purchases of a civil year in two parts, never added, None of none."""
    year = request.today.year - 1
    kind = purchases_of(request.organisation.pk, year).kinds.get(COMPUTING)
    if kind is None or kind.total <= ZERO:
        return None
    return {
        "year": year,
        "total": kind.total,
        "reuse": kind.reuse,
        "reuse_percent": 100 * kind.reuse / kind.total,
        "recycled": kind.recycled,
        "recycled_percent": 100 * kind.recycled / kind.total,
    }


@screen
def add(request: OrganisationRequest) -> Edit[ContractForm, Contract]:
    request.actor.require(EDIT)
    place = request.organisation.pk
    return Edit(
        title=_("Ajouter un contrat"),
        submit=_("Inscrire le contrat"),
        trail=_trail(request),
        form=lambda data: ContractForm(data, place),
        write=lambda form: writes.save_contract(request.actor, **form.cleaned_data),
        done=_("Contrat inscrit. Dites ce que demande sa prochaine consultation."),
        then=lambda made: contracts_url(request, "contract", made.pk),
    )


@screen
def edit(request: OrganisationRequest, pk: int) -> Edit[ContractForm, Contract]:
    found = get_contract(actor=request.actor, pk=pk, need=EDIT)
    place = request.organisation.pk
    return Edit(
        title=_("Modifier ce contrat"),
        submit=_("Enregistrer"),
        trail=_trail(request, found),
        form=lambda data: ContractForm(data, place, initial=initial_of(found, ContractForm)),
        edits=found,
        write=lambda form: writes.save_contract(request.actor, contract=found, **form.cleaned_data),
        done=_("Contrat enregistré."),
    )


@screen
def remove(request: OrganisationRequest, pk: int) -> Confirm[None]:
    found = get_contract(actor=request.actor, pk=pk, need=EDIT)
    return Confirm(
        title=_("Retirer « %(name)s » du registre") % {"name": found.subject},
        submit=_("Retirer le contrat"),
        intro=_("Ses clauses et ses dates partent avec lui ; les lignes des comptes restent."),
        trail=_trail(request, found),
        write=lambda: writes.remove_contract(request.actor, contract=found),
        done=_("Contrat retiré du registre."),
        then=lambda _none: contracts_url(request),
        about=[found],
    )


@screen
def habits(request: OrganisationRequest) -> Edit[HabitsForm, ContractHabits]:
    request.actor.require(EDIT)
    stands = _found(request).habits
    initial = {name: getattr(stands, name) for name in HabitsForm.base_fields}
    return Edit(
        title=_("Délais et poids"),
        submit=_("Enregistrer"),
        intro=_(
            "Combien de mois avant la fin d’un contrat sa consultation s’écrit : ce sont vos"
            " habitudes. Les seuils de procédure, eux, viennent de textes datés."
        ),
        trail=_trail(request),
        form=lambda data: HabitsForm(data, initial=initial),
        edits=stands if stands.pk else None,
        write=lambda form: writes.set_habits(request.actor, **form.cleaned_data),
        done=_("Délais enregistrés : les dates sont refaites."),
    )


@apart
@screen
def take(request: OrganisationRequest) -> Edit[FileForm, writes.Taken]:
    """Take the contracts of a file: what a person typed is never replaced."""
    request.actor.require(EDIT)

    def write(form: FileForm) -> writes.Taken:
        on = request.today
        try:
            register, _names = read_uploaded(
                form.cleaned_data["given"], lambda paths: read(paths, on=on, months=24)
            )
        except UnusableInputError as error:
            said = error.problem.message(page_language())
            raise ValidationError({"given": said}) from error
        return writes.take_contracts(request.actor, register=register)

    return Edit(
        title=_("Prendre un fichier de marchés"),
        submit=_("Prendre ces marchés"),
        intro=_(
            "Les marchés du numérique entrent au registre ; ceux qui y sont suivent le fichier."
            " Une valeur saisie à la main n’est jamais remplacée."
        ),
        trail=_trail(request),
        form=lambda data: FileForm(data, request.FILES or None),
        write=write,
        done=_told,
        template="budget/take_contracts.html",
    )


def _told(taken: writes.Taken) -> str:
    said = ngettext(
        "%(count)s marché nouveau, %(moved)s mis à jour.",
        "%(count)s marchés nouveaux, %(moved)s mis à jour.",
        taken.new,
    ) % {"count": taken.new, "moved": taken.moved}
    if taken.kept:
        said += " " + ngettext(
            "%(count)s diffère de ce que quelqu’un a saisi, et reste ainsi.",
            "%(count)s diffèrent de ce que quelqu’un a saisi, et restent ainsi.",
            taken.kept,
        ) % {"count": taken.kept}
    return said


@require_GET
def pack_file(request: OrganisationRequest, pk: int) -> HttpResponse:
    """The pack for the buyer: the texts kept, to be adapted, as an open text."""
    found = get_contract(actor=request.actor, pk=pk, need=EDIT)
    content = pack(found, request.organisation, on=request.today, language=page_language())
    tell_export(request, "contract-pack")
    response = HttpResponse(content, content_type="application/vnd.oasis.opendocument.text")
    response["Content-Disposition"] = f'attachment; filename="dossier-acheteur-{found.pk}.odt"'
    return response
