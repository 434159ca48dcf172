"""Where a ledger comes from."""
