"""What newer editions say of the practices that an action follows, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portulan.accounts.access import Operation
from portulan.catalogue.editions.reads import get_version
from portulan.catalogue.models import CatalogueVersion, Practice
from portulan.core.errors import NotFoundError
from portulan.plans.access import may_on
from portulan.plans.editions import (
    EditionNews,
    edition_news,
    follow_edition,
    keep_edition,
    review_edition,
)
from portulan.plans.models import Action
from portulan.plans.plan import get_action, load_details
from portulan.web.catalogue.differences import Difference, differences, title_in
from portulan.web.crumbs import under_action
from portulan.web.language import page_language
from portulan.web.pages import attempt
from portulan.web.requests import OrganisationRequest


@dataclass(frozen=True, slots=True)
class Successor:
    """What the practice is in the newer edition."""

    code: str
    title: str
    reason: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """A practice of the action, and its successors; none when it has no place any more."""

    news: EditionNews
    successors: tuple[Successor, ...]


@require_GET
def editions(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    action = load_details(
        get_action(actor=request.actor, plan_slug=plan, number=number, need=Operation.READ_PLAN)
    )
    context = {
        "action": action,
        "plan": action.plan,
        "trail": under_action(request, action),
        "tellings": [_telling(news) for news in edition_news(request.actor, action)],
        "can_edit": may_on(request.actor, action, Operation.EDIT_PLAN),
    }
    return render(request, "plans/editions.html", context)


def _telling(news: EditionNews) -> Telling:
    language = page_language()
    old, new = news.comparison.old.scales, news.comparison.new.scales
    return Telling(
        news,
        tuple(
            Successor(
                match.new.code,
                title_in(match.new, language),
                match.step.reason if match.step else "",
                tuple(differences(match, old, new, language)),
            )
            for match in news.matches
        ),
    )


@require_POST
def answer(
    request: OrganisationRequest, plan: str, number: int, practice: int, version: int
) -> HttpResponse:
    """Stay on the edition adopted, follow the newer one, or take the first answer back."""
    action = get_action(
        actor=request.actor, plan_slug=plan, number=number, need=Operation.EDIT_PLAN
    )
    edition = get_version(actor=request.actor, version_id=version, need=Operation.READ_PLAN)
    found = Practice.objects.select_related("version__catalogue").filter(
        pk=practice, action_links__action=action
    )
    followed = found.first()
    if followed is None:
        raise NotFoundError(practice)
    here = reverse("plans:editions", args=[request.organisation.slug, plan, number])
    match request.POST.get("deed"):
        case "follow":
            _follow(request, action, followed, edition)
        case "review":
            attempt(
                request,
                lambda: review_edition(request.actor, action=action, practice=followed),
                _("La différence est de nouveau à lire."),
            )
        case _:
            attempt(
                request,
                lambda: keep_edition(
                    request.actor, action=action, practice=followed, version=edition
                ),
                _("C’est noté : l’action reste sur l’édition %(version)s.")
                % {"version": followed.version.version},
            )
    return redirect(here)


def _follow(
    request: OrganisationRequest, action: Action, practice: Practice, version: CatalogueVersion
) -> None:
    try:
        entry = follow_edition(request.actor, action=action, practice=practice, version=version)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return
    where = [request.organisation.slug, action.plan.slug, action.number]
    messages.success(
        request,
        _("L’action suit l’édition %(version)s ; rien d’autre n’a changé.")
        % {"version": version.version},
        extra_tags=f"undo {reverse('plans:restore', args=[*where, entry, 'practices'])}",
    )
