"""What will leave is shown, edited, stopped; a refusal acts on a confirmed POST alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone

from portulan.accounts.access import Role
from portulan.core import mail
from portulan.core.errors import NotFoundError
from portulan.core.models import AuditEntry, Letter
from portulan.core.words import LetterStatus
from portulan.steering.mail.writes import get_bounce, refusal_address, try_mail
from portulan.steering.models import Digest, MailRefusal
from tests.browser import Browser
from tests.people import Town

type SignIn = Callable[..., Browser]


def url(town: Town, name: str, *more: object) -> str:
    return reverse(f"steering:{name}", args=[town.slug, *more])


def test_the_calendar_of_what_will_leave(town: Town, signed_in: SignIn, settings: Any) -> None:
    client = signed_in(Role.EDITOR)
    page = client.get(url(town, "mail"))
    assert "Aucun serveur de courrier n’est réglé" in page.text
    assert "Le message de la semaine est éteint" in page.text
    client.fill(url(town, "mail-settings"), {"weekday": "2", "hour": "10"})
    digest = Digest.objects.get()
    assert (digest.weekday, digest.hour) == (2, 10)
    client.fill(url(town, "mail-settings"), {"weekday": ""})
    assert Digest.objects.get().weekday is None
    client.post(url(town, "mail-test"))
    letter = Letter.objects.get()
    assert "Essai de Portulan" in client.get(url(town, "mail")).text
    address = url(town, "letter", letter.pk)
    assert "les messages partent" in client.get(address).text
    client.fill(address, {"subject": "Autre", "body": "Autre texte"})
    letter.refresh_from_db()
    assert (letter.subject, letter.body) == ("Autre", "Autre texte\n")
    client.post(url(town, "stop-letter", letter.pk))
    letter.refresh_from_db()
    assert letter.status == LetterStatus.STOPPED
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    client.fill(url(town, "resume-letter", letter.pk), {})
    letter.refresh_from_db()
    assert letter.status == LetterStatus.WAITING


def test_what_may_have_left_waits_for_a_person(
    town: Town, signed_in: SignIn, settings: Any
) -> None:
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    letter = try_mail(town.editor, now=timezone.now())
    Letter.objects.update(status=LetterStatus.DOUBTFUL)
    client = signed_in(Role.EDITOR)
    assert "Un message est peut-être parti" in client.get(url(town, "mail")).text
    page = client.get(url(town, "letter", letter.pk))
    assert "nul ne sait si ce message est arrivé" in page.text
    again = client.get(url(town, "resume-letter", letter.pk))
    assert "pourrait le recevoir deux fois" in again.text


def test_an_address_that_receives_nothing_is_shown_until_somebody_says_it_is_right(
    town: Town, elsewhere: Town, signed_in: SignIn
) -> None:
    now = timezone.now()
    letter = try_mail(town.editor, now=now)
    mail.note_bounce(letter, status="5.1.1", said="550 5.1.1 unknown", now=now)
    bounce = mail.bounces_of(town.organisation.pk).get()
    person = town.people[Role.EDITOR]
    client = signed_in(Role.EDITOR)
    shown = client.get(url(town, "mail")).text
    assert "Une adresse ne reçoit rien" in shown
    assert "(5.1.1) · <a" in shown
    told = client.post(url(town, "mail-test"), follow=True)
    assert "Votre adresse ne reçoit rien" in told.text
    fiche = reverse("people:edit", args=[town.slug, person.pk])
    assert "Un message est revenu de cette adresse" in signed_in(Role.ADMIN).get(fiche).text
    address = url(town, "confirm-address", bounce.pk)
    assert letter.address in client.get(address).text
    assert signed_in(Role.READER).get(address).status_code == 403
    with pytest.raises(NotFoundError):
        get_bounce(actor=elsewhere.editor, pk=bounce.pk)
    client.fill(address, {}, follow=True)
    assert not mail.bounces_of(town.organisation.pk).exists()
    assert "ne reçoit rien" not in client.get(url(town, "mail")).text
    entry = AuditEntry.objects.get(verb="address confirmed")
    assert entry.person_id == person.pk
    assert letter.address not in str(entry.changes)


def test_who_sees_messages(town: Town, signed_in: SignIn) -> None:
    letter = try_mail(town.editor, now=timezone.now())
    for role in Role:
        client = signed_in(role)
        expected = 200 if role in {Role.EDITOR, Role.ADMIN} else 403
        for name, place in (("mail", []), ("mail-settings", []), ("letter", [letter.pk])):
            assert client.get(url(town, name, *place)).status_code == expected
    assert signed_in(Role.ADMIN).get(url(town, "letter", 999)).status_code == 404


def test_a_refusal_needs_no_account_and_a_confirmation(town: Town, client: Browser) -> None:
    person = town.people[Role.CONTRIBUTOR]
    path = refusal_address(person).partition("/account")[2]
    page = client.get(f"/account{path}")
    assert "ne vous écrira plus" in page.text
    assert not MailRefusal.objects.exists()  # scanners of mail open links
    assert "C’est fait" not in client.post(f"/account{path}").text  # nor one that posts blindly
    assert not MailRefusal.objects.exists()
    assert 'name="List-Unsubscribe" value="One-Click"' in page.text  # what its button sends
    done = client.post(f"/account{path}", {"List-Unsubscribe": "One-Click"})
    assert "C’est fait" in done.text
    assert MailRefusal.objects.get().person == person
    assert client.get("/account/mail/x/").status_code == 404


@pytest.mark.parametrize("form", ["application/x-www-form-urlencoded", MULTIPART_CONTENT])
def test_a_mail_program_refuses_in_one_click(town: Town, form: str) -> None:
    """RFC 8058: no session, no token, nowhere else to go; asked twice, it says the same."""
    program = Client(enforce_csrf_checks=True)

    def post(where: str) -> Any:
        return program.generic("POST", where, body, content_type=form)

    path = refusal_address(town.people[Role.CONTRIBUTOR]).partition("/account")[2]
    said = {"List-Unsubscribe": "One-Click"}
    body = encode_multipart(BOUNDARY, said) if form == MULTIPART_CONTENT else urlencode(said)
    for _time in range(2):
        program.cookies.clear()
        done = post(f"/account{path}")
        assert (done.status_code, "C’est fait" in done.text) == (200, True)
    assert MailRefusal.objects.get().person == town.people[Role.CONTRIBUTOR]
    assert not Session.objects.exists()
    assert post(f"/account{path[:-2]}/").status_code == 404
