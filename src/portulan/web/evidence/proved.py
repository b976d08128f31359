"""What a piece proves, in words, with the way to it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portulan.budget.models import AttributionEvidence
from portulan.core.say.numbers import date as said_date
from portulan.evidence.models import Piece
from portulan.indicators.models import MeasurementEvidence
from portulan.plans.models import (
    LEVELS,
    Action,
    ActionEvidence,
    ActionIndicator,
    ChoiceEvidence,
    DecisionEvidence,
    DeliverableEvidence,
)
from portulan.plans.words import CommitmentLevel
from portulan.publication.models import CriterionEvidence
from portulan.web.language import page_language
from portulan.web.pages import Link

_AT_MOST = 60


def proved_by(piece: Piece, slug: str) -> list[Link]:
    """Return all that a piece proves (seven queries)."""
    return [
        *_of_plan(piece, slug),
        *_of_readings(piece, slug),
        *_of_budget(piece, slug),
        *_of_label(piece, slug),
    ]


def _action_url(slug: str, action: Action) -> str:
    return reverse("plans:action", args=[slug, action.plan.slug, action.number])


def _of_plan(piece: Piece, slug: str) -> list[Link]:
    language = page_language()
    found = []
    for made in ActionEvidence.objects.filter(piece=piece).select_related("proved__plan")[
        :_AT_MOST
    ]:
        told: dict[str, Any] = {"number": made.proved.called, "title": made.proved.title}
        found.append(Link(_("Action %(number)s. %(title)s") % told, _action_url(slug, made.proved)))
    several = "proved__action__plan"
    for one in DeliverableEvidence.objects.filter(piece=piece).select_related(several)[:_AT_MOST]:
        told = {"title": one.proved.title, "number": one.proved.action.called}
        words = _("Livrable « %(title)s » de l’action %(number)s") % told
        found.append(Link(words, _action_url(slug, one.proved.action)))
    for that in DecisionEvidence.objects.filter(piece=piece).select_related(several)[:_AT_MOST]:
        told = {
            "level": LEVELS[CommitmentLevel(that.proved.level)],
            "number": that.proved.action.called,
            "day": said_date(that.proved.decided_on, language),
        }
        words = _("Décision du %(day)s (%(level)s) sur l’action %(number)s") % told
        found.append(Link(words, _action_url(slug, that.proved.action)))
    answers = ChoiceEvidence.objects.filter(piece=piece).select_related("proved__practice")
    for answer in answers[:_AT_MOST]:
        practice = answer.proved.practice
        words = _("Réponse à la pratique %(code)s") % {"code": practice.code}
        address = reverse("catalogue:practice", args=[slug, practice.version_id, practice.code])
        found.append(Link(words, address))
    return found


def _of_readings(piece: Piece, slug: str) -> list[Link]:
    language = page_language()
    links = MeasurementEvidence.objects.filter(piece=piece).select_related("proved__indicator")
    rows = list(links[:_AT_MOST])
    ids = {one.proved.indicator_id for one in rows}
    actions = {
        one.indicator_id: one.action
        for one in ActionIndicator.objects.filter(indicator__in=ids).select_related("action__plan")
    }
    found = []
    for one in rows:
        told = {"name": one.proved.indicator.name, "day": said_date(one.proved.on, language)}
        action = actions.get(one.proved.indicator_id)
        address = ""
        if action is not None:
            where = [slug, action.plan.slug, action.number, one.proved.indicator_id]
            address = reverse("plans:indicator", args=where)
        found.append(Link(_("Relevé du %(day)s : %(name)s") % told, address))
    return found


def _of_budget(piece: Piece, slug: str) -> list[Link]:
    links = AttributionEvidence.objects.filter(piece=piece).select_related(
        "proved__line__fiscal_year"
    )
    found = []
    for one in links[:_AT_MOST]:
        line = one.proved.line
        told = {"line": str(line), "year": line.fiscal_year.year}
        address = reverse("budget:line", args=[slug, line.fiscal_year.year, line.pk])
        found.append(Link(_("Fléchage de « %(line)s », exercice %(year)s") % told, address))
    return found


def _of_label(piece: Piece, slug: str) -> list[Link]:
    links = CriterionEvidence.objects.filter(piece=piece).select_related("proved__plan")
    found = []
    for one in links[:_AT_MOST]:
        words = _("Critère du label %(code)s") % {"code": one.proved.code}
        # The page of the list: that of one criterion is for who edits it.
        found.append(Link(words, reverse("documents:criteria", args=[slug, one.proved.plan.slug])))
    return found
