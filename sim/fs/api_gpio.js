// GPIO: digital inputs and outputs. Handlers are function(pin, userdata).
let GPIO = {
  MODE_INPUT: 0,
  MODE_OUTPUT: 1,
  PULL_NONE: 0,
  PULL_UP: 1,
  PULL_DOWN: 2,
  INT_NONE: 0,
  INT_EDGE_POS: 1,
  INT_EDGE_NEG: 2,
  INT_EDGE_ANY: 3,
  INT_LEVEL_HI: 4,
  INT_LEVEL_LO: 5,

  set_mode: ffi('int mgos_gpio_set_mode(int, int)'),
  set_pull: ffi('int mgos_gpio_set_pull(int, int)'),
  setup_input: ffi('int mgos_gpio_setup_input(int, int)'),
  setup_output: ffi('int mgos_gpio_setup_output(int, int)'),
  read: ffi('int mgos_gpio_read(int)'),
  read_out: ffi('int mgos_gpio_read_out(int)'),
  write: ffi('void mgos_gpio_write(int, int)'),
  toggle: ffi('int mgos_gpio_toggle(int)'),
  set_int_handler: ffi('int mgos_gpio_set_int_handler(int, int, void (*)(int, userdata), userdata)'),
  set_int_handler_isr: ffi('int mgos_gpio_set_int_handler_isr(int, int, void (*)(int, userdata), userdata)'),
  enable_int: ffi('int mgos_gpio_enable_int(int)'),
  disable_int: ffi('int mgos_gpio_disable_int(int)'),
  set_button_handler:
      ffi('int mgos_gpio_set_button_handler(int, int, int, int, void (*)(int, userdata), userdata)'),
  blink: ffi('int mgos_gpio_blink(int, int, int)')
};
