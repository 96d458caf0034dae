"""A file with a secret is private, whole, and never in the way of another; what is in its way is told in words."""

from __future__ import annotations

import errno
import importlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from emi_installer.core.errors.errors import InstallerError
from emi_installer.local import files
from emi_installer.local.files import (
    check_writable,
    fallback_place,
    only_you_can_read,
    windows_refuses,
    write_private,
    write_public,
)
from emi_installer.wording.errors import explain

if os.name != "posix":
    pytest.skip("the faults below are those of POSIX systems", allow_module_level=True)

files_posix: Any = importlib.import_module("emi_installer.local.files_posix")
SYNC = os.O_RDONLY | os.O_CLOEXEC
SECRET = "s3cret ~ Żółw\n"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def refusal(act: Callable[[], object], code: str = "file-not-writable") -> str:
    with pytest.raises(InstallerError) as refused:
        act()
    assert refused.value.code == code
    said = str(explain(refused.value))
    assert SECRET.strip() not in said + str(refused.value) + refused.value.details
    return said


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder; whatever happens in it, nothing half-made stays there."""
    place = tmp_path / "folder"
    place.mkdir()
    yield place
    assert list(place.glob(".emi-*")) == []


@pytest.fixture(autouse=True, params=["files without a name", "names only"])
def drive(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both kinds of drives; macOS has the second alone."""
    if request.param == "names only":
        monkeypatch.setattr(files_posix, "create_unnamed", lambda _folder: None)


@pytest.fixture
def watch_creation(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[int], None]], None]:
    """Lets the test look at each private file, or put another one in its place, before anything is written to it."""

    def install(look: Callable[[int], None]) -> None:
        for name in ("create_private", "create_unnamed"):
            create = getattr(files_posix, name)

            def created(path: Path, create: Callable[[Path], int | None] = create) -> int | None:
                descriptor = create(path)
                if descriptor is not None:
                    look(descriptor)
                return descriptor

            monkeypatch.setattr(files_posix, name, created)

    return install


@pytest.fixture(params=["write_private", "check_writable"])
def touch(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Both ways to meet an obstacle: writing, and asking beforehand."""

    def act(path: Path, *, overwrite: bool = False) -> None:
        if request.param == "write_private":
            write_private(path, SECRET, overwrite=overwrite)
        else:
            check_writable(path, overwrite=overwrite)

    return act


@pytest.mark.parametrize(
    "name", ["handoff.json", "Übergabe für Żółw.txt", "\N{ROCKET}\N{VARIATION SELECTOR-16}.json", "a b$%&'.txt"]
)
@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_written_is_private_and_whole(folder: Path, name: str, overwrite: bool) -> None:  # noqa: FBT001
    path = folder / name
    check_writable(path, overwrite=overwrite)
    assert list(folder.iterdir()) == []
    write_private(path, SECRET, overwrite=overwrite)
    assert path.read_bytes() == SECRET.encode()
    assert mode(path) == 0o600
    assert path.stat().st_nlink == 1
    assert list(folder.iterdir()) == [path]


def test_a_generous_umask_makes_nothing_public(folder: Path) -> None:
    before = os.umask(0)
    try:
        write_private(folder / "new", SECRET, overwrite=False)
    finally:
        os.umask(before)
    assert mode(folder / "new") == 0o600


def test_it_is_private_before_the_first_byte(
    folder: Path, watch_creation: Callable[[Callable[[int], None]], None]
) -> None:
    modes: list[int] = []
    watch_creation(lambda descriptor: modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode)))
    write_private(folder / "new", SECRET, overwrite=False)
    assert modes == [0o600]


def test_who_can_read_it_is_read_back(folder: Path) -> None:
    """A drive that heeds no modes shows the same one for every file."""
    write_private(folder / "new", SECRET, overwrite=False)
    assert only_you_can_read(folder / "new")
    for mode in (0o640, 0o604, 0o755):
        (folder / "new").chmod(mode)
        assert not only_you_can_read(folder / "new")
    assert not only_you_can_read(folder / "missing")


@pytest.mark.skipif(sys.platform != "linux", reason="files without a name are Linux's")
@pytest.mark.parametrize("overwrite", [False, True])
def test_on_linux_a_secret_has_no_name_before_it_is_whole(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    overwrite: bool,  # noqa: FBT001
) -> None:
    if "names only" in request.node.name:
        return
    seen: list[list[Path]] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        seen.append(list(folder.iterdir()))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    write_private(folder / "new", SECRET, overwrite=overwrite)
    assert seen[0] == []


class TestWindowsHoldsAFile:
    """A virus scanner or the index has it open: ERROR_ACCESS_DENIED or ERROR_SHARING_VIOLATION."""

    @pytest.fixture(params=[5, 32])
    def held(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """How many more times replacing is refused."""
        left = [3]
        replace = Path.replace

        def refuse_first(path: Path, target: Path) -> Path:
            if left[0]:
                left[0] -= 1
                problem = PermissionError(errno.EACCES, "held")
                vars(problem)["winerror"] = request.param
                raise problem
            return replace(path, target)

        monkeypatch.setattr(Path, "replace", refuse_first)
        return left

    @pytest.mark.parametrize("write", ["private", "public"])
    def test_it_is_tried_again(self, write: str, folder: Path, held: list[int]) -> None:
        paused: list[float] = []
        if write == "private":
            write_private(folder / "new", SECRET, overwrite=True, pause=paused.append)
        else:
            write_public(folder / "new", lambda file: file.write(SECRET.encode()), overwrite=True, pause=paused.append)
        assert (folder / "new").read_text(encoding="utf-8") == SECRET
        assert (len(paused), held) == (3, [0])

    def test_for_two_seconds(self, folder: Path, held: list[int]) -> None:
        held[0] = 1000
        paused: list[float] = []
        refusal(lambda: write_private(folder / "new", SECRET, overwrite=True, pause=paused.append))
        assert sum(paused) == pytest.approx(2.0)
        assert list(folder.iterdir()) == []

    def test_another_error_is_told_at_once(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Path, "replace", refuse(errno.EACCES))
        paused: list[float] = []
        refusal(lambda: write_private(folder / "new", SECRET, overwrite=True, pause=paused.append))
        assert paused == []


def test_a_folder_that_windows_protects_is_not_told_to_be_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, touch: Callable[..., None]
) -> None:
    """Controlled folder access answers as if there were no such folder."""
    for name in ("create_private", "create_unnamed"):
        monkeypatch.setattr(files_posix, name, refuse(errno.ENOENT))
    said = refusal(lambda: touch(folder / "handoff.json"))
    assert "protects that folder" in said
    assert "does not exist" not in said


def test_an_existing_file_stays_unless_it_may_be_replaced(folder: Path, touch: Callable[..., None]) -> None:
    path = folder / "handoff.json"
    path.write_text("before")
    path.chmod(0o644)
    assert "exists already" in refusal(lambda: touch(path), "handoff-exists")
    assert path.read_text() == "before"
    write_private(path, SECRET, overwrite=True)
    assert (path.read_text(encoding="utf-8"), mode(path)) == (SECRET, 0o600)


def test_a_link_is_replaced_and_not_followed(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("before")
    link = folder / "link"
    link.symlink_to(target)
    refusal(lambda: write_private(link, SECRET, overwrite=False), "handoff-exists")
    write_private(link, SECRET, overwrite=True)
    assert (target.read_text(), link.is_symlink()) == ("before", False)
    (folder / "dangling").symlink_to(tmp_path / "nowhere")
    refusal(lambda: check_writable(folder / "dangling", overwrite=False), "handoff-exists")
    check_writable(folder / "dangling", overwrite=True)
    write_private(folder / "dangling", SECRET, overwrite=True)
    assert (folder / "dangling").is_file()
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("hard_links", [True, False])
def test_a_file_that_appears_meanwhile_stays(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    hard_links: bool,  # noqa: FBT001
) -> None:
    path = folder / "handoff.json"
    if not hard_links:
        monkeypatch.setattr(Path, "hardlink_to", refuse(errno.EPERM))
    write = files._write

    def slowly(descriptor: int, data: bytes, **more: Any) -> None:
        write(descriptor, data, **more)
        path.write_text("somebody else's")

    monkeypatch.setattr(files, "_write", slowly)
    refusal(lambda: write_private(path, SECRET, overwrite=False), "handoff-exists")
    assert path.read_text() == "somebody else's"
    assert list(folder.iterdir()) == [path]


def refuse(code: int) -> Callable[..., NoReturn]:
    def act(*_: object, **__: object) -> NoReturn:
        raise OSError(code, os.strerror(code))

    return act


class TestDriveWithoutHardLinks:
    @pytest.fixture(autouse=True, params=[errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK])
    def _usb_stick(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Path, "hardlink_to", refuse(request.param))

    def test_files_are_written_as_well(self, folder: Path) -> None:
        write_private(folder / "new", SECRET, overwrite=False)
        assert ((folder / "new").read_text(encoding="utf-8"), mode(folder / "new")) == (SECRET, 0o600)
        assert len(list(folder.iterdir())) == 1

    def test_a_name_that_was_taken_for_nothing_is_given_back(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Path, "replace", refuse(errno.EIO))
        refusal(lambda: write_private(folder / "new", SECRET, overwrite=False))
        assert list(folder.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full to stand in for a full disk")
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_full_disk(
    folder: Path,
    watch_creation: Callable[[Callable[[int], None]], None],
    touch: Callable[..., None],
    overwrite: bool,  # noqa: FBT001
) -> None:
    def full(descriptor: int) -> None:
        device = os.open("/dev/full", os.O_WRONLY)
        os.dup2(device, descriptor)
        os.close(device)

    watch_creation(full)
    path = folder / "handoff.json"
    if overwrite:
        path.write_text("before")
    assert "The disk is full." in refusal(lambda: touch(path, overwrite=overwrite))
    assert [one.read_text() for one in folder.iterdir()] == ["before"] * overwrite


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOSPC, "The disk is full."),
        (errno.EDQUOT, "Your disk quota is used up."),
        (errno.EIO, "The drive does not work properly."),
        (errno.ESTALE, "The drive or network share is not there any more."),
        (errno.EHOSTDOWN, "The drive or network share is not there any more."),
        (errno.ENOEXEC, "Exec format error."),
    ],
)
def test_what_only_shows_when_the_disk_is_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, touch: Callable[..., None], code: int, reason: str
) -> None:
    monkeypatch.setattr(os, "fsync", refuse(code))
    assert reason in refusal(lambda: touch(folder / "handoff.json"))
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.EACCES, "You are not allowed to write there."),
        (errno.EPERM, "You are not allowed to write there."),
        (errno.EROFS, "The drive is read-only."),
        (errno.ENXIO, "The drive or network share is not there any more."),
    ],
)
def test_a_folder_that_takes_no_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch, touch: Callable[..., None], code: int, reason: str
) -> None:
    monkeypatch.setattr(os, "open", refuse(code))
    said = refusal(lambda: touch(folder / "handoff.json"))
    assert reason in said
    assert "Choose another place" in said


def test_what_can_not_be_a_file(folder: Path, touch: Callable[..., None]) -> None:
    (folder / "file").touch()
    (folder / "round").symlink_to(folder / "round")
    make_pipe: Any = vars(os)["mkfifo"]  # not a device of this machine: a broken check would replace it
    make_pipe(folder / "pipe")
    for name, reason in {
        ".": "It is a folder.",
        "missing/handoff.json": "Its folder does not exist.",
        "file/handoff.json": "A part of its path is a file, not a folder.",
        "round/handoff.json": "Its path leads in circles.",
        "n" * 300: "The name is too long.",
        "a\x00b": "The name has characters that are not possible there.",
        "pipe": "It is a device, not a file.",
    }.items():
        assert reason in refusal(lambda name=name: touch(folder / name, overwrite=True))  # type: ignore[misc]
    assert len(list(folder.iterdir())) == 3


def test_names_up_to_the_longest(folder: Path, monkeypatch: pytest.MonkeyPatch, touch: Callable[..., None]) -> None:
    touch(folder / ("n" * 255))
    monkeypatch.setattr(Path, "lstat", refuse(errno.ENOENT))  # what Windows says of longer ones
    assert "The name is too long." in refusal(lambda: touch(folder / ("n" * 256)))


def test_what_is_tried_is_as_long_as_the_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Path] = []
    create = files_posix.create_private

    def watched(path: Path) -> int:
        tried.append(path)
        descriptor: int = create(path)
        return descriptor

    monkeypatch.setattr(files_posix, "create_private", watched)
    check_writable(folder / ("n" * 200), overwrite=False)
    assert [len(path.name) for path in tried] == [200]


def test_a_read_only_file_is_not_replaced(
    folder: Path, monkeypatch: pytest.MonkeyPatch, touch: Callable[..., None]
) -> None:
    (folder / "file").touch(0o400)
    monkeypatch.setattr(os, "access", lambda _, mode: not mode & os.W_OK)  # the superuser may write everything
    assert "not allowed" in refusal(lambda: touch(folder / "file", overwrite=True))


def test_an_interruption_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_descriptor: int) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_private(folder / "handoff.json", SECRET, overwrite=False)
    assert list(folder.iterdir()) == []


def test_a_folder_that_can_not_be_synced_does_no_harm(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open
    monkeypatch.setattr(
        os,
        "open",
        lambda path, flags, *more: refuse(errno.EACCES)() if flags == SYNC else opened(path, flags, *more),
    )
    write_private(folder / "handoff.json", SECRET, overwrite=False)
    assert (folder / "handoff.json").read_text(encoding="utf-8") == SECRET


@pytest.mark.parametrize(
    ("winerror", "code", "reason"),
    [
        (3, errno.ENOENT, "Its folder does not exist"),
        (19, errno.EACCES, "The drive is read-only"),
        (39, errno.EINVAL, "The disk is full"),
        (53, errno.ENOENT, "The drive or network share is not there any more"),
        (59, errno.EINVAL, "The drive or network share is not there any more"),
        (123, errno.EINVAL, "The name has characters that are not possible there"),
        (1117, errno.EINVAL, "The drive does not work properly"),
        (1295, errno.EINVAL, "Your disk quota is used up"),
    ],
)
def test_the_error_of_windows_counts_before_what_python_makes_of_it(winerror: int, code: int, reason: str) -> None:
    problem = OSError(code, "localized text")
    vars(problem)["winerror"] = winerror
    assert files._reason(problem, Path("/nowhere/handoff.json")) == reason


@pytest.mark.parametrize(
    "name", ["CON", "nul.txt", "Com1.json", "lpt9", "a.txt.", "a ", "a:b.txt", "a?.txt", "a\tb", "aux .txt", "COM¹.txt"]
)
def test_names_that_windows_takes_for_something_else(name: str) -> None:
    assert windows_refuses(name)


@pytest.mark.parametrize("name", ["handoff.json", "CONTRACT.txt", "com.json", "COM10.txt", ".txt", "a con.txt"])
def test_names_that_windows_takes(name: str) -> None:
    assert not windows_refuses(name)


class TestFallbackPlace:
    @pytest.fixture(autouse=True)
    def working(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(folder)
        return folder

    def test_it_is_a_free_name_in_the_working_directory(self, working: Path) -> None:
        lost = Path("/nowhere/teams.json")
        assert fallback_place(lost) == working / "emi-installer-handoff.json"
        (working / "emi-installer-handoff.json").touch()
        assert fallback_place(lost) == working / "emi-installer-handoff-2.json"
        assert fallback_place(Path("teams.txt")) == working / "emi-installer-handoff.txt"

    def test_it_goes_on_to_the_home_and_ends_there(self, working: Path) -> None:
        first = fallback_place(Path("/nowhere/teams.json"))
        second = fallback_place(first)
        assert (first.parent, second.parent) == (working, Path.home())
        assert fallback_place(second) == second

    def test_a_working_directory_that_takes_no_files_is_passed_over(
        self, working: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        create = files_posix.create_private
        monkeypatch.setattr(
            files_posix,
            "create_private",
            lambda path: refuse(errno.EROFS)() if path.parent == working else create(path),
        )
        assert fallback_place(Path("a.txt")).parent == Path.home()

    def test_without_any_place_the_answer_is_the_question(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files_posix, "create_private", refuse(errno.EROFS))
        assert fallback_place(Path("a.txt")) == Path("a.txt")

    def test_a_deleted_working_directory_is_passed_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "getcwd", refuse(errno.ENOENT))
        assert fallback_place(Path("/nowhere/a.txt")).parent == Path.home()
        assert fallback_place(Path("emi-installer-handoff.txt")).parent == Path.home()
