"""What `tests/conftest.py` refuses, it does refuse."""

import pytest
from django.template import Context, Engine, Origin, Template

ENGINE = Engine()
OURS = "/portail/templates/essai.html"


@pytest.mark.parametrize(
    ("text", "given", "refused"),
    [
        ("{{ nom }}", {}, True),
        ("{{ personne.nom }}", {"personne": {}}, True),
        ("{{ nom|upper }}", {}, True),
        ("{% with autre=nom %}{{ autre }}{% endwith %}", {}, True),
        ("{{ nom|default:'sans nom' }}", {}, False),
        ("{% if nom %}oui{% endif %}{{ personne.nom }}", {"personne": {"nom": ""}}, False),
    ],
)
def test_a_variable_that_nobody_gives(text: str, given: dict[str, object], refused: bool) -> None:
    for origin, watched in ((OURS, refused), ("/lib/site-packages/x/templates/y.html", False)):
        template = Template(text, origin=Origin(origin), engine=ENGINE)
        if watched:
            with pytest.raises(pytest.fail.Exception, match="n’existe pas"):
                template.render(Context(given))
        else:
            template.render(Context(given))
