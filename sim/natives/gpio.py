"""Holds the C functions behind `GPIO`."""

from __future__ import annotations

from sim.api.modules import Modules
from sim.natives.hardware import Natives

__all__ = ["gpio_natives"]


def gpio_natives(modules: Modules) -> Natives:
    """Return the C functions behind `GPIO`."""
    gpio, config = modules.GPIO, modules.config

    def led_pin() -> object:
        # Not of the library: the first examples bring it along in C, and scripts are made from them
        return config.get("board.led1.pin")

    return {
        "get_led_gpio_pin": led_pin,
        "mgos_gpio_set_mode": gpio.set_mode,
        "mgos_gpio_set_pull": gpio.set_pull,
        "mgos_gpio_setup_input": gpio.setup_input,
        "mgos_gpio_setup_output": gpio.setup_output,
        "mgos_gpio_read": gpio.read,
        "mgos_gpio_read_out": gpio.read_out,
        "mgos_gpio_write": gpio.write,
        "mgos_gpio_toggle": gpio.toggle,
        "mgos_gpio_set_int_handler": gpio.set_int_handler,
        "mgos_gpio_set_int_handler_isr": gpio.set_int_handler_isr,
        "mgos_gpio_enable_int": gpio.enable_int,
        "mgos_gpio_disable_int": gpio.disable_int,
        "mgos_gpio_set_button_handler": gpio.set_button_handler,
        "mgos_gpio_blink": gpio.blink,
    }
