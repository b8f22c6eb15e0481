# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What handlers declare of their types holds from the next update on, unless a person chose otherwise."""


def migrate(cr, version):
    # until lanes were declared by type, all came as standard
    cr.execute("UPDATE construction_event_type SET declared_lane = 'standard' WHERE declared_lane IS NULL")
    # one that is archived though its handler is there was archived by a person
    cr.execute(
        """
        UPDATE construction_event_type t SET is_declared = true
         WHERE EXISTS (SELECT FROM ir_model m WHERE m.model = t.handler_model)
        """
    )
