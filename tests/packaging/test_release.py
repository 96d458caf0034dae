"""How a release is made: who has which power, what is fixed by hash, and that documents say what is true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from release import project
from tests.support.shared import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
RELEASE: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
JOBS: dict[str, Any] = RELEASE["jobs"]
LOCKS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("requirements.lock", "release/requirements.lock")}


def test_only_publishing_can_write() -> None:
    assert RELEASE["permissions"] == {}
    powers = {name: set(job["permissions"].values()) for name, job in JOBS.items()}
    assert powers.pop("publish") == {"write"}
    assert set().union(*powers.values()) == {"read"}


def test_only_signing_has_secrets() -> None:
    assert {name for name, job in JOBS.items() if "secrets." in yaml.safe_dump(job)} == {"sign"}


def test_a_person_is_asked_before_signing_and_before_publishing() -> None:
    assert {name for name, job in JOBS.items() if "environment" in job} == {"sign", "publish"}


def test_nothing_is_signed_that_two_computers_did_not_build_alike() -> None:
    assert set(JOBS["sign"]["needs"]) == {"build", "test"}
    compared = [step.get("run", "") for step in JOBS["test"]["steps"]]
    assert any("git diff --no-index" in run and "--exit-code" in run for run in compared)


def test_what_builds_and_publishes_runs_no_tests_of_others() -> None:
    for name in ("build", "sign", "publish"):
        runs = " ".join(step.get("run", "") for step in JOBS[name]["steps"])
        assert "dev.py" not in runs
        assert "requirements.lock" not in runs.replace("release/requirements.lock", "")
    assert not any("checkout" in step.get("uses", "") for step in JOBS["publish"]["steps"])


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_named_by_its_commit(workflow: Path) -> None:
    uses = re.findall(r"uses: (.*)", workflow.read_text(encoding="utf-8"))
    assert [one for one in uses if not re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", one)] == []


def test_no_release_is_built_from_a_cache() -> None:
    assert not re.search(r"cache: |cache-dependencies: \"?true", yaml.safe_dump(RELEASE))


def test_what_is_downloaded_is_held_against_a_hash() -> None:
    script = (ROOT / "release/nsis.ps1").read_text(encoding="utf-8")
    assert re.search(r"^\$sha256 = '[0-9a-f]{64}'$", script, re.MULTILINE)
    assert script.index("Get-FileHash") < script.index("Expand-Archive")
    everything = "".join(file.read_text(encoding="utf-8") for file in [*WORKFLOWS, *(ROOT / "release").glob("*.ps1")])
    assert "choco" not in everything
    assert everything.count("curl") == script.count("curl")


def test_the_password_of_the_certificate_is_on_no_command_line() -> None:
    script = (ROOT / "release/sign.ps1").read_text(encoding="utf-8")
    (signing,) = re.findall(r"signtool\.FullName sign (?:.*`\n)*.*", script)
    assert "PASSWORD" not in signing
    assert "/p " not in signing


def test_the_build_has_a_part_of_the_lock_and_the_same_hashes() -> None:
    pins = {
        name: set(re.findall(r"^([\w.\[\]-]+==\S+)[^\\]*((?:\\\n +--hash=\S+ ?)+)", text, re.MULTILINE))
        for name, text in LOCKS.items()
    }
    assert pins["release/requirements.lock"] <= pins["requirements.lock"]
    building = {pin for pin, _ in pins["release/requirements.lock"]}
    assert len(building) == len(re.findall(r"^\S+==", LOCKS["release/requirements.lock"], re.MULTILINE))
    names = {one.partition("==")[0] for one in building}
    assert {"pyinstaller", "pyside6-essentials", "msal"} <= names
    assert not {"pytest", "hypothesis", "mypy", "playwright"} & names


def test_the_name_of_the_repository_stands_in_one_place() -> None:
    name = project.repository()
    for file in project.TELLING:
        text = (ROOT / file).read_text(encoding="utf-8")
        named = re.findall(r"--repo (\S+)|https://github\.com/([\w-]+/[\w-]+)", text)
        assert {"".join(one) for one in named} <= {name}, file
    assert f"gh attestation verify EMI-Installer-….exe --repo {name}" in (ROOT / "README.md").read_text(
        encoding="utf-8"
    )
    assert f"{project.releases().removesuffix('releases')}security/advisories" in (ROOT / "SECURITY.md").read_text(
        "utf-8"
    )


def test_setting_the_name_sets_it_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in project.TELLING:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes((ROOT / file).read_bytes())
    before = project.repository()
    monkeypatch.setattr(project, "ROOT", tmp_path)
    assert project.main(["acme/emi"]) == 0
    assert project.repository() == "acme/emi"
    assert [file for file in project.TELLING if before in (tmp_path / file).read_text(encoding="utf-8")] == []
    assert (
        tomllib.loads((tmp_path / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"] == "emi-installer"
    )
    assert project.main(["--check", "acme/emi"]) == 0
    assert project.main(["--check", "other/emi"]) == 1
    assert project.main(["no name"]) == 2


PROMISES = re.findall(r"^\| (.+?) \| (tests/.+?) \|$", (ROOT / "SECURITY.md").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("promise", "tests"), PROMISES, ids=[promise[:50] for promise, _ in PROMISES])
def test_each_promise_names_a_test_that_there_is(promise: str, tests: str) -> None:
    for named in tests.split(", "):
        file, _, function = named.partition("::")
        text = (ROOT / file).read_text(encoding="utf-8")
        assert f"def {function}(" in text if function else "def test_" in text or file == "tests/fuzz.py", promise


def test_every_promise_is_in_the_table() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = [row for row in text.partition("## What is promised")[2].splitlines() if row.startswith("| ")][1:]
    assert len(rows) == len(PROMISES) > 10


@pytest.mark.parametrize("file", ["README.md", "docs/packaging.md", "docs/guide.md", "release/setup.nsi"])
def test_no_example_installs_where_everybody_can_write(file: str) -> None:
    """Folders in the root of C: can be changed by every user of the computer."""
    folders = re.findall(r"[A-Z]:\\([\w ]+)", (ROOT / file).read_text(encoding="utf-8"))
    assert set(folders) <= {"Program Files"}
