"""A provider's share: said from what was published, received as a copy, counted once."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portulan.budget.attributions.writes import attribute
from portulan.budget.imports.writes import confirm, preview
from portulan.budget.indicator.reads import figure_of
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.models import BudgetLine, FiscalYear, ReceivedShare
from portulan.budget.perimeter.verdicts import override_line
from portulan.budget.provided.consolidation import consolidated
from portulan.budget.provided.document import Member, plain, read
from portulan.budget.provided.reads import file_of, last_said, received
from portulan.budget.provided.writes import attach, receive, say_to_members
from portulan.budget.words import Method, Stage, Verdict
from portulan.budget.years.writes import open_year
from portulan.core.errors import DeniedError
from portulan.core.models import AuditEntry
from portulan.core.say.text import UnusableInputError
from portulan.web.trail.page import author
from tests.people import Town, make_town
from tests.publication.groups.conftest import proved

D = Decimal
OWN, MEMBER = "200000016", "219900016"
OWN_LEDGER = "Compte;Libellé;Ouvert\n2051;Licences;800,00\n21838;Parc;200,00\n"
MEMBER_LEDGER = "Compte;Libellé;Ouvert\n65811;Services;400,00\n65568;Contribution;100,00\n"


def load(town: Town, ledger: str) -> FiscalYear:
    year = open_year(town.finance, year=2026)
    stream = io.BytesIO(ledger.encode())
    batch = preview(town.finance, fiscal_year=year, stream=stream, file_name="gl.csv")
    confirm(town.finance, batch=batch, in_euros=True)
    return year


@pytest.fixture
def syndicate(db: None) -> Town:
    town = make_town("syndicat", siren=OWN)
    year = load(town, OWN_LEDGER)
    lines = BudgetLine.objects.filter(fiscal_year=year).order_by("row")
    attribute(town.finance, line=lines[0], share=D("0.5"), method=Method.KEY, reason="clé")
    attribute(town.finance, line=lines[1], share=D("0.5"), method=Method.KEY, reason="clé")
    return town


def year_of(town: Town) -> FiscalYear:
    return FiscalYear.objects.select_related("organisation").get(organisation=town.organisation)


def said_by(town: Town, members: list[Member] | None = None) -> dict[str, object]:
    year = year_of(town)
    publish_run(town.finance, run=compute_run(town.finance, fiscal_year=year, stage=Stage.OPENED))
    members = members or [Member(siren=MEMBER, name="Bourg", key=D("0.25"))]
    return plain(file_of(say_to_members(town.finance, fiscal_year=year, members=members)))


def contribution(town: Town) -> BudgetLine:
    line = BudgetLine.objects.get(label="Contribution", organisation=town.organisation)
    override_line(
        town.finance, line=line, verdict=Verdict.IN, share=D(1), reason="le syndicat est la DSI"
    )
    line.refresh_from_db()
    return line


def test_only_what_finance_published_is_said_and_by_who_may(syndicate):
    members = [Member(siren=MEMBER, name="Bourg", key=D("0.25"))]
    with pytest.raises(ValidationError, match="Publiez d’abord"):
        say_to_members(syndicate.finance, fiscal_year=year_of(syndicate), members=members)
    said_by(syndicate)
    with pytest.raises(DeniedError):
        say_to_members(syndicate.reader, fiscal_year=year_of(syndicate), members=members)
    for wrong in ([], members * 2, [Member(siren=OWN, name="moi", key=D("0.1"))]):
        with pytest.raises(ValidationError):
            say_to_members(syndicate.finance, fiscal_year=year_of(syndicate), members=wrong)
    beyond = [Member(siren=f"21990001{n}", name="x", key=D("0.6")) for n in (1, 2)]
    with pytest.raises(ValidationError, match="100"):
        say_to_members(syndicate.finance, fiscal_year=year_of(syndicate), members=beyond)


def test_a_member_that_is_here_reads_a_dated_copy_and_takes_it(syndicate):
    claim = make_town("imposteur", siren=MEMBER)
    town = proved(make_town("bourg", siren=MEMBER))
    load(town, MEMBER_LEDGER)
    said_by(syndicate)
    assert not list(received(actor=claim.reader, year=2026))
    (copy,) = received(actor=town.reader, year=2026)
    assert (copy.name, copy.value, copy.key, copy.by_file) == ("Syndicat", D(50), D("0.25"), False)
    line = contribution(town)
    given = attach(town.finance, line=line, received=copy)
    assert (given.share, given.provided) == (D("0.5"), copy)
    assert "Syndicat" in given.reason
    told = {
        entry.verb: entry
        for entry in AuditEntry.objects.filter(organisation_id=town.organisation.pk)
    }
    assert "provider share attached" in told
    # The provider did it: neither a person of here, nor somebody at the machine.
    assert author(told["provider share received"], {}) == "Syndicat"
    with pytest.raises(ValidationError, match="déjà"):
        attach(town.finance, line=line, received=copy)
    # What the provider's figure becomes afterwards changes nothing of the copy.
    parc = BudgetLine.objects.get(label="Parc")
    attribute(syndicate.finance, line=parc, share=D("0.25"), method=Method.KEY, reason="plus")
    said_by(syndicate)
    assert {one.value for one in received(actor=town.reader, year=2026)} == {D(50), D(55)}
    given.refresh_from_db()
    assert given.provided == copy


def test_nothing_of_one_is_seen_by_the_other(syndicate):
    town, other = proved(make_town("bourg", siren=MEMBER)), make_town("autre", siren="219900024")
    load(town, MEMBER_LEDGER)
    load(other, MEMBER_LEDGER)
    said_by(syndicate)
    assert not list(received(actor=other.finance, year=2026))
    (copy,) = ReceivedShare.objects.all()
    with pytest.raises(ValidationError):
        attach(other.finance, line=contribution(other), received=copy)
    assert not list(received(actor=syndicate.finance, year=2026))


def test_a_file_is_dropped_by_the_member_it_names_alone(syndicate):
    document = said_by(syndicate)
    content = json.dumps(document).encode()
    assert plain(read(content)) == document
    town = make_town("bourg", siren=MEMBER)
    first, again = (receive(town.finance, content=content) for _ in range(2))
    assert first == again
    assert first.by_file
    with pytest.raises(ValidationError, match="ne nomme pas"):
        receive(make_town("autre", siren="219900024").finance, content=content)
    with pytest.raises(ValidationError, match="ne nomme pas"):
        receive(make_town("sans-siren").finance, content=content)


@pytest.mark.parametrize(
    "change",
    [
        {"value": "101"}, {"value": "NaN"}, {"value": None}, {"members": []}, {"year": 1},
        {"more": 1}, {"format": "portulan-provider-share/2"}, {"denominator": "0"},
        {"stage": "spent"}, {"published_on": "hier"},
        {"members": [{"siren": MEMBER, "name": "x", "key": "1.5"}]},
        {"provider": {"siren": "abc", "name": "x"}},
    ],
)  # fmt: skip
def test_a_file_that_is_not_understood_is_refused(syndicate, change):
    with pytest.raises(UnusableInputError):
        read(json.dumps({**said_by(syndicate), **change}).encode())
    for content in (b"", b"{}", b"\xff", b"[" * 10_000):
        with pytest.raises(UnusableInputError):
            read(content)


def test_a_consolidation_counts_the_euro_once(syndicate):
    town = proved(make_town("bourg", siren=MEMBER))
    year = load(town, MEMBER_LEDGER)
    said_by(syndicate)
    (copy,) = received(actor=town.finance, year=2026)
    attach(town.finance, line=contribution(town), received=copy)
    alone = figure_of(year, Stage.OPENED).figure
    assert (alone.numerator, alone.denominator.amount) == (D(50), D(500))
    both = consolidated([year_of(town), year_of(syndicate)], Stage.OPENED)
    assert (both.numerator, both.denominator) == (D(500), D(1400))
    assert [(one.amount, one.nr) for one in both.eliminated] == [(D(100), D(50))]
    # Without the provider, the contribution stays as its member declares it.
    one = consolidated([year_of(town)], Stage.OPENED)
    assert (one.numerator, one.denominator, one.eliminated) == (D(50), D(500), [])


def test_what_was_said_last_is_found_again(syndicate):
    assert last_said(year_of(syndicate)) is None
    said_by(syndicate)
    said = last_said(year_of(syndicate))
    assert said is not None
    assert said.members == [{"siren": MEMBER, "name": "Bourg", "key": "0.25"}]
