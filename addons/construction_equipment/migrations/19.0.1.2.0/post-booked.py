# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Charges say whose machine it was, and what the ledger has of them in the company's currency."""
    if not version:
        return
    cr.execute(
        """
        UPDATE construction_equipment_charge charge
           SET owner_company_id = machine.company_id
          FROM maintenance_equipment machine
         WHERE machine.id = charge.equipment_id AND charge.owner_company_id IS NULL
        """
    )
    cr.execute(
        """
        UPDATE construction_equipment_charge charge
           SET company_amount = posted.amount, owner_amount = posted.amount
          FROM (SELECT res_id, SUM(amount) AS amount FROM construction_cost_entry
                 WHERE res_model = 'construction.equipment.charge' AND kind = 'actual' GROUP BY res_id) posted
         WHERE posted.res_id = charge.id AND charge.company_amount IS NULL
        """
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.invalidate_all()
    charges = env["construction.equipment.charge"]
    cr.execute("SELECT id FROM construction_equipment_charge WHERE company_amount IS NULL ORDER BY id")
    for found in charges.browse([row[0] for row in cr.fetchall()]):
        found.company_amount = found._amount_for(found.company_id)
        found.owner_amount = found._amount_for(found.owner_company_id)
    env.flush_all()
