"""What is said of practices: links between catalogues, successors between editions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import HealthCheck, given, settings

from portulan.accounts.access import Operation, Role
from portulan.catalogue.comparison import reads as comparison_reads
from portulan.catalogue.comparison.rules import Step
from portulan.catalogue.editions.contents import content_of
from portulan.catalogue.imports.writes import (
    digest_of,
    import_catalogue,
    install_builtin,
    remove_edition,
)
from portulan.catalogue.links import reads as links_reads
from portulan.catalogue.links.writes import link_practices, remove_link, restore_link, say_successor
from portulan.catalogue.models import Catalogue, PracticeLink
from portulan.catalogue.readers.content import CatalogueContent, LinkContent, SuccessorContent
from portulan.catalogue.readers.edition_file import parse_edition
from portulan.catalogue.readers.edition_writer import write_edition
from portulan.catalogue.readers.registry import read_catalogue
from portulan.catalogue.words import Relation
from portulan.core.errors import DeniedError, NotFoundError
from portulan.core.models import AuditEntry
from tests.catalogue.editions import editions
from tests.catalogue.imports.test_writes import content
from tests.people import Town


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edition=editions())
def test_an_edition_leaves_the_database_as_it_came(town: Town, edition: CatalogueContent) -> None:
    Catalogue.objects.all().delete()
    bare = replace(edition, links=(), successors=())
    version = import_catalogue(town.editor, content=edition)
    assert content_of(version) == bare
    text = write_edition(content_of(version))
    assert digest_of(parse_edition(text).content) == version.digest == digest_of(bare)
    assert import_catalogue(town.editor, content=parse_edition(text).content) == version


def test_both_practices_see_a_link_each_from_its_side(town: Town, elsewhere: Town) -> None:
    guide, ours = install_builtin(), import_catalogue(town.editor, content=content())
    house, f8 = ours.practices.get(code="a.1"), guide.practices.get(code="f.8")
    link = link_practices(
        town.editor, source=house, target=f8, relation=Relation.NARROWER, reason=" La nuit. "
    )
    (seen,) = links_reads.links_of(town.reader, house)
    assert (seen.relation, seen.other, seen.link.reason) == (Relation.NARROWER, f8, "La nuit.")
    (seen,) = links_reads.links_of(town.reader, f8)
    assert (seen.relation, seen.other) == (Relation.BROADER, house)
    assert links_reads.links_of(elsewhere.reader, f8) == []
    remove_link(town.editor, link=link)
    remove_link(town.editor, link=link)
    assert links_reads.links_of(town.reader, f8) == []
    restore_link(town.editor, link=link)
    assert len(links_reads.links_of(town.reader, f8)) == 1
    verbs = AuditEntry.objects.filter(subject_type="practicelink").values_list("verb", flat=True)
    assert list(verbs.order_by("id")) == ["linked", "link removed", "link restored"]


def test_what_is_refused_of_a_link(town: Town, elsewhere: Town) -> None:
    guide, ours = install_builtin(), import_catalogue(town.editor, content=content())
    theirs = import_catalogue(elsewhere.editor, content=content())
    one, other = ours.practices.get(code="a.1"), guide.practices.get(code="f.8")
    said = {"source": one, "target": other, "relation": Relation.EQUAL, "reason": "Pareil"}
    for changed, field in (
        ({"target": ours.practices.get(code="a.2")}, "target"),
        ({"reason": "  "}, "reason"),
        ({"relation": Relation.SUCCESSOR}, "target"),
        ({"reason": "x" * 501}, "reason"),
    ):
        with pytest.raises(ValidationError) as caught:
            link_practices(town.editor, **(said | changed))
        assert list(caught.value.error_dict) == [field]
    with pytest.raises(NotFoundError):
        link_practices(town.editor, **(said | {"target": theirs.practices.get(code="a.1")}))
    for role in Role:
        if not town.actor(role).may(Operation.IMPORT_CATALOGUE):
            with pytest.raises(DeniedError):
                link_practices(town.actor(role), **said)
    link = link_practices(town.editor, **said)
    for turned in (said, said | {"source": other, "target": one}):
        with pytest.raises(ValidationError, match="déjà liées"):
            link_practices(town.editor, **turned)
    remove_link(town.editor, link=link)
    link_practices(town.editor, **said)
    with pytest.raises(ValidationError, match="déjà liées"):
        restore_link(town.editor, link=link)
    for deed in (remove_link, restore_link):
        with pytest.raises(NotFoundError):
            deed(elsewhere.editor, link=link)
        with pytest.raises(DeniedError):
            deed(town.reader, link=link)


def test_successors_follow_a_practice_whichever_way_one_looks(town: Town) -> None:
    old = import_catalogue(town.editor, content=content("2024", "Éteindre", "Garder", "Prêter"))
    new = import_catalogue(town.editor, content=content("2026", "Garder", "Éteindre"))
    before = {one.code: one for one in old.practices.all()}
    after = {one.code: one for one in new.practices.all()}
    say_successor(town.editor, old=before["a.1"], version=new, new=after["a.2"], reason="Deux")
    swap = say_successor(town.editor, old=before["a.2"], version=new, new=after["a.1"])
    say_successor(town.editor, old=before["a.3"], version=new, new=None, reason="Fini")
    found = comparison_reads.comparison_of(town.reader, old, new)
    assert [(one.old.code, one.new.code, one.changed) for one in found.matches] == [
        ("a.2", "a.1", ()),
        ("a.1", "a.2", ()),
    ]
    assert [one.step and one.step.reason for one in found.removed] == ["Fini"]
    back = comparison_reads.comparison_of(town.reader, new, old)
    assert [(one.old.code, one.new.code) for one in back.matches] == [
        ("a.2", "a.1"),
        ("a.1", "a.2"),
    ]
    assert [one.code for one in back.added] == ["a.3"]
    for target, words in ((after["a.1"], "déjà dit"), (None, "n’en a pas")):
        with pytest.raises(ValidationError, match=words):
            say_successor(town.editor, old=before["a.2"], version=new, new=target)
    with pytest.raises(ValidationError, match="n’en a pas"):
        say_successor(town.editor, old=before["a.3"], version=new, new=after["a.1"])
    with pytest.raises(ValidationError, match="pas de cette édition"):
        say_successor(town.editor, old=before["a.3"], version=new, new=before["a.1"])
    for version in (old, install_builtin()):
        with pytest.raises(ValidationError, match="du même référentiel"):
            say_successor(town.editor, old=before["a.3"], version=version, new=None)
    none = say_successor(town.editor, old=after["a.2"], version=old, new=None)
    remove_link(town.editor, link=none)
    say_successor(town.editor, old=after["a.2"], version=old, new=before["a.1"])
    with pytest.raises(ValidationError, match="n’en a pas"):
        restore_link(town.editor, link=none)
    remove_link(town.editor, link=swap)
    assert Step("a.2", "a.1", "", swap.pk) not in comparison_reads.steps_between(
        town.reader, old, new
    )


def test_a_file_says_links_and_successors_and_they_are_exported_again(town: Town) -> None:
    install_builtin()
    import_catalogue(town.editor, content=content("2024"))
    said = replace(
        content("2026"),
        links=(
            LinkContent("a.1", "narrower", "guide-nr", "v1", "f.8", "La nuit", {"en": "Night"}),
            LinkContent("a.2", "equal", "guide-nr", "v9", "f.8", "Édition absente"),
        ),
        successors=(
            SuccessorContent("2024", "a.2", "a.1", "Réunies"),
            SuccessorContent("2020", "a.2", "a.1", "Édition absente"),
        ),
    )
    assert links_reads.missing_ends(town.editor, said) == 2
    version = import_catalogue(town.editor, content=said)
    out = links_reads.said_of(town.reader, version)
    assert (out.links, out.successors) == (said.links[:1], said.successors[:1])
    assert import_catalogue(town.editor, content=out) == version
    assert PracticeLink.objects.count() == 2
    (link,) = PracticeLink.objects.exclude(relation=Relation.SUCCESSOR)
    with translation.override("en"):
        assert link.say("reason") == "Night"
    guide = links_reads.said_of(town.reader, link.version)
    assert guide.links == (
        LinkContent("f.8", "broader", "maison", "2026", "a.1", "La nuit", {"en": "Night"}),
    )
    remove_edition(town.editor, version=version)
    assert not PracticeLink.objects.exists()


@pytest.mark.real
def test_the_links_that_are_ready_lead_to_real_practices(town: Town, real_data: Path) -> None:
    guide = install_builtin()
    wanted = read_catalogue(
        Path(__file__).parents[3] / "src/portulan/catalogue/data/guide-v1.yaml"
    ).content.links
    for name in ("rgesn-v2.json", "reen"):
        import_catalogue(town.editor, content=read_catalogue(real_data / "guide" / name).content)
    written = PracticeLink.objects.filter(ready_made=True, person_id=None)
    assert written.count() == len(wanted) > 20
    (seen, *_others) = links_reads.links_of(town.reader, guide.practices.get(code="g.2"))
    assert (seen.other.code, seen.relation) == ("2.6", Relation.EQUAL)
    with translation.override("en"):
        assert seen.link.say("reason").startswith("The same review")
    assert written.filter(organisation=town.organisation).count() == len(wanted)
    remove_link(town.editor, link=seen.link)
    assert seen.link not in links_reads.links_of(town.reader, guide.practices.get(code="g.2"))
    restore_link(town.editor, link=seen.link)
