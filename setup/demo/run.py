# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Fed to an Odoo shell by setup/template: call provision(env) and keep what it returns.

By setup/stack it is fed to one whose database was provisioned before (PROVISION_KNOWN=1): then only what
addons bring since is made.
"""

import json
import os
import sys

sys.path.insert(0, os.environ["PROVISION_FOLDER"])
import provision  # noqa: E402

if os.environ.get("PROVISION_KNOWN"):
    with open(os.environ["PROVISION_RESULT"]) as stream:
        result = provision.more(env, json.load(stream))  # noqa: F821
else:
    result = provision.provision(env)  # noqa: F821
env.cr.commit()  # noqa: F821
with open(os.environ["PROVISION_RESULT"], "w", opener=lambda p, f: os.open(p, f, 0o600)) as stream:
    json.dump(result, stream, indent=1)
