"""Holds the C functions behind `Adafruit_SSD1306` and `NeoPixel`."""

from __future__ import annotations

from collections.abc import Callable

from sim.api.display import MAX_PIXELS, Ssd1306, Strip
from sim.api.modules import Modules
from sim.api.pin import MAX_PIN
from sim.natives.hardware import Natives, on

__all__ = ["display_natives"]


def display_natives(modules: Modules) -> Natives:
    """Return the C functions behind the displays and strips of light."""
    return {**_displays(modules), **_strips(modules)}


def _displays(modules: Modules) -> Natives:
    kind = Ssd1306
    displays = modules.Adafruit_SSD1306

    def write(display: Ssd1306, data: bytes | None, length: int) -> int:
        return display.write((data or b"")[: max(0, length)])

    drawing: dict[str, Callable[..., object]] = {
        "close": kind.close,
        "begin": kind.begin,
        "clear_display": kind.clearDisplay,
        "invert_display": kind.invertDisplay,
        "display": kind.display,
        "dim": kind.dim,
        "draw_pixel": kind.drawPixel,
        "draw_fast_vline": kind.drawFastVLine,
        "draw_fast_hline": kind.drawFastHLine,
        "set_cursor": kind.setCursor,
        "set_text_color": kind.setTextColor,
        "set_text_color_bg": kind.setTextColorBg,
        "set_text_size": kind.setTextSize,
        "set_text_wrap": kind.setTextWrap,
        "set_rotation": kind.setRotation,
    }
    asking: dict[str, Callable[..., object]] = {
        "height": kind.height,
        "width": kind.width,
        "get_rotation": kind.getRotation,
        "get_cursor_x": kind.getCursorX,
        "get_cursor_y": kind.getCursorY,
        "write": write,
    }
    return {
        "mgos_ssd1306_create_i2c": displays.create_i2c,
        "mgos_ssd1306_create_spi": displays.create_spi,
        **{f"mgos_ssd1306_{name}": on(kind, method) for name, method in drawing.items()},
        **{f"mgos_ssd1306_{name}": on(kind, method, 0) for name, method in asking.items()},
        "sim_ssd1306_draw_circle": on(kind, kind.drawCircle),
        "sim_ssd1306_fill_circle": on(kind, kind.fillCircle),
    }


def _strips(modules: Modules) -> Natives:
    def create(pin: int, count: int, order: int) -> Strip | None:
        fits = 0 <= pin <= MAX_PIN and 0 <= count <= MAX_PIXELS
        return modules.NeoPixel.create(pin, count, order) if fits else None

    return {
        "mgos_neopixel_create": create,
        "mgos_neopixel_set": on(Strip, Strip.setPixel),
        "mgos_neopixel_clear": on(Strip, Strip.clear),
        "mgos_neopixel_show": on(Strip, Strip.show),
    }
