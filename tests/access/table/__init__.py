"""Who may do what, where: one row per address of the portal.

`get` and `post` say what each role meets before an object of its own: « 200 filers; 302 region ». A hat that is
not named meets « page absente » (404). Unless they are named too, a visitor is led to the sign-in page and a
person without hat to the page that says what to do. `None`: the address does not know this method (405).
Before another's object, or an absent one, every hat meets the same « page absente ».

`on` names the sort of object of `world.py` that fills the address; `more` fills what is not an object;
`data` is what the POST sends (nothing by default: the form then comes back, or the act is refused in words).
"""

from tests.access.table import common, orders, requests, training
from tests.access.table.row import Row

# The order counts at the end only: the phone that opens a trainer's link keeps it.
TABLE: dict[str, Row] = {**common.ROWS, **requests.ROWS, **orders.ROWS, **training.ROWS}
