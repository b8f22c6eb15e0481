# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Construction Master Sync",
    "summary": "Jobs, cost codes, suppliers and items by event, and what every domain needs of them",
    "version": "19.0.1.5.0",
    "category": "Construction",
    "author": "Construction Suite Contributors",
    "license": "AGPL-3",
    "depends": ["construction_sync", "project", "account", "purchase"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
    ],
    "pre_init_hook": "pre_init_hook",
}
