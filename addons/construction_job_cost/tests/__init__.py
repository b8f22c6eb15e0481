# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import test_access
from . import test_accrued_orders
from . import test_append_only
from . import test_as_of
from . import test_bills
from . import test_budget
from . import test_budget_check
from . import test_budget_race
from . import test_guards
from . import test_mutations
from . import test_orders
from . import test_period
from . import test_reconciliation
from . import test_report
from . import test_seen
from . import test_together
from . import test_tours
