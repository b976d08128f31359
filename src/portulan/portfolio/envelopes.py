"""What there is to spend each year: money by nature, and the days of teams."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.core import trail
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.plans.words import Section
from portulan.portfolio.access import changed, hold
from portulan.portfolio.candidates import MOST
from portulan.portfolio.models import Scenario, ScenarioEnvelope
from portulan.portfolio.verbs import Verb
from portulan.portfolio.words import Origin


@transaction.atomic
def save_envelope(
    actor: Actor,
    *,
    scenario: Scenario,
    title: str,
    capacity: Sequence[int],
    is_money: bool = True,
    nature: Section | None = None,
    carry_over: int = 0,
    envelope: ScenarioEnvelope | None = None,
    origin: Origin = Origin.TYPED,
) -> ScenarioEnvelope:
    """Say what there is each year, in whole euros or days, of a nature or for a team.

    Raises DeniedError, NotFoundError, ValidationError at the field.
    """
    hold(actor, scenario)
    new = envelope is None
    envelope = envelope or ScenarioEnvelope(scenario=scenario)
    if envelope.scenario_id != scenario.pk:
        raise NotFoundError(envelope.slug)
    changes = trail.set_fields(
        envelope,
        {
            "title": title.strip(),
            "capacity": list(capacity),
            "is_money": is_money,
            "nature": (nature or "") if is_money else "",
            "carry_over": carry_over,
        },
    )
    if changes:
        envelope.origin = origin
    _check(scenario, envelope)
    if new:
        envelope.slug = _free_slug(scenario, envelope.title)
    store(envelope)
    if changes:
        named = {f"envelope:{envelope.slug}:{name}": change for name, change in changes.items()}
        changed(actor, scenario, Verb.ENVELOPE_SAVED, named)
    return envelope


@transaction.atomic
def remove_envelope(actor: Actor, *, envelope: ScenarioEnvelope) -> None:
    """Take an envelope away. Raises DeniedError, NotFoundError, ValidationError."""
    scenario = envelope.scenario
    hold(actor, scenario)
    slug = envelope.slug
    envelope.delete()
    changed(actor, scenario, Verb.ENVELOPE_REMOVED, {"envelope": (slug, None)})


def _check(scenario: Scenario, envelope: ScenarioEnvelope) -> None:
    refused: dict[str, str] = {}
    if len(envelope.capacity) != len(scenario.years):
        refused["capacity"] = _("Donnez un nombre par année : %(count)s.") % {
            "count": len(scenario.years)
        }
    elif any(not 0 <= amount <= MOST for amount in envelope.capacity):
        refused["capacity"] = _("Un montant va de 0 à un milliard.")
    if envelope.is_money:
        others = scenario.envelopes.filter(is_money=True).exclude(pk=envelope.pk)
        natures = set(others.values_list("nature", flat=True))
        if envelope.nature in natures:
            refused["nature"] = _("Cette nature a déjà son enveloppe.")
        elif natures and ("" in natures or not envelope.nature):
            refused["nature"] = _(
                "Gardez une enveloppe pour tout, ou une par nature, pas les deux."
            )
    if refused:
        raise ValidationError(refused)


def _free_slug(scenario: Scenario, title: str) -> str:
    base = slugify(title)[:50].strip("-") or "enveloppe"
    taken = {*scenario.envelopes.values_list("slug", flat=True), "new"}
    numbered = (base if rank == 1 else f"{base}-{rank}" for rank in range(1, len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)
