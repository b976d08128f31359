"""Sobriety and access, on every screen of the demonstration."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from lxml import html
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from tests.e2e.conftest import Demonstration
from tests.pages import MOST_BYTES, MOST_NODES, MOST_REQUESTS

# The screens are shared out between this many tests: both processes of `make test` end together.
PARTS = 8
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
AXE = Axe().axe_script
WCAG: dict[str, object] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
}
# Colours take most of the time: they are judged once a scheme, light where narrow, dark where wide.
JUDGED: dict[tuple[str, int], dict[str, object]] = {
    ("light", 1280): WCAG | {"rules": {"color-contrast": {"enabled": False}}},
    ("dark", 1280): {"runOnly": {"type": "rule", "values": ["color-contrast"]}},
    ("light", 360): WCAG,
}
# Violations alone: what passes is most of the report, and takes longest to hand over. Nothing is
# loaded again for a rule on locked orientation, which is experimental and not one of these.
VIOLATIONS = """rules => axe.run({...rules, resultTypes: ['violations'], preload: false})
    .then(found => found.violations.map(one => [one.id, one.nodes[0].target]))"""
NODES = """() => [...document.querySelectorAll('*')]
    .filter(node => node.tagName !== 'OPTION' && !node.parentElement?.closest('svg')).length"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The page itself, at the end of the line above it, under a name of its own.
CRUMBS = """() => [...document.querySelectorAll('.crumb [aria-current]')]
    .filter(one => !one.textContent.trim() || one.textContent.includes(location.host)).length"""
# One address per screen is enough; these are actions that a crawl must not take.
LEFT_OUT = {"language", "sign-out", "sign-in-link", "budget:original"}


@pytest.fixture(scope="session")
def screens(
    browser: Browser, demonstration: Demonstration, signed_in_state: dict[str, object]
) -> list[str]:
    """One address for each screen that links lead to, from the dashboard on."""
    context = browser.new_context(base_url=demonstration.address, storage_state=signed_in_state)  # type: ignore[arg-type]
    waiting, seen, found = ["/region-armorique/", "/account/"], set(), {}
    while waiting:
        path = waiting.pop(0)
        name = view_name(path)
        if name is None or name in found or path in seen:
            continue
        seen.add(path)
        # Links are in what is sent: there is nothing to draw yet.
        answer = context.request.get(path)
        if "text/html" not in answer.headers.get("content-type", "") or is_kept(answer.headers):
            continue
        assert answer.status == 200, path
        found[name] = path
        waiting.extend(links(answer.body()))
    context.close()
    return sorted(found.values())


def view_name(path: str) -> str | None:
    try:
        match = resolve(urlsplit(path).path)
    except Resolver404:
        return None
    name = match.view_name
    return None if name in LEFT_OUT or "export" in name else name


def is_kept(headers: dict[str, str]) -> bool:
    """Say whether an answer is a file to keep, which a browser shows no screen of."""
    return headers.get("content-disposition", "").startswith("attachment")


def links(page: bytes) -> list[str]:
    addresses = html.fromstring(page).xpath("//a/@href[starts-with(., '/')]")
    files = (".csv", ".xlsx", ".ods", ".svg", ".json")
    return [path for path in addresses if not urlsplit(path).path.endswith(files)]


def transfers(page: Page) -> list[float]:
    """Bytes on the wire of each answer the page receives from now on, none kept in a cache."""
    sizes: list[float] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    return sizes


def faults(page: Page) -> Iterator[str]:
    """Say what is wrong with the page in every width and in both schemes, loaded once."""
    for width in (1280, 360):
        for scheme in SCHEMES:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            if (over := page.evaluate(OVERFLOW)) > 0:
                yield f"{over} px too wide at {width}, {scheme}"
            if rules := JUDGED.get((scheme, width)):
                for rule, where in page.evaluate(VIOLATIONS, rules):
                    yield f"{rule} at {where}, {width}, {scheme}"


def test_there_are_screens(screens: list[str]) -> None:
    assert len(screens) > 15


@pytest.mark.parametrize("part", range(PARTS))
def test_every_screen_is_light_accessible_and_fits(
    browser: Browser,
    demonstration: Demonstration,
    signed_in_state: dict[str, object],
    screens: list[str],
    part: int,
) -> None:
    context = browser.new_context(
        base_url=demonstration.address,
        storage_state=signed_in_state,  # type: ignore[arg-type]
    )
    context.add_init_script(AXE)
    page = context.new_page()
    sizes, findings = transfers(page), []
    for path in screens[part::PARTS]:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="light")
        sizes.clear()
        page.goto(path)
        nodes = page.evaluate(NODES)
        if sum(sizes) > MOST_BYTES or len(sizes) > MOST_REQUESTS or nodes > MOST_NODES:
            findings.append(f"{path}: {sum(sizes):.0f} B, {len(sizes)} requests, {nodes} nodes")
        if page.evaluate(CRUMBS):
            findings.append(f"{path}: the line above it does not name it")
        findings += [f"{path}: {fault}" for fault in faults(page)]
    context.close()
    assert not findings, "\n".join(findings)


# What prints, and whether it holds on one sheet.
PRINTED = {
    "": True,
    "portfolio/tenir-lambition-2027/result/": True,
    "plans/plan-2025-2027/timeline/": True,
    "plans/plan-2025-2027/": False,
    "plans/plan-2025-2027/grid/": False,
    "plans/plan-2025-2027/board/": False,
    "budget/2026/": False,
}


@pytest.mark.parametrize("path", PRINTED)
def test_paper_is_read_without_a_glass(page: Page, path: str) -> None:
    """Nothing under 9 points; what a board reads is on one sheet, with its day."""
    page.goto(f"/region-armorique/{path}")
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) == 1 or not PRINTED[path]
    sizes: Counter[float] = Counter()

    def read(
        text: str, ground: list[float], matrix: list[float], _font: object, size: float
    ) -> None:
        if text.strip():
            sizes[round(abs(size * matrix[3] * ground[3]), 1)] += len(text.strip())

    said = "".join(sheet.extract_text(visitor_text=read) for sheet in sheets)
    assert min(sizes) >= 9, sizes
    assert "24 novembre 2026" in said.replace("\u00a0", " ")
    assert "licence MIT" not in said


FIRST_ROW = "() => document.querySelector('main tbody tr').getBoundingClientRect().top"


@pytest.mark.parametrize("view", ["", "grid/"])
def test_the_first_action_of_the_plan_is_in_sight(page: Page, view: str) -> None:
    for width, most in ((360, 460), (1280, 380)):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"/region-armorique/plans/plan-2025-2027/{view}")
        assert page.evaluate(FIRST_ROW) <= most, (view, width)
