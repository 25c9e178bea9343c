"""The one exception of the workflows: an act that is not lawful now, said in French to the person who tried."""


class Refused(Exception):
    """Raised by a workflow function; its text is shown as it stands, where the act was tried."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
