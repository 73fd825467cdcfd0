"""Calibration: what an edit of the rules does to people, what past decisions say of them, and whether a group is hit harder."""
