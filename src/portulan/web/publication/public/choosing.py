"""Who publishes: what is public, its editions, the errors that others tell."""

from __future__ import annotations

from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.storing import get_one
from portulan.publication.documents.registry import kind_of
from portulan.publication.documents.waiting import get_kept
from portulan.publication.models import (
    ErrorReport,
    PublicChoice,
    PublicDocument,
    PublicEdition,
)
from portulan.publication.public.building import edition_of, telling
from portulan.publication.public.figure import written
from portulan.publication.public.permalinks import content_in, originals_of
from portulan.publication.public.reads import (
    choice_of,
    documents_of,
    editions_of,
    get_document,
    get_edition,
    get_figure,
    reports_of,
)
from portulan.publication.public.writes import (
    answer_error,
    choose_public,
    mark_of,
    publish_edition,
    show_document,
    withdraw,
)
from portulan.web.downloads import tell_export
from portulan.web.language import page_language
from portulan.web.pages import Act, Edit, screen
from portulan.web.paging import page_of
from portulan.web.publication.public.forms import (
    PARTS,
    AnswerForm,
    ChoiceForm,
    PublishForm,
    WithdrawForm,
)
from portulan.web.publication.public.page import about_words
from portulan.web.requests import OrganisationRequest, url_in

PER_PAGE = 20
RECENT = 8


def _trail(request: OrganisationRequest) -> list[tuple[str, str]]:
    return [(_place(request), _("Page publique"))]


def _place(request: OrganisationRequest) -> str:
    return url_in(request, "documents:public")


def address_of(request: OrganisationRequest) -> str:
    """Return the address of the public page, as it is given to others."""
    path = reverse("public:page", kwargs={"body": request.organisation.slug, "lang": "fr"})
    return f"{settings.ADDRESS}{path}"


@require_GET
def overview(request: OrganisationRequest) -> HttpResponse:
    """What is public today, what was chosen, what waits for an answer."""
    choice = choice_of(request.actor)
    editions = editions_of(request.organisation).defer("content")
    reports = reports_of(request.actor)
    context = {
        "choice": choice,
        "parts": [words for part, words in PARTS.items() if part in choice.parts],
        "editions": editions[:RECENT],
        "current": editions.filter(withdrawn_on=None).first(),
        "documents": [
            (one, kind_of(one.document.kind).title.say(page_language()))
            for one in documents_of(request.organisation)[:RECENT]
        ],
        "address": address_of(request),
        "waiting": reports.filter(answered_on=None).count(),
        "trail": [],
    }
    return render(request, "public/overview.html", context)


@screen
def choose(request: OrganisationRequest) -> Edit[ChoiceForm, PublicChoice]:
    choice = choice_of(request.actor)
    initial = {
        name: getattr(choice, name)
        for name in ("parts", "licence", "contact", "answer_days", "indexed")
    }
    return Edit(
        title=_("Choisir ce qui est public"),
        submit=_("Enregistrer"),
        trail=_trail(request),
        form=lambda data: ChoiceForm(data, initial=initial),
        edits=choice if choice.pk else None,
        write=lambda form: choose_public(request.actor, **form.cleaned_data),
        done=_("Choix enregistré. Rien ne change pour le public avant la prochaine édition."),
    )


@screen
def publish(request: OrganisationRequest) -> Edit[PublishForm, PublicEdition] | HttpResponse:
    """Publish: what everybody will read, and the texts that name somebody, are shown before."""
    request.actor.require(Operation.PUBLISH_PLAN)
    try:
        edition = edition_of(
            request.actor,
            organisation=request.organisation,
            choice=choice_of(request.actor),
            today=request.today,
        )
    except ValidationError as error:
        context = {"refusal": " ".join(error.messages), "trail": _trail(request)}
        return render(request, "public/publish.html", context, status=422)
    named = telling(edition, request.organisation.pk)
    read = mark_of(request.actor, request.organisation, request.today)
    return Edit(
        title=_("Publier une édition"),
        submit=_("Publier"),
        trail=_trail(request),
        form=partial(PublishForm, asks=bool(named), initial={"read": read}),
        write=lambda form: publish_edition(
            request.actor,
            today=request.today,
            note=form.cleaned_data["note"],
            texts_read=form.cleaned_data.get("texts_read", False),
            read=form.cleaned_data["read"],
        ),
        done=lambda made: _("Édition %(number)s publiée.") % {"number": made.number},
        template="public/publish.html",
        context={
            "edition": edition,
            "parts": [PARTS[part] for part in edition.parts],
            "named": named[:30],
            "named_count": len(named),
        },
    )


@screen
def withdraw_edition(request: OrganisationRequest, rank: int) -> Edit[WithdrawForm, None]:
    request.actor.require(Operation.PUBLISH_PLAN)
    shown = get_edition(request.organisation, rank)
    title = _("Retirer l’édition %(number)s") % {"number": rank}
    return _withdrawal(request, shown, title)


@screen
def withdraw_document(request: OrganisationRequest, shown: int) -> Edit[WithdrawForm, None]:
    request.actor.require(Operation.PUBLISH_PLAN)
    return _withdrawal(request, get_document(request.organisation, shown), _("Retirer le document"))


def _withdrawal(
    request: OrganisationRequest, shown: PublicEdition | PublicDocument, title: str
) -> Edit[WithdrawForm, None]:
    return Edit(
        title=title,
        submit=_("Retirer"),
        trail=_trail(request),
        intro=_("Son adresse reste, et dira votre motif à qui l’ouvre."),
        form=lambda data: WithdrawForm(data),
        write=lambda form: withdraw(
            request.actor, shown=shown, reason=form.cleaned_data["reason"], today=request.today
        ),
        done=_("Retiré."),
    )


@screen
def show(request: OrganisationRequest, kept: int) -> Act[PublicDocument]:
    """Make a kept document public."""
    request.actor.require(Operation.PUBLISH_PLAN)
    document = get_kept(actor=request.actor, pk=kept)
    return Act(
        write=lambda: show_document(
            request.actor,
            document=document,
            today=request.today,
            texts_read=bool(request.POST.get("texts_read")),
        ),
        done=_("Ce document est public."),
        # Refused, the page asks that the texts which name somebody are read.
        back=url_in(request, "documents:kept", kept) + "?read=1",
        then=lambda _shown: _place(request),
    )


@require_GET
def reports(request: OrganisationRequest) -> HttpResponse:
    """The errors that others told, those that wait first."""
    page = page_of(request, reports_of(request.actor), PER_PAGE)
    context = {
        "page": page,
        "found": [(one, about_words(one.about)) for one in page],
        "trail": _trail(request),
    }
    return render(request, "public/reports.html", context)


@screen
def answer(request: OrganisationRequest, report: int) -> Edit[AnswerForm, ErrorReport]:
    """Answer an error: everybody reads the answer."""
    found = get_one(reports_of(request.actor), pk=report)
    back = url_in(request, "documents:reports")
    return Edit(
        title=_("Répondre à une erreur signalée"),
        submit=_("Publier la réponse"),
        trail=[*_trail(request), (back, _("Erreurs signalées"))],
        intro=found.message,
        form=lambda data: AnswerForm(
            data, initial={"answer": found.answer, "corrects": found.corrects}
        ),
        edits=found,
        write=lambda form: answer_error(
            request.actor, report=found, today=request.today, **form.cleaned_data
        ),
        done=_("Réponse publiée."),
    )


@require_GET
def originals(request: OrganisationRequest, seal: str) -> HttpResponse:
    """A published figure with what each of its lines was, for who may read originals."""
    request.actor.require(Operation.READ_ORIGINALS)
    figure = get_figure(request.organisation, seal)
    tell_export(request, "document")
    content = written(content_in(figure), originals_of(request.actor, figure))
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{seal[:16]}-originals.json"'
    return response
