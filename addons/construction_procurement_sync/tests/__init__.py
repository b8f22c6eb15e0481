# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import test_master
from . import test_material_requested
from . import test_purchase_order
from . import test_delivery
from . import test_invoice
from . import test_identity
from . import test_hand_bills
from . import test_paying
from . import test_compliance
from . import test_ledger
from . import test_limits
from . import test_access
from . import test_causes
from . import test_concurrency
from . import test_menus
from . import test_tours
from . import test_hand_bills_tours
