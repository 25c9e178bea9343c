"""What an invoice is, apart from any database: its content, what is wrong with it, its Factur-X file.

`content` is what is frozen, `checks.faults` what validators let pass and we do not, `facturx.xml_of` the one place
that knows the names of the standard.
"""
