# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import datetime
from decimal import Decimal as D
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from ..lib import documents, duplicates, order_diff, tolerance

money = st.decimals(-10000, 10000, places=2)
quantity = st.decimals("0.001", 10000, places=3)
price = st.decimals(0, 1000, places=4)


class TestTolerance(TestCase):
    policy = tolerance.Policy(
        line_price=tolerance.Tolerance(D(2), D(50)),
        invoice_price=tolerance.Tolerance(D(1), D(100)),
        freight=tolerance.Tolerance(D(5), D(75)),
    )

    def rules(self, *lines, freight=D(0)):
        return [breach.rule for breach in tolerance.breaches(lines, freight, self.policy)]

    @given(st.decimals(0, 100, places=2), money, money)
    def test_lesser_of_both(self, pct, amount, base):
        allowed = tolerance.Tolerance(pct, abs(amount)).allowed(base)
        self.assertLessEqual(allowed, abs(amount))
        self.assertLessEqual(allowed, abs(base) * pct / 100)

    @given(quantity, price, quantity)
    def test_at_or_below_the_order_never_breaks(self, qty, unit_price, more):
        line = tolerance.MatchLine("1", qty, qty * unit_price, unit_price, qty + more)
        self.assertEqual(self.rules(line), [])

    @given(quantity, price, st.decimals("0.0001", 1000, places=4))
    def test_a_dearer_bill_never_breaks_less(self, qty, unit_price, more):
        def count(billed):
            return len(self.rules(tolerance.MatchLine("1", qty, qty * billed, unit_price, qty)))

        self.assertLessEqual(count(unit_price), count(unit_price + more))
        self.assertLessEqual(count(unit_price + more), count(unit_price + more * 2))

    def test_examples(self):
        def line(qty, billed, ordered, available):
            return tolerance.MatchLine("1", D(qty), D(qty) * D(billed), D(ordered), D(available))

        self.assertEqual(self.rules(line(100, "10.10", 10, 100)), [])
        self.assertEqual(self.rules(line(100, "10.15", 10, 100)), ["invoice_price"])
        self.assertEqual(self.rules(line(100, "10.50", 10, 100)), ["price", "invoice_price"])
        self.assertEqual(self.rules(line(101, 10, 10, 100)), ["quantity"])
        self.assertEqual(self.rules(line(100, 10, 10, 100), freight=D(50)), [])
        self.assertEqual(self.rules(line(100, 10, 10, 100), freight=D("50.01")), ["freight"])
        breach = tolerance.breaches([line(1, 1100, 1000, 1)], D(0), self.policy)[0]
        self.assertEqual((breach.excess, breach.allowed), (D(100), D(20)))


class TestDuplicates(TestCase):
    def bill(self, key, reference, day=1, total="100.00", **kwargs):
        values = {
            "supplier": 1,
            "company": 1,
            "kind": "in_invoice",
            "currency": "USD",
            "date": datetime.date(2026, 3, 1) + datetime.timedelta(days=day),
        }
        return duplicates.Bill(key=key, reference=reference, total=D(total), **{**values, **kwargs})

    @given(st.text(max_size=20))
    def test_normalising_is_stable(self, text):
        once = duplicates.normalise_reference(text)
        self.assertEqual(duplicates.normalise_reference(once), once)

    @given(
        st.text("ABCXYZ", min_size=1, max_size=4),
        st.integers(1, 99999),
        st.integers(0, 6),
        st.sampled_from(["-", " ", "/", "", ". "]),
    )
    def test_one_number_written_in_many_ways(self, prefix, number, zeros, separator):
        written = f"{prefix.lower()}{separator}{'0' * zeros}{number}"
        self.assertEqual(duplicates.normalise_reference(written), f"{prefix}{number}")

    @given(st.integers(0, 60), st.integers(0, 60), st.booleans())
    def test_comparison_is_symmetric(self, one, two, same):
        a = self.bill("a", "INV-1", one)
        b = self.bill("b", "inv 001" if same else "INV-2", two)
        self.assertEqual(duplicates.compare(a, b), duplicates.compare(b, a))

    def test_examples(self):
        old = self.bill("old", "INV-00123")
        self.assertEqual(duplicates.compare(self.bill("new", "inv 123", 40, "5.00"), old), "exact")
        self.assertEqual(duplicates.compare(self.bill("new", "X-9", 4), old), "near")
        self.assertIsNone(duplicates.compare(self.bill("new", "X-9", 30), old))
        self.assertEqual(duplicates.compare(self.bill("new", "INV 123", 365, "7.00"), old), "warn")
        self.assertIsNone(duplicates.compare(self.bill("new", "INV-00123", company=2), old))
        partial = self.bill("new", "INV-00124", 2, "60.00")
        self.assertEqual(duplicates.find(partial, [old]), {"exact": [], "near": [], "warn": []})
        one = self.bill("new", "A-1", 30, document_hash="h")
        two = self.bill("old", "B-2", 1, "3.00", document_hash="h")
        self.assertEqual(duplicates.compare(one, two), "near")


class TestOrderDiff(TestCase):
    @given(
        st.dictionaries(st.sampled_from("abcdef"), quantity),
        st.dictionaries(st.sampled_from("abcdef"), quantity),
    )
    def test_diff_partitions_the_lines(self, old, new):
        diff = order_diff.diff_order([order_diff.LineState(key, qty) for key, qty in old.items()], new)
        self.assertEqual(set(diff.added) | set(diff.kept), set(new))
        self.assertEqual(set(diff.removed) | set(diff.kept), set(old))
        self.assertFalse(set(diff.added) & set(old))
        self.assertEqual(diff.too_low, ())

    def test_not_below_what_was_received(self):
        diff = order_diff.diff_order([order_diff.LineState("1", D(100), D(40), D(60))], {"1": D(50)})
        self.assertEqual(diff.too_low, (order_diff.TooLow("1", D(50), D(60)),))
        diff = order_diff.diff_order([order_diff.LineState("1", D(9), D(1))], {})
        self.assertEqual((diff.removed, len(diff.too_low)), (("1",), 1))


class TestDocuments(TestCase):
    @given(st.text(max_size=300), st.sampled_from(sorted(documents.EXTENSIONS)))
    def test_name_is_always_safe(self, name, media_type):
        safe = documents.safe_name(name, media_type)
        self.assertTrue(safe.endswith(documents.EXTENSIONS[media_type]))
        self.assertLessEqual(len(safe), documents.MAX_NAME)
        self.assertFalse(set(safe) & set('/\\<>:"|?*\x00\n\r\u202e'))
        self.assertFalse(safe.startswith("."))
        self.assertEqual(documents.safe_name(safe, media_type), safe)

    @given(st.binary(max_size=200))
    def test_sniff_never_gives_an_active_type(self, content):
        if content:
            self.assertIn(documents.sniff(content), documents.EXTENSIONS)

    def test_examples(self):
        for content, media_type in (
            (b"%PDF-1.7", "application/pdf"),
            (b"<html><script>x</script>", "text/plain"),
            (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "text/plain"),
            (b'<?xml version="1.0"?><Invoice/>', "application/xml"),
            (b"MZ\x90\x00\xff", "application/octet-stream"),
        ):
            self.assertEqual(documents.sniff(content), media_type)
        self.assertEqual(documents.safe_name("a\u202egnp.exe", "application/pdf"), "agnp.pdf")
        self.assertEqual(documents.safe_name("C:\\x\\y.pdf", "application/pdf"), "y.pdf")
        with self.assertRaises(documents.UnsafeDocument):
            documents.decode("not base64!")
        with self.assertRaises(documents.UnsafeDocument):
            documents.sniff(b"")
