"""Work spread over local processes or a Dask cluster."""
