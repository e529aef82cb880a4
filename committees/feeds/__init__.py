"""What the portal gives to other programs: calendars, Atom, OParl. Public things only, whoever asks.

`public` loads what the public may know; `ical`, `atom` and `oparl` write it down; `answers` sends it.
"""
