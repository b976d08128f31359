"""Where a weakness is reported: what the operator named, and nothing where nobody is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

ADDRESS = "/.well-known/security.txt"


def test_reports_go_to_who_the_operator_named(settings: LazySettings) -> None:
    settings.SECURITY_CONTACT = "mailto:rssi@armorique.example"
    answer = Client().get(ADDRESS)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    said = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert said["Contact"] == "mailto:rssi@armorique.example"
    assert said["Canonical"] == f"http://testserver{ADDRESS}"
    believed = datetime.fromisoformat(said["Expires"]) - timezone.now()
    assert timedelta(days=90) < believed < timedelta(days=365)  # RFC 9116: less than a year


@pytest.mark.django_db
def test_nothing_is_promised_where_nobody_receives(settings: LazySettings) -> None:
    settings.SECURITY_CONTACT = ""
    assert Client().get(ADDRESS).status_code == 404
