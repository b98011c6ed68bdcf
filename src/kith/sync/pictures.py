"""Shrinks a picture where a target demands it, and only there: the best one stays in the store."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import replace

from kith.model.capabilities import Capabilities
from kith.model.contact import Contact, Photo

QUALITIES = (90, 80, 70, 55, 40)
EDGES = (1024, 720, 480, 320, 200, 96)
MOST_PIXELS = 64_000_000
"""A larger picture is not decoded: it may be a bomb."""


def fitted(
    contact: Contact, media: Mapping[str, bytes], abilities: Capabilities
) -> tuple[Contact, dict[str, bytes]]:
    """The contact with a picture that the target takes, and the bytes to send. A picture that cannot be made to fit
    is left out; what is agreed about it stays."""
    photo = contact.photo
    if photo is None or not photo.sha256:
        return contact, dict(media)
    data = media.get(photo.sha256)
    if data is None:
        return replace(contact, photo=None), {}
    if _fits(photo, abilities):
        return contact, dict(media)
    smaller = _shrunk(data, abilities)
    if smaller is None:
        return replace(contact, photo=None), {}
    sha256 = hashlib.sha256(smaller).hexdigest()
    made = Photo(sha256, len(smaller), "image/jpeg", params=photo.params)
    return replace(contact, photo=made), {sha256: smaller}


def _fits(photo: Photo, abilities: Capabilities) -> bool:
    if abilities.photo_bytes and photo.size > abilities.photo_bytes:
        return False
    if abilities.photo_pixels and max(photo.width, photo.height) > abilities.photo_pixels:
        return False
    return not abilities.photo_types or photo.media_type in abilities.photo_types


def _shrunk(data: bytes, abilities: Capabilities) -> bytes | None:
    """A JPEG within the limits, None where it cannot be made (no Pillow, no picture, too many pixels)."""
    try:
        from PIL import Image, ImageOps
    except ImportError:
        return None
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return None
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    most = abilities.photo_pixels or max(upright.size)
    for edge in (most, *(edge for edge in EDGES if edge < most)):
        smaller = upright.copy()
        smaller.thumbnail((edge, edge))
        for quality in QUALITIES:
            out = io.BytesIO()
            smaller.save(out, "JPEG", quality=quality, optimize=True)
            if not abilities.photo_bytes or out.tell() <= abilities.photo_bytes:
                return out.getvalue()
    return None
