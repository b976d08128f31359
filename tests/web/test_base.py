"""The page around every screen: what it says, and what the content policy would refuse in it."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from types import SimpleNamespace

import brotli
import pytest
from django import forms
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.core.validators import slug_re
from django.http import HttpRequest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import get_resolver
from django.utils import translation
from lxml import html

from portulan.accounts.words import RESERVED
from portulan.charts.money_bars import MoneyBar, money_bars

ARMORIQUE = SimpleNamespace(
    slug="armorique", name="Région Armorique", fictional=True, frozen_on=datetime.date(2026, 11, 24)
)


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/armorique/budget/", {"verdict": "mixte", "page": "2"})
    request.session = SessionStore()
    return request


def page(request: HttpRequest, **context: object) -> html.HtmlElement:
    template = engines["django"].from_string(
        '{% extends "base.html" %}{% block title %}Essai{% endblock %}'
        '{% block content %}<h1>Essai</h1>{% include "partials/pagination.html" %}'
        '{% if form %}{% include "partials/form.html" %}{% endif %}'
        '{% if drawing %}{% include "partials/chart.html" with summary="Données" %}{% endif %}'
        "{% endblock %}"
    )
    return html.document_fromstring(template.render(context, request))


@pytest.mark.parametrize(
    "name", ["400.html", "403.html", "404.html", "409.html", "500.html", "503.html"]
)
def test_an_error_page_says_what_happened_and_where_to_go(request_, name):
    with translation.override("fr"):
        text = render_to_string(name, {"person_label": "Pilote"}, request_)
    tree = html.document_fromstring(text)
    assert tree.get("lang") == "fr"
    assert tree.findtext(".//h1") in tree.findtext(".//title")
    assert tree.xpath("//main//a/@href") == ["/"]
    # What failed once is not asked again by the page that says so.
    assert bool(tree.find_class("who")) == (name not in {"500.html", "503.html"})


def test_the_page_needs_nothing_that_the_policy_refuses(request_):
    form = type("Form", (forms.Form,), {"pue": forms.DecimalField(help_text="Un nombre.")})({})
    drawing = money_bars([MoneyBar(2026, Decimal(1))], title="", language="fr", prefix="m")
    pages = Paginator(range(100), 10).page(2)
    tree = page(request_, form=form, drawing=drawing, page=pages, organisation=ARMORIQUE)
    assert not tree.xpath("//script | //style | //*[@style] | //iframe")
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")
    addresses = tree.xpath("//@href | //@src | //@action")
    assert not [url for url in addresses if re.match(r"(?:\w+:)?//|javascript:|data:", url)]
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    described = " ".join(tree.xpath("//@aria-describedby | //@aria-labelledby")).split()
    assert {"id_pue_helptext", "id_pue_error", "m-t"} <= set(described) <= set(ids)
    assert tree.get_element_by_id("id_pue").get("aria-invalid") == "true"


def test_what_was_done_can_be_undone_by_a_post_with_its_token(request_):
    done = Message(25, "Relevé <enregistré>.", "undo /armorique/undo/3/")
    tree = page(request_, messages=[done, Message(40, "Refusé.")])
    first, second = tree.find_class("msg")
    assert first.text_content().startswith("Relevé <enregistré>.")
    assert (first.get("role"), second.get("role")) == ("status", "alert")
    (form,) = first.iter("form")
    assert (form.get("method"), form.get("action")) == ("post", "/armorique/undo/3/")
    assert form.xpath("input[@name='csrfmiddlewaretoken']")
    assert not list(second.iter("form"))


def test_the_header_says_where_one_is_and_who_is_fictional(request_):
    entries = [
        SimpleNamespace(url="/armorique/budget/", words="Exercices", current=True),
        SimpleNamespace(url="/armorique/observatory/", words="Se comparer", current=False),
    ]
    places = [
        SimpleNamespace(url="/armorique/budget/", words="Budget", current=True, entries=entries),
        SimpleNamespace(url="/armorique/plans/", words="Plan", current=False, entries=()),
    ]
    with translation.override("fr"):
        tree = page(request_, navigation=places, organisation=ARMORIQUE, person_label="Pilote")
    assert tree.xpath("//nav//a[@aria-current='page']/text()") == ["Budget", "Exercices"]
    assert tree.xpath("//aside/text()") == ["Données fictives, au 24\u00a0novembre 2026"]
    assert tree.findtext(".//title") == "Essai · Région Armorique · Portulan"
    skip = tree.find_class("skip")[0]
    assert skip.get("href") == "#" + tree.xpath("//main/@id")[0]
    real = SimpleNamespace(name="Brest", fictional=False, frozen_on=None)
    assert not list(page(request_, organisation=real).iter("aside"))


def test_pages_keep_the_filters(request_):
    tree = page(request_, page=Paginator(range(400), 25).page(7))
    links = tree.find_class("page")[0].xpath(".//a")
    assert [link.text for link in links][1:-1] == ["1", "6", "7", "8", "16"]
    assert all("verdict=mixte" in link.get("href") for link in links)
    assert [link.text for link in links if link.get("aria-current")] == ["7"]


def test_the_stylesheet_stays_light():
    with open(finders.find("portulan/portulan.css"), "rb") as file:
        css = file.read()
    # Every rule is used; views of a plan took it past 5 KiB, places and the search past 5.75,
    # sheets, minutes, phones of a room past 6.25, sources and words of the trade past 6.75,
    # taps that are kept past 6.9, lines of links on a phone and the
    # places with what is done there past 6.95, a shorter public page past 7.
    assert len(brotli.compress(css)) <= 7220
    assert b"http" not in css
    assert b"url(" not in css


def test_no_organisation_takes_an_address_of_the_product() -> None:
    """The first word of every address is an organisation, or reserved."""
    firsts = set()
    for pattern in get_resolver().url_patterns:
        inner = getattr(pattern, "url_patterns", [pattern])
        prefix = str(pattern.pattern) if hasattr(pattern, "url_patterns") else ""
        firsts |= {(prefix + str(one.pattern)).split("/")[0] for one in inner}
    firsts |= {settings.STATIC_URL.strip("/")} - {""}
    assert {one for one in firsts if slug_re.match(one)} <= RESERVED
