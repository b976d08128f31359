"""A provider's share: what was said to the members, what was received, the line that takes it."""

from __future__ import annotations

import json
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from pydantic import ValidationError as ShapeError

from portulan.accounts.access import Operation
from portulan.budget.access import get_year
from portulan.budget.lines.reads import get_line
from portulan.budget.models import Attribution, ProviderShare, ReceivedShare
from portulan.budget.provided import writes
from portulan.budget.provided.document import MOST_BYTES, Member, plain
from portulan.budget.provided.reads import (
    attached,
    file_of,
    get_received,
    last_said,
    publishable,
    received,
)
from portulan.budget.words import YearStatus
from portulan.core.errors import NotFoundError
from portulan.core.say import numbers
from portulan.core.say.text import UnusableInputError
from portulan.web.budget.lines.rows import line_name
from portulan.web.budget.lines.views import line_url
from portulan.web.downloads import tell_export
from portulan.web.fields import LinesField, PercentField
from portulan.web.language import page_language
from portulan.web.pages import Edit, Typed, blame, posted, screen, sentence, succeed
from portulan.web.requests import OrganisationRequest, url_in

MOST_SHOWN = 40


class FileForm(forms.Form):
    """The file of a provider that is elsewhere."""

    file = forms.FileField(
        label=gettext_lazy("Fichier du prestataire"),
        help_text=gettext_lazy("Le fichier .json que votre syndicat ou votre EPCI vous donne."),
    )


@require_http_methods(["GET", "POST"])
def provided(request: OrganisationRequest, year: int) -> HttpResponse:
    """The shares received for a year, a file to drop, and what was said to the members."""
    need = Operation.EDIT_BUDGET if request.method == "POST" else Operation.READ_BUDGET
    fiscal_year = get_year(actor=request.actor, year=year, need=need)
    form = FileForm(posted(request), request.FILES if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and (copy := _received(request, form)):
        succeed(request, _("Part de « %(name)s » reçue.") % {"name": copy.name})
        return redirect("budget:provided", request.organisation.slug, copy.year)
    context = {
        "fiscal_year": fiscal_year,
        "form": form,
        "copies": list(received(actor=request.actor, year=year)[:MOST_SHOWN]),
        "said": last_said(fiscal_year),
        "run": publishable(fiscal_year),
        "is_open": fiscal_year.status != YearStatus.CLOSED,
    }
    return render(request, "budget/provided.html", context, status=422 if form.errors else 200)


def _received(request: OrganisationRequest, form: FileForm) -> ReceivedShare | None:
    try:
        content = form.cleaned_data["file"].read(MOST_BYTES + 1)
        return writes.receive(request.actor, content=content)
    except ValidationError as error:
        blame(form, error)
    except UnusableInputError as error:
        form.add_error("file", sentence(error))
    return None


class MembersForm(forms.Form):
    """The members, a line each: SIREN, name, key in percent."""

    members = LinesField(
        label=gettext_lazy("Membres"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy(
            "Une ligne par membre : SIREN ; nom ; clé en % de ce que vous dépensez."
        ),
    )

    def clean_members(self) -> list[Member]:
        return [
            _member(number, line) for number, line in enumerate(self.cleaned_data["members"], 1)
        ]


def _member(number: int, line: str) -> Member:
    siren, *name, key = line.split(";") if line.count(";") >= 2 else ("", "", "")
    try:
        percent = PercentField().clean(key.strip())
        return Member(
            siren="".join(siren.split()),
            name=";".join(name).strip(),
            key=Decimal(percent or 0) / 100,
        )
    except (ValidationError, ShapeError):
        raise ValidationError(
            _("Ligne %(number)s : écrivez SIREN ; nom ; clé en %%, comme 219900016 ; Bourg ; 12,5.")
            % {"number": number}
        ) from None


def _written(share: ProviderShare | None) -> list[str]:
    language = page_language()
    return [
        f"{one['siren']} ; {one['name']} ; {numbers.number(Decimal(one['key']) * 100, language)}"
        for one in (share.members if share else ())
    ]


@screen
def say_to_members(
    request: OrganisationRequest, year: int
) -> Edit[MembersForm, ProviderShare] | HttpResponse:
    """Say the share that was published to the members."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    back = url_in(request, "budget:provided", year)
    initial = {"members": _written(last_said(fiscal_year))}
    return Edit(
        title=_("Dire notre part aux membres"),
        submit=_("Dire la part aux membres"),
        intro=_(
            "La part publiée de l’année, son intervalle et la clé de chacun. Les membres qui sont"
            " ici en reçoivent une copie datée ; aux autres, donnez le fichier."
        ),
        trail=[(back, _("Part d’un prestataire"))],
        form=lambda data: MembersForm(data, initial=initial),
        write=lambda form: writes.say_to_members(
            request.actor, fiscal_year=fiscal_year, members=form.cleaned_data["members"]
        ),
        done=_("Part dite aux membres."),
    )


@require_GET
def share_file(request: OrganisationRequest, year: int) -> HttpResponse:
    """Hand over the file for members that are elsewhere."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    said = last_said(fiscal_year)
    if said is None:
        raise NotFoundError(str(year))
    tell_export(request, "provider-share")
    text = json.dumps(plain(file_of(said)), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    name = f"part-{request.organisation.slug}-{year}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class AttachForm(forms.Form):
    """Which copy a line takes."""

    received = forms.TypedChoiceField(
        label=gettext_lazy("Part déclarée par le prestataire"),
        widget=forms.RadioSelect,
        coerce=int,
    )


@screen
def take_share(request: OrganisationRequest, year: int, pk: int) -> Edit[AttachForm, Attribution]:
    """Give a contribution line the share that its provider declares."""
    line = get_line(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    copies = list(received(actor=request.actor, year=year)[:MOST_SHOWN])
    back = line_url(request, line)

    def form(data: object) -> AttachForm:
        made = AttachForm(data)  # type: ignore[arg-type]
        made.fields["received"].choices = [(one.pk, _copy(one)) for one in copies]  # type: ignore[attr-defined]
        return made

    return Edit(
        title=_("Prendre la part d’un prestataire"),
        submit=_("Rattacher cette ligne"),
        intro=_(
            "Cette contribution prend la part que le prestataire déclare de son budget numérique,"
            " à la date où il l’a dite. Une consolidation avec lui ne compte l’euro qu’une fois."
        )
        if copies
        else _("Aucune part reçue pour cet exercice : déposez d’abord le fichier du prestataire."),
        trail=[(back, Typed(line_name(line)))],
        form=form,
        write=lambda its: writes.attach(
            request.actor,
            line=line,
            received=get_received(actor=request.actor, year=year, pk=its.cleaned_data["received"]),
        ),
        done=_("Part du prestataire prise, comme il l’a déclarée."),
        edits=attached(line),
    )


def _copy(one: ReceivedShare) -> str:
    language = page_language()
    return _(
        "%(name)s : %(value)s, entre %(lower)s et %(upper)s, dite le %(day)s ; clé %(key)s, soit"
        " %(amount)s."
    ) % {
        "name": one.name,
        "value": numbers.percent(one.value, language, decimals=2),
        "lower": numbers.percent(one.lower, language, decimals=2),
        "upper": numbers.percent(one.upper, language, decimals=2),
        "day": numbers.date(one.published_on, language),
        "key": numbers.share(one.key, language),
        "amount": numbers.money((one.denominator or 0) * one.key, language),
    }
