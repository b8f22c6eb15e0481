# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..lib import key_load
from ..lib.key_load import BadFile, Row, parse, twice

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12)


@pytest.mark.parametrize(
    "content",
    [
        b"kind,key,record\nsupplier,S-1,ACME\n",
        b"\xef\xbb\xbfkind;key;record\r\nsupplier;S-1;ACME\r\n",
        b'"kind";"key";"record"\n"supplier";"S-1";"ACME"\n',
        b'"Kind", Key,RECORD\n\n supplier ,"S-1", ACME \n,,\n',
        b"record,kind,key\nACME,supplier,S-1",
    ],
)
def test_one_meaning_however_it_is_written(content):
    (row,) = parse(content)
    assert (row.kind, row.key, row.record) == ("supplier", "S-1", "ACME")


@pytest.mark.parametrize(
    "content, reason, line",
    [
        (b"", "empty", None),
        (b" \n ", "empty", None),
        (b"supplier,S-1,ACME\n", "header", 1),
        (b"kind,key\nsupplier,S-1\n", "header", 1),
        (b"kind,key,record,note\n", "header", 1),
        (b"kind,key,record\n", "nothing", None),
        (b"kind,key,record\nsupplier,S-1,ACME\nsupplier,S-2,Stone, Ltd\n", "columns", 3),
        (b'kind,key,record\nsupplier,S-1,"ACME\n', "quotes", 2),
        ("kind,key,record\nsupplier,S-1,M\u00fcller\n".encode("cp1252"), "encoding", 2),
        ("kind,key,record\n".encode("utf-16"), "encoding", 1),
        (b"kind,key,record\nsupplier,S\x00,ACME\n", "encoding", 2),
        (b"x" * (key_load.MAX_BYTES + 1), "large", None),
        (b"kind,key,record\n" + b"a,b,c\n" * (key_load.MAX_LINES + 1), "many", key_load.MAX_LINES + 2),
    ],
)
def test_a_bad_file_is_told_by_its_line(content, reason, line):
    with pytest.raises(BadFile) as caught:
        parse(content)
    assert (caught.value.reason, caught.value.line) == (reason, line)


@pytest.mark.parametrize(
    "row, fault",
    [
        (Row(2, "supplier", "S-1", "ACME"), None),
        (Row(2, "", "S-1", "ACME"), ("empty", "kind")),
        (Row(2, "supplier", "S-1", ""), ("empty", "record")),
        (Row(2, "supplier", "x" * 129, "ACME"), ("long", "key")),
        (Row(2, "supplier", "\u6f22" * 128, "ACME"), None),
        (Row(2, "supplier", "\U00020000" * 97, "ACME"), ("long", "key")),
        (Row(2, "k" * 65, "S-1", "ACME"), ("long", "kind")),
        (Row(2, "supplier", "S-1", "x" * 251), ("long", "record")),
    ],
)
def test_a_bad_line(row, fault):
    assert row.fault == fault


def test_a_line_with_too_few_columns_is_a_bad_line_not_a_bad_file():
    assert [row.fault for row in parse(b"kind,key,record\nsupplier,S-1\n")] == [("empty", "record")]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("12"), st.sampled_from("XY"))))
def test_what_stays_of_a_file_says_each_key_once(lines):
    rows = [Row(number, *line) for number, line in enumerate(lines, 2)]
    out = twice(rows)
    left = [(row.kind, row.key) for row in rows if row.number not in out]
    assert len(left) == len(set(left))
    said = {}
    for row in rows:
        said.setdefault((row.kind, row.key), set()).add(row.record)
    # nothing that the file says with one voice is lost
    assert set(left) == {key for key, records in said.items() if len(records) == 1}


@given(st.lists(st.tuples(WORDS, WORDS, WORDS)), st.booleans())
def test_what_is_written_is_read(lines, formula):
    content = key_load.write(lines, key_load.COLUMNS)
    read = {(row.kind, row.key, row.record) for row in parse(content)} if lines_read(lines) else set()
    guarded = [[f"'{cell}" if cell.startswith(key_load.FORMULA) else cell for cell in line] for line in lines]
    assert read == {
        (key_load.kind_name(kind), key_load.clean(key), key_load.clean(record))
        for kind, key, record in guarded
        if kind.strip() or key.strip() or record.strip()
    }


def lines_read(lines):
    return any(cell.strip() or cell.startswith(key_load.FORMULA) for line in lines for cell in line)


@given(
    st.dictionaries(st.sampled_from("12345"), st.sampled_from("ABC")),
    st.dictionaries(
        st.sampled_from("ABC"), st.lists(st.tuples(st.sampled_from("mo"), st.sampled_from("678")), max_size=1)
    ),
)
def test_a_record_keeps_one_own_key(bindings, owned):
    found = key_load.aliases(bindings, owned, "m")
    own = {}
    for key, record in bindings.items():
        if key not in found:
            own.setdefault(record, []).append(key)
    assert all(len(keys) == 1 and not owned.get(record) for record, keys in own.items())
