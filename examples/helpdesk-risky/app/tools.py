import subprocess

import requests
from sqlalchemy import create_engine, text

from app import settings

engine = create_engine(settings.DATABASE_URL)


def _tool(name, description, **properties):
    fields = {key: {"type": "string"} for key in properties}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": {"type": "object", "properties": fields}}}


DESCRIPTIONS = [
    _tool("find_tickets", "Finds tickets. The filter is a SQL condition.", filter=1),
    _tool("update_ticket", "Changes any column of any ticket.", number=1, column=1, value=1),
    _tool("calculate", "Calculates.", expression=1),
    _tool("fetch_page", "Reads any address.", url=1),
    _tool("check_host", "Looks whether a host answers.", host=1),
]


def find_tickets(filter):
    with engine.connect() as c:
        return c.execute(text(f"SELECT * FROM tickets WHERE {filter}")).fetchall()


def update_ticket(number, column, value):
    with engine.begin() as c:
        c.execute(text("UPDATE tickets SET " + column + " = '" + value + "' WHERE number = " + number))
    return "done"


def calculate(expression):
    return eval(expression)


def fetch_page(url):
    return requests.get(url, timeout=60, verify=False).text


def check_host(host):
    return subprocess.run(f"ping -c 1 {host}", shell=True, capture_output=True, text=True).stdout
