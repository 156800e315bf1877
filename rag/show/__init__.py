"""What an answer looks like outside the page: shell, JSON, Markdown, HTML file."""
