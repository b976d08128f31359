"""Where the things of two recipes appear, in a process of its own, on a copy of the product.

tests/house/test_recipes.py follows the recipes there, then runs this.
"""

from __future__ import annotations

import json
from datetime import timedelta

from django.db import connection
from django.test.utils import setup_test_environment
from django.urls import reverse
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.evidence.writes import give
from portulan.plans.models import Action
from portulan.publication.documents.asking import FORMATS
from portulan.publication.models import KeptDocument
from portulan.steering.models import Delivery, Webhook
from portulan.steering.webhooks.collecting import collect_for
from tests.browser import Browser
from tests.people import Town, make_town
from tests.plans.plan_of_town import TODAY, make_action, make_plan


def signed_in(town: Town) -> Browser:
    desk, user = Browser(), town.people[Role.ADMIN].user
    assert user is not None
    desk.force_login(user, backend="portulan.accounts.backends.EmailBackend")
    return desk


def document(town: Town) -> None:
    """It is on the page of documents, previewed, handed over in each format, and kept."""
    make_action(town, make_plan(town), "Trier les écrans")
    Action.objects.update(pilot=None)
    desk, at = signed_in(town), [town.slug, "vacant", TODAY.year]
    name = "Les actions que personne ne pilote"
    assert name in desk.get(reverse("documents:browse", args=[town.slug])).content.decode()
    preview = reverse("documents:preview", args=at)
    assert "Trier les écrans" in desk.get(preview).content.decode()
    for suffix in FORMATS:
        assert len(desk.get(reverse("documents:file", args=[*at, suffix])).content) > 500, suffix
    made = desk.post(reverse("documents:produce", args=at), desk.fields(preview), follow=True)
    assert name in made.content.decode()
    assert KeptDocument.objects.get().kind == "vacant"


def webhook_subject(town: Town) -> None:
    """The form offers it, and a message of that type is put when it happens."""
    desk, place = signed_in(town), reverse("steering:new-webhook", args=[town.slug])
    assert "Une preuve arrive" in desk.get(place).content.decode()
    said = {"name": "Ailleurs", "url": "https://example.org/", "subjects": ["evidence.given"]}
    desk.fill(place, said)
    assert Webhook.objects.get().subjects == ["evidence.given"]
    give(town.editor, title="Procès-verbal", reference="GED 12")
    assert collect_for(Webhook.objects.get(), timezone.now() + timedelta(minutes=1)) == 1
    told = Delivery.objects.get()
    assert (told.subject, json.loads(told.body)["data"]["deed"]) == (
        "evidence.given",
        "evidence given",
    )


def main() -> None:
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, serialize=False)
    document(make_town("bourg-les-flots"))
    webhook_subject(make_town("val-dailleurs"))
