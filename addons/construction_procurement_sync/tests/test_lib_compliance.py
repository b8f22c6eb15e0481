# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_procurement_sync.lib import compliance
from odoo.addons.construction_procurement_sync.lib.compliance import Document

TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)
days = st.integers(-400, 400).map(lambda number: TODAY + number * DAY)
documents = st.lists(
    st.builds(
        Document, key=st.integers(), kind=st.sampled_from(["Licence", "licence ", "Insurance"]), expires=days
    )
)


def test_a_document_is_good_through_its_last_day():
    assert compliance.status(Document(1, "a", TODAY), TODAY) == "soon"
    assert compliance.status(Document(1, "a", TODAY + DAY), TODAY) == "valid"
    assert compliance.status(Document(1, "a", TODAY - DAY), TODAY) == "expired"
    assert compliance.status(Document(1, "a", TODAY + 30 * DAY), TODAY, 30) == "soon"
    assert compliance.status(Document(1, "a", TODAY + 31 * DAY), TODAY, 30) == "valid"


def test_the_newest_of_a_kind_counts():
    old, new = Document(1, "Insurance", TODAY - DAY), Document(2, " insurance", TODAY + DAY)
    assert compliance.lapsed([old], TODAY) == [old]
    assert compliance.lapsed([old, new], TODAY) == compliance.lapsed([new, old], TODAY) == []


def test_only_guarded_kinds_stop():
    old = Document(1, "Insurance", TODAY - DAY)
    assert compliance.lapsed([old], TODAY, guarded={"licence"}) == []
    assert compliance.lapsed([old], TODAY, guarded=compliance.parse_kinds("licence, INSURANCE")) == [old]


def test_a_waiver_ends_and_does_not_count_for_who_gave_it():
    waived = Document(1, "Insurance", TODAY - DAY, waived_until=TODAY, waived_by=7)
    assert compliance.lapsed([waived], TODAY) == []
    assert compliance.lapsed([waived], TODAY, authors=(7,)) == [waived]
    assert compliance.lapsed([waived], TODAY + DAY) == [waived]


@given(documents, days)
def test_a_kind_is_lapsed_when_all_of_it_are(given_documents, today):
    kinds = {compliance.normalise_kind(document.kind) for document in given_documents}
    expected = {
        kind
        for kind in kinds
        if all(d.expires < today for d in given_documents if compliance.normalise_kind(d.kind) == kind)
    }
    found = compliance.lapsed(given_documents, today)
    assert {compliance.normalise_kind(document.kind) for document in found} == expected


@given(documents, days)
def test_another_document_never_makes_it_worse(given_documents, today):
    more = [*given_documents, Document("x", "licence", today)]
    kinds = {d.kind.strip().lower() for d in compliance.lapsed(more, today)}
    assert "licence" not in kinds
