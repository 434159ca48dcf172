"""What a ledger can be made of: one module for each kind of rows."""
