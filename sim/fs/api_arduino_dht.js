// DHT by the first name of its file.
load('api_dht.js');
