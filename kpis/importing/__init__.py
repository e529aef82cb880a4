"""A month's return out of a file: what the portal hands out to be filled in, how a file is read, what it would change.

Pure modules: files and dataclasses in, dataclasses out. kpis/return_imports.py joins them to the database.
"""
