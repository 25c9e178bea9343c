"""The invoices of the screen as other machines want them."""

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from core.accounts.access import hat_required
from core.accounts.enums import OrganisationKind
from invoices.exports import finance_lines, shape
from invoices.views.invoices import rows_of

region = hat_required(OrganisationKind.REGION)


@region
@require_safe
def finance_export(request: HttpRequest) -> StreamingHttpResponse:
    """The same rows as the list, in the columns that the Région's finance system imports."""
    encoding = shape().encoding
    answer = StreamingHttpResponse(finance_lines(rows_of(request)[1]), content_type=f"text/csv; charset={encoding}")
    answer["Content-Disposition"] = content_disposition_header(True, "factures-finances.csv") or "attachment"
    return answer
