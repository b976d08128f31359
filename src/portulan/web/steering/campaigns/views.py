"""Campaigns: prepared, opened, reviewed, closed; their links, and the sheets that come back."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.charts.replies import replies_by_day
from portulan.core import mail
from portulan.core.say import numbers
from portulan.core.workbooks import LOCKED
from portulan.plans.models import Action, Plan
from portulan.plans.plan import get_plan
from portulan.steering.campaigns.acceptance import acceptance_rate
from portulan.steering.campaigns.letters import (
    Leaving,
    body_of,
    calendar_of,
    next_letters,
    posted_of,
    subject_of,
)
from portulan.steering.campaigns.links import (
    Standing,
    address_of,
    give_anew,
    is_reachable,
    revoke,
    standing_of,
    token_of,
)
from portulan.steering.campaigns.preparing import (
    Asked,
    close_campaign,
    open_campaign,
    remove_campaign,
    save_campaign,
    send_now,
    whom,
)
from portulan.steering.campaigns.reads import (
    answers_by_day,
    campaigns_of,
    get_campaign,
    get_reply,
    median_seconds,
    rate_of,
    rates_by_unit,
    reminders_of,
    replies_of,
    tally_in,
    waiting_changes,
)
from portulan.steering.campaigns.reviewing import Choice, review
from portulan.steering.campaigns.sheets import Dropped, drop_sheet, rows_of_sheet
from portulan.steering.mail.writes import language_of
from portulan.steering.models import Campaign, Reply
from portulan.steering.words import CampaignState, ChangeStatus, Way
from portulan.web.crumbs import under_plan
from portulan.web.downloads import tell_export
from portulan.web.form_tokens import apart
from portulan.web.language import page_language
from portulan.web.pages import Act, Confirm, Edit, Trail, Typed, screen
from portulan.web.requests import OrganisationRequest
from portulan.web.steering.campaigns.forms import CampaignForm, ReviewForm
from portulan.web.steering.campaigns.page import answered_and_silent, rows_of, units_told

RUN = Operation.RUN_CAMPAIGN
PER_PAGE, ROWS, MOST, DONE = 12, 5, 6, 10
MOST_SHOWN = 20  # messages named before they leave


def _url(request: OrganisationRequest, name: str, *place: object) -> str:
    return reverse(f"steering:{name}", args=[request.organisation.slug, *place])


def _trail(request: OrganisationRequest, plan: Plan) -> Trail:
    return [*under_plan(request, plan), (_url(request, "campaigns", plan.slug), _("Campagnes"))]


def _under(request: OrganisationRequest, campaign: Campaign) -> Trail:
    place = _url(request, "campaign", campaign.plan.slug, campaign.pk)
    return [*_trail(request, campaign.plan), (place, Typed(campaign.title))]


def _door(request: OrganisationRequest, plan: str, pk: int) -> Campaign:
    return get_campaign(actor=request.actor, plan_slug=plan, pk=pk)


@require_GET
def browse(request: OrganisationRequest, plan: str) -> HttpResponse:
    """The campaigns of a plan: the rate of acceptance first, then the rates of response."""
    found = get_plan(actor=request.actor, slug=plan, need=Operation.READ_PLAN)
    page = Paginator(campaigns_of(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "plan": found,
        "page": page,
        "acceptance": acceptance_rate(found),
        "campaigns": [(one, rate_of(one)) for one in page.object_list],
        "trail": under_plan(request, found),
    }
    return render(request, "steering/campaigns.html", context)


@screen
def edit(
    request: OrganisationRequest, plan: str, pk: int | None = None
) -> Edit[CampaignForm, Campaign]:
    """Prepare a campaign, or change it before it is opened: nothing leaves."""
    found = get_plan(actor=request.actor, slug=plan, need=RUN)
    campaign = _door(request, plan, pk) if pk else None
    back = _url(request, "campaign", plan, pk) if pk else _url(request, "campaigns", plan)
    return Edit(
        title=_("Préparer une campagne"),
        submit=_("Voir ce qui partira"),
        intro=_("Rien ne part encore : vous verrez qui est sollicité, quand, et avec quel texte."),
        trail=_under(request, campaign) if campaign else _trail(request, found),
        back=back,
        form=partial(CampaignForm, found, campaign, request.today),
        edits=campaign,
        write=lambda form: save_campaign(
            request.actor, plan=found, campaign=campaign, today=request.today, **form.said()
        ),
        done=_("Campagne préparée : rien n’est parti."),
        then=lambda made: _url(request, "campaign", plan, made.pk),
    )


@screen
def campaign(
    request: OrganisationRequest, plan: str, pk: int
) -> Edit[ReviewForm, int] | HttpResponse:
    """A campaign before it is opened, then its review: who answered, what is proposed."""
    found = _door(request, plan, pk)
    if found.state == CampaignState.DRAFT:
        return _draft(request, found)
    waiting = Paginator(waiting_changes(found), ROWS).get_page(request.GET.get("page"))
    rows = rows_of(waiting.object_list, request.today)
    here = _url(request, "campaign", plan, pk)
    return Edit(
        title=found.title,
        back=here,
        form=partial(ReviewForm, rows),
        write=lambda form: review(
            request.actor, campaign=found, choices=form.choices(), today=request.today
        ),
        done=lambda count: (
            ngettext("Un changement écrit.", "%(count)s changements écrits.", count)
            % {"count": count}
            if count
            else _("Choix enregistrés : rien n’est écrit.")
        ),
        trail=_trail(request, found.plan),
        template="steering/campaign.html",
        context=lambda: _review(request, found) | {"page": waiting},
    )


def _review(request: OrganisationRequest, campaign: Campaign) -> dict[str, Any]:
    replies = replies_of(campaign)
    reminded, days = reminders_of(campaign)
    posted = posted_of(campaign)
    done, silent = answered_and_silent(replies, reminded, posted.failed)
    tally = tally_in(campaign)
    rate = rate_of(campaign, tally)
    chart = None
    if by_day := answers_by_day(campaign):
        last = min(campaign.closes_on, max(request.today, campaign.opens_on))
        chart = replies_by_day(
            by_day,
            asked=rate.asked,
            first=min(campaign.opens_on, by_day[0][0]),
            last=max(last, by_day[-1][0]),
            reminders=days,
            language=page_language(),
            prefix="rp",
        )
    seconds = median_seconds(campaign)
    return {
        "campaign": campaign,
        "plan": campaign.plan,
        "rate": rate,
        "units": units_told(rates_by_unit(campaign, tally), MOST),
        "done": done,
        "shown": done[:DONE],
        "more_done": max(0, len(done) - DONE),
        "silent": silent[:MOST],
        "more_silent": max(0, len(silent) - MOST),
        "silent_count": len(silent),
        "is_open": campaign.state == CampaignState.OPEN,
        "waiting_letters": bool(next_letters(campaign, now=timezone.now())[0]),
        "posted": posted,
        "median": divmod(seconds, 60) if seconds is not None else None,
        "chart": chart,
        "actions": campaign.actions.count(),
    }


def _draft(request: OrganisationRequest, campaign: Campaign) -> HttpResponse:
    """What would leave, to whom, with what text: before anything does."""
    asked, vacant, replies, leaving = _leaving(request, campaign)
    dead = mail.dead_addresses(request.actor.organisation_id)
    first = leaving[0] if leaving else None
    lang = language_of(first.person) if first else page_language()
    sample = list(first.replies) if first else replies[:1]
    page = Paginator(asked, 10).get_page(request.GET.get("page"))
    context = {
        "campaign": campaign,
        "plan": campaign.plan,
        "about": {"title": campaign.title, "trail": _trail(request, campaign.plan)},
        "page": page,
        "asked": len(asked),
        "vacant": vacant,
        "days": sorted({timezone.localdate(one.due_at) for one in leaving}),
        "letters": len(leaving),
        "dead": {
            one.person.pk
            for one in asked
            if one.person and dead.get(one.person.pk) == one.person.email.lower()
        },
        "subject": subject_of(campaign, 0, lang),
        "body": body_of(campaign, sample, lang) if sample else "",
        "lang": lang,
        "reachable": is_reachable(),
        "can_send": mail.can_send(),
        "by_sheet": campaign.way == Way.SHEET,
    }
    return render(request, "steering/campaign_draft.html", context)


def _leaving(
    request: OrganisationRequest, campaign: Campaign
) -> tuple[list[Asked], list[Action], list[Reply], list[Leaving]]:
    """Return who would be asked, of which actions nobody is, and what would leave to them."""
    asked, vacant = whom(campaign)
    replies = []
    for one in asked:
        reply = Reply(campaign=campaign, function=one.function, person=one.person)
        reply.asked_actions = one.actions  # type: ignore[attr-defined]
        replies.append(reply)
    leaving, _apart = calendar_of(campaign, replies, today=request.today)
    return asked, vacant, replies, leaving


@screen
def start(request: OrganisationRequest, plan: str, pk: int) -> Confirm[int]:
    """Open a campaign: its first messages leave the next day, or at once."""
    found = _door(request, plan, pk)
    asked, _vacant, _replies, leaving = _leaving(request, found)
    firsts = [one for one in leaving if not one.rank]
    intro = ngettext(
        "Une fonction est sollicitée ; les messages attendent dans le courrier, où chacun se lit,"
        " se change et s’arrête.",
        "%(count)s fonctions sont sollicitées ; les messages attendent dans le courrier, où chacun"
        " se lit, se change et s’arrête.",
        len(asked),
    ) % {"count": len(asked)}
    return Confirm(
        title=_("Ouvrir la campagne ?"),
        submit=_("Ouvrir la campagne"),
        intro=intro,
        trail=_under(request, found),
        back=_url(request, "campaign", plan, pk),
        about=[found],
        template="steering/open_campaign.html",
        context=lambda: _shown(
            [
                (
                    one.person.function or one.person.name,
                    subject_of(found, 0, language_of(one.person)),
                )
                for one in firsts
            ],
            body_of(found, firsts[0].replies, language_of(firsts[0].person)) if firsts else "",
            firsts[0].due_at if firsts else None,
        ),
        write=lambda: open_campaign(
            request.actor,
            campaign=found,
            today=request.today,
            at_once="now" in request.POST,
        ),
        done=lambda put: (
            ngettext(
                "Campagne ouverte : un message attend de partir.",
                "Campagne ouverte : %(count)s messages attendent de partir.",
                put,
            )
            % {"count": put}
            if put
            else _("Campagne ouverte : donnez les liens ou les feuilles vous-même.")
        ),
    )


def _shown(letters: Sequence[tuple[object, str]], body: str, due: object) -> dict[str, Any]:
    """Return what is about to leave, as it is told before: to whom, with what text, and when."""
    return {
        "leaving": letters[:MOST_SHOWN],
        "more": max(0, len(letters) - MOST_SHOWN),
        "count": len(letters),
        "body": body,
        "due": due,
        "by_hours": not mail.is_open(timezone.now()),
        "hours": settings.MAIL_HOURS,
        "can_send": mail.can_send(),
    }


@screen
def hasten(request: OrganisationRequest, plan: str, pk: int) -> Confirm[int]:
    """Have the next message of each who has not answered leave now: shown first."""
    found = _door(request, plan, pk)
    letters, left = next_letters(found, now=timezone.now())
    labels = labels_of([one.person_id for one in letters])
    told = [(labels.get(one.person_id or 0, ""), one.subject) for one in letters]
    return Confirm(
        title=_("Envoyer maintenant ?"),
        submit=_("Envoyer maintenant"),
        trail=_under(request, found),
        back=_url(request, "campaign", plan, pk),
        about=letters,
        template="steering/send_now.html",
        context=lambda: (
            _shown(told, letters[0].body if letters else "", None)
            | {"left": left, "campaign": found}
        ),
        write=lambda: send_now(request.actor, campaign=found, now=timezone.now()),
        done=lambda count: (
            ngettext("Un message part.", "%(count)s messages partent.", count) % {"count": count}
            if count
            else _("Aucun message n’attend : rien ne part.")
        ),
    )


@screen
def close(request: OrganisationRequest, plan: str, pk: int) -> Confirm[Campaign]:
    found = _door(request, plan, pk)
    return Confirm(
        title=_("Fermer la campagne ?"),
        submit=_("Fermer la campagne"),
        intro=_(
            "Les liens n’ouvrent plus rien et les relances s’arrêtent. La liste des "
            "silences est effacée : il n’en reste que des nombres. Les réponses "
            "reçues restent à relire."
        ),
        trail=_under(request, found),
        back=_url(request, "campaign", plan, pk),
        about=[found],
        write=lambda: close_campaign(request.actor, campaign=found, today=request.today),
        done=_("Campagne fermée."),
    )


@screen
def take_away(request: OrganisationRequest, plan: str, pk: int) -> Confirm[None]:
    found = _door(request, plan, pk)
    return Confirm(
        title=_("Retirer cette campagne ?"),
        submit=_("Retirer"),
        intro=_("Elle n’a pas été ouverte : personne n’a rien reçu."),
        trail=_under(request, found),
        back=_url(request, "campaign", plan, pk),
        about=[found],
        write=lambda: remove_campaign(request.actor, campaign=found),
        done=_("Campagne retirée."),
        then=lambda _none: _url(request, "campaigns", plan),
    )


@screen
def accept_all(request: OrganisationRequest, plan: str, pk: int) -> Act[int]:
    """Accept all that calls for no question; the rest waits."""
    found = _door(request, plan, pk)

    def write() -> int:
        rows = rows_of(waiting_changes(found), request.today)
        choices = {row.change.pk: Choice(ChangeStatus.ACCEPTED) for row in rows if not row.asks}
        return review(request.actor, campaign=found, choices=choices, today=request.today)

    return Act(
        write=write,
        done=lambda count: (
            ngettext("Un changement écrit.", "%(count)s changements écrits.", count)
            % {"count": count}
            if count
            else _("Rien n’est accepté sans être regardé : répondez à chaque point.")
        ),
        back=_url(request, "campaign", plan, pk),
    )


@require_GET
def links(request: OrganisationRequest, plan: str, pk: int) -> HttpResponse:
    """The link and the sheet of each function, to be given by hand."""
    found = _door(request, plan, pk)
    page = Paginator(
        found.replies.select_related("person").order_by("function", "pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    rows = []
    for reply in page.object_list:
        reply.campaign = found
        opens = standing_of(reply, request.today) is Standing.OPEN
        path = reverse("reply", args=[token_of(reply)])
        rows.append((reply, address_of(reply) if opens else "", path))
    context = {
        "campaign": found,
        "plan": found.plan,
        "about": {"title": _("Liens et feuilles"), "trail": _under(request, found)},
        "page": page,
        "rows": rows,
        "reachable": is_reachable(),
        "by_link": found.way != Way.SIGN_IN,
        "is_open": found.state == CampaignState.OPEN,
        "kinds": list(LOCKED),
    }
    return render(request, "steering/reply_links.html", context)


@screen
def revoke_link(request: OrganisationRequest, plan: str, pk: int, reply: int) -> Act[Reply]:
    found = get_reply(actor=request.actor, plan_slug=plan, campaign=pk, pk=reply, need=RUN)
    return Act(
        write=lambda: revoke(request.actor, reply=found),
        done=_("Lien fermé : il n’ouvre plus rien."),
        back=_url(request, "reply-links", plan, pk),
    )


@screen
def renew_link(request: OrganisationRequest, plan: str, pk: int, reply: int) -> Act[Reply]:
    found = get_reply(actor=request.actor, plan_slug=plan, campaign=pk, pk=reply, need=RUN)
    return Act(
        write=lambda: give_anew(request.actor, reply=found),
        done=_("Nouveau lien : celui d’avant n’ouvre plus rien."),
        back=_url(request, "reply-links", plan, pk),
    )


@require_GET
def sheet(request: OrganisationRequest, plan: str, pk: int, reply: int, kind: str) -> FileResponse:
    """The sheet of a function: cells to fill, the others locked."""
    found = get_reply(actor=request.actor, plan_slug=plan, campaign=pk, pk=reply, need=RUN)
    if kind not in LOCKED:
        raise Http404(kind)
    tell_export(request, "reply-sheet")
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    LOCKED[kind](stream, _("À remplir"), rows_of_sheet(found))
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=f"campagne-{pk}-{reply}.{kind}")


class SheetForm(forms.Form):
    """A sheet that came back, filled."""

    file = forms.FileField(
        label=gettext_lazy("Feuille remplie"),
        help_text=gettext_lazy("XLSX ou ODS, telle que vous l’avez envoyée."),
    )


@apart
@screen
def drop(request: OrganisationRequest, plan: str, pk: int) -> Edit[SheetForm, Dropped]:
    """Drop back a sheet: its answers join the others, and are read again as they are."""
    found = _door(request, plan, pk)
    return Edit(
        title=_("Déposer une feuille remplie"),
        submit=_("Déposer"),
        intro=_(
            "Les réponses rejoignent les autres : elles sont proposées, rien n’est écrit. Tout est"
            " repris, ou rien si une ligne est douteuse."
        ),
        trail=_under(request, found),
        back=_url(request, "campaign", plan, pk),
        form=lambda data: SheetForm(data, request.FILES if data is not None else None),
        write=lambda form: drop_sheet(
            request.actor,
            campaign=found,
            stream=form.cleaned_data["file"],
            today=request.today,
            now=timezone.now(),
        ),
        done=lambda told: (
            ngettext(
                "Réponses d’une action reprises.",
                "Réponses de %(count)s actions reprises.",
                told.actions,
            )
            % {"count": told.actions}
        ),
        warn=_left,
        template="steering/drop_sheet.html",
    )


def _left(told: Dropped) -> str:
    if not told.left:
        return ""
    rows = ", ".join(numbers.number(row, page_language()) for row in told.left[:10])
    return _("Lignes sans clé, laissées de côté : %(rows)s.") % {"rows": rows}
