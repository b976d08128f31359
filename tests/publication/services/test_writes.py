"""The register of services: who keeps it, what is refused, what its declaration says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from portulan.accounts.models import Organisation
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.say.country import settled
from portulan.core.say.text import UnusableInputError
from portulan.publication.documents.asking import Asked
from portulan.publication.documents.making import RENDERERS, build, keep
from portulan.publication.documents.rgesn import KIND
from portulan.publication.models import AssessedCriterion, DigitalService
from portulan.publication.services.criteria import CRITERIA, Answer
from portulan.publication.services.reads import assessment_of, get_service, services_of
from portulan.publication.services.writes import (
    Answered,
    assess_service,
    remove_service,
    save_service,
)
from tests.people import Town
from tests.plans.plan_of_town import TODAY

pytestmark = pytest.mark.django_db


def made(town: Town, name: str = "Aides en ligne", **more: object) -> DigitalService:
    return save_service(town.editor, today=TODAY, name=name, **more)  # type: ignore[arg-type]


def whole(town: Town, service: DigitalService) -> DigitalService:
    """Answer all the criteria, those of algorithms not applicable."""
    return assess_service(
        town.editor,
        service=service,
        answers=[
            Answered(number, Answer.ABSENT, "Rien n’apprend.")
            if one.theme == 9
            else Answered(number, Answer.VALID)
            for number, one in CRITERIA.items()
        ],
    )


def asked(town: Town, **options: str) -> Asked:
    return Asked(town.editor, town.organisation, TODAY.year, TODAY, "fr", options)


def test_addresses_are_made_once_and_stay(town: Town) -> None:
    first, second = made(town), made(town)
    assert (first.slug, second.slug) == ("aides-en-ligne", "aides-en-ligne-2")
    assert made(town, "New").slug == "new-2"  # the screen of a new one has that word
    renamed = save_service(town.editor, today=TODAY, name="Autre", service=first)
    assert (renamed.slug, renamed.name) == ("aides-en-ligne", "Autre")
    assert [one.name for one in services_of(town.reader)][:2] == ["Aides en ligne", "Autre"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": "  "}, "name"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"assessed_on": TODAY + timedelta(1)}, "assessed_on"),
        ({"assessed_on": TODAY, "review_on": TODAY}, "review_on"),
    ],
)
def test_what_makes_no_sense_is_refused(town: Town, more: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        made(town, **{"name": "Site", **more})  # type: ignore[arg-type]
    assert field in caught.value.error_dict
    assert not DigitalService.objects.exists()


def test_only_who_edits_the_plan_keeps_it(town: Town, elsewhere: Town) -> None:
    service = made(town)
    for actor in (town.reader, town.finance):
        for deed in (
            lambda actor=actor: save_service(actor, today=TODAY, name="x"),
            lambda actor=actor: assess_service(actor, service=service, answers=[]),
            lambda actor=actor: remove_service(actor, service=service),
        ):
            with pytest.raises(DeniedError):
                deed()
        assert get_service(actor=actor, slug=service.slug) == service
    with pytest.raises(NotFoundError):
        get_service(actor=elsewhere.editor, slug=service.slug)


def test_criteria_are_answered_some_at_a_time_and_taken_back(town: Town) -> None:
    service = made(town)
    assess_service(
        town.editor,
        service=service,
        answers=[Answered("1.1", Answer.VALID), Answered("2.2", Answer.INVALID, "Trop lourd.")],
    )
    its = assessment_of(get_service(actor=town.reader, slug=service.slug))
    assert (its.answer("1.1"), its.answer("2.2"), its.answer("3.3")) == (
        *(Answer.VALID, Answer.INVALID, Answer.OPEN),
    )
    assert (its.left, its.comments) == (76, {"2.2": "Trop lourd."})
    assess_service(town.editor, service=service, answers=[Answered("1.1", Answer.OPEN)])
    assert AssessedCriterion.objects.get().criterion == "2.2"
    for wrong in (Answered("10.1", Answer.VALID), Answered("1.1", Answer.ABSENT, " ")):
        with pytest.raises(ValidationError):
            assess_service(town.editor, service=service, answers=[wrong])
    remove_service(town.editor, service=service)
    assert not AssessedCriterion.objects.exists()


def test_a_declaration_waits_for_something_to_declare(town: Town) -> None:
    service = made(town)
    for options, words in (
        ({}, "le registre en compte 1"),
        ({"service": service.slug}, "ses 78 critères attendent"),
        ({"service": "autre"}, "« autre »"),
    ):
        with pytest.raises(UnusableInputError) as caught:
            build(KIND, asked(town, **options))
        assert words in caught.value.problem.message("fr").replace("\u00a0", " ")


def test_a_declaration_says_its_score_once_it_is_whole_and_dated(town: Town) -> None:
    service = whole(town, made(town))
    undated = RENDERERS["html"](build(KIND, asked(town))).decode()
    assert "la date de l’évaluation n’est pas dite" in undated
    assert "100,0" not in undated
    save_service(
        town.editor,
        today=TODAY,
        name=service.name,
        assessed_on=date(2026, 1, 5),
        service=service,
    )
    document = build(KIND, asked(town, service=service.slug))
    said = RENDERERS["html"](document).decode()
    for words in ("100,0\u00a0%", "05/01/2026", "RGESN 2024", "Rien n’apprend.", "par choix"):
        assert words in said, words
    assert "conforme" not in said.lower()
    english = replace(asked(town), language="en")
    assert "eco-design of digital services" in RENDERERS["html"](build(KIND, english)).decode()
    made(town, "Pas encore")  # what nothing is said of is in no document
    assert build(KIND, asked(town)).sections == document.sections
    # What was produced stays when its service goes.
    kept = keep(town.editor, document)
    remove_service(town.editor, service=service)
    assert "Aides en ligne" in kept.content


def test_another_country_has_no_register(town: Town) -> None:
    made(town)
    Organisation.objects.filter(pk=town.organisation.pk).update(country="CHE", currency="CHF")
    with settled("CHE", "CHF"), pytest.raises(NotFoundError):
        services_of(town.editor)
