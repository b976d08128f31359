"""The criteria of a label that a plan answers: pasted, typed, answered, proved, put back."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.evidence.models import Piece
from portulan.evidence.reads import NO_PROOF, get_piece, proofs_of
from portulan.plans.models import Plan
from portulan.plans.plan import get_plan
from portulan.publication.label.reads import criteria_of, get_criterion, in_order, numbers_of
from portulan.publication.label.writes import (
    Pasted,
    Saved,
    paste_criteria,
    prove_criterion,
    remove_criterion,
    save_criterion,
    undo_criteria,
    unprove_criterion,
)
from portulan.publication.models import CriterionEvidence, LabelCriterion
from portulan.web.evidence.forms import GiveForm
from portulan.web.evidence.giving import giving
from portulan.web.form_tokens import apart
from portulan.web.pages import Act, Confirm, Edit, Trail, screen
from portulan.web.paging import page_of
from portulan.web.publication.label.forms import CriterionForm, PasteForm
from portulan.web.requests import OrganisationRequest, url_in

PER_PAGE = 20
READ, EDIT = Operation.READ_PLAN, Operation.EDIT_PLAN


def _at(request: OrganisationRequest, name: str, *more: object) -> str:
    return url_in(request, f"documents:{name}", *more)


def _trail(
    request: OrganisationRequest, plan: Plan, criterion: LabelCriterion | None = None
) -> Trail:
    above = [
        (_at(request, "browse"), _("Documents")),
        (_at(request, "criteria", plan.slug), _("Critères du label")),
    ]
    if criterion is None:
        return above
    return [*above, (_at(request, "criterion", plan.slug, criterion.pk), criterion.code)]


def _door(request: OrganisationRequest, plan: str, pk: int) -> LabelCriterion:
    found = get_plan(actor=request.actor, slug=plan, need=EDIT)
    return get_criterion(actor=request.actor, plan=found, pk=pk, need=EDIT)


def _undo(request: OrganisationRequest, plan: Plan, made: Saved | Pasted) -> str:
    if made.entry is None:
        return ""
    return _at(request, "undo-criteria", plan.slug, made.entry)


@require_GET
def browse(request: OrganisationRequest, plan: str) -> HttpResponse:
    """The criteria, each with its answer, its actions and how many pieces prove it."""
    found = get_plan(actor=request.actor, slug=plan, need=READ)
    every = in_order(criteria_of(request.actor, found))
    page = page_of(request, every, PER_PAGE)
    context = {
        "trail": _trail(request, found)[:1],
        "plan": found,
        "page": page,
        "rows": [(one, ", ".join(numbers_of(one)), len(one.evidence_links.all())) for one in page],
        "count": len(every),
        "answered": sum(bool(one.answer or one.actions.all()) for one in every),
        "dossier": _at(request, "preview", "label", request.today.year),
    }
    return render(request, "label/browse.html", context)


@screen
def add(request: OrganisationRequest, plan: str) -> Edit[CriterionForm, Saved]:
    found = get_plan(actor=request.actor, slug=plan, need=EDIT)
    return Edit(
        title=_("Recopier un critère"),
        submit=_("Enregistrer le critère"),
        trail=_trail(request, found),
        form=partial(CriterionForm, found),
        write=lambda form: save_criterion(request.actor, plan=found, **form.cleaned_data),
        done=lambda made: _("Critère %(code)s enregistré.") % {"code": made.criterion.code},
        undo=lambda made: _undo(request, found, made),
    )


@screen
def paste(request: OrganisationRequest, plan: str) -> Edit[PasteForm, Pasted]:
    found = get_plan(actor=request.actor, slug=plan, need=EDIT)
    return Edit(
        title=_("Coller vos critères"),
        submit=_("Enregistrer ces critères"),
        intro=_(
            "Recopiez la liste de votre propre contrat. Un code déjà là garde ses réponses et prend"
            " le nouvel intitulé ; ce que la liste ne dit pas reste."
        ),
        trail=_trail(request, found),
        form=PasteForm,
        write=lambda form: paste_criteria(request.actor, plan=found, **form.cleaned_data),
        done=lambda made: (
            _("Critères ajoutés : %(added)s ; intitulés changés : %(changed)s.")
            % {"added": made.added, "changed": made.changed}
        ),
        undo=lambda made: _undo(request, found, made),
    )


@screen
def criterion(
    request: OrganisationRequest, plan: str, criterion: int
) -> Edit[CriterionForm, Saved]:
    """A criterion: its answer, its actions, and below them the pieces that prove it."""
    found = _door(request, plan, criterion)
    proof = proofs_of(actor=request.actor, model=CriterionEvidence, proved=[found])
    return Edit(
        title=_("Critère %(code)s") % {"code": found.code},
        submit=_("Enregistrer le critère"),
        trail=_trail(request, found.plan),
        form=lambda data: CriterionForm(found.plan, data, initial=CriterionForm.initial_of(found)),
        edits=found,
        write=lambda form: save_criterion(
            request.actor, plan=found.plan, criterion=found, **form.cleaned_data
        ),
        done=lambda made: _("Critère %(code)s enregistré.") % {"code": made.criterion.code},
        undo=lambda made: _undo(request, found.plan, made),
        template="label/criterion.html",
        context={"criterion": found, "proof": proof.get(found.pk, NO_PROOF)},
    )


@screen
def remove(request: OrganisationRequest, plan: str, criterion: int) -> Confirm[int]:
    found = _door(request, plan, criterion)
    return Confirm(
        title=_("Retirer le critère %(code)s") % {"code": found.code},
        submit=_("Retirer le critère"),
        intro=_("Sa réponse et ses liens partent avec lui ; les actions et les pièces restent."),
        trail=_trail(request, found.plan, found),
        write=lambda: remove_criterion(request.actor, criterion=found),
        done=_("Critère retiré."),
        then=lambda _entry: _at(request, "criteria", found.plan.slug),
        undo=lambda entry: _at(request, "undo-criteria", found.plan.slug, entry),
        about=[found],
    )


@screen
def undo(request: OrganisationRequest, plan: str, entry: int) -> Act[None]:
    found = get_plan(actor=request.actor, slug=plan, need=EDIT)
    return Act(
        write=lambda: undo_criteria(request.actor, plan=found, entry=entry),
        done=_("Les critères sont comme avant."),
        back=_at(request, "criteria", found.slug),
    )


@apart
@screen
def give(request: OrganisationRequest, plan: str, criterion: int) -> Edit[GiveForm, Piece]:
    found = _door(request, plan, criterion)
    return giving(
        request,
        prove=lambda _form, piece: prove_criterion(request.actor, criterion=found, piece=piece),
        back=_at(request, "criterion", found.plan.slug, found.pk),
        trail=_trail(request, found.plan, found),
    )


@screen
def take_back(request: OrganisationRequest, plan: str, criterion: int, piece: int) -> Act[None]:
    found = _door(request, plan, criterion)
    its = get_piece(actor=request.actor, pk=piece)
    return Act(
        write=lambda: unprove_criterion(request.actor, criterion=found, piece=its),
        done=_("« %(title)s » ne prouve plus : %(what)s.")
        % {"title": its.title, "what": found.code},
        back=_at(request, "criterion", found.plan.slug, found.pk),
    )
