"""`python -m pipeline` is `parley`."""

from pipeline.cli.main import main

main()
