/** Holds the examples that the page offers: those in the folder `examples`. */

import chat from "../examples/chat.py";
import echo from "../examples/echo.py";
import hello from "../examples/hello.py";
import thermostat from "../examples/thermostat.py";

/** The first is what the page opens with. */
export const EXAMPLES = Object.freeze([
  { title: "hello", name: "init.py", text: hello },
  { title: "echo", name: "echo.py", text: echo },
  { title: "chat", name: "chat.py", text: chat },
  { title: "thermostat", name: "thermostat.py", text: thermostat },
]);
