# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""External ids that are called otherwise from a version on: for scripts that run before an update.

An update takes what has an unknown name for something that is gone: it would make the record anew and
delete the old one, and with it whatever customers hang on it.
"""


def rename(cr, module, names):
    """Rename external ids of a module; the record stays, and only what it is called by changes.

    Odoo names the action that a scheduled job is made of after the job: that follows. A name that is
    taken stays who has it.

    :param dict names: {former: new}, both without the module
    :return: how many were renamed
    """
    cr.execute(
        """
        UPDATE ir_model_data item SET name = pair.new || pair.tail
          FROM (SELECT former, new, tail
                  FROM unnest(%s::text[], %s::text[]) names (former, new),
                       unnest(ARRAY['', '_ir_actions_server']) tail) pair
         WHERE item.module = %s AND item.name = pair.former || pair.tail
           AND NOT EXISTS (
               SELECT FROM ir_model_data there
                WHERE there.module = item.module AND there.name = pair.new || pair.tail)
        """,
        [list(names), list(names.values()), module],
    )
    return cr.rowcount
