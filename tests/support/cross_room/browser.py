"""A real browser for what people look at: Debian's Chromium, driven by Playwright, without a network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

SWITCHES = (
    "--no-sandbox",  # containers run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """The path of Chromium, or None when this machine has none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium that runs while the block does. Raises LookupError when there is none."""
    path = chromium()
    if path is None:
        raise LookupError("Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=[*SWITCHES])
        try:
            yield running
        finally:
            running.close()


@dataclass
class Visit:
    """What a page did while it was looked at."""

    page: Page
    requested: list[str] = field(default_factory=list)  # every URL asked for
    complaints: list[str] = field(default_factory=list)  # console errors and warnings, uncaught exceptions


@contextmanager
def visiting(running: Browser, file: Path, *, width: int = 1280, dark: bool = False) -> Iterator[Visit]:
    """*file* opened by its ``file://`` URL in a window *width* pixels wide."""
    context = running.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    page = context.new_page()
    visit = Visit(page)

    def asked(request: Request) -> None:
        visit.requested.append(request.url)

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            visit.complaints.append(message.text)

    page.on("request", asked)
    page.on("console", said)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    try:
        page.goto(file.absolute().as_uri())
        yield visit
    finally:
        context.close()
