"""Pages for what went wrong."""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portulan.core.os_errors import Shortage, shortage_of
from portulan.web.inputs import FileTooBigError


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    too_big = isinstance(exception, RequestDataTooBig)
    context = {"file_too_big": isinstance(exception, FileTooBigError)}
    return render(request, "400.html", context, status=413 if too_big else 400)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "403.html", {"expired": True}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    # Of a plan or a year that is not there, the entries of the page lead to those that are.
    request.resolver_match = None
    return render(request, "404.html", status=404)


def conflict(request: HttpRequest) -> HttpResponse:
    """Say that what was asked contradicts what stands in the database; nothing was written."""
    return render(request, "409.html", status=409)


def of_newer_version(request: HttpRequest, sentence: str) -> HttpResponse:
    """Say that the page has something that a newer version wrote."""
    return render(request, "409.html", {"newer": sentence}, status=409)


def too_many(request: HttpRequest) -> HttpResponse:
    """Say how long to wait, after too many wrong passwords."""
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = "900"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    shortage = shortage_of(sys.exc_info()[1])
    if shortage is not None:
        return unavailable(request, shortage)
    return render(request, "500.html", status=500)


def unavailable(request: HttpRequest, shortage: Shortage) -> HttpResponse:
    """Say what lacks, and when to try again; the folder of a full disk is said to who signed in."""
    user = getattr(request, "_cached_user", None)
    known = user is not None and user.is_authenticated
    context = {
        "full": shortage is Shortage.ROOM,
        "folder": settings.DATA if known else "",
    }
    answer = render(request, "503.html", context, status=503)
    answer["Retry-After"] = "60" if shortage is Shortage.ROOM else "5"
    return answer
