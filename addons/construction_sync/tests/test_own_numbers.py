# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import closing

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase, tagged

OWN = "DELETE FROM construction_source WHERE kind = 'company' AND company_id = %s"
# one that another test has left in use is put aside meanwhile
ASIDE = (
    "UPDATE construction_source SET kind = 'system', code = code || '-aside'"
    " WHERE kind = 'company' AND company_id = %s RETURNING id"
)
BACK = (
    "UPDATE construction_source SET kind = 'company', code = replace(code, '-aside', '') WHERE id = ANY(%s)"
)


@tagged("post_install", "-at_install")
class TestOwnNumbers(TransactionCase):
    """The authority of a company's own numbers, made by whoever needs it first: on real connections."""

    def _of_company(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {})
        authority = env["construction.source"]._company_authority(env.ref("base.main_company"))
        env.flush_all()
        return authority.id

    def test_two_who_need_it_first_at_once(self):
        company = self.env.ref("base.main_company").id
        with closing(self.registry.cursor()) as first, closing(self.registry.cursor()) as second:
            first.execute(ASIDE, [company])
            aside = [row[0] for row in first.fetchall()]
            first.commit()
            try:
                second.execute("SELECT 1 FROM res_company")
                made = self._of_company(first)
                first.commit()
                with self.assertRaises(SerializationFailure):
                    # not a refusal that a person reads: Odoo and the lanes go again
                    self._of_company(second)
                second.rollback()
                self.assertEqual(self._of_company(second), made)
            finally:
                second.rollback()
                first.execute(OWN, [company])
                first.execute(BACK, [aside])
                first.commit()
