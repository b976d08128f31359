"""The screens of campaigns: a pilot answers by a link, a referent reviews, a sheet comes back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from portulan.accounts import attempts
from portulan.accounts.access import Role
from portulan.accounts.models import Attempt, Person
from portulan.core import mail
from portulan.core.models import AuditEntry, Letter
from portulan.core.workbooks import WRITERS
from portulan.plans.actions.writes import assign_pilot
from portulan.plans.models import Action
from portulan.steering.campaigns.answering import forget_names
from portulan.steering.campaigns.links import give_anew, revoke, token_of
from portulan.steering.campaigns.preparing import close_campaign
from portulan.steering.mail.writes import refuse_mail
from portulan.steering.models import Acceptance, ActionReply, Campaign, Change
from portulan.steering.words import (
    About,
    CampaignKind,
    CampaignState,
    ChangeStatus,
    Consent,
    Way,
)
from portulan.web.form_tokens import FIELD
from tests.browser import Browser
from tests.evidence.test_pictures import jpeg, tiff
from tests.people import Town
from tests.plans.plan_of_town import make_action, make_plan
from tests.steering.campaigns.asked import Asking, asking, prepared, today

type SignIn = Callable[..., Browser]


@pytest.fixture(autouse=True)
def _files(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.UPLOADS", tmp_path)


@pytest.fixture
def asked(town: Town) -> Asking:
    return asking(town)


@pytest.fixture
def pilot() -> Browser:
    """Somebody with a link, and no account."""
    return Browser()


def link(asked: Asking, function: str = "Responsable des infrastructures") -> str:
    return reverse("reply", args=[token_of(asked.reply(function))])


def url(asked: Asking, name: str, *more: object) -> str:
    return reverse(f"steering:{name}", args=[asked.town.slug, asked.plan.slug, *more])


def test_opening_a_link_writes_nothing(asked: Asking, pilot: Browser) -> None:
    with CaptureQueriesContext(connection) as found:
        answer = pilot.get(link(asked))
    assert answer.status_code == 200
    assert "Où en est l’action 1" in answer.text
    assert not [one for one in found if one["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert not Attempt.objects.exists()


def test_a_pilot_says_a_value_with_a_photo_and_the_referent_writes_it(
    asked: Asking, pilot: Browser, signed_in: SignIn
) -> None:
    room, night, _train = asked.actions
    indicator = room.indicators.get()
    photo = SimpleUploadedFile("salle.jpg", jpeg(tiff()), "image/jpeg")
    answer = pilot.fill(link(asked), {f"v{indicator.pk}": "1,17", "file": photo})
    assert answer.status_code == 302
    change = Change.objects.get()
    assert (change.about, change.after) == (About.VALUE, "1.17")
    part = asked.part(room)
    assert part.piece is not None
    assert part.piece.visibility == "private"
    page = pilot.get(link(asked))
    assert "Où en est l’action 2" in page.text
    pilot.fill(link(asked), {"nothing": "one"})
    assert "Merci" in pilot.get(link(asked)).text
    assert asked.reply().answered_at is not None
    referent = signed_in(Role.EDITOR)
    review = referent.get(url(asked, "campaign", asked.campaign.pk))
    assert "1,71" in review.text
    assert "Saut de 0,54" in review.text
    # A jump is asked again unless somebody looks: all the rest is accepted at once.
    referent.post(url(asked, "accept-all", asked.campaign.pk))
    assert Change.objects.get().status == ChangeStatus.PROPOSED
    done = referent.fill(
        url(asked, "campaign", asked.campaign.pk), {f"c{change.pk}": ChangeStatus.ACCEPTED}
    )
    assert done.status_code == 302
    written = indicator.measurements.order_by("-pk")[0]
    assert str(written.value) == "1.1700"
    assert "lien envoyé" in written.source
    night.refresh_from_db()
    assert night.last_news_on == today()


def test_a_campaign_asks_one_thing_that_the_plan_misses(
    asked: Asking, pilot: Browser, signed_in: SignIn
) -> None:
    """An end, then a target, then a baseline: each is written once a referent accepts it."""
    room, night, _train = asked.actions
    indicator, referent = room.indicators.get(), signed_in(Role.EDITOR)
    indicator.measurements.filter(role="baseline").delete()
    indicator.targets.all().delete()
    Action.objects.filter(pk=night.pk).update(due_on=date(2027, 6, 30))

    def say(name: str, given: str, shown: str) -> None:
        page = pilot.get(f"{link(asked)}?part={asked.part(room).pk}")
        assert page.text.count("Une question de plus") == 1
        for other in {"due_on", "target", "baseline"} - {name}:
            assert f'name="{other}"' not in page.text
        pilot.fill(f"{link(asked)}?part={asked.part(room).pk}", {name: given})
        where = url(asked, "campaign", asked.campaign.pk)
        assert shown in referent.get(where).text.replace("\u00a0", " ")
        change = Change.objects.get(status=ChangeStatus.PROPOSED)
        referent.fill(where, {f"c{change.pk}": ChangeStatus.ACCEPTED})

    Action.objects.filter(pk=room.pk).update(due_on=None)
    say("due_on", "31/12/2026", "31/12/2026")
    room.refresh_from_db()
    assert room.due_on == date(2026, 12, 31)
    say("target", "1,5", "1,5")
    assert [(one.value, one.due_on) for one in indicator.targets.all()] == [
        (Decimal("1.5"), date(2026, 12, 31))
    ]
    first = date(asked.plan.first_year, 1, 1)
    say("baseline", "1,9", f"01/01/{first.year}")
    assert [(one.value, one.on) for one in indicator.measurements.filter(role="baseline")] == [
        (Decimal("1.9"), first)
    ]
    page = pilot.get(f"{link(asked)}?part={asked.part(room).pk}")
    assert "Une question de plus" not in page.text


def test_a_campaign_shows_its_messages_and_those_that_did_not_arrive(
    asked: Asking, signed_in: SignIn
) -> None:
    referent = signed_in(Role.EDITOR)
    where = url(asked, "campaign", asked.campaign.pk)
    assert "message n’est pas arrivé" not in referent.get(where).text
    first = Letter.objects.filter(key=f"campaign:{asked.campaign.pk}:0").order_by("pk")[0]
    Letter.objects.filter(pk=first.pk).update(status="refused")
    page = referent.get(where).text
    assert "1 n’est pas arrivé" in page
    assert page.count("son message n’est pas arrivé") == 1
    mail.put(
        organisation_id=asked.town.organisation.pk,
        person_id=asked.town.people[Role.READER].pk,
        address="lecteur@mairie.fr",
        key="other:1",
        language="fr",
        subject="Autre chose",
        body="Bonjour",
        due_at=timezone.now(),
    )
    every = reverse("steering:mail", args=[asked.town.slug])
    assert "Autre chose" in referent.get(every).text
    ours = referent.get(f"{every}?campaign={asked.campaign.pk}").text
    assert "Autre chose" not in ours
    assert ours.count("/mail/") >= Letter.objects.filter(key__startswith="campaign:").count()
    for absurd in ("0", "²", "9" * 40, "-1", "x"):
        assert "Autre chose" in referent.get(f"{every}?campaign={absurd}").text


def test_nothing_is_ticked_beforehand_and_what_is_left_so_waits(
    asked: Asking, pilot: Browser, signed_in: SignIn
) -> None:
    indicator = asked.actions[0].indicators.get()
    pilot.fill(link(asked), {f"v{indicator.pk}": "1,70", "note": "Une salle de moins"})
    value, note = Change.objects.order_by("about")[::-1]
    referent, page = signed_in(Role.EDITOR), url(asked, "campaign", asked.campaign.pk)
    tree = html.fromstring(referent.get(page).text)
    assert len(tree.xpath("//input[@type='radio']")) == 6
    assert not tree.xpath("//input[@type='radio'][@checked]")
    assert "Rien n’est choisi" in referent.fill(page, {}).text
    assert referent.fill(page, {f"c{note.pk}": ChangeStatus.ACCEPTED}).status_code == 302
    note.refresh_from_db()
    value.refresh_from_db()
    assert (note.status, value.status) == (ChangeStatus.ACCEPTED, ChangeStatus.PROPOSED)
    # All that calls for no question is accepted by an act of its own.
    referent.post(url(asked, "accept-all", asked.campaign.pk))
    value.refresh_from_db()
    assert value.status == ChangeStatus.ACCEPTED


def test_nothing_changed_is_one_tap_for_all(asked: Asking, pilot: Browser) -> None:
    page = pilot.get(link(asked))
    assert page.text.count('name="nothing"') == 2
    pilot.fill(link(asked), {"nothing": "all"})
    parts = ActionReply.objects.filter(reply=asked.reply())
    assert {one.unchanged for one in parts} == {True}
    assert not Change.objects.exists()


def test_answers_are_kept_as_they_go_and_corrected_with_the_same_link(
    asked: Asking, pilot: Browser
) -> None:
    pilot.fill(link(asked), {"note": "Une salle de moins"})
    room = asked.part(asked.actions[0])
    again = f"{link(asked)}?part={room.pk}"
    assert "Une salle de moins" in pilot.get(again).text
    pilot.fill(again, {"note": "Deux salles de moins"})
    assert [one.after for one in Change.objects.all()] == ["Deux salles de moins"]


def test_two_at_once_are_told_of_each_other(asked: Asking, pilot: Browser) -> None:
    mine = pilot.fields(link(asked))
    pilot.post(link(asked), {**mine, "note": "La première"})
    answer = pilot.post(link(asked), {**mine, "note": "La seconde"})
    assert answer.status_code == 409
    assert "La première" in answer.text
    nothing = pilot.post(link(asked), {**mine, "nothing": "one"})
    assert "vient de répondre" in nothing.text
    assert [one.after for one in Change.objects.all()] == ["La première"]


def test_a_post_made_by_hand_does_nothing(asked: Asking, pilot: Browser) -> None:
    answer = pilot.post(link(asked), {FIELD: "x" * 64, "nothing": "all"})
    assert answer.status_code == 422
    assert not ActionReply.objects.exclude(answered_at=None).exists()


def test_links_that_open_nothing(asked: Asking, pilot: Browser, town: Town) -> None:
    good = link(asked)
    assert pilot.get(good[:-3] + "aa/").status_code == 404
    other = asked.reply("Responsable de la formation")
    part = other.parts.get()
    # A part of another function is not reached: the page shows its own.
    page = pilot.get(f"{good}?part={part.pk}")
    assert "Où en est l’action 1" in page.text
    sent = pilot.fields(good) | {"part": str(part.pk), "note": "Ailleurs"}
    pilot.post(good, sent)
    assert not Change.objects.filter(part=part).exists()
    revoke(town.editor, reply=asked.reply())
    assert pilot.get(good).status_code == 410
    assert pilot.post(good, sent).status_code == 410
    other_link = link(asked, "Responsable de la formation")
    assert pilot.get(other_link).status_code == 200
    Campaign.objects.update(
        opens_on=today() - timedelta(days=9), closes_on=today() - timedelta(days=1)
    )
    assert pilot.get(other_link).status_code == 410
    Campaign.objects.update(closes_on=today())
    close_campaign(town.editor, campaign=asked.campaign, today=today())
    # Who was silent is not known any more, not even by their link.
    gone = pilot.get(other_link)
    assert gone.status_code == 410
    assert "Responsable" not in gone.text
    assert "Bourg" not in gone.text


def test_the_link_of_somebody_who_left_opens_nothing(
    asked: Asking, pilot: Browser, town: Town
) -> None:
    good, reply = link(asked), asked.reply()
    assert reply.person is not None
    sent = pilot.fields(good)
    person = Person.objects.filter(pk=reply.person_id)
    person.update(left_on=today() + timedelta(days=1))
    assert pilot.get(good).status_code == 200
    person.update(left_on=today())
    assert pilot.get(good).status_code == 410
    assert pilot.post(good, {**sent, "note": "Parti"}).status_code == 410
    large = SimpleUploadedFile("note.txt", b"a" * 300_000, "text/plain")
    assert pilot.post(good, {"file": large}).status_code == 413
    # The function has one again, that who left has not.
    give_anew(town.editor, reply=reply)
    assert pilot.get(good).status_code == 410
    # Asked for by who left, the new one goes nowhere: nobody holds the function here.
    assert pilot.post(good, {}).status_code == 302
    assert not Letter.objects.filter(key__contains=":link:").exists()
    assert pilot.get(link(asked)).status_code == 200


def anew(asked: Asking) -> list[Letter]:
    return list(Letter.objects.filter(key__contains=f"campaign:{asked.campaign.pk}:link:"))


@pytest.fixture
def _writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portulan.core.mail.can_send", lambda: True)


@pytest.mark.usefixtures("_writes")
def test_a_link_of_before_has_the_new_one_written_and_shows_nobody(
    asked: Asking, pilot: Browser, town: Town
) -> None:
    old = link(asked)
    give_anew(town.editor, reply=asked.reply())
    person = asked.reply().person
    assert person is not None
    page = pilot.get(old)
    assert page.status_code == 410
    assert "Ce lien ne sert plus" in page.text
    assert town.people[Role.EDITOR].email in page.text  # whom to ask: who opened the campaign
    assert person.email not in page.text
    assert link(asked) not in page.text
    assert not anew(asked)  # opened alone, it writes nothing
    done = pilot.fill(old, {})
    told = pilot.get(done["Location"])
    assert "C’est noté" in told.text
    assert person.email not in told.text
    [letter] = anew(asked)
    assert (letter.person_id, letter.address, letter.urgent) == (person.pk, person.email, True)
    assert link(asked) in letter.body
    # Sent twice, or asked again the same day: one message.
    pilot.fill(old, {})
    assert len(anew(asked)) == 1
    # Of somebody without an address, the answer is the same.
    Person.objects.filter(pk=person.pk).update(email="")
    give_anew(town.editor, reply=asked.reply())
    again = pilot.get(pilot.fill(old, {})["Location"])
    [mine] = html.fromstring(again.text).xpath("//main")
    [before] = html.fromstring(told.text).xpath("//main")
    assert mine.text_content() == before.text_content()
    assert len(anew(asked)) == 1


@pytest.mark.usefixtures("_writes")
def test_what_a_link_of_before_does_not_do(
    asked: Asking, pilot: Browser, town: Town, elsewhere: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = link(asked)
    sent = pilot.fields(old)
    give_anew(town.editor, reply=asked.reply())
    # It answers nothing, and what is made by hand asks for nothing.
    pilot.post(old, {**sent, "note": "Par l’ancien", FIELD: "x" * 64})
    assert not Change.objects.exists()
    assert not anew(asked)
    # Its own person alone is written to, of its own organisation.
    other = asking(elsewhere)
    theirs = link(other)
    give_anew(elsewhere.editor, reply=other.reply())
    pilot.fill(theirs, {})
    [letter] = Letter.objects.filter(key__contains=":link:")
    assert letter.organisation_id == elsewhere.organisation.pk
    # Closed on purpose since, it is asked for in vain; refused mail stays refused.
    revoke(town.editor, reply=asked.reply())
    pilot.fill(old, {})
    give_anew(town.editor, reply=asked.reply())
    refuse_mail(town.people[Role.CONTRIBUTOR], now=timezone.now())
    pilot.fill(old, {})
    assert not anew(asked)
    # Forged, it is not known to have been one; asked for too often, it waits.
    forged = old[:-3] + ("aa/" if old[-3:] != "aa/" else "bb/")
    assert pilot.post(forged, pilot.fields(old)).status_code == 404
    monkeypatch.setattr(attempts, "BY_ASKING", 1)
    assert pilot.fill(old, {}).status_code == 429


def test_a_place_that_tries_links_waits_and_shuts_no_other_door(
    asked: Asking, pilot: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "BY_LINK", 3)
    wrong = reverse("reply", args=["faux"])
    assert [pilot.get(wrong).status_code for _ in range(4)] == [404, 404, 404, 429]
    assert pilot.fill(link(asked), {"nothing": "all"}).status_code == 429
    assert pilot.get(link(asked)).status_code == 200
    assert attempts.begin(email="editor@bourg-les-flots.example", address="127.0.0.1") is not None


def test_files_of_strangers_are_refused_and_those_of_a_link_received(
    asked: Asking, pilot: Browser
) -> None:
    large = SimpleUploadedFile("note.txt", b"a" * 300_000, "text/plain")
    refused = pilot.post(reverse("reply", args=["faux"]), {"file": large})
    assert refused.status_code == 413
    large.seek(0)
    assert pilot.fill(link(asked), {"file": large}).status_code == 302
    assert Change.objects.get().about == About.EVIDENCE


def test_a_function_accepts_not_it_or_talks_first(town: Town, pilot: Browser) -> None:
    asked = asking(town, kind=CampaignKind.ACCEPTANCE)
    page = pilot.get(link(asked))
    assert "Pilotez-vous ces 2 actions" in page.text
    room, night = (asked.part(one) for one in asked.actions[:2])
    each = f"{link(asked)}?part={room.pk}&part={night.pk}"
    sent = pilot.fields(each)
    assert pilot.post(link(asked), sent).status_code == 422  # nothing is ticked for anybody
    pilot.post(
        link(asked),
        {
            **sent,
            f"c{room.pk}": Consent.ACCEPTED,
            f"t{room.pk}": "1,4",
            f"c{night.pk}": Consent.NOT_ME,
            f"o{night.pk}": "Responsable du support",
        },
    )
    assert {one.about: one.after for one in Change.objects.all()} == {
        About.TARGET: "1,4",
        About.PILOT: "Responsable du support",
    }
    assert "Merci" in pilot.get(link(asked)).text


def test_all_are_accepted_in_one_tap_but_those_that_are_ticked(town: Town, pilot: Browser) -> None:
    asked = asking(town, kind=CampaignKind.ACCEPTANCE)
    room, night = (asked.part(one) for one in asked.actions[:2])
    assert pilot.fill(link(asked), {}).status_code == 422
    said = {"answer": "accepted", "but": str(night.pk), "other": "Responsable du support"}
    pilot.fill(link(asked), said)
    room.refresh_from_db()
    night.refresh_from_db()
    assert (room.consent, night.consent) == (Consent.ACCEPTED, Consent.NOT_ME)
    assert Change.objects.get().after == "Responsable du support"


def test_what_is_set_aside_is_kept_at_once_and_taken_back(town: Town, pilot: Browser) -> None:
    asked = asking(town, kind=CampaignKind.ACCEPTANCE)
    room, night = (asked.part(one) for one in asked.actions[:2])
    page = link(asked)
    sent = pilot.fields(page)
    # Who leaves in the middle loses nothing, and the same tap twice is one.
    for _twice in range(2):
        assert pilot.post(page, {**sent, "but": str(night.pk)}).status_code == 302
    night.refresh_from_db()
    assert night.consent == Consent.NOT_ME
    kept = pilot.get(page)
    assert "J’accepte l’autre" in kept.text
    [pressed] = html.fromstring(kept.text).xpath("//button[@aria-pressed='true']")
    assert (pressed.get("name"), pressed.get("value")) == ("back", str(night.pk))
    # The name is kept with whichever tap comes next, and asked for once.
    pilot.fill(page, {"answer": "aside", "other": "Responsable du support"})
    assert Change.objects.get().after == "Responsable du support"
    assert 'value="Responsable du support"' in pilot.get(page).text
    pilot.fill(page, {"back": str(night.pk)})
    night.refresh_from_db()
    assert (night.consent, night.answered_at) == ("", None)
    assert not Change.objects.exists()
    assert Acceptance.objects.get(action=night.action).consent == ""
    assert "J’accepte les 2" in pilot.get(page).text
    pilot.fill(page, {"but": str(night.pk)})
    pilot.fill(page, {"answer": "accepted"})
    room.refresh_from_db()
    night.refresh_from_db()
    assert (room.consent, night.consent) == (Consent.ACCEPTED, Consent.NOT_ME)
    assert "Merci" in pilot.get(page).text
    # All was answered: a tap on the page of before moves nothing.
    pilot.post(page, {**sent, "back": str(night.pk)})
    night.refresh_from_db()
    assert night.consent == Consent.NOT_ME


def test_what_is_not_of_the_link_is_not_set_aside(town: Town, pilot: Browser) -> None:
    asked = asking(town, kind=CampaignKind.ACCEPTANCE)
    other = asked.reply("Responsable de la formation").parts.get()
    for tap in ("but", "back"):
        assert pilot.fill(link(asked), {tap: str(other.pk)}).status_code == 422
    revoked = pilot.fields(link(asked)) | {"but": str(asked.part(asked.actions[0]).pk)}
    revoke(town.editor, reply=asked.reply())
    assert pilot.post(link(asked), revoked).status_code == 410
    assert not ActionReply.objects.exclude(consent="").exists()


def test_it_is_not_me_any_more_from_any_link(asked: Asking, pilot: Browser) -> None:
    address = f"{link(asked)}?gone=1"
    assert "?gone=1" in pilot.get(link(asked)).text
    assert pilot.fill(address, {"which": "known"}).status_code == 422
    assert pilot.fill(address, {"which": "away", "other": "Support"}).status_code == 422
    pilot.fill(address, {"which": "known", "other": "Maïna Le Goff", "word": "Deux inventaires."})
    found = Change.objects.filter(about=About.PILOT)
    assert {one.after for one in found} == {"Maïna Le Goff"}
    told = AuditEntry.objects.filter(verb="pilot answered")
    assert told.exists()
    assert not any("Maïna" in str(one.changes) for one in told)
    # Nobody confirmed it in a month: the name is erased, the rest stays to be decided.
    later = timezone.now() + timedelta(days=31)
    assert forget_names(asked.plan.organisation_id, timezone.now()) == 0
    assert forget_names(asked.plan.organisation_id, later) == found.count()
    assert {(one.after, one.unknown) for one in found.all()} == {("", True)}


def test_who_signs_in_answers_for_what_they_pilot(town: Town, signed_in: SignIn) -> None:
    asked = asking(town, way=Way.SIGN_IN)
    mine = asked.reply()
    assert Client().get(link(asked)).status_code == 410  # no link in such a campaign
    address = url(asked, "own-reply", asked.campaign.pk, mine.pk)
    pilot = signed_in(Role.CONTRIBUTOR)
    mine_page = pilot.get(reverse("plans:mine", args=[town.slug, asked.plan.slug]))
    assert address in mine_page.text
    assert pilot.fill(address, {"note": "Par mon compte"}).status_code == 302
    assert ActionReply.objects.get(action=asked.actions[0]).way == Way.SIGN_IN
    entry = AuditEntry.objects.filter(verb="pilot answered").latest("pk")
    assert entry.person_id == town.people[Role.CONTRIBUTOR].pk
    for role in (Role.READER, Role.FINANCE, Role.ADMIN):
        assert signed_in(role).get(address).status_code == 403


def test_a_campaign_is_shown_before_anything_leaves(town: Town, signed_in: SignIn) -> None:
    plan = make_plan(town)
    action = make_action(town, plan)
    assign_pilot(
        town.editor,
        action=action,
        pilot_function="Pilote",
        pilot=town.people[Role.CONTRIBUTOR],
        today=today(),
    )
    client = signed_in(Role.EDITOR)
    place = [town.slug, plan.slug]
    new = reverse("steering:new-campaign", args=place)
    refused = client.fill(new, {"title": "Hiver", "among": "these", "numbers": "77"})
    assert refused.status_code == 422
    # Where others cannot open a link, the page says so before it proposes one.
    asked = client.get(new)
    assert "personne n’ouvrirait un lien d’ici" in asked.text
    assert asked.context["form"].initial["way"] == Way.SHEET
    made = client.fill(new, {"title": "Hiver", "among": "these", "numbers": "1", "way": Way.LINK})
    assert made.status_code == 302
    campaign = Campaign.objects.get()
    assert (campaign.kind, campaign.state) == (CampaignKind.ACCEPTANCE, CampaignState.DRAFT)
    draft = client.get(reverse("steering:campaign", args=[*place, campaign.pk]))
    assert "Rien n’est parti" in draft.text
    assert "Pilote" in draft.text
    assert "n’est joignable que d’ici" in draft.text  # of links that nobody else could open
    assert not Letter.objects.exists()
    client.fill(reverse("steering:open-campaign", args=[*place, campaign.pk]), {})
    assert Letter.objects.filter(key__startswith="campaign:").count() == 3
    page = client.get(reverse("steering:reply-links", args=[*place, campaign.pk]))
    assert "/reply/" in page.text
    client.fill(reverse("steering:close-campaign", args=[*place, campaign.pk]), {})
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.CLOSED
    assert (
        "Campagne fermée"
        in client.get(reverse("steering:campaign", args=[*place, campaign.pk])).text
    )


def test_what_leaves_now_is_shown_first(asked: Asking, signed_in: SignIn) -> None:
    client, place = signed_in(Role.EDITOR), url(asked, "send-now", asked.campaign.pk)
    assert place in client.get(url(asked, "campaign", asked.campaign.pk)).text
    shown = client.get(place)
    assert "où en sont vos actions" in shown.text
    assert "/reply/" in shown.text
    assert not Letter.objects.filter(due_at__lte=timezone.now()).exists()
    sent = client.fields(place)
    done = client.post(place, sent)
    assert done.status_code == 302
    left = Letter.objects.filter(due_at__lte=timezone.now())
    assert left.count() == 2
    client.post(place, sent)
    assert left.count() == 2
    assert "Aucun message n’attend" in client.get(place).text
    assert place not in client.get(url(asked, "campaign", asked.campaign.pk)).text
    assert signed_in(Role.READER).get(place).status_code == 403


def test_a_campaign_is_opened_and_sent_in_one_gesture(town: Town, signed_in: SignIn) -> None:
    draft = prepared(town, asking(town).plan, tuple(Action.objects.all()), title="Printemps")
    Letter.objects.all().delete()
    place = [town.slug, draft.plan.slug, draft.pk]
    client = signed_in(Role.EDITOR)
    page = client.get(reverse("steering:open-campaign", args=place))
    assert "Ouvrir et envoyer maintenant" in page.text
    client.fill(reverse("steering:open-campaign", args=place), {"now": "1"})
    assert Letter.objects.filter(due_at__lte=timezone.now()).count() == 2


def test_a_sheet_is_taken_and_dropped_back(asked: Asking, signed_in: SignIn) -> None:
    client = signed_in(Role.EDITOR)
    reply = asked.reply()
    taken = client.get(url(asked, "reply-sheet", asked.campaign.pk, reply.pk, "ods"))
    assert taken.status_code == 200
    assert (
        client.get(url(asked, "reply-sheet", asked.campaign.pk, reply.pk, "exe")).status_code == 404
    )
    room = asked.actions[0]
    rows = [
        ("Clé", "Action", "Question", "Aujourd’hui", "Votre réponse"),
        (f"{reply.pk}.{room.pk}.note", "", "", "", "Par la feuille"),
        ("", "", "", "", "en trop"),
    ]
    stream = io.BytesIO()
    WRITERS["xlsx"](stream, "À remplir", rows)
    file = SimpleUploadedFile("retour.xlsx", stream.getvalue())
    drop = url(asked, "drop-sheet", asked.campaign.pk)
    assert client.fill(drop, {"file": file}).status_code == 302
    assert Change.objects.get().after == "Par la feuille"
    page = client.get(url(asked, "campaign", asked.campaign.pk))
    assert "Lignes sans clé" in page.text
    wrong = SimpleUploadedFile("retour.xlsx", b"PK nothing")
    assert client.fill(drop, {"file": wrong}).status_code == 422


def test_who_sees_campaigns(asked: Asking, signed_in: SignIn) -> None:
    reply = asked.reply()
    for role in Role:
        client = signed_in(role)
        assert client.get(url(asked, "campaigns")).status_code == 200
        expected = 200 if role in {Role.EDITOR, Role.ADMIN} else 403
        for name, more in (
            ("campaign", [asked.campaign.pk]),
            ("new-campaign", []),
            ("reply-links", [asked.campaign.pk]),
            ("drop-sheet", [asked.campaign.pk]),
            ("reply-sheet", [asked.campaign.pk, reply.pk, "xlsx"]),
        ):
            assert client.get(url(asked, name, *more)).status_code == expected, (role, name)


def test_not_accepted_is_a_state_to_filter_by(town: Town, signed_in: SignIn) -> None:
    asked = asking(town, kind=CampaignKind.ACCEPTANCE)
    client = signed_in(Role.READER)
    page = client.get(reverse("plans:plan", args=[town.slug, asked.plan.slug]))
    assert "Pilote non accepté (3)" in page.text
    kept = client.get(
        reverse("plans:plan", args=[town.slug, asked.plan.slug]), {"state": "not_accepted"}
    )
    assert "Former" in kept.text
    board = client.get(reverse("dashboard:page", args=[town.slug]))
    assert "Pilote non accepté" in board.text
    action = signed_in(Role.EDITOR).get(
        reverse("plans:action", args=[town.slug, asked.plan.slug, 1])
    )
    assert "ce n’est pas un oui" in action.text


def test_the_same_queries_at_three_functions_and_at_forty(town: Town, signed_in: SignIn) -> None:
    from portulan.steering.campaigns.preparing import open_campaign

    client = signed_in(Role.EDITOR)
    plan = make_plan(town)

    def count(actions: list[Action]) -> int:
        campaign = prepared(town, plan, tuple(actions), title=f"De {len(actions)}")
        open_campaign(town.editor, campaign=campaign, today=today())
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("steering:campaign", args=[town.slug, plan.slug, campaign.pk]))
        return len(found)

    actions = [
        make_action(town, plan, f"Action {rank}", pilot_function=f"Fonction {rank}")
        for rank in range(24)
    ]
    count(actions[:3])
    assert count(actions[:3]) == count(actions)
