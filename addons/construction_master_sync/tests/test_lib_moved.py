# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest import TestCase

from ..lib import moved


class TestMovedNames(TestCase):
    def test_a_document_is_not_master_data(self):
        for name in (
            "group_service",
            "group_service_order",
            "access_compliance_service",
            "field_purchase_order__construction_external_key",
            "field_res_partner__construction_bank_hold",
            "field_construction_procurement_mixin__id",
            "model_res_partner",
            "model_inherit__purchase_order__construction_external_mixin",
        ):
            self.assertFalse(moved.is_moved(name), name)

    def test_fields_of_every_model_that_moved(self):
        for model in moved.MODELS:
            self.assertTrue(moved.is_moved(f"field_{model.replace('.', '_')}__display_name"), model)
            self.assertIn(f"model_{model.replace('.', '_')}", moved.names())
