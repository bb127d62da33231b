"""Version 1 of the API: `calls.register` adds it to the application."""
