"""show: roles, the handbook of a ladder, and what a role asks beyond another one."""
