"""People, sign-in, sessions, invitations, tokens, signatures."""
