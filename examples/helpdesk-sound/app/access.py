"""Who asks, and how often. Tokens come from the company's login and are checked against its published keys."""

import time
from collections import defaultdict, deque
from dataclasses import dataclass

import jwt
from fastapi import Depends, HTTPException, Request

from app.settings import settings

keys = jwt.PyJWKClient(f"{settings.token_issuer}/keys")
asked: dict[str, deque] = defaultdict(deque)


@dataclass
class User:
    subject: str
    token: str


def current_user(request: Request) -> User:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise HTTPException(401)
    try:
        key = keys.get_signing_key_from_jwt(token).key
        claims = jwt.decode(token, key, algorithms=["RS256"], audience="helpdesk", issuer=settings.token_issuer)
    except jwt.PyJWTError:
        raise HTTPException(401)
    return User(claims["sub"], token)


def limit(user: User = Depends(current_user)) -> None:
    times, now = asked[user.subject], time.monotonic()
    while times and now - times[0] > 60:
        times.popleft()
    if len(times) >= settings.questions_per_minute:
        raise HTTPException(429)
    times.append(now)
