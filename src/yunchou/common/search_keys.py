"""Keys by which names are found: pieces of a few characters of the name itself, of its pinyin and of its initials.

A trigram index needs three characters and knows no pinyin. Here pieces of one and two characters of Chinese, and of two and three letters,
become whole numbers that PostgreSQL indexes as an array; what an index finds is compared with the whole text once more, so that two pieces
of one number do no harm.
"""

import unicodedata
import zlib
from functools import cache, lru_cache
from itertools import product
from operator import add

_MOST_READINGS = 8
_ENOUGH = 2
_MOST_LENGTH = 60
_UPPER = 0x7FFFFFFF


def normal(text: str) -> str:
    """Return a text as it is compared: full-width made plain, capitals made small, blanks gone."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@cache
def _dictionary() -> dict[int, str]:
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415 - a tenth of a second that only writing names should wait for

    found: dict[int, str] = PINYIN_DICT
    return found


@lru_cache(maxsize=20_000)
def _readings(character: str) -> tuple[str, ...]:
    """Return how a character is read, without tones: 重 is zhong and chong; a letter or digit is itself."""
    told = _dictionary().get(ord(character))
    if told is None:
        return (character,) if character.isascii() and character.isalnum() else ()
    # taken apart, a tone is a mark of its own, and so are the dots of ü, which is typed as v
    apart = (unicodedata.normalize("NFD", one).replace("u\u0308", "v") for one in told.split(","))
    return tuple(dict.fromkeys("".join(letter for letter in one if letter.isascii() and letter.isalpha()) for one in apart))


def searched_text(*names: str) -> str:
    """Return what is searched of a record: its names and numbers, and of the first its initials and pinyin in every reading, up to eight.

    Parts stand on lines of their own, so that nothing is found across two of them.
    """
    parts = [normal(name) for name in names if name]
    read = [one for character in parts[0][:_MOST_LENGTH] if (one := _readings(character))] if parts else []
    whole: dict[str, None] = {}
    for readings in _few(read):
        whole |= {"".join(one[:1] for one in readings): None, "".join(readings): None}
    return "\n".join([*parts, *(one for one in whole if one not in parts)])


def _few(read: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return ways to read a name: characters of several readings vary until there are eight ways, the rest take the usual one."""
    ways, kept = 1, []
    for readings in read:
        # readings of one initial and one length add little: 行 is hang and xing, 长 is chang and zhang
        some = readings[: max(1, _MOST_READINGS // ways)] if len(readings) > 1 and ways < _MOST_READINGS else readings[:1]
        ways *= len(some)
        kept.append(some)
    return list(product(*kept))[:_MOST_READINGS]


def keys_of_text(text: str) -> list[int]:
    """Return the keys of a searched text, sorted.

    Ways to read a name differ in little: pieces are gathered as text first, and each gets its number once.
    """
    found: set[str] = set()
    for part in text.split("\n"):
        if part.isascii():
            pairs = list(map(add, part, part[1:]))
            found.update(part[:1], pairs, map(add, pairs, part[2:]))
        else:
            found.update(piece for size in (1, 2, 3) for piece in _pieces(part, size))
    return sorted(set(map(number_of, found)))


def keys_of_query(asked: str) -> list[int]:
    """Return keys that every text holding what was asked has; ``asked`` is ``normal``. None for nothing to go by.

    At most three, from beginning, middle and end, and of Chinese two: more cost the index more than they leave out, for what it finds is
    compared anyway.
    """
    size = min(len(asked), 3 if asked.isascii() else 2)
    pieces = list(dict.fromkeys(_pieces(asked, size))) if size else []
    if len(pieces) > _ENOUGH:
        pieces = [pieces[0], *([pieces[len(pieces) // 2]] if asked.isascii() else []), pieces[-1]]
    return sorted({number_of(piece) for piece in pieces})


def _pieces(part: str, size: int) -> list[str]:
    """Return the pieces of a part: of one and two characters where a character is not a Latin letter, else of two and three.

    Single letters are kept at the beginning alone: elsewhere they tell nothing.
    """
    pieces = [part[start : start + size] for start in range(len(part) - size + 1)]
    if size == 1:
        return [piece for place, piece in enumerate(pieces) if not piece.isascii() or not place]
    return [piece for piece in pieces if piece.isascii()] if size == 3 else pieces


@lru_cache(maxsize=100_000)
def number_of(piece: str) -> int:
    """Return a piece's number, below 2³¹."""
    return zlib.crc32(piece.encode()) & _UPPER
