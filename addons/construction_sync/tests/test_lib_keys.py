# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_sync.lib.keys import document_key, document_parts, fold

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
PARTS = st.lists(
    TEXTS | st.sampled_from(["a/b", "a~1b", "~", "/", "~0", "", "ß", "İ", "ǰ"]), min_size=1, max_size=4
)


@given(PARTS)
def test_the_parts_come_back_folded(parts):
    assert document_parts(document_key(*parts)) == tuple(fold(part) for part in parts)


@given(PARTS, PARTS)
def test_no_two_documents_share_a_key(first, second):
    same = [fold(part) for part in first] == [fold(part) for part in second]
    assert (document_key(*first) == document_key(*second)) is same


@given(PARTS)
def test_case_and_outer_space_make_no_other_document(parts):
    assert document_key(*(f"  {part.strip()}\t" for part in parts)) == document_key(*parts)
    assert document_key(*document_parts(document_key(*parts))) == document_key(*parts)


def test_examples():
    assert document_key("V-100", "invoice", "GH-103") != document_key("V-200", "invoice", "GH-103")
    assert document_key("V-100", "invoice", "N1") != document_key("V-100", "credit_note", "N1")
    assert document_key("PO-1", "R-1") != document_key(None, "PO-1", "R-1")
    assert document_key("PO-1", "Straße 1") == document_key("po-1 ", "STRASSE 1")


def test_an_empty_field_is_empty():
    assert fold(False) == fold(None) == fold("") == ""
    assert fold("False") == "false"
