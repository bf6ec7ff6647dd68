"""Holds the C functions that tell a script where it is: files and lines of the functions that are running.

The library's own `api_log.js`, which some programs bring along, asks for them.
"""

from __future__ import annotations

import sys
from types import FrameType

from sim.api.modules import Modules
from sim.natives.hardware import Natives
from sim.natives.text import as_data

__all__ = ["place_natives"]

Place = tuple[str, int]


def place_natives(modules: Modules) -> Natives:
    """Return the C functions that tell of places. There is no byte code: an offset into it stands for a place."""
    files = modules.context.files
    places: list[Place] = []
    numbers: dict[Place, int] = {}

    def running(level: int) -> Place | None:
        """Return where a function is that is running: 1 is the innermost, for 0 is the C function itself."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename in files:
                level -= 1
                if level == 0:
                    return frame.f_code.co_filename, frame.f_lineno
            frame = frame.f_back
        return None

    def offset(engine: object, level: int) -> int:
        """Return the offset after the instruction that a function is at, -1 if none is running there."""
        place = running(level)
        if place is None:
            return -1
        if place not in numbers:
            numbers[place] = len(places)
            places.append(place)
        return 2 * numbers[place] + 2

    def place_of(offset: int) -> Place | None:
        """Return the place of an offset, also of the one before it, which is that of the instruction."""
        number = (offset + 1) // 2 - 1
        return places[number] if 0 <= number < len(places) else None

    def file_of(engine: object, offset: int) -> bytes | None:
        place = place_of(offset)
        return as_data(place[0]) if place else None

    def line_of(engine: object, offset: int) -> int:
        place = place_of(offset)
        return place[1] if place else 0

    return {
        "mjs_get_offset_by_call_frame_num": offset,
        "mjs_get_bcode_filename_by_offset": file_of,
        "mjs_get_lineno_by_offset": line_of,
    }
