"""Characters that look alike: full-width forms, dashes and blanks brought to their plain form."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ALIKE = (
    _FULL_WIDTH
    | dict.fromkeys(map(ord, "−–—‐‑‒﹣⁻"), ord("-"))
    | dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f"), ord(" "))
    | {ord("￥"): ord("¥"), ord("。"): ord("."), ord("．"): ord("."), ord("、"): ord(",")}
)


def to_half_width(text: str) -> str:
    """Return the text with full-width letters, digits and signs, dashes and blanks in their plain form.

    Only characters that stand for the same sign are touched: ``①`` and ``²`` stay what they are.
    """
    return text if text.isascii() else text.translate(_ALIKE)
