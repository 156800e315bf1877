"""Engines on several computers, each imported only where somebody asks for it."""
