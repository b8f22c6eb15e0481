# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import construction_compliance_waive
from . import construction_hold_release
from . import construction_reconciliation
from . import construction_order_change_answer
from . import construction_order_change_request
from . import validate_account_move
from . import base_partner_merge_automatic_wizard
from . import account_payment_register
