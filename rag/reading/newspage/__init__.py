"""Page -> articles: split it, leave out what is not news, find outlet, author and date."""
