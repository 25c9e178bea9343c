"""The only place where tables of the month and invoices change."""
