from __future__ import annotations

from portulan.accounts.models import Organisation
from portulan.catalogue.imports.writes import import_catalogue
from portulan.catalogue.models import CatalogueVersion
from portulan.demo.build import remove
from portulan.plans.choices.writes import choose_practice
from portulan.plans.words import Choice
from tests.catalogue.imports.test_writes import content
from tests.people import Town
from tests.plans.plan_of_town import TODAY, make_plan


def test_a_made_up_organisation_goes_with_the_catalogue_that_its_plan_follows(town: Town) -> None:
    town.organisation.fictional = True
    town.organisation.save()
    version = import_catalogue(town.editor, content=content())
    practice = version.practices.select_related("version__catalogue").get(code="a.1")
    plan = make_plan(town)
    choose_practice(town.editor, plan=plan, practice=practice, choice=Choice.KEEP, today=TODAY)
    remove(town.organisation)
    assert not Organisation.objects.filter(pk=town.organisation.pk).exists()
    assert not CatalogueVersion.objects.filter(pk=version.pk).exists()
