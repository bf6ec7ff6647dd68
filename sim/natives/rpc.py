"""Holds the C functions behind `RPC`."""

from __future__ import annotations

from collections.abc import Callable

from sim.api.modules import Modules
from sim.api.rpc import Method, Outcome, add_method, call_local
from sim.mjs.value import NULL, Obj
from sim.natives.text import as_data, as_text
from sim.rpc import Failure

__all__ = ["rpc_natives"]


class Request:
    """A call that waits for its handler: what the handler holds to answer it."""

    __slots__ = ("outcome",)

    def __init__(self) -> None:
        self.outcome: Outcome | None = None


def rpc_natives(modules: Modules) -> dict[str, Callable[..., object]]:
    """Return the C functions behind `RPC`."""
    rpc, context = modules.RPC, modules.context

    def add_handler(name: object, callback: Callable[..., object], userdata: object) -> object:
        def run(params: str, source: str) -> Outcome | None:
            request = Request()
            context.invoke(callback, request, as_data(params), as_data(source), userdata)
            return request.outcome

        # The library's callback says nothing of where the program's handler stands; its userdata has that
        own = userdata.own("handler") if isinstance(userdata, Obj) else None
        add_method(rpc, Method(as_text(name), "", run), callback if own is None or own is NULL else own)
        return None

    def send_response(request: object, result: bytes | None) -> bool:
        return answer(request, as_text(result))

    def send_error(request: object, code: int, form: bytes | None, *values: bytes | None) -> bool:
        text = as_text(form)
        for value in values:
            text = text.replace("%s", as_text(value), 1)
        return answer(request, Failure(code, text))

    def call(
        to: bytes | None, name: bytes | None, params: bytes | None, callback: Callable[..., object], userdata: object
    ) -> bool:
        def done(outcome: Outcome) -> None:
            if isinstance(outcome, Failure):
                context.invoke(callback, None, outcome.code, as_data(outcome.message), userdata)
            else:
                context.invoke(callback, as_data(outcome), 0, b"", userdata)

        if as_text(to) != rpc.LOCAL:
            return False
        call_local(rpc, as_text(name), as_text(params), done)
        return True

    return {
        "mgos_rpc_add_handler": add_handler,
        "mgos_rpc_send_response": send_response,
        "mg_rpc_send_errorf": send_error,
        "mgos_rpc_call": call,
        "mg_rpc_call": call,
        "strdup": lambda text: text,
    }


def answer(request: object, outcome: Outcome) -> bool:
    """Answer a call; False if there is no such, or it has its answer."""
    if not isinstance(request, Request) or request.outcome is not None:
        return False
    request.outcome = outcome
    return True
