"""A screen with a window manager and a browser, and a person who goes through the demo on it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, sync_playwright

from emi_installer.simulator.scenarios import APPLICATION
from emi_installer.simulator.tokens import read_token
from tests.support.shared import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
TOOLS = {name: shutil.which(name) for name in ("Xvfb", "openbox", "xdotool")}
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
)
PATIENCE_S = 60

MISSING = [name for name, path in {"Chromium": CHROMIUM, **TOOLS}.items() if not path]

needed = pytest.mark.skipif(
    bool(MISSING) and not os.environ.get("EMI_REQUIRE_TOOLS"), reason=f"needs a screen: {', '.join(MISSING)} missing"
)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_for(reached: object, what: str) -> None:
    """Processes outside of this one give no signals."""
    end = time.monotonic() + PATIENCE_S
    while not reached():  # type: ignore[operator]
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.01)


class Desk:
    """A screen with a window manager, the program on it, and a person."""

    def __init__(self, home: Path, port: int, environment: dict[str, str]) -> None:
        self.home = home
        self.port = port
        self._processes: list[subprocess.Popen[bytes]] = []
        self.display = self._screen()
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("QT_", "XDG_"))},
            "DISPLAY": self.display,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "BROWSER": f"{CHROMIUM} {FLAGS} --remote-debugging-port={port} --user-data-dir={home}/profile %s &",
            **environment,
        }
        wait_for(lambda: self.xdotool("getdisplaygeometry"), "the screen")
        self._start("openbox")

    def _screen(self) -> str:
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-noreset", "-nolisten", "tcp"]
        self._processes.append(
            subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL, start_new_session=True)
        )
        os.close(writing)
        with os.fdopen(reading) as said:
            return ":" + said.readline().strip()

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command, env=self.environment, cwd=ROOT, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self._processes.append(process)
        return process

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a program, and wait for its window, as often as the screen can be asked."""
        program = self._start(*command)
        wait_for(self.window, "the window")
        return program

    def window(self) -> str:
        """The program's window; empty as long as none is on the screen."""
        return self.xdotool("search", "--onlyvisible", "--name", "^EMI installer$").partition("\n")[0]

    def xdotool(self, *command: str) -> str:
        ran = subprocess.run(
            ["xdotool", *command], env=self.environment, capture_output=True, text=True, check=False, timeout=30
        )
        return ran.stdout.strip()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.xdotool("key", "--clearmodifiers", key)

    def press_until(self, key: str, logged: str) -> None:
        """Press as long as the button is still off: the log tells when the page is there."""

        def reached() -> bool:
            if logged not in self.log():
                self.press(key)
                time.sleep(0.8)
            return logged in self.log()

        wait_for(reached, logged)

    def log(self) -> str:
        return "".join(file.read_text(encoding="utf-8") for file in self.home.rglob("emi-installer.log"))

    def type(self, text: str) -> None:
        self.xdotool("type", "--clearmodifiers", "--delay", "5", text)

    def close(self) -> None:
        for process in reversed(self._processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def a_desk(home: Path, **environment: str) -> Iterator[Desk]:
    """A desk for a while; programs see `environment` besides."""
    desk = Desk(home, free_port(), environment)
    try:
        yield desk
    finally:
        subprocess.run(["pkill", "-f", f"user-data-dir={home}/profile"], check=False)
        desk.close()


def sign_in_page(browser: Browser) -> Page:
    wait_for(lambda: browser.contexts and browser.contexts[0].pages, "a page")
    page = browser.contexts[0].pages[0]
    page.get_by_role("heading", name="Sign in to the simulated Microsoft").wait_for()
    return page


def walk(desk: Desk, *command: str, on_finish: Callable[[int], object] = lambda _pid: None) -> None:
    """From the start of the demo with `command` to the saved file; `on_finish` sees the process on the last page."""
    assert MISSING == []
    program = desk.start(*command, "--demo")
    desk.xdotool("windowactivate", "--sync", desk.window())
    desk.press_until("alt+n", "step=sign-in")
    desk.press("alt+s")
    with sync_playwright() as playwright:
        wait_for(lambda: _answers(desk.port), "the browser")
        browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{desk.port}")
        page = sign_in_page(browser)
        assert page.get_by_role("button").count() == 5
        simulator = page.url.partition("/organizations")[0]
        page.get_by_role("button", name="Administrator Global Administrator").click()
        page.get_by_text("You are signed in").wait_for()
        browser.close()
    wait_for(lambda: "path=/organization" in desk.log(), "the tenant to be read")
    desk.press_until("alt+n", "step=settings")
    desk.press("alt+c", "ctrl+a")
    desk.type("other.brightpattern.com")
    desk.press_until("alt+n", "step=review")
    desk.press_until("alt+a", "step=apply")
    wait_for(lambda: "addPassword" in desk.log(), "the client secret")
    desk.press_until("alt+n", "step=credentials")
    file = desk.home / "handoff.json"
    desk.press("alt+f", "ctrl+a")
    desk.type(str(file))
    desk.press("alt+v")
    wait_for(file.exists, "the handoff file")
    saved = json.loads(file.read_text(encoding="utf-8"))
    assert roles_of_token(simulator, saved) == set(APPLICATION)
    desk.press_until("alt+n", "step=finish")
    on_finish(program.pid)
    desk.press("alt+f")
    assert program.wait(PATIENCE_S) == 0
    assert saved["verified"] is True
    assert saved["contact_center"] == "https://other.brightpattern.com"
    assert saved["client_secret"] not in desk.log()


def roles_of_token(simulator: str, saved: dict[str, str]) -> set[str]:
    """What the simulated tenant lets the contact center do with the saved values."""
    answer = requests.post(
        f"{simulator}/{saved['tenant_id']}/oauth2/v2.0/token",
        data={
            "grant_type": "client_credentials",
            "client_id": saved["client_id"],
            "client_secret": saved["client_secret"],
            "scope": "https://graph.microsoft.com/.default",
        },
        timeout=30,
    )
    claims = read_token(answer.json()["access_token"])
    assert claims is not None
    return set(claims["roles"])


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
