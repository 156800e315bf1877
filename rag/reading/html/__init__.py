"""Saved web pages -> articles; `page` tells the story, `fragment` reads HTML in other formats."""
