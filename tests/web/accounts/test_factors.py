"""The second factor: added, asked at the door and on entering, used once, taken away."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pyotp
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from typer.testing import CliRunner

from portulan.accounts import factors, links
from portulan.accounts.access import Role
from portulan.accounts.factors import Proof, add_application, prove, remove_all
from portulan.accounts.models import Attempt, Factor, RecoveryCode, SecurityEntry, Session, User
from portulan.accounts.moving import confirm_address
from portulan.accounts.sessions import FACTOR_AT, OPENED_AT
from portulan.accounts.writes import edit_organisation, edit_person
from portulan.cli.app import app
from tests.browser import Browser
from tests.people import PASSWORD, Town, make_town

type SignIn = Callable[..., Browser]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


def now_and_later(monkeypatch: pytest.MonkeyPatch, seconds: int) -> datetime:
    """Move the clock of factors, so that another code may serve."""
    moment = timezone.now() + timedelta(seconds=seconds)
    monkeypatch.setattr("portulan.accounts.factors.timezone.now", lambda: moment)
    return moment


def give(user: User, *, bound_to: int | None = None) -> list[str]:
    """Give an account a factor, whose last code is of long ago."""
    before = timezone.now() - timedelta(hours=1)
    return add_application(
        user, secret=SECRET, code=code_at(before), name="Téléphone", bound_to=bound_to, now=before
    )


@pytest.fixture
def user(town: Town) -> User:
    found = town.people[Role.EDITOR].user
    assert found is not None
    return found


def password(town: Town, browser: Browser | None = None, **more: str) -> Browser:
    browser = browser or Browser()
    sent = {"email": town.people[Role.EDITOR].email, "password": PASSWORD}
    browser.post("/sign-in/", sent | more)
    return browser


def is_in(browser: Browser, town: Town) -> bool:
    return bool(browser.get(f"/{town.slug}/").status_code == 200)


def test_it_is_added_with_its_square_and_asked_at_the_door(
    town: Town, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = password(town)
    page = browser.get("/account/factors/application/")
    secret = "".join(re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)[1].split())  # type: ignore[index]
    assert "<svg" in page.text
    assert f"secret={secret}" in page.text
    sent = {"code": "000000", "name": "Téléphone"}
    assert browser.post("/account/factors/application/", sent).status_code == 422
    sent["code"] = pyotp.TOTP(secret).now()
    shown = browser.post("/account/factors/application/", sent)
    codes = re.findall(r"<code>([a-z2-7-]{19})</code>", shown.text)
    assert len(codes) == len(set(codes)) == 10
    kept = f"{list(Factor.objects.values())}{list(RecoveryCode.objects.values())}"
    assert not any(word in kept for word in (secret, *codes))
    # The password alone opens nothing more, and writes nothing.
    other = password(town)
    assert not is_in(other, town)
    assert Session.objects.count() == 1
    assert other.post("/sign-in/code/", {"code": "123456"}).status_code == 422
    moment = now_and_later(monkeypatch, 60)
    code = pyotp.TOTP(secret).at(moment)
    assert other.post("/sign-in/code/", {"code": f"{code[:3]} {code[3:]}"}).status_code == 302
    assert is_in(other, town)
    events = list(SecurityEntry.objects.order_by("pk").values_list("event", flat=True))
    assert events == ["signed in", "factor added", "recovery made", "code refused", "signed in"]


def test_a_code_serves_once_and_a_code_of_before_never(user: User) -> None:
    give(user)
    now = timezone.now()
    assert prove(user, code=code_at(now), now=now) == Proof("totp", None)
    assert prove(user, code=code_at(now), now=now) is None
    assert prove(user, code=code_at(now - timedelta(seconds=30)), now=now) is None
    later = now + timedelta(seconds=30)
    for far in (-90, 90):
        assert prove(user, code=code_at(later + timedelta(seconds=far)), now=later) is None
    for wrong in ("", "00000", "０" * 6, "é", " ", "-"):
        assert prove(user, code=wrong, now=later) is None
    assert prove(user, code=code_at(later), now=later) is not None


def test_a_recovery_code_serves_once_however_it_is_typed(town: Town, user: User) -> None:
    codes = give(user)
    browser = password(town)
    assert browser.post("/sign-in/code/", {"code": codes[0].upper().replace("-", " ")}).url == "/"
    assert is_in(browser, town)
    assert SecurityEntry.objects.filter(event="recovered").count() == 1
    other = password(town)
    assert other.post("/sign-in/code/", {"code": codes[0]}).status_code == 422
    assert RecoveryCode.objects.count() == 9
    assert "9 codes" in browser.get("/account/factors/").text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_of_two_at_once_one_is_refused(kind: str) -> None:
    user = make_town("bourg-les-flots").people[Role.EDITOR].user
    assert user is not None
    codes, now, start = give(user), timezone.now(), Barrier(2)
    code = codes[0] if kind == "recovery" else code_at(now)
    found: list[Proof | None] = []

    def use() -> None:
        start.wait()
        try:
            found.append(prove(user, code=code, now=now))
        finally:
            connection.close()

    threads = [Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one is not None for one in found) == [False, True]


def test_giving_the_password_again_gives_no_more_codes_to_try(town: Town, user: User) -> None:
    """Else who stole it would try codes for ever, five by five."""
    give(user)
    for _ in range(5):
        browser = password(town)
        assert browser.post("/sign-in/code/", {"code": "000000"}).status_code == 422
    assert Attempt.objects.count() == 5
    sent = {"email": user.email, "password": PASSWORD}
    assert Browser().post("/sign-in/", sent).status_code == 429
    # Nor does a page that waits since before.
    assert browser.post("/sign-in/code/", {"code": code_at(timezone.now())}).status_code == 429


def test_what_waits_serves_once_for_one_account_and_a_while(
    town: Town, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = give(user)
    browser = password(town, next="/account/")
    kept = browser.cookies["portulan"].value
    assert browser.post("/sign-in/code/", {"code": codes[0]})["Location"] == "/account/"
    # Another session than the one of before, and the cookie of before leads nowhere.
    assert browser.cookies["portulan"].value != kept
    thief = Browser()
    thief.cookies["portulan"] = kept
    assert thief.post("/sign-in/code/", {"code": codes[1]})["Location"] == "/sign-in/"
    # Nor after another password, nor too late, nor without one.
    browser = password(town)
    user.refresh_from_db()
    user.set_password("une autre phrase")
    user.save()
    assert browser.post("/sign-in/code/", {"code": codes[1]})["Location"] == "/sign-in/"
    user.set_password(PASSWORD)
    user.save()
    browser = password(town)
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr("portulan.web.accounts.signin.code.timezone.now", lambda: later)
    assert browser.post("/sign-in/code/", {"code": codes[1]})["Location"] == "/sign-in/"
    assert Browser().get("/sign-in/code/")["Location"] == "/sign-in/"
    assert RecoveryCode.objects.count() == 9


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "/" + "x" * 4000]
)
def test_it_leads_nowhere_else(town: Town, user: User, wanted: str) -> None:
    codes = give(user)
    browser = password(town, next=wanted)
    assert browser.post("/sign-in/code/", {"code": codes[0]})["Location"] == "/"
    sent = {"code": codes[1], "next": wanted}
    assert browser.post("/account/factors/confirm/", sent)["Location"] == "/account/"


def test_the_page_of_the_code_speaks_as_the_one_before(town: Town, user: User) -> None:
    give(user)
    browser = Browser()
    browser.post("/language/en/", {"next": "/sign-in/"})
    assert "Second factor" in password(town, browser).get("/sign-in/code/").text


@pytest.mark.parametrize("who", ["operator", "organisation"])
def test_a_link_does_not_do_without(town: Town, user: User, who: str) -> None:
    codes = give(user)
    person = town.people[Role.EDITOR]
    token = (
        links.make_link(user=user)
        if who == "operator"
        else links.make_link_for(town.admin, person=person)
    )
    browser = Browser()
    assert browser.post(f"/sign-in/{token}/")["Location"] == "/sign-in/code/"
    assert not is_in(browser, town)
    browser.post("/sign-in/code/", {"code": codes[0]})
    assert is_in(browser, town)
    bound_to = None if who == "operator" else town.organisation.pk
    assert Session.objects.get().organisation_id == bound_to


def ask(town: Town, *roles: Role) -> None:
    place = town.organisation
    edit_organisation(
        town.admin, name=place.name, legal_form=place.legal_form, population=None, siren="",
        factor_roles=roles,
    )  # fmt: skip


def test_an_organisation_asks_for_it_on_entering(town: Town, user: User) -> None:
    browser, reader = password(town), Browser()
    reader.post("/sign-in/", {"email": town.people[Role.READER].email, "password": PASSWORD})
    ask(town, Role.EDITOR, Role.ADMIN)
    assert is_in(reader, town)
    # Nothing of it opens without, tokens included, and the way back is kept.
    for path in (f"/{town.slug}/plans/", f"/account/tokens/{town.slug}/"):
        there = browser.get(path)["Location"]
        assert there.startswith("/account/factors/confirm/?next=")
        assert browser.post(path)["Location"].startswith("/account/factors/confirm/")
    assert "Il faut un second facteur" in browser.get(there).text
    codes = give(user)
    assert browser.post(there, {"code": "000000"}).status_code == 422
    answer = browser.post(there, {"code": codes[0], "next": f"/{town.slug}/plans/"})
    assert answer["Location"] == f"/{town.slug}/plans/"
    assert is_in(browser, town)
    [entry] = SecurityEntry.objects.filter(event="factor asked")
    assert entry.details == {"after": ["admin", "editor"]}
    # One that was added there counts at once.
    assert (
        "second facteur exigé" in admin_with_code(town).get(f"/{town.slug}/people/security/").text
    )


def admin_with_code(town: Town) -> Browser:
    user = town.people[Role.ADMIN].user
    assert user is not None
    codes = give(user)
    browser = Browser()
    browser.post("/sign-in/", {"email": user.email, "password": PASSWORD})
    browser.post("/sign-in/code/", {"code": codes[0]})
    return browser


def test_a_factor_of_an_organisation_counts_there_alone(
    town: Town, elsewhere: Town, user: User
) -> None:
    codes = give(user, bound_to=town.organisation.pk)
    for place in (town, elsewhere):
        ask(place, Role.EDITOR)
    there = elsewhere.people[Role.EDITOR]
    there.user = None
    there.save()
    there.user = user
    there.save()
    browser = password(town)
    assert not is_in(browser, town)
    assert "vient d’une seule organisation" in browser.get("/account/factors/confirm/").text
    browser.post("/account/factors/confirm/", {"code": codes[0]})
    assert is_in(browser, town)
    assert not is_in(browser, elsewhere)
    # And an organisation's link neither adds nor removes what another asks.
    browser = Browser()
    browser.post(f"/sign-in/{links.make_link_for(town.admin, person=town.people[Role.EDITOR])}/")
    browser.post("/sign-in/code/", {"code": codes[1]})
    pk = Factor.objects.get().pk
    browser.post(f"/account/factors/{pk}/remove/")
    browser.post("/account/factors/recovery/")
    with pytest.raises(ValidationError):
        give(user, bound_to=town.organisation.pk)
    assert Factor.objects.count() == 1
    assert RecoveryCode.objects.count() == 8


def stale(browser: Browser, *names: str) -> None:
    session = browser.session
    for name in names:
        session[name] = (timezone.now() - timedelta(hours=1)).isoformat()
    session.save()


def test_what_opens_is_changed_after_giving_it_again(town: Town, user: User) -> None:
    codes = give(user)
    browser = password(town)
    browser.post("/sign-in/code/", {"code": codes[0]})
    stale(browser, FACTOR_AT, OPENED_AT)
    pk, sent = (
        Factor.objects.get().pk,
        {"password": "une autre phrase entière", "present": PASSWORD},
    )
    tries: list[tuple[str, dict[str, Any]]] = [
        ("/account/", sent),
        ("/account/factors/application/", {"code": "000000"}),
        (f"/account/factors/{pk}/remove/", {}),
        ("/account/factors/recovery/", {}),
        (f"/account/tokens/{town.slug}/", {"name": "A", "operations": "read_plan", "days": "30"}),
    ]
    for path, data in tries:
        answer = browser.post(path, data)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/account/factors/confirm/"), path
    assert "dites d’abord de nouveau qui vous êtes" in browser.get("/account/").text
    assert (Factor.objects.count(), RecoveryCode.objects.count()) == (1, 9)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    browser.post("/account/factors/confirm/", {"code": codes[1]})
    assert browser.post("/account/", sent).status_code == 302
    user.refresh_from_db()
    assert user.check_password("une autre phrase entière")
    browser.post(f"/account/factors/{pk}/remove/")
    assert (Factor.objects.count(), RecoveryCode.objects.count()) == (0, 0)
    # What was given no longer counts once there is nothing to give.
    ask(town, Role.EDITOR)
    assert not is_in(browser, town)


def test_nobody_removes_that_of_another(town: Town, user: User, signed_in: SignIn) -> None:
    give(user)
    pk = Factor.objects.get().pk
    assert signed_in(Role.ADMIN).post(f"/account/factors/{pk}/remove/").status_code == 404
    assert Factor.objects.exists()


def test_another_address_binds_it_to_the_organisation(town: Town, user: User) -> None:
    give(user)
    person = town.people[Role.EDITOR]
    edit_person(
        town.admin, person=person, function="Elle", name="", email="neuve@bourg.example", unit=None
    )
    confirm_address(user, password=PASSWORD, bound_to=None, opened_at=timezone.now())
    assert Factor.objects.get().bound_to == town.organisation.pk
    assert set(RecoveryCode.objects.values_list("bound_to", flat=True)) == {town.organisation.pk}


def test_who_operates_takes_it_away(town: Town, user: User) -> None:
    codes = give(user)
    there = password(town)
    there.post("/sign-in/code/", {"code": codes[0]})
    assert remove_all(user) == 1
    assert not is_in(there, town)
    assert remove_all(user) == 0
    entry = SecurityEntry.objects.get(event="factor removed")
    assert (entry.details, entry.subject_id) == ({"by": "operator"}, town.people[Role.EDITOR].pk)
    assert is_in(password(town), town)


def test_the_command_says_how_many_there_are_and_takes_them_away(user: User) -> None:
    def said(*more: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["factors", *more, "--lang", "fr"])
        return done.exit_code, done.output

    give(user)
    assert said(user.email) == (0, f"Seconds facteurs du compte {user.email}\u00a0: 1.\n")
    assert Factor.objects.count() == 1
    code, told = said(user.email.upper(), "--remove")
    assert (code, Factor.objects.count(), RecoveryCode.objects.count()) == (0, 0, 0)
    assert "ôtés" in told
    assert said("nobody@bourg.example", "--remove")[0] == 2


def test_under_another_key_of_the_house_recovery_codes_still_serve(
    user: User, settings: Any
) -> None:
    codes, now = give(user), timezone.now()
    settings.SECRET_KEY = "another"
    assert prove(user, code=code_at(now), now=now) is None
    assert prove(user, code=codes[0]) is not None
    assert factors.has_factor(user)
