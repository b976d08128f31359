"""The editions that an organisation may use: taking one away in a file, bringing one in."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, cast

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portulan.accounts.access import Operation
from portulan.budget.imports.uploads import keep_upload
from portulan.catalogue.editions import reads as editions_reads
from portulan.catalogue.imports.inspection import Inspection, inspect
from portulan.catalogue.imports.writes import import_catalogue, remove_edition
from portulan.catalogue.links import reads as links_reads
from portulan.catalogue.models import CatalogueVersion
from portulan.catalogue.readers.edition_file import OFFERED_EDITIONS, load_builtin
from portulan.catalogue.readers.edition_writer import write_edition
from portulan.catalogue.readers.files import MAX_BYTES
from portulan.catalogue.readers.wording import slug_of
from portulan.core.errors import NotFoundError
from portulan.core.say.text import UnusableInputError
from portulan.core.uploads import upload_path
from portulan.web.catalogue.differences import scale_words
from portulan.web.downloads import tell_export
from portulan.web.form_tokens import apart
from portulan.web.language import page_language
from portulan.web.pages import Confirm, Edit, Preview, screen, sentence
from portulan.web.requests import OrganisationRequest, url_in

_SALT = "portulan.catalogue.import"
_AGE = 24 * 3600
MOST_PROBLEMS = 20


@require_GET
def editions(request: OrganisationRequest) -> HttpResponse:
    """Every edition, by catalogue: where it comes from, its scales, its seal."""
    found = list(editions_reads.versions_for(request.actor).annotate(size=Count("practices")))
    slugs = [edition.catalogue.slug for edition in found]
    here = {(one.catalogue.slug, one.version) for one in found}
    shelf = [(name, load_builtin(name)) for name in OFFERED_EDITIONS]
    context = {
        "offered": [(name, one) for name, one in shelf if (one.slug, one.version) not in here],
        "editions": sorted(found, key=lambda one: one.catalogue.slug),
        "several": {slug for slug in slugs if slugs.count(slug) > 1},
    }
    return render(request, "catalogue/editions.html", context)


@require_GET
def export(request: OrganisationRequest, version_id: int) -> HttpResponse:
    """An edition in our own YAML, with what the organisation says of its practices."""
    version = editions_reads.get_version(
        actor=request.actor, version_id=version_id, need=Operation.READ_PLAN
    )
    tell_export(request, "edition")
    text = write_edition(links_reads.said_of(request.actor, version))
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    name = f"{version.catalogue.slug}-{slug_of(version.version) or version.pk}.yaml"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@screen
def remove(request: OrganisationRequest, version_id: int) -> Confirm[None]:
    """Take back an edition that nothing came from yet, once told what leaves with it."""
    version = editions_reads.get_version(
        actor=request.actor, version_id=version_id, need=Operation.IMPORT_CATALOGUE
    )
    back = url_in(request, "catalogue:editions")
    return Confirm(
        title=_("Retirer l’édition %(version)s") % {"version": version.version},
        submit=_("Retirer"),
        intro=_(
            "« %(title)s » quitte le référentiel avec ses liens. Son fichier permet de"
            " l’importer de nouveau : téléchargez-le avant."
        )
        % {"title": version.title},
        trail=[(back, _("Éditions"))],
        write=lambda: remove_edition(request.actor, version=version),
        done=_("Édition retirée."),
    )


@screen
def add(request: OrganisationRequest, name: str) -> Confirm[CatalogueVersion]:
    """Add an edition that Portulan ships: its practices are proposed, nothing is chosen."""
    request.actor.require(Operation.IMPORT_CATALOGUE)
    if name not in OFFERED_EDITIONS:
        raise NotFoundError(name)
    content = load_builtin(name)
    back = url_in(request, "catalogue:editions")
    return Confirm(
        title=_("Ajouter « %(title)s »") % {"title": content.title},
        submit=_("Ajouter au référentiel"),
        intro=_(
            "%(count)s bonnes pratiques, licence %(licence)s, %(attribution)s. Rien n’est choisi :"
            " elles sont à étudier, et l’édition se retire tant que rien n’en vient."
        )
        % {
            "count": len(content.practices),
            "licence": content.licence,
            "attribution": content.attribution,
        },
        trail=[(back, _("Éditions"))],
        write=lambda: import_catalogue(request.actor, content=content),
        done=_("Le référentiel est ajouté."),
    )


@apart
@screen
def upload(request: OrganisationRequest) -> Preview[CatalogueFileForm]:
    """Read a file for a preview; nothing is written."""
    request.actor.require(Operation.IMPORT_CATALOGUE)
    return Preview(
        form=lambda data: CatalogueFileForm(data, request.FILES or None),
        read=lambda form: _kept(request, form.cleaned_data["file"]),
        template="catalogue/upload.html",
    )


def _kept(request: OrganisationRequest, file: UploadedFile[Any]) -> HttpResponse:
    """Keep a file that can be read, and go to its preview. Raises ValidationError."""
    if (file.size or 0) > MAX_BYTES:
        raise ValidationError({"file": _("Le fichier dépasse 1 Mo.")})
    sha256, _size = keep_upload(cast("BinaryIO", file))
    try:
        _inspected(sha256, str(file.name))
    except UnusableInputError as error:
        raise ValidationError({"file": sentence(error)}) from error
    token = signing.dumps([request.organisation.pk, sha256, file.name], salt=_SALT)
    return redirect("catalogue:preview", request.organisation.slug, token)


@screen
def preview(
    request: OrganisationRequest, token: str
) -> Edit[forms.Form, CatalogueVersion] | HttpResponse:
    """What a file holds; confirmed, it becomes an edition, whole or not at all."""
    request.actor.require(Operation.IMPORT_CATALOGUE)
    sha256, name = _opened(request, token)
    try:
        found = _inspected(sha256, name)
    except UnusableInputError as error:  # a newer reader may refuse what an older one took
        messages.error(request, sentence(error))
        return redirect("catalogue:upload", request.organisation.slug)
    page = Edit(
        back=url_in(request, "catalogue:editions"),
        form=forms.Form,
        write=lambda _form: import_catalogue(
            request.actor, content=found.content, problems=found.problems
        ),
        done=lambda version: (
            _("L’édition « %(version)s » est au référentiel.") % {"version": version.version}
        ),
        template="catalogue/preview.html",
        context=_shown(request, found),
    )
    return page if found.is_whole else page.show(request)


def _shown(request: OrganisationRequest, found: Inspection) -> dict[str, Any]:
    """Return what a preview says of a file."""
    language = page_language()
    content = found.content
    return {
        "content": content,
        "priorities": scale_words(content.scales.priority, language),
        "difficulties": scale_words(content.scales.difficulty, language),
        "errors": sum(problem.is_error for problem in found.problems),
        "is_whole": found.is_whole,
        "problems": [
            (problem.line, problem.is_error, problem.message(language))
            for problem in found.problems[:MOST_PROBLEMS]
        ],
        "more": max(len(found.problems) - MOST_PROBLEMS, 0),
        "missing": links_reads.missing_ends(request.actor, content),
        "themes": [
            (theme, sum(one.theme == theme.code for one in content.practices))
            for theme in content.themes
        ][:MOST_PROBLEMS],
    }


def _opened(request: OrganisationRequest, token: str) -> tuple[str, str]:
    """Return the file of a signed address: that of others cannot be read by knowing its hash."""
    try:
        organisation_id, sha256, name = signing.loads(token, salt=_SALT, max_age=_AGE)
    except signing.BadSignature as error:
        raise NotFoundError("import") from error
    if organisation_id != request.organisation.pk or not upload_path(sha256).is_file():
        raise NotFoundError("import")
    return sha256, name


def _short(name: Path) -> str:
    """Return a name that a disk takes: 255 characters may be twice as many bytes."""
    return name.stem.encode()[:200].decode(errors="ignore") + name.suffix[:20]


def _inspected(sha256: str, name: str) -> Inspection:
    """Read a kept file under the name it came with: readers tell a format by it too."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _short(Path(name))
        path.write_bytes(upload_path(sha256).read_bytes())
        try:
            return inspect(path)
        except UnusableInputError as error:
            # Where the file stands for a moment is nobody's business.
            told = error.problem.values
            if told.get("path") == str(path):
                told = {**told, "path": path.name}
            raise UnusableInputError(replace(error.problem, values=told)) from None


class CatalogueFileForm(forms.Form):
    """A catalogue in one file."""

    file = forms.FileField(
        label=_("Fichier"),
        allow_empty_file=True,  # the reader says what to do about it
        help_text=_("Notre YAML, l’export JSON du guide ou le JSON du RGESN. 1 Mo au plus."),
    )
