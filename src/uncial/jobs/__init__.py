"""Durable jobs: what is asked for survives whatever happens to those who do it.

`store.JobStore` is the table of jobs, `blobs.Blobs` holds their bytes, `runner.Runner` does one of them with a worker process,
and an `executor.Executor` has runners here or elsewhere do them all. Nothing here speaks HTTP.
"""
