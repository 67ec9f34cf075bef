"""A second implementation of the statistics of a cohort, from the exported raw reads alone: nothing
of ``portal`` or ``cmrkit`` is imported. The definitions are those of docs/science.

    python -m tests.independent RAW.zip EXPORT.csv [EXPORT.csv …]

says where the pairs that were exported differ from what the raw reads give.
"""
