# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
def migrate(cr, version):
    """The index of what is in retry became one of all that is open of a key."""
    cr.execute("DROP INDEX IF EXISTS construction_message_retry_index")
