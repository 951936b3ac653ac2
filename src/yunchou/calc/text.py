"""A sentence in both languages of the product, where no translation catalogue is at hand."""

from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]


class Text(NamedTuple):
    """One sentence, told in Chinese and in English.

    The pure core and the readers of tables know nothing of Django's catalogues, and a sentence about a
    number is best written once, beside the number, in both languages.
    """

    zh: str
    en: str

    def told(self, lang: Lang) -> str:
        """Return the sentence in one language."""
        return self.zh if lang == "zh" else self.en
