# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import unittest

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.construction_base.lib import coding

settings.register_profile("construction", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("construction")

KIND = {1: "job", 2: "job", 11: "code", 12: "code", 21: "type"}
accounts = st.sampled_from([None, 1, 2])
keys = st.tuples(st.sampled_from([1, 2]), st.sampled_from([None, 11, 12]), st.sampled_from([None, 99]))


@st.composite
def distributions(draw):
    chosen = draw(st.lists(keys, min_size=1, max_size=4, unique=True))
    shares = [100 // len(chosen)] * len(chosen)
    shares[0] += 100 - sum(shares)
    return {
        ",".join(str(a) for a in key if a): float(share) for key, share in zip(chosen, shares, strict=True)
    }


class TestLibCoding(unittest.TestCase):
    def test_entered_plan_by_plan(self):
        parts = coding.join(coding.parse({"1": 100, "11": 60, "12": 40}, KIND), "job")
        self.assertEqual(
            sorted((p.account("job"), p.account("code"), p.percent) for p in parts),
            [(1, 11, 60.0), (1, 12, 40.0)],
        )

    def test_code_without_job_stays(self):
        parts = coding.join(coding.parse({"11": 100}, KIND), "job")
        self.assertEqual(coding.single(parts, "code"), 11)
        self.assertIsNone(coding.single(parts, "job"))

    def test_other_plan_is_kept(self):
        self.assertEqual(coding.recode({"99": 100}, KIND, {"job": 1}, "job"), {"1,99": 100.0})
        self.assertEqual(coding.recode({"1,99": 100}, KIND, {"job": None}, "job"), {"99": 100.0})

    def test_recode_keeps_shares_of_other_dimensions(self):
        self.assertEqual(
            coding.recode({"1,11": 60, "1,12": 40}, KIND, {"job": 2}, "job"),
            {"2,11": 60.0, "2,12": 40.0},
        )

    @given(distributions(), st.sampled_from([1, 2]))
    def test_recode_sets_and_keeps_the_total(self, distribution, job):
        result = coding.recode(distribution, KIND, {"job": job}, "job")
        self.assertAlmostEqual(sum(result.values()), 100.0, places=4)
        self.assertEqual(coding.single(coding.join(coding.parse(result, KIND), "job"), "job"), job)

    @given(distributions())
    def test_recode_to_the_same_changes_nothing(self, distribution):
        once = coding.recode(distribution, KIND, {"code": 11}, "job")
        self.assertEqual(coding.recode(once, KIND, {"code": 11}, "job"), once)

    @given(distributions())
    def test_an_account_in_the_place_of_another(self, distribution):
        result = coding.exchange(distribution, 11, 12)
        self.assertAlmostEqual(sum(result.values()), sum(distribution.values()), places=4)
        self.assertNotIn("11", {account for key in result for account in key.split(",")})
        untouched = {
            key: share for key, share in distribution.items() if not {"11", "12"} & set(key.split(","))
        }
        self.assertEqual({key: result[key] for key in untouched}, untouched)
        self.assertEqual(coding.exchange(result, 11, 12), result)
