from . import (
    test_access,
    test_accept,
    test_decisions,
    test_endpoint,
    test_exceptions,
    test_handlers,
    test_isolation,
    test_models,
    test_persons,
    test_sources,
    test_work_items,
)
