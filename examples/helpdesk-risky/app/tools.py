import subprocess

import requests
from langchain_core.tools import tool
from langchain_core.utils.function_calling import convert_to_openai_tool
from sqlalchemy import create_engine, text

from app import settings

engine = create_engine(settings.DATABASE_URL)


@tool
def find_tickets(filter: str):
    """Finds tickets. The filter is a SQL condition."""
    with engine.connect() as c:
        return c.execute(text(f"SELECT * FROM tickets WHERE {filter}")).fetchall()


@tool
def update_ticket(number: str, column: str, value: str):
    """Changes any column of any ticket."""
    with engine.begin() as c:
        c.execute(text("UPDATE tickets SET " + column + " = '" + value + "' WHERE number = " + number))
    return "done"


@tool
def calculate(expression: str):
    """Calculates."""
    return eval(expression)


@tool
def fetch_page(url: str):
    """Reads any address."""
    return requests.get(url, timeout=60, verify=False).text


@tool
def check_host(host: str):
    """Looks whether a host answers."""
    return subprocess.run(f"ping -c 1 {host}", shell=True, capture_output=True, text=True).stdout


DESCRIPTIONS = [convert_to_openai_tool(t) for t in (find_tickets, update_ticket, calculate, fetch_page, check_host)]
