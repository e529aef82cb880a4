"""From a service desk's export to a proposed return.

Pure modules, in the order in which they are used: `mapping` and `presets` say how a file is read, `tables` opens it
row by row, `moments` reads dates, `reading` reduces rows to tickets, `service_hours` and `counting` count them,
`proposals` says which figure a count gives. `importing` and `jobs` are what touches the database.
"""
