"""The sixth place: what can be produced, what each lacks, previews, files, what was kept."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from portulan.accounts.access import Role
from portulan.accounts.models import Organisation, SecurityEntry
from portulan.publication.documents.registry import KINDS
from portulan.publication.models import KeptDocument
from tests.browser import Browser
from tests.pages import MOST_NODES
from tests.people import Town
from tests.plans.plan_of_town import TODAY, followed_action, make_action, make_plan

type SignIn = Callable[[Role, Town], Browser]


@pytest.fixture(autouse=True)
def _at_the_day(town: Town) -> None:
    Organisation.objects.filter(pk=town.organisation.pk).update(frozen_on=TODAY)


def at(town: Town, name: str = "browse", *more: object) -> str:
    return reverse(f"documents:{name}", args=[town.slug, *more])


def test_what_is_missing_leads_to_where_it_is_given(town: Town, signed_in: SignIn) -> None:
    desk = signed_in(Role.EDITOR, town)
    empty = desk.get(at(town)).content.decode()
    assert "un plan d’action" in empty
    assert "le SIRET de l’établissement" in empty
    make_action(town, make_plan(town))
    page = desk.tree(desk.get(at(town)))
    lacks = {one.text for one in page.xpath("//td[@data-l='Il manque']//a")}
    assert {"sans livrable (1)", "actions à voter (1)", f"les comptes de {TODAY.year}"} <= lacks
    for address in page.xpath("//td[@data-l='Il manque']//a/@href"):
        assert desk.get(address, follow=True).status_code in (200, 403)


def test_it_is_made_kept_once_and_handed_over_again(town: Town, signed_in: SignIn) -> None:
    followed_action(town, make_plan(town))
    desk, place = signed_in(Role.EDITOR, town), (TODAY.year,)
    preview = at(town, "preview", "board", *place)
    for _time in range(2):
        shown = desk.post(at(town, "produce", "board", *place), desk.fields(preview), follow=True)
        assert shown.status_code == 200
        kept = KeptDocument.objects.get()
        assert kept.digest in shown.content.decode()
    assert "jamais" in desk.get(at(town)).content.decode()
    # What changes later does not change what was kept.
    before = desk.get(at(town, "kept-file", kept.pk, "html")).content
    make_action(town, kept.organisation.plans.get(), "Une autre")
    assert desk.get(at(town, "kept-file", kept.pk, "html")).content == before
    assert desk.get(at(town, "file", "board", *place, "html")).content != before
    assert SecurityEntry.objects.filter(details={"what": "document"}).exists()


def test_what_a_newer_version_kept_stays_and_breaks_no_page(town: Town, signed_in: SignIn) -> None:
    followed_action(town, make_plan(town))
    desk, place = signed_in(Role.EDITOR, town), (TODAY.year,)
    desk.fill(at(town, "preview", "board", *place), {})
    sent = desk.fields(at(town, "preview", "board", *place))
    desk.post(at(town, "produce", "board", *place), sent)
    made = KeptDocument.objects.get()
    newer = {name: getattr(made, name) for name in ("year", "language", "on", "made_at")}
    for rank, content in enumerate((made.content, '{"kind": "forecast", "shape": 3}')):
        KeptDocument.objects.create(
            organisation=town.organisation,
            kind="forecast",
            digest=str(rank) * 64,
            content=content,
            **newer,
        )
    said = desk.get(at(town)).content.decode()
    assert said.count("version plus récente") == 2
    for kept in KeptDocument.objects.filter(kind="forecast"):
        shown = desk.get(at(town, "kept", kept.pk), follow=True)
        assert shown.status_code == 200
        assert desk.get(at(town, "kept-file", kept.pk, "html")).status_code == 404


def test_who_reads_takes_files_and_keeps_nothing(
    town: Town, elsewhere: Town, signed_in: SignIn
) -> None:
    followed_action(town, make_plan(town))
    reader = signed_in(Role.READER, town)
    shown = reader.get(at(town, "preview", "yearly", TODAY.year)).content.decode()
    assert "Produire et garder" not in shown
    assert reader.post(at(town, "produce", "yearly", TODAY.year)).status_code == 403
    assert reader.get(at(town, "file", "yearly", TODAY.year, "pdf")).content.startswith(b"%PDF")
    assert reader.get(at(town, "file", "yearly", TODAY.year, "exe")).status_code == 404
    assert reader.get(at(town, "preview", "poem", TODAY.year)).status_code == 404
    editor = signed_in(Role.EDITOR, town)
    fields = editor.fields(at(town, "preview", "board", TODAY.year))
    editor.post(at(town, "produce", "board", TODAY.year), fields)
    kept = KeptDocument.objects.get()
    other = signed_in(Role.ADMIN, elsewhere)
    assert other.get(at(elsewhere, "kept", kept.pk)).status_code == 404
    assert other.get(at(town, "kept", kept.pk)).status_code == 404


def test_what_is_not_honest_yet_says_why_and_gives_no_file(town: Town, signed_in: SignIn) -> None:
    desk = signed_in(Role.READER, town)
    shown = desk.get(at(town, "preview", "agec", TODAY.year)).content.decode()
    assert "Aucun achat" in shown
    answer = desk.get(at(town, "file", "agec", TODAY.year, "csv"), follow=True)
    assert "Aucun achat" in answer.content.decode()


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"agec", "green"}))
def test_a_long_plan_fits_its_previews(kind: str, town: Town, signed_in: SignIn) -> None:
    plan, desk = make_plan(town), signed_in(Role.READER, town)
    for number in range(60):
        make_action(town, plan, f"Action {number}")
    page = at(town, "preview", kind, TODAY.year)
    first = desk.tree(desk.get(page))
    for address in ("", *first.xpath("//nav[@aria-label='Parties du document']//a/@href")):
        tree = desk.tree(desk.get(page + address))
        assert len(tree.xpath("//*[not(self::option)]")) <= MOST_NODES


def test_as_many_queries_with_ten_actions_as_with_one(town: Town, signed_in: SignIn) -> None:
    plan, desk = make_plan(town), signed_in(Role.READER, town)
    desk.get(at(town))
    counts = []
    for number in range(2):
        for _time in range(1 + 9 * number):
            make_action(town, plan, f"Action {number}{_time}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            desk.get(at(town))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_another_country_is_offered_no_document_of_french_law(
    town: Town, signed_in: SignIn
) -> None:
    Organisation.objects.filter(pk=town.organisation.pk).update(country="CHE", currency="CHF")
    make_action(town, make_plan(town))
    desk = signed_in(Role.READER, town)
    said = desk.get(at(town)).content.decode()
    assert not any(word in said for word in ("AGEC", "REEN", "SIRET", "développement durable"))
    assert desk.get(at(town, "preview", "agec", TODAY.year)).status_code == 404


def test_documents_are_one_click_from_the_dashboard_and_their_files_three(
    town: Town, signed_in: SignIn
) -> None:
    followed_action(town, make_plan(town))
    desk = signed_in(Role.READER, town)
    home = desk.tree(desk.get(reverse("dashboard:page", args=[town.slug])))
    (documents,) = home.xpath("//nav//a[contains(text(), 'Publi')]/@href")
    links = desk.tree(desk.get(documents)).xpath("//main//a/@href")
    assert at(town, "preview", "yearly", TODAY.year) in links
    assert reverse("observatory:page", args=[town.slug]) in links


def test_what_goes_out_is_at_most_two_clicks_from_the_dashboard(
    town: Town, signed_in: SignIn
) -> None:
    followed_action(town, make_plan(town))
    desk = signed_in(Role.ADMIN, town)
    seen, pages = set(), {reverse("dashboard:page", args=[town.slug])}
    for _click in range(2):
        found = [desk.get(page, follow=True) for page in pages]
        links = {
            urlsplit(link).path
            for answer in found
            if answer["Content-Type"].startswith("text/html")
            for link in desk.tree(answer).xpath("//a/@href | //form[@method='get']/@action")
            if link.startswith(f"/{town.slug}/")
        }
        seen |= {resolve(link).view_name for link in links}
        pages = {link for link in links if "." not in link.rsplit("/", 1)[-1]}
    wanted = {
        *("documents:preview", "evidence:browse", "steering:campaigns", "observatory:page"),
        *("documents:public", "plans:export", "documents:services"),
    }
    assert wanted <= seen, wanted - seen
