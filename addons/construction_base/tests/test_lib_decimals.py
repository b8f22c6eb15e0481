# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import doctest
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_base.lib import decimals
from odoo.addons.construction_base.lib.decimals import decimal, denoised

HUNDREDTHS = st.integers(-(10**9), 10**9)


def test_doctests():
    assert not doctest.testmod(decimals).failed


@given(HUNDREDTHS)
def test_a_float_is_what_a_person_reads(number):
    wanted = Decimal(number) / 100
    assert decimal(number / 100) == denoised(number / 100) == decimal(wanted) == wanted


@given(st.lists(HUNDREDTHS, max_size=20))
def test_what_was_reckoned_is_without_noise(numbers):
    assert denoised(sum(number / 100 for number in numbers)) == Decimal(sum(numbers)) / 100
