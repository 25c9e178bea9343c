"""The only place where a request or a session changes state: decide, apply, tell."""
