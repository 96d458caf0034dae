"""The Windows programs, built and run with the toolkit in EMI_WINDOWS_TOOLKIT (Wine): see .ci/windows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pefile
import pytest

from emi_installer import __version__
from emi_installer.local.harden import SYSTEM_LIBRARIES
from emi_installer.local.program import read_program
from release.windows import ICON_SIZES
from tests.support.shared import ROOT

# The home is where the toolkit is at home; the platform is for the window of these tests.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "QT_QPA_PLATFORM"}
TOOLKIT = os.environ.get("EMI_WINDOWS_TOOLKIT", "")
BUILT = ROOT / "dist" / "windows"
ONE_FILE, SETUP = BUILT / "EMI-Installer.exe", BUILT / "EMI-Installer-Setup.exe"
FOLDER = BUILT / "EMI-Installer-folder"
CONSOLE, WINDOW = FOLDER / "emi-installer.exe", FOLDER / "EMI Installer.exe"
DRIVEN = ROOT / "dist" / "windows-driven" / "EMI-Installer-folder" / "EMI Installer.exe"
LARGEST_MB = {ONE_FILE: 31, SETUP: 23}
QT = {"Qt6Core", "Qt6Gui", "Qt6Svg", "Qt6Widgets"}
EVERYONE = ";;;WD)"

pytestmark = pytest.mark.skipif(not TOOLKIT, reason="no toolkit for Windows programs")


def run(
    folder: Path, program: Path, *arguments: str, options: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [f"{TOOLKIT}/run-exe", *options, str(program), *arguments],
        cwd=folder,
        env={**ENVIRONMENT, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="cp1252",
        check=False,
        timeout=300,
    )


def windows(path: Path) -> str:
    """As Windows programs see it, through Wine's drive Z."""
    return "Z:" + str(path).replace("/", "\\")


def run_python(script: str, *arguments: str) -> str:
    """What a script of this folder prints under Windows."""
    told = subprocess.run(
        [f"{TOOLKIT}/python", "--timeout", "60", str(Path(__file__).with_name(script)), *arguments],
        env={**ENVIRONMENT, "WIN_PYTHONPATH": windows(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="cp1252",
        check=True,
        timeout=120,
    )
    return told.stdout


def access(*paths: Path) -> list[str]:
    """Who may use each file, as Windows says."""
    return run_python("read_acl.py", *map(windows, paths)).split()


@pytest.mark.parametrize("program", LARGEST_MB, ids=lambda path: path.name)
def test_it_is_not_larger_than_it_needs_to_be(program: Path) -> None:
    size = program.stat().st_size / 1e6
    print(f"{program.name}: {size:.1f} MB, at most {LARGEST_MB[program]}")
    assert size <= LARGEST_MB[program]


def test_only_the_libraries_that_are_needed() -> None:
    names = {path.name.lower() for path in FOLDER.rglob("*.dll")}
    assert {path.stem for path in FOLDER.rglob("Qt6*.dll")} == QT
    assert not {
        name for name in names if name.startswith(("api-ms-", "ucrtbase", "icuuc", "mscms", "bcryptprimitives"))
    }


@pytest.mark.parametrize("program", [ONE_FILE, WINDOW, CONSOLE], ids=lambda path: path.name)
def test_windows_sees_version_icon_and_manifest(program: Path) -> None:
    seen = pefile.PE(str(program))
    texts = {
        key.decode(): value.decode()
        for part in seen.FileInfo[0]
        for table in getattr(part, "StringTable", ())
        for key, value in table.entries.items()
    }
    assert texts["FileVersion"] == texts["ProductVersion"] == __version__
    assert texts["OriginalFilename"] == program.name
    kinds = {entry.id: entry for entry in seen.DIRECTORY_ENTRY_RESOURCE.entries}
    assert len(kinds[pefile.RESOURCE_TYPE["RT_ICON"]].directory.entries) == len(ICON_SIZES)
    place = kinds[pefile.RESOURCE_TYPE["RT_MANIFEST"]].directory.entries[0].directory.entries[0].data.struct
    manifest = seen.get_data(place.OffsetToData, place.Size).decode()
    for wanted in ('level="asInvoker"', "PerMonitorV2", "longPathAware", "{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"):
        assert wanted in manifest
    console = seen.OPTIONAL_HEADER.Subsystem == pefile.SUBSYSTEM_TYPE["IMAGE_SUBSYSTEM_WINDOWS_CUI"]
    assert console == (program == CONSOLE)


def test_the_list_of_components_is_of_windows() -> None:
    program = read_program(ONE_FILE)
    assert program.version == __version__
    names = {one["name"] for one in json.loads(program.components)["components"]}
    assert {"Python", "Qt", "PySide6_Essentials", "msal", "OpenSSL"} <= names
    assert {"Microsoft-C-runtime.txt", "Python.txt", "LGPL-3.0.txt"} <= program.licenses.keys()


@pytest.mark.parametrize("program", [ONE_FILE, WINDOW], ids=lambda path: path.name)
def test_the_window_is_painted(program: Path, tmp_path: Path) -> None:
    picture = tmp_path / "window.png"
    shot = ("--clean-profile", "--screenshot", str(picture), "--after", "12")
    ran = run(tmp_path, program, "--demo", options=shot)
    assert ran.returncode == 0, ran.stderr
    assert picture.stat().st_size > 10_000


@pytest.mark.parametrize("program", [CONSOLE, ONE_FILE], ids=lambda path: path.name)
def test_the_whole_demo_from_the_console(program: Path, tmp_path: Path) -> None:
    ran = run(tmp_path, program, "apply", "--demo", "--yes", "--json", "--handoff", "handoff.json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1])["outcome"] == "done"
    assert json.loads((tmp_path / "handoff.json").read_text(encoding="utf-8"))["verified"] is True
    (tmp_path / "everybodys.txt").write_text("x")
    (tmp_path / "everybodys.txt").chmod(0o666)
    private, public = access(tmp_path / "handoff.json", tmp_path / "everybodys.txt")
    assert EVERYONE in public
    assert EVERYONE not in private


def test_the_whole_way_through_the_window(tmp_path: Path) -> None:
    file, picture = tmp_path / "handoff.json", tmp_path / "credentials.png"
    ran = run(
        tmp_path,
        DRIVEN,
        options=("--clean-profile", "--timeout", "120"),
        EMI_HANDOFF=windows(file),
        EMI_PICTURE=windows(picture),
    )
    assert ran.returncode == 0, ran.stderr
    saved = json.loads(file.read_text(encoding="utf-8"))
    assert (saved["verified"], saved["demo"]) == (True, True)
    assert EVERYONE not in access(file)[0]
    assert picture.stat().st_size > 10_000


def test_private_files_and_signatures(tmp_path: Path) -> None:
    """Wine keeps the mode bits of an access list alone, and knows no signer: only Windows shows the rest."""
    seen = json.loads(run_python("private_files.py", windows(tmp_path)))
    assert seen == {
        "text": "s3cret",
        "private": True,
        "missing": False,
        "kept while it is written": True,
        "left": ["private.txt", "public.txt"],
        "handle left": False,
        "signature": "unsigned",
        "signature of a text": "unsigned",
    }


KNOWN_TO_WINDOWS = {
    *("advapi32", "clbcatq", "combase", "comdlg32", "coml2", "difxapi", "gdi32", "gdiplus", "imagehlp", "imm32"),
    *("kernel32", "msctf", "msvcrt", "normaliz", "nsi", "ntdll", "ole32", "oleaut32", "psapi", "rpcrt4", "sechost"),
    *("setupapi", "shcore", "shell32", "shlwapi", "user32", "wldap32", "ws2_32"),
    "comctl32",  # the manifest asks for that of WinSxS
}
"""KnownDLLs of Windows 10 and 11, which are never looked for beside a program;
learn.microsoft.com/windows/win32/dlls/dynamic-link-library-search-order."""


def asked_of_windows() -> set[str]:
    """Every library that a file of the program names and that is not bundled, without those of the API sets."""
    files = [path for path in FOLDER.rglob("*") if path.suffix in {".dll", ".exe", ".pyd"}]
    tables = [pefile.DIRECTORY_ENTRY[f"IMAGE_DIRECTORY_ENTRY_{kind}IMPORT"] for kind in ("", "DELAY_")]
    asked = set()
    for path in files:
        seen = pefile.PE(str(path), fast_load=True)
        seen.parse_data_directories(tables)
        for kind in ("DIRECTORY_ENTRY_IMPORT", "DIRECTORY_ENTRY_DELAY_IMPORT"):
            asked |= {entry.dll.decode().lower() for entry in getattr(seen, kind, ())}
    names = asked - {path.name.lower() for path in files}
    return {name.removesuffix(".dll") for name in names if not name.startswith(("api-ms-", "ext-ms-"))}


def test_every_library_of_windows_that_is_looked_for_is_loaded_from_system32() -> None:
    assert asked_of_windows() - KNOWN_TO_WINDOWS == set(SYSTEM_LIBRARIES)


PLANTED = """
#include <windows.h>
BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID unused) {
    char name[MAX_PATH + 8];
    if (reason == DLL_PROCESS_ATTACH && GetModuleFileNameA(self, name, MAX_PATH)) {
        lstrcatA(name, ".ran");
        CloseHandle(CreateFileA(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
    }
    return TRUE;
}
"""
UNPROTECTED = """
#include <windows.h>
int main(int count, char **names) { while (--count) LoadLibraryA(names[count]); return 0; }
"""


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """A folder in which every library that is looked for is planted; where it is loaded, `<name>.dll.ran` appears."""
    compiler = shutil.which("x86_64-w64-mingw32-gcc")
    assert compiler is not None
    (tmp_path / "planted.c").write_text(PLANTED)
    (tmp_path / "unprotected.c").write_text(UNPROTECTED)
    place = tmp_path / "Downloads"
    place.mkdir()
    entry = ("-shared", "-nostdlib", "-e", "DllMain")
    subprocess.run([compiler, *entry, "-o", "planted.dll", "planted.c", "-lkernel32"], cwd=tmp_path, check=True)
    subprocess.run([compiler, "-o", place / "unprotected.exe", "unprotected.c"], cwd=tmp_path, check=True)
    for name in asked_of_windows() - KNOWN_TO_WINDOWS:
        shutil.copy2(tmp_path / "planted.dll", place / f"{name}.dll")
    shutil.copy2(ONE_FILE, place)
    return place


def test_no_planted_library_is_loaded(downloads: Path, tmp_path: Path) -> None:
    """Wine takes the policy and does not heed it, so that this holds the way without it: loading by full path first."""
    ran = run(downloads, downloads / "unprotected.exe", *(f"{name}.dll" for name in SYSTEM_LIBRARIES))
    assert ran.returncode == 0
    planted = list(downloads.glob("*.ran"))
    print(f"planted: {len(list(downloads.glob('*.dll')))}; loaded by an unprotected program: {len(planted)}")
    assert planted
    for one in planted:
        one.unlink()
    shot = ("--screenshot", str(tmp_path / "window.png"), "--after", "30")
    assert run(downloads, downloads / ONE_FILE.name, "--demo", options=shot).returncode == 0
    code = run(downloads, downloads / ONE_FILE.name, "apply", "--demo", "--yes", "--handoff", "handoff.txt").returncode
    assert code == 0
    assert list(downloads.glob("*.ran")) == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder edition with a vendor's preset beside it."""
    place = tmp_path / "Programme für alle"
    shutil.copytree(FOLDER, place)
    (place / "emi-installer.toml").write_text('contact_center = "vendor.brightpattern.com"\n', encoding="utf-8")
    return place


def test_the_preset_beside_it_is_found(folder: Path, tmp_path: Path) -> None:
    ran = run(tmp_path, folder / "emi-installer.exe", "plan", "--demo")
    assert "https://vendor.brightpattern.com/agentdesktop/msteamscallback.html" in ran.stdout


@pytest.mark.parametrize("program", [WINDOW, ONE_FILE], ids=lambda path: path.name)
def test_started_from_a_terminal_it_tells_of_its_twin(program: Path) -> None:
    told = run_python("started_from_a_terminal.py", windows(program), "plan", "--demo")
    code, _, screen = told.partition(" ")
    assert (int(code), "This program opens a window." in screen) == (2, True), screen
    assert "emi-installer.exe" in screen


def test_it_packs_a_package_that_works(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text('contact_center = "acme.brightpattern.com"\n', encoding="utf-8")
    ran = run(tmp_path, ONE_FILE, "package", "--preset", "acme.toml", "--output", "Acme.zip")
    assert ran.returncode == 0, ran.stderr
    with zipfile.ZipFile(tmp_path / "Acme.zip") as archive:
        archive.extractall(tmp_path)
    ran = run(tmp_path, tmp_path / "Acme" / ONE_FILE.name, "plan", "--demo")
    assert "https://acme.brightpattern.com/agentdesktop/msteamscallback.html" in ran.stdout


def test_setup_installs_for_one_user_and_removes_only_its_own(tmp_path: Path) -> None:
    setup = shutil.copy2(SETUP, tmp_path)
    (tmp_path / "emi-installer.toml").write_text('contact_center = "vendor.brightpattern.com"\n', encoding="utf-8")
    place = tmp_path / "EMI"
    assert run(tmp_path, Path(setup), "/S", f"/D={windows(place)}", options=("--clean-profile",)).returncode == 0
    assert {p.name for p in FOLDER.iterdir()} | {"Uninstall.exe", "emi-installer.toml"} == {
        p.name for p in place.iterdir()
    }
    ran = run(tmp_path, place / "emi-installer.exe", "plan", "--demo")
    assert "vendor.brightpattern.com" in ran.stdout
    (place / "handoff.json").write_text("the administrator's own")
    # _?= runs it in place, where it can't remove itself; else a copy of it goes on after the first process has ended.
    assert run(tmp_path, place / "Uninstall.exe", "/S", f"_?={windows(place)}").returncode == 0
    assert {p.name for p in place.iterdir()} - {"Uninstall.exe"} == {"handoff.json"}
