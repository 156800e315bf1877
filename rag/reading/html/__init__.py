"""Saved web pages -> articles; `page` tells the story, `fragment` reads HTML inside other formats."""
