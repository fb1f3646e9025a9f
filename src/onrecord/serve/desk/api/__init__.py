"""The API at ``/api/v1``: the ledger as JSON, for programs. ``description`` writes its OpenAPI file."""
