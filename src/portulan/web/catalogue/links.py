"""Links between a practice and those of other catalogues."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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
from portulan.web.catalogue.words import SENTENCES, edition_words, titled_practice
from portulan.web.inputs import way_back
from portulan.web.pages import Act, Edit, screen
from portulan.web.requests import OrganisationRequest, url_in


@screen
def add(request: OrganisationRequest, version_id: int, code: str) -> Edit[LinkForm, PracticeLink]:
    """Say what this practice is to one of another catalogue, and why."""
    practice = editions_reads.get_practice(
        actor=request.actor, version_id=version_id, code=code, need=Operation.IMPORT_CATALOGUE
    )
    others = editions_reads.versions_for(request.actor).exclude(
        catalogue__slug=practice.version.catalogue.slug
    )
    return Edit(
        back=url_in(request, "catalogue:practice", version_id, code),
        form=partial(LinkForm, others),
        write=lambda form: link_practices(
            request.actor,
            source=practice,
            target=form.cleaned_data["target"],
            relation=Relation(form.cleaned_data["relation"]),
            reason=form.cleaned_data["reason"],
        ),
        done=_("Lien ajouté."),
        undo=lambda link: url_in(request, "catalogue:remove-link", link.pk),
        template="catalogue/link.html",
        context={"practice": practice, "version": practice.version},
    )


@screen
def remove(request: OrganisationRequest, pk: int) -> Act[object]:
    """Take back what was said of two practices, with a way to say it again."""
    link = _link(request, pk)
    return Act(
        write=lambda: remove_link(request.actor, link=link),
        done=_("Retiré."),
        undo=url_in(request, "catalogue:restore-link", pk),
        back=_back(request, link),
    )


@screen
def restore(request: OrganisationRequest, pk: int) -> Act[object]:
    link = _link(request, pk)
    return Act(
        write=lambda: restore_link(request.actor, link=link),
        done=_("Rétabli."),
        back=_back(request, link),
    )


def _link(request: OrganisationRequest, pk: int) -> PracticeLink:
    return links_reads.get_link(actor=request.actor, pk=pk, need=Operation.IMPORT_CATALOGUE)


def _back(request: OrganisationRequest, link: PracticeLink) -> str:
    """Return the page that shows the link: the comparison, or a practice that it joins."""
    if link.relation == Relation.SUCCESSOR:
        address = url_in(request, "catalogue:compare")
        return f"{address}?old={link.source.version_id}&new={link.version_id}"
    default = url_in(request, "catalogue:practice", link.source.version_id, link.source.code)
    return way_back(request, default)


class LinkForm(forms.Form):
    """What a practice is to one of another catalogue."""

    relation = forms.ChoiceField(
        label=_("Cette pratique est"), choices=SENTENCES, initial=Relation.EQUAL
    )
    target = forms.ModelChoiceField(
        label=_("La pratique de l’autre référentiel"),
        queryset=Practice.objects.none(),
    )
    reason = forms.CharField(
        label=_("Motif"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Les exigences de l’une que l’autre n’a pas."),
    )

    @property
    def has_others(self) -> bool:
        """Whether there is anything to be linked with."""
        field: Any = self.fields["target"]
        return bool(field.choices[1:])

    def __init__(self, editions: Iterable[CatalogueVersion], data: Any = None) -> None:
        super().__init__(data)
        editions = list(editions)
        field: Any = self.fields["target"]
        field.queryset = Practice.objects.filter(version__in=editions).select_related(
            "version__catalogue"
        )
        groups = [
            (edition_words(one), [(item.pk, titled_practice(item)) for item in practices(one)])
            for one in editions
        ]
        field.choices = [("", "–"), *groups]
