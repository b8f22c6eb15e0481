{
    "name": "Construction Sync",
    "summary": "Receives signed events exactly once and turns each into an ERP record or a work item",
    "version": "19.0.1.0.0",
    "category": "Construction",
    "author": "Construction Suite Contributors",
    "license": "AGPL-3",
    "depends": ["construction_base", "queue_job", "mail"],
    "external_dependencies": {
        "python": [
            "cryptography",
            "jsonschema",
            "jsonschema_rs",
            "simplejson",
            "standardwebhooks",
        ]
    },
    "data": [
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/queue_job.xml",
        "data/ir_cron.xml",
        "wizards/crosswalk_remap_views.xml",
        "wizards/exception_ignore_views.xml",
        "wizards/message_correct_views.xml",
        "wizards/credential_secret_views.xml",
        "views/construction_message_views.xml",
        "views/construction_exception_views.xml",
        "views/construction_crosswalk_views.xml",
        "views/construction_event_type_views.xml",
        "views/construction_source_views.xml",
        "views/menus.xml",
    ],
    "assets": {
        "web.assets_tests": ["construction_sync/static/tests/tours/*.js"],
    },
    "application": False,
}
