from . import controllers, handlers, models
