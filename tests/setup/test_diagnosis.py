"""The diagnosis for support: what it needs, and nothing secret or personal."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from emi_installer import wiring
from emi_installer.__main__ import main
from emi_installer.documents.diagnosis import render_diagnosis
from emi_installer.entra import certificates
from emi_installer.entra.certificates import ShownCertificate
from emi_installer.entra.failures import GraphFailure
from emi_installer.setup.diagnosis import diagnose
from emi_installer.simulator.scenarios import simulate
from tests.support.clock import FakeClock
from tests.support.journey import journey

REQUEST_ID = "0d6a9c1e-3b7f-4a58-9f2d-5c1e8a7b6d40"
TENANT_ID = "5c0f7a52-7d0e-4f0f-9d6c-3a1d6f9a2b11"
PROXY = "http://CONTOSO-ada:pa55word@proxy.contoso.com:8080"


def refused() -> GraphFailure:
    message = f"Ada Adams (ada.adams@contoso.com) of tenant {TENANT_ID} may not, see C:\\Users\\ada\\handoff.json"
    error = {"code": "Authorization_RequestDenied", "message": message, "innerError": {"request-id": REQUEST_ID}}
    return GraphFailure(403, {"error": error}, {}, f"/applications/{TENANT_ID}?x=eyJhbGciOi")


def assert_harmless(text: str, *secrets: str) -> None:
    private = (
        "Ada",
        "ada.",
        "@",
        "contoso",
        "CONTOSO",
        TENANT_ID,
        "pa55word",
        "proxy.",
        "eyJ",
        "handoff",
        "/",
    )
    assert [word for word in (*private, *secrets) if word in text] == []
    assert "\\" not in text


def test_copied_details_name_the_request_and_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    text = render_diagnosis(diagnose("global"), refused())
    for wanted in ("Code: missing-privilege", "Status: 403", REQUEST_ID, "EMI installer: ", "Proxy: HTTP, with a user"):
        assert wanted in text
    assert_harmless(text)


def test_refusals_of_the_log_are_listed_by_time_and_id(tmp_path: Path) -> None:
    trip = journey(tmp_path, "no-secrets-allowed")
    trip.apply()
    text = render_diagnosis(diagnose("global"))
    listed = text.partition("Refusals in the log:\n")[2].splitlines()
    assert listed
    assert all(line.split()[1].isdigit() and len(line.split()) == 3 for line in listed if " 4" in line)
    assert_harmless(text, *(one.text for one in trip.simulator.tenant.secrets.values()))


def test_a_log_that_somebody_wrote_into_brings_nothing_along(tmp_path: Path) -> None:
    trip = journey(tmp_path)
    trip.run("plan", "--demo")
    (log,) = Path.home().rglob("emi-installer.log")
    when = "2026-01-02T03:04:05.678Z"
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{when} graph path=/users/ada.adams@contoso.com status=403 request_id={REQUEST_ID}\n")
        file.write("2026-01-02T03:04:05.678Z graph code=Ada status=499x request_id=eyJhbGciOi\n")
    text = render_diagnosis(diagnose("global"))
    assert f"{when}  403  {REQUEST_ID}" in text
    assert_harmless(text)


@pytest.mark.parametrize("file", [None, "diagnosis.txt"])
def test_the_console_prints_or_writes_it(
    file: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = FakeClock()
    simulator = simulate("empty", clock=clock)
    monkeypatch.setattr(wiring, "connect_entra", lambda: wiring.connect_simulator(simulator, clock))
    shown = ShownCertificate(issuer="Inspecting Root", first=date(2020, 1, 1), last=date(2040, 1, 1))
    monkeypatch.setattr(certificates, "certificate_of", lambda *_: shown)
    monkeypatch.chdir(tmp_path)
    assert main(["--diagnose", *([file] if file else [])]) == 0
    text = (tmp_path / file).read_text(encoding="utf-8") if file else capsys.readouterr().out
    for wanted in ("Cloud: ", "Certificate issued by: Inspecting Root", "seconds ahead of Microsoft's", "Python: "):
        assert wanted in text
    assert_harmless(text)


@pytest.mark.parametrize(
    ("proxy", "kind"),
    [
        ("http://proxy.contoso.com:8080", "HTTP, without a user name"),
        ("socks5://proxy.contoso.com:1080", "SOCKS5, without a user name"),
        ("http://CONTOSO\\ada:pa55word@proxy.contoso.com", "a setting that can't be read"),
        ("", "none"),
    ],
)
def test_of_a_proxy_only_its_kind_is_told(proxy: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy)
    text = render_diagnosis(diagnose(None))
    assert f"Proxy: {kind}" in text
    assert_harmless(text)
