"""Is the firmware's `ILI9341`: a colour display of 320 by 240 pixels on the SPI bus."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt
from typing import Final

from sim.api.context import Context
from sim.api.framebuffer import MAX_SIDE
from sim.api.peripheral import Peripheral, check_int

__all__ = ["ILI9341"]

LETTER: Final = (11, 18)
"""Width and height of each letter in pixels: those of the font that the examples use."""

DIF_HEAD: Final = 16
"""Bytes before the pixels of a picture: `DIF`, 1, width and height of four bytes each, and four more."""


def rounded(number: int, divisor: int) -> int:
    """Return the whole number that is nearest to a quotient; a half is rounded up."""
    return (2 * number + divisor) // (2 * divisor)


class ILI9341(Peripheral):
    """The display. What is drawn is clipped to a window, and counts from its upper left corner."""

    BLACK = 0x0000
    NAVY = 0x000F
    DARKGREEN = 0x03E0
    DARKCYAN = 0x03EF
    MAROON = 0x7800
    PURPLE = 0x780F
    OLIVE = 0x7BE0
    LIGHTGREY = 0xC618
    DARKGREY = 0x7BEF
    BLUE = 0x001F
    GREEN = 0x07E0
    CYAN = 0x07FF
    RED = 0xF800
    MAGENTA = 0xF81F
    YELLOW = 0xFFE0
    WHITE = 0xFFFF
    ORANGE = 0xFD20
    GREENYELLOW = 0xAFE5
    PINK = 0xF81F
    PORTRAIT = 0
    LANDSCAPE = 1
    PORTRAIT_FLIP = 2
    LANDSCAPE_FLIP = 3

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._tft = context.hardware.tft
        self._fg = self.WHITE
        self._bg = self.BLACK
        self._window = (0, 0, self._tft.width - 1, self._tft.height - 1)

    # Settings

    def setWindow(self, x0: int, y0: int, x1: int, y1: int) -> None:
        """Clip what is drawn to the pixels from x0 to x1 and from y0 to y1."""
        self._record("setWindow", x0=x0, y0=y0, x1=x1, y1=y1)
        self._window = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def color565(self, r: int, g: int, b: int) -> int:
        """Return the 16 bits for a colour whose parts are from 0 to 255."""
        check_int("ILI9341.color565", r=r, g=g, b=b)
        return (r & 0xF8) << 8 | (g & 0xFC) << 3 | (b & 0xF8) >> 3

    def setFgColor(self, r: int, g: int, b: int) -> None:
        """Draw in this colour from now on."""
        self._record("setFgColor", r=r, g=g, b=b)
        self._fg = self.color565(r, g, b)

    def setBgColor(self, r: int, g: int, b: int) -> None:
        """Write texts on this colour from now on."""
        self._record("setBgColor", r=r, g=g, b=b)
        self._bg = self.color565(r, g, b)

    def setFgColor565(self, rgb: int) -> None:
        """Draw in this colour of 16 bits from now on."""
        self._record("setFgColor565", rgb=rgb)
        self._fg = rgb & 0xFFFF

    def setBgColor565(self, rgb: int) -> None:
        """Write texts on this colour of 16 bits from now on."""
        self._record("setBgColor565", rgb=rgb)
        self._bg = rgb & 0xFFFF

    def setDimensions(self, width: int, height: int) -> None:
        """Say how large the display is."""
        self._record("setDimensions", width=width, height=height)
        self._tft.resize(width, height)

    def setOrientation(self, flags: int, width: int, height: int) -> None:
        """Say how the display is wired, which changes nothing here, and how large it is then."""
        self._record("setOrientation", flags=flags, width=width, height=height)
        self._resize(width, height)

    def setRotation(self, rotation: int) -> None:
        """Turn the display: `PORTRAIT`, `LANDSCAPE` or one of these upside down, which looks the same here."""
        self._record("setRotation", rotation=rotation)
        short, long = sorted((self._tft.width, self._tft.height))
        is_wide = rotation in (self.LANDSCAPE, self.LANDSCAPE_FLIP)
        self._resize(*((long, short) if is_wide else (short, long)))

    def setInverted(self, inverted: bool) -> None:
        """Turn all colours around on the glass; the picture stays."""
        self._record("setInverted", inverted=inverted)

    def getScreenWidth(self) -> int:
        """Return the width in pixels."""
        return self._tft.width

    def getScreenHeight(self) -> int:
        """Return the height in pixels."""
        return self._tft.height

    # Shapes

    def fillScreen(self) -> None:
        """Fill the whole display."""
        self._record("fillScreen")
        self._tft.fill(0, 0, self._tft.width - 1, self._tft.height - 1, self._fg)

    def drawPixel(self, x0: int, y0: int) -> None:
        """Set one pixel."""
        self._record("drawPixel", x0=x0, y0=y0)
        self._fill(x0, y0, x0, y0)

    def drawLine(self, x0: int, y0: int, x1: int, y1: int) -> None:
        """Draw a line."""
        self._record("drawLine", x0=x0, y0=y0, x1=x1, y1=y1)
        self._line(x0, y0, x1, y1)

    def drawRect(self, x0: int, y0: int, w: int, h: int) -> None:
        """Draw a rectangle."""
        self._record("drawRect", x0=x0, y0=y0, w=w, h=h)
        self._round(x0, y0, w, h, 0, False)

    def fillRect(self, x0: int, y0: int, w: int, h: int) -> None:
        """Fill a rectangle."""
        self._record("fillRect", x0=x0, y0=y0, w=w, h=h)
        self._fill(x0, y0, x0 + w - 1, y0 + h - 1)

    def drawRoundRect(self, x0: int, y0: int, w: int, h: int, r: int) -> None:
        """Draw a rectangle with round corners."""
        self._record("drawRoundRect", x0=x0, y0=y0, w=w, h=h, r=r)
        self._round(x0, y0, w, h, r, False)

    def fillRoundRect(self, x0: int, y0: int, w: int, h: int, r: int) -> None:
        """Fill a rectangle with round corners."""
        self._record("fillRoundRect", x0=x0, y0=y0, w=w, h=h, r=r)
        self._round(x0, y0, w, h, r, True)

    def drawCircle(self, x0: int, y0: int, r: int) -> None:
        """Draw a circle."""
        self._record("drawCircle", x0=x0, y0=y0, r=r)
        self._round(x0 - r, y0 - r, 2 * r + 1, 2 * r + 1, r, False)

    def fillCircle(self, x0: int, y0: int, r: int) -> None:
        """Fill a circle."""
        self._record("fillCircle", x0=x0, y0=y0, r=r)
        self._round(x0 - r, y0 - r, 2 * r + 1, 2 * r + 1, r, True)

    def drawTriangle(self, x0: int, y0: int, x1: int, y1: int, x2: int, y2: int) -> None:
        """Draw a triangle."""
        self._record("drawTriangle", x0=x0, y0=y0, x1=x1, y1=y1, x2=x2, y2=y2)
        for line in ((x0, y0, x1, y1), (x1, y1, x2, y2), (x2, y2, x0, y0)):
            self._line(*line)

    def fillTriangle(self, x0: int, y0: int, x1: int, y1: int, x2: int, y2: int) -> None:
        """Fill a triangle."""
        self._record("fillTriangle", x0=x0, y0=y0, x1=x1, y1=y1, x2=x2, y2=y2)
        corners = ((x0, y0), (x1, y1), (x2, y2))
        sides = zip(corners, corners[1:] + corners[:1], strict=True)
        lines = [sorted(side, key=lambda at: at[1]) for side in sides]
        rows = sorted(y for _, y in corners)
        _, top, _, bottom = self._clipped(0, rows[0], 0, rows[-1])
        for y in range(top - self._window[1], bottom - self._window[1] + 1):
            crossed = [line for line in lines if line[0][1] <= y <= line[1][1]]
            level = [x for line in crossed if line[0][1] == line[1][1] for x, _ in line]
            sloped = [a + rounded((y - b) * (c - a), d - b) for (a, b), (c, d) in crossed if b < d]
            self._fill(min(level + sloped), y, max(level + sloped), y)

    # Texts and pictures

    def setFont(self, font: object) -> bool:
        """Take a font: whether it is one. Every letter is 11 pixels wide and 18 high here, also without a font."""
        return self._called("setFont", font is not None, font)

    def print(self, x0: int, y0: int, string: str) -> None:
        """Write a text, whose upper left corner is there, on a ground of the background's colour."""
        if not isinstance(string, str):
            raise TypeError(f"ILI9341.print: the text must be a str, got {type(string).__name__}")
        check_int("ILI9341.print", x0=x0, y0=y0)
        self._called("print", None, x0, y0, string)
        left, top, right, bottom = self._window
        x, y = x0 + left, y0 + top
        if x <= right and y <= bottom:
            width, height = self.getStringWidth(string), self.getStringHeight(string)
            self._tft.fill(x, y, min(x + width - 1, right), min(y + height - 1, bottom), self._bg)
            self._tft.write(x, y, string)

    def getStringWidth(self, string: str) -> int:
        """Return the width of a text in pixels, that of its longest line."""
        return LETTER[0] * max(map(len, string.split("\n")))

    def getStringHeight(self, string: str) -> int:
        """Return the height of a text in pixels."""
        return LETTER[1] * (string.count("\n") + 1)

    def getMaxFontWidth(self) -> int:
        """Return the width of the widest letter in pixels."""
        return LETTER[0]

    def getMaxFontHeight(self) -> int:
        """Return the height of the highest letter in pixels."""
        return LETTER[1]

    def drawDIF(self, x0: int, y0: int, name: str) -> None:
        """Draw a picture out of a file of the device; nothing happens if it is none."""
        check_int("ILI9341.drawDIF", x0=x0, y0=y0)
        self._called("drawDIF", None, x0, y0, name)
        data = self._context.files.get(name.lstrip("/"), b"")
        width, height = int.from_bytes(data[4:8], "big"), int.from_bytes(data[8:12], "big")
        if data[:4] != b"DIF\x01" or len(data) < DIF_HEAD + 2 * width * height:
            return
        left, top, right, bottom = self._clipped(x0, y0, x0 + width - 1, y0 + height - 1)
        for y in range(top, bottom + 1):
            at = DIF_HEAD + 2 * ((y - self._window[1] - y0) * width + left - self._window[0] - x0)
            self._tft.put(left, y, data[at : at + 2 * max(0, right - left + 1)])

    # Drawing, in pixels of the window

    def _record(self, function: str, **values: int) -> None:
        check_int(f"ILI9341.{function}", **values)
        self._called(function, None, *values.values())

    def _resize(self, width: int, height: int) -> None:
        self._tft.resize(width, height)
        self._window = (0, 0, self._tft.width - 1, self._tft.height - 1)

    def _clipped(self, x0: int, y0: int, x1: int, y1: int) -> tuple[int, int, int, int]:
        """Return where a rectangle of the window lies on the display, as far as it is within both."""
        left, top, right, bottom = self._window
        return (
            max(x0 + left, left, 0),
            max(y0 + top, top, 0),
            min(x1 + left, right, self._tft.width - 1),
            min(y1 + top, bottom, self._tft.height - 1),
        )

    def _fill(self, x0: int, y0: int, x1: int, y1: int) -> None:
        self._tft.fill(*self._clipped(x0, y0, x1, y1), self._fg)

    def _line(self, x0: int, y0: int, x1: int, y1: int) -> None:
        if x0 == x1 or y0 == y1:
            self._fill(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
            return
        for x, y in self._points(x0, y0, x1, y1):
            self._fill(x, y, x, y)

    def _points(self, x0: int, y0: int, x1: int, y1: int) -> Iterator[tuple[int, int]]:
        """Yield the points of a line, a step apart on its longer side, as far as that side is within the window."""
        left, top, right, bottom = self._window
        steps = max(abs(x1 - x0), abs(y1 - y0))
        is_wide = abs(x1 - x0) == steps
        begin, end, most = (x0, x1, right - left) if is_wide else (y0, y1, bottom - top)
        most = min(most, MAX_SIDE)
        first, last = (-begin, most - begin) if end > begin else (begin - most, begin)
        for step in range(max(0, first), min(steps, last) + 1):
            yield x0 + rounded(step * (x1 - x0), steps), y0 + rounded(step * (y1 - y0), steps)

    def _round(self, x0: int, y0: int, w: int, h: int, r: int, is_filled: bool) -> None:
        """Draw a rectangle with round corners, row by row: each begins and ends where the corner's circle has it."""
        r = max(0, min(r, (min(w, h) - 1) // 2))

        def inset(row: int) -> int:
            """Return by how much a row is shorter on each side; rows outside are empty."""
            if not 0 <= row < h:
                return (w + 1) // 2
            rise = max(r - row, row - (h - 1 - r), 0)
            return r - isqrt(r * r - rise * rise)

        _, top, _, bottom = self._clipped(x0, y0, x0 + w - 1, y0 + h - 1)
        for y in range(top - self._window[1], bottom - self._window[1] + 1):
            row = y - y0
            begin = inset(row)
            end = w - 1 - begin
            inner = end if is_filled else max(begin, max(inset(row - 1), inset(row + 1)) - 1)
            self._fill(x0 + begin, y, x0 + min(inner, end), y)
            self._fill(x0 + max(w - 1 - inner, begin), y, x0 + end, y)
