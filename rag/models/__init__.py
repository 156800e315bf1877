"""The models, each the only door of its heavy library; `files` proves that their bytes are right."""
