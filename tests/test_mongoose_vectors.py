"""A device does what the C library was observed to do (tests/vectors/mongoose).

Each case is played under the profile of each generation of the library, which has to do exactly what was observed, and
under the default profile. `--vectors DIR` plays the cases of another folder. A case that is not met stands in
tests/vectors/exceptions.json with the reason (for a library's profile as `profile:case`); one that is met must not
stand there.
"""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from sim.api.url import URL
from sim.profile import DOCUMENTED, MONGOOSE_6_18, Profile
from tests.vector_case import VECTORS, Case, load_cases
from tests.vector_compare import (
    LIBRARY_PROFILES,
    MAY_2020,
    agree,
    answers,
    everything,
    history,
    is_comparable,
    refuses_rightly,
)
from tests.vector_mjs import play_expression
from tests.vector_player import KINDS, Observation, play
from tests.vector_rpc import RPC_KINDS, play_rpc, rpc_view
from tests.vector_unit import UNITS

EXCEPTIONS: Final[dict[str, str]] = json.loads((VECTORS.parent / "exceptions.json").read_text("utf-8"))

DOCUMENTED_AREAS: Final = (
    "endpoints",
    "http-requests",
    "http-segmentation",
    "http-body",
    "http-chunked",
    "http-responses",
    "net-tcp",
    "net-udp",
    "bind-connect",
)
"""Areas in which the default profile answers as both generations of the library, wherever these agree."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    cases = load_cases(metafunc.config.getoption("vectors"))
    if metafunc.function is test_documented_device_answers_as_both_generations_of_the_library_do:
        chosen = [
            pytest.param(case, id=case["id"])
            for area, case in cases
            if area in DOCUMENTED_AREAS and case["kind"] in KINDS and agree(case, answers)
        ]
        metafunc.parametrize("case", chosen)
    elif metafunc.function is test_device_goes_on_whatever_the_case:
        metafunc.parametrize("case", [pytest.param(c, id=c["id"]) for _, c in cases if c["kind"] in KINDS])
    elif metafunc.function is test_library_profile_does_exactly_what_was_observed:
        chosen = [
            pytest.param(case, version, id=f"{profile.name}-{case['id']}")
            for version, profile in LIBRARY_PROFILES.items()
            for _, case in cases
            if case["kind"] in KINDS and version in case["observed"]
        ]
        metafunc.parametrize(("case", "version"), chosen)
    elif metafunc.function is test_rpc_is_answered_as_observed:
        chosen = [
            pytest.param(case, profile, id=f"{profile.name}-{case['id']}")
            for profile in (DOCUMENTED, MONGOOSE_6_18)
            for _, case in cases
            if case["kind"] in RPC_KINDS
        ]
        metafunc.parametrize(("case", "profile"), chosen)
    elif metafunc.function is test_url_is_taken_apart_as_observed:
        metafunc.parametrize("case", [pytest.param(c, id=c["id"]) for _, c in cases if c["kind"] == "url-parse"])
    elif metafunc.function is test_expression_gives_what_was_observed:
        metafunc.parametrize("case", [pytest.param(c, id=c["id"]) for _, c in cases if c["kind"] == "mjs-expression"])
    elif metafunc.function is test_function_returns_what_the_library_returns:
        chosen = [
            pytest.param(case, version, id=f"{case['id']}-{version}")
            for _, case in cases
            for version in LIBRARY_PROFILES
            if case["kind"] in UNITS and version in case["observed"]
        ]
        metafunc.parametrize(("case", "version"), chosen)


def test_documented_device_answers_as_both_generations_of_the_library_do(
    case: Case, request: pytest.FixtureRequest
) -> None:
    wanted = case["observed"][MAY_2020]
    got = play(case, DOCUMENTED)
    view = answers if case["kind"].startswith("http-") or not agree(case, history) else history
    if refuses_rightly(case, got, wanted, DOCUMENTED):
        got, wanted = {}, {}
    else:
        got, wanted = view(got), view(wanted)
    meet(case, got, wanted, request)


def test_device_goes_on_whatever_the_case(case: Case) -> None:
    goes_on(play(case, DOCUMENTED))


def test_library_profile_does_exactly_what_was_observed(
    case: Case, version: str, request: pytest.FixtureRequest
) -> None:
    profile = LIBRARY_PROFILES[version]
    got, wanted = play(case, profile), case["observed"][version]
    goes_on(got)
    if is_comparable(wanted):
        meet(case, everything(got), everything(wanted), request, profile)


def test_function_returns_what_the_library_returns(case: Case, version: str, request: pytest.FixtureRequest) -> None:
    wanted = case["observed"][version]
    got = UNITS[case["kind"]](case, LIBRARY_PROFILES[version])
    wanted = {key: value for key, value in wanted.items() if key in got}
    meet(case, got, wanted, request, LIBRARY_PROFILES[version])


def test_rpc_is_answered_as_observed(case: Case, profile: Profile, request: pytest.FixtureRequest) -> None:
    for wanted in case["observed"].values():
        if is_comparable(wanted):
            meet(case, rpc_view(play_rpc(case, profile)), rpc_view(wanted["peer"]), request, profile)


def test_url_is_taken_apart_as_observed(case: Case) -> None:
    assert URL().parse(case["input"]) == case["observed"]["api_http.js"]


def test_expression_gives_what_was_observed(case: Case) -> None:
    wanted = dict(case["observed"]["mjs"])
    got = play_expression(case)
    assert {key: got.get(key) for key in wanted} == wanted


def test_every_kind_of_case_is_played() -> None:
    kinds = {case["kind"] for _, case in load_cases(VECTORS)}
    assert kinds == {*KINDS, *RPC_KINDS, *UNITS, "url-parse", "mjs-expression"}


def test_every_exception_names_a_case() -> None:
    known = {case["id"] for _, case in load_cases(VECTORS)}
    assert {name.rpartition(":")[2] for name in EXCEPTIONS} - known == set()


def goes_on(got: Observation) -> None:
    """Check that nothing was raised and that the device still serves others."""
    assert got["failures"] == []
    assert got["still_answers"]


def meet(
    case: Case,
    got: dict[str, Any],
    wanted: dict[str, Any],
    request: pytest.FixtureRequest,
    profile: Profile = DOCUMENTED,
) -> None:
    """Check one case, in the light of the exceptions."""
    reason = EXCEPTIONS.get(case["id"] if profile is DOCUMENTED else f"{profile.name}:{case['id']}")
    if reason is not None and got != wanted:
        pytest.xfail(reason)
    assert got == wanted
    if reason is not None and request.config.getoption("vectors") == VECTORS:
        pytest.fail("the case is met: take it out of exceptions.json")
