"""Links between a practice and those of other catalogues."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from portulan.accounts.access import Operation
from portulan.catalogue.editions import reads as editions_reads
from portulan.catalogue.editions.reads import practices
from portulan.catalogue.links import reads as links_reads
from portulan.catalogue.links.writes import link_practices, remove_link, restore_link
from portulan.catalogue.models import (
    CatalogueVersion,
    Practice,
    PracticeLink,
)
from portulan.catalogue.words import Relation
from portulan.web.catalogue.choices.forms import edition_words, practice_option
from portulan.web.catalogue.words import SENTENCES
from portulan.web.pages import posted, saved
from portulan.web.received import way_back
from portulan.web.requests import OrganisationRequest


@require_http_methods(["GET", "POST"])
def add(request: OrganisationRequest, version_id: int, code: str) -> HttpResponse:
    """Say what this practice is to one of another catalogue, and why."""
    practice = editions_reads.get_practice(
        actor=request.actor, version_id=version_id, code=code, need=Operation.IMPORT_CATALOGUE
    )
    others = editions_reads.versions_for(request.actor).exclude(
        catalogue__slug=practice.version.catalogue.slug
    )
    form = LinkForm(others, posted(request))
    link = saved(
        form,
        lambda: link_practices(
            request.actor,
            source=practice,
            target=form.cleaned_data["target"],
            relation=Relation(form.cleaned_data["relation"]),
            reason=form.cleaned_data["reason"],
        ),
    )
    if link is not None:
        undo = reverse("catalogue:remove-link", args=[request.organisation.slug, link.pk])
        messages.success(request, _("Lien ajouté."), extra_tags=f"undo {undo}")
        return redirect("catalogue:practice", request.organisation.slug, version_id, code)
    context = {
        "practice": practice,
        "version": practice.version,
        "form": form,
        "has_others": bool(form.fields["target"].choices[1:]),  # type: ignore[attr-defined]
    }
    status = 422 if form.errors else 200
    return render(request, "catalogue/link.html", context, status=status)


@require_POST
def remove(request: OrganisationRequest, pk: int) -> HttpResponse:
    """Take back what was said of two practices, with a way to say it again."""
    link = _link(request, pk)
    remove_link(request.actor, link=link)
    undo = reverse("catalogue:restore-link", args=[request.organisation.slug, pk])
    messages.success(request, _("Retiré."), extra_tags=f"undo {undo}")
    return redirect(_back(request, link))


@require_POST
def restore(request: OrganisationRequest, pk: int) -> HttpResponse:
    link = _link(request, pk)
    try:
        restore_link(request.actor, link=link)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Rétabli."))
    return redirect(_back(request, link))


def _link(request: OrganisationRequest, pk: int) -> PracticeLink:
    return links_reads.get_link(actor=request.actor, pk=pk, need=Operation.IMPORT_CATALOGUE)


def _back(request: OrganisationRequest, link: PracticeLink) -> str:
    """Return the page that shows the link: the comparison, or a practice that it joins."""
    slug = request.organisation.slug
    if link.relation == Relation.SUCCESSOR:
        address = reverse("catalogue:compare", args=[slug])
        return f"{address}?old={link.source.version_id}&new={link.version_id}"
    default = reverse("catalogue:practice", args=[slug, link.source.version_id, link.source.code])
    return way_back(request, default)


class LinkForm(forms.Form):
    """What a practice is to one of another catalogue."""

    relation = forms.ChoiceField(
        label=gettext_lazy("Cette pratique est"), choices=SENTENCES, initial=Relation.EQUAL
    )
    target = forms.ModelChoiceField(
        label=gettext_lazy("La pratique de l’autre référentiel"),
        queryset=Practice.objects.none(),
    )
    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Ce que l’une demande et que l’autre ne demande pas."),
    )

    def __init__(self, editions: Iterable[CatalogueVersion], data: Any = None) -> None:
        super().__init__(data)
        editions = list(editions)
        field: Any = self.fields["target"]
        field.queryset = Practice.objects.filter(version__in=editions).select_related(
            "version__catalogue"
        )
        groups = [
            (edition_words(one), [practice_option(item) for item in practices(one)])
            for one in editions
        ]
        field.choices = [("", "–"), *groups]
