"""Is the glass of a colour display: a picture of 16-bit colours, and the texts that were written on it."""

from __future__ import annotations

from typing import Final

__all__ = ["MAX_SIDE", "Tft"]

MAX_SIDE: Final = 1024
"""How many pixels wide or high a picture can be."""


class Tft:
    """What a colour display shows: black until something is drawn. Texts are kept as such; letters have no shape."""

    def __init__(self) -> None:
        self.width = 320
        self.height = 240
        self._pixels = bytearray()
        """Empty as long as nothing was drawn: few devices have a display, and one is as large as all else of them."""
        self._texts: dict[tuple[int, int], str] = {}

    @property
    def text(self) -> str:
        """The texts that stand on the display, from top to bottom and from left to right, a line each."""
        return "\n".join(text for _, text in sorted(self._texts.items()))

    def color(self, x: int, y: int) -> int:
        """Return the colour of a pixel: red in the upper 5 bits, green in 6, blue in 5; 0 outside of the picture."""
        if not (0 <= x < self.width and 0 <= y < self.height):
            return 0
        at = 2 * (y * self.width + x)
        return int.from_bytes(self._pixels[at : at + 2], "big")

    def resize(self, width: int, height: int) -> None:
        """Make the picture that large, at most 1024 by 1024; it is black then, unless it was of this size."""
        size = (min(max(1, width), MAX_SIDE), min(max(1, height), MAX_SIDE))
        if size != (self.width, self.height):
            self.width, self.height = size
            self._pixels = bytearray()
            self._texts.clear()

    def fill(self, x0: int, y0: int, x1: int, y1: int, color: int) -> None:
        """Give the pixels from x0 to x1 and from y0 to y1, both included, a colour."""
        x0, y0, x1, y1 = max(0, x0), max(0, y0), min(self.width - 1, x1), min(self.height - 1, y1)
        if x1 < x0 or y1 < y0:
            return
        row = (color & 0xFFFF).to_bytes(2, "big") * (x1 - x0 + 1)
        for y in range(y0, y1 + 1):
            self.put(x0, y, row)
        if (x0, y0) != (x1, y1) and self._texts:  # a single pixel does not hide a text
            self._texts = {
                at: text for at, text in self._texts.items() if not (y0 <= at[0] <= y1 and x0 <= at[1] <= x1)
            }

    def put(self, x: int, y: int, colors: bytes) -> None:
        """Put a row of colours, two bytes each, into the picture; it must lie within."""
        self._pixels = self._pixels or bytearray(2 * self.width * self.height)
        at = 2 * (y * self.width + x)
        self._pixels[at : at + len(colors)] = colors

    def write(self, x: int, y: int, text: str) -> None:
        """Write a text whose upper left corner is there; nothing happens if that is outside."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self._texts[y, x] = text
