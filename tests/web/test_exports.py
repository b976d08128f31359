"""What leaves as a file is in the security journal: who took it away, and what."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from portulan.accounts.access import Role
from portulan.accounts.models import SecurityEntry
from portulan.accounts.security import Event
from tests.browser import Browser
from tests.people import Town
from tests.web.furnished import furnish, patterns

pytestmark = pytest.mark.django_db

# Numbers without a name, a label or a supplier, what a page of the plan says as it is, and what
# anybody may take, signed in or not.
OF_NOBODY = {
    "impact:export-request",
    "portfolio:problem",
    "public:document-file",
    "steering:differences-text",
}


def test_whoever_takes_a_file_away_is_written_down(
    town: Town, signed_in: Callable[[Role], Browser]
) -> None:
    place, admin = furnish(town), signed_in(Role.ADMIN)
    silent, told = set(), 0
    for name, arguments in patterns():
        before = SecurityEntry.objects.filter(event=Event.EXPORTED).count()
        answer = admin.get(place.address(name, arguments))
        if not answer.headers.get("Content-Disposition", "").startswith("attachment"):
            continue
        answer.getvalue()
        if SecurityEntry.objects.filter(event=Event.EXPORTED).count() == before:
            silent.add(name)
        told += 1
    assert silent == OF_NOBODY
    assert told > 8
    assert admin.get(reverse("people:security", args=[town.slug])).status_code == 200
