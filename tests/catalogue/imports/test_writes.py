from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from portulan.accounts.access import Operation, Role
from portulan.accounts.actors import command_line
from portulan.catalogue.imports import writes
from portulan.catalogue.imports.rows import in_english
from portulan.catalogue.imports.writes import digest_of, import_catalogue, install_builtin
from portulan.catalogue.models import (
    Catalogue,
    CatalogueVersion,
    Practice,
    PracticeIndicator,
    Theme,
)
from portulan.catalogue.readers.content import (
    CatalogueContent,
    IndicatorContent,
    PracticeContent,
    Scales,
    Term,
    ThemeContent,
)
from portulan.catalogue.readers.edition_file import load_builtin
from portulan.catalogue.readers.findings import NO_CODE, NO_TITLE
from portulan.catalogue.readers.registry import read_catalogue
from portulan.core.errors import DeniedError
from portulan.core.models import AuditEntry
from portulan.plans.models import Plan, PracticeChoice
from portulan.plans.words import Choice
from tests.people import Town


def content(version: str = "2026", *titles: str) -> CatalogueContent:
    titles = titles or ("Éteindre la nuit", "Garder longtemps")
    return CatalogueContent(
        slug="maison",
        title="Référentiel maison",
        version=version,
        scales=Scales(priority=(Term("Fort"), Term("Faible"))),
        themes=(ThemeContent("a", "energie", "Énergie", 10),),
        practices=tuple(
            PracticeContent(
                code=f"a.{number}",
                slug=f"p{number}",
                theme="a",
                title=title,
                priority="Fort",
                difficulty=None,
                pilots=("Exploitation",),
                indicators=(
                    IndicatorContent("Part éteinte", "percentage", "%", "up"),
                    IndicatorContent("Durée de vie", "quantity", "années"),
                ),
                order=number * 10,
                body="Du **texte**.",
            )
            for number, title in enumerate(titles, 1)
        ),
        attribution="Sources de la maison",
    )


def rows() -> list[object]:
    """Everything the catalogues hold, identifiers included."""
    models = (Catalogue, CatalogueVersion, Theme, Practice, PracticeIndicator)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.django_db
def test_the_builtin_edition_is_installed_once_and_for_all_organisations() -> None:
    version = install_builtin()
    assert version.catalogue.organisation is None
    assert (version.themes.count(), version.practices.count()) == (9, 59)
    written = PracticeIndicator.objects.filter(practice__version=version).count()
    assert written == load_builtin().indicator_count
    assert [step["key"] for step in version.difficulty_scale] == ["Facile", "Moyenne", "Difficile"]
    before, said = rows(), AuditEntry.objects.count()
    assert install_builtin() == version
    assert (rows(), AuditEntry.objects.count()) == (before, said)


@pytest.mark.django_db
def test_the_builtin_edition_speaks_both_languages_units_included() -> None:
    version = install_builtin()
    practice = version.practices.get(code="a.5")
    years = PracticeIndicator.objects.filter(unit="années").first()
    assert years is not None
    with translation.override("fr"):
        assert practice.say("title") == practice.title
        assert years.say("unit") == "années"
        assert version.say_priority("Prioritaire") == "Prioritaire"
    with translation.override("en"):
        assert practice.say("title") == practice.translations["en"]["title"] != practice.title
        assert years.say("unit") == "years"
        assert version.say_priority("Prioritaire") == "Priority"
        assert version.say_difficulty("Difficile") == "Hard"
        assert version.say_pilot("Direction des achats") == "Procurement department"
        assert version.say_pilot("Pilote du port") == "Pilote du port"
        assert version.say("attribution").startswith("Source: ")
        assert practice.theme.say("title") == "Strategy and governance"


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("années", "years"),
        ("mois", "months"),
        ("Go", "GB"),
        ("ko", "kB"),
        ("kWh/an", "kWh/year"),
        ("Go/mois/collaborateur", "GB/month/employee"),
        ("par agent et par mois", "per staff member and per month"),
        ("kgCO2e/kWh", "kgCO2e/kWh"),
        ("€", "€"),
        ("", ""),
    ],
)
def test_units_have_an_english_form(french: str, english: str) -> None:
    assert in_english(french) == english


@pytest.mark.django_db
def test_a_reworded_builtin_edition_keeps_its_codes(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_builtin()
    before = dict(Practice.objects.values_list("code", "pk"))
    guide = load_builtin()
    kept = tuple(one for one in guide.practices if one.code != "i.8")
    first = replace(kept[0], title="Un autre titre", indicators=kept[0].indicators[:1])
    reworded = replace(guide, practices=(first, *kept[1:]))
    monkeypatch.setattr(writes, "load_builtin", lambda name: reworded)
    version = install_builtin()
    assert dict(Practice.objects.values_list("code", "pk")) == before
    assert version.practices.get(code="a.1").title == "Un autre titre"
    assert version.practices.get(code="a.1").indicators.count() == 1
    assert version.practices.get(code="i.8").indicators.count() > 0
    assert version.digest == digest_of(reworded)
    assert AuditEntry.objects.filter(subject_type="catalogueversion", verb="edited").count() == 1


def test_an_import_is_whole_written_down_and_idempotent(town: Town) -> None:
    problems = [NO_CODE.at(file="x.md"), NO_TITLE.at(file="y.md", key="title")]
    version = import_catalogue(town.editor, content=content(), problems=problems)
    assert version.catalogue.organisation == town.organisation
    practice = version.practices.get(code="a.2")
    assert (practice.title, practice.priority, practice.difficulty) == (
        "Garder longtemps",
        "Fort",
        "",
    )
    assert practice.pilots == ["Exploitation"]
    assert list(practice.indicators.order_by("order").values_list("kind", "unit", "direction")) == [
        ("percentage", "%", "up"),
        ("quantity", "années", ""),
    ]
    entry = AuditEntry.objects.get(subject_type="catalogueversion", subject_id=version.pk)
    assert (entry.organisation_id, entry.person_id) == (
        town.organisation.pk,
        town.people[Role.EDITOR].pk,
    )
    assert entry.changes["practices"] == [None, 2]
    assert entry.changes["errors"] == [None, sum(problem.is_error for problem in problems)]
    before = rows()
    assert import_catalogue(town.editor, content=content()) == version
    assert rows() == before


def test_an_edition_never_changes_and_a_new_one_leaves_it_alone(town: Town) -> None:
    old = import_catalogue(town.editor, content=content("2025"))
    before = list(old.practices.order_by("pk").values())
    with pytest.raises(ValidationError, match="une édition ne change pas"):
        import_catalogue(town.editor, content=content("2025", "Autre chose"))
    new = import_catalogue(town.editor, content=content("2026", "Autre chose"))
    assert new.catalogue == old.catalogue
    assert list(old.practices.order_by("pk").values()) == before
    assert new.practices.get().code == old.practices.order_by("order")[0].code == "a.1"


def test_two_organisations_and_the_builtin_one_may_share_a_name(
    town: Town, elsewhere: Town
) -> None:
    builtin = install_builtin()
    guide = load_builtin()
    ours = import_catalogue(town.editor, content=guide)
    theirs = import_catalogue(elsewhere.editor, content=guide)
    assert len({builtin.catalogue_id, ours.catalogue_id, theirs.catalogue_id}) == 3


def test_a_failed_import_writes_nothing(town: Town) -> None:
    before = rows()
    good = content()
    bad = replace(good, practices=(*good.practices, replace(good.practices[0], title="é" * 301)))
    for broken in (
        replace(bad, practices=(replace(bad.practices[2], code="a.3"),)),
        replace(good, practices=()),
        replace(good, source_url="pas une adresse"),
        replace(good, licence="x" * 121),
    ):
        with pytest.raises(ValidationError):
            import_catalogue(town.editor, content=broken)
    assert rows() == before


def test_who_may_import(town: Town) -> None:
    for role in Role:
        if town.actor(role).may(Operation.IMPORT_CATALOGUE):
            continue
        with pytest.raises(DeniedError):
            import_catalogue(town.actor(role), content=content())
    assert not Catalogue.objects.exists()
    assert import_catalogue(command_line(town.organisation.pk), content=content())


def test_an_unused_edition_can_be_taken_back(town: Town, elsewhere: Town) -> None:
    version = import_catalogue(town.editor, content=content())
    with pytest.raises(ValidationError, match="pas de votre organisation"):
        writes.remove_edition(elsewhere.editor, version=version)
    with pytest.raises(ValidationError, match="pas de votre organisation"):
        writes.remove_edition(town.editor, version=install_builtin())
    plan = Plan.objects.create(
        organisation=town.organisation, slug="p", title="P", first_year=2025, last_year=2027
    )
    choice = PracticeChoice.objects.create(
        plan=plan,
        practice=version.practices.get(code="a.1"),
        choice=Choice.LATER,
        chosen_on=date(2026, 11, 24),
    )
    with pytest.raises(ValidationError, match="elle reste"):
        writes.remove_edition(town.editor, version=version)
    choice.delete()
    pk = version.pk
    writes.remove_edition(town.editor, version=version)
    assert not Catalogue.objects.filter(organisation=town.organisation).exists()
    entry = AuditEntry.objects.get(subject_type="catalogueversion", subject_id=pk, verb="deleted")
    assert entry.changes == {"version": ["2026", None]}
    import_catalogue(town.editor, content=content("2026", "Fautive"))
    mended = import_catalogue(town.editor, content=content("2026", "Corrigée"), in_place=True)
    assert [practice.title for practice in mended.practices.all()] == ["Corrigée"]


@pytest.mark.real
@pytest.mark.parametrize("name", ["v1", "reen"])
def test_the_real_trees_are_imported_whole(town: Town, real_data, name: str) -> None:
    reading = read_catalogue(real_data / "guide" / name)
    version = import_catalogue(town.editor, content=reading.content, problems=reading.problems)
    assert version.practices.count() == len(reading.content.practices)
    found = PracticeIndicator.objects.filter(practice__version=version).count()
    assert found == reading.content.indicator_count
    ordered = list(version.practices.order_by("order").values_list("code", flat=True))
    assert ordered == [practice.code for practice in reading.content.practices]
