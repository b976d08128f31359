"""Webhooks: whom we tell of what, what was sent to them, and how they are stopped."""

from __future__ import annotations

from functools import partial

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from portulan.accounts.access import Operation
from portulan.steering.labels import STOPPED, SUBJECTS
from portulan.steering.models import Delivery, Webhook
from portulan.steering.webhooks.reads import (
    deliveries_of,
    get_delivery,
    get_webhook,
    webhooks_of,
)
from portulan.steering.webhooks.signing import UnreadableSecretError, ending_of
from portulan.steering.webhooks.writes import (
    remove_webhook,
    renew_secret,
    resume_webhook,
    save_webhook,
    send_again,
    stop_webhook,
    try_webhook,
)
from portulan.steering.words import Stopped, Subject
from portulan.web.form_tokens import apart
from portulan.web.pages import Act, Confirm, Edit, Trail, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in

PER_PAGE = 12


def _url(request: OrganisationRequest, name: str = "webhooks", *more: object) -> str:
    return url_in(request, f"steering:{name}", *more)


def _trail(request: OrganisationRequest) -> Trail:
    return [(_url(request), _("Webhooks"))]


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    found = webhooks_of(actor=request.actor)
    return render(request, "steering/webhooks.html", {"webhooks": found})


@require_GET
def webhook(request: OrganisationRequest, pk: int) -> HttpResponse:
    """A webhook: how its secret ends, what it is told of, what was sent to it."""
    found = get_webhook(actor=request.actor, pk=pk)
    try:
        ending = ending_of(found.secret)
    except UnreadableSecretError:
        ending = ""
    page = page_of(request, deliveries_of(found), PER_PAGE)
    context = {
        "webhook": found,
        "ending": ending,
        "subjects": [SUBJECTS[Subject(one)] for one in found.subjects],
        "why": STOPPED[Stopped(found.stopped)] if found.stopped else "",
        "page": page,
        "trail": _trail(request),
    }
    return render(request, "steering/webhook.html", context)


@screen
def edit(request: OrganisationRequest, pk: int | None = None) -> Edit[WebhookForm, Webhook]:
    request.actor.require(Operation.MANAGE)
    found = get_webhook(actor=request.actor, pk=pk) if pk else None
    start = {name: getattr(found, name) for name in ("name", "url", "subjects")} if found else {}
    return Edit(
        title=_("Régler le webhook") if found else _("Faire un webhook"),
        submit=_("Enregistrer"),
        intro=_(
            "Un message signé part à cette adresse quand quelque chose change. Il dit quoi et où le"
            " lire par l’API, jamais ce qui est écrit, ni qui l’a fait."
        ),
        trail=_trail(request),
        back=_url(request, "webhook", pk) if pk else _url(request),
        form=partial(WebhookForm, initial=start),
        edits=found,
        write=lambda form: save_webhook(
            request.actor, webhook=found, now=timezone.now(), **form.cleaned_data
        ),
        done=_("Webhook enregistré.")
        if found
        else _("Webhook enregistré : faites son secret, pour le donner au destinataire."),
        then=lambda made: _url(request, "webhook", made.pk),
    )


@screen
def stop(request: OrganisationRequest, pk: int) -> Act[Webhook]:
    found = get_webhook(actor=request.actor, pk=pk)
    return Act(
        write=lambda: stop_webhook(request.actor, webhook=found),
        done=_("Webhook arrêté : plus rien ne part."),
        back=_url(request, "webhook", pk),
    )


@screen
def resume(request: OrganisationRequest, pk: int) -> Act[Webhook]:
    found = get_webhook(actor=request.actor, pk=pk)
    return Act(
        write=lambda: resume_webhook(request.actor, webhook=found),
        done=_("Webhook remis en service : ce qui a changé pendant l’arrêt n’est pas dit."),
        back=_url(request, "webhook", pk),
    )


@require_POST
@apart
def secret(request: OrganisationRequest, pk: int) -> HttpResponse:
    """Make another secret, and show it once."""
    found = get_webhook(actor=request.actor, pk=pk)
    context = {"webhook": found, "secret": renew_secret(request.actor, webhook=found)}
    return render(request, "steering/webhook_secret.html", context)


@screen
def remove(request: OrganisationRequest, pk: int) -> Confirm[None]:
    found = get_webhook(actor=request.actor, pk=pk)
    return Confirm(
        title=_("Retirer « %(name)s » ?") % {"name": found.name},
        submit=_("Retirer le webhook"),
        intro=_("Son secret et la liste de ses messages sont effacés. Rien ne partira plus."),
        trail=_trail(request),
        about=[found],
        write=lambda: remove_webhook(request.actor, webhook=found),
        done=_("Webhook retiré."),
    )


@screen
def test(request: OrganisationRequest, pk: int) -> Act[Delivery]:
    found = get_webhook(actor=request.actor, pk=pk)
    return Act(
        write=lambda: try_webhook(request.actor, webhook=found, now=timezone.now()),
        done=_("Essai mis : il part au prochain passage, dans deux minutes."),
        back=_url(request, "webhook", pk),
    )


@screen
def again(request: OrganisationRequest, pk: int, delivery: int) -> Act[Delivery]:
    found = get_delivery(actor=request.actor, webhook=pk, pk=delivery)
    return Act(
        write=lambda: send_again(request.actor, delivery=found, now=timezone.now()),
        done=_("Message remis à partir, sous le même identifiant."),
        back=_url(request, "webhook", pk),
    )


class WebhookForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=80)
    url = forms.CharField(
        label=gettext_lazy("Adresse"),
        max_length=500,
        help_text=gettext_lazy("En https://, vers un serveur public d’Internet."),
    )
    subjects = forms.TypedMultipleChoiceField(
        label=gettext_lazy("De quoi le prévenir"),
        choices=list(SUBJECTS.items()),
        coerce=Subject,
        widget=forms.CheckboxSelectMultiple,
    )
