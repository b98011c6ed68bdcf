"""PHOTO: inline in three spellings, or a remote address that is kept and never fetched."""

from kith.model.contact import Photo
from kith.vcard import pictures
from kith.vcard.raw import Line
from kith.vcard.reading import Reading, read_params
from kith.vcard.text import uri

_OWN = frozenset({"MEDIATYPE"})


def read_photo(reading: Reading, line: Line, index: int) -> None:
    """The first usable picture of a card; others, and damaged ones, stay on the card as they are."""
    attributes = read_params(line.params, reading.version)
    declared = next((value for name, value in attributes.rest if name == "MEDIATYPE"), "")
    rest = tuple(pair for pair in attributes.rest if pair[0] not in _OWN)
    if attributes.pref:
        rest = (("PREF", str(attributes.pref)), *rest)
    value = line.value.strip()
    if value[:5].lower() == "data:" or value[:6].lower() == "data\\:":
        declared, data = pictures.from_data_uri(uri(value))
    elif attributes.encoding in ("B", "BASE64") or attributes.value in ("binary", "inline"):
        declared = declared or next(iter(attributes.types), "")
        data = pictures.from_base64(value)
    elif ":" in value or attributes.value in ("uri", "url"):
        told = pictures.media_type(declared or next(iter(attributes.types), ""), b"")
        reading.once("photo", Photo(uri=uri(value), media_type=told, params=rest), index)
        return
    else:
        declared, data = declared or next(iter(attributes.types), ""), pictures.from_base64(value)
    photo = _photo(reading, line, declared, data)
    if photo is None:
        reading.claim("photo", None, index)  # a line that the next picture may replace
        return
    if "photo" not in reading.single:
        reading.media[photo.sha256] = data or b""
    kept = Photo(photo.sha256, photo.size, photo.media_type, photo.width, photo.height, params=rest)
    reading.once("photo", kept, index)


def _photo(reading: Reading, line: Line, declared: str, data: bytes | None) -> Photo | None:
    if not data:
        reading.problems.append(
            ("photo", line.number, "the picture is damaged; it stays on this card and is not used")
        )
        return None
    _, width, height = pictures.look(data)
    if width * height > pictures.MAX_PIXELS:
        text = f"the picture claims {width} x {height} pixels; it stays on this card and is not used"
        reading.problems.append(("photo", line.number, text))
        return None
    return Photo(pictures.digest(data), len(data), pictures.media_type(declared, data), width, height)
