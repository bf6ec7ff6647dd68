"""Sends the requests of the page, and answers it with what comes back."""

from __future__ import annotations

from sim.bridge.message import Message, headers_of, port_of, text_of, unpacked
from sim.bridge.sockets import Page
from sim.peer import FetchError, Response

__all__ = ["fetch"]


def fetch(page: Page, message: Message, number: int | str) -> None:
    """Send a request of the page; the answer comes when the device has answered, or will not."""
    device = page.device_of(message, "to")

    def done(answer: Response | FetchError) -> None:
        if isinstance(answer, FetchError):
            page.report.reply_error(number, answer)
        else:
            page.report.reply(number, response_json(answer))

    page.peer_of(message).fetch(
        unpacked(text_of(message, "method")),
        unpacked(text_of(message, "target")),
        headers_of(message),
        text_of(message, "body", "").encode("latin-1"),
        to=device.name,
        port=port_of(message),
        on_done=done,
    )


def response_json(response: Response) -> dict[str, object]:
    """Return a response as the page has it."""
    return {
        "status": response.status,
        "reason": response.reason,
        "headers": [list(pair) for pair in response.headers],
        "body": response.body.decode("latin-1"),
        "took_us": response.took_us,
    }
