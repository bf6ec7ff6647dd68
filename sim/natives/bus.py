"""Holds the C functions behind `ADC`, `PWM`, `BitBang`, `I2C` and `SPI`."""

from __future__ import annotations

from sim.api.bus import I2cBus, SpiBus
from sim.api.modules import Modules
from sim.api.pin import MAX_PIN
from sim.natives.hardware import Natives, on
from sim.natives.text import as_memory

__all__ = ["bus_natives"]


def bus_natives(modules: Modules) -> Natives:
    """Return the C functions behind `ADC`, `PWM`, `BitBang`, `I2C` and `SPI`."""
    adc, i2c, spi = modules.ADC, modules.I2C, modules.SPI

    def write(bus: I2cBus, address: int, data: bytes | None, length: int, stop: bool) -> bool:
        return i2c.write(bus, address, data or b"", length, stop)

    def send(bus: I2cBus, data: bytes | None, length: int) -> int:
        return i2c.send_bytes(bus, (data or b"")[: max(0, length)])

    def write_register(bus: I2cBus, address: int, register: int, count: int, data: bytes | None) -> bool:
        return i2c.writeRegN(bus, address, register, count, data or b"")

    def run(bus: SpiBus, select: int, data: bytes | None, count: int, is_full: bool) -> bytes | None:
        part = {"tx_data": data, "rx_len": count}
        result = spi.runTransaction(bus, {"cs": select, "fd" if is_full else "hd": part})
        return result if isinstance(result, bytes) else b"" if result else None

    def write_bits(pin: int, unit: int, times: int, data: object, length: int) -> None:
        if 0 <= pin <= MAX_PIN:
            bits = as_memory(data, length)
            modules.BitBang.write(pin, unit, times >> 24, times >> 16, times >> 8, times, bits, len(bits))

    return {
        "mgos_adc_enable": adc.enable,
        "mgos_adc_read": adc.read,
        "mgos_adc_read_voltage": adc.read_voltage,
        "mgos_bitbang_write_bits_js": write_bits,
        "mgos_pwm_set": modules.PWM.set,
        "mgos_i2c_get_global": i2c.get,
        "mgos_i2c_close": on(I2cBus, i2c.close),
        "mgos_i2c_stop": on(I2cBus, i2c.stop),
        "mgos_i2c_start": on(I2cBus, i2c.start, i2c.ERR),
        "mgos_i2c_send_bytes": on(I2cBus, send, i2c.ERR),
        "mgos_i2c_read_byte": on(I2cBus, i2c.read_byte, 255),
        "mgos_i2c_send_ack": on(I2cBus, i2c.ack),
        "mgos_i2c_write": on(I2cBus, write, False),
        "sim_i2c_read": on(I2cBus, i2c.read),
        "mgos_i2c_read_reg_b": on(I2cBus, i2c.readRegB, -1),
        "mgos_i2c_read_reg_w": on(I2cBus, i2c.readRegW, -1),
        "sim_i2c_read_reg_n": on(I2cBus, i2c.readRegN, b""),
        "mgos_i2c_write_reg_b": on(I2cBus, i2c.writeRegB, False),
        "mgos_i2c_write_reg_w": on(I2cBus, i2c.writeRegW, False),
        "mgos_i2c_write_reg_n": on(I2cBus, write_register, 0),
        "mgos_spi_get_global": spi.get,
        "sim_spi_run": on(SpiBus, run),
    }
