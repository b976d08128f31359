"""The index of evidence, the page of a piece, its files; giving, revising, hiding, deleting."""

from __future__ import annotations

from django.db.models import Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.evidence import writes
from portulan.evidence.models import Piece, Revision
from portulan.evidence.reads import (
    expiring,
    get_piece,
    get_revision,
    is_held,
    may_with,
    pieces_of,
)
from portulan.evidence.words import Visibility
from portulan.web.downloads import tell_export
from portulan.web.evidence.forms import HideForm, PieceForm, RevisionForm
from portulan.web.evidence.proved import proved_by
from portulan.web.form_tokens import apart
from portulan.web.pages import Act, Confirm, Edit, Trail, Typed, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in

PER_PAGE = 20
GIVE = Operation.GIVE_EVIDENCE


def piece_url(request: OrganisationRequest, piece: Piece) -> str:
    return url_in(request, "evidence:piece", piece.pk)


def _trail(request: OrganisationRequest, piece: Piece | None = None) -> Trail:
    index = (url_in(request, "evidence:browse"), _("Preuves"))
    return [index] if piece is None else [index, (piece_url(request, piece), Typed(piece.title))]


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    """All the pieces that somebody may read, what expires first when asked."""
    found = pieces_of(actor=request.actor)
    soon = expiring(actor=request.actor, today=request.today)
    shown, q = request.GET.get("show", ""), request.GET.get("q", "").strip()
    match shown:
        case "expiring":
            found = soon
        case "hidden":
            found = found.exclude(hidden_at=None)
        case "private" | "organisation" | "published":
            found = found.filter(visibility=shown)
        case _:
            shown = ""
    for word in q.split()[:6]:
        found = found.filter(Q(title__icontains=word) | Q(reference__icontains=word))
    page = page_of(request, found, PER_PAGE)
    context = {
        "page": page,
        "shown": shown,
        "q": q,
        "expiring": soon.count(),
        "people": labels_of({piece.given_by for piece in page}),
    }
    return render(request, "evidence/browse.html", context)


@require_GET
def piece(request: OrganisationRequest, pk: int) -> HttpResponse:
    found = get_piece(actor=request.actor, pk=pk)
    revisions = list(found.revisions.all())
    people = {found.given_by, found.hidden_by, *(one.given_by for one in revisions)}
    context = {
        "piece": found,
        "revisions": revisions,
        "people": labels_of(people),
        "proves": proved_by(found, request.organisation.slug),
        "can_give": may_with(request.actor, found, GIVE),
        "held": is_held(found),
        "trail": _trail(request),
    }
    return render(request, "evidence/piece.html", context)


@require_GET
def download(request: OrganisationRequest, pk: int, number: int) -> FileResponse:
    """Hand over a file of a piece: a picture is shown, anything else is kept."""
    revision, path = get_revision(actor=request.actor, pk=pk, number=number)
    if revision.piece.visibility == Visibility.PRIVATE:
        tell_export(request, "evidence")
    return streamed(revision, path.open("rb"))


def streamed(revision: Revision, stream: object) -> FileResponse:
    """Return a file as it may be handed to a browser: never run, read as what it is alone."""
    kind = revision.found
    return FileResponse(
        stream,
        as_attachment=not kind.picture,
        filename=revision.file_name,
        content_type=kind.mime,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


@apart
@screen
def revise(request: OrganisationRequest, pk: int) -> Edit[RevisionForm, Revision]:
    found = get_piece(actor=request.actor, pk=pk, need=GIVE)
    return Edit(
        title=_("Donner un autre fichier"),
        submit=_("Enregistrer ce fichier"),
        intro=_("Le précédent reste lisible : c’est une révision de plus."),
        trail=_trail(request, found),
        form=lambda data: RevisionForm(data, request.FILES if data is not None else None),
        write=lambda form: writes.revise(request.actor, piece=found, file=form.received()),
        done=_("Fichier enregistré."),
        template="evidence/form.html",
    )


@screen
def edit(request: OrganisationRequest, pk: int) -> Edit[PieceForm, Piece]:
    found = get_piece(actor=request.actor, pk=pk, need=GIVE)
    names = ("title", "reference", "visibility", "dated_on", "expires_on")
    return Edit(
        title=_("Modifier la preuve"),
        submit=_("Enregistrer"),
        trail=_trail(request, found),
        form=lambda data: PieceForm(
            data,
            publishing=request.actor.may(GIVE),
            initial={name: getattr(found, name) for name in names},
        ),
        edits=found,
        write=lambda form: writes.edit_piece(request.actor, piece=found, **form.said()),
        done=_("Preuve enregistrée."),
        template="evidence/form.html",
    )


@screen
def hide(request: OrganisationRequest, pk: int) -> Edit[HideForm, Piece]:
    found = get_piece(actor=request.actor, pk=pk, need=GIVE)
    back = piece_url(request, found)
    return Edit(
        title=_("Masquer la preuve ?"),
        submit=_("Masquer la preuve"),
        intro=_(
            "Elle n’est plus lue que par qui lit toutes les preuves privées ; ce qu’elle prouve"
            " reste dit. Elle pourra être remontrée."
        ),
        trail=_trail(request, found),
        back=back,
        form=HideForm,
        write=lambda form: writes.hide(request.actor, piece=found, **form.cleaned_data),
        done=_("Preuve masquée."),
        then=lambda _piece: (
            back if request.actor.may(Operation.READ_PRIVATE_EVIDENCE) else _trail(request)[0][0]
        ),
    )


@screen
def show(request: OrganisationRequest, pk: int) -> Act[Piece]:
    found = get_piece(actor=request.actor, pk=pk, need=GIVE)
    return Act(
        write=lambda: writes.show(request.actor, piece=found),
        done=_("Preuve remontrée."),
        back=piece_url(request, found),
    )


@screen
def delete(request: OrganisationRequest, pk: int) -> Confirm[None]:
    found = get_piece(actor=request.actor, pk=pk, need=GIVE)
    return Confirm(
        title=_("Supprimer « %(title)s » ?") % {"title": found.title},
        submit=_("Supprimer la preuve"),
        intro=_(
            "Ses fichiers sont ôtés du disque, et rien ne dira plus ce qu’elle prouvait ;"
            " les sauvegardes déjà faites la contiennent encore."
        ),
        trail=_trail(request, found),
        about=[found],
        write=lambda: writes.remove(request.actor, piece=found),
        done=_("Preuve supprimée."),
        then=lambda _none: _trail(request)[0][0],
    )
