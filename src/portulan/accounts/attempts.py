"""How many passwords may be tried: asked before any is judged, which costs half a second.

Four limits over a quarter of an hour: of one place on one account, of one place on all accounts, of
all places on one account, and of all. The last three never stop somebody where they signed in
before: nobody locks somebody else out (docs/adr/0042). A try that is refused is not counted, so
that a lock never lasts longer for being tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from ipaddress import ip_network

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portulan.accounts.models import Attempt, SecurityEntry
from portulan.accounts.reads import find_account
from portulan.accounts.security import Event, tell_of_account

WINDOW = timedelta(minutes=15)
# Of one place, through links that need no account: forms sent, and links that open nothing.
BY_LINK = 120
# Of one place, links asked for by mail.
BY_ASKING = 12
# Of one place, errors told of what is public: nobody takes the room of all others.
BY_REPORT = 10
# In the place of the digest of an account, which is hexadecimal.
_LINK, _REPORT, _ASKED = "link", "report", "asked"
LIMITS = {"both": 5, "client": 50, "account": 30, "all": 500}
# How long a place where somebody signed in is theirs.
_KNOWN = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Try:
    """A password about to be judged: counted as wrong until it is right."""

    attempt: Attempt
    email: str
    address: str

    def succeeded(self) -> None:
        """Forget what this place tried on this account."""
        Attempt.objects.filter(client=self.attempt.client, account=self.attempt.account).delete()

    def withdraw(self) -> None:
        """Forget this one alone: it was right, and does not open yet."""
        self.attempt.delete()

    def failed(self, event: Event = Event.FAILED) -> None:
        """Keep it, and write it in the security journal, with the limit that it reaches."""
        user, now = find_account(self.email), timezone.now()
        tell_all = partial(tell_of_account, user=user, address=self.address, to_owner=True)
        tell_all(event)
        tries = _tries(self.attempt.client, self.attempt.account, now)
        for limit in (name for name, most in LIMITS.items() if tries[name] == most):
            tell_all(Event.LOCKED, details={"of": limit})


def begin(*, email: str, address: str, now: datetime | None = None) -> Try | None:
    """Count a try before its password is judged; None when there were too many."""
    now, client = now or timezone.now(), network_of(address)
    account = salted_hmac("portulan.attempts", email.lower(), algorithm="sha256").hexdigest()[:32]
    tries = _tries(client, account, now)
    reached = {name for name, most in LIMITS.items() if tries[name] >= most}
    if "both" in reached or (reached and not _is_known(email, address, now)):
        return None
    attempt = Attempt.objects.create(at=now, client=client, account=account)
    return Try(attempt, email, address)


def count_by_link(address: str, *, now: datetime | None = None) -> bool:
    """Count what a place does through links; False when it did too much of it."""
    return _count(_LINK, BY_LINK, address, now)


def count_report(address: str, *, now: datetime | None = None) -> bool:
    """Count an error that a place tells of what is public; False when it told too many."""
    return _count(_REPORT, BY_REPORT, address, now)


def count_asked(address: str, *, now: datetime | None = None) -> bool:
    """Count a link that a place has written to somebody; False when it asked for too many."""
    return _count(_ASKED, BY_ASKING, address, now)


def _count(what: str, most: int, address: str, now: datetime | None) -> bool:
    """Count what a place does without an account, apart from passwords.

    Neither shuts the door of the other.
    """
    now, client = now or timezone.now(), network_of(address)
    recent = Attempt.objects.filter(at__gt=now - WINDOW, client=client, account=what)
    if recent.count() >= most:
        return False
    Attempt.objects.create(at=now, client=client, account=what)
    return True


def clear_attempts(now: datetime) -> int:
    """Forget what no limit counts any more; return how many there were."""
    return Attempt.objects.filter(at__lte=now - WINDOW).delete()[0]


def _tries(client: str, account: str, now: datetime) -> dict[str, int]:
    of_client, of_account = Q(client=client), Q(account=account)
    return (
        Attempt.objects.filter(at__gt=now - WINDOW)
        .exclude(account__in=(_LINK, _REPORT, _ASKED))
        .aggregate(
            both=Count("pk", filter=of_client & of_account),
            client=Count("pk", filter=of_client),
            account=Count("pk", filter=of_account),
            all=Count("pk"),
        )
    )


def network_of(address: str) -> str:
    """Return whose an address is: of IPv6, a subscriber has a whole network."""
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address


def _is_known(email: str, address: str, now: datetime) -> bool:
    """Tell whether the account was signed in from there."""
    user = find_account(email)
    return (
        user is not None
        and bool(address)
        and SecurityEntry.objects.filter(
            user_id=user.pk, event=Event.SIGNED_IN, address=address, at__gt=now - _KNOWN
        ).exists()
    )
