"""What took long is written down, as a line of JSON: the kind of page, never its address or who."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse

log = logging.getLogger("portulan.slow")


class SlowMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = perf_counter()
        answer = self.get_response(request)
        took = perf_counter() - begun
        if took * 1000 >= settings.SLOW_MS:
            log.warning(_line(request, answer, took))
        return answer


def _line(request: HttpRequest, answer: HttpResponse, took: float) -> str:
    found = request.resolver_match
    told = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "event": "slow",
        "method": request.method,
        "route": found.view_name if found else None,
        "status": answer.status_code,
        "ms": round(took * 1000),
    }
    return json.dumps(told, ensure_ascii=False)
