"""What a file is, by its bytes: by puremagic's signatures, and by what containers hold. Its name says nothing (G4)."""

from __future__ import annotations

import io
import zipfile

import puremagic

from daras.ledger.refusal import Refused

#: What may be attached, by the endings under which the signatures are known: what it is served as, and its ending.
KINDS = {
    ".pdf": ("application/pdf", "pdf"),
    ".jpg": ("image/jpeg", "jpg"),
    ".png": ("image/png", "png"),
    ".gif": ("image/gif", "gif"),
    ".tiff": ("image/tiff", "tiff"),
    ".heif": ("image/heif", "heic"),
    ".heic": ("image/heif", "heic"),
    ".webp": ("image/webp", "webp"),
    ".mp4": ("video/mp4", "mp4"),
    ".m4a": ("audio/mp4", "m4a"),
    ".mov": ("video/quicktime", "mov"),
    ".mp3": ("audio/mpeg", "mp3"),
    ".wav": ("audio/wav", "wav"),
    ".rtf": ("application/rtf", "rtf"),
    ".eml": ("message/rfc822", "eml"),
}
#: Documents that are zip files: what they must hold.
OFFICE = {
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "ppt/presentation.xml": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
}
OPEN_DOCUMENTS = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
#: By what it is served as: how its name ends.
ENDINGS = {
    **dict([*KINDS.values(), *OFFICE.values()]),
    **{kind.decode(): ending for kind, ending in OPEN_DOCUMENTS.items()},
    "text/plain": "txt",
}
#: What a program holds that runs inside a document.
MACROS = ("vbaproject.bin", "basic/script-lb.xml", "activex/")
MOST_ENTRIES = 5_000
_REMEDY = "Attach a PDF, a picture, a recording, or an Office document without macros."


def kind_of(content: bytes) -> tuple[str, str]:
    """The media type under which it is kept, and its ending. Raises `Refused` for what may not be attached."""
    if not content:
        raise Refused("empty-file", "/file", "The file is empty.", "Attach it again.")
    if content.startswith(b"PK\x03\x04"):
        return _of_container(content)
    endings = _endings(content)
    for ending in endings:
        if ending in KINDS:
            return KINDS[ending]
    if not endings and _is_text(content):
        return "text/plain", "txt"
    raise _not_allowed()


def _endings(content: bytes) -> list[str]:
    """The endings of the signatures that fit, the likeliest first, of those that are as likely as the first."""
    try:
        found = puremagic.magic_string(content)
    except puremagic.PureError:
        return []
    best = max((each.confidence for each in found), default=0.0)
    return [each.extension.lower() for each in found if each.confidence >= best - 0.2]


def _of_container(content: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            names = [name.lower() for name in held.namelist()]
            if len(names) > MOST_ENTRIES or any(word in name for name in names for word in MACROS):
                raise _not_allowed()
            if "mimetype" in names and held.getinfo("mimetype").file_size < 100:
                said = held.read("mimetype").strip()
                if said in OPEN_DOCUMENTS:
                    return said.decode(), OPEN_DOCUMENTS[said]
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError) as error:
        raise _not_allowed() from error
    for holds, kind in OFFICE.items():
        if holds in names and "[content_types].xml" in names:
            return kind
    raise _not_allowed()


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    plain = all(letter.isprintable() or letter in "\n\r\t\ufeff" for letter in text)
    return plain and not text.lstrip("\ufeff \r\n\t").startswith(("<", "#!"))


def _not_allowed() -> Refused:
    return Refused("not-a-kind-of-file", "/file", "That kind of file cannot be attached.", _REMEDY)
