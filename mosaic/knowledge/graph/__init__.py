"""The graph of pages: what links to what, now and on a day, and where each page is drawn."""
