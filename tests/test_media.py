"""Photos are kept without what they would tell of the person who took them."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from bot.media import NotAPhoto, locate, remove, store, store_photo, sweep
from bot.texts import load_texts

LIMIT_BYTES = 2_000_000
LIMIT_PIXELS = 1_000_000
RED, BLUE = (220, 20, 20), (20, 20, 220)
ALL_RIGHTS = 0o777


def keep(folder: Path, content: bytes) -> str:
    raw = folder.parent / "raw"
    raw.write_bytes(content)
    return store_photo(folder, raw, LIMIT_BYTES, LIMIT_PIXELS)


def refused(folder: Path, content: bytes) -> str:
    with pytest.raises(NotAPhoto) as caught:
        keep(folder, content)
    assert not folder.exists()
    assert caught.value.reason in load_texts()
    return caught.value.reason


def encoded(photo: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    photo.save(out, kind, **options)
    return out.getvalue()


def left_red_right_blue(width: int = 64, height: int = 32) -> Image.Image:
    photo = Image.new("RGB", (width, height), BLUE)
    photo.paste(RED, (0, 0, width // 2, height))
    return photo


def telling_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "SECRETPHONE"
    exif[0x9003] = "2026:06:01 08:00:00"
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 3.0)
    return exif


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


def test_a_photo_is_named_after_what_is_kept_and_only_the_bot_may_read_it(folder: Path) -> None:
    name = keep(folder, encoded(left_red_right_blue(), "JPEG"))
    kept = locate(folder, name)
    assert name == hashlib.sha256(kept.read_bytes()).hexdigest() + ".jpg"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [file.name for file in folder.iterdir()] == [name]


def test_a_folder_that_others_could_read_is_closed(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(ALL_RIGHTS)
    keep(folder, encoded(left_red_right_blue(), "JPEG"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_same_photo_twice_is_one_file(folder: Path) -> None:
    photo = encoded(left_red_right_blue(), "JPEG")
    assert keep(folder, photo) == keep(folder, photo)
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_time_phone_comments_and_appended_bytes_are_gone(folder: Path, kind: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "SECRETPNG")
    options: dict[str, dict[str, object]] = {
        "JPEG": {"comment": b"SECRETCOMMENT", "xmp": b"SECRETXMP", "dpi": (123, 123)},
        "PNG": {"pnginfo": text, "dpi": (123, 123)},
        "WEBP": {"xmp": b"SECRETXMP"},
    }
    photo = encoded(left_red_right_blue(), kind, exif=telling_exif(), icc_profile=profile, **options[kind])
    assert b"SECRETPHONE" in photo
    kept = locate(folder, keep(folder, photo + b"SECRETTAIL")).read_bytes()
    for trace in (b"SECRET", b"Exif", b"2026:06:01", b"ICC", b"sRGB", b"xmp", b"eXIf", b"pHYs", b"tEXt"):
        assert trace not in kept
    with Image.open(BytesIO(kept)) as shown:
        assert dict(shown.getexif()) == {}
        assert shown.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photo_taken_sideways_is_kept_upright(folder: Path) -> None:
    name = keep(folder, encoded(left_red_right_blue(), "JPEG", exif=telling_exif(orientation=6), quality=95))
    with Image.open(locate(folder, name)) as shown:
        assert shown.size == (32, 64)
        top, bottom = shown.getpixel((16, 8)), shown.getpixel((16, 56))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 150 > bottom[0]
    assert bottom[2] > 150 > top[2]


def test_a_photo_whose_metadata_is_broken_is_kept_all_the_same(folder: Path) -> None:
    broken = b"Exif\0\0MM\0*\0\0\0\x08" + b"\xff\xf0" * 40
    name = keep(folder, encoded(left_red_right_blue(), "JPEG", exif=broken))
    with Image.open(locate(folder, name)) as shown:
        assert shown.size == (64, 32)


def test_what_shows_through_stays_png_and_everything_else_becomes_jpeg(folder: Path) -> None:
    clear = Image.new("RGBA", (20, 20), (10, 200, 10, 128))
    assert keep(folder, encoded(clear, "PNG")).endswith(".png")
    assert keep(folder, encoded(clear, "WEBP")).endswith(".png")
    palette = left_red_right_blue().convert("P")
    seen = palette.getpixel((0, 0))
    assert keep(folder, encoded(palette, "PNG", transparency=seen)).endswith(".png")
    assert keep(folder, encoded(palette, "PNG")).endswith(".jpg")
    opaque = Image.new("RGBA", (20, 20), (10, 200, 10, 255))
    assert keep(folder, encoded(opaque, "PNG")).endswith(".jpg")
    assert keep(folder, encoded(opaque.convert("LA"), "PNG")).endswith(".jpg")


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK"])
def test_unusual_colours_are_kept(folder: Path, mode: str) -> None:
    photo = left_red_right_blue().convert(mode)
    name = keep(folder, encoded(photo, "JPEG" if mode == "CMYK" else "PNG"))
    with Image.open(locate(folder, name)) as shown:
        assert (shown.mode, shown.size) == ("RGB", (64, 32))


def test_sixteen_bit_greys_stay_grey(folder: Path) -> None:
    name = keep(folder, encoded(Image.new("I;16", (16, 16), 128 * 256), "PNG"))
    with Image.open(locate(folder, name)) as shown:
        assert shown.getpixel((8, 8)) == (128, 128, 128)


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [1001, 12_000, 60_000])
def test_a_picture_that_would_swell_is_refused_before_it_is_decoded(folder: Path, side: int) -> None:
    assert refused(folder, png_that_claims(side, side)) == "media.too_many_pixels"


def test_a_file_that_is_too_large_is_not_even_opened(folder: Path) -> None:
    assert refused(folder, bytes(LIMIT_BYTES + 1)) == "media.too_large"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        encoded(left_red_right_blue(), "GIF"),
        encoded(left_red_right_blue(), "TIFF"),
    ],
    ids=["empty", "text", "pdf", "svg", "gif", "tiff"],
)
def test_what_is_no_photo_is_refused(folder: Path, content: bytes) -> None:
    assert refused(folder, content) == "media.no_photo"


def test_half_a_photo_is_refused(folder: Path) -> None:
    photo = encoded(Image.effect_noise((200, 200), 80).convert("RGB"), "JPEG")
    assert refused(folder, photo[: len(photo) // 2]) == "media.damaged"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP"]),
    places=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=12),
)
def test_whatever_bytes_are_hurt_it_is_kept_whole_or_refused(
    folder: Path, kind: str, places: list[tuple[float, int]]
) -> None:
    photo = bytearray(encoded(left_red_right_blue(), kind, exif=telling_exif(3)))
    for place, value in places:
        photo[int(place * len(photo))] = value
    try:
        name = keep(folder, bytes(photo))
    except NotAPhoto as refusal:
        assert refusal.reason in load_texts()
        return
    with Image.open(locate(folder, name)) as shown:
        shown.load()
        assert dict(shown.getexif()) == {}


# The folder


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../bot.db",
        "/etc/passwd",
        "a" * 64,
        "a" * 64 + ".jpg/../../x",
        "A" * 64 + ".jpg",
        "a" * 64 + ".jpg\n",
        "a" * 64 + ".jpg\0",
        ".0123456789abcdef.part",
    ],
)
@pytest.mark.parametrize("act", [locate, remove])
def test_a_name_never_leads_out_of_the_folder(
    folder: Path, name: str, act: Callable[[Path, str], object]
) -> None:
    with pytest.raises(ValueError, match="not a name"):
        act(folder, name)


@pytest.mark.parametrize("extension", ["", "../x", "JPG", "j/p"])
def test_nor_does_an_extension(folder: Path, extension: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        store(folder, b"x", extension)


def test_a_removed_file_is_gone_and_removing_it_again_is_no_error(folder: Path) -> None:
    name = store(folder, b"a workbook", "xlsx")
    assert locate(folder, name).read_bytes() == b"a workbook"
    remove(folder, name)
    remove(folder, name)
    assert list(folder.iterdir()) == []


def test_a_sweep_leaves_what_is_still_named_and_what_is_not_ours(folder: Path) -> None:
    kept, lost = store(folder, b"kept", "jpg"), store(folder, b"lost", "jpg")
    (folder / ".0123456789abcdef.part").write_bytes(b"half")
    (folder / "README").write_text("not ours")
    assert sweep(folder, {kept}) == 2
    assert {file.name for file in folder.iterdir()} == {kept, "README"}
    assert lost not in {file.name for file in folder.iterdir()}


def test_a_sweep_spares_what_was_stored_just_now(folder: Path) -> None:
    old, new, again = (store(folder, content, "jpg") for content in (b"old", b"new", b"again"))
    yesterday = datetime.now(UTC) - timedelta(days=1)
    for name in (old, again):
        os.utime(locate(folder, name), (yesterday.timestamp(), yesterday.timestamp()))
    store(folder, b"again", "jpg")
    assert sweep(folder, set(), before=yesterday + timedelta(hours=1)) == 1
    assert {file.name for file in folder.iterdir()} == {new, again}


def test_a_sweep_of_a_folder_that_is_not_there_is_no_error(folder: Path) -> None:
    assert sweep(folder, set()) == 0


def test_where_the_disk_refuses_nothing_half_is_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store(folder, b"x", "jpg")
    assert list(folder.iterdir()) == []
