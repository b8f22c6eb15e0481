# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import os
import unittest
from unittest.mock import patch

from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.construction_sync.lib import crypto, ordering


class TestOrdering(unittest.TestCase):
    @given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"))))
    def test_waves(self, pairs):
        items = [(key, group, index) for index, (key, group) in enumerate(pairs)]
        waves = ordering.waves(items, lambda i: i[0], lambda i: i[1], lambda g: -ord(g))
        flat = [item for wave in waves for item in wave]
        self.assertEqual(sorted(flat, key=lambda i: i[2]), items)
        for key in "abcd":
            mine = [item[2] for item in flat if item[0] == key]
            self.assertEqual(mine, sorted(mine))
        for wave in waves:
            self.assertEqual(len({item[0] for item in wave}), len(wave))
            self.assertEqual(len({item[1] for item in wave}), 1)

    @given(st.text())
    def test_shard_in_range(self, key):
        self.assertIn(ordering.shard_of(key), range(ordering.SHARDS))

    @given(st.floats(0, 10**6), st.floats(0, 1), st.floats(0, 10**6))
    def test_backoff_grows_to_an_hour(self, failing, draw, more):
        delay = ordering.backoff(failing, lambda: draw)
        self.assertTrue(4.49 < delay < 3961)
        self.assertLessEqual(delay, ordering.backoff(failing + more, lambda: draw))


class TestCrypto(unittest.TestCase):
    def test_no_key(self):
        for value in ("", "short", ","):
            with patch.dict(os.environ, {crypto.VARIABLE: value}):
                self.assertFalse(crypto.available())
                with self.assertRaises(crypto.MissingKey):
                    crypto.encrypt(b"x")

    def test_rotation(self):
        old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
        with patch.dict(os.environ, {crypto.VARIABLE: old}):
            token = crypto.encrypt(b"secret")
        self.assertNotIn(b"secret", token)
        with patch.dict(os.environ, {crypto.VARIABLE: f"{new}, {old}"}):
            self.assertEqual(crypto.decrypt(token), b"secret")
        with patch.dict(os.environ, {crypto.VARIABLE: new}), self.assertRaises(crypto.Unreadable):
            crypto.decrypt(token)
