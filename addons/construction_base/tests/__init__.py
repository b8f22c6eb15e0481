# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import test_access
from . import test_coding_mixin
from . import test_cost_code
from . import test_job
from . import test_seen
from . import test_shipped
from . import test_xml_ids
