"""The only place where organisations, hats and invitations change: one module per thing that changes."""
