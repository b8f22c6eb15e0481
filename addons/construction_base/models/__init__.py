# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import base
from . import construction_authors_mixin
from . import construction_reach_mixin
from . import construction_coding_dimension
from . import construction_cost_type
from . import construction_cost_code
from . import construction_coding_mixin
from . import construction_left_behind_mixin
from . import construction_pointing_mixin
from . import construction_seen_mixin
from . import construction_shipped
from . import project_project
from . import res_users
from . import construction_door
from . import construction_evidence
from . import ir_model_access
from . import ir_rule
