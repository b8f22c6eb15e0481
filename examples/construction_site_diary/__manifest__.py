# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Construction Site Diary",
    "summary": "Site notes by event",
    "version": "19.0.1.0.0",
    "category": "Construction",
    "author": "Construction Suite Contributors",
    "license": "AGPL-3",
    "depends": ["construction_master_sync"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "views/construction_site_note_views.xml",
    ],
}
