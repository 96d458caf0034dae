"""What is remembered of client secrets: their key ids, for the app registration that they are on, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from platformdirs import user_config_dir

from emi_installer.local.keys import LARGEST, MOST, KeyFile, KeyMemory


def place() -> Path:
    return Path(user_config_dir("EMI Installer", appauthor=False)) / "keys.json"


@pytest.mark.parametrize("kind", [KeyFile, KeyMemory])
def test_a_key_id_is_known_for_its_tenant_and_app_registration_alone(kind: type[KeyMemory]) -> None:
    memory = kind()
    memory.remember("Tenant", "App", "KEY-1")
    memory.remember("tenant", "app", "key-2")
    assert memory.known("tenant", "APP") == {"key-1", "key-2"}
    assert memory.known("tenant", "other") == memory.known("other", "app") == frozenset()


def test_it_outlives_the_run() -> None:
    KeyFile().remember("t", "a", "k")
    assert KeyFile().known("t", "a") == {"k"}
    assert KeyMemory().known("t", "a") == frozenset()


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1, null, {}]", b"\xff", b"[" * 100_000, b'["t/a/k"' + b" " * LARGEST]
)
def test_a_damaged_file_knows_nothing_and_can_be_written_again(content: bytes) -> None:
    place().parent.mkdir(parents=True)
    place().write_bytes(content)
    memory = KeyFile()
    assert memory.known("t", "a") == frozenset()
    memory.remember("t", "a", "k")
    assert KeyFile().known("t", "a") == {"k"}


def test_the_oldest_are_forgotten() -> None:
    place().parent.mkdir(parents=True)
    place().write_text(json.dumps([f"t/a/{number}" for number in range(MOST)]), encoding="utf-8")
    memory = KeyFile()
    memory.remember("t", "a", "k")
    known = memory.known("t", "a")
    assert len(known) == MOST
    assert "k" in known
    assert "0" not in known


def test_where_it_can_not_be_written_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "mkdir", refuse)
    KeyFile().remember("t", "a", "k")
    assert KeyFile().known("t", "a") == frozenset()
