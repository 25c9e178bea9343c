"""The look of the house: components, form renderer, tables as data, French wording.

Knows no app: rooms register their navigation and their places from ``AppConfig.ready``.
"""
