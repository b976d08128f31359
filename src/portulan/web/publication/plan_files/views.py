"""A plan as a folder of texts: taken away, brought back, put together once confirmed."""

from __future__ import annotations

from functools import partial

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.errors import NotFoundError
from portulan.plans.models import Plan, PlanMerge
from portulan.plans.plan import get_plan
from portulan.publication.plan_files import telling
from portulan.publication.plan_files.merges import Foreseen, unmerging
from portulan.publication.plan_files.previews import (
    discard_folder,
    get_preview,
    keep_folder,
    merge_folder,
    take_away,
    undo_merge,
    waiting_of,
)
from portulan.publication.plan_files.zipped import unzip_folder, zip_folder
from portulan.web.crumbs import plan_url, under_plan
from portulan.web.downloads import tell_export
from portulan.web.form_tokens import apart
from portulan.web.language import page_language
from portulan.web.pages import Act, Confirm, Edit, Preview, Trail, screen
from portulan.web.paging import page_of
from portulan.web.publication.plan_files.forms import WORDS, FolderForm, asked
from portulan.web.requests import OrganisationRequest, url_in
from portulan.web.sides import SidesForm

PER_PAGE = 60
READ, EDIT = Operation.READ_PLAN, Operation.EDIT_PLAN


def _at(request: OrganisationRequest, name: str, plan: Plan) -> str:
    return url_in(request, f"plans:{name}", plan.slug)


def _under(request: OrganisationRequest, plan: Plan) -> Trail:
    here = (_at(request, "folder", plan), _("Le plan en textes"))
    return [*under_plan(request, plan), here]


def _door(request: OrganisationRequest, plan: str) -> Plan:
    found = get_plan(actor=request.actor, slug=plan, need=EDIT)
    request.actor.require(Operation.DECIDE)
    return found


@apart
@screen
def folder(request: OrganisationRequest, plan: str) -> Preview[FolderForm]:
    """Take the folder of a plan away, or give it back once edited: what it changes comes next."""
    found = get_plan(actor=request.actor, slug=plan, need=READ)
    if request.method == "POST":
        found = _door(request, plan)

    def keep(form: FolderForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        files = unzip_folder(file)
        keep_folder(request.actor, plan=found, file_name=str(file.name), files=files)
        return redirect(_at(request, "merge-folder", found))

    merges = request.actor.holds(EDIT) and request.actor.holds(Operation.DECIDE)
    return Preview(
        form=lambda data: FolderForm(data, request.FILES if data is not None else None),
        read=keep,
        template="plan_files/folder.html",
        context=lambda: {
            "trail": under_plan(request, found),
            "plan": found,
            "back": plan_url(request, found),
            "merges": merges,
            "waits": merges and PlanMerge.waiting().filter(plan=found).exists(),
            "last": PlanMerge.standing().filter(plan=found).only("written_at").first(),
        },
    )


@require_GET
def file(request: OrganisationRequest, plan: str) -> HttpResponse:
    """Hand over the folder of a plan in an archive."""
    found = get_plan(actor=request.actor, slug=plan, need=READ)
    content = zip_folder(found.slug, take_away(request.actor, plan=found))
    tell_export(request, "actions")
    response = HttpResponse(content, content_type="application/zip")
    name = f"{found.slug}-{request.today:%Y-%m-%d}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@apart
@screen
def merge(request: OrganisationRequest, plan: str) -> Edit[SidesForm, Foreseen] | HttpResponse:
    """What a folder changes, value by value; what both sides changed is asked, then written."""
    found = _door(request, plan)
    try:
        preview = get_preview(request.actor, found)
    except NotFoundError:
        return redirect(_at(request, "folder", found))
    waiting = waiting_of(request.actor, found)
    conflicts = [asked(one, waiting.files) for one in waiting.foreseen.merged.conflicts]
    return Edit(
        title=_("Ce que change « %(file)s »") % {"file": preview.file_name},
        submit=_("Écrire ces changements"),
        trail=_under(request, found),
        back=plan_url(request, found),
        form=partial(SidesForm, conflicts, waiting.seen, WORDS),
        write=lambda form: merge_folder(request.actor, plan=found, **form.said()),
        done=lambda made: (
            _("Dossier fusionné. Changements repris : %(count)s.")
            % {"count": len(made.merged.changes)}
        ),
        undo=lambda _made: _at(request, "undo-merge", found),
        template="plan_files/merge.html",
        context=lambda: {"plan": found, "waiting": waiting} | _told(request, waiting.foreseen),
    )


def _told(request: OrganisationRequest, foreseen: Foreseen) -> dict[str, object]:
    """Return the sentences of what changes, some at a time."""
    sentences = list(telling.sentences(foreseen.merged, page_language()))
    return {
        "merged": foreseen.merged,
        "page": page_of(request, sentences, PER_PAGE),
        "count": len(sentences),
    }


@screen
def discard(request: OrganisationRequest, plan: str) -> Act[None]:
    found = _door(request, plan)
    return Act(
        write=lambda: discard_folder(request.actor, plan=found),
        done=_("Aperçu abandonné : rien n’a été écrit."),
        back=_at(request, "folder", found),
    )


@screen
def undo(request: OrganisationRequest, plan: str) -> Confirm[Foreseen] | HttpResponse:
    """Take the last folder back, once told what goes back and what stays."""
    found = _door(request, plan)
    if request.method != "POST" and not PlanMerge.standing().filter(plan=found).exists():
        return redirect(_at(request, "folder", found))
    return Confirm(
        title=_("Annuler la fusion du dossier"),
        submit=_("Annuler la fusion"),
        trail=_under(request, found),
        back=_at(request, "folder", found),
        write=lambda: undo_merge(request.actor, plan=found),
        done=lambda made: (
            _("Fusion annulée. Valeurs remises comme avant : %(count)s.")
            % {"count": len(made.merged.changes)}
        ),
        then=lambda _made: plan_url(request, found),
        template="plan_files/undo.html",
        context=lambda: _undoing(request, found),
    )


def _undoing(request: OrganisationRequest, plan: Plan) -> dict[str, object]:
    """Return what goes back; nothing where somebody took it back meanwhile."""
    try:
        return _told(request, unmerging(request.actor, slug=plan.slug))
    except ValidationError:
        return {}
