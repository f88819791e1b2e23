"""Passwords are bytes, and neither a costly hash nor a flood of guesses keeps the right client out."""

import base64
import http.client
import subprocess
import threading

import pytest

from support.faults import work_for_all
from support.waiting import eventually


def hashed(workspace, user, password, cost="10"):
    return subprocess.run([workspace.jobsweep.path, "hash-password", "--user", user, "--cost", cost], input=password + b"\n", capture_output=True,
                          timeout=60, env=workspace.jobsweep.environment())


def basic(user, password):
    return {"Authorization": "Basic " + base64.b64encode(user.encode() + b":" + password).decode()}


@pytest.fixture
def guarded(workspace):
    """Starts a sidecar with users: pairs of name and password."""

    def start(*users, cost="10"):
        entries = [hashed(workspace, user, password, cost).stdout.decode().splitlines()[1] for user, password in users]
        web = workspace.folder / "web.yml"
        web.write_text("\n".join(["basic_auth_users:", *entries]) + "\n")
        return workspace.serve("--web.config.file", web)

    work_for_all().write(workspace.database)
    return start


def ask(serving, user, password, source="127.0.0.1"):
    connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=60, source_address=(source, 0))
    try:
        connection.request("GET", "/metrics", headers=basic(user, password))
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


@pytest.mark.parametrize("cost", ["17", "20", "31"])
def test_a_hash_that_would_block_the_queue_is_refused(workspace, cost):
    work_for_all().write(workspace.database)
    web = workspace.folder / "web.yml"
    web.write_text(f"basic_auth_users:\n  bob: $2b${cost}$0123456789012345678901uPzWKjRo1jdr8qVqZIkGbQkcQPbbg5K\n")
    for command in ("check", "serve"):
        said = workspace.command(command, "--web.config.file", web).exits(2)
        assert f"web.yml:2: basic_auth_users.bob: the hash's cost of {cost}" in said.err and "4 to 16" in said.err


COMPOSED, DECOMPOSED = "p\u00e4ss".encode(), "pa\u0308ss".encode()


@pytest.mark.parametrize(("right", "wrong"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])
def test_canonically_equal_passwords_are_two(guarded, right, wrong):
    serving = guarded(("bob", right))
    assert [ask(serving, "bob", password) for password in (wrong, right, wrong, right)] == [401, 200, 401, 200]


def test_canonically_equal_users_are_two(guarded):
    serving = guarded(("J\u00f6rg", b"secret"))
    assert [ask(serving, user, b"secret") for user in ("J\u00f6rg", "Jo\u0308rg", "J\u00f6rg")] == [200, 401, 200]


def test_a_password_may_begin_with_a_combining_mark(guarded):
    """It must not swallow the colon before it."""
    serving = guarded(("bob", "\u0301secret".encode()))
    assert ask(serving, "bob", "\u0301secret".encode()) == 200


def test_a_password_of_bytes_that_are_no_text(guarded):
    serving = guarded(("bob", b"p\xe4ss"))
    assert [ask(serving, "bob", password) for password in (b"p\xe4ss", "p\ufffdss".encode(), b"p\xe5ss")] == [200, 401, 401]


def test_a_users_name_that_is_no_text_is_refused(workspace):
    made = subprocess.run([workspace.jobsweep.path, "hash-password", "--user", b"J\xf6rg"], input=b"secret\n", capture_output=True, timeout=60,
                          env=workspace.jobsweep.environment())
    assert made.returncode == 2 and made.stdout == b"" and b"UTF-8" in made.stderr


def test_a_flood_after_a_restart_keeps_the_right_client_out_of_nothing(guarded):
    """Guesses come from another address, as fast as they are answered, before the right client has ever been seen."""
    serving = guarded(("bob", b"secret"), cost="12")
    over, guessed = threading.Event(), []

    def guess(number):
        while not over.is_set():
            guessed.append(ask(serving, ("bob", "eve")[number % 2], f"guess {number} {len(guessed)}".encode(), source="127.0.0.2"))

    guessers = [threading.Thread(target=guess, args=(number,)) for number in range(32)]
    for guesser in guessers:
        guesser.start()
    try:
        eventually(lambda: 503 in guessed, "the queue is full", 60)
        assert ask(serving, "bob", b"secret") == 200
    finally:
        over.set()
        for guesser in guessers:
            guesser.join()
    assert set(guessed) <= {401, 503}
    lines = [line for line in serving.said.splitlines() if "a login failed" in line]
    assert lines and len(lines) <= 60 and "127.0.0.2" in lines[0] and "guess" not in serving.said
