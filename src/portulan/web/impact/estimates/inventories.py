"""An action's fleet as a source counts it: what stood, what is proposed, what a person takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portulan.core.say import numbers
from portulan.core.say.text import labelled, semicolons
from portulan.impact.engine.names import device_name
from portulan.impact.estimates.inventories import (
    Chosen,
    Group,
    groups_held,
    likeliest,
    parts_by_device,
    request_with,
)
from portulan.impact.estimates.reads import estimates_of
from portulan.impact.factors.reads import own_factors, registry_of
from portulan.impact.models import Estimate
from portulan.sources.models import ItemsSnapshot
from portulan.sources.reads import get_inventory, held_of, told_of
from portulan.web.fields import NumberField, WholeField
from portulan.web.form_tokens import apart
from portulan.web.impact.estimates.files import around, record_of
from portulan.web.impact.estimates.views import door
from portulan.web.language import page_language
from portulan.web.pages import Preview, screen
from portulan.web.requests import OrganisationRequest


@apart
@screen
def take(request: OrganisationRequest, plan: str, number: int, source: int) -> Preview[FleetForm]:
    """Propose the fleet that a source counts, beside what the last estimate said."""
    action = door(request, plan, number)
    snapshot = get_inventory(actor=request.actor, pk=source)
    registry = registry_of(own_factors(request.organisation.pk))
    groups, aside = groups_held(held_of(snapshot), registry)
    former = estimates_of(action).filter(withdrawn_at=None).first()
    said = former.request if former else {}
    origin = {
        "source": snapshot.source.name,
        "on": snapshot.on.isoformat(),
        "digest": snapshot.digest,
    }

    def read(form: FleetForm) -> Any:
        chosen = form.cleaned_data["chosen"]
        asked = request_with(groups, chosen, said, origin, request.organisation.electricity_mix)
        used = [group for group in groups if group.device in chosen]
        return record_of(request, action, asked, _baseline(former, used, snapshot))

    return Preview(
        form=partial(FleetForm, groups, parts_by_device(said)),
        read=read,
        template="impact/fleet.html",
        context={
            **around(request, action),
            "snapshot": snapshot,
            "told": told_of(snapshot),
            "former": former,
            "aside": _aside(aside),
        },
    )


def _aside(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)s appareil en service est d’un genre inexpliqué ou sans facteur : il n’est pas"
        " compté.",
        "%(count)s appareils en service sont d’un genre inexpliqué ou sans facteur : ils ne sont"
        " pas comptés.",
        count,
    ) % {"count": numbers.number(count, page_language())}


def _baseline(former: Estimate | None, groups: Sequence[Group], snapshot: ItemsSnapshot) -> str:
    """Return what would happen without the action: as a person said it, else as facts say it."""
    if former is not None and former.baseline:
        return former.baseline
    facts = [fact for group in groups if (fact := _fact(group))]
    said = semicolons(facts, page_language())
    return f"{said} ({told_of(snapshot)})"[:500] if facts else ""


def _fact(group: Group) -> str:
    """Return what is known of the life of the devices of one kind, "" where nothing is."""
    language, parts = page_language(), []
    if group.age is not None:
        age = {"age": numbers.number(Decimal(str(group.age)), language)}
        parts.append(_("âge moyen en service %(age)s ans") % age)
    if group.use is not None:
        use = {"use": numbers.number(Decimal(str(group.use)), language)}
        parts.append(_("durée d’usage à la sortie %(use)s ans") % use)
    name = device_name(group.device, language)
    return labelled(name, ", ".join(parts), language) if parts else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of devices on screen: what stood, what the source says, what is asked."""

    group: Group
    name: str
    count: BoundField
    before: BoundField
    after: BoundField
    stood: Mapping[str, str]


class FleetForm(forms.Form):
    """How many devices of each kind, kept how long without the action and with it."""

    def __init__(
        self,
        groups: Sequence[Group],
        former: Mapping[str, Mapping[str, Any]],
        data: Any = None,
    ) -> None:
        super().__init__(data)
        self.groups, self._former = groups, former
        for group in groups:
            stood = former.get(group.device, {}).get("inputs", {})
            self._add(group, stood)

    def _add(self, group: Group, stood: Mapping[str, Any]) -> None:
        at = group.device
        self.fields[f"count-{at}"] = WholeField(
            label=gettext_lazy("nombre"), required=False, initial=group.count
        )
        before = group.use if group.use is not None else likeliest(stood.get("life_before"))
        for name, label, start in (
            ("before", gettext_lazy("sans l’action"), before if before else group.life),
            ("after", gettext_lazy("avec l’action"), likeliest(stood.get("life_after"))),
        ):
            self.fields[f"{name}-{at}"] = NumberField(label=label, required=False)
            if start is not None:
                self.initial[f"{name}-{at}"] = Decimal(str(start))

    def rows(self) -> list[Row]:
        language = page_language()
        return [
            Row(
                group,
                device_name(group.device, language),
                self[f"count-{group.device}"],
                self[f"before-{group.device}"],
                self[f"after-{group.device}"],
                {
                    name: _said(value)
                    for name, value in self._former.get(group.device, {}).get("inputs", {}).items()
                },
            )
            for group in self.groups
        ]

    def clean(self) -> dict[str, Any]:
        found = {}
        for group in self.groups:
            count, before, after = (
                self.cleaned_data.get(f"{name}-{group.device}")
                for name in ("count", "before", "after")
            )
            if count and before is not None and after is not None:
                found[group.device] = Chosen(count, before, after)
        if not found and not self.errors:
            raise ValidationError(_("Dites pour un appareil au moins combien de temps il servira."))
        return {"chosen": found}


def _said(value: Any) -> str:
    """Return a number of a request as it was said, or its range."""
    language = page_language()

    def one(number: Any) -> str:
        return numbers.number(Decimal(str(number)), language)

    if isinstance(value, Mapping):
        return _("%(low)s à %(high)s") % {"low": one(value["min"]), "high": one(value["max"])}
    return one(value) if isinstance(value, int | float) else str(value)
