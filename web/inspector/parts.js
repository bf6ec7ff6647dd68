/** Is all that the inspector needs to take a message apart; loaded when the first message is there. */

export { codeView, placesOf } from "./code.js";
export { rawOf } from "./raw.js";
export { summaryOf } from "./summary.js";
export { timingView } from "./timing.js";
export { explainHeader } from "./words.js";
import "./body.js";
import "./bytes.js";
