"""What calls take and answer, a file per resource; the OpenAPI document is made from these."""
