# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import test_domain
from . import test_every_property
from . import test_fields_left
from . import test_languages
from . import test_master
from . import test_migration_ownership
from . import test_moved
from . import test_ownership
from . import test_ownership_proposals
from . import test_ownership_suppliers
from . import test_ownership_wrong
from . import test_record_keys
from . import test_record_lives
from . import test_traced_beside
