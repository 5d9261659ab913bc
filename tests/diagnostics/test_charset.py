"""In which charset a text is: by its label, or by its looks where the label is missing or wrong."""

import pytest

from diagnostics.bounce.text import decode

TEXTS = [
    ("メールボックスの容量を超えています", "cp932"),
    ("メールボックスの容量を超えています", "euc_jp"),
    ("メールボックスの容量を超えています", "iso2022_jp"),
    ("почтовый ящик переполнен", "koi8-r"),
    ("почтовый ящик переполнен", "cp1251"),
    ("收件人邮箱已满无法投递", "gb18030"),
    ("Empfänger unbekannt, Größe überschritten", "cp1252"),
    ("l'adresse n'a pas été trouvée", "cp1252"),
    ("l'adresse n'a pas été trouvée", "utf-8"),
]


@pytest.mark.parametrize("label", [None, "", "us-ascii", "iso-8859-1", "x-unknown", "8bit"])
@pytest.mark.parametrize(("text", "codec"), TEXTS)
def test_text_without_a_good_label_is_decoded_by_its_looks(text, codec, label):
    words = f"550 5.1.1 <a@example.com>: {text}"

    assert decode(words.encode(codec), label) == words


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        ("schránka je plná", "cp1250", "windows-1250"),
        ("kutusu doluş", "cp1254", '"ISO-8859-9"'),
        ("收件人信箱已滿", "big5", "Big5"),
        ("사용자 없음", "euc_kr", "ks_c_5601-1987"),
        ("unbekannt: ä", "utf-7", "unicode-1-1-utf-7"),
        ("unbekannt: ä", "utf-16", "utf-16"),
        ("unbekannt: ä", "utf-8-sig", "utf-8"),
    ],
)
def test_label_says_what_looks_do_not(text, codec, label):
    assert decode(text.encode(codec), label) == text


def test_what_is_no_text_in_its_charset_is_replaced():
    assert decode(b"x \xff y", "utf-8") == "x \ufffd y"
