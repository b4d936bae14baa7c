from base64 import b64encode

import pytest

from apps.attachments.content import checked_files
from apps.attachments.limits import Limits
from apps.attachments.records import AttachmentRecord
from apps.common.errors import Invalid, SeveralInvalid
from tests.attachments.files import (
    PDF,
    TEXT,
    WEBP_LOSSY,
    attachment,
    gif,
    heic,
    jpeg,
    png,
    webp,
    webp_lossless,
)

LIMITS = Limits(
    file_bytes=2000, request_files=3, request_bytes=4000, refund_files=5, refund_bytes=9000, pixels=1_000_000
)
BASE64 = "/attachments/0/content_base64"


def record(content: bytes, media_type: str, name: str = "proof") -> AttachmentRecord:
    return AttachmentRecord.model_validate(attachment(content, media_type, name))


def refusal_of(*records: AttachmentRecord) -> Invalid:
    with pytest.raises(Invalid) as refused:
        checked_files(records, LIMITS, pointer="/attachments")
    return refused.value


def plain(text: str) -> AttachmentRecord:
    return AttachmentRecord(name="proof", media_type="text/plain", content_base64=text)


@pytest.mark.parametrize(
    "media_type",
    ["text/html", "image/svg+xml", "application/zip", "application/octet-stream", "image/jpg", "image/", "png", "*/*"],
)
def test_refuses_a_media_type_that_is_not_on_the_list(media_type: str) -> None:
    refusal = refusal_of(record(png(), media_type))

    assert (refusal.code, refusal.pointer) == ("attachment_type_unknown", "/attachments/0/media_type")
    assert "image/jpeg, image/png, image/webp, image/gif, image/heic, application/pdf, text/plain" in refusal.detail


@pytest.mark.parametrize(
    "text", ["%%%%", "YQ", "YQ=", "YQ==YQ==", "Y Q=", "YWI=\n", "data:text/plain;base64,YQ==", "YQ-_", "身份"]
)
def test_refuses_what_is_not_base64_to_the_letter(text: str) -> None:
    refusal = refusal_of(plain(text))

    assert (refusal.code, refusal.pointer) == ("attachment_not_base64", BASE64)


def test_refuses_an_empty_file() -> None:
    assert refusal_of(plain("")).code == "attachment_empty"


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (png(), "image/jpeg"),
        (jpeg(), "image/png"),
        (b"MZ\x90\x00" + b"\x00" * 60, "image/png"),
        (b"PK\x03\x04" + b"\x00" * 60, "application/pdf"),
        (b"<html><script>alert(1)</script></html>", "image/gif"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "image/png"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isom" + b"\x00" * 60, "image/heic"),
        (b"<!DOCTYPE html><p>hello", "text/plain"),
        (b"\xef\xbb\xbf  <svg onload=alert(1)>", "text/plain"),
        (b"<?xml version='1.0'?><a/>", "text/plain"),
        (b"\xff\xfeh\x00i\x00", "text/plain"),
        (b"hello\x00world", "text/plain"),
        (b"\x1b[2Jhello", "text/plain"),
        (png(), "text/plain"),
    ],
)
def test_refuses_content_of_another_type_than_it_says(content: bytes, media_type: str) -> None:
    refusal = refusal_of(record(content, media_type))

    assert (refusal.code, refusal.pointer) == ("attachment_type_differs", BASE64)
    assert refusal.detail == f"The content is not {media_type}."


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (png()[:20], "image/png"),
        (jpeg()[:24], "image/jpeg"),
        (PDF[:-7], "application/pdf"),
        (heic()[:24], "image/heic"),
    ],
)
def test_refuses_a_file_that_is_cut_off(content: bytes, media_type: str) -> None:
    refusal = refusal_of(record(content, media_type))

    assert (refusal.code, refusal.pointer) == ("attachment_damaged", BASE64)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (png(60_000, 60_000), "image/png"),
        (jpeg(1001, 1000), "image/jpeg"),
        (gif(65535, 65535), "image/gif"),
        (webp(16_384, 16_384), "image/webp"),
        (webp_lossless(16_384, 16_384), "image/webp"),
        (heic(2**31, 2**31), "image/heic"),
    ],
)
def test_refuses_an_image_that_would_be_enormous_once_drawn(content: bytes, media_type: str) -> None:
    refusal = refusal_of(record(content, media_type))

    assert (refusal.code, refusal.pointer) == ("attachment_pixels_too_many", BASE64)
    assert refusal.facts["limit"] == 1_000_000


def test_refuses_a_file_one_byte_too_large_and_takes_one_that_is_not() -> None:
    assert len(checked_files([record(b"x" * 2000, "text/plain")], LIMITS, pointer="/a")[0].content) == 2000
    refusal = refusal_of(record(b"x" * 2001, "text/plain"))

    assert (refusal.code, refusal.pointer) == ("attachment_too_large", BASE64)
    assert refusal.extensions == {"limit": 2000}


def test_refuses_a_huge_file_without_decoding_it() -> None:
    assert refusal_of(plain("%" * 3000)).code == "attachment_too_large"


def test_refuses_more_files_and_more_bytes_than_one_request_may_carry() -> None:
    small, large = record(TEXT, "text/plain"), record(b"x" * 1400, "text/plain")

    too_many, too_large = refusal_of(small, small, small, small), refusal_of(large, large, large)

    assert (too_many.code, too_many.pointer) == ("attachments_too_many", "/attachments")
    assert (too_large.code, too_large.pointer) == ("attachments_too_large", "/attachments")


def test_names_everything_that_is_wrong() -> None:
    refusal = refusal_of(record(png(), "image/jpeg"), record(TEXT, "text/plain"), record(TEXT, "text/html"))

    assert isinstance(refusal, SeveralInvalid)
    assert [(each.code, each.pointer) for each in refusal.problems] == [
        ("attachment_type_differs", BASE64),
        ("attachment_type_unknown", "/attachments/2/media_type"),
    ]


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (png(1000, 1000), "image/png", "proof.png"),
        (jpeg(), "image/jpeg", "proof.jpg"),
        (gif(), "image/gif", "proof.gif"),
        (webp(), "image/webp", "proof.webp"),
        (WEBP_LOSSY, "image/webp", "proof.webp"),
        (heic(brand=b"heix"), "image/heic", "proof.heic"),
        (PDF, "application/pdf", "proof.pdf"),
        (TEXT, "text/plain", "proof.txt"),
        (b"BM is how a bitmap begins, and PK a zip", "text/plain", "proof.txt"),
        ("\ufeff一行\r\n\t两行\f".encode(), "text/plain", "proof.txt"),
    ],
)
def test_takes_each_kind_of_file_on_the_list(content: bytes, media_type: str, name: str) -> None:
    (file,) = checked_files([record(content, media_type)], LIMITS, pointer="/attachments")

    assert (file.content, file.media_type.value, file.name) == (content, media_type, name)
    assert b64encode(bytes.fromhex(file.sha256))


def test_reads_a_media_type_in_capitals_and_with_a_charset() -> None:
    (file,) = checked_files([record(TEXT, "Text/Plain; charset=utf-8")], LIMITS, pointer="/attachments")

    assert (file.declared_type, file.media_type.value) == ("Text/Plain; charset=utf-8", "text/plain")
