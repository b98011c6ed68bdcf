"""Writes files so that a crash at any moment leaves the old content or the new, never half of either."""

import os
import shutil
import stat
import tempfile
from pathlib import Path

from kith.connector.errors import BadSource, Rejected, RevisionMismatch, Unreachable
from kith_connectors.vcf.files import Mark, mark_of


def writable_path(path: Path, root: Path) -> Path:
    """The real file behind a path. Raises Rejected where a link leads out of the account's folder."""
    real, home = path.resolve(), root.resolve()
    if real != home and home not in real.parents:
        raise Rejected(
            f"{path} is a link to {real}, outside {root}",
            "kith writes only inside the folder of the account: put the file itself there",
        )
    return real


def replace_file(path: Path, data: bytes, expected: Mark) -> Mark:
    """Put `data` in place of a file that still has the expected mark; its rights and owner are kept.

    Raises RevisionMismatch where it was changed or removed meanwhile, BadSource where the disk does not take it.
    """
    temporary = None
    try:
        before = path.stat()
        temporary = _beside(path, data)
        _keep_rights(temporary, before)
        if mark_of(path.stat()) != expected:
            raise RevisionMismatch(f"{path} was changed by another program just now")
        temporary.replace(path)
        _sync_folder(path.parent)
        return mark_of(path.stat())
    except FileNotFoundError as error:
        raise RevisionMismatch(f"{path} is not there any more") from error
    except OSError as error:
        raise not_written(path, error) from error
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def new_file(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet. Raises RevisionMismatch where it does, BadSource as above."""
    temporary = None
    try:
        temporary = _beside(path, data)
        temporary.chmod(stat.S_IMODE(path.parent.stat().st_mode) & 0o666)
        _claim(temporary, path)
        _sync_folder(path.parent)
    except FileExistsError as error:
        raise RevisionMismatch(f"{path} exists already") from error
    except OSError as error:
        raise not_written(path, error) from error
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def remove_file(path: Path, expected: Mark) -> None:
    """Remove a file that still has the expected mark."""
    try:
        if mark_of(path.stat()) != expected:
            raise RevisionMismatch(f"{path} was changed by another program just now")
        path.unlink()
        _sync_folder(path.parent)
    except FileNotFoundError as error:
        raise RevisionMismatch(f"{path} is not there any more") from error
    except OSError as error:
        raise not_written(path, error) from error


def not_written(path: Path, error: OSError) -> BadSource:
    """Nothing is in doubt: the file has its name or its old content until the new one is whole."""
    return BadSource(
        f"{path} could not be written ({error.strerror or error}); it is as it was",
        "check free space and the rights of the folder",
    )


def _beside(path: Path, data: bytes) -> Path:
    """A hidden temporary file in the same folder, with the data on the disk."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:64]}.", suffix=".tmp", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _keep_rights(temporary: Path, before: os.stat_result) -> None:
    temporary.chmod(stat.S_IMODE(before.st_mode))
    now = temporary.stat()
    if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        try:
            shutil.chown(temporary, before.st_uid, before.st_gid)
        except PermissionError:  # only root may give files away; the mode is kept all the same
            return


def _claim(temporary: Path, path: Path) -> None:
    """Give the file its name, atomically and only where it is free; by O_EXCL where the disk knows no hard links."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:
        with path.open("xb"):
            temporary.replace(path)


def _sync_folder(folder: Path) -> None:
    """Raises Unreachable: the file is written, and whether that outlives a power cut is not known."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise Unreachable(f"{folder} could not be written to the disk ({error.strerror or error})") from error
