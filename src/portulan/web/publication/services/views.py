"""The register of digital services: each service, its assessment theme by theme."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.core.errors import NotFoundError
from portulan.core.say import numbers
from portulan.publication.models import DigitalService
from portulan.publication.services.criteria import ANSWERS, CRITERIA, THEMES, VERSION, of_theme
from portulan.publication.services.reads import (
    Assessment,
    assessment_of,
    get_service,
    services_of,
)
from portulan.publication.services.writes import assess_service, remove_service, save_service
from portulan.web.language import page_language
from portulan.web.pages import Confirm, Edit, Trail, Typed, screen
from portulan.web.paging import page_of
from portulan.web.publication.services.forms import ServiceForm, ThemeForm
from portulan.web.requests import OrganisationRequest, url_in

PER_PAGE = 24
EDIT = Operation.EDIT_PLAN


def _trail(request: OrganisationRequest, service: DigitalService | None = None) -> Trail:
    address = url_in(request, "documents:services")
    above = [(address, _("Services numériques"))]
    return above if service is None else [*above, (_url(request, service), Typed(service.name))]


def _url(request: OrganisationRequest, service: DigitalService) -> str:
    return url_in(request, "documents:service", service.slug)


def _score(its: Assessment, service: DigitalService) -> str:
    if service.assessed_on is None or its.score is None:
        return ""
    return numbers.percent(its.score, page_language())


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    """The services, each with its day and how far its assessment is."""
    page = page_of(request, services_of(request.actor), PER_PAGE)
    rows = [(one, its, _score(its, one)) for one in page for its in [assessment_of(one)]]
    context = {
        "trail": [],
        "page": page,
        "rows": rows,
        "count": len(CRITERIA),
        "version": VERSION,
        "declaration": url_in(request, "documents:preview", "rgesn", request.today.year)
        if any(one.answers for _service, one, _said in rows)
        else "",
    }
    return render(request, "services/browse.html", context)


@require_GET
def service(request: OrganisationRequest, service: str) -> HttpResponse:
    """A service: what it is, its nine themes, the declaration that it gives."""
    found = get_service(actor=request.actor, slug=service)
    its, language = assessment_of(found), page_language()
    declaration = url_in(request, "documents:preview", "rgesn", request.today.year)
    context = {
        "trail": _trail(request),
        "service": found,
        "its": its,
        "count": len(CRITERIA),
        "version": VERSION,
        "score": _score(its, found),
        "answers": [
            (words.say(language), len(numbers_), ", ".join(numbers_))
            for answer, words in ANSWERS.items()
            if (numbers_ := its.numbers(answer))
        ],
        "themes": [
            (
                url_in(request, "documents:service-theme", found.slug, at),
                f"{at}. {words.say(language)}",
                its.decided(at),
                len(of_theme(at)),
            )
            for at, words in enumerate(THEMES, 1)
        ],
        "declaration": f"{declaration}?service={found.slug}" if its.answers else "",
    }
    return render(request, "services/service.html", context)


@screen
def add(request: OrganisationRequest) -> Edit[ServiceForm, DigitalService]:
    services_of(request.actor)
    request.actor.require(EDIT)
    return Edit(
        title=_("Inscrire un service numérique"),
        submit=_("Inscrire le service"),
        trail=_trail(request),
        form=ServiceForm,
        write=lambda form: save_service(request.actor, today=request.today, **form.cleaned_data),
        done=_("Service inscrit. Répondez à ses critères, thématique par thématique."),
        then=lambda made: _url(request, made),
    )


@screen
def edit(request: OrganisationRequest, service: str) -> Edit[ServiceForm, DigitalService]:
    found = get_service(actor=request.actor, slug=service, need=EDIT)
    return Edit(
        title=_("Modifier ce service"),
        submit=_("Enregistrer"),
        trail=_trail(request, found),
        form=lambda data: ServiceForm(data, initial=ServiceForm.initial_of(found)),
        edits=found,
        write=lambda form: save_service(
            request.actor, today=request.today, service=found, **form.cleaned_data
        ),
        done=_("Service enregistré."),
    )


@screen
def remove(request: OrganisationRequest, service: str) -> Confirm[None]:
    found = get_service(actor=request.actor, slug=service, need=EDIT)
    return Confirm(
        title=_("Retirer « %(name)s » du registre") % {"name": found.name},
        submit=_("Retirer le service"),
        intro=_(
            "Ses réponses aux critères partent avec lui. Les déclarations déjà produites restent."
        ),
        trail=_trail(request, found),
        write=lambda: remove_service(request.actor, service=found),
        done=_("Service retiré du registre."),
        then=lambda _none: url_in(request, "documents:services"),
        about=[found],
    )


@screen
def theme(
    request: OrganisationRequest, service: str, theme: int
) -> Edit[ThemeForm, DigitalService]:
    """The criteria of one theme; once kept, the theme after it."""
    found = get_service(actor=request.actor, slug=service, need=EDIT)
    if not 1 <= theme <= len(THEMES):
        raise NotFoundError(str(theme))
    its, here = assessment_of(found), _url(request, found)
    arguments = [request.organisation.slug, found.slug, theme + 1]
    return Edit(
        title=f"{theme}. {THEMES[theme - 1].say(page_language())}",
        submit=_("Enregistrer ces réponses"),
        trail=_trail(request, found),
        back=here,
        form=lambda data: ThemeForm(data, theme=theme, its=its),
        edits=found,
        write=lambda form: assess_service(request.actor, service=found, answers=form.answered()),
        done=_("Réponses enregistrées."),
        then=lambda _made: (
            reverse("documents:service-theme", args=arguments) if theme < len(THEMES) else here
        ),
        template="services/theme.html",
        context={"service": found, "version": VERSION},
    )
