"""The editor is loaded when it is touched, knows the device's API, and says what is wrong and where."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.screen import Screen
from tools.examples import FIRST, read_examples
from tools.site import DIST, ROOT

BUDGET = 230_000
TIMES = "\N{MULTIPLICATION SIGN}"
HELLO = next(e.files["init.js"].decode() for e in read_examples(ROOT / "examples") if e.title == FIRST)
TWO = """\
let server = HTTP.get_system_server();
HTTP.add_endpoint(server, '/one', function(conn) { Net.disconnect(conn); }, null);
HTTP.add_endpoint(server, '/two', function(conn, ev, ev_data) {
  if (ev === HTTP.EV_REQUEST) {
    Net.send(conn, 'HTTP/1.0 200 OK\\r\\n\\r\\nhere');
    Net.disconnect(conn);
  }
}, null);
"""


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The names of the files that the page has asked for."""
    names: list[str] = []
    page.on("request", lambda request: names.append(request.url.rpartition("/")[2]))
    return names


@pytest.fixture
def screen(page: Page, asked: list[str], site: str) -> Screen:
    page.add_init_script("""
        globalThis.violations = [];
        document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
    """)
    return Screen(page).open(site)


def lines(page: Page) -> Locator:
    return page.locator(".cm-line")


def marks(page: Page) -> Locator:
    return page.locator(".cm-marks .mark")


def test_the_first_visit_shows_the_example_of_the_documentation(page: Page, screen: Screen):
    assert HELLO.startswith("let server = HTTP.get_system_server();\nHTTP.add_endpoint(server, '/my/api', function(")
    expect(screen.files).to_have_text(["init.js"])
    expect(page.get_by_role("textbox", name="init.js")).to_have_value(HELLO)


def test_the_editor_is_not_loaded_before_it_is_touched(page: Page, screen: Screen, asked: list[str]):
    screen.send("GET", "/my/api")
    screen.press("Restart")
    expect(screen.console).to_contain_text("boot 2")
    assert [name for name in asked if name.startswith(("editor-", "catalog"))] == []
    screen.enter()
    assert [name.partition("-")[0] for name in asked if name.startswith(("editor-", "catalog"))] == [
        "editor",
        "catalog.json",
    ]


def test_the_editor_with_what_it_knows_is_small_enough():
    files = [*DIST.glob("editor-*.js"), DIST / "catalog.json"]
    assert len(files) == 2
    assert sum(len(gzip.compress(path.read_bytes())) for path in files) < BUDGET


def test_the_loaded_editor_takes_the_place_of_the_plain_one_without_a_jump(page: Page, screen: Screen):
    def first_line() -> dict[str, float]:
        return page.evaluate("""() => {
            const line = document.querySelector(".live").shadowRoot?.querySelector(".cm-line");
            const area = document.querySelector(".editor textarea");
            if (!line) return { x: area.getBoundingClientRect().x + 5, y: area.getBoundingClientRect().y + 8 };
            return { x: line.getBoundingClientRect().x + 5, y: line.getBoundingClientRect().y };
        }""")

    before = first_line()
    screen.enter()
    after = first_line()
    assert abs(before["x"] - after["x"]) <= 1
    assert abs(before["y"] - after["y"]) <= 1


def test_what_is_written_while_the_editor_is_loaded_is_there(page: Page, screen: Screen):
    held: list = []
    page.context.route("**/editor-*.js", lambda route: held.append(route))
    screen.source.focus()
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.insert_text("// early\n")
    expect(screen.source).to_have_value("// early\n" + HELLO)
    held[0].continue_()
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.insert_text("// late\n")
    screen.expect_source("// early\n// late\n" + HELLO)


def test_a_page_without_the_editor_has_a_plain_one(page: Page, screen: Screen):
    page.context.route("**/editor-*.js", lambda route: route.abort())
    screen.source.focus()
    expect(page.get_by_text("The editor could not be loaded")).to_be_visible()
    screen.source.fill("print('plain');")
    page.keyboard.press("Control+Enter")
    expect(screen.console).to_contain_text("plain")


def test_the_editor_breaks_no_policy(page: Page, screen: Screen):
    screen.write("let x = HTTP.")
    page.keyboard.press("Control+Space")
    expect(page.get_by_role("listbox", name="Completions")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("ControlOrMeta+f")
    expect(page.locator(".cm-panel").get_by_placeholder("Find")).to_be_focused()
    page.keyboard.press("Escape")
    assert page.evaluate("violations") == []
    assert screen.problems == []


def test_lines_are_numbered_indented_and_undone(page: Page, screen: Screen):
    screen.write("function f() {")
    page.keyboard.press("Enter")
    page.keyboard.type("print(1);")
    expect(lines(page).nth(1)).to_have_text("  print(1);", use_inner_text=False)
    expect(page.locator(".cm-lineNumbers .cm-gutterElement").last).to_have_text("2")
    page.keyboard.press("ControlOrMeta+z")
    page.keyboard.press("ControlOrMeta+z")
    page.keyboard.press("ControlOrMeta+z")
    screen.expect_source(HELLO)


def test_python_is_indented_as_python(page: Page, screen: Screen):
    screen.run("")
    screen.write("def f():")
    page.keyboard.press("Enter")
    page.keyboard.type("pass")
    expect(lines(page).nth(1)).to_contain_text("    pass")


def test_every_file_has_its_own_history(page: Page, screen: Screen):
    screen.open_files({"init.js": "print(1);", "app.js": "print(2);"})
    screen.enter()
    page.keyboard.insert_text("// one\n")
    page.get_by_role("tab", name="app.js").click()
    screen.expect_source("print(2);")
    screen.enter()
    page.keyboard.press("ControlOrMeta+z")
    screen.expect_source("print(2);")
    page.get_by_role("tab", name="init.js").click()
    screen.enter()
    page.keyboard.press("ControlOrMeta+z")
    screen.expect_source("print(1);")


def test_the_editor_is_left_by_escape_and_tab_and_tab_indents_in_it(page: Page, screen: Screen):
    screen.enter()
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.press("Tab")
    expect(lines(page).first).to_have_text("  let server = HTTP.get_system_server();", use_inner_text=False)
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator(".cm-content")).not_to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".cm-content")).to_be_focused()


def test_a_reader_is_told_the_name_of_the_file_and_how_to_leave(page: Page, screen: Screen):
    screen.enter()
    box = page.get_by_role("textbox", name="init.js")
    expect(box).to_have_attribute("aria-multiline", "true")
    expect(box).to_have_attribute("aria-description", "Escape and then Tab leaves the editor.")


@pytest.mark.parametrize(("name", "start"), [("init.js", "let x = "), ("init.py", "x = ")])
def test_names_of_the_api_are_completed_with_what_they_are(page: Page, screen: Screen, name: str, start: str):
    screen.open_files({name: ""})
    screen.expect_source("")
    screen.write(f"{start}HTTP.get_sys")
    page.keyboard.press("Control+Space")
    options = page.get_by_role("listbox", name="Completions").get_by_role("option")
    expect(options).to_have_count(1)
    expect(options.first).to_contain_text("get_system_server")
    expect(page.locator(".cm-completionInfo")).to_contain_text("HTTP.get_system_server()")
    options.first.click()  # the editor takes no Enter in the first moment, in which it may be meant for the line
    screen.expect_source(f"{start}HTTP.get_system_server")


def test_own_names_are_completed_too_and_nothing_within_a_text(page: Page, screen: Screen):
    screen.write("let temperature = 1;\nlet y = temp")
    page.keyboard.press("Control+Space")
    expect(page.get_by_role("option", name="temperature", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    screen.write("let s = 'HTTP.")
    page.keyboard.press("Control+Space")
    expect(page.get_by_role("listbox", name="Completions")).to_be_hidden()


def test_help_is_shown_for_the_name_under_the_pointer_and_at_the_cursor(page: Page, screen: Screen):
    screen.enter()
    page.get_by_text("add_endpoint").hover()
    tip = page.locator(".cm-tooltip .api")
    expect(tip).to_contain_text("HTTP.add_endpoint(")
    page.mouse.move(5, 5)
    expect(tip).to_be_hidden()
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.press("End")
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("ControlOrMeta+i")
    expect(page.get_by_role("status").filter(has_text="HTTP.get_system_server()")).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


@pytest.mark.parametrize(
    ("name", "source", "line", "message"),
    [
        ("init.js", "let a = 1;\nlet b = ;\n", 2, ""),
        ("init.js", "let a = 1;\nHTTP.add_endpont(a);\n", 2, "did you mean add_endpoint?"),
        ("init.py", "a = 1\nif a\n    pass\n", 2, ""),
    ],
)
def test_what_is_wrong_is_told_at_its_line_while_it_is_written(
    page: Page, screen: Screen, name: str, source: str, line: int, message: str
):
    screen.open_files({name: ""})
    screen.expect_source("")
    screen.write(source)
    expect(page.get_by_role("status").filter(has_text=f"line {line}: ")).to_contain_text(message)
    expect(page.get_by_role("tab", name=name)).to_contain_text("1")
    expect(lines(page).nth(line - 1).locator(".cm-lintRange, .cm-lintPoint")).not_to_have_count(0)
    page.get_by_role("button", name="1 problem").click()
    expect(page.get_by_role("listbox", name="Diagnostics")).to_be_visible()
    screen.write("")
    expect(page.get_by_role("button", name="1 problem")).to_be_hidden()


def test_the_example_has_no_problem_and_a_loop_is_not_asked(page: Page, screen: Screen):
    screen.run("while (true) {}", "init.js")
    screen.run("import time\nwhile True:\n    pass\n")
    notice = page.get_by_role("status").filter(has_text="The firmware does not respond")
    expect(notice).to_be_visible()
    screen.write("x = (\n")
    screen.press("Stop")
    screen.expect_state("stopped")
    expect(page.get_by_role("button", name="1 problem")).to_be_visible()


def test_lines_of_endpoints_and_of_the_chosen_message_are_marked_and_stay_with_their_lines(page: Page, screen: Screen):
    screen.run(TWO, "init.js")
    screen.send("GET", "/two")
    screen.send("GET", "/two")
    screen.enter()
    expect(marks(page)).to_have_text(["○", f"2{TIMES}", "▸"])
    expect(marks(page).nth(1)).to_have_attribute("title", "/two: 2 hits")
    expect(page.locator(".cm-line.line-sent")).to_contain_text("Net.send(conn")
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.insert_text("// above\n")
    screen.send("GET", "/two")
    expect(marks(page)).to_have_text(["○", f"3{TIMES}", "▸"])
    screen.endpoints.last.get_by_role("button", name="init.js:3").click()
    expect(page.locator(".cm-line.cm-activeLine")).to_contain_text("'/two'")


def test_the_line_of_a_failure_is_marked_and_gone_to_in_another_file(page: Page, screen: Screen):
    screen.open_files({"init.js": "print(1);\nload('lib.js');\n", "lib.js": "let a = 1;\na.b.c = 2;\n"})
    expect(screen.files).to_have_count(2)
    screen.press("Run")
    screen.expect_state("crashed")
    link = page.get_by_role("region", name="Firmware").get_by_role("button", name="line 2")
    expect(link).to_have_text("lib.js, line 2")
    link.click()
    expect(page.get_by_role("tab", name="lib.js")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".cm-line.line-failed")).to_have_text("a.b.c = 2;")
    expect(marks(page)).to_have_text(["!"])


def test_keys_run_stop_and_restart_from_anywhere(page: Page, screen: Screen):
    screen.enter()
    page.keyboard.press("Control+.")
    screen.expect_state("stopped")
    page.keyboard.press("Control+Enter")
    screen.expect_state("running")
    expect(screen.console).to_contain_text("boot 2")
    page.get_by_role("button", name="Open").first.focus()
    page.keyboard.press("Control+Shift+Enter")
    expect(screen.console).to_contain_text("boot 3")
    screen.expect_source(HELLO)


def test_the_keys_are_listed_by_a_question_mark_but_not_while_one_writes(page: Page, screen: Screen):
    help_ = page.get_by_role("dialog", name="Keys")
    screen.enter()
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.type("//?")
    expect(help_).to_be_hidden()
    page.get_by_role("tab", name="init.js").focus()
    page.keyboard.press("?")
    expect(help_).to_be_visible()
    for text in ("Run", "Stop", "Restart", "leave the editor"):
        expect(help_).to_contain_text(text)
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    page.get_by_role("button", name="Keys").click()
    expect(help_).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Keys")).to_be_focused()


def test_the_source_outlives_a_worker_that_dies_and_a_reload(page: Page, screen: Screen):
    screen.write("print('precious');\n")
    page.workers[0].evaluate("void setTimeout(() => { throw new Error('out of luck'); })")
    screen.expect_state("failed")
    screen.expect_source("print('precious');\n")
    page.reload()
    screen.expect_source("print('precious');\n")
    expect(screen.console).to_contain_text("precious")


def test_markup_in_a_program_and_in_what_is_wrong_with_it_stays_text(page: Page, screen: Screen):
    markup = "<img src=x onerror=document.title='broken'>"
    screen.open_files({f"{markup}.js": ""})
    screen.expect_source("")
    screen.write(f"let a = HTTP.{markup};\n")
    expect(page.get_by_role("status").filter(has_text="line 1: ")).to_be_visible()
    assert page.locator("img").count() == 0
    expect(page).to_have_title("mos-sim")
    assert screen.problems == []
