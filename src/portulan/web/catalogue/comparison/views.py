"""Two editions side by side, and what a practice of the older one becomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.catalogue.comparison import reads as comparison_reads
from portulan.catalogue.comparison.rules import Comparison, Match, Step
from portulan.catalogue.editions import reads as editions_reads
from portulan.catalogue.links.writes import say_successor
from portulan.catalogue.models import CatalogueVersion, Practice, PracticeLink
from portulan.catalogue.readers.content import PracticeContent
from portulan.core.errors import NotFoundError
from portulan.plans.choices.practices import Following, following
from portulan.plans.models import Action
from portulan.plans.plan import current_plan
from portulan.web.catalogue.differences import Difference, differences
from portulan.web.catalogue.words import NOTHING, titled_practice
from portulan.web.inputs import identifiers
from portulan.web.language import page_language
from portulan.web.pages import Edit, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in

PER_PAGE = 15
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A practice that is not the same in both editions."""

    kind: str
    version_id: int
    practice: PracticeContent
    actions: tuple[Action, ...]
    old_code: str = ""  # that of the older edition, where it has it
    differences: tuple[Difference, ...] = ()
    step: Step | None = None
    twin: PracticeContent | None = None


@require_GET
def compare(request: OrganisationRequest) -> HttpResponse:
    """What changed from an edition to another: by the table of successors, else by code."""
    editions = list(editions_reads.versions_for(request.actor))
    old, new = _chosen(request, editions)
    if old is None or new is None:
        alone = {"families": _families(editions)}
        return render(request, "catalogue/compare.html", alone)
    plan = current_plan(actor=request.actor, today=request.today)
    found = comparison_reads.comparison_of(request.actor, old, new)
    rows = _rows(found, old, new, following(plan, [old, new]))
    counts = _counts(rows)
    wanted = request.GET.get("show", "")
    shown = [row for row in rows if row.kind == wanted] if wanted in dict(counts) else rows
    context = {
        "families": _families(editions),
        "old": old,
        "new": new,
        "found": found,
        "counts": counts,
        "wanted": wanted if wanted in dict(counts) else "",
        "page": page_of(request, shown, PER_PAGE),
        "plan": plan,
    }
    return render(request, "catalogue/compare.html", context)


def _families(editions: Iterable[CatalogueVersion]) -> list[CatalogueVersion]:
    """Return the editions that have another one to be compared with."""
    slugs = [edition.catalogue.slug for edition in editions]
    return [edition for edition in editions if slugs.count(edition.catalogue.slug) > 1]


def _chosen(
    request: OrganisationRequest, editions: list[CatalogueVersion]
) -> tuple[CatalogueVersion | None, CatalogueVersion | None]:
    """Return the two editions asked for, else the last two of the catalogue imported last."""
    by_pk = {edition.pk: edition for edition in editions}
    asked = identifiers([request.GET.get("old", ""), request.GET.get("new", "")])
    known = [by_pk[pk] for pk in asked if pk in by_pk]
    if len(known) == 2 and known[0].catalogue.slug == known[1].catalogue.slug:
        return (known[0], known[1]) if known[0] != known[1] else (None, None)
    if request.GET.get("old") or request.GET.get("new"):
        return None, None
    recent = sorted(_families(editions), key=lambda one: (one.imported_at, one.pk), reverse=True)
    same = [one for one in recent if one.catalogue.slug == recent[0].catalogue.slug]
    return (same[1], same[0]) if len(same) > 1 else (None, None)


def _rows(
    found: Comparison, old: CatalogueVersion, new: CatalogueVersion, acting: Following
) -> list[ComparedRow]:
    language = page_language()

    def actions(*places: tuple[int, str]) -> tuple[Action, ...]:
        return tuple({one.pk: one for place in places for one in acting.get(place, [])}.values())

    def told(one: Match) -> tuple[Difference, ...]:
        # Scales that differ are said once, above the list.
        lines = differences(one, found.old.scales, found.new.scales, language)
        return tuple(line for line in lines if not line[-1])

    removed = (
        ComparedRow(
            kind=REMOVED,
            version_id=old.pk,
            practice=one.practice,
            actions=actions((old.pk, one.practice.code)),
            old_code=one.practice.code,
            step=one.step,
            twin=one.twin,
        )
        for one in found.removed
    )
    changed = (
        ComparedRow(
            kind=CHANGED,
            version_id=new.pk,
            practice=one.new,
            actions=actions((old.pk, one.old.code), (new.pk, one.new.code)),
            old_code=one.old.code,
            differences=told(one),
            step=one.step,
        )
        for one in found.changed
    )
    added = (ComparedRow(ADDED, new.pk, one, actions((new.pk, one.code))) for one in found.added)
    return [*removed, *changed, *added]


def _counts(rows: Iterable[ComparedRow]) -> list[tuple[str, str]]:
    """Return each kind of row met with its count in words."""
    kinds = [row.kind for row in rows]
    words = {
        REMOVED: ngettext("%s retirée", "%s retirées", kinds.count(REMOVED)),
        CHANGED: ngettext("%s changée", "%s changées", kinds.count(CHANGED)),
        ADDED: ngettext("%s ajoutée", "%s ajoutées", kinds.count(ADDED)),
    }
    return [(kind, text % kinds.count(kind)) for kind, text in words.items() if kind in kinds]


@screen
def successor(
    request: OrganisationRequest, old: int, new: int, code: str
) -> Edit[SuccessorForm, PracticeLink]:
    """Say what a practice of the older edition becomes in the newer one, or take it back."""
    before, after, practice = _doors(request, old, new, code)
    matches, departure = comparison_reads.comparison_of(request.actor, before, after).of(code)
    twin = departure.twin if departure else None
    steps = [match.step for match in matches] + ([departure.step] if departure else [])
    back = f"{url_in(request, 'catalogue:compare')}?old={old}&new={new}"
    return Edit(
        back=back,
        form=partial(
            SuccessorForm,
            editions_reads.practices(after),
            suggested=twin.code if twin else "",
        ),
        write=lambda form: say_successor(
            request.actor,
            old=practice,
            version=after,
            new=form.chosen,
            reason=form.cleaned_data["reason"],
        ),
        done=_("C’est dit : ce que devient %(code)s est dans la comparaison.") % {"code": code},
        undo=lambda link: url_in(request, "catalogue:remove-link", link.pk),
        template="catalogue/successor.html",
        context={
            "practice": practice,
            "old": before,
            "new": after,
            "back": back,
            "matches": matches,
            "steps": [step for step in steps if step is not None],
        },
    )


def _doors(
    request: OrganisationRequest, old: int, new: int, code: str
) -> tuple[CatalogueVersion, CatalogueVersion, Practice]:
    """Return two editions of one catalogue and a practice of the first, to who may edit them."""
    need = Operation.IMPORT_CATALOGUE
    before, after = (
        editions_reads.get_version(actor=request.actor, version_id=pk, need=need)
        for pk in (old, new)
    )
    practice = editions_reads.get_practice(
        actor=request.actor, version_id=before.pk, code=code, need=need
    )
    if before == after or before.catalogue.slug != after.catalogue.slug:
        raise NotFoundError(new)
    return before, after, practice


class SuccessorForm(forms.Form):
    """What a practice becomes in a newer edition: one of its practices, or none."""

    new = forms.ChoiceField(label=_("Elle devient"))
    reason = forms.CharField(
        label=_("Motif"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, offered: Sequence[Practice], data: Any = None, *, suggested: str = ""
    ) -> None:
        super().__init__(data, initial={"new": suggested})
        self._offered = {item.code: item for item in offered}
        field: Any = self.fields["new"]
        field.choices = [
            ("", _("à choisir")),
            (NOTHING, _("rien : elle n’a pas de suite")),
            *((item.code, titled_practice(item)) for item in offered),
        ]

    @property
    def chosen(self) -> Practice | None:
        return self._offered.get(self.cleaned_data["new"])
