"""`python -m pipeline` is `parley`."""

from pipeline.cli import main

main()
