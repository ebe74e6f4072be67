"""Photos and files, kept under the name of their own content. The only file that knows Pillow."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import warnings
from datetime import datetime
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

_NAME = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{2,4}")
_PART = re.compile(r"\.[0-9a-f]{16}\.part")
_FORMATS = ("JPEG", "PNG", "WEBP")
"""What phones and messengers send; every further decoder would be one more door."""
_QUALITY = 85


class NotAPhoto(Exception):
    """These bytes are not kept. ``reason`` is a key of the catalogue of texts (``media.damaged``)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def store_photo(folder: Path, raw: Path, limit_bytes: int, limit_pixels: int) -> str:
    """Keep a photo and return its name in ``folder``: the sha256 of what is kept, with ``.jpg`` or ``.png``.

    The pixels are encoded anew, turned upright, so that nothing else of the file remains (place, time, phone,
    comments, anything appended). PNG only where something shows through. ``raw`` stays. Raises NotAPhoto, for
    what is too large before it is decoded, and OSError where the disk refuses.
    """
    if raw.stat().st_size > limit_bytes:
        raise NotAPhoto("media.too_large")
    # Pillow warns of odd headers, which do not matter here. At worst this silences another thread's warning.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        photo = _decoded(raw, limit_pixels)
    encoded = BytesIO()
    if photo.mode == "RGBA":
        photo.save(encoded, "PNG")
        return store(folder, encoded.getvalue(), "png")
    photo.save(encoded, "JPEG", quality=_QUALITY)
    return store(folder, encoded.getvalue(), "jpg")


def store(folder: Path, content: bytes, extension: str) -> str:
    """Keep bytes as they are and return their name. A crash leaves the whole file or none."""
    name = f"{hashlib.sha256(content).hexdigest()}.{extension}"
    target = locate(folder, name)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    part = folder / f".{secrets.token_hex(8)}.part"
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # Even where the name is there already: its age begins anew, or a sweep could take what is just kept.
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync(folder)
    return name


def locate(folder: Path, name: str) -> Path:
    """Where a kept file lies, whether or not it is there; raises ValueError for what is no name of ours."""
    if not _NAME.fullmatch(name):
        raise ValueError("not a name in the media folder")
    return folder / name


def remove(folder: Path, name: str) -> None:
    """Forget a kept file; one that is gone is no error. Raises ValueError for what is no name of ours."""
    locate(folder, name).unlink(missing_ok=True)


def sweep(folder: Path, keep: set[str], before: datetime | None = None) -> int:
    """Forget every kept file that is not in ``keep``, and what crashes left half written; return how many.

    Only what was stored before the moment ``before``, if given: a photo is there sooner than its row.
    Files that are not ours stay.
    """
    if not folder.is_dir():
        return 0
    removed = 0
    for file in folder.iterdir():
        ours = _PART.fullmatch(file.name) or (_NAME.fullmatch(file.name) and file.name not in keep)
        if not ours or (before and file.lstat().st_mtime >= before.timestamp()):
            continue
        file.unlink(missing_ok=True)
        removed += 1
    return removed


def _decoded(raw: Path, limit_pixels: int) -> Image.Image:
    """The upright pixels, RGB or RGBA, and nothing else."""
    try:
        with Image.open(raw, formats=_FORMATS) as photo:
            return _bare(photo, limit_pixels)
    except NotAPhoto:
        raise
    except Image.DecompressionBombError as fault:
        raise NotAPhoto("media.too_many_pixels") from fault
    except UnidentifiedImageError as fault:
        raise NotAPhoto("media.no_photo") from fault
    except Exception as fault:
        # Decoders meet hostile bytes here and raise whatever they like.
        raise NotAPhoto("media.damaged") from fault


def _bare(photo: Image.Image, limit_pixels: int) -> Image.Image:
    if photo.width * photo.height > limit_pixels:
        raise NotAPhoto("media.too_many_pixels")
    photo.load()
    upright = _upright(photo)
    if upright.mode.startswith("I;16"):
        # Pillow would clip all but the darkest of 65536 greys to white.
        upright = upright.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    bare = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    if bare.mode == "RGBA" and bare.getchannel("A").getextrema()[0] == 255:
        bare = bare.convert("RGB")
    # Encoders copy comments and colour profiles from here.
    bare.info = {}
    return bare


def _upright(photo: Image.Image) -> Image.Image:
    """Turned as the camera was held; as it is where its metadata cannot be read."""
    try:
        return ImageOps.exif_transpose(photo)
    except Exception:
        return photo


def _sync(folder: Path) -> None:
    """Make a rename last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
