# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Fed to an Odoo shell by setup/template: call provision(env) and keep what it returns."""

import json
import os
import sys

sys.path.insert(0, os.environ["PROVISION_FOLDER"])
import provision  # noqa: E402

result = provision.provision(env)  # noqa: F821
env.cr.commit()  # noqa: F821
with open(os.environ["PROVISION_RESULT"], "w", opener=lambda p, f: os.open(p, f, 0o600)) as stream:
    json.dump(result, stream, indent=1)
