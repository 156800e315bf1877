"""The tests of the evaluation: not part of `make test`, but of `make test-evaluation`."""
