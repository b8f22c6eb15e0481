# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Models that exist only while a test runs: for what any addon may inherit, such as a mixin or a handler.

OCA's odoo-test-helper does this up to Odoo 18; on 19.0 it cannot be imported.
"""

from contextlib import contextmanager

from odoo.orm.model_classes import add_to_registry


def add_fake_models(env, *classes):
    """Put model classes into the registry, with their tables. They are imported where this is called, in
    ``setUpClass``: a model of Odoo's is registered where its class is made."""
    names = _names(classes)
    for model in classes:
        add_to_registry(env.registry, model)
    env.registry._setup_models__(env.cr, names)
    tables = [name for name in names if not env.registry[name]._abstract]
    if tables:
        env.registry.init_models(env.cr, tables, {"models_to_check": False}, install=False)


def remove_fake_models(env, *classes):
    """Take them out again; their tables go with the transaction of the test."""
    for name in _names(classes):
        del env.registry[name]
    env.registry._setup_models__(env.cr, [])


def _names(classes):
    """Of the models of classes, which may extend each other."""
    return list(dict.fromkeys(model._name for model in classes))


@contextmanager
def fake_models(env, *classes):
    """Both, for ``cls.enterClassContext(fake_models(cls.env, FakeLine))`` or ``self.enterContext(…)``."""
    add_fake_models(env, *classes)
    try:
        yield
    finally:
        remove_fake_models(env, *classes)
