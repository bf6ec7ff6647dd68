"""Gives pytest the fixtures for tests with devices, their marker and options (docs/reference/testing.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from sim.cli import UsageError
from sim.testing.backend import Backend, Native
from sim.testing.chromium import Chromium, stop_chromium
from sim.testing.device import Device
from sim.testing.evidence import Evidence, folder_name, told, write, write_run
from sim.testing.node import Node, stop_node
from sim.testing.page_fixtures import PAGE, sim_browser, sim_context, sim_page, sim_site
from sim.testing.peer import Peer
from sim.testing.project import add_device
from sim.testing.world import Clock, Network, Trace, World

__all__ = ["sim_browser", "sim_context", "sim_page", "sim_site"]  # pytest finds fixtures where they are imported

RUNTIMES: Final[dict[str, Callable[[int], Backend]]] = {"native": Native, "node": Node, "chromium": Chromium}
"""What makes the simulation of a test, by the name of its runtime."""

MARKER: Final = (
    "firmware(path, *, source=None, files=None, main=None, name='device', profile='documented', seed=None,"
    " config=None, limits=None, boot=True): what the fixture `device` boots: a file or folder beside the test, a"
    " source text, or files"
)

WORLD: Final = pytest.StashKey[World]()

MakeDevice = Callable[..., Device]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("mos-sim", "simulated devices")
    group.addoption("--sim-runtime", choices=[*RUNTIMES], default="native", help="where devices run (default: native)")
    group.addoption("--sim-seed", type=int, default=0, help="seed of tests that do not name one (default: 0)")
    group.addoption(
        "--sim-trace",
        choices=["on", "off", "retain-on-failure"],
        default="retain-on-failure",
        help="write trace, HAR, capture and report of each test, of none, or of those that fail (default)",
    )
    group.addoption(
        "--sim-page",
        default="http://127.0.0.1:8000/",
        metavar="URL",
        help="the page that links to runs lead to (default: %(default)s, which is that of python -m sim web)",
    )
    group.addoption(
        "--sim-output",
        type=Path,
        default=Path("sim-results"),
        metavar="DIR",
        help="folder for these files (default: %(default)s)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", MARKER)


def pytest_unconfigure() -> None:
    """End what the tests shared."""
    stop_node()
    stop_chromium()


@pytest.fixture
def sim_world(request: pytest.FixtureRequest) -> Iterator[World]:
    """The world of the test, from which the other fixtures come."""
    config = request.config
    marker = request.node.get_closest_marker("firmware")
    seed = None if marker is None else marker.kwargs.get("seed")
    seed = config.getoption("--sim-seed") if seed is None else seed
    backend = RUNTIMES[config.getoption("--sim-runtime")](seed)
    world = request.node.stash[WORLD] = World(backend, seed)
    yield world
    backend.close()
    del request.node.stash[WORLD]  # pytest keeps its items: a thousand worlds would burden the garbage collector


@pytest.fixture
def network(sim_world: World) -> Network:
    """The network of the test."""
    return sim_world.network


@pytest.fixture
def clock(sim_world: World) -> Clock:
    """The virtual time of the test."""
    return sim_world.clock


@pytest.fixture
def trace(sim_world: World) -> Trace:
    """All that happened in the test."""
    return sim_world.trace


@pytest.fixture
def peer(sim_world: World) -> Peer:
    """A machine on the network that is no device."""
    return sim_world.peer


@pytest.fixture
def make_device(sim_world: World, request: pytest.FixtureRequest) -> MakeDevice:
    """A function that adds a device and boots it; its arguments are those of the marker `firmware`."""
    folder = request.path.parent

    def make(path: str | None = None, **options: Any) -> Device:
        try:
            return add_device(sim_world, folder, path, **options)
        except (UsageError, ValueError) as error:
            raise pytest.UsageError(f"{request.node.nodeid}: {error}") from error

    return make


@pytest.fixture
def device(make_device: MakeDevice, request: pytest.FixtureRequest) -> Device:
    """The device that the marker `firmware` describes."""
    marker = request.node.get_closest_marker("firmware")
    if marker is None:
        raise pytest.UsageError(
            f'{request.node.nodeid} asks for a device: say which with @pytest.mark.firmware("init.js")'
        )
    return make_device(*marker.args, **{name: value for name, value in marker.kwargs.items() if name != "seed"})


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """Fail a test that would pass although a rule that it asked for never had an effect."""
    result = yield
    world = item.stash.get(WORLD, None)
    idle = [] if world is None else world.network.idle_rules()
    if idle:
        pytest.fail(
            f"{'; '.join(idle)}: the test has not tested what it asked for (optional=True allows that)", pytrace=False
        )
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Put what a failed test needs to be understood into its report, and into files."""
    report: pytest.TestReport = yield
    if not (report.when == "call" or (report.when == "setup" and report.failed)):
        return report
    for evidence, part in evidence_of(item):
        keep(evidence, part, item, report)
    return report


def evidence_of(item: pytest.Item) -> Iterator[tuple[Evidence, str]]:
    """Give what a test has of devices: its world, its page, or both; and the folder of each below that of the test."""
    world, page = item.stash.get(WORLD, None), item.stash.get(PAGE, None)
    if world is not None:
        about = f"seed {world.seed}, {world.backend.runtime}"
        yield Evidence(about, world.backend.records, world.saved_run), ""
    if page is not None:
        yield Evidence("sim_page", page.all_records, page.saved_run), "" if world is None else "page"


def keep(evidence: Evidence, part: str, item: pytest.Item, report: pytest.TestReport) -> None:
    """Put the evidence of a test into its report, and into files if that is wanted."""
    if report.failed:
        report.sections.append((f"mos-sim: last messages ({evidence.about})", told(evidence)))
    mode = item.config.getoption("--sim-trace")
    if mode == "on" or (mode == "retain-on-failure" and report.failed):
        # Not below the present folder: the test may have gone to another one
        output = item.config.invocation_params.dir / item.config.getoption("--sim-output")
        folder = output / folder_name(item.nodeid) / part
        written = write(evidence, folder)
        replay = write_run(evidence, folder, item.nodeid, item.config.getoption("--sim-page"))
        if report.failed:
            report.sections += [("mos-sim: files", written), ("mos-sim: replay", replay)]
