"""From the hours of a month to the invoice that is paid."""

from invoices.models.batch import MonthBatch, MonthBatchRow
from invoices.models.invoice import Deposit, Invoice, InvoiceLine, StatusLine
from invoices.models.settings import BillingProfile, PayerSettings
from invoices.models.table import MonthLine, MonthTable

__all__ = [
    "BillingProfile",
    "Deposit",
    "Invoice",
    "InvoiceLine",
    "MonthBatch",
    "MonthBatchRow",
    "MonthLine",
    "MonthTable",
    "PayerSettings",
    "StatusLine",
]
