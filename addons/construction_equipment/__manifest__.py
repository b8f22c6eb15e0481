# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Construction Equipment",
    "summary": "A contractor's machines: devices, places, readings, and the rules of hours and charges",
    "version": "19.0.1.1.0",
    "category": "Construction",
    "author": "Construction Suite Contributors",
    "license": "AGPL-3",
    "depends": [
        "construction_job_cost",
        "construction_master_sync",
        "maintenance_equipment_category_hierarchy",
        "maintenance_equipment_certification",
    ],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/certificates.xml",
        "data/crons.xml",
        "views/construction_menus.xml",
        "views/construction_equipment_place_views.xml",
        "views/construction_equipment_reading_views.xml",
        "views/construction_equipment_device_views.xml",
        "views/construction_equipment_transfer_views.xml",
        "views/construction_equipment_anomaly_views.xml",
        "views/maintenance_equipment_views.xml",
    ],
}
