"""What docs/howto/clients.md shows works as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.gateway.served import ROOT, Served

PROGRAMS = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "howto" / "clients.md").read_text("utf-8"), re.DOTALL)


def test_pytest_fixture(tmp_path: Path) -> None:
    program = tmp_path / "test_device.py"
    program.write_text(PROGRAMS[0])
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(program),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "1 passed" in done.stdout, done.stdout


def test_websockets(echo: Served) -> None:
    program = PROGRAMS[1].replace("127.0.0.1:8080", f"127.0.0.1:{echo.port}")
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout == "hello\n", done.stderr
