# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A file of keys that are mapped before a system goes live: kind, key, record; one line a key.

Reading it is plain Python; what the records are is the model's to find.
"""

import csv
import io
from dataclasses import dataclass

from .keyform import clean

COLUMNS = ("kind", "key", "record")
MAX_BYTES = 2 * 1024 * 1024
MAX_LINES = 20000
# what a key of an event may have at most, by the schemas
KEY_CHARACTERS, KEY_BYTES = 128, 384
KIND_CHARACTERS, RECORD_CHARACTERS = 64, 250
FEW = 5
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class BadFile(ValueError):
    """A file that is not read at all.

    :ivar reason: large, encoding, empty, header, columns, quotes, many or nothing
    :ivar line: the line of the file at which it ends, or None
    """

    def __init__(self, reason, line=None, detail=""):
        super().__init__(f"{reason} {line or ''} {detail}".strip())
        self.reason, self.line, self.detail = reason, line, detail


@dataclass(frozen=True)
class Row:
    """One line of the file, its words spelled as keys are."""

    number: int
    kind: str
    key: str
    record: str

    @property
    def fault(self):
        """What is wrong with the line itself: the name of an empty or of a too long column, or None.

        >>> Row(2, "supplier", "", "ACME").fault
        ('empty', 'key')
        """
        for name in COLUMNS:
            if not getattr(self, name):
                return "empty", name
        if len(self.key) > KEY_CHARACTERS or len(self.key.encode()) > KEY_BYTES:
            return "long", "key"
        if len(self.kind) > KIND_CHARACTERS:
            return "long", "kind"
        if len(self.record) > RECORD_CHARACTERS:
            return "long", "record"
        return None


def parse(content):
    """The rows of a CSV file with the columns kind, key and record, in any order, by comma or semicolon.

    :param bytes content: UTF-8, with or without a byte order mark
    :return: list of Row
    :raises BadFile: when anything of it cannot be read for certain

    >>> parse("kind;key;record\\nsupplier;S-1;ACME\\n".encode())
    [Row(number=2, kind='supplier', key='S-1', record='ACME')]
    """
    if len(content) > MAX_BYTES:
        raise BadFile("large")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile("encoding", content[: error.start].count(b"\n") + 1) from error
    if "\x00" in text:
        raise BadFile("encoding", text[: text.index("\x00")].count("\n") + 1)
    if not text.strip():
        raise BadFile("empty")
    places, delimiter = _header(text)
    rows = []
    reader = _reader(text, delimiter)
    try:
        next(reader)
        begins = reader.line_num + 1
        for cells in reader:
            number, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(COLUMNS):
                raise BadFile("columns", number, str(len(cells)))
            cells += [""] * (len(COLUMNS) - len(cells))
            kind, key, record = (clean(cells[place]) for place in places)
            rows.append(Row(number, kind_name(kind), key, record))
            if len(rows) > MAX_LINES:
                raise BadFile("many", number)
    except csv.Error as error:
        raise BadFile("quotes", reader.line_num, str(error)) from error
    if not rows:
        raise BadFile("nothing")
    return rows


def kind_name(text):
    """A kind as handlers name it.

    >>> kind_name("Cost Code")
    'cost_code'
    """
    return clean(text).lower().replace(" ", "_")


def _reader(text, delimiter):
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _header(text):
    """The places of the columns, and what stands between them."""
    for delimiter in ",;":
        try:
            names = [clean(name).lower() for name in next(_reader(text, delimiter))]
        except csv.Error:
            continue
        if sorted(names) == sorted(COLUMNS):
            return [names.index(name) for name in COLUMNS], delimiter
    raise BadFile("header", 1)


def twice(rows, spell=lambda kind, key: key):
    """The lines whose key stands in the file before, or with another record too.

    Of lines that say the same the first one stays; where they say different things, none does.

    :param spell: gives a key as it is compared
    :return: {number of the line: numbers of the first few others}

    >>> twice([Row(2, "a", "1", "X"), Row(3, "a", "1", "X"), Row(4, "a", "2", "X")])
    {3: [2]}
    >>> twice([Row(2, "a", "1", "X"), Row(3, "a", "1", "Y")])
    {2: [3], 3: [2]}
    """
    groups = {}
    for row in rows:
        groups.setdefault((row.kind, spell(row.kind, row.key)), []).append(row)
    found = {}
    for group in groups.values():
        agreed = len({row.record for row in group}) == 1
        first = [row.number for row in group[: FEW + 1]]
        for row in group[1:] if agreed else group:
            found[row.number] = [number for number in first if number != row.number][:FEW]
    return dict(sorted(found.items()))


def aliases(bindings, owned, source):
    """Of keys that a person maps, those that become aliases: the record has one of its own already.

    :param dict bindings: key → record, in their order
    :param dict owned: record → [(source, key)], its own keys
    :param source: the source of the new keys
    :return: {key: the own key of its record}

    >>> aliases({"1": "A", "2": "A", "3": "B"}, {"B": [("other", "3")]}, "mine")
    {'2': '1'}
    """
    owned = {record: list(keys) for record, keys in owned.items()}
    found = {}
    for key, record in bindings.items():
        own = owned.setdefault(record, [])
        mine = next((known for owner, known in own if owner == source and known != key), None)
        names = [known for _owner, known in own]
        if mine or names and key not in names:
            found[key] = mine or names[0]
        else:
            own.append((source, key))
    return found


def write(rows, header):
    """A CSV file of some lines, for a person to mend; no cell of it begins as a formula does.

    :rtype: bytes
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    for row in rows:
        cells = ["" if cell in (None, False) else str(cell) for cell in row]
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")
