# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words of a sentence that a person reads: never a thousand of them in a row."""

NAMED = 5


def listed(env, words, separator=", ", named=NAMED):
    """Join the first few of some words, and say how many more there are.

    :param env: whose language counts the rest
    :param words: an iterable of text
    :rtype: str
    """
    words = list(words)
    # one more says as much as "and 1 more"
    shown = words if len(words) <= named + 1 else words[:named]
    text = separator.join(shown)
    if len(shown) == len(words):
        return text
    return env._("%(first)s and %(count)s more", first=text, count=len(words) - len(shown))


def masked(number):
    """What tells an account number from others, and does not show it.

    >>> masked("DE89370400440532013000")
    '•••• 3000'
    """
    return f"•••• {number.strip()[-4:]}"
