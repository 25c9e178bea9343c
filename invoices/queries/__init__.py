"""What the screens and the workflow read: tables of the month, invoices, and what is left to invoice."""
