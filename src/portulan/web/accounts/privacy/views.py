"""What an organisation says of personal data, and what it holds on a person, as a file."""

from __future__ import annotations

import tempfile
from functools import partial
from typing import Any

from django import forms
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from portulan.accounts.access import Operation
from portulan.accounts.holdings import write_held
from portulan.accounts.models import Person, PrivacyNotice
from portulan.accounts.privacy import FIELDS, edit_notice, notice_of, said
from portulan.accounts.reads import get_person
from portulan.core import schedule
from portulan.core.errors import NotFoundError
from portulan.core.retention import PURGE, retentions
from portulan.web.downloads import tell_export
from portulan.web.form_tokens import apart
from portulan.web.pages import Edit, screen
from portulan.web.requests import OrganisationRequest, url_in


@require_GET
def notice(request: OrganisationRequest) -> HttpResponse:
    """Why data are kept, on what ground, for how long, and whom to ask; open to all members."""
    request.actor.require_any(Operation.READ_PLAN)
    here = request.organisation
    context: dict[str, Any] = {
        "said": said(here, notice_of(here)),
        "retentions": retentions(),
        "purged": schedule.runs().get(PURGE) if request.actor.may(Operation.MANAGE) else None,
    }
    return render(request, "privacy/notice.html", context)


@screen
def edit(request: OrganisationRequest) -> Edit[NoticeForm, PrivacyNotice]:
    request.actor.require(Operation.MANAGE)
    standing = notice_of(request.organisation)
    initial = {name: getattr(standing, name) for name in FIELDS}
    return Edit(
        back=url_in(request, "privacy:notice"),
        form=partial(NoticeForm, said(request.organisation, standing), initial=initial),
        edits=standing if standing.pk else None,
        write=lambda form: edit_notice(request.actor, **form.cleaned_data),
        done=_("Page enregistrée."),
        template="privacy/edit.html",
    )


@require_POST
@apart
def mine(request: OrganisationRequest) -> Any:  # a file that streams
    """Hand over to somebody what their organisation holds on them."""
    if request.actor.person_id is None:
        raise NotFoundError("person")
    return _file(request, Person.objects.get(pk=request.actor.person_id))


@require_POST
@apart
def held(request: OrganisationRequest, pk: int) -> Any:  # a file that streams
    """Hand over what is held on a person, to answer their request (GDPR, article 15)."""
    return _file(request, get_person(actor=request.actor, pk=pk, need=Operation.MANAGE))


def _file(request: OrganisationRequest, person: Person) -> FileResponse:
    tell_export(request, "held")
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    try:
        write_held(person, stream)
        stream.seek(0)
    except BaseException:
        stream.close()
        raise
    name = f"donnees-{request.organisation.slug}-{person.pk}.zip"
    return FileResponse(stream, as_attachment=True, filename=name, content_type="application/zip")


class NoticeForm(forms.Form):
    purposes = forms.CharField(label=gettext_lazy("Finalités"), max_length=2000)
    legal_basis = forms.CharField(label=gettext_lazy("Base légale"), max_length=500)
    recipients = forms.CharField(label=gettext_lazy("Destinataires"), max_length=1000)
    contact = forms.CharField(
        label=gettext_lazy("Contact"),
        max_length=500,
        help_text=gettext_lazy("Une adresse ou un numéro où l’on vous répondra."),
    )

    def __init__(self, defaults: dict[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = False
            field.widget = forms.Textarea(attrs={"rows": 3, "placeholder": defaults[name]})
            field.widget.is_required = False
