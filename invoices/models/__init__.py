"""From the hours of a month to the invoice that is paid."""

from invoices.models.batch import MonthBatch, MonthBatchRow
from invoices.models.deposit import ChorusCall, Deposit
from invoices.models.invoice import Invoice, InvoiceLine, StatusLine
from invoices.models.payment import Suspension
from invoices.models.settings import BillingProfile, PayerSettings
from invoices.models.sheet import InvoiceSheet
from invoices.models.table import MonthLine, MonthTable

__all__ = [
    "BillingProfile",
    "ChorusCall",
    "Deposit",
    "Invoice",
    "InvoiceLine",
    "InvoiceSheet",
    "MonthBatch",
    "MonthBatchRow",
    "MonthLine",
    "MonthTable",
    "PayerSettings",
    "StatusLine",
    "Suspension",
]
