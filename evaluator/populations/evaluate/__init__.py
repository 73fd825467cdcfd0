"""evaluate: everybody in a population judged, into a file or onto the screen."""
