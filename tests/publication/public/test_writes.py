"""What becomes public: only what was chosen, never a name or a supplier, and for ever."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portulan.accounts.access import Role
from portulan.accounts.models import Person
from portulan.budget.indicator.writes import compute_run, publish_run
from portulan.budget.models import Attribution
from portulan.budget.words import Stage
from portulan.core.errors import DeniedError, NotFoundError
from portulan.plans.models import PlannedMoney
from portulan.publication.documents.judging import Standing
from portulan.publication.documents.making import keep
from portulan.publication.models import ErrorReport, PublicEdition, PublicFigure
from portulan.publication.public.edition import number
from portulan.publication.public.reads import (
    content_of,
    corrections_of,
    get_edition,
    public_of,
)
from portulan.publication.public.writes import (
    answer_error,
    mark_of,
    publish_edition,
    show_document,
    tell_error,
    withdraw,
)
from portulan.publication.words import Part
from tests.people import Town
from tests.plans.plan_of_town import TODAY
from tests.publication.documents.samples import whole_document
from tests.publication.public.published import SUPPLIERS, Published, choose, publish_share
from tests.web.budget.conftest import give


def test_nothing_is_public_until_it_is_chosen_then_published(published: Published) -> None:
    town = published.town
    with pytest.raises(ValidationError, match="Choisissez"):
        publish_edition(town.editor, today=TODAY)
    choose(town, Part.ACTIONS)
    with pytest.raises(NotFoundError):
        public_of(town.slug)
    shown = published.show(Part.ACTIONS)
    content = content_of(shown)
    assert (content.shares, content.accounts, content.dropped, content.trouble) == ((), (), (), ())
    assert [one.standing for one in content.actions] == [Standing.TO_DO, Standing.TO_DO]
    assert not PublicFigure.objects.exists()


def test_only_a_share_that_finance_published_is_shown(town: Town) -> None:
    place = publish_share(town, publishes=False)
    content = content_of(place.show(*Part))
    assert (content.shares, content.accounts, content.themes) == ((), (), ())
    publish_run(town.finance, run=place.run)
    [share] = content_of(place.show(*Part)).shares
    assert number(share.value) == place.run.value
    assert (share.year, share.stage) == (2026, "OPENED")
    assert share.figure == PublicFigure.objects.get().seal


def test_neither_name_nor_supplier_nor_planned_amount_leaves(published: Published) -> None:
    town = published.town
    action = published.plan.actions.order_by("number")[0]
    PlannedMoney.objects.create(action=action, year=2027, section="F", amount=Decimal("987654"))
    said = published.show(*Part).content + PublicFigure.objects.get().content
    people = {person.name for person in town.people.values() if person.name}
    for hidden in (*people, *SUPPLIERS, "M-1", "987654", "Portables reconditionnés", "note 12"):
        assert hidden not in said
    # Three accounts, two of one line: together, as their amounts are those of suppliers.
    lines = {one.account: one.dedicated for one in content_of(PublicEdition.objects.get()).accounts}
    assert lines == {"2051": "850", "": "500"}


def test_a_text_that_names_somebody_or_a_supplier_is_read_first(published: Published) -> None:
    town = published.town
    action = published.plan.actions.order_by("number")[1]
    action.title = f"Étudier la location chez {SUPPLIERS[2].title()}"
    action.save()
    choose(town, Part.ACTIONS)
    with pytest.raises(ValidationError, match="fournisseur"):
        publish_edition(town.editor, today=TODAY)
    assert not PublicEdition.objects.exists()
    assert publish_edition(town.editor, today=TODAY, texts_read=True).number == 1


def test_a_reason_that_names_somebody_or_a_supplier_is_not_said(town: Town) -> None:
    place = publish_share(town, publishes=False)
    person = town.people[Role.EDITOR]
    Person.objects.filter(pk=person.pk).update(name="Rozenn Le Hir")
    reasons = {
        "Logiciels libres": "vu avec R. LE HIR",
        "Licences": f"devis de {SUPPLIERS[2].title()}",
    }
    give(town, "Licences", "0.1")
    for label, reason in reasons.items():
        Attribution.objects.filter(line__label=label).update(reason=reason)
    publish_run(
        town.finance,
        run=compute_run(town.finance, fiscal_year=place.run.fiscal_year, stage=Stage.OPENED),
    )
    place.show(*Part)
    content = PublicFigure.objects.get().content
    assert "vu avec" not in content
    assert "devis de" not in content
    assert content.count('"reasons":["…"]') == 2


def test_what_was_previewed_is_what_is_published(published: Published) -> None:
    town = published.town
    choose(town, *Part)
    read = mark_of(town.editor, town.organisation, TODAY)
    assert not PublicFigure.objects.exists()  # looking writes nothing
    published.plan.actions.update(title="Autre chose", short_title="")
    with pytest.raises(ValidationError, match="a changé"):
        publish_edition(town.editor, today=TODAY, read=read, texts_read=True)
    again = mark_of(town.editor, town.organisation, TODAY)
    assert publish_edition(town.editor, today=TODAY, read=again, texts_read=True).number == 1


def test_an_edition_stays_as_it_was_and_is_only_withdrawn(published: Published) -> None:
    first = published.show(*Part)
    second = published.show(Part.ACTIONS, note="Le titre de l’action 1 était faux.")
    assert (first.number, second.number) == (1, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicEdition.objects.filter(pk=first.pk).update(content="{}")
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicFigure.objects.update(seal="0" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        first.delete()
    with pytest.raises(ValidationError, match="Dites pourquoi"):
        withdraw(published.town.editor, shown=second, reason=" ", today=TODAY)
    withdraw(published.town.editor, shown=second, reason="Erreur d’année", today=TODAY)
    with pytest.raises(ValidationError, match="déjà"):
        withdraw(published.town.editor, shown=second, reason="Encore", today=TODAY)
    public = public_of(published.town.slug)
    assert public.current == first
    assert get_edition(public.organisation, 2).withdrawal_reason == "Erreur d’année"
    said = {(one.note, bool(one.withdrawn)) for one in corrections_of(public.organisation)}
    assert said == {("Le titre de l’action 1 était faux.", False), ("", True)}


def test_a_share_that_changed_is_in_the_log(published: Published) -> None:
    first = content_of(published.show(Part.SHARE))
    before = json.loads(PublicEdition.objects.get().content)
    before["shares"][0]["value"], before["number"] = "12.5", 2
    with transaction.atomic():
        PublicEdition(
            organisation=published.town.organisation,
            number=2,
            published_on=TODAY,
            published_at=PublicEdition.objects.get().published_at,
            digest="0" * 64,
            content=json.dumps(before),
        ).save()
    [change] = content_of(published.show(Part.SHARE)).changes
    assert (change.before, change.after) == ("12.5", first.shares[0].value)


def test_an_error_told_is_answered_in_public(published: Published) -> None:
    town, shown = published.town, published.show(*Part)
    told = tell_error(shown, about="share-2026", message="  Il manque un compte. ")
    assert tell_error(shown, about="share-2026", message="Il manque un compte.") == told
    for about, message in (("share-1999", "faux"), ("page", " "), ("page", "x" * 2001)):
        with pytest.raises(ValidationError):
            tell_error(shown, about=about, message=message)
    assert len(told.token) > 40
    answered = answer_error(
        town.editor, report=told, answer="C’est exact.", corrects=True, today=TODAY
    )
    assert (answered.answered_on, answered.answered_by) == (TODAY, town.editor.person_id)
    [line] = corrections_of(town.organisation)
    assert line.answer == told
    assert ErrorReport.objects.count() == 1


def test_too_many_errors_wait(published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portulan.publication.public.writes.MOST_WAITING", 1)
    shown = published.show(Part.ACTIONS)
    tell_error(shown, about="page", message="Un")
    with pytest.raises(ValidationError, match="revenez"):
        tell_error(shown, about="page", message="Deux")


def test_who_may_publish(published: Published, elsewhere: Town) -> None:
    town = published.town
    shown = published.show(Part.ACTIONS)
    kept = keep(town.editor, whole_document())
    told = tell_error(shown, about="page", message="faux")
    for role in (Role.READER, Role.CONTRIBUTOR, Role.FINANCE, Role.AUDITOR):
        actor = town.actor(role)
        for deed in (
            lambda actor=actor: publish_edition(actor, today=TODAY),
            lambda actor=actor: show_document(actor, document=kept, today=TODAY),
            lambda actor=actor: withdraw(actor, shown=shown, reason="x", today=TODAY),
            lambda actor=actor: answer_error(
                actor, report=told, answer="x", corrects=False, today=TODAY
            ),
        ):
            with pytest.raises(DeniedError):
                deed()
    for deed in (
        lambda: show_document(elsewhere.editor, document=kept, today=TODAY),
        lambda: answer_error(
            elsewhere.editor, report=told, answer="x", corrects=False, today=TODAY
        ),
    ):
        with pytest.raises(ValidationError):
            deed()
    document = show_document(town.editor, document=kept, today=TODAY)
    withdraw(town.editor, shown=document, reason="Refait", today=TODAY)
