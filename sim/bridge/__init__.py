"""Is the edge between the page's worker and the simulation: JSON text in, JSON text out."""

from sim.bridge.core import AHEAD_US, Bridge, warm_up
from sim.bridge.message import PAGE_TO_WORKER, VERSION, WORKER_TO_PAGE, BridgeError
from sim.bridge.report import BATCH, POSTED, POSTED_BYTES

__all__ = [
    "AHEAD_US",
    "BATCH",
    "PAGE_TO_WORKER",
    "POSTED",
    "POSTED_BYTES",
    "VERSION",
    "WORKER_TO_PAGE",
    "Bridge",
    "BridgeError",
    "warm_up",
]
