"""A project of several files is opened, changed, kept and saved; nothing that was written is lost."""

from __future__ import annotations

import io
import zipfile

import pytest
from playwright.sync_api import Download, Locator, Page, expect

from sim.device import MAIN_FILES
from sim.project import MAX_BYTES, MAX_FILES, from_zip
from tests.e2e.screen import Screen
from tools.site import ROOT

PNG = b"\x89PNG\r\n\x1a\n\x00\x01\x02\xff"
PAGE = "<!doctype html><title>lamp</title><img src=logo.png>\n"
PROJECT = {"init.js": "print('from init');\n", "app.js": "print('from app');\n", "index.html": PAGE, "logo.png": PNG}
HOSTILE = ["<img src=x onerror=document.title='broken'>.js", "constructor", "'\";--.py", "a b/ü.js", "x" * 120]


@pytest.fixture
def screen(page: Page, site: str) -> Screen:
    return Screen(page).open(site)


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=name, exact=True)


def menu(page: Page, name: str) -> Locator:
    """An entry of the file menu, which is opened for it."""
    page.get_by_role("button", name="File menu").click()
    return page.get_by_role("button", name=name, exact=True)


def add(page: Page, name: str) -> None:
    page.get_by_role("button", name="New file").click()
    page.get_by_label("New file", exact=True).last.fill(name)
    page.keyboard.press("Enter")


def saved(page: Page, entry: str) -> Download:
    with page.expect_download() as caught:
        menu(page, entry).click()
    return caught.value


def content(download: Download) -> bytes:
    return download.path().read_bytes()


def archive(files: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def test_a_project_of_several_files_is_opened_run_and_served(page: Page, screen: Screen):
    screen.open_files(PROJECT)
    expect(screen.files).to_have_text(list(PROJECT))
    expect(page.get_by_text("boots init.js, then app.js")).to_be_visible()
    screen.press("Run")
    expect(screen.console).to_contain_text("from init")
    expect(screen.console).to_contain_text("from app")
    screen.send("GET", "/logo.png")
    expect(screen.answer).to_contain_text("200 OK")
    expect(screen.answer).to_contain_text(f"{len(PNG)} B")
    screen.send("GET", "/index.html")
    expect(screen.body()).to_contain_text("<title>lamp</title>")


def test_a_binary_file_is_named_with_its_size(page: Page, screen: Screen):
    screen.open_files(PROJECT)
    tab(page, "logo.png").click()
    expect(page.get_by_text(f"logo.png: binary, {len(PNG)} bytes")).to_be_visible()
    expect(screen.source).to_be_hidden()
    tab(page, "index.html").click()
    screen.expect_source(PAGE)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["app.js"], "boots app.js"),
        (["init.js", "init.py"], "boots init.js"),
        (["init.py", "lamp.js"], "boots init.py"),
        (["lamp.js", "lamp.html"], "boots lamp.js"),
        (["one.js", "two.py"], "which file boots? name one init.js"),
        (["index.html"], "nothing to boot"),
    ],
)
def test_what_boots_is_said(page: Page, screen: Screen, names: list[str], said: str):
    screen.open_files(dict.fromkeys(names, ""))
    expect(page.get_by_text(said, exact=True)).to_be_visible()


def test_the_page_knows_the_rules_of_the_device_and_of_projects():
    source = (ROOT / "web" / "project.js").read_text()
    names = ", ".join(f'"{name}"' for name in MAIN_FILES if name.endswith(".js"))
    assert f"SCRIPTS = Object.freeze([{names}])" in source
    assert MAIN_FILES[-1] == "init.py"
    assert f"MAX_FILES = {MAX_FILES};" in source
    assert f"MAX_BYTES = {MAX_BYTES >> 20} * 2 ** 20;" in source


def test_files_are_added_renamed_and_deleted_and_a_deleted_one_comes_back(page: Page, screen: Screen):
    add(page, "app.js")
    expect(screen.files).to_have_text(["init.js", "app.js"])
    expect(page.get_by_role("textbox", name="app.js")).to_be_focused()
    page.keyboard.insert_text("print('second');")
    screen.press("Run")
    expect(screen.console).to_contain_text("second")
    menu(page, "Rename …").click()
    page.get_by_label("Rename", exact=True).first.fill("lib/util.js")
    page.keyboard.press("Enter")
    expect(screen.files).to_have_text(["init.js", "lib/util.js"])
    screen.expect_source("print('second');")
    menu(page, "Delete").click()
    expect(screen.files).to_have_text(["init.js"])
    expect(page.get_by_text("lib/util.js was deleted.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(screen.files).to_have_text(["init.js", "lib/util.js"])
    screen.expect_source("print('second');")


def test_a_key_that_comes_with_the_new_project_does_not_bring_the_old_one_back(page: Page, screen: Screen):
    page.evaluate("""() => {
      const panel = document.querySelector("sim-file");
      const files = [{ name: "init.js", text: "print(1);" }, { name: "app.js", text: "print(2);" }];
      panel.onReplace({ files, open: "init.js", origin: "", edited: false });
      const tab = panel.querySelector("[role=tab]");
      tab.dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true, cancelable: true }));
    }""")
    expect(screen.files).to_have_text(["init.js", "app.js"])
    expect(tab(page, "app.js")).to_have_attribute("aria-selected", "true")
    screen.expect_source("print(2);")


def test_the_tabs_are_used_by_keyboard(page: Page, screen: Screen):
    screen.open_files(PROJECT)
    expect(screen.files).to_have_text(list(PROJECT))
    tab(page, "init.js").focus()
    for key, name in (
        ("ArrowRight", "app.js"),
        ("End", "logo.png"),
        ("ArrowRight", "init.js"),
        ("ArrowLeft", "logo.png"),
    ):
        page.keyboard.press(key)
        expect(tab(page, name)).to_be_focused()
        expect(tab(page, name)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("F2")
    expect(page.get_by_label("Rename", exact=True).first).to_be_focused()
    page.keyboard.insert_text("icon")
    page.keyboard.press("Enter")
    expect(tab(page, "icon.png")).to_be_focused()
    page.keyboard.press("Delete")
    expect(screen.files).to_have_text(["init.js", "app.js", "index.html"])
    expect(tab(page, "index.html")).to_be_focused()


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "A file needs a name."),
        ("init.js", "There is a file init.js already."),
        ("../up.js", "A name is made of parts"),
        ("/root.js", "A name is made of parts"),
        ("a\\b.js", "no backslash"),
        ("a\u202egpj.js", "characters that cannot be seen"),
        ("x" * 121, "A name may have 120 characters, and this has 121."),
        ("__proto__", "cannot be a name"),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_a_sentence(page: Page, screen: Screen, name: str, fault: str):
    add(page, name)
    expect(page.get_by_role("alert").filter(has_text=fault)).to_be_visible()
    expect(screen.files).to_have_text(["init.js"])
    page.keyboard.press("Escape")
    expect(tab(page, "init.js")).to_be_focused()


def test_hostile_names_are_text_and_reach_the_device(page: Page, screen: Screen):
    screen.open_files({"init.js": "print('here');"})
    for name in HOSTILE:
        add(page, name)
    expect(screen.files).to_have_text(["init.js", *HOSTILE])
    screen.press("Run")
    expect(screen.console).to_contain_text("here")
    screen.expect_state("running")
    menu(page, "Delete").click()
    expect(page.get_by_text(f"{HOSTILE[-1]} was deleted.")).to_be_visible()
    page.reload()
    expect(screen.files).to_have_text(["init.js", *HOSTILE[:-1]])
    assert zipfile.ZipFile(io.BytesIO(content(saved(page, "Download all as .zip")))).namelist() == [
        "init.js",
        *HOSTILE[:-1],
    ]
    assert page.locator("img").count() == 0
    expect(page).to_have_title("mos-sim")
    assert screen.problems == []


def test_a_zip_is_opened_as_the_command_line_opens_it(page: Page, screen: Screen):
    inner = {f"lamp/fs/{name}": data for name, data in PROJECT.items()}
    data = archive({**inner, "lamp/README.md": "# lamp", "lamp/src/main.c": "int x;", "lamp/.git/config": ""})
    screen.open_files({"lamp.zip": data})
    expect(page.get_by_role("tab", name="README.md")).to_be_visible()
    assert sorted(screen.files.all_text_contents()) == sorted(from_zip(data))
    tab(page, "index.html").click()
    screen.expect_source(PAGE)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"PK\x03\x04 and no more", "no zip archive that can be read"),
        (archive({"../up.js": "x"}), "A name is made of parts"),
        (archive({".hidden": "x"}), "There is no file in it."),
        (archive({"init.js": b"\0" * (65 << 20)}), "more than 64 MiB"),
    ],
)
def test_an_archive_that_cannot_be_used_is_refused_in_a_sentence(page: Page, screen: Screen, data: bytes, fault: str):
    screen.open_files({"bad.zip": data})
    expect(page.get_by_role("alert").filter(has_text=fault)).to_be_visible()
    expect(screen.files).to_have_text(["init.js"])
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_role("alert").filter(has_text=fault)).to_be_hidden()


def test_a_folder_is_opened(page: Page, screen: Screen, tmp_path):
    folder = tmp_path / "lamp"
    (folder / "lib").mkdir(parents=True)
    (folder / "init.js").write_text("load('lib/a.js');")
    (folder / "lib" / "a.js").write_text("print('in a folder');")
    (folder / ".env").write_text("SECRET=1")
    page.get_by_label("Open a folder").set_input_files(folder)
    expect(screen.files).to_have_count(2)
    assert sorted(screen.files.all_text_contents()) == ["init.js", "lib/a.js"]
    expect(page.get_by_text("boots init.js", exact=True)).to_be_visible()
    screen.press("Run")
    expect(screen.console).to_contain_text("in a folder")


def test_files_are_added_and_what_they_overwrite_is_kept_aside(page: Page, screen: Screen):
    page.get_by_label("Add files").set_input_files({"name": "logo.png", "mimeType": "", "buffer": PNG})
    expect(screen.files).to_have_text(["init.js", "logo.png"])
    screen.open_files({"init.js": "print('mine');"})
    expect(screen.files).to_have_text(["init.js"])
    page.get_by_label("Add files").set_input_files({"name": "init.js", "mimeType": "", "buffer": b"print('new');"})
    screen.expect_source("print('new');")
    page.get_by_label("Example", exact=True).select_option("init.js, 1 line: print('mine');")
    screen.expect_source("print('mine');")


DROP = """
([kind, files]) => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name));
  const init = { bubbles: true, cancelable: true, dataTransfer: data };
  const fire = (target, type) => target.dispatchEvent(new DragEvent(type, init));
  fire(document.body, "dragover");
  requestAnimationFrame(() => fire(document.querySelector(`[data-kind=${kind}]`), "drop"));
}
"""


def test_files_that_are_dropped_are_opened_or_added(page: Page, screen: Screen):
    page.evaluate(DROP, ["add", [["app.js", "print('dropped');"]]])
    expect(screen.files).to_have_text(["init.js", "app.js"])
    page.evaluate(DROP, ["open", [["init.py", "print('alone')"]]])
    expect(screen.files).to_have_text(["init.py"])
    expect(page.get_by_text("Open as a project")).to_be_hidden()


def test_a_folder_that_is_dropped_is_walked_through(page: Page, screen: Screen, tmp_path):
    (tmp_path / "lamp" / "www").mkdir(parents=True)
    (tmp_path / "lamp" / "init.js").write_text("print('dropped');")
    (tmp_path / "lamp" / "www" / "logo.png").write_bytes(PNG)
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(tmp_path / "lamp")], "dragOperationsMask": 1}

    def drag(kind: str, x: float, y: float) -> None:
        session.send("Input.dispatchDragEvent", {"type": kind, "x": x, "y": y, "data": data})

    drag("dragEnter", 200, 200)
    drag("dragOver", 200, 200)
    box = page.get_by_text("Open as a project").bounding_box()
    assert box
    drag("dragOver", box["x"] + 5, box["y"] + 5)
    drag("drop", box["x"] + 5, box["y"] + 5)
    expect(page.get_by_role("tab", name="www/logo.png")).to_be_visible()
    expect(screen.files).to_have_count(2)


def test_a_file_dropped_beside_the_places_changes_nothing(page: Page, screen: Screen):
    page.evaluate(DROP.replace("document.querySelector(`[data-kind=${kind}]`)", "document.body"), ["", [["a.js", ""]]])
    expect(page.get_by_text("Open as a project")).to_be_hidden()
    expect(screen.files).to_have_text(["init.js"])


def test_a_file_and_the_project_are_saved_byte_for_byte(page: Page, screen: Screen):
    files = {**PROJECT, "bom.txt": b"\xef\xbb\xbftext\r\n", "latin.txt": "grüße".encode("latin-1")}
    screen.open_files(files)
    expect(screen.files).to_have_count(len(files))
    tab(page, "logo.png").click()
    one = saved(page, "Download")
    assert (one.suggested_filename, content(one)) == ("logo.png", PNG)
    with zipfile.ZipFile(io.BytesIO(content(saved(page, "Download all as .zip")))) as made:
        there = {name: made.read(name) for name in made.namelist()}
    assert there == {name: data.encode() if isinstance(data, str) else data for name, data in files.items()}


def test_the_project_is_there_after_a_reload_with_the_file_that_was_open(page: Page, screen: Screen):
    screen.open_files(PROJECT)
    tab(page, "app.js").click()
    screen.write("print('changed');")
    page.reload()
    expect(screen.files).to_have_text(list(PROJECT))
    expect(tab(page, "app.js")).to_have_attribute("aria-selected", "true")
    screen.expect_source("print('changed');")
    tab(page, "logo.png").click()
    expect(page.get_by_text(f"logo.png: binary, {len(PNG)} bytes")).to_be_visible()


def test_large_files_are_kept_too(page: Page, screen: Screen):
    large = bytes(range(256)) * 24_000
    screen.open_files({"init.js": "print('large');", "large.bin": large, "large.txt": "x" * 2_000_000})
    expect(screen.files).to_have_count(3)
    page.evaluate(WAIT_KEPT, "large.txt")
    page.reload()
    expect(screen.files).to_have_count(3)
    tab(page, "large.bin").click()
    expect(page.get_by_text(f"large.bin: binary, {len(large)} bytes")).to_be_visible()
    assert content(saved(page, "Download")) == large


WAIT_KEPT = """
async (name) => {
  while (!localStorage.getItem("mos-sim.project")?.includes(name)) await new Promise((go) => setTimeout(go, 20));
}
"""


def test_a_browser_without_room_is_told_in_a_sentence(page: Page, site: str):
    page.add_init_script("""
        Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
    """)
    screen = Screen(page).open(site)
    screen.open_files({"init.py": "print('mine')"})
    expect(page.get_by_role("alert").filter(has_text="The browser has no room for this project")).to_be_visible()
    screen.press("Run")
    expect(screen.console).to_contain_text("mine")


def test_what_an_earlier_version_has_kept_is_still_there(page: Page, site: str):
    page.goto(f"{site}icon.svg")
    page.evaluate("""() => {
        localStorage.setItem("mos-sim.firmware", JSON.stringify({ name: "init.py", text: "print('of old')\\n" }));
        localStorage.setItem("mos-sim.aside", JSON.stringify([{ name: "lamp.py", text: "print('aside')\\n" }]));
    }""")
    page.goto(site)
    screen = Screen(page)
    expect(screen.console).to_contain_text("of old")
    expect(screen.files).to_have_text(["init.py"])
    page.get_by_label("Example", exact=True).select_option("lamp.py, 2 lines: print('aside')")
    screen.expect_source("print('aside')\n")


@pytest.mark.parametrize(
    "kept", ["no json", "[]", '{"files": 3}', '{"files": [{"name": "../x", "text": ""}]}', "null"]
)
def test_what_is_kept_and_cannot_be_read_is_no_hindrance(page: Page, site: str, kept: str):
    page.goto(f"{site}icon.svg")
    page.evaluate("(text) => localStorage.setItem('mos-sim.project', text)", kept)
    screen = Screen(page).open(site)
    expect(screen.files).to_have_text(["init.js"])
    assert screen.problems == []


def test_a_project_without_files_says_so(page: Page, screen: Screen):
    menu(page, "Delete").click()
    expect(page.get_by_text("There is no file. Press + for a new one")).to_be_visible()
    expect(page.get_by_text("nothing to boot")).to_be_visible()
    screen.press("Run")
    expect(page.get_by_role("alert").filter(has_text="The firmware was not started")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(screen.files).to_have_text(["init.js"])


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (700, 520), (390, 844), (320, 568)])
def test_no_size_of_the_window_cuts_a_project_off(page: Page, screen: Screen, width: int, height: int):
    page.set_viewport_size({"width": width, "height": height})
    screen.open_files({**PROJECT, "lib/with-a-rather-long-name-of-a-file.js": ""})
    expect(screen.files).to_have_count(5)
    screen.enter()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("button", name="File menu").click()
    for button in page.get_by_role("region", name="Firmware").get_by_role("button").all():
        box = button.bounding_box()
        assert box is not None, button
        assert box["x"] >= 0, button
        assert box["x"] + box["width"] <= width, button
