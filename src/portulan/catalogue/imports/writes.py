"""Writing catalogues: the built-in one, and the editions that an organisation imports."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.catalogue.imports import rows
from portulan.catalogue.links.writes import write_said
from portulan.catalogue.models import (
    Catalogue,
    CatalogueVersion,
    Practice,
    PracticeIndicator,
    Theme,
)
from portulan.catalogue.readers.content import (
    SLUG_LENGTH,
    CatalogueContent,
    PracticeContent,
    Scales,
    ThemeContent,
)
from portulan.catalogue.readers.edition_file import BUILTIN_EDITIONS, load_builtin
from portulan.catalogue.readers.edition_writer import write_edition
from portulan.catalogue.verbs import Verb
from portulan.core import trail
from portulan.core.say.text import Problem
from portulan.core.storing import store


def digest_of(content: CatalogueContent) -> str:
    """Return the seal of an edition: the SHA-256 of its YAML, which anybody can compute again.

    Links and successors are said about an edition and may change: they are left out.
    """
    return hashlib.sha256(
        write_edition(replace(content, links=(), successors=())).encode()
    ).hexdigest()


@transaction.atomic
def install_builtin() -> CatalogueVersion:
    """Bring the shared editions up to date with the package and return the newest.

    Doing it again changes nothing. When a release of Portulan rewords an edition under the same
    name, its texts are replaced in place, because nobody chose them: actions keep the title and
    the indicators they were given, and a code never goes, since choices and actions refer to it.
    """
    installed = [_install(load_builtin(name)) for name in BUILTIN_EDITIONS]
    return installed[-1]


def _install(content: CatalogueContent) -> CatalogueVersion:
    catalogue = _catalogue(None, content)
    digest = digest_of(content)
    version = catalogue.versions.filter(version=content.version).first()
    if version is not None and version.digest == digest:
        return version
    verb = Verb.CREATED if version is None else Verb.EDITED
    version = _write(catalogue, content, digest)
    _record(None, version, verb, content)
    return version


@transaction.atomic
def import_catalogue(
    actor: Actor,
    *,
    content: CatalogueContent,
    problems: Sequence[Problem] = (),
    in_place: bool = False,
) -> CatalogueVersion:
    """Add an edition to the organisation's catalogue; no other edition is touched.

    The same edition imported again is returned as it stands. `problems` are what the reader met:
    the trail keeps how many errors there were. Raises DeniedError, and ValidationError when the
    edition exists with other words (an edition never changes), or when nothing was read. With
    `in_place`, the edition of that name goes first if `remove_edition` allows it, so that files
    can be mended and read again as long as nothing came from them.
    """
    actor.require(Operation.IMPORT_CATALOGUE)
    if not content.practices:
        raise ValidationError(_("Aucune bonne pratique n’a pu être lue : rien n’est importé."))
    catalogue = _catalogue(actor, content)
    digest = digest_of(content)
    version = catalogue.versions.filter(version=content.version).first()
    if version is not None and version.digest == digest:
        return version
    if version is not None and in_place:
        remove_edition(actor, version=version)
        catalogue = _catalogue(actor, content)
    elif version is not None:
        raise ValidationError(
            _(
                "L’édition « %(version)s » est déjà là, avec d’autres textes, et une édition ne "
                "change pas : donnez un autre nom à celle-ci."
            )
            % {"version": content.version},
            code="other-digest",
        )
    version = _write(catalogue, content, digest)
    write_said(actor, version, content)
    _record(
        actor,
        version,
        Verb.IMPORTED,
        content,
        sum(problem.is_error for problem in problems),
    )
    return version


@transaction.atomic
@transaction.atomic
def take_over(
    actor: Actor, *, slug: str, title: str, version: str, digest: str, practices: Mapping[str, str]
) -> CatalogueVersion:
    """Make an edition of which only some practices are known, by code: a plan that came has them.

    Its digest is that of the edition whole, elsewhere. Raises DeniedError.
    """
    actor.require(Operation.IMPORT_CATALOGUE)
    theme = ThemeContent(code="-", slug="reprise", title=_("Reprise"), order=0)
    content = CatalogueContent(
        slug=slug,
        title=title,
        version=version,
        scales=Scales(),
        themes=(theme,),
        practices=tuple(
            PracticeContent(
                code=code,
                slug=slugify(name)[:SLUG_LENGTH] or code,
                theme=theme.code,
                title=name,
                priority=None,
                difficulty=None,
                pilots=(),
                indicators=(),
                order=rank,
            )
            for rank, (code, name) in enumerate(practices.items())
        ),
    )
    made = _write(_catalogue(actor, content), content, digest or digest_of(content))
    _record(actor, made, Verb.IMPORTED, content)
    return made


def remove_edition(actor: Actor, *, version: CatalogueVersion) -> None:
    """Take back an edition that the organisation imported and that nothing came from yet.

    Raises DeniedError, and ValidationError for the built-in catalogue, the edition of another
    organisation, or one that choices or actions refer to.
    """
    actor.require(Operation.IMPORT_CATALOGUE)
    catalogue = version.catalogue
    if catalogue.organisation_id != actor.organisation_id:
        raise ValidationError(_("Cette édition n’est pas de votre organisation."))
    pk, name = version.pk, version.version
    try:
        version.delete()
    except ProtectedError as error:
        raise ValidationError(
            _("Des choix ou des actions viennent de cette édition : elle reste.")
        ) from error
    if not catalogue.versions.exists():
        catalogue.delete()
    version.pk = pk  # what the trail refers to is gone, its number is not
    record(actor, version, Verb.DELETED, {"version": (name, None)})


def _catalogue(actor: Actor | None, content: CatalogueContent) -> Catalogue:
    """Return the catalogue of an edition, made if need be; its row is the lock of imports."""
    organisation_id = actor.organisation_id if actor else None
    catalogue, created = Catalogue.objects.get_or_create(
        organisation_id=organisation_id,  # type: ignore[misc]  # None is the built-in catalogue's
        slug=content.slug,
        defaults={"title": content.title},
    )
    if not created:
        catalogue = Catalogue.objects.select_for_update().get(pk=catalogue.pk)
    return catalogue


def _write(catalogue: Catalogue, content: CatalogueContent, digest: str) -> CatalogueVersion:
    """Write an edition, over the one of the same name if there is one."""
    rows.set_title(catalogue, content)
    store(catalogue)
    version = catalogue.versions.filter(version=content.version).first()
    if version is None:
        version = CatalogueVersion(catalogue=catalogue, version=content.version)
        version.imported_at = timezone.now()  # a new wording of an edition is no new edition
    rows.set_edition(version, content)
    version.digest = digest
    store(version, exclude=["priority_scale", "difficulty_scale", "pilots"])
    Theme.objects.bulk_create(
        (rows.checked(theme) for theme in rows.themes(version, content)),
        update_conflicts=True,
        unique_fields=["version", "code"],
        update_fields=rows.THEME_FIELDS,
    )
    theme_ids = dict(version.themes.values_list("code", "pk"))
    Practice.objects.bulk_create(
        (rows.checked(practice) for practice in rows.practices(version, content, theme_ids)),
        update_conflicts=True,
        unique_fields=["version", "code"],
        update_fields=rows.PRACTICE_FIELDS,
    )
    practice_ids = dict(version.practices.values_list("code", "pk"))
    written = {practice.code for practice in content.practices}
    PracticeIndicator.objects.filter(practice__version=version, practice__code__in=written).delete()
    PracticeIndicator.objects.bulk_create(
        rows.checked(indicator) for indicator in rows.indicators(content, practice_ids)
    )
    return version


def _record(
    actor: Actor | None,
    version: CatalogueVersion,
    verb: Verb,
    content: CatalogueContent,
    errors: int = 0,
) -> None:
    changes: dict[str, trail.Change] = {
        "version": (None, version.version),
        "practices": (None, len(content.practices)),
        "digest": (None, version.digest),
    }
    if errors:
        changes["errors"] = (None, errors)
    record(actor, version, verb, changes)
