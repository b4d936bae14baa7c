import pytest

from apps.attachments.names import LONGEST_NAME, clean_name

PNG = (".png",)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.png"),
        (r"C:\Users\me\scan.png", "scan.png"),
        ("/var/www/", "attachment.png"),
        ("..", "attachment.png"),
        (".png", "png.png"),
        ("a\r\nSet-Cookie: b.png", "aSet-Cookie_ b.png"),
        ("bill\u202egnp.exe", "billgnp.exe.png"),
        ("\u200b\u2066身份证\u2069.PNG", "身份证.png"),
        ('<script>"|?*.png', "_script_____.png"),
        ("   two   words .png", "two words.png"),
        ("e\u0301.png", "\xe9.png"),
    ],
)
def test_leaves_nothing_in_a_name_that_could_mislead(given: str, kept: str) -> None:
    assert clean_name(given, PNG) == kept


def test_keeps_an_ending_that_fits_and_adds_one_where_it_does_not() -> None:
    assert clean_name("photo.JPEG", (".jpg", ".jpeg")) == "photo.jpeg"
    assert clean_name("photo.exe", (".jpg", ".jpeg")) == "photo.exe.jpg"


def test_cuts_a_long_name_before_its_ending() -> None:
    name = clean_name("长" * 300 + ".png", PNG)

    assert len(name) == LONGEST_NAME
    assert name.endswith("长.png")
