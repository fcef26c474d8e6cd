"""One module for each page of the documentation: it makes the view that the page's template shows."""
