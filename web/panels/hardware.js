/** Shows what the firmware has set up around its chip: lamps that light, buttons to press, switches and sensors to set. */

import { html, nothing, svg } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { Panel } from "./panel.js";

/** @typedef {import("../protocol.js").Pin} Pin */
/** @typedef {import("../protocol.js").OutsidePin} OutsidePin */
/** @typedef {import("../protocol.js").Sensor} Sensor */
/** @typedef {import("../protocol.js").BoardPart} BoardPart */

/** How many lights of a strip are drawn. */
const PIXELS = 64;

const PULLS = { none: "no pull", up: "pull-up", down: "pull-down" };

/** What can be set of sensors, as people read it. @type {{[name: string]: {text: string, unit: string, min: number, max: number, step: number}}} */
const QUANTITIES = {
  mv: { text: "Voltage", unit: "mV", min: 0, max: 3300, step: 10 },
  temperature: { text: "Temperature", unit: "°C", min: -40, max: 125, step: 0.5 },
  humidity: { text: "Humidity", unit: "%", min: 0, max: 100, step: 1 },
  pressure: { text: "Pressure", unit: "Pa", min: 30_000, max: 110_000, step: 100 },
  hall: { text: "Hall sensor", unit: "", min: -200, max: 200, step: 1 },
};

/** What an ESP32 measures of itself is in another unit. */
const FAHRENHEIT = { text: "Chip temperature", unit: "°F", min: 0, max: 257, step: 1 };

const KINDS = /** @type {{[kind: string]: (at: number) => string}} */ ({
  adc: (at) => `ADC, pin ${at}`,
  dht: (at) => `DHT, pin ${at}`,
  bme280: (at) => (at < 0 ? "BME280, SPI" : `BME280, I2C 0x${at.toString(16)}`),
  esp32: () => "ESP32",
});

export class HardwarePanel extends Panel {
  static properties = { pins: {}, hardware: {}, ready: {}, problem: { state: true } };

  constructor() {
    super();
    /** @type {Pin[]} What the firmware has set up. */
    this.pins = [];
    /** @type {import("../protocol.js").Hardware | null} What is set from outside. */
    this.hardware = null;
    this.ready = false;
    this.problem = "";
    /** @type {Set<number>} Buttons that are held. */
    this.held = new Set();
    /** @type {(pin: number, level: 0 | 1 | null) => Promise<unknown>} */
    this.onPin = () => Promise.resolve();
    /** @type {(kind: string, at: number, values: {[name: string]: number | boolean}) => Promise<unknown>} */
    this.onSensor = () => Promise.resolve();
  }

  render() {
    const sensors = this.hardware?.sensors ?? [];
    const pins = [...this.pins, ...this.driven()];
    return html`
      <p class="problem" role="alert">${this.problem}</p>
      ${this.ready
        ? pins.length
          ? html`<ul class="pins" aria-label="Pins">${repeat(pins, ({ pin }) => pin, (pin) => this.pin(pin))}</ul>`
          : html`<p class="empty">The firmware has set up no pin.</p>`
        : html`<p class="empty">No device is running.</p>`}
      ${sensors.length
        ? html`<ul class="sensors" aria-label="Sensors">
            ${repeat(sensors, ({ kind, at }) => `${kind} ${at}`, (sensor) => this.sensor(sensor))}</ul>`
        : this.ready ? html`<p class="empty">The firmware has asked no sensor.</p>` : nothing}
    `;
  }

  /** Pins that only a part of the chip drives: a strip of lights, or PWM. @returns {Pin[]} */
  driven() {
    const others = this.hardware?.pins.filter(({ pin, pwm, pixels }) => (pwm || pixels.length) && !this.pins.some((one) => one.pin === pin));
    return (others ?? []).map(({ pin }) => ({ pin, level: 0, source: "", mode: "output", pull: "none", interrupt: "none" }));
  }

  /** @param {Pin} pin */
  pin(pin) {
    const outside = this.hardware?.pins.find((other) => other.pin === pin.pin);
    const part = this.hardware?.board.find((other) => other.pin === pin.pin);
    const name = part ? `${partName(part)} (pin ${pin.pin})` : `Pin ${pin.pin}`;
    const how = pin.mode === "input" ? `input, ${PULLS[pin.pull]}` : "output";
    return html`<li>
      <span class="name">${name}<small>${how}${pin.interrupt === "none" ? nothing : `, interrupt ${pin.interrupt}`}</small></span>
      ${pin.mode === "output" ? this.lamp(pin, part, outside) : this.input(pin, name, part, outside)}
    </li>`;
  }

  /** @param {Pin} pin @param {BoardPart | undefined} part @param {OutsidePin | undefined} outside */
  lamp(pin, part, outside) {
    const isLit = pin.level === (part?.active_high === false ? 0 : 1);
    const pwm = outside?.pwm;
    const word = pwm ? `${Math.round(pwm[1] * 100)} % at ${pwm[0]} Hz` : isLit ? "on" : "off";
    const name = part ? partName(part) : `Pin ${pin.pin}`;
    if (!pin.source && !pwm && outside?.pixels.length) return this.pixels(outside);
    return html`<span class="state-of" role="img" aria-label=${`${name} is ${word}`}>
        <span class="lamp ${isLit || pwm ? "lit" : ""}"></span>${word}<small>level ${pin.level}</small></span>
      ${this.pixels(outside)}`;
  }

  /** @param {OutsidePin | undefined} outside */
  pixels(outside) {
    if (!outside?.pixels.length) return nothing;
    return html`<svg class="pixels" role="img" aria-label=${`Strip of ${outside.pixels.length} lights`} viewBox="0 0 ${Math.min(outside.pixels.length, PIXELS) * 10} 10">
      ${outside.pixels.slice(0, PIXELS).map(([red, green, blue], at) =>
        svg`<rect x=${at * 10 + 1} y="1" width="8" height="8" rx="2" stroke="currentColor" stroke-width="0.5" fill="rgb(${red} ${green} ${blue})"></rect>`)}</svg>`;
  }

  /** @param {Pin} pin @param {string} name @param {BoardPart | undefined} part @param {OutsidePin | undefined} outside */
  input(pin, name, part, outside) {
    const pressed = pin.pull === "up" || part?.pull_up ? 0 : 1;
    const isButton = part?.pull_up !== undefined || pin.interrupt.startsWith("edge");
    const driven = outside?.outside ?? null;
    return html`<span class="state-of">level ${pin.level}</span>
      ${isButton
        ? html`<button type="button" class="momentary" ?disabled=${!this.ready} aria-pressed=${driven === pressed}
            aria-label=${`Press ${name}`} title="Hold it: pointer, Space or Enter"
            @pointerdown=${(/** @type {PointerEvent} */ event) => this.press(event, pin.pin, pressed)}
            @pointerup=${() => this.release(pin.pin)} @pointercancel=${() => this.release(pin.pin)}
            @lostpointercapture=${() => this.release(pin.pin)}
            @keydown=${(/** @type {KeyboardEvent} */ event) => this.key(event, pin.pin, pressed)}
            @keyup=${() => this.release(pin.pin)} @blur=${() => this.release(pin.pin)}
            @contextmenu=${(/** @type {Event} */ event) => event.preventDefault()}>Press</button>`
        : nothing}
      <select aria-label=${`${name}: what is connected`} ?disabled=${!this.ready}
        @change=${(/** @type {Event} */ event) => this.connect(event, pin.pin)}>
        <option value="" .selected=${driven === null}>not connected</option>
        <option value="0" .selected=${driven === 0}>to ground (0)</option>
        <option value="1" .selected=${driven === 1}>to 3.3 V (1)</option>
      </select>`;
  }

  /** @param {Sensor} sensor */
  sensor({ kind, at, values }) {
    const title = KINDS[kind]?.(at) ?? kind;
    const { is_present: isPresent, ...numbers } = values;
    return html`<li>
      <span class="name">${title}${isPresent === undefined
        ? nothing
        : html`<label class="present"><input type="checkbox" .checked=${isPresent === true}
            @change=${(/** @type {Event} */ event) => this.set(kind, at, { is_present: checked(event) })} />connected</label>`}</span>
      ${Object.entries(numbers).map(([name, value]) => this.quantity(kind, at, title, name, Number(value)))}
    </li>`;
  }

  /** @param {string} kind @param {number} at @param {string} title @param {string} name @param {number} value */
  quantity(kind, at, title, name, value) {
    const of = kind === "esp32" && name === "temperature" ? FAHRENHEIT : QUANTITIES[name];
    if (!of) return nothing;
    const { text, unit, min, max, step } = of;
    const change = (/** @type {Event} */ event) => {
      const field = /** @type {HTMLInputElement} */ (event.target);
      if (field.value !== "" && field.checkValidity()) this.set(kind, at, { [name]: Number(field.value) });
      else field.reportValidity();
    };
    return html`<span class="quantity"><span>${text}</span>
      <input type="range" aria-label=${`${text} of ${title}, slider`} min=${min} max=${max} step=${step} .value=${String(value)} @input=${change} />
      <input type="number" aria-label=${`${text} of ${title}${unit ? ` in ${unit}` : ""}`} min=${min} max=${max} step="any"
        .value=${String(value)} @change=${change} /><span class="unit">${unit}</span></span>`;
  }

  /** @param {PointerEvent} event @param {number} pin @param {0 | 1} level */
  press(event, pin, level) {
    if (event.button !== 0) return;
    /** @type {HTMLElement} */ (event.currentTarget).setPointerCapture(event.pointerId);
    this.hold(pin, level);
  }

  /** @param {KeyboardEvent} event @param {number} pin @param {0 | 1} level */
  key(event, pin, level) {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!event.repeat) this.hold(pin, level);
  }

  /** @param {number} pin @param {0 | 1} level */
  hold(pin, level) {
    this.held.add(pin);
    this.tell(this.onPin(pin, level));
  }

  /** @param {number} pin */
  release(pin) {
    if (this.held.delete(pin)) this.tell(this.onPin(pin, null));
  }

  /** @param {Event} event @param {number} pin */
  connect(event, pin) {
    const { value } = /** @type {HTMLSelectElement} */ (event.target);
    this.tell(this.onPin(pin, value === "" ? null : value === "1" ? 1 : 0));
  }

  /** @param {string} kind @param {number} at @param {{[name: string]: number | boolean}} values */
  set(kind, at, values) {
    this.tell(this.onSensor(kind, at, values));
  }

  /** Say what could not be done. @param {Promise<unknown>} asked */
  tell(asked) {
    asked.then(
      () => (this.problem = ""),
      (error) => (this.problem = error instanceof Error ? error.message : String(error)),
    );
  }
}

/** @param {Event} event */
const checked = (event) => /** @type {HTMLInputElement} */ (event.target).checked;

/** @param {BoardPart} part */
const partName = ({ name }) => (name.startsWith("led") ? `LED ${name.slice(3)}` : `Button ${name.slice(3)}`);

customElements.define("sim-hardware", HardwarePanel);
