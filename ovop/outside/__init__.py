"""What lies outside the database, each with an embedded twin: mail, media, geocoder, the outbox's worker."""
