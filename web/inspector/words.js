/** Explains what stands in messages, in short sentences. */

/** Status codes (RFC 9110, 15). @type {{[status: number]: string}} */
const STATUSES = {
  100: "The server has seen the head, and the body may follow.",
  101: "From here on the connection speaks another protocol.",
  200: "The request has succeeded.",
  201: "Something new was made; Location says where it is.",
  202: "The request was taken in, and is not carried out yet.",
  204: "It has succeeded, and there is nothing to send back.",
  206: "Only the part that was asked for is sent.",
  301: "It has moved for good; Location says where to.",
  302: "It is elsewhere for now; Location says where.",
  303: "The answer is to be fetched with GET from what Location says.",
  304: "What the client has kept is still good, so nothing is sent.",
  307: "The same request is to be sent to what Location says, this time.",
  308: "The same request is to be sent to what Location says, from now on.",
  400: "The server cannot understand the request.",
  401: "The client must first say who it is.",
  403: "The server understands, and refuses.",
  404: "There is nothing at this path.",
  405: "There is something at this path, and it does not take this method.",
  408: "The client took too long to send its request.",
  409: "The request does not fit the present state.",
  411: "The request must say how long its body is.",
  413: "The body is larger than the server takes.",
  414: "The address is longer than the server takes.",
  415: "The body is of a type that the server does not take.",
  417: "The server does not do what Expect asks for.",
  418: "This is a teapot.",
  426: "The client must change to another protocol first.",
  429: "The client asks too often.",
  431: "The header fields are larger than the server takes.",
  500: "Something went wrong in the server.",
  501: "The server does not know how to do this.",
  502: "A server behind this one gave a bad answer.",
  503: "The server cannot do it now.",
  504: "A server behind this one did not answer in time.",
  505: "The server does not speak this version of HTTP.",
};

const CLASSES = ["", "An interim answer: the real one follows.", "A kind of success.", "The client has to go elsewhere.",
  "The client did something wrong.", "The server failed."];

/** @param {number} status */
export const explainStatus = (status) => STATUSES[status] ?? CLASSES[Math.floor(status / 100)] ?? "No known status code.";

/** Methods (RFC 9110, 9). @type {{[method: string]: string}} */
const METHODS = {
  GET: "asks for something",
  HEAD: "asks for the head alone",
  POST: "hands something over",
  PUT: "puts something in place",
  PATCH: "changes a part",
  DELETE: "removes something",
  OPTIONS: "asks what is possible",
};

/** @param {string} method */
export const explainMethod = (method) => METHODS[method] ?? "is a method of its own";

/** Header fields by name, in small letters. @type {{[name: string]: string}} */
const HEADERS = {
  accept: "The types that the client can read.",
  "accept-encoding": "The compressions that the client can undo.",
  "accept-language": "The languages that the client prefers.",
  "accept-ranges": "Whether a part can be asked for.",
  "access-control-allow-headers": "Which header fields pages of other sites may send.",
  "access-control-allow-methods": "Which methods pages of other sites may use.",
  "access-control-allow-origin": "Which sites' pages may read the answer.",
  allow: "The methods that are taken here.",
  authorization: "Who the client says it is, with the proof.",
  "cache-control": "Who may keep the answer, and for how long.",
  connection: "Whether the connection stays open, or changes its protocol.",
  "content-disposition": "Whether it is to be shown or saved, and under which name.",
  "content-encoding": "How the body is compressed.",
  "content-length": "How many bytes the body has.",
  "content-range": "Which part of the whole this is.",
  "content-type": "What the body is.",
  cookie: "What the server asked the client to remember.",
  date: "When the message was made.",
  etag: "A name for this version, to ask later whether it has changed.",
  expect: "The client waits for a sign before it sends the body.",
  host: "Which host is meant: several may share an address.",
  "if-modified-since": "Only wanted if it has changed since then.",
  "if-none-match": "Only wanted if it is not this version.",
  "keep-alive": "How long the connection may stay open unused.",
  "last-modified": "When it was last changed.",
  location: "Where to go instead, or where the new thing is.",
  origin: "The site whose page has sent the request.",
  range: "Which part is wanted.",
  referer: "The page that led here.",
  "retry-after": "How long to wait before asking again.",
  "sec-websocket-accept": "Proof that the server has understood the WebSocket's key.",
  "sec-websocket-extensions": "Extensions of the WebSocket protocol that are offered or taken.",
  "sec-websocket-key": "A random key; the server proves with it that it speaks WebSocket.",
  "sec-websocket-protocol": "The subprotocol that is offered or chosen.",
  "sec-websocket-version": "The version of the WebSocket protocol.",
  server: "Which program has answered.",
  "set-cookie": "What the client shall remember and send back.",
  te: "The transfer codings that the client takes.",
  trailer: "Which fields come after the body.",
  "transfer-encoding": "How the body is cut up for the way: chunked means in pieces, each with its size.",
  upgrade: "The protocol to change to.",
  "user-agent": "Which program has asked.",
  vary: "Which request fields decide how the answer looks.",
  "www-authenticate": "How the client can say who it is.",
  "x-forwarded-for": "For whom a server in between has asked.",
};

/** @param {string} name */
export const explainHeader = (name) => HEADERS[name.toLowerCase()] ?? "";

/** WebSocket frames by opcode (RFC 6455, 5.2). @type {{[opcode: number]: string}} */
const FRAMES = {
  0: "It goes on with the message that has begun.",
  1: "A message of text.",
  2: "A message of bytes.",
  8: "One side ends the WebSocket; the other answers with the same.",
  9: "Is somebody there? A pong must follow.",
  10: "The answer to a ping.",
};

/** @param {number} opcode */
export const explainFrame = (opcode) => FRAMES[opcode] ?? "An opcode without a meaning.";

/** MQTT packets by kind (MQTT 3.1.1, 2.2.1). @type {{[kind: string]: string}} */
const PACKETS = {
  CONNECT: "The client says who it is and how it wants to be treated.",
  CONNACK: "The broker takes the client in, or says why not.",
  PUBLISH: "A message for all who have subscribed to the topic.",
  PUBACK: "The message has arrived (QoS 1).",
  PUBREC: "The message has arrived; its sender may forget it once this is confirmed (QoS 2).",
  PUBREL: "The message may be handed on now (QoS 2).",
  PUBCOMP: "The message is done with (QoS 2).",
  SUBSCRIBE: "The client wants the messages of these topics.",
  SUBACK: "The broker says which of them it will send.",
  UNSUBSCRIBE: "The client wants no more of these topics.",
  UNSUBACK: "The broker will not send them any more.",
  PINGREQ: "The client is still there.",
  PINGRESP: "So is the broker.",
  DISCONNECT: "The client takes its leave, so its last will is not published.",
};

/** @param {string} kind */
export const explainPacket = (kind) => PACKETS[kind] ?? "";

/** TCP's control bits (RFC 9293, 3.1). @type {readonly [number, string, string][]} */
export const FLAGS = [
  [2, "SYN", "opens the connection, and says where its numbers begin"],
  [16, "ACK", "says up to where all has arrived"],
  [8, "PSH", "asks to hand the data on at once"],
  [1, "FIN", "says that no more will be sent this way"],
  [4, "RST", "breaks the connection off"],
];
