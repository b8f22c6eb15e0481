# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How alike a word from outside and the names here are: to offer candidates, never to decide."""

import re
import unicodedata

from rapidfuzz import fuzz, process

FLOOR = 60
LIMIT = 8
_APART = re.compile(r"[^0-9a-z]+")


def plain(text):
    """A name as it is compared: without case, accents and separators.

    >>> plain("Müller & Söhne, GmbH")
    'muller sohne gmbh'
    """
    folded = unicodedata.normalize("NFKD", (text or "").casefold())
    return _APART.sub(" ", "".join(c for c in folded if not unicodedata.combining(c))).strip()


def likeness(wanted, name):
    """From 0 to 100; whole words count, whatever their order.

    >>> likeness("Bolt M16", "M16 bolt") == 100
    True
    """
    first, second = plain(wanted), plain(name)
    if not first or not second:
        return 0.0
    return max(fuzz.ratio(first, second), fuzz.token_sort_ratio(first, second))


def closest(wanted, names, limit=LIMIT, floor=FLOOR):
    """Which of many names come nearest to one of several words.

    :param wanted: words from outside: a key, a description
    :param dict names: anything hashable → list of its names here
    :return: list of (entry, likeness), the nearest first
    """
    flat = [(entry, plain(name)) for entry, many in names.items() for name in many if name]
    best = {}
    for word in filter(None, map(plain, wanted)):
        texts = [text for _entry, text in flat]
        for scorer in (fuzz.ratio, fuzz.token_sort_ratio):
            for _text, score, index in process.extract(
                word, texts, scorer=scorer, limit=4 * limit, score_cutoff=floor
            ):
                entry = flat[index][0]
                best[entry] = max(best.get(entry, 0.0), score)
    return sorted(best.items(), key=lambda item: -item[1])[:limit]
