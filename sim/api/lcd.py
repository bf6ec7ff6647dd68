"""Is the firmware's `LiquidCrystalI2C`: displays of a few lines of letters on the I2C bus."""

from __future__ import annotations

from typing import Final

from sim.api.context import Context
from sim.api.peripheral import Peripheral, check_int

__all__ = ["Lcd", "LiquidCrystalI2C"]

MAX_COLUMNS: Final = 40
MAX_ROWS: Final = 4
"""What the controller has memory for."""

CLEAR: Final = 1
HOME: Final = 2


class LiquidCrystalI2C(Peripheral):
    """Displays with letters."""

    def create(self, address: int, cols: int, rows: int) -> Lcd:
        """Return a display at an I2C address, with so many columns and rows."""
        check_int("LiquidCrystalI2C.create", address=address, cols=cols, rows=rows)
        return self._called("create", Lcd(self._context, address, cols, rows), address, cols, rows)


class Lcd(Peripheral):
    """A display with letters: each stands in a cell, and what is written goes on from the cursor."""

    def __init__(self, context: Context, address: int, cols: int, rows: int) -> None:
        super().__init__(context)
        self._address = address
        self._cols = min(max(1, cols), MAX_COLUMNS)
        self._cells = [[" "] * self._cols for _ in range(min(max(1, rows), MAX_ROWS))]
        self._at = (0, 0)
        self._step = 1
        self._is_on = True

    def _done(self, function: str, *arguments: object) -> None:
        """Show what the display has now, and record the call."""
        lines = ["".join(row).rstrip() for row in self._cells]
        self._hardware.screen(self._address).text = "\n".join(lines).rstrip("\n") if self._is_on else ""
        self._called(function, None, *arguments, module="LiquidCrystalI2C")

    def _put(self, letter: str) -> None:
        column, row = self._at
        if 0 <= column < self._cols:
            self._cells[row][column] = letter
        self._at = (column + self._step, row)

    def _empty(self) -> None:
        self._cells = [[" "] * self._cols for _ in self._cells]
        self._at = (0, 0)

    def close(self) -> None:
        """Give the display back; what it shows stays."""
        self._done("close")

    def init(self) -> None:
        """Switch the display on, empty."""
        self._empty()
        self._step, self._is_on = 1, True
        self._done("init")

    def getAddr(self) -> int:
        """Return the I2C address."""
        return self._address

    def backlight(self) -> None:
        """Switch the light on."""
        self._done("backlight")

    def noBacklight(self) -> None:
        """Switch the light off."""
        self._done("noBacklight")

    def setCursor(self, col: int, row: int) -> None:
        """Set where the next letter goes; a row that is not there is the last one."""
        check_int("LiquidCrystalI2C.setCursor", col=col, row=row)
        self._at = (col & 0xFF, min(row & 0xFF, len(self._cells) - 1))
        self._done("setCursor", col, row)

    def print(self, text: str) -> int:
        """Write a text; what does not fit into the line is not seen. The number of letters."""
        if not isinstance(text, str):
            raise TypeError(f"LiquidCrystalI2C.print: the text must be a str, got {type(text).__name__}")
        for letter in text:
            self._put(letter)
        self._done("print", text)
        return len(text)

    def write(self, value: int) -> int:
        """Write the letter of a number; 1."""
        check_int("LiquidCrystalI2C.write", value=value)
        self._put(chr(value & 0xFF))
        self._done("write", value)
        return 1

    def clear(self) -> None:
        """Remove all letters, and go to the first cell."""
        self._empty()
        self._done("clear")

    def home(self) -> None:
        """Go to the first cell."""
        self._at = (0, 0)
        self._done("home")

    def display(self) -> None:
        """Show the letters again."""
        self._is_on = True
        self._done("display")

    def noDisplay(self) -> None:
        """Hide the letters."""
        self._is_on = False
        self._done("noDisplay")

    def cursor(self) -> None:
        """Show the cursor, which is not modelled."""
        self._done("cursor")

    def noCursor(self) -> None:
        """Hide the cursor."""
        self._done("noCursor")

    def blink(self) -> None:
        """Let the cursor's cell blink, which is not modelled."""
        self._done("blink")

    def noBlink(self) -> None:
        """Let nothing blink."""
        self._done("noBlink")

    def scrollDisplayLeft(self) -> None:
        """Move all letters one cell to the left."""
        self._cells = [[*row[1:], " "] for row in self._cells]
        self._done("scrollDisplayLeft")

    def scrollDisplayRight(self) -> None:
        """Move all letters one cell to the right."""
        self._cells = [[" ", *row[:-1]] for row in self._cells]
        self._done("scrollDisplayRight")

    def leftToRight(self) -> None:
        """Write towards the right."""
        self._step = 1
        self._done("leftToRight")

    def rightToLeft(self) -> None:
        """Write towards the left."""
        self._step = -1
        self._done("rightToLeft")

    def autoscroll(self) -> None:
        """Move the letters instead of the cursor, which is not modelled."""
        self._done("autoscroll")

    def noAutoscroll(self) -> None:
        """Move the cursor."""
        self._done("noAutoscroll")

    def command(self, value: int) -> None:
        """Send a command to the controller: 1 clears it, 2 goes home; others only stand in the trace."""
        check_int("LiquidCrystalI2C.command", value=value)
        if value == CLEAR:
            self._empty()
        elif value == HOME:
            self._at = (0, 0)
        self._done("command", value)
