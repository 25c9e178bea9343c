"""The exchange with Chorus Pro, apart from any database.

`contract` is what the portal asks of it and how it may fail, `client` speaks to the true platform through PISTE,
`stand_in` answers in its place on one machine, for the tests and the demonstration. Without settings, there is no
exchange: invoices are deposited by hand and nothing else changes (docs/chorus-pro.md).
"""
