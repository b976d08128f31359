"""Connecting a source: what it is, how it comes in, what opens it, which indicators it feeds."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portulan.accounts.access import Operation
from portulan.core.errors import NotFoundError
from portulan.core.storing import get_one
from portulan.indicators.models import Indicator
from portulan.indicators.words import Frequency
from portulan.plans.feeds import practices_of
from portulan.sources.addresses import give_secret, read_address
from portulan.sources.apis import Api
from portulan.sources.deposits import address_of, close_token, give_token
from portulan.sources.feeding import Entrance
from portulan.sources.models import ItemsSnapshot, Source, SourceFeed
from portulan.sources.reads import can_feed, feeds_of, get_source, snapshots_of
from portulan.sources.taking import Taken, propose_again
from portulan.sources.writes import (
    end_feed,
    feed,
    remove_source,
    resume_source,
    save_source,
    stop_source,
)
from portulan.web.form_tokens import apart
from portulan.web.inputs import identifiers
from portulan.web.pages import Act, Confirm, Edit, screen
from portulan.web.requests import OrganisationRequest
from portulan.web.sources.forms import LinkForm, SecretForm, SettingsForm, SourceForm
from portulan.web.sources.page import figures_of
from portulan.web.sources.views import asked_for, sources_url, told_of, under_sources

_FIELDS = ("name", "entrance", "api", "url", "kind", "every", "function", "person", "scope",
           "refused_under", "warned_under")  # fmt: skip


@screen
def make(request: OrganisationRequest) -> Edit[SourceForm, Source]:
    request.actor.require(Operation.SOURCE)
    start = {"name": request.GET.get("name", "")[:80], "every": Frequency.MONTH}
    return Edit(
        title=_("Brancher une source"),
        submit=_("Continuer"),
        trail=under_sources(request),
        back=sources_url(request),
        form=lambda data: SourceForm(data, request.organisation.pk, initial=start),
        write=lambda form: save_source(request.actor, now=timezone.now(), **form.cleaned_data),
        done=_("Source branchée : donnez-lui un premier fichier."),
        then=lambda made: _next(request, made),
        template="sources/new.html",
    )


def _next(request: OrganisationRequest, made: Source) -> str:
    if made.entrance == Entrance.ADDRESS and request.actor.grant(Operation.SOURCE_SECRET):
        return sources_url(request, "secret", made.pk) + asked_for(request)
    name = "give" if made.entrance == Entrance.FILE else "source"
    return sources_url(request, name, made.pk) + asked_for(request)


@apart
@screen
def secret(request: OrganisationRequest, pk: int) -> Edit[SecretForm, Source]:
    """Give what opens the address of a source; it is never shown again."""
    found = get_source(actor=request.actor, pk=pk, need=Operation.SOURCE_SECRET)
    if found.entrance != Entrance.ADDRESS:
        raise NotFoundError(pk)
    return Edit(
        title=_("Ouvrir l’adresse"),
        submit=_("Enregistrer le secret"),
        trail=under_sources(request, found),
        back=sources_url(request, "source", pk),
        form=lambda data: SecretForm(data, Api(found.api)),
        write=lambda form: give_secret(
            request.actor, source=found, secret=form.parts(), until=form.cleaned_data["until"]
        ),
        done=_("Secret enregistré : il ne sera plus montré. Lisez l’adresse pour l’essayer."),
        then=lambda _saved: sources_url(request, "source", pk) + asked_for(request),
        template="sources/secret.html",
        context={"source": found},
    )


@apart
@screen
def read(request: OrganisationRequest, pk: int) -> Act[Taken]:
    """Read the address of a source now: in full where asked, or where nothing proves it same."""
    found = get_source(actor=request.actor, pk=pk, need=Operation.SOURCE)
    return Act(
        write=lambda: read_address(
            request.actor, source=found, now=timezone.now(), whole="whole" in request.POST
        ),
        done=told_of,
        back=sources_url(request, "source", pk),
    )


@screen
def edit(request: OrganisationRequest, pk: int) -> Edit[SettingsForm, Source]:
    found = get_source(actor=request.actor, pk=pk, need=Operation.SOURCE)
    start = {name: getattr(found, name) for name in _FIELDS}
    return Edit(
        title=_("Régler la source"),
        submit=_("Enregistrer"),
        trail=under_sources(request, found),
        back=sources_url(request, "source", pk),
        form=lambda data: SettingsForm(data, request.organisation.pk, initial=start),
        edits=found,
        write=lambda form: save_source(
            request.actor, source=found, now=timezone.now(), **form.cleaned_data
        ),
        done=_("Source enregistrée."),
    )


@screen
def remove(request: OrganisationRequest, pk: int) -> Confirm[None]:
    found = get_source(actor=request.actor, pk=pk, need=Operation.SOURCE)
    return Confirm(
        title=_("Retirer « %(name)s » ?") % {"name": found.name},
        submit=_("Retirer la source"),
        intro=_(
            "Ses photographies et ce qui attend une réponse sont effacés. Les relevés acceptés"
            " restent."
        ),
        trail=under_sources(request, found),
        back=sources_url(request),
        about=[found],
        write=lambda: remove_source(request.actor, source=found),
        done=_("Source retirée."),
    )


@screen
def stop(request: OrganisationRequest, pk: int) -> Act[Source]:
    found = get_source(actor=request.actor, pk=pk, need=Operation.SOURCE)
    return Act(
        write=lambda: stop_source(request.actor, source=found),
        done=_("Source arrêtée : plus rien n’y entre."),
        back=sources_url(request, "source", pk),
    )


@screen
def resume(request: OrganisationRequest, pk: int) -> Act[Source]:
    found = get_source(actor=request.actor, pk=pk, need=Operation.SOURCE)
    return Act(
        write=lambda: resume_source(request.actor, source=found),
        done=_("Source remise en service."),
        back=sources_url(request, "source", pk),
    )


@require_POST
@apart
def token(request: OrganisationRequest, pk: int) -> HttpResponse:
    """Make another token for deposits, and show it once."""
    found = get_source(actor=request.actor, pk=pk, need=Operation.SOURCE_SECRET)
    shown = give_token(request.actor, source=found, now=timezone.now())
    context = {"source": found, "token": shown, "address": address_of(found)}
    return render(request, "sources/token.html", context)


@screen
def close(request: OrganisationRequest, pk: int) -> Act[Source]:
    found = get_source(actor=request.actor, pk=pk, need=Operation.SOURCE_SECRET)
    return Act(
        write=lambda: close_token(request.actor, source=found),
        done=_("Jeton fermé : plus rien ne peut être déposé."),
        back=sources_url(request, "source", pk),
    )


@screen
def link(request: OrganisationRequest, pk: int) -> Edit[LinkForm, SourceFeed]:
    """Say which indicator a source feeds; what it said last is proposed at once."""
    found = get_source(actor=request.actor, pk=pk, need=Operation.SOURCE)
    last = snapshots_of(found).first()

    def write(form: LinkForm) -> SourceFeed:
        made = feed(request.actor, source=found, **form.cleaned_data)
        propose_again(request.actor, source=found, now=timezone.now())
        return made

    return Edit(
        title=_("Relier au plan"),
        submit=_("Relier"),
        trail=under_sources(request, found),
        back=sources_url(request, "source", pk),
        form=partial(
            LinkForm, organisation_id=request.organisation.pk, initial=_start(request, last)
        ),
        write=write,
        done=_("Indicateur relié : ce que la source en dit attend votre réponse."),
        template="sources/link.html",
        context={
            "source": found,
            "figures": list(figures_of(last)),
            "feeds": list(feeds_of(found)),
        },
    )


def _start(request: OrganisationRequest, last: ItemsSnapshot | None) -> dict[str, object]:
    """Return what is chosen already, where one comes from the page of an indicator.

    Of the formulas that fit, one that answers its practices and that the source gave is first.
    """
    wanted = identifiers([request.GET.get("indicator", "")])
    own = Indicator.objects.filter(organisation=request.organisation.pk)
    found = own.filter(pk=wanted[0]).first() if wanted else None
    if found is None:
        return {}
    likely = can_feed(found, practices_of(found))
    figures = last.figures if last is not None else ()
    told = {one["id"] for one in figures if one["value"] is not None}
    chosen = next((key for key in likely if key in told), next(iter(likely), ""))
    return {"indicator": found.pk, "formula": chosen}


@screen
def unlink(request: OrganisationRequest, pk: int, feed: int) -> Confirm[None]:
    source = get_source(actor=request.actor, pk=pk, need=Operation.SOURCE)
    found = get_one(feeds_of(source), pk=feed)
    return Confirm(
        title=_("Ne plus nourrir « %(name)s » ?") % {"name": found.indicator.name},
        submit=_("Ne plus nourrir"),
        intro=_("Ses relevés restent."),
        trail=under_sources(request, source),
        back=sources_url(request, "source", pk),
        about=[found],
        write=lambda: end_feed(request.actor, feed=found),
        done=_("Cet indicateur n’est plus nourri par la source."),
    )
