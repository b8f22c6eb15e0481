# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a person put in the place of the names in a document, so that it holds for what comes next of it.

A sender who does not know of a correction goes on naming things as before. A place in a document is a
field at its top, or one of a numbered line: ``("supplier",)``, ``("lines", "10", "cost_code")``.
"""

from .keyform import clean

LINE = "line"


def places(data):
    """The texts of a document by their place; only those of lines that bear a number.

    >>> places({"supplier": "V9", "lines": [{"line": "10", "item": "P-1", "quantity": 5}], "tags": ["x"]})
    {('supplier',): 'V9', ('lines', '10', 'line'): '10', ('lines', '10', 'item'): 'P-1'}
    """
    found = {}
    for place, holder in _holders(data):
        for name, value in holder.items():
            if isinstance(value, str):
                found[(*place, name)] = clean(value)
    return found


def corrections(sent, now, is_name, figures=None):
    """What a person wrote instead of the names in a document, or left out of it.

    :param is_name: whether a place and its text name something, as a function of both
    :param dict figures: the fields that a name measures, by the field of the name: where one of them was
        corrected together with it, such as 1 box to 10 pieces, the name alone would be wrong the next time
    :return: {place: (as it was sent, as it is now or None)}

    >>> corrections({"supplier": "V9"}, {"supplier": "S-9"}, lambda place, text: True)
    {('supplier',): ('V9', 'S-9')}
    """
    before, after = places(sent), places(now)
    lines, were = dict(_holders(now)), dict(_holders(sent))

    def is_measured_anew(place):
        old, new = were[place[:-1]], lines[place[:-1]]
        return any(old.get(name) != new.get(name) for name in (figures or {}).get(place[-1], ()))

    return {
        place: (text, after.get(place))
        for place, text in before.items()
        # a line that is not there any more says nothing of its names
        if after.get(place) != text
        and place[:-1] in lines
        and place[-1] != LINE
        and is_name(place, text)
        and not is_measured_anew(place)
    }


def corrected(data, found):
    """A document that says at these places what a person wrote there, wherever it says what was there.

    :param found: as ``corrections`` gives it
    :return: (the data, the places that say something else now); ``data`` stays as it is

    >>> corrected({"supplier": " V9", "job": "J-1"}, {("supplier",): ("V9", "S-9"), ("job",): ("J-2", "J-1")})
    ({'supplier': 'S-9', 'job': 'J-1'}, [('supplier',)])
    """
    said = places(data)
    here = {place: now for place, (was, now) in found.items() if said.get(place) == was}
    if not here:
        return data, []
    data = {name: [*value] if isinstance(value, list) else value for name, value in data.items()}
    for value in data.values():
        if isinstance(value, list):
            value[:] = [{**item} if isinstance(item, dict) else item for item in value]
    changed = []
    for place, holder in _holders(data):
        for name in [name for name in holder if (*place, name) in here]:
            now = here[*place, name]
            if now is None:
                del holder[name]
            else:
                holder[name] = now
            changed.append((*place, name))
    return data, changed


def _holders(data):
    """The document itself and its numbered lines, each with its place."""
    yield (), data
    for name, value in data.items():
        for item in value if isinstance(value, list) else ():
            if isinstance(item, dict) and isinstance(item.get(LINE), (str, int)):
                yield (name, clean(item[LINE])), item
