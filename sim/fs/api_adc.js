// ADC: voltages at pins.
let ADC = {
  enable: ffi('int mgos_adc_enable(int)'),
  read: ffi('int mgos_adc_read(int)')
};
