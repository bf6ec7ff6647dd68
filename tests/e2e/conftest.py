"""Gives each test a page of its own, and the built site on a free port.

The page starts Python from what an earlier visit has kept, as it does for whoever comes again; a test that is about
the first visit, or changes more than its own page can take back, has the mark `first_visit` and a new context.

A test fails when its page asks another origin for anything. A failing test shows what the browser's console, the
server and the trace held.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page

from sim import website
from tests.e2e.visited import Visited
from tools.site import DIST

TIMEOUT_MS = 20_000
KEEP_RECORDS = """
const Plain = Worker;
globalThis.traceOfTest = [];
globalThis.Worker = class extends Plain {
  constructor(...options) {
    super(...options);
    this.addEventListener("message", ({ data }) => {
      const { records } = typeof data === "string" ? JSON.parse(data) : data;
      globalThis.traceOfTest.push(...(records ?? []));
    });
  }
};
"""

Serve = Callable[..., str]
outcome = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def server_log() -> list[str]:
    """What all servers of this run have logged."""
    return []


@pytest.fixture(scope="session")
def serve(server_log: list[str]) -> Iterator[Serve]:
    """Serve a folder, or the site, with the options of `tools.website.listen`; gives the address."""
    assert DIST.exists(), "there is no site: python3 build.py test builds it"
    servers = []

    def start(folder=DIST, *, prefix: str = "/", **options) -> str:
        http = website.listen(folder, prefix=prefix, log=server_log.append, **options)
        threading.Thread(target=http.serve_forever, args=[0.05], daemon=True).start()
        servers.append(http)
        return f"http://127.0.0.1:{http.server_port}{prefix}"

    yield start
    for http in servers:
        http.shutdown()
        http.server_close()


@pytest.fixture(scope="session")
def site(serve: Serve) -> str:
    """The address of the built site."""
    return serve()


@pytest.fixture(scope="session")
def visited(browser: Browser, site: str) -> Iterator[Visited]:
    """The context of all tests but those of the first visit."""
    visited = Visited(browser, site)
    yield visited
    visited.context.close()


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A context that has kept Python's memory and nothing else; with the mark `first_visit`, it has kept nothing."""
    if not request.node.get_closest_marker("first_visit"):
        visited: Visited = request.getfixturevalue("visited")
        visited.tidy()
        yield visited.context
        return
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, server_log: list[str], request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of its own; it must not ask any other origin."""
    logged = len(server_log)
    asked: list[str] = []
    lines: list[str] = []
    listeners: dict[str, Callable] = {
        "request": lambda asking: asked.append(asking.url),
        "console": lambda message: lines.append(line_of(message)),
        "weberror": lambda problem: lines.append(f"uncaught: {problem.error}"),
    }
    for event, listener in listeners.items():
        context.on(event, listener)
    page = context.new_page()
    page.set_default_timeout(TIMEOUT_MS)
    page.add_init_script(KEEP_RECORDS)
    yield page
    if not request.node.stash.get(outcome, False):
        request.node.add_report_section("teardown", "console of the browser", "\n".join(lines))
        request.node.add_report_section("teardown", "log of the server", "\n".join(server_log[logged:]))
        request.node.add_report_section("teardown", "trace", trace_of(page))
    page.close()
    for event, listener in listeners.items():
        context.remove_listener(event, listener)
    foreign = [url for url in asked if not url.startswith(("http://127.0.0.1:", "data:", "blob:"))]
    assert foreign == [], "the page asked another origin"


def line_of(message: ConsoleMessage) -> str:
    """Return one line of the browser's console."""
    return f"{message.type}: {message.text}"


def trace_of(page: Page) -> str:
    """Return the records that the page has got, one JSON object a line."""
    try:
        records = page.evaluate("globalThis.traceOfTest ?? []")
    except Error as error:
        return f"the page does not tell: {error}"
    return "\n".join(json.dumps(record) for record in records)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Tell the fixtures whether the test has passed."""
    report = yield
    if call.when == "call":
        item.stash[outcome] = report.passed
    return report
