"""Publication of a session: one plain sheet, from which both the LHÉO feed and the public card are made.

The modules of this package know no Django model and no request:

* ``sheet``: what is public about a session;
* ``text``: cleaning of pasted text;
* ``lheo``: the sheet as a LHÉO 2.3 ``formation`` element;
* ``structure``: the part of the LHÉO 2.3 grammar that we emit;
* ``checks``: what must hold before a sheet is published;
* ``feed``: the file of all sheets;
* ``card``: the sheet as shown in the catalogue.
"""
