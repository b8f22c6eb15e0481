from . import construction_coding_dimension
from . import construction_cost_type
from . import construction_cost_code
from . import construction_coding_mixin
from . import construction_pointing_mixin
from . import construction_shipped
from . import project_project
from . import res_users
