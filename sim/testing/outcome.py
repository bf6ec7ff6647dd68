"""Names what a device answers in a test, and the ways in which it does not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.engine import NoAnswer, SimError, StartError

__all__ = ["Headers", "NoAnswer", "Response", "RpcError", "SimError", "StartError"]


class RpcError(SimError):
    """An RPC method answered with an error: its `code` and `message`."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"RPC error {code}: {message}")
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type[RpcError], tuple[int, str]]:
        return RpcError, (self.code, self.message)


class Headers(Mapping[str, str]):
    """Header fields by name, whatever its case; of several fields of a name the values with commas between them."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs
        """The fields as they came."""

    def __getitem__(self, name: str) -> str:
        values = [value for key, value in self.pairs if key.lower() == name.lower()]
        if not values:
            raise KeyError(name)
        return ", ".join(values)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name.lower() for name, _ in self.pairs))

    def __len__(self) -> int:
        return len({name.lower() for name, _ in self.pairs})

    def __repr__(self) -> str:
        return f"Headers({self.pairs})"


@dataclass(frozen=True)
class Response:
    """What a device answered. `took` is the virtual time in seconds from the request to the whole response."""

    status: int
    reason: str
    headers: Headers
    body: bytes
    took: float

    def __repr__(self) -> str:
        return f"<Response {self.status} {self.reason}>"

    @property
    def ok(self) -> bool:
        """Whether the status is below 400."""
        return self.status < 400

    @property
    def text(self) -> str:
        """The body as text (UTF-8; what is none is replaced)."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return what the body means as JSON.

        Raises:
            ValueError: it is none.
        """
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise ValueError(f"the body of {self!r} is no JSON: {error}: {self.text[:200]!r}") from error
