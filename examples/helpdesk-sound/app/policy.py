"""Decides which tool calls are carried out. The model asks; this file answers."""

from pydantic import BaseModel, Field


class Search(BaseModel):
    query: str = Field(max_length=200)


class Comment(BaseModel):
    ticket: int = Field(gt=0)
    text: str = Field(min_length=1, max_length=2000)


ALLOWED = {"search_knowledge": Search, "search_tickets": Search, "comment_ticket": Comment}
NEEDS_CONFIRMATION = {"comment_ticket"}


class Refused(Exception):
    pass


def check(name: str, arguments: str, confirmed: bool) -> BaseModel:
    """Returns the arguments of an allowed call; raises Refused for every other."""
    if name not in ALLOWED:
        raise Refused(f"tool {name!r} is not allowed")
    if name in NEEDS_CONFIRMATION and not confirmed:
        raise Refused(f"tool {name!r} needs the user's confirmation")
    return ALLOWED[name].model_validate_json(arguments)
