"""A real browser on the demonstration, served as users get it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests import commands
from tests.conftest import Built, plain_environment

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the journeys, and end with them: the browser leaves a loop that the database refuses."""
    for item in items:
        if is_journey(item):
            item.add_marker(pytest.mark.e2e)
    items.sort(key=is_journey)


def is_journey(item: pytest.Item) -> bool:
    return item.nodeid.startswith("tests/e2e/")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium from the system; its absence is a skip on a laptop, a failure in CI."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have Chromium")
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


def follow(what: Locator) -> None:
    """Click on what leads to another page, which is read whole before what comes next.

    A click alone comes back when the next page begins: what is counted there may not be there yet.
    """
    with what.page.expect_navigation():
        what.click()


class Demonstration:
    """The demonstration running in a process of its own, on a free port of the loopback."""

    def __init__(self, folder: Path, *build: str) -> None:
        self.environment = plain_environment(PORTULAN_DATA=str(folder), LANG="fr_FR.UTF-8")
        built = self.portulan(*(build or ("demo", "--no-serve")))
        self.link = next(word for word in built.split() if "/sign-in/" in word)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.server = subprocess.Popen(
            [sys.executable, "-m", "portulan", "serve", "--port", str(self.port)],
            env=self.environment,
        )
        self._wait()

    def portulan(self, *arguments: str) -> str:
        done = commands.run(*arguments, env=self.environment)
        done.check_returncode()
        return done.stdout + done.stderr

    def _wait(self) -> None:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.address}/sign-in/", timeout=1).close()  # noqa: S310
            except OSError:
                time.sleep(0.1)
            else:
                return
        self.stop()
        pytest.fail("the demonstration does not answer")

    def sign_in_path(self) -> str:
        return "/sign-in/" + self.link.split("/sign-in/")[1]

    def stop(self) -> None:
        self.server.terminate()
        self.server.wait(timeout=15)


@pytest.fixture(scope="session")
def demonstration(
    tmp_path_factory: pytest.TempPathFactory, built: Built
) -> Iterator[Demonstration]:
    folder = tmp_path_factory.mktemp("demo")
    running = Demonstration(Path(shutil.copytree(built.folder, folder, dirs_exist_ok=True)))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def signed_in_state(browser: Browser, demonstration: Demonstration) -> dict[str, object]:
    """Cookies of the demonstration's person, who confirmed the one-time link."""
    context = browser.new_context(base_url=demonstration.address, locale="fr-FR")
    page = context.new_page()
    page.goto(demonstration.sign_in_path())
    page.get_by_role("button", name="Entrer").click()
    page.wait_for_url("**/region-armorique/**")
    state = context.storage_state()
    context.close()
    return dict(state)


@pytest.fixture
def page(
    browser: Browser, demonstration: Demonstration, signed_in_state: dict[str, object]
) -> Iterator[Page]:
    """A page of the signed-in person, on a wide screen; errors of the console fail the test."""
    context = browser.new_context(
        base_url=demonstration.address,
        storage_state=signed_in_state,  # type: ignore[arg-type]
        viewport={"width": 1280, "height": 900},
        locale="fr-FR",
    )
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []
