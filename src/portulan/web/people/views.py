"""The organisation, its units, its people and their roles, and the journal."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portulan.accounts import services
from portulan.accounts.access import Operation, Role
from portulan.accounts.models import Person
from portulan.accounts.selectors import get_person, labels_of, people_of, units_of
from portulan.web.people.forms import JournalForm, OrganisationForm, PersonForm, UnitForm
from portulan.web.people.journal import entries_of, subjects_of
from portulan.web.requests import OrganisationRequest
from portulan.web.saving import posted, saved
from portulan.web.trail import names_of

PER_PAGE = 25


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    request.actor.require_any(Operation.READ_PLAN)
    people = Paginator(people_of(request.actor.organisation_id), PER_PAGE)
    context = {
        "people": people.get_page(request.GET.get("page")),
        "units": units_of(request.actor.organisation_id),
    }
    return render(request, "people/browse.html", context)


@require_http_methods(["GET", "POST"])
def organisation(request: OrganisationRequest) -> HttpResponse:
    request.actor.require(Operation.MANAGE)
    here = request.organisation
    initial = {
        "name": here.name,
        "legal_form": here.legal_form,
        "population": here.population,
        "headcount": here.headcount,
        "siren": here.siren,
    }
    form = OrganisationForm(posted(request), initial=initial)
    if saved(form, lambda: services.edit_organisation(request.actor, **form.cleaned_data)):
        messages.success(request, _("Organisation enregistrée."))
        return redirect("people:browse", here.slug)
    return _form_page(request, form, title=_("Organisation"))


@require_http_methods(["GET", "POST"])
def add_unit(request: OrganisationRequest) -> HttpResponse:
    request.actor.require(Operation.MANAGE)
    form = UnitForm(request.actor.organisation_id, posted(request))
    if saved(form, lambda: services.add_unit(request.actor, **form.cleaned_data)):
        messages.success(request, _("Entité ajoutée."))
        return redirect("people:browse", request.organisation.slug)
    return _form_page(request, form, title=_("Ajouter une entité"))


@require_http_methods(["GET", "POST"])
def add(request: OrganisationRequest) -> HttpResponse:
    request.actor.require(Operation.MANAGE)
    form = PersonForm(request.actor.organisation_id, posted(request))
    del form.fields["left_on"]
    person = saved(form, lambda: services.add_person(request.actor, **form.cleaned_data))
    if person is not None:
        if person.user is None:
            messages.success(request, _("Personne ajoutée."))
            return redirect("people:browse", request.organisation.slug)
        messages.success(
            request, _("Personne ajoutée. Il reste à lui envoyer un lien de connexion.")
        )
        return redirect("people:edit", request.organisation.slug, person.pk)
    return _form_page(request, form, title=_("Ajouter une personne"))


@require_http_methods(["GET", "POST"])
def edit(request: OrganisationRequest, pk: int) -> HttpResponse:
    person = get_person(actor=request.actor, pk=pk, need=Operation.MANAGE)
    initial = {
        "function": person.function,
        "name": person.name,
        "email": person.email,
        "unit": person.unit,
        "left_on": person.left_on,
        "roles": [membership.role for membership in person.memberships.all()],
    }
    form = PersonForm(request.actor.organisation_id, posted(request), initial=initial)

    def save() -> Person:
        data = dict(form.cleaned_data)
        roles = [Role(role) for role in data.pop("roles")]
        with transaction.atomic():
            services.edit_person(request.actor, person=person, **data)
            return services.set_roles(request.actor, person=person, roles=roles)

    if saved(form, save):
        messages.success(request, _("Personne enregistrée."))
        return redirect("people:browse", request.organisation.slug)
    return _form_page(request, form, title=str(person), person=person)


@require_http_methods(["GET", "POST"])
def link(request: OrganisationRequest, pk: int) -> HttpResponse:
    """Make a sign-in link and show it once: the administrator sends it."""
    person = get_person(actor=request.actor, pk=pk, need=Operation.MANAGE)
    if request.method == "GET":
        # Come back by its address, as a change of language does: the link is not shown again.
        return redirect("people:edit", request.organisation.slug, pk)
    if person.user is None:
        messages.error(request, _("Cette personne n’a pas de compte : donnez-lui un rôle."))
        return redirect("people:edit", request.organisation.slug, pk)
    token = services.make_link(user=person.user)
    address = request.build_absolute_uri(reverse("sign-in-link", args=[token]))
    return render(request, "people/link.html", {"person": person, "address": address})


@require_http_methods(["GET", "POST"])
def erase(request: OrganisationRequest, pk: int) -> HttpResponse:
    """Erase a name for good, once confirmed."""
    person = get_person(actor=request.actor, pk=pk, need=Operation.MANAGE)
    if request.method == "POST":
        try:
            services.erase_person(request.actor, person=person)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("people:edit", request.organisation.slug, pk)
        messages.success(request, _("Le nom et l’adresse sont effacés ; les actes restent."))
        return redirect("people:browse", request.organisation.slug)
    return render(request, "people/erase.html", {"person": person})


@require_GET
def journal(request: OrganisationRequest) -> HttpResponse:
    """All that was done in the organisation, newest first."""
    request.actor.require(Operation.READ_TRAIL)
    form = JournalForm(request.organisation.pk, request.GET)
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


def _form_page(
    request: OrganisationRequest, form: Form, *, title: str, person: Person | None = None
) -> HttpResponse:
    context = {"form": form, "title": title, "person": person}
    status = 422 if form.errors else 200
    return render(request, "people/form.html", context, status=status)
