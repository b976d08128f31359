"""The editions that an organisation may use, their practices, and the links between them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.api.call import Call
from portulan.api.declaring import Sent, act, answer, download, listing, resource, write
from portulan.api.shapes import More, shape
from portulan.catalogue.comparison.reads import comparison_of
from portulan.catalogue.editions.reads import versions_for
from portulan.catalogue.imports.inspection import inspect
from portulan.catalogue.imports.writes import import_catalogue, remove_edition
from portulan.catalogue.links.reads import said_of
from portulan.catalogue.links.writes import (
    link_practices,
    remove_link,
    restore_link,
    say_successor,
)
from portulan.catalogue.models import (
    CatalogueVersion,
    Practice,
    PracticeIndicator,
    PracticeLink,
    Theme,
)
from portulan.catalogue.readers.edition_writer import write_edition
from portulan.catalogue.readers.files import MAX_BYTES
from portulan.core.errors import NotFoundError

IMPORT = Operation.IMPORT_CATALOGUE
EDITION = shape(
    CatalogueVersion,
    "id catalogue version title licence source_url attribution priority_scale difficulty_scale "
    "pilots digest imported_at translations",
    slug=More(lambda row: row.catalogue.slug, {"type": "string"}),
)
THEME = shape(Theme, "id order code slug title translations")
PRACTICE = shape(
    Practice,
    "id version theme order code slug title summary body priority difficulty pilots source_url "
    "translations",
)
PROPOSED = shape(PracticeIndicator, "id practice order text kind unit direction translations")
LINK = shape(PracticeLink, "id source relation version target reason ready_made made_at removed_at")


def import_file(actor: Actor, *, file: Any) -> CatalogueVersion:
    """Read a catalogue in a file, and write it as an edition, whole or not at all.

    Raises DeniedError, ValidationError, UnusableInputError.
    """
    actor.require(IMPORT)
    if (file.size or 0) > MAX_BYTES:
        raise ValidationError({"file": _("Le fichier dépasse 1 Mo.")})
    with tempfile.TemporaryDirectory() as folder:
        # Readers tell a format by the name of its file too.
        path = Path(folder) / f"catalogue{Path(str(file.name)).suffix[:20]}"
        path.write_bytes(file.read())
        found = inspect(path)
    if not found.is_whole:
        raise ValidationError({"file": _("Ce fichier a des erreurs\u00a0: rien n’est importé.")})
    return import_catalogue(actor, content=found.content, problems=found.problems)


resource(
    "editions",
    "edition",
    EDITION,
    lambda call: versions_for(call.actor),
    write=IMPORT,
    create=import_file,
    created={"upload": lambda _call, file: {"file": file}, "uploaded": ("file",), "apart": True},
    remove=remove_edition,
    removed={"names": {"version": "edition"}},
)
listing("editions/{edition}/themes", THEME, lambda call: call.found["edition"].themes.all())
resource(
    "editions/{edition}/practices",
    "practice",
    PRACTICE,
    lambda call: call.found["edition"].practices.all(),
    filters="theme code priority difficulty",
)
listing(
    "editions/{edition}/practices/{practice}/indicators",
    PROPOSED,
    lambda call: call.found["practice"].indicators.all(),
)
write(
    "POST",
    "editions/{edition}/practices/{practice}/links",
    link_practices,
    IMPORT,
    names={"source": "practice"},
    shape=LINK,
    at="practice-links/{key}",
    status=201,
)
write(
    "POST",
    "editions/{edition}/practices/{practice}/successor",
    say_successor,
    IMPORT,
    names={"old": "practice"},
    shape=LINK,
    at="practice-links/{key}",
    status=201,
)
resource(
    "practice-links",
    "link",
    LINK,
    lambda call: PracticeLink.objects.filter(organisation=call.actor.organisation_id),
    write=IMPORT,
    remove=remove_link,
    acts=[act("restore", restore_link, IMPORT)],
    filters="relation",
)


def _file(call: Call) -> Sent:
    edition = call.found["edition"]
    text = write_edition(said_of(call.actor, edition))
    name = f"{edition.catalogue.slug}-{edition.pk}.yaml"
    return Sent(content=text, kind="application/yaml; charset=utf-8", name=name)


download("editions/{edition}/file", _file, Operation.READ_PLAN, kinds=("application/yaml",))


def _comparison(call: Call) -> dict[str, Any]:
    """Return what changed from an edition to a later one, by the codes of its practices."""
    edition = call.found["edition"]
    after = versions_for(call.actor).filter(pk=call.path["other"]).first()
    if after is None or after.catalogue.slug != edition.catalogue.slug or after.pk == edition.pk:
        raise NotFoundError(call.path["other"])
    found = comparison_of(call.actor, edition, after)
    return {
        "added": [one.code for one in found.added],
        "removed": [one.practice.code for one in found.removed],
        "changed": [{"before": one.old.code, "after": one.new.code} for one in found.changed],
    }


answer("editions/{edition}/compared-with/{other}", _comparison)
