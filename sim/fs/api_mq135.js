// MQ.MQ135: a sensor of gases, whose resistance is measured as a voltage; carbon dioxide in parts per million.
load('api_math.js');
load('api_adc.js');

let MQ = {
  PIN: null,
  RLOAD: 10.0,
  RZERO: 76.63,
  PARA: 116.6020682,
  PARB: 2.769034857,
  CORA: 0.00035,
  CORB: 0.02718,
  CORC: 1.39538,
  CORD: 0.0018,
  ATMOCO2: 397.13,

  _ppm: function(resistance) { return Math.round(MQ.PARA * Math.pow(resistance / MQ.RZERO, -MQ.PARB)); },
  _zero: function(resistance) { return resistance * Math.pow(MQ.ATMOCO2 / MQ.PARA, 1 / MQ.PARB); },

  MQ135: {
    attach: function(pin) { MQ.PIN = pin; },
    getResistance: function() { return (1023 / ADC.read(MQ.PIN) * 5 - 1) * MQ.RLOAD; },
    getPPM: function() { return MQ._ppm(MQ.MQ135.getResistance()); },
    getRZero: function() { return MQ._zero(MQ.MQ135.getResistance()); },
    getCorrectionFactor: function(temperature, humidity) {
      return (MQ.CORA * temperature - MQ.CORB) * temperature + MQ.CORC - (humidity - 33) * MQ.CORD;
    },
    getCorrectedResistance: function(temperature, humidity) {
      return Math.round(MQ.MQ135.getResistance() / MQ.MQ135.getCorrectionFactor(temperature, humidity));
    },
    getCorrectedPPM: function(temperature, humidity) {
      return MQ._ppm(MQ.MQ135.getCorrectedResistance(temperature, humidity));
    },
    getCorrectedRZero: function(temperature, humidity) {
      return MQ._zero(MQ.MQ135.getCorrectedResistance(temperature, humidity));
    }
  }
};
