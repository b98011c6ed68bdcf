"""A picture as a property: inline in the spelling of each version, or its remote address."""

import binascii
from collections.abc import Mapping

from kith.model.contact import Params, Photo
from kith.vcard.text import clean

Row = tuple[str, str, tuple[str, ...], int, Params]
"""The fields of `kith.vcard.blocks.Property`."""


def photo_property(photo: Photo, media: Mapping[str, bytes], version: str) -> Row | None:
    """None where the picture's bytes are not at hand."""
    if not photo.sha256:
        return _remote(photo, version) if photo.uri else None
    data = media.get(photo.sha256)
    if data is None:
        return None
    text = binascii.b2a_base64(data, newline=False).decode()
    if version == "4.0":
        return "PHOTO", f"data:{photo.media_type or 'image/jpeg'};base64,{text}", (), 0, photo.params
    encoding = ("ENCODING", "b" if version == "3.0" else "BASE64")
    return (
        "PHOTO",
        text,
        (_short(photo.media_type),) if photo.media_type else (),
        0,
        (encoding, *photo.params),
    )


def _short(media_type: str) -> str:
    """image/jpeg as JPEG, as vCard 2.1 and 3.0 have it."""
    return media_type.removeprefix("image/").upper()


def _remote(photo: Photo, version: str) -> Row:
    uri = clean(photo.uri).replace("\n", "")
    if version == "4.0":
        told: Params = (("MEDIATYPE", photo.media_type),) if photo.media_type else ()
        return "PHOTO", uri, (), 0, (*told, *photo.params)
    types = (_short(photo.media_type),) if photo.media_type else ()
    return "PHOTO", uri, types, 0, (("VALUE", "uri"), *photo.params)
