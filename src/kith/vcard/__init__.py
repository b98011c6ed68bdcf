"""Cards as bytes, as lines, as contacts.

`raw` splits bytes into cards and content lines, `read` makes contacts of them, `write` makes new cards, `patch` edits
a card in place. What kith does not model is kept word for word.
"""
