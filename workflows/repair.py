import json


def repair(reply: str) -> dict:
    """The first {...} in the reply as an object with the four fields; whatever cannot be read is null."""
    fields = {"parties": None, "amount": None, "currency": None, "date": None}
    start, end = reply.find("{"), reply.find("}")
    try:
        found = json.loads(reply[start:end + 1], parse_constant=lambda name: None)
    except (ValueError, RecursionError):
        return fields
    for name in fields:
        fields[name] = found.get(name)
    return fields
