"""Address strings mean what they mean to the C library; most of it is in the vectors."""

from __future__ import annotations

import pytest

from sim.network.address import ParsedAddress, is_ip, parse_address


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("80", ParsedAddress("tcp", "0.0.0.0", "", 80, 2)),
        (":80", ParsedAddress("tcp", "0.0.0.0", "", 80, 3)),
        ("udp://1.2.3.4:53", ParsedAddress("udp", "1.2.3.4", "", 53, 10)),
        ("tcp://localhost:80", ParsedAddress("tcp", "127.0.0.1", "", 80, 12)),
        ("dev.example:80", ParsedAddress("tcp", "", "dev.example", 80, 0)),
        ("256.1.1.1:80", ParsedAddress("tcp", "0.1.1.1", "", 80, 12)),
        ("1.2.0.300:80", ParsedAddress("tcp", "1.2.1.44", "", 80, 12)),
    ],
)
def test_address_is_taken_apart(text: str, parsed: ParsedAddress) -> None:
    assert parse_address(text) == parsed


@pytest.mark.parametrize("text", ["", "host", "127.0.0.1", "80x", "65535", "-1", "http://1.2.3.4:80", "[::1]"])
def test_invalid_address_is_none(text: str) -> None:
    assert parse_address(text) is None


def test_number_of_thousands_of_digits_is_no_error() -> None:
    assert parse_address("9" * 5000) is None


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("192.168.4.1", True), ("255.255.255.255", True), ("256.1.1.1", False), ("1.2.3", False), ("1.2.3.4.", False)],
)
def test_dotted_form_is_an_ip_address(text: str, verdict: bool) -> None:
    assert is_ip(text) is verdict
