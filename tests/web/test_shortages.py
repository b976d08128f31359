"""What lacks for a time is said as such: the page can be asked again, and what stands is read."""

from __future__ import annotations

import errno
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from django.conf import settings
from django.db import connection

from portulan.accounts.access import Role
from portulan.core.os_errors import Shortage, shortage_of
from tests.browser import Browser
from tests.people import Town
from tests.places import ON_POSTGRESQL

type SignIn = Callable[[Role], Browser]
on_sqlite = pytest.mark.skipif(ON_POSTGRESQL, reason="shortages of a file")


def write(browser: Browser, town: Town) -> tuple[int, str, str]:
    """Make a plan on its page; return its status, delay and content."""
    browser.raise_request_exception = False
    typed = {"title": f"Plan {secrets.token_hex(40)}", "first_year": "2026", "last_year": "2028"}
    answer = browser.fill(f"/{town.slug}/plans/new/", typed)
    return answer.status_code, answer.headers.get("Retry-After", ""), answer.content.decode()


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_said_with_its_folder_and_pages_still_answer(
    town: Town, signed_in: SignIn
) -> None:
    editor = signed_in(Role.EDITOR)
    editor.get(f"/{town.slug}/")  # what a first visit writes
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        [pages] = cursor.fetchone()
        cursor.execute("CREATE TABLE filling (x)")
        cursor.execute(f"PRAGMA max_page_count={pages + 1}")
        try:
            with pytest.raises(Exception, match="full"):
                cursor.execute("INSERT INTO filling VALUES (zeroblob(9000000))")
            cursor.execute("INSERT INTO filling VALUES (zeroblob(1000))")
            said = [write(editor, town) for _ in range(60)][-1]
            assert said[:2] == (503, "60")
            assert "Le disque est plein" in said[2]
            assert str(settings.DATA) in said[2]
            assert editor.get(f"/{town.slug}/").status_code == 200
        finally:
            cursor.execute("PRAGMA max_page_count=1073741823")
            cursor.execute("DROP TABLE filling")


@on_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_database_held_by_somebody_is_busy_and_read(town: Town, signed_in: SignIn) -> None:
    editor = signed_in(Role.EDITOR)
    editor.get(f"/{town.slug}/")
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute("BEGIN IMMEDIATE")
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout=0")
        status, again, said = write(editor, town)
        assert (status, again) == (503, "5")
        assert "Réessayez" in said
        assert editor.get(f"/{town.slug}/").status_code == 200
        assert Browser().get("/-/health/", headers={"Host": "stranger.example"}).content == b"ok\n"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=20000")
    assert write(editor, town)[0] != 503


def test_what_lacks_is_told_from_what_is_wrong() -> None:
    assert shortage_of(OSError(errno.ENOSPC, "")) is Shortage.ROOM
    assert shortage_of(OSError(errno.ENOENT, "")) is None
    assert shortage_of(None) is None
    for state, shortage in (
        ("53100", Shortage.ROOM),
        ("40P01", Shortage.TURN),
        ("55P03", Shortage.TURN),
        ("57P01", Shortage.TURN),
        ("53300", Shortage.TURN),
        ("08006", Shortage.TURN),
        ("23505", None),
        ("42P01", None),
    ):
        cause = Exception()
        cause.sqlstate = state  # type: ignore[attr-defined]
        error = RuntimeError()
        error.__cause__ = cause
        assert shortage_of(error) is shortage


@pytest.mark.django_db
def test_the_health_address_proves_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(raise_request_exception=False)
    answer = browser.get("/-/health/")
    assert (answer.status_code, answer.cookies) == (200, {})
    assert browser.post("/-/health/").status_code == 405
    monkeypatch.setattr(connection, "cursor", _silent)
    assert browser.get("/-/health/").status_code == 503


def _silent(*_: object) -> None:
    raise OSError(errno.ENOSPC, "")
