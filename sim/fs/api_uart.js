// UART: serial ports by number. Dispatchers are function(uart, userdata).
let UART = {
  _configure: ffi('int sim_uart_configure(int, char *)'),
  _write: ffi('int mgos_uart_write(int, char *, int)'),

  setConfig: function(uart, config) { return UART._configure(uart, JSON.stringify(config)); },
  setDispatcher: ffi('void mgos_uart_set_dispatcher(int, void (*)(int, userdata), userdata)'),
  write: function(uart, data) { UART._write(uart, data, data.length); },
  writeAvail: ffi('int mgos_uart_write_avail(int)'),
  read: ffi('char *sim_uart_read(int)'),
  readAvail: ffi('int mgos_uart_read_avail(int)'),
  setRxEnabled: ffi('void mgos_uart_set_rx_enabled(int, int)'),
  isRxEnabled: ffi('int mgos_uart_is_rx_enabled(int)'),
  flush: ffi('void mgos_uart_flush(int)')
};
