"""All that an organisation owns, in one archive: the folder of `portulan export`, from a screen."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from django.db import transaction
from django.http import FileResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from portulan.accounts.access import Operation
from portulan.publication.export.folder import write
from portulan.web.downloads import tell_export
from portulan.web.form_tokens import apart
from portulan.web.language import page_language
from portulan.web.requests import OrganisationRequest


@require_http_methods(["GET", "HEAD", "POST"])
@apart
def take_away(request: OrganisationRequest) -> Any:  # a page, or a file that streams
    """Say what leaves, then hand it over; the security journal has by whom."""
    request.actor.require(Operation.EXPORT_ALL)
    if request.method != "POST":
        return render(request, "documents/take_away.html")
    tell_export(request, "organisation")
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    folder = Path(tempfile.mkdtemp(prefix="portulan-export-"))
    try:
        with transaction.atomic():
            write(
                request.actor,
                organisation=request.organisation,
                place=folder,
                on=request.today,
                lang=page_language(),
            )
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(folder).as_posix())
        stream.seek(0)
    except BaseException:
        stream.close()
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    name = f"{request.organisation.slug}-{request.today.isoformat()}.zip"
    return FileResponse(stream, as_attachment=True, filename=name, content_type="application/zip")
