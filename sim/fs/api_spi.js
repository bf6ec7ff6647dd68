// SPI: transactions with the devices on a bus.
let SPI = {
  _run: ffi('char *sim_spi_run(void *, int, char *, int, bool)'),

  get: ffi('void *mgos_spi_get_global()'),

  runTransaction: function(spi, param) {
    let part = param.fd || param.hd;
    if (!part) { return false; }
    let data = part.tx_data || '';
    let size = param.fd ? data.length : part.rx_len || 0;
    let read = SPI._run(spi || SPI.get(), param.cs === undefined ? -1 : param.cs, data, size, !!param.fd);
    return read === null ? false : (size === 0 ? true : read);
  }
};
