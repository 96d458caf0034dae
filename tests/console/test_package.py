"""The verb `package`: what a vendor hands over, and what is refused."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emi_installer.__main__ import main
from emi_installer.console import packing
from emi_installer.core.desired.preset import Preset, parse_preset, preset_values, render_preset
from emi_installer.core.errors.errors import InstallerError
from emi_installer.local.assets import read_blueprint
from emi_installer.local.program import read_program, this_program
from emi_installer.local.signature import Signature, Trust
from tests.support.desk import CHROMIUM, FLAGS, needed

COMPONENTS = json.dumps({"metadata": {"component": {"name": "EMI installer", "version": "1.2.3"}}}).encode()
TEXTS = {"resources/sbom.cdx.json": COMPONENTS, "resources/licenses/Qt.txt": b"LGPL", "resources/emi.toml": b"x"}
PRESET = """
# client secret of the test tenant: hunter2
contact_center = "acme.brightpattern.com"
app_name = "Acme <EMI> & more"
secret_months = 12
tenant = "contoso.com"
support_contact = "Acme Support, +1 555 0100"
cloud = "us-gov"
[sign_in_client]
name = "Acme sign-in"
client_id = "00000000-0000-0000-0000-00000000000a"
"""


def build(
    place: Path, texts: dict[str, bytes] = TEXTS, *, behind: bytes = b"a signature", backslashes: bool = False
) -> Path:
    """A program with an archive as PyInstaller appends it, and a signature behind."""
    body, table = b"", b""
    for name, text in texts.items():
        packed = zlib.compress(text)
        spelled = (name.replace("/", "\\") if backslashes else name).encode() + b"\0"
        table += struct.pack("!IIIIBc", 18 + len(spelled), len(body), len(packed), len(text), 1, b"x") + spelled
        body += packed
    length = len(body) + len(table) + 88
    cookie = struct.pack("!8sIIII64s", b"MEI\014\013\012\013\016", length, len(body), len(table), 311, b"libpython")
    place.write_bytes(b"MZ the boot loader" + body + table + cookie + behind)
    return place


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    build(tmp_path / "EMI-Installer.exe")
    (tmp_path / "acme.toml").write_text(PRESET, encoding="utf-8")
    return tmp_path


def package(*more: str, output: str = "EMI-Installer-Acme.zip") -> int:
    return main(["package", "--preset", "acme.toml", "--output", output, "--executable", "EMI-Installer.exe", *more])


def contents(place: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(place) as archive:
        assert archive.testzip() is None
        return {name.removeprefix(f"{place.stem}/"): archive.read(name) for name in archive.namelist()}


def test_everything_is_in_it(desk: Path) -> None:
    assert package() == 0
    inside = contents(desk / "EMI-Installer-Acme.zip")
    assert inside.keys() == {
        "EMI-Installer.exe",
        "emi-installer.toml",
        "Guide.html",
        "licenses/Qt.txt",
        "sbom.cdx.json",
        "SHA256SUMS",
    }
    assert inside["EMI-Installer.exe"] == (desk / "EMI-Installer.exe").read_bytes()
    assert inside["sbom.cdx.json"] == COMPONENTS
    sums = {line[66:]: line[:64] for line in inside["SHA256SUMS"].decode().splitlines()}
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in inside.items() if name != "SHA256SUMS"}


def test_the_preset_says_the_same_and_no_comments(desk: Path) -> None:
    package()
    packed = contents(desk / "EMI-Installer-Acme.zip")["emi-installer.toml"]
    blueprint, today = read_blueprint(), datetime.now(UTC).date()
    assert parse_preset(packed, "packed", blueprint, today) == parse_preset(PRESET.encode(), "given", blueprint, today)
    assert all(b"hunter2" not in data for data in contents(desk / "EMI-Installer-Acme.zip").values())


def test_the_guide_is_for_this_customer(desk: Path) -> None:
    package()
    guide = contents(desk / "EMI-Installer-Acme.zip")["Guide.html"].decode()
    for said in (
        "https://acme.brightpattern.com/agentdesktop/msteamscallback.html",
        "Acme &lt;EMI&gt; &amp; more",
        "Global Administrator",
        "<b>login.microsoftonline.us</b> and <b>graph.microsoft.us</b>",
        "Acme Support, +1 555 0100",
        hashlib.sha256((desk / "EMI-Installer.exe").read_bytes()).hexdigest(),
        "version 1.2.3",
        *(one.reason.replace("'", "&#x27;") for one in read_blueprint().permissions),
    ):
        assert said in guide
    assert "$" not in guide
    assert "<EMI>" not in guide


def test_the_same_input_gives_the_same_bytes(desk: Path) -> None:
    package()
    first = (desk / "EMI-Installer-Acme.zip").read_bytes()
    assert package("--overwrite") == 0
    assert (desk / "EMI-Installer-Acme.zip").read_bytes() == first


def test_what_is_there_is_not_overwritten(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "EMI-Installer-Acme.zip").write_text("kept")
    assert package() == 1
    assert "exists already" in capsys.readouterr().err
    assert (desk / "EMI-Installer-Acme.zip").read_text() == "kept"
    assert len(list(desk.iterdir())) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("contact_center = 1", "contact_center"),
        ("client_secret = 'hunter2'", "there is no such key"),
        ("app_name = 'x'", "It names no contact center"),
        ("contact_center = 'acme.brightpattern.com'\npurpose = 'set-up'", "request to a colleague"),
        ("contact_center = 'acme.brightpattern.com'\nrequested_by = 'me'", "request to a colleague"),
        ("no toml", "can't be read"),
    ],
)
def test_a_bad_preset_is_refused(text: str, said: str, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "acme.toml").write_text(text, encoding="utf-8")
    assert package() == 2
    assert said in capsys.readouterr().err
    assert not (desk / "EMI-Installer-Acme.zip").exists()


PLAIN = "contact_center = 'acme.brightpattern.com'"
SIGNED = Signature(trust=Trust.VALID, signer="Acme & Sons, Inc.")


@pytest.fixture
def warnings(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., list[str]]:
    """The warnings when this preset is packed with a program that is signed like this."""

    def pack(preset: str = PLAIN, signature: Signature = SIGNED) -> list[str]:
        monkeypatch.setattr(packing, "read_signature", lambda _place: signature)
        (desk / "acme.toml").write_text(preset, encoding="utf-8")
        assert package("--json", "--overwrite") == 0
        *warned, result = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert (result["signature"], result.get("signer", "")) == (signature.trust.value, signature.signer)
        assert {event["event"] for event in warned} <= {"warning"}
        return [event["text"] for event in warned]

    return pack


def test_a_signed_program_for_a_known_host_warns_of_nothing(warnings: Callable[..., list[str]]) -> None:
    assert warnings() == []


def test_an_untrusted_host_is_warned_about(warnings: Callable[..., list[str]]) -> None:
    (said,) = warnings("contact_center = 'acme.brightpatern.com'")
    assert "acme.brightpatern.com is not an address of Bright Pattern's" in said


def test_a_sign_in_client_is_warned_about_by_name(warnings: Callable[..., list[str]]) -> None:
    (said,) = warnings(PRESET)
    assert "Acme sign-in, 00000000-0000-0000-0000-00000000000a" in said


@pytest.mark.parametrize(
    ("trust", "sentence"),
    [
        (Trust.UNSIGNED, "Nobody has signed EMI-Installer.exe"),
        (Trust.REFUSED, "Do not hand it over"),
        (Trust.UNKNOWN, "only Windows can"),
    ],
)
def test_a_program_without_a_valid_signature_is_warned_about(
    trust: Trust, sentence: str, warnings: Callable[..., list[str]], desk: Path
) -> None:
    (said,) = warnings(signature=Signature(trust=trust))
    assert sentence in said
    guide = contents(desk / "EMI-Installer-Acme.zip")["Guide.html"].decode()
    assert "Nobody is known to have signed it" in guide


def test_the_guide_names_who_signed(warnings: Callable[..., list[str]], desk: Path) -> None:
    warnings()
    guide = contents(desk / "EMI-Installer-Acme.zip")["Guide.html"].decode()
    assert "It is signed by <b>Acme &amp; Sons, Inc.</b>" in guide
    assert "Run anyway" not in guide


@pytest.mark.parametrize(
    "name",
    [
        "../../../Startup/evil.bat",
        "../evil.txt",
        "a/b.txt",
        "C:evil.txt",
        "con.txt",
        ".txt",
        "Qt.txt ",
        "Qt.html",
        "\u202eQt.txt",
    ],
)
def test_a_program_that_lies_about_its_licenses_is_refused(
    name: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(desk / "EMI-Installer.exe", {**TEXTS, f"resources/licenses/{name}": b"@echo off"})
    assert package() == 2
    assert "is not the EMI installer as one file" in capsys.readouterr().err
    assert not (desk / "EMI-Installer-Acme.zip").exists()


def test_a_program_with_countless_licenses_is_refused(desk: Path) -> None:
    build(desk / "EMI-Installer.exe", {**TEXTS, **{f"resources/licenses/{n}.txt": b"" for n in range(600)}})
    assert package() == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
@pytest.mark.parametrize("name", ["..\\..\\evil.exe", "a:b.exe", "con.exe"])
def test_a_program_is_not_packed_under_a_name_that_leads_elsewhere(
    name: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(desk / name)
    more = ["--preset", "acme.toml", "--output", "EMI-Installer-Acme.zip", "--executable", name]
    assert main(["package", *more]) == 2
    assert "Name it like EMI-Installer.exe" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["package", "package.exe", "a:b.zip", "con.zip", ".zip", "..\\up.zip"])
def test_a_name_that_does_not_do(name: str, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert package(output=name) == 2
    assert "Name it like EMI-Installer-Acme.zip" in capsys.readouterr().err


def test_a_folder_that_is_not_there(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert package(output="nowhere/x.zip") == 1
    assert "Its folder does not exist" in capsys.readouterr().err


@pytest.mark.parametrize(
    "make",
    [
        lambda place: place.write_bytes(b""),
        lambda place: place.write_text("a text"),
        lambda place: build(place, {"resources/emi.toml": b"x"}),
        lambda place: build(place, {**TEXTS, "resources/sbom.cdx.json": b"{}"}),
        lambda place: build(place, {**TEXTS, "resources/sbom.cdx.json": COMPONENTS.replace(b"EMI", b"AMI")}),
        lambda place: place.write_bytes(build(place).read_bytes()[40:]),
    ],
    ids=["empty", "text", "without a list", "without a name", "another program", "cut off"],
)
def test_a_file_that_is_not_the_program(make: object, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(desk / "EMI-Installer.exe")  # type: ignore[operator]
    assert package() == 2
    assert "is not the EMI installer as one file" in capsys.readouterr().err


@given(at=st.integers(0, 600), value=st.integers(0, 255))
def test_a_damaged_program_gives_a_sentence(at: int, value: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    place = build(tmp_path_factory.mktemp("damaged") / "EMI-Installer.exe")
    data = bytearray(place.read_bytes())
    data[at % len(data)] = value
    place.write_bytes(data)
    code = ""
    try:
        read_program(place)
    except InstallerError as problem:
        code = problem.code
    assert code in {"", "not-the-program"}


def test_names_as_windows_writes_them(tmp_path: Path) -> None:
    program = read_program(build(tmp_path / "EMI-Installer.exe", backslashes=True, behind=b""))
    assert (program.version, program.licenses) == ("1.2.3", {"Qt.txt": b"LGPL"})


def test_which_program_is_not_known_in_a_checkout(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["package", "--preset", "acme.toml", "--output", "x.zip"]) == 2
    assert "Name that file: --executable" in capsys.readouterr().err


def test_one_file_packs_itself_and_the_folder_edition_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setattr("sys.executable", str(tmp_path / "folder" / "emi-installer.exe"))
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path / "folder" / "_internal"), raising=False)
    assert this_program() is None
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path / "folder" / "_MEI1"), raising=False)  # it may lie in TEMP too
    assert this_program() == tmp_path / "folder" / "emi-installer.exe"


def test_an_empty_preset_is_rendered_as_one() -> None:
    assert preset_values(Preset()) == {}
    assert render_preset({}) == "\n"


def test_the_archive_is_one_for_every_system(desk: Path) -> None:
    package()
    with zipfile.ZipFile(io.BytesIO((desk / "EMI-Installer-Acme.zip").read_bytes())) as archive:
        for entry in archive.infolist():
            assert entry.filename.startswith("EMI-Installer-Acme/")
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.external_attr >> 16 == (0o755 if entry.filename.endswith(".exe") else 0o644)


@needed
def test_the_guide_is_printed_on_one_page(desk: Path) -> None:
    assert CHROMIUM is not None
    longest = (
        f'contact_center = "{"a" * 60}.{"b" * 60}.brightpattern.com"\nsupport_contact = "{"Acme Support, " * 18}"\n'
    )
    (desk / "acme.toml").write_text(longest + f'app_name = "{"Acme EMI " * 10}"\n', encoding="utf-8")
    assert package() == 0
    (desk / "Guide.html").write_bytes(contents(desk / "EMI-Installer-Acme.zip")["Guide.html"])
    printing = [CHROMIUM, *FLAGS.split(), f"--user-data-dir={desk}/profile", "--no-pdf-header-footer"]
    subprocess.run(
        [*printing, f"--print-to-pdf={desk}/guide.pdf", f"file://{desk}/Guide.html"],
        check=True,
        capture_output=True,
        timeout=60,
    )
    assert len(re.findall(rb"/Type\s*/Page\b", (desk / "guide.pdf").read_bytes())) == 1
