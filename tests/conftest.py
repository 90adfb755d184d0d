"""What holds for all tests: hypothesis sets no time limits (a busy machine is no failure) and finds the same on every run."""

from hypothesis import settings

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")
