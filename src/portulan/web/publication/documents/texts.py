"""The texts of a document, written beside the part where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.core.say.text import UnusableInputError
from portulan.publication.documents import html
from portulan.publication.documents.asking import Draft
from portulan.publication.documents.authored import LINE, Slot
from portulan.publication.documents.authoring import undo_texts, write_texts
from portulan.publication.documents.making import draft
from portulan.publication.documents.registry import kind_for
from portulan.web.language import page_language, told
from portulan.web.pages import Act, Edit, screen
from portulan.web.paging import page_of
from portulan.web.publication.documents.asking import asked_of, at, shortened, trail_of
from portulan.web.requests import OrganisationRequest

# Of a page: six places of six ticks each, and enough of the part to see where they stand.
MOST_SLOTS, MOST_CELLS = 6, 40
PLACES = "places"


class TextsForm(forms.Form):
    """A field for each place of a part: its text, or what is ticked there.

    It names its places itself: the parts of a document move when a foreword comes or goes.
    """

    def __init__(self, slots: Mapping[str, Slot], data: QueryDict | None = None) -> None:
        super().__init__(data)
        for slot in slots.values():
            self.fields[slot.name] = _field(slot)
        self.CHANGED = tuple(self.fields)
        self.fields[PLACES] = forms.CharField(
            required=False, initial=",".join(slots), widget=forms.HiddenInput
        )

    def clean(self) -> dict[str, Any]:
        for name in self.cleaned_data[PLACES].split(","):
            typed = self.data.get(name, "").strip()
            if typed and name not in self.fields:
                words = _("Ce texte n’a plus de place ici, copiez-le ailleurs\u00a0: %s")
                self.add_error(None, words % typed)
        return self.cleaned_data

    def texts(self) -> dict[str, str]:
        said = {name: self.cleaned_data[name] for name in self.CHANGED}.items()
        return {name: ",".join(value) if isinstance(value, list) else value for name, value in said}


def _sent(made: Draft, data: QueryDict) -> dict[str, Slot]:
    """Return the places that a form names, wherever they stand by now."""
    every = {name: slot for at in range(len(made.parts)) for name, slot in made.slots(at).items()}
    names = data.get(PLACES, "").split(",")
    return {name: every[name] for name in names if name in every}


def _field(slot: Slot) -> forms.Field:
    written = slot.written
    since = written.since if written else None
    note = _("Repris de %s\u00a0: enregistrer le confirme.") % since if since else ""
    label = slot.called
    if slot.choices is not None:
        return forms.MultipleChoiceField(
            label=label,
            required=False,
            help_text=note,
            choices=[(code, words.say(page_language())) for code, words in slot.choices.items()],
            initial=written.text.split(",") if written else [],
            widget=forms.CheckboxSelectMultiple,
        )
    return forms.CharField(
        label=label,
        required=False,
        help_text=note,
        initial=written.text if written else "",
        max_length=slot.most,
        widget=forms.Textarea(attrs={"rows": 3 if slot.most == LINE else 7}),
    )


@screen
def texts(
    request: OrganisationRequest, document: str, year: int
) -> Edit[TextsForm, int | None] | HttpResponse:
    """Write, confirm or erase the texts of one part, shown beside it."""
    request.actor.require(Operation.PUBLISH_PLAN)
    kind = kind_for(request.organisation, document)
    asked = asked_of(request, year, kind)
    try:
        made = draft(kind, asked)
        page = page_of(request, made.parts, 1)
        section = made.section(page.number - 1)
    except UnusableInputError:
        return redirect(at(request, "preview", kind, year))
    sent = _sent(made, request.POST) if request.method == "POST" else {}
    slots = made.slots(page.number - 1)
    if not slots and not sent:
        return redirect(at(request, "preview", kind, year))
    shown = Paginator(list(slots.values()), MOST_SLOTS).get_page(request.GET.get("texts"))
    here, language = f"{at(request, 'preview', kind, year)}?page={page.number}", made.cover.language
    again = f"{at(request, 'texts', kind, year)}?page={page.number}&texts="
    body = html.body(made.cover, shortened(section, MOST_CELLS)[0])
    return Edit(
        title=_("Textes"),
        submit=_("Enregistrer ces textes"),
        trail=[*trail_of(request), (here, made.cover.title)],
        form=lambda data: TextsForm(sent or {slot.name: slot for slot in shown}, data),
        write=lambda form: write_texts(request.actor, kind=kind, asked=asked, texts=form.texts()),
        done=lambda entry: _("Textes enregistrés.") if entry else _("Rien n’a changé."),
        then=lambda _entry: f"{again}{shown.number + 1}" if shown.has_next() else here,
        undo=lambda entry: at(request, "undo-texts", kind, year, entry) if entry else "",
        template="documents/texts.html",
        context={
            "section": section.title,
            "shown": shown,
            "again": again,
            "in_document": told(language),
            "body": mark_safe(body),  # noqa: S308 - the renderer escapes
        },
    )


@screen
def undo(request: OrganisationRequest, document: str, year: int, entry: int) -> Act[None]:
    request.actor.require(Operation.PUBLISH_PLAN)
    kind = kind_for(request.organisation, document)
    return Act(
        write=lambda: undo_texts(request.actor, entry=entry),
        done=_("Les textes sont comme avant."),
        back=at(request, "preview", kind, year),
    )
