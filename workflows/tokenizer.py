def tokenize(text: str) -> list:
    """The words of the text: whatever stands between two spaces."""
    return text.split()
