# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What systems propose of a group of fields: the newest of each field of each of them.

An entry is a dict of ``source``, ``unit`` (a field, or FURTHER), ``rows`` of (label, before, after), ``mark``
of the value, ``at`` and ``message`` (how new it is), ``value`` where it is a plain field's, ``outdated``
where what stands is newer than it.
"""

# what an event says of a group beside plain fields; and all that it says of one, where no more is known
FURTHER, WHOLE = "+", "*"


def stamp(entry):
    return entry["at"], entry["message"]


def heard(entries, said, left, about):
    """What is proposed after one more message.

    :param list said: what the message proposes
    :param left: units of which it says what stands, or what was turned down
    :param dict about: its ``source``, ``at`` and ``message``

    >>> a, b = ({"unit": name, "rows": [], "mark": name} for name in "ab")
    >>> one, two = {"source": 1, "at": "1", "message": 1}, {"source": 2, "at": "2", "message": 2}
    >>> both = heard(heard([], [a], (), one), [b], (), two)
    >>> [entry["unit"] for entry in both]
    ['a', 'b']
    >>> [entry["unit"] for entry in heard(both, [], {"a"}, {"source": 1, "at": "3", "message": 3})]
    ['b']
    """
    said = {item["unit"]: {**item, **about} for item in said}
    spoken = {*said, *left}
    if spoken:
        # of what was known as a whole only, the next word of its system takes the place
        spoken.add(WHOLE)
    result = []
    for entry in entries:
        if entry["source"] != about["source"]:
            result.append(entry)
        elif entry["unit"] not in spoken:
            # a corrected message may say less than it said
            result += [entry] if entry["message"] != about["message"] else []
        elif stamp(entry) > stamp(about):
            said.pop(entry["unit"], None)
            result.append(entry)
        elif entry["unit"] in said:
            result.append(said.pop(entry["unit"]))
    return result + list(said.values())


def beside(entry, rows, mark, at):
    """An entry of further values after others were written, or None where these are they.

    >>> beside({"rows": [["A", "", "1"]], "mark": "x", "at": "1"}, [("A", "", "2")], "y", "2")
    {'rows': [['A', '2', '1']], 'mark': 'x', 'at': '1', 'outdated': True}
    >>> beside({"rows": [], "mark": "x", "at": "1"}, [], "x", "2") is None
    True
    """
    if entry["mark"] == mark:
        return None
    if not rows:
        return entry
    stands = {label: after for label, _before, after in rows}
    shown = [[label, stands.get(label, before), after] for label, before, after in entry["rows"]]
    return {**entry, "rows": shown, "outdated": bool(entry.get("outdated") or (at and at > entry["at"]))}


def differ(entries):
    """Whether two systems propose different values of one field: then one answer is none.

    >>> differ([{"source": 1, "unit": "a", "mark": "x"}, {"source": 2, "unit": "b", "mark": "y"}])
    False
    """
    sources = {entry["source"] for entry in entries}
    marks = {}
    for entry in entries:
        marks.setdefault(entry["unit"], set()).add(entry["mark"])
    whole = len(sources) > 1 and WHOLE in marks
    return whole or any(len(found) > 1 for found in marks.values())


def turned_down(answers):
    """What is turned down after answers in order: of (taken, {unit: mark}) each.

    >>> turned_down([(False, {"a": "x", "b": "y"}), (True, {"a": "x"})])
    {'b': 'y'}
    """
    found = {}
    for taken, marks in answers:
        for unit, mark in marks.items():
            if taken:
                found.pop(unit, None)
            else:
                found[unit] = mark
    return found
