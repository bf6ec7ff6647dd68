"""Holds the C functions behind `LiquidCrystalI2C` and `ILI9341`."""

from __future__ import annotations

from sim.api.lcd import Lcd
from sim.api.modules import Modules
from sim.natives.hardware import Natives, on
from sim.natives.text import as_text

__all__ = ["screen_natives"]

PLAIN = (
    *("init", "backlight", "noBacklight", "clear", "home", "noDisplay", "display", "noBlink", "blink", "noCursor"),
    *("cursor", "scrollDisplayLeft", "scrollDisplayRight", "leftToRight", "rightToLeft", "autoscroll", "noAutoscroll"),
    *("close", "setCursor", "command"),
)
"""Methods of a display that give nothing: the C functions have the same names."""


def screen_natives(modules: Modules) -> Natives:
    """Return the C functions behind the displays."""
    letters: Natives = {
        "create": modules.LiquidCrystalI2C.create,
        **{name: on(Lcd, getattr(Lcd, name)) for name in PLAIN},
        "getAddr": on(Lcd, Lcd.getAddr, 0),
        "print": on(Lcd, lambda lcd, text: lcd.print(_letters(text)), 0),
        "printChar": on(Lcd, lambda lcd, text: lcd.print(_letters(text)[:1]), 0),
        "write": on(Lcd, Lcd.write, 0),
    }
    return {
        **{f"mgos_liquidcrystal_i2c_{name}": function for name, function in letters.items()},
        **{f"mgos_ili9341_{name}": function for name, function in _colours(modules).items()},
    }


def _letters(text: bytes | None) -> str:
    """Return a text as the controller has it: a letter for each byte."""
    return (text or b"").decode("latin-1")


def _colours(modules: Modules) -> Natives:
    tft = modules.ILI9341
    return {
        "set_window": tft.setWindow,
        "set_fgcolor": tft.setFgColor,
        "set_bgcolor": tft.setBgColor,
        "color565": tft.color565,
        "set_fgcolor565": tft.setFgColor565,
        "set_bgcolor565": tft.setBgColor565,
        "set_dimensions": tft.setDimensions,
        "set_orientation": tft.setOrientation,
        "set_rotation": tft.setRotation,
        "set_inverted": tft.setInverted,
        "get_screenWidth": tft.getScreenWidth,
        "get_screenHeight": tft.getScreenHeight,
        "fillScreen": tft.fillScreen,
        "drawPixel": tft.drawPixel,
        "drawLine": tft.drawLine,
        "drawRect": tft.drawRect,
        "fillRect": tft.fillRect,
        "drawRoundRect": tft.drawRoundRect,
        "fillRoundRect": tft.fillRoundRect,
        "drawCircle": tft.drawCircle,
        "fillCircle": tft.fillCircle,
        "drawTriangle": tft.drawTriangle,
        "fillTriangle": tft.fillTriangle,
        "set_font": tft.setFont,
        "get_max_font_width": tft.getMaxFontWidth,
        "get_max_font_height": tft.getMaxFontHeight,
        "print": lambda x, y, text: tft.print(x, y, as_text(text)),
        "getStringWidth": lambda text: tft.getStringWidth(as_text(text)),
        "getStringHeight": lambda text: tft.getStringHeight(as_text(text)),
        "drawDIF": lambda x, y, name: tft.drawDIF(x, y, as_text(name)),
    }
