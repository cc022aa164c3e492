"""Measures the screens of the program in a pseudo-terminal of 200 by 60. Started by `measure-screen`, which says what for."""

import contextlib
import fcntl
import http.server
import json
import os
import pathlib
import pty
import select
import signal
import sqlite3
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time

# Tokens a second that the server sends, and in how many pieces a second.
TOKENS, PIECES = 1000, 200
# Seconds that processor time is looked at for.
LOOK = 15
# The bars: shares of a core, seconds, bytes.
IDLE, BUSY, KEY, MEMORY = 0.005, 0.15, 0.016, 60 << 20
# What is opened by a key shows something in so many seconds.
OPEN = 0.1
# How long the longest talk is, and how many heists are in the list.
MESSAGES, HEISTS = 10_000, 1_000


class Model(http.server.BaseHTTPRequestHandler):
    """A model server that chooses no tool and then speaks fast and without an end."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer({"object": "list", "data": [{"id": "fast", "meta": {"n_ctx": 131072}}]})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        if body.get("max_tokens") == 1:
            self.piece("Yes.")
        elif "response_format" in body:
            self.piece('{"tool":"none","argument":"","more":false}')
        else:
            began, sent = time.monotonic(), 0
            while True:
                self.piece("word " * (TOKENS // PIECES))
                sent += 1
                time.sleep(max(0, began + sent / PIECES - time.monotonic()))
        self.wfile.write(b"data: [DONE]\n\n")

    def piece(self, text):
        chunk = {"model": "fast", "choices": [{"delta": {"content": text}}]}
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def answer(self, value):
        text = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


class Server(http.server.ThreadingHTTPServer):
    """A server that is not surprised when the program hangs up."""

    def handle_error(self, *_):
        pass


def environment(folder):
    return {"HOME": folder, "PATH": os.environ["PATH"], "TERM": "xterm-256color"}


def recorded(program, folder, rounds):
    """Has the scripted crew play, and gives the database and the session."""
    file = f"{folder}/{rounds}.db"
    args = ["--ci", "--json", "--llm", "scripted", "--tools", "embedded", "--rounds", str(rounds), "--seed", "7"]
    told = subprocess.run([program, *args, "--db", file], env=environment(folder), capture_output=True, check=True)
    return file, json.loads(told.stdout.splitlines()[0])["session"]


def long_talk(program, folder):
    """A session of so many messages as no game has: a long one, told again and again."""
    file, session = recorded(program, folder, 50)
    with contextlib.closing(sqlite3.connect(file)) as db, db:
        bodies = [json.loads(row[0]) for row in db.execute("SELECT body FROM events ORDER BY seq")]
        talk = [body for body in bodies if body["kind"] in ("round.started", "turn.started", "tool.called",
                "tool.returned", "tool.denied", "message.completed", "suspicion.changed")]
        said = sum(body["kind"] == "message.completed" for body in talk)
        before = bodies[: bodies.index(talk[0])]
        told = before + [
            renamed(body, again) for again in range(MESSAGES // said + 1) for body in talk
        ]
        long = copied(db, session, 0, ["sessions"])
        for seq, body in enumerate(told, 1):
            line = json.dumps({**body, "seq": seq, "session": long})
            db.execute("INSERT INTO events (session, seq, body) VALUES (?, ?, ?)", (long, seq, line))
    return file, long


def copied(db, session, number, tables):
    """A session with the same rows in these tables, by another name."""
    other = f"20200101-000000-{number:03}"
    for table in tables:
        names = ", ".join(row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] != "session")
        rows = f"SELECT ?, {names} FROM {table} WHERE session = ?"
        db.execute(f"INSERT INTO {table} (session, {names}) {rows}", (other, session))
    return other


def renamed(body, again):
    """An event with ids that it has in this telling alone."""

    def name(value):
        if isinstance(value, dict):
            return {key: f"{word}.{again}" if key in ("id", "message", "tool", "call") and is_id(word) else name(word)
                    for key, word in value.items()}
        return [name(one) for one in value] if isinstance(value, list) else value

    def is_id(word):
        return isinstance(word, str) and word[:1] in "mt" and word[1:].isdigit()

    return name(body)


def many_heists(program, folder):
    """A database of so many sessions: one, copied."""
    file, session = recorded(program, folder, 1)
    with contextlib.closing(sqlite3.connect(file)) as db, db:
        for number in range(HEISTS - 1):
            copied(db, session, number, ["sessions", "events", "messages", "tool_calls", "suspicion", "games"])
    return file


class Program:
    """The program in a pseudo-terminal whose output is read by a thread of its own, as a terminal does."""

    def __init__(self, program, folder, *args):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 200, 0, 0))
            os.execve(program, [program, *args], environment(folder))
        self.seen, self.lock = bytearray(), threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            select.select([self.terminal], [], [])
            try:
                data = os.read(self.terminal, 1 << 16)
            except OSError:
                return
            with self.lock:
                self.seen += data
                self.lock.notify()

    def press(self, keys, expected, patience=60):
        """Presses keys and gives the seconds until the terminal is sent what is expected."""
        with self.lock:
            self.seen.clear()
        began = time.perf_counter()
        os.write(self.terminal, keys.encode())
        with self.lock:
            if not self.lock.wait_for(lambda: expected.encode() in self.seen, patience):
                sys.exit(f"never saw {expected!r}")
        return time.perf_counter() - began

    def wait(self, expected, patience=120):
        self.press("", expected, patience)

    def share(self):
        """The share of a core that it takes."""

        def ticks():
            fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])

        before, began = ticks(), time.monotonic()
        time.sleep(LOOK)
        return (ticks() - before) / os.sysconf("SC_CLK_TCK") / (time.monotonic() - began)

    def memory(self):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) << 10

    def end(self):
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)


def share(value):
    return f"{100 * value:.2f} % of a core"


def ms(value):
    return f"{1000 * value:.1f} ms"


def megabytes(value):
    return f"{value / (1 << 20):.1f} MB"


def main(program):
    over = []

    def tell(what, value, bar, shown):
        print(f"{what + ':':<46} {shown(value)} (bar: {shown(bar)})")
        if value > bar:
            over.append(what)

    with tempfile.TemporaryDirectory() as folder:
        play(program, folder, tell)
        look_back(program, folder, tell)
    sys.exit(f"over the bar: {', '.join(over)}" if over else 0)


def play(program, folder, tell):
    """A game that waits, and one that streams."""
    usual = ["--tools", "embedded", "--db", f"{folder}/heist.db"]
    game = Program(program, folder, *usual, "--llm", "scripted", "--rounds", "1", "--seed", "7")
    game.press("\r", "planner")
    game.wait("Who is the mole?")
    tell("processor, waiting for the guess", game.share(), IDLE, share)
    tell("memory while it waits", game.memory(), MEMORY, megabytes)
    game.end()

    server = Server(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/v1"
    game = Program(program, folder, *usual, "--llm", "openai", "--llm-url", url, "--judge", "off", "--rounds", "50")
    game.press("\r", "word")
    tell(f"processor at {TOKENS} tokens a second", game.share(), BUSY, share)
    times = []
    for _ in range(50):
        times.append(game.press("?", "this page"))
        times.append(game.press("\x1b", "word"))
        time.sleep(0.05)
    times.sort()
    tell("key to frame then, median", statistics.median(times), KEY, ms)
    print(f"{'key to frame then, 95 of 100':<46} {ms(times[int(len(times) * 0.95)])}")
    tell("memory while it streams", game.memory(), MEMORY, megabytes)
    game.end()


def look_back(program, folder, tell):
    """The longest talk, and the longest list."""
    file, session = long_talk(program, folder)
    game = Program(program, folder, "replay", session, "--db", file)
    game.wait("REPLAY")
    print(f"{f'to the end of {MESSAGES} messages:':<46} {ms(game.press('G', 'breaks off'))}")
    game.press("t", "Round 50")
    tell(f"memory after {MESSAGES} messages", game.memory(), MEMORY, megabytes)
    tell("key to frame then", statistics.median(game.press(key, "Round") for key in "kjkjkjkjkj"), KEY, ms)
    game.end()

    file = many_heists(program, folder)
    began = time.perf_counter()
    game = Program(program, folder, "sessions", "browse", "--db", file)
    game.wait(f"{HEISTS} heists")
    tell(f"start to the list of {HEISTS} heists", time.perf_counter() - began, OPEN, ms)
    tell("memory with the list", game.memory(), MEMORY, megabytes)
    game.end()


main(sys.argv[1])
