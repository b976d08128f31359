"""Making the organisations of members from a list: read line by line, then made by a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portulan.accounts.access import Operation
from portulan.accounts.models import LEGAL_FORMS
from portulan.accounts.words import LegalForm
from portulan.core.errors import NotFoundError
from portulan.core.models import Task
from portulan.core.say.text import UnusableInputError
from portulan.core.tables.encodings import detect_encoding
from portulan.publication.groups.founding import foresee, found_members, may_found
from portulan.publication.groups.founding_list import Wanted, read_list
from portulan.publication.words import FOUNDING
from portulan.web.fields import DayField
from portulan.web.language import page_language
from portulan.web.pages import Edit, Trail, screen
from portulan.web.requests import OrganisationRequest, url_in

LARGEST = 100_000  # bytes, and signs pasted: two hundred lines are less
SHOWN = 40  # lines that are to be made


class FoundForm(forms.Form):
    """The list of those to make, what they are, and what each begins with."""

    file = forms.FileField(
        label=gettext_lazy("Fichier CSV"),
        required=False,
        help_text=gettext_lazy("Deux cents lignes au plus. Ou collez-le :"),
    )
    members = forms.CharField(
        label=gettext_lazy("Membres à créer"),
        required=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "Une ligne par membre : SIREN ; nom ; forme ; population ; adresse électronique de qui"
            " l’administrera. Forme et population peuvent rester vides."
        ),
    )
    form = forms.TypedChoiceField(
        label=gettext_lazy("Forme juridique par défaut"),
        choices=list(LEGAL_FORMS.items()),
        coerce=LegalForm,
        initial=LegalForm.TOWN,
    )
    with_plan = forms.BooleanField(
        label=gettext_lazy("Avec le plan tout fait des communes, huit actions"), required=False
    )
    until = DayField(
        label=gettext_lazy("Agir chez elles jusqu’au"),
        required=False,
        help_text=gettext_lazy(
            "Un an au plus, vide pour ne rien y faire. Chacune y met fin quand elle veut."
        ),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        text = given.get("members") or _text_of(given.get("file"))
        # What is previewed is what the second form sends: the lines, wherever they came from.
        given["text"], given["wanted"] = text, read_list(text)
        return given


def _text_of(file: Any) -> str:
    if file is None:
        return ""
    if file.size > LARGEST:
        raise ValidationError({"file": _("Ce fichier est trop grand pour une liste de membres.")})
    try:
        text: str = file.read().decode(detect_encoding(file).codec, "replace")
    except UnusableInputError as error:
        raise ValidationError({"file": error.problem.message(page_language())}) from error
    return text


@screen
def found(request: OrganisationRequest) -> Edit[FoundForm, Task]:
    """Make the organisations of members: told line by line first, made then."""
    request.actor.require(Operation.MANAGE)
    if not may_found(request.organisation):
        raise NotFoundError("founding")
    sent = request.FILES if request.method == "POST" else None
    return Edit(
        title=_("Créer les organisations des membres"),
        submit=_("Lire la liste, sans rien créer"),
        intro=_(
            "La personne qui administrera chacune reçoit par courrier un lien de connexion : vous"
            " ne l’avez pas. Vous n’y lisez rien avant qu’elle ne partage, sauf là où vous agissez."
        ),
        trail=_trail(request),
        form=lambda data: FoundForm(data, sent),
        write=lambda form: found_members(
            request.actor,
            wanted=form.cleaned_data["wanted"],
            form=form.cleaned_data["form"],
            with_plan=form.cleaned_data["with_plan"],
            until=form.cleaned_data["until"],
            today=request.today,
        ),
        done=_("Création lancée : chaque message part avec son organisation."),
        then=lambda _task: url_in(request, "groups:work", FOUNDING),
        preview=lambda form: _foreseen(request, form),
        is_preview=lambda data: "found" not in data,
        template="groups/found.html",
    )


def _foreseen(request: OrganisationRequest, form: FoundForm) -> Mapping[str, object]:
    wanted: list[Wanted] = form.cleaned_data["wanted"]
    lines = foresee(request.actor, wanted=wanted)
    made = [one for one in lines if one.is_made]
    return {
        "text": form.cleaned_data["text"],
        "left_out": [one for one in wanted if one.why][:SHOWN],
        "here": [one for one in lines if one.is_here][:SHOWN],
        "foreseen": made[:SHOWN],
        "others": max(0, len(made) - SHOWN),
        "made": len(made),
    }


def _trail(request: OrganisationRequest) -> Trail:
    group, members = url_in(request, "groups:page"), url_in(request, "groups:members")
    return [(group, _("Groupe")), (members, _("Membres"))]
