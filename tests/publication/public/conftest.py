from __future__ import annotations

import pytest

from portulan.accounts.models import Organisation
from tests.people import Town
from tests.plans.plan_of_town import TODAY
from tests.publication.public.published import Published, publish_share


@pytest.fixture
def published(town: Town) -> Published:
    Organisation.objects.filter(pk=town.organisation.pk).update(frozen_on=TODAY)
    town.organisation.refresh_from_db()
    return publish_share(town)
