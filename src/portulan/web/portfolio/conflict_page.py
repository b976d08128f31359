"""What cannot hold together, with the way to what may be changed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portulan.portfolio.reading.conflicts import Barrier, barriers, missing_sentences
from portulan.portfolio.selectors.facts import candidates_of
from portulan.web.form_pages import Trail
from portulan.web.portfolio.pages import EDIT, address
from portulan.web.portfolio.reading import Shown
from portulan.web.requests import OrganisationRequest

MOST = 4  # actions named under a rule


@dataclass(frozen=True, slots=True)
class Line:
    """A rule, why it is there, and links: to the actions it names, the rules, the envelope."""

    sentence: str
    reason: str
    links: Trail


def conflict_context(request: OrganisationRequest, shown: Shown) -> dict[str, object]:
    """Return what a page says of a scenario that no plan keeps."""
    if shown.conflict is None:
        return {}
    pks = {one.key: one.pk for one in candidates_of(shown.scenario)}
    found = barriers(shown.facts, shown.problem, shown.conflict, shown.names, shown.language)
    may_edit = request.actor.may(EDIT)
    return {
        "rules": [
            Line(one.sentence, one.reason, _links(request, shown, one, pks, may_edit=may_edit))
            for one in found
        ],
        "repair": missing_sentences(shown.problem, shown.conflict, shown.names, shown.language),
    }


def _links(
    request: OrganisationRequest,
    shown: Shown,
    barrier: Barrier,
    pks: dict[str, int],
    *,
    may_edit: bool,
) -> Trail:
    """Return the address of each, "" for who may only read, and its words."""

    def to(name: str, *more: object) -> str:
        return address(request, name, shown.scenario, *more)

    found = [
        (to("candidate", pks[one]) if may_edit and one in pks else "", shown.names.heading(one))
        for one in barrier.candidates[:MOST]
    ]
    if barrier.is_between:
        found.append((to("rules"), _("Voir les règles")))
    if barrier.envelope:
        found.append((to("envelopes"), _("Voir les enveloppes")))
    return found
