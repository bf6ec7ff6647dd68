"""Runs the tests of this folder in each browser that `--browsers` names."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from sim import website
from tests.browsers.chromium import Chromium
from tests.browsers.driver import Driver
from tests.browsers.firefox import Firefox
from tests.browsers.user import User
from tests.browsers.webkit import WebKit
from tools import browsers
from tools.site import DIST

OTHERS = {"firefox": Firefox, "webkit": WebKit}
FORGET = "() => localStorage.clear()"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "driver" in metafunc.fixturenames:
        found = [name for name in metafunc.config.getoption("browsers") if browsers.find(name) is not None]
        metafunc.parametrize("driver", found, indirect=True, scope="session")


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the built site."""
    assert DIST.exists(), "there is no site: python3 build.py test builds it"
    with website.listen(DIST, log=lambda line: None) as http:
        threading.Thread(target=http.serve_forever, args=[0.05], daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}/"
        http.shutdown()


@pytest.fixture(scope="session")
def driver(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """One browser for all its tests."""
    if request.param == "chromium":
        driver: Driver = Chromium(request.getfixturevalue("browser"))
    else:
        paths = browsers.find(request.param)
        assert paths
        driver = OTHERS[request.param](paths)
    yield driver
    driver.close()


@pytest.fixture
def user(driver: Driver) -> Iterator[User]:
    """Somebody at a browser that has kept no project; nothing that is done may be logged as an error."""
    logged = len(driver.errors())
    yield User(driver)
    errors = driver.errors()[logged:]
    driver.call(FORGET)
    driver.leave()
    assert errors == []
