"""A file is what its bytes say, and only some kinds may be attached (G4)."""

from __future__ import annotations

import io
import zipfile

import pytest

from daras.attachments.sniffing import kind_of
from daras.ledger.refusal import Refused

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def zipped(*names: str) -> bytes:
    """A zip file with these names in it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (PNG, "png"),
        (PDF, "pdf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\0" * 20, "jpg"),
        (b"\0\0\0\x20ftypisom" + b"\0" * 20, "mp4"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 20, "heic"),
        (b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 20, "wav"),
        ("What the mother said, in her words: “he is not home”.\n".encode(), "txt"),
        (zipped("[Content_Types].xml", "word/document.xml"), "docx"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
    ],
)
def test_what_may_be_attached_is_known_by_its_bytes(content: bytes, ending: str) -> None:
    """G4: given documents, pictures and recordings, then each is known by its bytes alone."""
    assert kind_of(content)[1] == ending


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\0" + b"\0" * 64,
        b"\x7fELF" + b"\0" * 64,
        b"<html><script>alert(1)</script>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        b"#!/bin/sh\nrm -rf /\n",
        zipped("a.txt"),
        zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        b"PK\x03\x04 and no more",
        b"\0\1\2\3\4\5\6\7" * 20,
    ],
)
def test_what_may_not_be_attached_is_refused_by_name(content: bytes) -> None:
    """G4: given a program, a page, a picture that runs, a script, a bare archive, a document with macros, or nothing,
    then it is refused whatever it is called."""
    with pytest.raises(Refused) as refused:
        kind_of(content)
    assert refused.value.pointer == "/file"
