// What the kit for Playwright Test can do, run by tests/e2e/test_kit.py.
import { expect, test } from "mos-sim/playwright";

const LAMP = { path: "init.js", files: { "logo.bin": new Uint8Array([0, 255]) } };
const PAGE = `<!doctype html><output></output><script>
  const output = document.querySelector("output");
  const socket = new WebSocket("ws://chat.local/ws");
  socket.onopen = () => { socket.send("hi"); socket.send(new Uint8Array([7])); };
  socket.onmessage = async ({ data }) => {
    output.textContent += typeof data === "string" ? data : new Uint8Array(await data.arrayBuffer());
    if (typeof data !== "string") socket.send("bye");
  };
  socket.onclose = ({ code, reason }) => (output.textContent += " " + code + " " + reason);
</script>`;

test.describe("a lamp", () => {
  test.use({ firmware: LAMP });

  test("answers requests", async ({ device }) => {
    const answer = await device.put("/state", { headers: { "X-A": "é" }, body: new Uint8Array([128]) });
    expect([answer.status, answer.ok, answer.header("CONTENT-TYPE"), answer.json().method]).toEqual([200, true, "application/json", "PUT"]);
    expect(answer.took_us).toBeGreaterThan(0);
    expect([...(await device.get("/logo.bin")).body]).toEqual([0, 255]);
    const { code } = await device.rpc("No.Such").catch((error) => error);
    expect([code, typeof (await device.rpc("Sys.GetInfo"))]).toEqual([404, "object"]);
  });

  test("has pins, a console and a clock", async ({ device }) => {
    expect([await device.pin(2).level(), await device.pin(9).level()]).toEqual([0, null]);
    await device.pin(0).set(0);
    await expect(device).toHavePrinted(/pressed \d/);
    await device.pin(0).release();
    await expect(device).toHavePin(0, 1);
    expect(await device.console()).toBe("ready \npressed 1 \n");
    await device.clock.pause();
    expect([true, false]).toContain(await device.clock.step());
    await device.clock.resume();
    expect(await device.clock.now_us()).toBeGreaterThan(0);
  });

  test("is expected to have been asked", async ({ device }) => {
    await device.get("/state");
    await expect(device).toHaveRequested("GET", /^.STATE/i, { status: 200, role: "inbound" });
    await expect(device).not.toHaveRequested("POST", "/led", { json: { on: false } });
    await expect(device).not.toHavePin(2, 1);
    const said = await expect(device).toHaveRequested("POST", "/led", { timeout: 0 }).catch((error) => error.message);
    expect(said).toContain("waited 0 ms for a request POST /led; there were 1 requests, the last: GET /state 200");
    const late = await expect(device).not.toHaveRequested("GET").catch((error) => error.message);
    expect(late).toContain("for the end of a request GET");
    const no = await expect("device").toHavePin(2, 1).catch((error) => error.message);
    expect(no).toContain("of a device only");
  });

  test("that is off fails the pages that ask it", async ({ device, page }) => {
    await device.answer(page, "http://lamp.local/");
    await page.goto("http://lamp.local/state");
    const [record] = (await device.records({ type: "http.requested" })).slice(-1);
    expect(record.data).toContain("Host: lamp.local\r\n");
    await device.stop();
    expect(await page.evaluate("fetch('/state').catch((error) => error.name)")).toBe("TypeError");
    await device.restart();
    expect(await page.evaluate("fetch('/state').then((answer) => answer.status)")).toBe(200);
  });
});

test("firmware that fails is told", async ({ device }) => {
  await expect(device.run({ source: "nothing();" })).rejects.toThrow(/the firmware failed to start: .*init\.js:1/);
  expect((await device.state()).state).toBe("crashed");
  await expect(device.run("no/such.js")).rejects.toThrow("ENOENT");
  await device.run({ source: "print(1);", seed: 5 });
  expect((await device.records({ type: "device.booted" })).at(-1).seed).toBe(5);
});

test("a folder with other hosts is firmware", async ({ device }) => {
  await device.run("station", import.meta.dirname);
  expect((await device.records({ type: "device.booted" })).map(({ name }) => name)).toContain("cloud");
});

test.describe("a chat", () => {
  test.use({ firmware: { path: "chat.py", files: { "index.html": PAGE } } });

  test("hands over its messages", async ({ device }) => {
    const socket = await device.ws("/hello", { protocols: ["a"] });
    expect([socket.protocol, await socket.next(), [...(await socket.next())]]).toEqual(["a", '{"hello": true}', [0, 255]]);
    const other = await device.ws("/ws");
    await other.send("ä");
    expect(await other.next()).toBe("ä");
    await expect(other.next({ timeout: 0 })).rejects.toThrow("waited 0 ms");
    await other.send("bye");
    expect(await other.closed()).toEqual({ code: 4000, reason: "so long" });
  });

  test("answers the sockets of another page", async ({ device, page }) => {
    await device.answer(page, "http://chat.local");
    await page.goto("http://chat.local/");
    await expect(page.locator("output")).toHaveText("hi7 4000 so long");
  });
});
