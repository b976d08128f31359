"""What newer editions say of the practices that an action follows, and what to do about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.catalogue.comparison.rules import Match
from portulan.catalogue.editions.reads import get_version
from portulan.catalogue.models import Practice
from portulan.core.errors import NotFoundError
from portulan.plans.access import may_on
from portulan.plans.editions import (
    EditionNews,
    edition_news,
    follow_edition,
    keep_edition,
    review_edition,
)
from portulan.plans.plan import load_details
from portulan.web.catalogue.differences import Difference, differences, title_in
from portulan.web.crumbs import action_at, under_action
from portulan.web.language import page_language
from portulan.web.pages import Act, screen
from portulan.web.requests import OrganisationRequest


@require_GET
def editions(request: OrganisationRequest, plan: str, number: int) -> HttpResponse:
    action = load_details(action_at(request, plan, number, Operation.READ_PLAN))
    context = {
        "action": action,
        "plan": action.plan,
        "trail": under_action(request, action),
        "tellings": [(news, _successors(news)) for news in edition_news(request.actor, action)],
        "can_edit": may_on(request.actor, action, Operation.EDIT_PLAN),
    }
    return render(request, "plans/editions.html", context)


def _successors(news: EditionNews) -> list[tuple[Match, str, list[Difference]]]:
    """Return what the practice is in the newer edition, its title there, and what differs."""
    language = page_language()
    old, new = news.comparison.old.scales, news.comparison.new.scales
    return [
        (match, title_in(match.new, language), differences(match, old, new, language))
        for match in news.matches
    ]


@screen
def answer(
    request: OrganisationRequest, plan: str, number: int, practice: int, version: int
) -> Act[Any]:
    """Stay on the edition adopted, follow the newer one, or take the first answer back."""
    action = action_at(request, plan, number)
    edition = get_version(actor=request.actor, version_id=version, need=Operation.READ_PLAN)
    found = Practice.objects.select_related("version__catalogue").filter(
        pk=practice, action_links__action=action
    )
    followed = found.first()
    if followed is None:
        raise NotFoundError(practice)
    where = [request.organisation.slug, plan, number]
    of: dict[str, Any] = {"action": action, "practice": followed}
    back = reverse("plans:editions", args=where)
    match request.POST.get("deed"):
        case "follow":
            return Act(
                write=lambda: follow_edition(request.actor, **of, version=edition),
                done=_("L’action suit l’édition %(version)s ; rien d’autre n’a changé.")
                % {"version": edition.version},
                undo=lambda entry: reverse("plans:restore", args=[*where, entry, "practices"]),
                back=back,
            )
        case "review":
            return Act(
                write=lambda: review_edition(request.actor, **of),
                done=_("La différence est de nouveau à lire."),
                back=back,
            )
    return Act(
        write=lambda: keep_edition(request.actor, **of, version=edition),
        done=_("C’est noté : l’action reste sur l’édition %(version)s.")
        % {"version": followed.version.version},
        back=back,
    )
