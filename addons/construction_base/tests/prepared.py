# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import copy


class PreparedCase:
    """Of a test class in one transaction: ``set_up_once`` runs once, and each test begins from what it made.

    ``setUp`` runs before every test; what is told, ordered and received there costs its time each time.
    ``set_up_once`` is written as ``setUp`` is, and what it sets on ``self`` is there in each test; records
    that a test changed are as they were for the next one, for each test is undone to a savepoint.
    Methods that it keeps are those of another instance. Patches belong in ``setUp`` or ``setUpClass``, for
    nothing ends those of ``set_up_once``.
    """

    def set_up_once(self):
        """Make what all tests of the class begin with."""

    def _callSetUp(self):  # pylint: disable=invalid-name
        # before the savepoint of the first test, and after all of setUpClass
        if "_prepared" not in type(self).__dict__:
            type(self)._prepare_once()
        for name, value in self._prepared.items():
            setattr(self, name, copy.copy(value) if isinstance(value, list | dict | set) else value)
        super()._callSetUp()

    @classmethod
    def _prepare_once(cls):
        maker = cls("set_up_once")
        before = dict(vars(maker))
        maker.set_up_once()
        # as at the end of the transaction in which persons and events do these things
        cls.env.flush_all()
        cls.env.cr.precommit.run()
        cls._prepared = {
            name: value for name, value in vars(maker).items() if before.get(name, maker) is not value
        }
