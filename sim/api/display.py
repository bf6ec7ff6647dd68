"""Is the firmware's `Adafruit_SSD1306` and `NeoPixel`: displays and strips of light, whose content shows outside."""

from __future__ import annotations

from typing import Final

from sim.api.context import Context
from sim.api.peripheral import Peripheral, as_bytes, check_int
from sim.api.pin import check_pin

__all__ = ["Adafruit_SSD1306", "NeoPixel", "Ssd1306", "Strip"]

SIZES: Final = ((96, 16), (128, 32), (128, 64))
LETTER_WIDTH: Final = 6
LETTER_HEIGHT: Final = 8
MAX_PIXELS: Final = 10_000
BLACK, WHITE, INVERSE = 0, 1, 2


class Adafruit_SSD1306(Peripheral):
    """Displays of the SSD1306 kind."""

    RES_96_16 = 0
    RES_128_32 = 1
    RES_128_64 = 2
    EXTERNALVCC = 1
    SWITCHCAPVCC = 2
    BLACK = BLACK
    WHITE = WHITE
    INVERSE = INVERSE

    def create_i2c(self, rst: int, res: int) -> Ssd1306:
        """Return a display on the I2C bus, of a resolution (`RES_...`)."""
        check_int("Adafruit_SSD1306.create_i2c", rst=rst, res=res)
        return self._called("create_i2c", Ssd1306(self._context, res), rst, res)

    def create_spi(self, dc: int, rst: int, cs: int, res: int) -> Ssd1306:
        """Return a display on the SPI bus, of a resolution (`RES_...`)."""
        check_int("Adafruit_SSD1306.create_spi", dc=dc, rst=rst, cs=cs, res=res)
        return self._called("create_spi", Ssd1306(self._context, res), dc, rst, cs, res)


class Ssd1306(Peripheral):
    """A display. Lines of text and pixels show with `display`; the shapes of letters are not modelled."""

    def __init__(self, context: Context, resolution: int) -> None:
        super().__init__(context)
        self._size = SIZES[resolution] if 0 <= resolution < len(SIZES) else SIZES[-1]
        self._address = 0x3C
        self._pixels: set[tuple[int, int]] = set()
        self._texts: dict[tuple[int, int], str] = {}
        self._cursor = (0, 0)
        self._text_size = 1
        self._rotation = 0

    def _done(self, function: str, *arguments: object) -> None:
        self._called(function, None, *arguments, module="Adafruit_SSD1306")

    def close(self) -> None:
        """Give the display back; nothing happens."""
        self._done("close")

    def begin(self, vccst: int, address: int, reset: int) -> None:
        """Switch the display on, at an I2C address."""
        self._address = address
        self._done("begin", vccst, address, reset)

    def clearDisplay(self) -> None:
        """Forget what was drawn; it shows with the next `display`."""
        self._pixels.clear()
        self._texts.clear()
        self._done("clearDisplay")

    def display(self) -> None:
        """Show what was drawn."""
        screen = self._hardware.screen(self._address)
        rows = sorted(self._texts.items(), key=lambda item: (item[0][1], item[0][0]))
        screen.text = "\n".join(text for _, text in rows)
        screen.pixels = frozenset(self._pixels)
        self._done("display", screen.text, len(self._pixels))

    def invertDisplay(self, invert: int) -> None:
        """Turn light and dark around."""
        self._done("invertDisplay", invert)

    def dim(self, dim: int) -> None:
        """Make the display darker."""
        self._done("dim", dim)

    def drawPixel(self, x: int, y: int, color: int) -> None:
        """Set one pixel."""
        self._set(x, y, color)
        self._done("drawPixel", x, y, color)

    def drawFastVLine(self, x: int, y: int, h: int, color: int) -> None:
        """Draw a vertical line."""
        self._fill(x, y, 1, h, color)
        self._done("drawFastVLine", x, y, h, color)

    def drawFastHLine(self, x: int, y: int, w: int, color: int) -> None:
        """Draw a horizontal line."""
        self._fill(x, y, w, 1, color)
        self._done("drawFastHLine", x, y, w, color)

    def drawCircle(self, x0: int, y0: int, r: int, color: int) -> None:
        """Draw a circle."""
        self._disc(x0, y0, r, color, False)
        self._done("drawCircle", x0, y0, r, color)

    def fillCircle(self, x0: int, y0: int, r: int, color: int) -> None:
        """Draw a disc."""
        self._disc(x0, y0, r, color, True)
        self._done("fillCircle", x0, y0, r, color)

    def setCursor(self, x: int, y: int) -> None:
        """Set where the next text begins."""
        self._cursor = (x, y)
        self._done("setCursor", x, y)

    def setTextColor(self, color: int) -> None:
        """Set the colour of texts."""
        self._done("setTextColor", color)

    def setTextColorBg(self, color: int, bg: int) -> None:
        """Set the colours of texts and of what is behind them."""
        self._done("setTextColorBg", color, bg)

    def setTextSize(self, size: int) -> None:
        """Set how large texts are: 1 is 6 by 8 pixels a letter."""
        self._text_size = max(1, size)
        self._done("setTextSize", size)

    def setTextWrap(self, wrap: int) -> None:
        """Say whether a text goes on in the next line; it does so only at its own ends of line here."""
        self._done("setTextWrap", wrap)

    def write(self, text: str | bytes) -> int:
        """Draw a text at the cursor; how many bytes it has."""
        data = as_bytes("Adafruit_SSD1306.write", text)
        x, y = self._cursor
        for number, line in enumerate(data.decode("latin-1").split("\n")):
            if number:
                x, y = 0, y + LETTER_HEIGHT * self._text_size
            if line:
                self._texts[x, y] = line
            x += len(line) * LETTER_WIDTH * self._text_size
        self._cursor = (x, y)
        return self._called("write", len(data), data, module="Adafruit_SSD1306")

    def height(self) -> int:
        """Return the height in pixels."""
        return self._size[0 if self._rotation & 1 else 1]

    def width(self) -> int:
        """Return the width in pixels."""
        return self._size[1 if self._rotation & 1 else 0]

    def setRotation(self, rotation: int) -> None:
        """Turn the display by quarters."""
        self._rotation = rotation & 3
        self._done("setRotation", rotation)

    def getRotation(self) -> int:
        """Return by how many quarters the display is turned."""
        return self._rotation

    def getCursorX(self) -> int:
        """Return where the next text begins, from the left."""
        return self._cursor[0]

    def getCursorY(self) -> int:
        """Return where the next text begins, from the top."""
        return self._cursor[1]

    def _set(self, x: int, y: int, color: int) -> None:
        if not (0 <= x < self.width() and 0 <= y < self.height()):
            return
        if color == WHITE or (color == INVERSE and (x, y) not in self._pixels):
            self._pixels.add((x, y))
        else:
            self._pixels.discard((x, y))

    def _fill(self, left: int, top: int, width: int, height: int, color: int) -> None:
        for x in range(max(0, left), min(self.width(), left + width)):
            for y in range(max(0, top), min(self.height(), top + height)):
                self._set(x, y, color)

    def _disc(self, x0: int, y0: int, radius: int, color: int, is_full: bool) -> None:
        outer, inner = radius * radius + radius, radius * radius - radius
        for x in range(max(0, x0 - radius), min(self.width(), x0 + radius + 1)):
            for y in range(max(0, y0 - radius), min(self.height(), y0 + radius + 1)):
                distance = (x - x0) ** 2 + (y - y0) ** 2
                if distance <= outer and (is_full or distance > inner or radius == 0):
                    self._set(x, y, color)


class NeoPixel(Peripheral):
    """Strips of coloured lights."""

    RGB = 0
    GRB = 1
    BGR = 2

    def create(self, pin: int, num_pixels: int, order: int) -> Strip:
        """Return the strip at a pin.

        Raises:
            ValueError: there is no such pin, or the number of lights is not from 0 to 10000.
        """
        check_int("NeoPixel.create", num_pixels=num_pixels, order=order)
        if not 0 <= num_pixels <= MAX_PIXELS:
            raise ValueError(f"NeoPixel.create: a strip has up to {MAX_PIXELS} lights, got {num_pixels}")
        strip = Strip(self._context, check_pin("NeoPixel.create", pin), num_pixels)
        return self._called("create", strip, pin, num_pixels, order)


class Strip(Peripheral):
    """A strip of lights: colours are set, and `show` sends them out."""

    def __init__(self, context: Context, pin: int, count: int) -> None:
        super().__init__(context)
        self._pin = pin
        self._colours = [(0, 0, 0)] * count

    def setPixel(self, index: int, red: int, green: int, blue: int) -> None:
        """Set the colour of a light, each part from 0 to 255; nothing happens if there is no such light."""
        check_int("NeoPixel.setPixel", index=index, red=red, green=green, blue=blue)
        if 0 <= index < len(self._colours):
            self._colours[index] = (red & 255, green & 255, blue & 255)

    def clear(self) -> None:
        """Set all lights to black."""
        self._colours = [(0, 0, 0)] * len(self._colours)

    def show(self) -> None:
        """Send the colours to the lights."""
        self._hardware.pin(self._pin).pixels = list(self._colours)
        self._called("show", None, self._pin, self._colours, module="NeoPixel")
