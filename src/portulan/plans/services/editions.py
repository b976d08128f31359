"""An action and the editions of its practices: it stays, or it goes, only when somebody says so."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portulan.accounts.access import Operation
from portulan.accounts.actors import Actor
from portulan.accounts.trail import record
from portulan.catalogue.models import CatalogueVersion, Practice
from portulan.catalogue.selectors import comparison_of
from portulan.core import audit
from portulan.core.errors import NotFoundError
from portulan.core.storing import store
from portulan.plans.models import Action, ActionPractice
from portulan.plans.services.fields import set_sheet
from portulan.plans.services.rights import check


@transaction.atomic
def follow_edition(
    actor: Actor, *, action: Action, practice: Practice, version: CatalogueVersion
) -> int:
    """Make the action follow what its practice became in an edition; nothing else of it changes.

    Returns the entry of the trail, from which `restore_value` goes back. Raises DeniedError,
    NotFoundError, ValidationError when the practice has no successor there.
    """
    _link(actor, action, practice)
    matches, _gone = comparison_of(actor, practice.version, _visible(actor, version)).of(
        practice.code
    )
    successors = version.practices.filter(code__in=[match.new.code for match in matches])
    if not successors:
        raise ValidationError(
            _("Cette pratique n’a pas de suite dans l’édition %(version)s.")
            % {"version": version.version}
        )
    kept = action.practices.exclude(pk=practice.pk).select_related("version__catalogue")
    followed = [*kept, *successors.select_related("version__catalogue")]
    changes = set_sheet(action, {"practices": {item.pk: item for item in followed}.values()})
    return record(actor, action, "edited", changes)


@transaction.atomic
def keep_edition(
    actor: Actor, *, action: Action, practice: Practice, version: CatalogueVersion
) -> None:
    """Say that the difference with an edition was read, and that the action stays on its own."""
    _set_seen(actor, action, practice, _visible(actor, version), "edition kept")


@transaction.atomic
def review_edition(actor: Actor, *, action: Action, practice: Practice) -> None:
    """Take that back: the difference is shown again."""
    _set_seen(actor, action, practice, None, "edition unkept")


def _set_seen(
    actor: Actor, action: Action, practice: Practice, version: CatalogueVersion | None, verb: str
) -> None:
    link = _link(actor, action, practice)
    if link.seen_id == (version.pk if version else None):
        return
    names: audit.Change = (
        link.seen.version if link.seen else None,
        version.version if version else None,
    )
    link.seen = version
    store(link)
    record(actor, action, verb, {"practice": (None, practice.code), "seen": names})


def _link(actor: Actor, action: Action, practice: Practice) -> ActionPractice:
    check(actor, action, Operation.EDIT_PLAN)
    link = (
        ActionPractice.objects.filter(action=action, practice=practice)
        .select_related("seen")
        .first()
    )
    if link is None:
        raise ValidationError(_("L’action ne suit plus cette pratique."))
    return link


def _visible(actor: Actor, version: CatalogueVersion) -> CatalogueVersion:
    if version.catalogue.organisation_id not in (None, actor.organisation_id):
        raise NotFoundError(version.pk)
    return version
