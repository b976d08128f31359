"""Importing a file: choose it, read its preview, confirm; roll back, put back.

What an import could not take over from the one it replaced: every decision, and its old line.
"""

from __future__ import annotations

from functools import partial
from typing import BinaryIO, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portulan.accounts.access import Operation
from portulan.accounts.reads import labels_of
from portulan.budget.access import get_year
from portulan.budget.imports import ahead, amending, answers, checks, suppliers, writes
from portulan.budget.imports.carry_over import euro_changes, not_carried
from portulan.budget.imports.columns import mappings_of
from portulan.budget.imports.inspection import is_doubtful
from portulan.budget.imports.pieces import are_apart
from portulan.budget.imports.reads import batches_of, get_batch
from portulan.budget.imports.split import bodies_of
from portulan.budget.imports.uploads import keep_upload
from portulan.budget.models import Attribution, FiscalYear, ImportBatch
from portulan.budget.readers import TABLES
from portulan.budget.words import BatchStatus, YearStatus
from portulan.core.say.text import UnusableInputError
from portulan.web.budget.imports import control, writing
from portulan.web.budget.imports.answers import AnswersForm
from portulan.web.budget.imports.columns import CHOOSE, columns_url
from portulan.web.budget.imports.differences import told_of
from portulan.web.budget.imports.forms import ConfirmForm, UploadForm
from portulan.web.budget.imports.page import report_page
from portulan.web.budget.words import EXPORTS, import_steps
from portulan.web.downloads import tell_export
from portulan.web.form_tokens import apart, not_done
from portulan.web.language import page_language
from portulan.web.pages import Act, Confirm, blame, kept, posted, saved, screen, sentence, succeed
from portulan.web.paging import page_of
from portulan.web.requests import OrganisationRequest, url_in


@require_GET
def imports(request: OrganisationRequest, year: int) -> HttpResponse:
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.READ_BUDGET)
    found = list(batches_of(fiscal_year))
    context = {
        "fiscal_year": fiscal_year,
        "batches": found,
        "people": labels_of(batch.person_id for batch in found),
        "is_open": fiscal_year.status != YearStatus.CLOSED,
    }
    return render(request, "budget/imports.html", context)


@require_http_methods(["GET", "POST"])
@apart
def upload(request: OrganisationRequest, year: int) -> HttpResponse:
    """Read a file for a preview; nothing is written in the accounts."""
    fiscal_year = get_year(actor=request.actor, year=year, need=Operation.EDIT_BUDGET)
    form = UploadForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        response = _previewed(request, fiscal_year, form)
        if response is not None:
            return response
    context = {
        "fiscal_year": fiscal_year,
        "form": form,
        "steps": import_steps(),
        "exports": EXPORTS,
        "remembered": mappings_of(request.organisation.pk),
    }
    return render(request, "budget/upload.html", context, status=422 if form.errors else 200)


def _previewed(
    request: OrganisationRequest, fiscal_year: FiscalYear, form: UploadForm
) -> HttpResponse | None:
    """Return where to go once the file is read, None when the form says why it is not."""
    file, received_at = form.cleaned_data["file"], timezone.now()
    where = partial(redirect, "budget:batch", request.organisation.slug, fiscal_year.year)
    try:
        batch = writes.preview(
            request.actor,
            fiscal_year=fiscal_year,
            stream=cast("BinaryIO", file),
            file_name=file.name,
            language=page_language(),
        )
    except ValidationError as error:
        if getattr(error, "code", "") == "known" and error.params:
            form.known = error.params["pk"]
        blame(form, error)
        return None
    except UnusableInputError as error:
        if error.problem.kind.code not in CHOOSE:
            form.add_error("file", sentence(error))
            return None
        # The table is readable, only its columns are not known: a person can tell them.
        messages.warning(request, sentence(error))
        messages.warning(request, sentence(error))
        file.seek(0)
        sha256, _size = keep_upload(cast("BinaryIO", file))
        return redirect(columns_url(request, fiscal_year, sha256, file.name))
    if batch.created_at < received_at:
        messages.info(request, _("Ce fichier attend déjà votre accord : voici son aperçu."))
    return where(batch.pk)


@require_GET
def batch(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    found = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.READ_BUDGET)
    if found.status == BatchStatus.WRITING:
        return writing.under_way(request, found)
    if found.status == BatchStatus.PREVIEWED:
        writing.tell_failure(request, found)
    return _batch_page(request, found)


def _batch_page(
    request: OrganisationRequest,
    found: ImportBatch,
    form: ConfirmForm | None = None,
    asked: AnswersForm | None = None,
) -> HttpResponse:
    report = report_page(found)
    is_preview = found.status == BatchStatus.PREVIEWED
    stands = found.status == BatchStatus.CONFIRMED
    overlapping = [] if stands else checks.overlapping(found)
    refusal = (
        None if stands else amending.why_not_amending(found) or checks.why_not_detailing(found)
    )
    form = form or ConfirmForm(
        is_preview and is_doubtful(found.report), initial={"replace": bool(overlapping)}
    )
    context: dict[str, object] = {
        "batch": found,
        "fiscal_year": found.fiscal_year,
        "report": report,
        "author": labels_of([found.person_id]).get(found.person_id or 0, ""),
        "overlapping": overlapping,
        "apart": bool(overlapping) and all(are_apart(found, other) for other in overlapping),
        "may_add": bool(overlapping) and not any(one.delta for one in (found, *overlapping)),
        "perhaps_same": amending.perhaps_same(found) if is_preview else [],
        "staying": amending.amending(found) if overlapping else [],
        "euros": euro_changes(found),
        "refusal": " ".join(refusal.messages) if refusal else "",
        "is_preview": is_preview,
        "is_open": found.fiscal_year.status != YearStatus.CLOSED,
        "form": form,
    }
    if not is_preview:
        named = found.written
        context |= {
            "lines": _written(found),
            "has_suppliers": named.exclude(supplier="").exists(),
        }
        return render(request, "budget/batch.html", context, status=422 if form.errors else 200)
    asked = asked or AnswersForm(found)
    context |= {
        "proof": control.proof_of(found, request.GET.get("stage"), request.GET.get("page")),
        "facts": control.facts_of(found),
        "uses": control.uses_of(found),
        "given": control.given_words(found),
        "answers": asked,
        "questions": asked.questions(),
        "steps": import_steps(),
        "bodies": len(bodies_of(found)),
        "reads_suppliers": "supplier" in answers.columns_of(found),
        "step": 3,
        "told": told_of(found),
        "columns_url": columns_url(request, found.fiscal_year, found.sha256, found.file_name)
        if found.format in TABLES and request.actor.holds(Operation.EDIT_BUDGET)
        else "",
    }
    refused = form.errors or asked.errors
    return render(request, "budget/control.html", context, status=422 if refused else 200)


@require_POST
@apart
def answer(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    """Answer questions of a file, which is read again and shown again."""
    found = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    form = AnswersForm(found, request.POST)
    done = saved(
        form,
        lambda: answers.answer(
            request.actor, batch=found, options=form.options(), language=page_language()
        ),
    )
    if done is None:
        return _batch_page(request, found, asked=form)
    return redirect("budget:batch", request.organisation.slug, year, done.pk)


@require_POST
@apart
def take_answer_back(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    """Take an answer back: the file is read again without it, and asks anew."""
    found = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    back = redirect("budget:batch", request.organisation.slug, year, found.pk)
    try:
        answers.take_back(
            request.actor,
            batch=found,
            name=request.POST.get("name", ""),
            language=page_language(),
        )
    except (ValidationError, UnusableInputError) as error:
        said = sentence(error) if isinstance(error, UnusableInputError) else error.messages[0]
        messages.error(request, said)
        return not_done(back)
    return back


def _written(found: ImportBatch) -> int:
    """Return how many lines, or orders, an import wrote."""
    return found.written.count()


@require_GET
def original(request: OrganisationRequest, year: int, pk: int) -> FileResponse:
    """Hand over the file of an import as it was received: to keep, never shown in the browser."""
    found = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.READ_ORIGINALS)
    path = writes.hand_over(request.actor, batch=found)
    tell_export(request, "original")
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type="application/octet-stream",
        headers={"X-Content-Type-Options": "nosniff"},
    )


@require_POST
@apart
def confirm(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    """Write all the lines of a previewed file, or put back those of an import rolled back."""
    found = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    form = ConfirmForm(
        found.status == BatchStatus.PREVIEWED and is_doubtful(found.report), request.POST
    )
    done = kept(
        form,
        lambda: ahead.start(
            request.actor,
            batch=found,
            replace=form.cleaned_data["replace"],
            piece="piece" in request.POST,
            in_euros=form.cleaned_data.get("in_euros", False),
        ),
    )
    if not done:
        found.refresh_from_db()
        if found.status == BatchStatus.WRITING:
            return not_done(redirect("budget:batch", request.organisation.slug, year, pk))
        return _batch_page(request, found, form)
    found.refresh_from_db()
    if found.status != BatchStatus.CONFIRMED:
        return redirect("budget:batch", request.organisation.slug, year, pk)
    count = _written(found)
    text = (
        ngettext(
            "%(count)s commande de « %(file)s » détaille les lignes de %(year)s.",
            "%(count)s commandes de « %(file)s » détaillent les lignes de %(year)s.",
            count,
        )
        if found.is_order_book
        else ngettext(
            "%(count)s ligne de « %(file)s » est dans les comptes de %(year)s.",
            "%(count)s lignes de « %(file)s » sont dans les comptes de %(year)s.",
            count,
        )
    )
    undo = url_in(request, "budget:roll-back", year, pk)
    succeed(request, text % {"count": count, "file": found.file_name, "year": year}, undo=undo)
    return redirect("budget:batch", request.organisation.slug, year, pk)


@screen
def roll_back(
    request: OrganisationRequest, year: int, pk: int
) -> Confirm[ImportBatch] | HttpResponse:
    """Take an import out of the accounts, once told what leaves with it."""
    found = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    back = url_in(request, "budget:batch", year, pk)
    replaced = list(found.replaced.order_by("delta", "pk"))
    if request.method != "POST" and found.status != BatchStatus.CONFIRMED:
        return redirect(back)
    if request.method != "POST" and not replaced and (refusal := amending.why_not_removed(found)):
        messages.error(request, " ".join(refusal.messages))
        return redirect(back)
    put_back = "put_back" in request.POST
    undo = url_in(request, "budget:confirm", year, pk)
    return Confirm(
        back=back,
        write=lambda: writes.roll_back(request.actor, batch=found, put_back=put_back),
        done=_("Import « %(file)s » annulé : ses lignes ne comptent plus.")
        % {"file": found.file_name},
        undo="" if put_back else undo,
        template="budget/roll_back.html",
        context=lambda: {
            "batch": found,
            "fiscal_year": found.fiscal_year,
            "lines": _written(found),
            "replaced": replaced,
            "attributions": Attribution.objects.filter(line__batch=found)
            .exclude(status="withdrawn")
            .count(),
        },
    )


@screen
def erase_suppliers(request: OrganisationRequest, year: int, pk: int) -> Confirm[int]:
    """Erase the suppliers of the lines of an import, which serve to match them."""
    found = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    back = url_in(request, "budget:batch", year, pk)
    return Confirm(
        title=_("Effacer les fournisseurs"),
        submit=_("Effacer les fournisseurs"),
        intro=_(
            "Les noms des fournisseurs quittent les lignes de cet import, pour toujours. Les"
            " montants, les verdicts et les fléchages restent ; un prochain fichier retrouvera ses"
            " lignes sans eux."
        ),
        trail=[(back, found.file_name)],
        write=lambda: suppliers.erase_suppliers(request.actor, batch=found),
        done=_("Fournisseurs effacés."),
    )


@screen
def discard(request: OrganisationRequest, year: int, pk: int) -> Act[None]:
    """Forget a preview."""
    found = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.EDIT_BUDGET)
    return Act(
        write=lambda: writes.discard(request.actor, batch=found),
        done=_("Aperçu abandonné : rien n’a été importé."),
        back=url_in(request, "budget:batch", year, pk),
        then=lambda _none: url_in(request, "budget:imports", year),
    )


PER_PAGE = 24


@require_GET
def decisions(request: OrganisationRequest, year: int, pk: int) -> HttpResponse:
    batch = get_batch(actor=request.actor, year=year, pk=pk, need=Operation.READ_BUDGET)
    page = page_of(request, not_carried(batch), PER_PAGE)
    context = {"batch": batch, "fiscal_year": batch.fiscal_year, "page": page}
    return render(request, "budget/not_carried.html", context)
