"""The server of the build answers as a plain static host does."""

import signal
import subprocess
import sys
import threading
from http.client import HTTPConnection

import pytest

from sim import website
from sim.__main__ import main
from tools.site import ROOT


@pytest.fixture
def host(tmp_path):
    """A server of one folder, below /some/where/."""
    (tmp_path / "page.html").write_text("here")
    for name in ("code.mjs", "code.wasm", "code.js", "library.zip"):
        (tmp_path / name).touch()
    with website.listen(tmp_path, prefix="/some/where/", log=lambda line: None) as http:
        threading.Thread(target=http.serve_forever, args=[0.01], daemon=True).start()
        yield http
        http.shutdown()


def get(port, path):
    """Return status, type and body of an answer."""
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers["content-type"], body


def test_files_are_there_below_the_prefix_alone(host):
    assert get(host.server_port, "/some/where/page.html") == (200, "text/html; charset=utf-8", b"here")
    assert get(host.server_port, "/page.html")[0] == 404


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("code.js", "text/javascript"),
        ("code.mjs", "text/javascript"),
        ("code.wasm", "application/wasm"),
        ("library.zip", "application/zip"),
    ],
)
def test_browsers_get_the_media_types_that_they_insist_on(host, name, media_type):
    assert get(host.server_port, f"/some/where/{name}")[1] == media_type


def test_only_this_computer_is_served(host):
    assert host.server_address[0] == "127.0.0.1"


def test_a_port_that_is_taken_gives_the_next_free_one(host, tmp_path):
    with website.listen(tmp_path, host.server_port) as other:
        assert host.server_port < other.server_port < host.server_port + website.TRIES


@pytest.mark.parametrize("files", [["build.py", "dist/index.html"], ["sim/site/index.html"]], ids=["copy", "package"])
def test_the_site_is_found_where_it_is(tmp_path, monkeypatch, files):
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(website, "HERE", tmp_path / "sim")
    assert website.find_site() == (tmp_path / files[-1]).parent


@pytest.mark.parametrize(
    ("files", "hint"),
    [
        (["build.py"], "build.py build makes it"),
        ([], "came without it; the package that build.py package makes has it"),
    ],
)
def test_a_site_that_is_not_there_is_told_with_what_makes_it(tmp_path, monkeypatch, files, hint):
    for name in files:
        (tmp_path / name).touch()
    monkeypatch.setattr(website, "HERE", tmp_path / "sim")
    with pytest.raises(website.SiteError, match=hint):
        website.find_site()


def test_the_command_line_serves_the_site_until_it_is_interrupted():
    command = [sys.executable, "-m", "sim", "web", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        port = int(process.stdout.readline().split("/")[2].partition(":")[2])
        status, media_type, body = get(port, "/")
        assert (status, media_type) == (200, "text/html; charset=utf-8")
        assert b"<title>mos-sim" in body
        assert get(port, "/pyodide/pyodide.asm.wasm")[1] == "application/wasm"
        process.send_signal(signal.SIGINT)
    assert process.returncode == 130


@pytest.mark.parametrize("port", ["-1", "65536"])
def test_a_port_that_cannot_be_is_refused(port, capsys):
    assert main(["web", "--port", port]) == 2
    assert "--port must be between 0 and 65535" in capsys.readouterr().err
