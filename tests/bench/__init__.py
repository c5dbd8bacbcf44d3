"""`make bench`: the budgets, measured on the real server and a database as large as a clinic group gets."""
