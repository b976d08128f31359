"""Every archetype, input, device and factor has its words on screen."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from portulan.core.say.text import Language
from portulan.impact.effects import Aside
from portulan.impact.engine.archetypes import ARCHETYPES
from portulan.impact.engine.factors import OF_COUNTRY, OF_DEVICE, OF_SERVICE, shipped
from portulan.web.impact.words import ASIDES, GROUPS, KINDS, factor_name, input_label, unit_name


def test_every_archetype_is_offered_once_with_its_words() -> None:
    offered = [name for _title, names in GROUPS for name in names]
    assert sorted(offered) == sorted(ARCHETYPES) == sorted(KINDS)
    for archetype in ARCHETYPES.values():
        for wanted in archetype.inputs:
            assert input_label(archetype.name, wanted.name)
    assert set(ASIDES) == set(Aside)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_factor_has_a_name_of_its_own(language: Language) -> None:
    with override(language):
        names = [factor_name(factor.id) for factor in shipped()]
        assert len(set(names)) == len(names)
    for rest in OF_DEVICE:
        assert rest not in factor_name(f"laptop.{rest}")


def test_no_unit_is_left_in_the_words_of_files() -> None:
    for unit in (*OF_DEVICE.values(), *OF_COUNTRY.values(), *OF_SERVICE.values()):
        assert not any(word in unit_name(unit) for word in ("/unit", "/year", "/GB", "years"))
