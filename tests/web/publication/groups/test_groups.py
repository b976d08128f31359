"""A group on screens: it reads copies, and no right of its own opens an address of a member."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from lxml import html

from portulan.accounts.access import Role
from portulan.accounts.delegations import delegate, end_delegation
from portulan.accounts.features import put_away_at_first
from portulan.accounts.models import Delegation, Membership, Organisation
from portulan.accounts.words import LegalForm
from portulan.core.models import AuditEntry, Letter
from portulan.plans.models import Action, Plan
from portulan.publication.groups.members import Named, say_members
from portulan.publication.groups.sharing import accept_member
from portulan.publication.models import SentPlan, SharedCopy, Sharing
from portulan.publication.words import Extent
from tests.browser import Browser
from tests.pages import MOST_NODES
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_action, make_plan
from tests.publication.groups.conftest import FIGURES, NOTHING
from tests.publication.groups.test_sharing import give, sirens
from tests.publication.public.published import Published
from tests.web.furnished import Place, furnish, patterns

SECRET = "Secret7731"
ANSWERS = {200, 302, 403, 404, 405, 410, 422}


@pytest.fixture
def at(syndicate: Town, val: Town, members: None, signed_in: Any) -> Callable[..., Browser]:
    for town in (syndicate, val):
        Organisation.objects.filter(pk=town.organisation.pk).update(frozen_on=TODAY)
    return lambda role, town: signed_in(role, town)


def url(town: Town, name: str, *found: object) -> str:
    return reverse(f"groups:{name}", args=[town.slug, *found])


def words(answer: Any) -> str:
    tree = html.document_fromstring(answer.content.decode())
    return " ".join(tree.xpath("string(//main)").split())


def test_a_member_says_what_is_read_and_the_group_reads_it(
    syndicate: Town,
    val: Town,
    bourg: Published,
    at: Callable[..., Browser],
) -> None:
    make_action(val, make_plan(val, "Plan du val"), "Donner les portables")
    admin, group = at(Role.ADMIN, val), syndicate.organisation.pk
    assert "un groupe vous compte" in words(admin.get(url(val, "page"))).lower()
    page = url(val, "share", group)
    assert "copie datée" in words(admin.get(page))
    assert admin.fill(page, {"extent": Extent.TEXTS}).status_code == 302
    reader = at(Role.READER, syndicate)
    assert "3 membres, 0 partage." in words(reader.get(url(syndicate, "members")))
    assert "pas encore acceptés" in words(admin.get(url(val, "page")))
    accept_member(syndicate.admin, copy=SharedCopy.objects.get())
    assert "3 membres, 1 partage." in words(reader.get(url(syndicate, "members")))
    give(bourg.town, syndicate)
    table = reader.get(url(syndicate, "members"))
    said = words(table)
    assert "3 membres, 2 partagent" in said
    assert "ne partage rien" in said
    assert ", une part publiée)" in said
    copy = SharedCopy.objects.get(sharing__organisation=val.organisation)
    said = words(reader.get(url(syndicate, "copy", copy.pk)))
    assert "Donner les portables" in said
    assert words(admin.get(url(val, "own-copy", group))).split("Refaire la copie")[-1] in said
    rows = reader.get(url(syndicate, "members-file")).content.decode().splitlines()
    assert len(rows) == 4
    assert admin.post(url(val, "share-again", group)).status_code == 302
    assert admin.fill(url(val, "end-sharing", group), {}).status_code == 302
    assert reader.get(url(syndicate, "copy", copy.pk)).status_code == 404
    assert not Sharing.objects.filter(organisation=val.organisation, ended_on=None).exists()


def test_no_role_of_a_group_opens_an_address_of_a_member(
    syndicate: Town,
    town: Town,
    signed_in: Any,
) -> None:
    """The member shares all that may be shared; each address, with its identifiers, stays shut."""
    place = furnish(town)
    Organisation.objects.filter(pk=town.organisation.pk).update(siren=FIGURES, proved_siren=FIGURES)
    say_members(syndicate.admin, members=[Named(FIGURES, "Bourg")])
    give(town, syndicate, Extent.TEXTS)
    Organisation.objects.filter(pk=syndicate.organisation.pk).update(frozen_on=TODAY)
    marked(town)
    before = AuditEntry.objects.filter(organisation_id=town.organisation.pk).count()
    everything = syndicate.people[Role.READER]
    for role in set(Role) - {Role.READER}:
        Membership.objects.create(person=everything, role=role)
    callers = [signed_in(role, syndicate) for role in (Role.READER, *(set(Role) - {Role.READER}))]
    leaks, tried = [], 0
    for place_of, (path, data, inside) in enumerate(attempts(place, syndicate)):
        for rank, browser in enumerate(callers):
            browser.raise_request_exception = False
            # Who has every role tries all; of the others, each reads one address of two.
            methods = ("get", "post") if rank == 0 else ("get",) * ((place_of + rank) % 2)
            for method in methods:
                with transaction.atomic():
                    answer = getattr(browser, method)(path, data)
                    body = (
                        b"".join(answer.streaming_content) if answer.streaming else answer.content
                    ).decode(errors="replace")
                    transaction.set_rollback(True)
                tried += 1
                if answer.status_code not in ({404} if inside else ANSWERS) or SECRET in body:
                    leaks.append((rank, method, path, answer.status_code, SECRET in body))
    assert leaks == []
    assert tried > 1_000
    assert AuditEntry.objects.filter(organisation_id=town.organisation.pk).count() == before


def marked(town: Town) -> None:
    """A word that is nowhere else in what only the member may read."""
    Action.objects.filter(plan__organisation=town.organisation).update(title=SECRET)
    Plan.objects.filter(organisation=town.organisation).update(title=SECRET)
    for person in town.people.values():
        person.function = SECRET
        person.save()


def attempts(place: Place, group: Town) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Each address of the member; then those of the group with the identifiers of the member."""
    ids = {
        name: value
        for named in place.named.values()
        for name, value in named.items()
        if isinstance(value, int)
    }
    for name, arguments in patterns():
        if "organisation" not in arguments:
            continue
        inside = place.address(name, arguments)
        yield inside, ids, True
        if name.startswith("groups:"):
            known = place.named[""] | place.named.get(name, {}) | {"organisation": group.slug}
            yield reverse(name, kwargs={one: known[one] for one in arguments}), ids, False


def test_a_plan_is_sent_read_and_taken_on_screens(
    syndicate: Town,
    val: Town,
    at: Callable[..., Browser],
) -> None:
    give(val, syndicate)
    plan = make_plan(syndicate, "Plan type")
    make_action(syndicate, plan, "Éteindre la nuit")
    editor = at(Role.EDITOR, syndicate)
    copy = SharedCopy.objects.get()
    page = url(syndicate, "send-plan")
    assert editor.fill(page, {"plan": plan.slug}).status_code == 422
    answer = editor.fill(page, {"plan": plan.slug, "members": [copy.pk]})
    assert answer.status_code == 302
    theirs, sent = at(Role.EDITOR, val), SentPlan.objects.get()
    assert "Plan type" in words(theirs.get(url(val, "page")))
    page = url(val, "take-plan", sent.pk)
    assert "Éteindre la nuit" in words(theirs.get(page))
    answer = theirs.fill(page, {"first_year": 2030, "last_year": 2029})
    assert answer.status_code == 422
    assert theirs.fill(page, {"title": "À nous"}).status_code == 302
    assert Plan.objects.get(organisation=val.organisation).title == "À nous"
    assert ", repris" in words(editor.get(url(syndicate, "members")))
    assert theirs.post(url(val, "decline-plan", sent.pk)).status_code == 302
    assert SentPlan.objects.get().reception == "taken"


def test_a_list_is_shown_before_it_makes_anything(
    syndicate: Town,
    val: Town,
    at: Callable[..., Browser],
    settings: Any,
) -> None:
    admin, page = at(Role.ADMIN, syndicate), url(syndicate, "found-members")
    assert admin.get(page).status_code == 404
    assert "liste" not in words(admin.get(url(syndicate, "members")))
    settings.FOUNDERS, settings.MAILERS = [syndicate.slug], {"default": {}}
    text = f"{NOTHING};La Neuve;1250;maire@neuve.example"
    shown = admin.fill(page, {"members": text, "form": "town"})
    assert f"SIREN {NOTHING}, maire@neuve.example" in words(shown)
    assert not Organisation.objects.filter(siren=NOTHING).exists()
    sent = admin.fields_of(shown, form=1)
    assert admin.post(page, {**sent, "found": ""}).status_code == 302
    assert Organisation.objects.get(siren=NOTHING).name == "La Neuve"
    assert Letter.objects.count() == 1
    done = admin.get(url(syndicate, "work", "founding"))
    assert "Une organisation créée" in words(done)
    assert "Refresh" not in done
    assert at(Role.READER, syndicate).get(url(syndicate, "work", "founding")).status_code == 403
    assert at(Role.ADMIN, val).get(url(val, "work", "founding")).status_code == 404
    assert admin.get(url(syndicate, "work", "nothing")).status_code == 404
    shown = admin.fill(page, {"members": "123456789;X;;a@b.example", "form": "town"})
    assert "Ligne 1 (123456789) : ce SIREN n’existe pas" in words(shown)
    assert admin.fill(page, {"members": "", "form": "town"}).status_code == 422


def test_a_file_is_a_list_and_says_from_when_one_acts(
    syndicate: Town, val: Town, at: Callable[..., Browser], settings: Any
) -> None:
    settings.FOUNDERS, settings.MAILERS = [syndicate.slug], {"default": {}}
    admin, page = at(Role.ADMIN, syndicate), url(syndicate, "found-members")
    file = SimpleUploadedFile("l.csv", f"SIREN;nom;adresse\n{NOTHING};L’Île;m@i.example".encode())
    asked = {"form": "town", "with_plan": "on", "until": "31/12/2026", "file": file}
    shown = admin.fill(page, asked)
    sent = admin.fields_of(shown, form=1)
    assert (sent["with_plan"], sent["until"]) == ("on", "31/12/2026")
    answer = admin.post(page, {**sent, "found": ""})
    assert (answer.status_code, answer["Location"]) == (302, url(syndicate, "work", "founding"))
    made = Organisation.objects.get(siren=NOTHING)
    assert (made.name, Plan.objects.get(organisation=made).actions.count()) == ("L’Île", 8)
    assert admin.get(f"/{made.slug}/plans/").status_code in {200, 302}
    assert admin.get(f"/{made.slug}/people/add/").status_code == 403
    bad = SimpleUploadedFile("l.csv", b"\x00\x01\x02\xff" * 40)
    assert admin.fill(page, {**asked, "file": bad}).status_code == 422


def test_who_acts_for_a_member_is_told_so_on_each_page(
    syndicate: Town,
    val: Town,
    at: Callable[..., Browser],
) -> None:
    admin, agent = at(Role.ADMIN, val), at(Role.EDITOR, syndicate)
    user = syndicate.people[Role.EDITOR].user
    assert user is not None
    answer = admin.fill(
        url(val, "delegate", syndicate.organisation.pk),
        {"email": user.email, "roles": ["editor"], "until": "31/12/2026"},
    )
    assert answer.status_code == 302
    given = Delegation.objects.get()
    assert agent.get(f"/{val.slug}/").status_code == 404
    assert (
        at(Role.READER, syndicate).get(url(syndicate, "accept-delegation", given.pk)).status_code
        == 404
    )
    assert agent.fill(url(syndicate, "accept-delegation", given.pk), {}).status_code == 302
    tree = html.document_fromstring(agent.get(f"/{val.slug}/plans/new/").content.decode())
    assert "par délégation" in tree.xpath("string(//body)")
    answer = agent.fill(
        f"/{val.slug}/plans/new/", {"title": "Pour eux", "first_year": "2026", "last_year": "2027"}
    )
    assert answer.status_code == 302
    assert agent.get(f"/{val.slug}/people/add/").status_code == 403
    said = words(at(Role.ADMIN, syndicate).get(f"/{syndicate.slug}/people/journal/"))
    assert "acte par délégation" in said
    assert "Pour eux" not in said
    page = url(val, "end-delegation", given.pk)
    assert admin.fill(page, {}).status_code == 302
    assert agent.get(f"/{val.slug}/").status_code == 404


def test_a_delegation_that_stands_is_shown_however_many_are_over(
    syndicate: Town, val: Town, at: Callable[..., Browser]
) -> None:
    def given(function: str, number: int, until: date = TODAY) -> Delegation:
        return delegate(
            val.admin,
            group=syndicate.organisation,
            email=f"agent{number}@syndicat.example",
            function=function,
            roles=[Role.READER],
            until=until,
            today=min(until, TODAY),
        )

    given("Agent passé", 0, TODAY - timedelta(days=1))
    given("Agent en poste", 1)
    for number in range(13):
        over = given("Agent terminé", 2 + number)
        end_delegation(val.admin, delegation=over, today=TODAY)
    said = words(at(Role.ADMIN, val).get(url(val, "page")))
    assert "Agent en poste" in said
    assert "Agent terminé" not in said
    assert "Agent passé" not in said


def test_sixty_members_fit_their_pages(syndicate: Town, at: Callable[..., Browser]) -> None:
    admin = at(Role.ADMIN, syndicate)
    lines = "\n".join(f"{siren} ; Commune {n}" for n, siren in enumerate(sirens(60)))
    page = url(syndicate, "say-members")
    assert admin.fill(page, {"members": lines}).status_code == 302
    assert admin.fill(page, {"members": f"{lines}\n123456789 ; x"}).status_code == 422
    for query in ("", "?page=3", "?show=nothing", "?show=silent"):
        tree = html.document_fromstring(admin.get(url(syndicate, "members") + query).content)
        assert len(tree.xpath("//body//*[not(ancestor::svg)]")) < MOST_NODES


def test_a_small_town_sees_none_of_it_before_it_asks(
    syndicate: Town,
    val: Town,
    at: Callable[..., Browser],
) -> None:
    val.organisation.refresh_from_db()
    val.organisation.put_away = put_away_at_first(LegalForm.TOWN, 3400)
    val.organisation.save()
    admin = at(Role.ADMIN, val)
    for page in ("", "people/", "plans/", "budget/"):
        assert not re.search(r"group|syndicat|délég", words(admin.get(f"/{val.slug}/{page}")), re.I)
    assert "Un groupe vous compte" in words(admin.get(f"/{val.slug}/people/more/"))
    admin.post(f"/{val.slug}/people/more/groups/")
    assert "Groupe" in words(admin.get(f"/{val.slug}/people/"))
