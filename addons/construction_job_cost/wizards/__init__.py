# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import account_accrued_orders_wizard
from . import construction_job_cost_open
from . import construction_budget_override
from . import construction_reconciliation
from . import construction_reconciliation_company
from . import construction_reconciliation_line
from . import base_partner_merge_automatic_wizard
from . import construction_period_close
