"""The organisation, its units, its people and their roles, and the journal."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portulan.accounts import invitations, links, regular_work, tokens, writes
from portulan.accounts.access import Operation, Role
from portulan.accounts.erasing import erase_person
from portulan.accounts.labels import CONTENT_LANGUAGES
from portulan.accounts.levels import USUAL, Level, levels_asked
from portulan.accounts.models import ARTICLES, LEGAL_FORMS, ROLES, Organisation, Person, Unit
from portulan.accounts.reads import get_person, labels_of, people_of, units_of
from portulan.accounts.regular_work import troubles_of
from portulan.accounts.writing import write_first_link
from portulan.core import mail
from portulan.core.duties import clock
from portulan.core.say.country import COUNTRIES, CURRENCIES, FRANCE, country
from portulan.web.accounts.tokens.words import OPERATIONS
from portulan.web.fields import CalendarYearField, DayField, WholeField
from portulan.web.form_tokens import apart
from portulan.web.language import page_language
from portulan.web.pages import Act, Confirm, Edit, screen
from portulan.web.requests import OrganisationRequest
from portulan.web.trail.journal import entries_of, kinds_in, subjects_of
from portulan.web.trail.page import names_of
from portulan.web.trail.words import SUBJECTS

PER_PAGE = 25
# What an organisation may ask a second factor for.
_GRAVE = (*sorted(USUAL), Operation.DECIDE, Operation.EDIT_BUDGET, Operation.READ_ORIGINALS)


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    request.actor.require_any(Operation.READ_PLAN)
    people = Paginator(people_of(request.actor.organisation_id), PER_PAGE)
    context = {
        "people": people.get_page(request.GET.get("page")),
        "units": units_of(request.actor.organisation_id),
        "troubles": list(troubles_of(request.actor.organisation_id))
        if request.actor.may(Operation.MANAGE)
        else [],
        "number_name": country().number.name.say(page_language()),
    }
    return render(request, "people/browse.html", context)


@screen
def organisation(request: OrganisationRequest) -> Edit[OrganisationForm, Organisation]:
    request.actor.require(Operation.MANAGE)
    here = request.organisation
    initial = {name: getattr(here, name) for name in OrganisationForm.base_fields}
    asked = levels_asked(here.levels, asks_factors=bool(here.factor_roles))
    initial["levels"] = [one.value for one, level in asked.items() if level is Level.FACTOR]
    if here.country != FRANCE.code:
        initial["siren"] = here.body_number
    return Edit(
        back=_browse_url(request),
        form=partial(OrganisationForm, initial=initial, simple=here.is_simple),
        edits=here,
        write=lambda form: writes.edit_organisation(request.actor, **form.service_values()),
        done=_("Organisation enregistrée."),
        template="people/form.html",
        context={"title": _("Organisation")},
    )


@screen
def try_again(request: OrganisationRequest, pk: int) -> Act[None]:
    request.actor.require(Operation.MANAGE)
    return Act(
        write=lambda: regular_work.try_again(request.actor, pk=pk, now=clock()),
        done=_("Ce travail sera refait dans la minute."),
        back=_browse_url(request),
    )


def _browse_url(request: OrganisationRequest) -> str:
    return reverse("people:browse", args=[request.organisation.slug])


@screen
def add_unit(request: OrganisationRequest) -> Edit[UnitForm, Unit]:
    request.actor.require(Operation.MANAGE)
    return Edit(
        back=_browse_url(request),
        form=partial(UnitForm, request.actor.organisation_id),
        write=lambda form: writes.add_unit(request.actor, **form.cleaned_data),
        done=_("Entité ajoutée."),
        template="people/form.html",
        context={"title": _("Ajouter une entité")},
    )


@screen
def add(request: OrganisationRequest) -> Edit[PersonForm, Person]:
    request.actor.require(Operation.MANAGE)

    def form_of(data: QueryDict | None) -> PersonForm:
        form = PersonForm(request.actor.organisation_id, data)
        del form.fields["left_on"]
        return form

    return Edit(
        back=_browse_url(request),
        form=form_of,
        write=lambda form: writes.add_person(request.actor, **form.cleaned_data),
        done=_said_added,
        then=lambda person: (
            _person_url(request, person.pk) if person.memberships.exists() else _browse_url(request)
        ),
        template="people/form.html",
        context={"title": _("Ajouter une personne")},
    )


def _said_added(person: Person) -> str:
    if person.user is not None:
        return _("Personne ajoutée. Il reste à lui envoyer un lien de connexion.")
    if person.is_invited:
        return _("Personne ajoutée. Son adresse a déjà un compte : il reste à l’inviter.")
    return _("Personne ajoutée.")


def _person_url(request: OrganisationRequest, pk: int) -> str:
    return reverse("people:edit", args=[request.organisation.slug, pk])


@screen
def edit(request: OrganisationRequest, pk: int) -> Edit[PersonForm, Person]:
    person = get_person(actor=request.actor, pk=pk, need=Operation.MANAGE)
    initial = {
        "function": person.function,
        "name": person.name,
        "email": person.email,
        "unit": person.unit,
        "left_on": person.left_on,
        "roles": [membership.role for membership in person.memberships.all()],
    }

    def write(form: PersonForm) -> Person:
        data = dict(form.cleaned_data)
        roles = [Role(role) for role in data.pop("roles")]
        with transaction.atomic():
            writes.edit_person(request.actor, person=person, **data)
            return writes.set_roles(request.actor, person=person, roles=roles)

    return Edit(
        back=_browse_url(request),
        form=partial(PersonForm, request.actor.organisation_id, initial=initial),
        edits=person,
        write=write,
        done=_("Personne enregistrée."),
        # Who leaves hands over what they hold: the page that asks to whom comes next.
        then=lambda saved: (
            reverse("steering:handover", args=[request.organisation.slug, pk])
            if saved.left_on is not None and initial["left_on"] is None
            else _browse_url(request)
        ),
        template="people/form.html",
        context={
            "title": str(person),
            "person": person,
            "tokens": person.tokens.filter(expires_at__gt=timezone.now()).order_by("-pk"),
            "writes": mail.can_send(),
            "bounce": mail.bounce_of(person.pk, person.email),
        },
    )


@screen
def revoke_token(request: OrganisationRequest, pk: int, closed: int) -> Act[None]:
    """Close a token of somebody of the organisation."""
    get_person(actor=request.actor, pk=pk, need=Operation.MANAGE)
    return Act(
        write=lambda: tokens.revoke(request.actor, pk=closed),
        done=_("Jeton révoqué."),
        back=_person_url(request, pk),
    )


@require_http_methods(["GET", "POST"])
@apart
def link(request: OrganisationRequest, pk: int) -> HttpResponse:
    """Write to somebody what lets them in; without mail, show it once to who administers."""
    person = get_person(actor=request.actor, pk=pk, need=Operation.MANAGE)
    if request.method == "GET":
        # Come back by its address, as a change of language does: the link is not shown again.
        return redirect("people:edit", request.organisation.slug, pk)
    try:
        if mail.can_send():
            to = write_first_link(request.actor, person=person)
            messages.success(request, _("Un message part à %(address)s.") % {"address": to})
            return redirect("people:edit", request.organisation.slug, pk)
        token = invitations.invite(request.actor, person=person) if person.is_invited else None
        person.refresh_from_db()
        kind = "sign-in-link" if token is None else "invitation"
        token = token or links.make_link_for(request.actor, person=person)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("people:edit", request.organisation.slug, pk)
    address = request.build_absolute_uri(reverse(kind, args=[token]))
    context = {"person": person, "address": address, "invites": kind == "invitation"}
    return render(request, "people/link.html", context)


@screen
def erase(request: OrganisationRequest, pk: int) -> Confirm[object]:
    """Erase a name for good, once confirmed."""
    person = get_person(actor=request.actor, pk=pk, need=Operation.MANAGE)
    return Confirm(
        back=_person_url(request, pk),
        about=[person],
        write=lambda: erase_person(request.actor, person=person),
        done=_("Le nom et l’adresse sont effacés ; les actes restent."),
        then=lambda _erased: _browse_url(request),
        template="people/erase.html",
        context={"person": person},
    )


@require_GET
def journal(request: OrganisationRequest) -> HttpResponse:
    """All that was done in the organisation, newest first."""
    request.actor.require(Operation.READ_TRAIL)
    form = JournalForm(request.organisation, request.GET)
    wanted = form.wanted()
    entries = entries_of(request.organisation.pk, **wanted)
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    subjects = subjects_of(page)
    context = {
        "form": form,
        "filtered": bool(wanted),
        "page": page,
        "entries": [
            (item, subjects.get((item.subject_type, item.subject_id), "")) for item in page
        ],
        "labels": labels_of(entry.person_id for entry in page),
        "names": names_of(page),
    }
    return render(request, "people/journal.html", context)


class JournalForm(forms.Form):
    """Which entries of the journal to show: what is not asked, or makes no sense, keeps all."""

    kind = forms.ChoiceField(label=gettext_lazy("Objet"), required=False)
    person = forms.ModelChoiceField(
        label=gettext_lazy("Par"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=gettext_lazy("Tous"),
    )
    since = DayField(label=gettext_lazy("Du"), required=False)
    until = DayField(label=gettext_lazy("Au"), required=False)

    def __init__(self, organisation: Organisation, data: QueryDict) -> None:
        super().__init__(data, auto_id="f_%s")
        fields: dict[str, Any] = self.fields
        kinds = sorted(SUBJECTS.items(), key=lambda item: str(item[1]))
        if organisation.is_simple:  # what it never used has no word here
            used = kinds_in(organisation.pk)
            kinds = [item for item in kinds if item[0] in used]
        fields["kind"].choices = [("", gettext_lazy("Tous")), *kinds]
        fields["person"].queryset = people_of(organisation.pk).order_by("function")
        fields["person"].label_from_instance = lambda person: person.function

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        self.errors.clear()
        return {name: value for name, value in self.cleaned_data.items() if value}


class OrganisationForm(forms.Form):
    FIRST = ("name", "legal_form", "population", "siren")
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=200)
    article = forms.ChoiceField(
        label=gettext_lazy("Article"),
        required=False,
        choices=[("", gettext_lazy("Aucun")), *ARTICLES.items()],
        help_text=gettext_lazy("Pour les phrases : « la » Région Armorique."),
    )
    legal_form = forms.ChoiceField(label=gettext_lazy("Forme juridique"), choices=LEGAL_FORMS)
    population = WholeField(
        label=gettext_lazy("Population"),
        required=False,
        help_text=gettext_lazy("Des seuils légaux en dépendent."),
    )
    population_year = CalendarYearField(
        label=gettext_lazy("Année de la population"), required=False
    )
    headcount = WholeField(
        label=gettext_lazy("Effectif (équivalents temps plein)"),
        required=False,
        help_text=gettext_lazy("Sans habitants, il dit si des montants sont bien en euros."),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Pays"),
        help_text=gettext_lazy("Il donne les mots de la TVA et le numéro des organismes."),
    )
    # Called so in every country, as the errors of its check are.
    siren = forms.CharField(
        max_length=30,
        required=False,
        help_text=gettext_lazy("Les fichiers d’un autre organisme seront refusés."),
    )
    siret = forms.CharField(
        label=gettext_lazy("SIRET"),
        max_length=20,
        required=False,
        help_text=gettext_lazy(
            "L’établissement qui achète : la déclaration des achats en demande un."
        ),
    )
    content_language = forms.ChoiceField(
        label=gettext_lazy("Langue des textes"),
        required=False,
        help_text=gettext_lazy("Celle où l’on écrit ici ; une page dans une autre le dit."),
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Monnaie"),
        help_text=gettext_lazy("Celle de tous les montants ; rien n’est converti."),
    )
    electricity = forms.ChoiceField(
        label=gettext_lazy("Électricité de"),
        required=False,
        help_text=gettext_lazy("Pour les estimations d’impact qui ne disent pas de pays."),
    )

    board_floor = forms.BooleanField(
        label=gettext_lazy("Montrer les comptes publics sur l’accueil"),
        required=False,
        help_text=gettext_lazy(
            "Une phrase : au moins tant par habitant, et la place dans la strate. Jamais un écart"
            " aux pairs."
        ),
    )
    factor_roles = forms.MultipleChoiceField(
        label=gettext_lazy("Second facteur exigé de"),
        choices=ROLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Demandé en entrant ici, à qui a l’un de ces rôles."),
    )
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Second facteur exigé pour"),
        choices=[(one.value, OPERATIONS[one.value]) for one in _GRAVE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Quel que soit le rôle. Un jeton fait sans second facteur ne le peut plus."
        ),
    )

    def __init__(self, *args: Any, simple: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = page_language()
        fields: dict[str, Any] = self.fields
        if simple:  # whoever does all has nothing to part by operation: it stays as it was
            del fields["levels"]
        countries = sorted((one.name.say(language), code) for code, one in COUNTRIES.items())
        named = [(code, name) for name, code in countries]
        fields["country"].choices = named
        fields["electricity"].choices = [("", _("Du même pays")), *named]
        fields["content_language"].choices = [
            (code, name.say(language)) for code, name in CONTENT_LANGUAGES.items()
        ]
        fields["currency"].choices = [
            (code, f"{one.name.say(language)} ({one.symbol})") for code, one in CURRENCIES.items()
        ]
        fields["siren"].label = country().number.name.say(language)
        if country() is not FRANCE:
            del fields["siret"]

    def clean_siren(self) -> str:
        """Check the number as its country does; France says more in the model."""
        number: str = self.cleaned_data["siren"].strip()
        code = self.cleaned_data.get("country", FRANCE.code)
        if number and code == FRANCE.code and not re.fullmatch("[0-9]{9}", number):
            raise ValidationError(_("Un SIREN compte neuf chiffres."))
        if number and code != FRANCE.code and not COUNTRIES[code].number.holds(number):
            raise ValidationError(_("Ce numéro n’existe pas : vérifiez ses chiffres."))
        return number

    def service_values(self) -> dict[str, Any]:
        """Return what the service takes: a SIREN in France, another number elsewhere."""
        values = dict(self.cleaned_data)
        number = values.pop("siren")
        in_france = values["country"] == FRANCE.code
        if "levels" in values:
            values["levels"] = self._levels(set(values["levels"]))
        return values | {
            "population_year": values["population_year"] or 0,
            "siren": number if in_france else "",
            "body_number": "" if in_france else number,
        }

    def _levels(self, chosen: set[str]) -> dict[str, int]:
        """Return the operations that ask for another level than they do by default."""
        usual = {one.value for one in USUAL} if self.cleaned_data["factor_roles"] else set()
        return {
            one.value: (Level.FACTOR if one.value in chosen else Level.LINK).value
            for one in _GRAVE
            if (one.value in chosen) is not (one.value in usual)
        }


class UnitForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Nom de l’entité"), max_length=200)
    parent = forms.ModelChoiceField(
        label=gettext_lazy("Fait partie de"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=gettext_lazy("Aucune autre"),
    )

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(organisation_id=organisation_id).order_by("name")
        self.fields["parent"].queryset = units  # type: ignore[attr-defined]


class PersonForm(forms.Form):
    function = forms.CharField(
        label=gettext_lazy("Fonction"),
        max_length=160,
        help_text=gettext_lazy("C’est elle que l’on montre ; le nom reste entre vous."),
    )
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=120, required=False)
    email = forms.EmailField(label=gettext_lazy("Adresse électronique"), required=False)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Entité"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=gettext_lazy("Aucune"),
    )
    left_on = DayField(
        label=gettext_lazy("Partie le"),
        required=False,
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Rôles"),
        choices=ROLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Lecture : tout voir. Pilote d’actions : tenir à jour les siennes. Plan d’action : le "
            "plan, ses votes, les référentiels. Finances : les comptes et la part publiée. Audit : "
            "tout voir, journal et fichiers reçus compris. Administration : tout. Sans rôle, la "
            "personne n’a pas de compte."
        ),
    )

    def __init__(self, organisation_id: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(organisation_id=organisation_id).order_by("name")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if not units.exists():
            self.fields["unit"].widget = forms.HiddenInput()
