"""What a scenario is to reach, and what is then to be least: an arbitration turned round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.actors import Actor
from portulan.core import trail
from portulan.core.storing import store
from portulan.portfolio.access import changed, hold
from portulan.portfolio.candidates import MOST
from portulan.portfolio.facts import WHOLE, TargetFacts
from portulan.portfolio.models import Candidate, Scenario
from portulan.portfolio.scenarios.reads import targets_of
from portulan.portfolio.verbs import Verb
from portulan.portfolio.words import MOST_TARGETS, SCALES, Least, Measure


@transaction.atomic
def set_targets(
    actor: Actor,
    *,
    scenario: Scenario,
    targets: Sequence[TargetFacts],
    minimise: Least = Least.MONEY,
) -> None:
    """Say all that is to be reached, each at least, and what is least; nothing: no more targets.

    Raises DeniedError, NotFoundError, ValidationError at the target, by its rank from 0.
    """
    hold(actor, scenario)
    before = {_name(one): _typed(one) for one in targets_of(scenario)}
    moved = trail.set_fields(scenario, {"minimise": minimise})
    check_targets(scenario, targets)
    scenario.targets = [asdict(one) for one in targets]
    after = {_name(one): _typed(one) for one in targets}
    changes: dict[str, trail.Change] = {
        name: (before.get(name), after.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    }
    store(scenario)
    if changes or moved:
        changed(actor, scenario, Verb.TARGETS_SET, changes | moved)


def _name(target: TargetFacts) -> str:
    among = f":{target.among}" if target.among else ""
    return f"target:{target.measure}:{target.year}{among}"


def _typed(target: TargetFacts) -> str:
    """Return how much is to be reached, as people type it."""
    return str(Decimal(target.at_least) / SCALES.get(target.measure, 1))


def check_targets(scenario: Scenario, targets: Sequence[TargetFacts]) -> None:
    """Raise ValidationError at each target that the scenario cannot be asked, by its rank."""
    refused: dict[str, str] = {}
    if len(targets) > MOST_TARGETS:
        words = _("%(most)s objectifs au plus : au-delà, personne ne lit ce que chacun coûte.")
        raise ValidationError({"targets": words % {"most": MOST_TARGETS}})
    known: set[tuple[object, ...]] = set()
    groups = groups_of(scenario) if any(one.among for one in targets) else ([], [])
    for rank, target in enumerate(targets):
        kind = target.measure if target.is_effect else Measure.MONEY
        key = (kind, target.year, target.theme, target.unit)
        if wrong := _wrong(scenario, target) or _stranger(groups, target):
            refused[f"targets.{rank}"] = wrong
        elif key in known:
            refused[f"targets.{rank}"] = _(
                "Deux objectifs de %(year)s disent la même chose : gardez le plus exigeant."
            ) % {"year": target.year}
        known.add(key)
    if refused:
        raise ValidationError(refused)


def groups_of(scenario: Scenario) -> tuple[list[str], list[str]]:
    """Return the themes and the units of the candidates of a scenario, by name (one query)."""
    rows = Candidate.objects.filter(scenario=scenario).values_list("theme", "action__unit__name")
    themes, units = zip(*rows, strict=True) if rows else ((), ())
    return sorted({*themes} - {""}), sorted({*units} - {None})


def _stranger(groups: tuple[list[str], list[str]], target: TargetFacts) -> str:
    """Return what is wrong with whose actions a target counts, "" when nothing is."""
    themes, units = groups
    if target.theme and target.unit:
        return _("Dites une thématique ou une entité, pas les deux.")
    if target.theme not in ("", *themes) or target.unit not in ("", *units):
        return _("Aucune action du scénario n’est de « %(name)s ».") % {"name": target.among}
    if target.among and target.measure is Measure.SHARE_ON_TOP:
        return _("L’argent en plus fait grandir tout le budget : dites ce plancher en euros.")
    return ""


def _wrong(scenario: Scenario, target: TargetFacts) -> str:
    """Return what is wrong with a target by itself, "" when nothing is."""
    years = {"first": scenario.first_year, "last": scenario.last_year}
    if target.year not in scenario.years:
        return _("Choisissez une année du scénario, de %(first)s à %(last)s.") % years
    if target.is_effect and target.year == scenario.first_year:
        return (
            _("Un effet compte l’année qui suit les travaux : choisissez-en une après %(first)s.")
            % years
        )
    if not 0 < target.at_least <= MOST:
        return _("Écrivez un nombre au-dessus de zéro, d’un milliard au plus.")
    if target.measure in (Measure.SHARE, Measure.SHARE_ON_TOP) and target.at_least >= WHOLE:
        return _("Une part est sous 100 %.")
    return ""
