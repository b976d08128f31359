"""The pages of who steers: thresholds, calendars, webhooks, what changed; who sees and who sets."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.steering.models import (
    AlertThresholds,
    CalendarAddress,
    Delivery,
    Look,
    Webhook,
)
from portulan.steering.webhooks.signing import opened
from portulan.steering.webhooks.writes import save_webhook
from portulan.steering.words import Subject
from tests.browser import Browser
from tests.people import Town
from tests.plans.plan_of_town import followed_action, make_plan

type SignIn = Callable[..., Browser]


def url(town: Town, name: str, *more: object) -> str:
    return reverse(f"steering:{name}", args=[town.slug, *more])


def test_thresholds_are_chosen_on_one_page(town: Town, signed_in: SignIn) -> None:
    client = signed_in(Role.EDITOR)
    page = client.get(url(town, "alert-thresholds"))
    assert "Un champ vide n’alerte jamais" in page.text
    client.fill(
        url(town, "alert-thresholds"),
        {"share": "1,5", "coverage": "", "due_days": "15", "roles": ["finance"]},
    )
    kept = AlertThresholds.objects.get()
    assert (kept.share, kept.coverage, kept.due_days) == (Decimal("1.5"), None, 15)
    assert (kept.law_days, kept.roles) == (180, ["finance"])
    refused = client.fill(url(town, "alert-thresholds"), {"due_days": "5000"})
    assert refused.status_code == 422
    for role in Role:
        expected = 200 if role in {Role.EDITOR, Role.ADMIN} else 403
        assert signed_in(role).get(url(town, "alert-thresholds")).status_code == expected


def test_an_address_is_shown_once_and_read_without_an_account(
    town: Town, signed_in: SignIn, client: Browser
) -> None:
    plan = make_plan(town)
    followed_action(town, plan)
    reader = signed_in(Role.READER)
    made = reader.post(
        url(town, "make-calendar"), reader.fields(url(town, "calendars")) | {"plan": plan.slug}
    )
    (address,) = set(re.findall(r"/account/calendar/[\w-]+\.ics", made.text))
    assert address not in reader.get(url(town, "calendars")).text
    found = client.get(address)
    assert found["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"BEGIN:VEVENT" in found.content
    assert "private" in found["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": found["ETag"]}).status_code == 304
    kept = CalendarAddress.objects.get()
    reader.post(url(town, "revoke-calendar", kept.pk))
    assert client.get(address).status_code == 404
    assert not CalendarAddress.objects.exists()


def test_a_webhook_is_made_tried_stopped_and_removed(town: Town, signed_in: SignIn) -> None:
    client = signed_in(Role.ADMIN)
    assert "Aucun webhook" in client.get(url(town, "webhooks")).text
    said = {"name": "Ailleurs", "url": "http://example.org/", "subjects": ["plan.sealed"]}
    refused = client.fill(url(town, "new-webhook"), said)
    assert refused.status_code == 422
    assert "Il faut une adresse en https://" in refused.text
    client.fill(url(town, "new-webhook"), said | {"url": "https://example.org/x"})
    webhook = Webhook.objects.get()
    page = client.get(url(town, "webhook", webhook.pk))
    assert opened(webhook.secret) not in page.text  # nobody was given it yet
    given = client.post(url(town, "renew-webhook", webhook.pk))
    before, webhook = webhook, Webhook.objects.get()
    secret = opened(webhook.secret)
    assert secret != opened(before.secret)
    assert secret in given.text
    page = client.get(url(town, "webhook", webhook.pk))
    assert secret not in page.text
    assert f"finit par {secret[-5:]}" in page.text
    assert "Le plan est scellé" in page.text
    client.post(url(town, "test-webhook", webhook.pk))
    delivery = Delivery.objects.get()
    assert delivery.message_id in client.get(url(town, "webhook", webhook.pk)).text
    client.post(url(town, "send-again", webhook.pk, delivery.pk))
    client.post(url(town, "stop-webhook", webhook.pk))
    assert "Arrêté par quelqu’un" in client.get(url(town, "webhook", webhook.pk)).text
    assert "https://example.org/x <strong>Arrêté" in client.get(url(town, "webhooks")).text
    client.post(url(town, "resume-webhook", webhook.pk))
    client.fill(url(town, "edit-webhook", webhook.pk), {"name": "Là-bas"})
    webhook.refresh_from_db()
    assert (webhook.name, webhook.stopped) == ("Là-bas", "")
    client.fill(url(town, "remove-webhook", webhook.pk), {})
    assert not Webhook.objects.exists()


def test_only_who_administers_sees_webhooks(town: Town, elsewhere: Town, signed_in: SignIn) -> None:
    made = save_webhook(
        town.admin, name="x", url="https://example.org/", subjects=[Subject.SEAL],
        now=timezone.now(),
    )  # fmt: skip
    for role in Role:
        expected = 200 if role is Role.ADMIN else 403
        client = signed_in(role)
        for place in (url(town, "webhooks"), url(town, "webhook", made.pk)):
            assert client.get(place).status_code == expected
    assert signed_in(Role.ADMIN).get(url(town, "webhook", 999)).status_code == 404


def test_looking_writes_nothing_until_one_says_so(town: Town, signed_in: SignIn) -> None:
    plan = make_plan(town)
    followed_action(town, plan)
    client = signed_in(Role.READER)
    place = url(town, "overview", plan.slug)
    page = client.get(place)
    assert "Une seule salle serveur" in page.text
    assert "PUE moyen annuel" in page.text
    assert not Look.objects.exists()
    client.post(url(town, "looked", plan.slug), client.fields(place))
    assert Look.objects.get().person == town.people[Role.READER]
    assert "Personne d’autre n’a rien changé" in client.get(place).text
    client.post(url(town, "looked", plan.slug), {"entry": "²"})
    assert Look.objects.get().entry == 0


def test_alerts_are_on_the_dashboard_once(town: Town, signed_in: SignIn) -> None:
    plan: Any = make_plan(town)
    followed_action(town, plan, due_on=timezone.localdate())
    page = signed_in(Role.READER).get(f"/{town.slug}/")
    assert page.text.count("Fin prévue le") == 1


def test_what_changed_leads_to_the_whole_log_for_who_may_read_it(
    town: Town, signed_in: SignIn
) -> None:
    plan = make_plan(town)
    log = reverse("people:journal", args=[town.slug])
    for role, leads in ((Role.ADMIN, True), (Role.AUDITOR, True), (Role.READER, False)):
        client = signed_in(role)
        page = client.tree(client.get(url(town, "overview", plan.slug)))
        assert (log in page.xpath("//main//a/@href")) is leads
