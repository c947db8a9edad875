"""How asking a source can fail. Each error reads as a sentence for staff."""


class SourceError(Exception):
    """Base of all of these."""


class UnavailableError(SourceError):
    """It did not answer, or only with an apology: worth asking again later."""


class MalformedError(SourceError):
    """It answered with something that cannot be read: cut short, empty, not JSON, of another shape, too long."""


class NotFoundError(SourceError):
    """It knows no such thing."""


class UnauthorizedError(SourceError):
    """It does not accept our key."""


class ForbiddenError(SourceError):
    """Its address is one that the server does not call: not public, or not one of the web."""


class StoppedError(SourceError):
    """We gave up waiting for our turn because the work was called off."""
