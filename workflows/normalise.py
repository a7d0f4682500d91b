def normalise(reply: str) -> str:
    """Turn the model's reply into a queue name: its first line, lower-case, without the punctuation around it."""
    lines = reply.strip().lower().splitlines()
    return lines[0].strip(" \t.,:;!?*_'\"`()[]") if lines else ""
