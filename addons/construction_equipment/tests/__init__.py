# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import test_at_once
from . import test_device
from . import test_machine
from . import test_machine_access
from . import test_machine_ownership
from . import test_reading
from . import test_transfer
from . import test_charge
from . import test_machine_day
from . import test_day_race
from . import test_hours
from . import test_hours_again
from . import test_meter_replaced
from . import test_batch
from . import test_other_company
from . import test_rented
from . import test_approval
<<<<<<< HEAD
from . import test_unattended
from . import test_owned_cost
=======
from . import test_hours_odd
>>>>>>> b7804ed ([IMP] construction_equipment: what is odd about hours, and its cures)
