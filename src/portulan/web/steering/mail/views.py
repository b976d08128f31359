"""What will leave, to whom, with what text: shown before, edited, stopped, or copied."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.core import mail
from portulan.core.models import Letter
from portulan.core.words import LetterStatus
from portulan.steering.labels import LETTER_STATUSES
from portulan.steering.mail.digest import set_digest
from portulan.steering.mail.writes import (
    confirm_address,
    edit,
    get_bounce,
    get_letter,
    resume,
    resume_all,
    stop,
    try_mail,
)
from portulan.steering.models import Campaign, Digest
from portulan.web.fields import WholeField, text_area
from portulan.web.pages import Act, Confirm, Edit, Trail, screen
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in

PER_PAGE = 20
DAYS = (
    ("", gettext_lazy("Jamais")),
    (1, gettext_lazy("Lundi")),
    (2, gettext_lazy("Mardi")),
    (3, gettext_lazy("Mercredi")),
    (4, gettext_lazy("Jeudi")),
    (5, gettext_lazy("Vendredi")),
    (6, gettext_lazy("Samedi")),
    (7, gettext_lazy("Dimanche")),
)


def _place(request: OrganisationRequest, name: str = "mail", *more: object) -> str:
    return url_in(request, f"steering:{name}", *more)


def _trail(request: OrganisationRequest) -> Trail:
    return [(_place(request), _("Messages envoyés"))]


@require_GET
def browse(request: OrganisationRequest) -> HttpResponse:
    """The calendar of what will leave, then what left."""
    request.actor.require(Operation.RUN_CAMPAIGN)
    campaign = _campaign(request)
    about = f"campaign:{campaign.pk}:" if campaign else ""
    letters = mail.letters_of(request.actor.organisation_id, about)
    page = page_of(request, letters, PER_PAGE)
    found = list(page.object_list)
    bounces = list(mail.bounces_of(request.actor.organisation_id)[:PER_PAGE])
    context = {
        "page": page,
        "campaign": campaign,
        "bounces": bounces,
        "letters": [(one, LETTER_STATUSES[LetterStatus(one.status)]) for one in found],
        "labels": labels_of([one.person_id for one in found] + [one.person_id for one in bounces]),
        "digest": Digest.objects.filter(organisation=request.actor.organisation_id).first(),
        "can_send": mail.can_send(),
        "standing": mail.standing(request.actor.organisation_id),
    }
    return render(request, "steering/mail.html", context)


def _campaign(request: OrganisationRequest) -> Campaign | None:
    """Return the campaign whose messages alone are asked for, if it is one of this place."""
    asked = request.GET.get("campaign", "")
    ours = Campaign.objects.filter(plan__organisation=request.actor.organisation_id)
    found = ours.filter(pk=asked[:18]) if asked.isascii() and asked.isdigit() else ours.none()
    return found.select_related("plan").first()


@screen
def when(request: OrganisationRequest) -> Edit[DigestForm, Digest]:
    """Say when pilots are written to."""
    request.actor.require(Operation.RUN_CAMPAIGN)
    kept = Digest.objects.filter(organisation=request.actor.organisation_id).first()
    start = {"weekday": kept.weekday, "hour": kept.hour} if kept else {"hour": 9}
    return Edit(
        title=_("Écrire aux pilotes chaque semaine"),
        submit=_("Enregistrer"),
        intro=_(
            "Un message par personne et par semaine au plus, à qui pilote une action qui attend une"
            " nouvelle. Il est montré ici deux jours avant de partir."
        ),
        trail=_trail(request),
        form=lambda data: DigestForm(data, initial=start),
        edits=kept,
        write=lambda form: set_digest(
            request.actor,
            weekday=int(form.cleaned_data["weekday"]) if form.cleaned_data["weekday"] else None,
            hour=form.cleaned_data["hour"],
        ),
        done=_("Réglage enregistré."),
    )


@screen
def letter(request: OrganisationRequest, pk: int) -> Edit[LetterForm, Letter]:
    """A message: read, copied, and changed while it waits."""
    found = get_letter(actor=request.actor, pk=pk)
    start = {"subject": found.subject, "body": found.body}
    return Edit(
        title=found.subject,
        submit=_("Enregistrer ce texte"),
        trail=_trail(request),
        form=partial(LetterForm, initial=start),
        edits=found,
        write=lambda form: edit(request.actor, letter=found, **form.cleaned_data),
        done=_("Message modifié."),
        template="steering/letter.html",
        context=lambda: _about(found),
    )


def _about(found: Letter) -> dict[str, Any]:
    status = LetterStatus(found.status)
    return {
        "letter": found,
        "status": LETTER_STATUSES[status],
        "label": labels_of([found.person_id]).get(found.person_id or 0, ""),
        "edits": status in (LetterStatus.WAITING, LetterStatus.STOPPED),
        "stops": status in (LetterStatus.WAITING, LetterStatus.DOUBTFUL),
        "resumes": status in (LetterStatus.STOPPED, LetterStatus.DOUBTFUL, LetterStatus.REFUSED),
        "can_send": mail.can_send(),
    }


@screen
def stop_it(request: OrganisationRequest, pk: int) -> Act[Letter]:
    found = get_letter(actor=request.actor, pk=pk)
    return Act(
        write=lambda: stop(request.actor, letter=found),
        done=_("Message arrêté : il ne partira pas."),
        back=_place(request, "letter", pk),
    )


@screen
def resume_it(request: OrganisationRequest, pk: int) -> Confirm[Letter]:
    found = get_letter(actor=request.actor, pk=pk)
    return Confirm(
        title=_("Envoyer ce message ?"),
        submit=_("Envoyer"),
        intro=_("S’il était déjà parti, la personne pourrait le recevoir deux fois.")
        if found.status == LetterStatus.DOUBTFUL
        else _("Il partira au prochain passage, dans les jours et les heures d’envoi."),
        trail=[*_trail(request), (_place(request, "letter", pk), found.subject)],
        about=[found],
        write=lambda: resume(request.actor, letter=found, now=timezone.now()),
        done=_("Message remis à partir."),
    )


@screen
def resume_all_of_them(request: OrganisationRequest) -> Confirm[int]:
    """Send again, together, what was refused and what may not have left."""
    request.actor.require(Operation.RUN_CAMPAIGN)
    found = mail.to_resume(request.actor.organisation_id)
    doubtful = found.filter(status=LetterStatus.DOUBTFUL).count()
    refused = found.count() - doubtful
    return Confirm(
        title=_("Tout renvoyer ?"),
        submit=_("Renvoyer"),
        intro=_(
            "Messages refusés : %(refused)s. Messages peut-être déjà partis : %(doubtful)s."
            " Ces derniers pourraient être reçus deux fois."
        )
        % {"refused": refused, "doubtful": doubtful},
        trail=_trail(request),
        write=lambda: resume_all(request.actor, now=timezone.now()),
        done=lambda count: _("Messages remis à partir : %(count)s.") % {"count": count},
    )


@screen
def confirm(request: OrganisationRequest, pk: int) -> Confirm[None]:
    found = get_bounce(actor=request.actor, pk=pk)
    return Confirm(
        title=_("Cette adresse est-elle bonne ?"),
        submit=_("Elle est bonne : y écrire à nouveau"),
        intro=_(
            "Un message est revenu de %(address)s (%(status)s). Demandez à la personne avant de"
            " répondre ; si l’adresse a changé, changez-la plutôt dans sa fiche. Les messages"
            " arrêtés le restent : renvoyez ceux qu’il faut."
        )
        % {"address": found.address, "status": found.status},
        trail=_trail(request),
        write=lambda: confirm_address(request.actor, bounce=found),
        done=_("Adresse dite bonne : elle recevra les prochains messages."),
    )


@screen
def test(request: OrganisationRequest) -> Act[Letter]:
    return Act(
        write=lambda: try_mail(request.actor, now=timezone.now()),
        done=_("Essai mis : il part à votre adresse dans la minute."),
        back=_place(request),
        then=lambda made: _place(request, "letter", made.pk),
    )


class DigestForm(forms.Form):
    """The day and the hour of the weekly message."""

    weekday = forms.ChoiceField(label=gettext_lazy("Jour"), choices=DAYS, required=False)
    hour = WholeField(label=gettext_lazy("Heure"), most=23)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        first, last = settings.MAIL_HOURS
        self.fields["hour"].help_text = _(
            "Rien ne part avant %(first)s h ni après %(last)s h sur cette machine."
        ) % {"first": first, "last": last}


class LetterForm(forms.Form):
    """What a message says."""

    subject = forms.CharField(label=gettext_lazy("Objet"), max_length=200)
    body = forms.CharField(
        label=gettext_lazy("Texte"), widget=text_area(18), max_length=20_000, strip=False
    )
