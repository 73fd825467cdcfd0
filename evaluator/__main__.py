"""`python -m evaluator` is the command line."""

from evaluator.cli.entry import main

main()
