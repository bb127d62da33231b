"""Co-operatives, accounts, roles, sign-in and API tokens."""
