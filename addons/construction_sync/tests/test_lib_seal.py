# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import json
import os
import unittest
from unittest.mock import patch

from odoo.addons.construction_sync.lib import crypto, seal

SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "iban": {"type": "string", "maxLength": 34, "x-classification": "restricted"},
            "people": {
                "type": "array",
                "items": {
                    "properties": {"id": {"type": "string", "x-classification": "restricted"}},
                },
            },
        },
    }
)


class TestSeal(unittest.TestCase):
    def setUp(self):
        super().setUp()
        key = base64.urlsafe_b64encode(os.urandom(32)).decode()
        patched = patch.dict(os.environ, {crypto.VARIABLE: os.environ.get(crypto.VARIABLE) or key})
        patched.start()
        self.addCleanup(patched.stop)
        people = [{"id": seal.close(name)} for name in ("a", "b", "c")]
        self.stored = {"iban": seal.close("DE89"), "people": people}

    def test_masked_and_put_back(self):
        shown = seal.mask(self.stored, SCHEMA)
        self.assertNotIn("DE89", json.dumps(shown))
        self.assertEqual(seal.restore(shown, self.stored, SCHEMA), self.stored)

    def test_masks_may_move(self):
        shown = seal.mask(self.stored, SCHEMA)
        del shown["people"][0]
        back = seal.opened(seal.restore(shown, self.stored, SCHEMA), SCHEMA)
        self.assertEqual([row["id"] for row in back["people"]], ["b", "c"])

    def test_what_is_typed_is_sealed(self):
        data = {"iban": "GB82"}
        back = seal.restore(data, self.stored, SCHEMA)
        self.assertTrue(back["iban"].startswith(crypto.PREFIX))
        self.assertEqual(seal.opened(back, SCHEMA), data)
        forged = {"iban": self.stored["iban"]}
        back = seal.restore(forged, self.stored, SCHEMA)
        self.assertEqual(seal.opened(back, SCHEMA), forged, "nobody but us seals")

    def test_a_mask_of_nothing(self):
        with self.assertRaises(seal.UnknownMask):
            seal.restore({"iban": seal.MASK + "9"}, self.stored, SCHEMA)
        with self.assertRaises(seal.UnknownMask):
            seal.restore({"iban": seal.MASK}, {}, SCHEMA)

    def test_one_value_has_a_plain_mask(self):
        self.assertEqual(seal.mask({"iban": self.stored["iban"]}, SCHEMA), {"iban": seal.MASK})
