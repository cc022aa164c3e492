"""Plays heists through `heist-tui mcp serve` by a simple strategy. Started by `mcp-game`, which says with what."""

import asyncio
import collections
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

import fastmcp
import mcp
from fastmcp.client.transports import StdioTransport

from tool_services import check

TOOLS = {
    "start_heist", "status", "go_on", "read_talk", "show_plan", "read_source", "check_message", "ask_agent", "tell_agent",
    "show_suspicion", "take_hint", "guess", "stop_heist",
}
SEEDS = range(1, 9)
# So many of them are played by each further client.
AGAIN = 2
HINT = re.compile(r"the detector suspects (\S+) \((\d+) %\)")
FIGURE = re.compile(r"\d+(?::\d+)?")


def command(program, db):
    return [program, "mcp", "serve", "--llm", "scripted", "--tools", "embedded", "--db", db]


def environment(folder):
    return {**{name: value for name, value in os.environ.items() if not name.startswith("HEIST_")}, "HOME": folder}


class Sdk:
    """The official SDK."""

    def __init__(self, program, db, folder, mode):
        line = command(program, db)
        server = mcp.StdioServerParameters(command=line[0], args=line[1:], env=environment(folder))
        self.client = mcp.Client(server, mode=mode, read_timeout_seconds=60)
        self.told = []

    async def __aenter__(self):
        await self.client.__aenter__()
        return self

    async def __aexit__(self, *error):
        return await self.client.__aexit__(*error)

    async def tools(self):
        return [tool.name for tool in (await self.client.list_tools()).tools]

    async def call(self, tool, **arguments):
        async def progress(over, total, message):
            self.told.append((over, total, message))

        result = await self.client.call_tool(tool, arguments, progress_callback=progress)
        return result.is_error, result.content[0].text, result.structured_content


class Fast:
    """FastMCP."""

    def __init__(self, program, db, folder):
        line = command(program, db)
        self.client = fastmcp.Client(StdioTransport(line[0], line[1:], env=environment(folder)), timeout=60)
        self.told = []

    async def __aenter__(self):
        await self.client.__aenter__()
        return self

    async def __aexit__(self, *error):
        return await self.client.__aexit__(*error)

    async def tools(self):
        return [tool.name for tool in await self.client.list_tools()]

    async def call(self, tool, **arguments):
        async def progress(over, total, message):
            self.told.append((over, total, message))

        result = await self.client.call_tool(tool, arguments, progress_handler=progress, raise_on_error=False)
        return result.is_error, result.content[0].text, result.structured_content


async def data(player, tool, **arguments):
    """What a tool gives, which must be no error."""
    is_error, text, data = await player.call(tool, **arguments)
    if is_error or not text:
        sys.exit(f"FAILED {tool} {arguments}\n  expected: an answer\n  seen:     {text}")
    return data


async def refused(player, tool, **arguments):
    is_error, text, _ = await player.call(tool, **arguments)
    return text if is_error else f"no refusal but: {text}"


async def heist(player, seed):
    """Plays one heist: names whoever told the most figures that its sources do not have, or takes a hint."""
    begun = await data(player, "start_heist", seed=seed, blind=True, rounds=4)
    commitment, wrong, since, said = begun["commitment"], collections.Counter(), 0, []
    while True:
        page = await data(player, "go_on")
        # What did not fit.
        pages = [page]
        while pages[-1]["more"]:
            pages.append(await data(player, "read_talk", since=pages[-1]["next"]))
        entries = [entry for page in pages for entry in page["entries"] if entry["number"] > since]
        since = entries[-1]["number"] if entries else since
        said.extend(entries)
        for entry in entries:
            if entry["kind"] != "message":
                continue
            for claim in (await data(player, "check_message", message=entry["id"]))["claims"]:
                told = set(FIGURE.findall(claim["said"]))
                if "line" in claim and told - set(FIGURE.findall(claim["line"])):
                    wrong[entry["agent"]] += 1
        if page["status"]["state"] == "guess_wanted":
            break
    numbers = [entry["number"] for entry in said]
    (suspect, times), *rest = wrong.most_common() or [("nobody", 0)]
    sureness = 80
    if times <= 1 or rest and rest[0][1] == times:
        # Not clear enough: a quarter of the stake for the detector's opinion.
        is_error, text, _ = await player.call("take_hint")
        suspect, sureness = (suspect, 30) if is_error else (HINT.search(text)[1], int(HINT.search(text)[2]))
    verdict = await data(player, "guess", agent=suspect, sureness=sureness)
    parts = [verdict["mole"] or "none", verdict["strategy"] or "none", verdict["seal"]["nonce"]]
    holds = hashlib.sha256("\n".join(parts).encode()).hexdigest() == commitment
    return verdict, holds and verdict["seal"]["holds"], numbers == list(range(1, len(numbers) + 1))


async def play(name, player, program, db, before):
    """Plays some heists, and gives what came of each; `before` is that of another client, whose first ones are played again."""
    async with player:
        check(f"{name}: the tools", set(await player.tools()), TOOLS)
        expected = "No heist is on: call start_heist first."
        check(f"{name}: nothing before the start", await refused(player, "go_on"), expected)
        expected = "rounds must be a whole number of 1 to 50, not 0."
        check(f"{name}: what is wrong is told", await refused(player, "start_heist", rounds=0), expected)
        verdicts = [await heist(player, seed) for seed in SEEDS[: AGAIN if before else None]]
        check(f"{name}: every seal holds", {holds for _, holds, _ in verdicts}, {True})
        check(f"{name}: every entry was told, once and in order", {whole for *_, whole in verdicts}, {True})
        again = await data(player, "guess", agent="nobody", sureness=9)
        check(f"{name}: one guess, whose verdict can be read again", again, verdicts[-1][0])
        check(f"{name}: progress is told", {total for _, total, _ in player.told}, {25})
    came = [(verdict["named"], verdict["mole"], verdict["points"]) for verdict, *_ in verdicts]
    if before:
        check(f"{name}: the same games come out the same", came, before[:AGAIN])
    else:
        right, points = sum(verdict["right"] for verdict, *_ in verdicts), sum(points for *_, points in came)
        print(f"{name}: right in {right} of {len(verdicts)}, {points:+} points")
        # Chance alone names one in six.
        check(f"{name}: looking at the sources pays", right * 2 >= len(verdicts) and points > 0, True)
    listed = subprocess.run([program, "sessions", "--json", "--db", db], capture_output=True, text=True, check=True)
    ids = {session["session"] for session in json.loads(listed.stdout)}
    check(f"{name}: the heists are kept as any other", {verdict["session"] for verdict, *_ in verdicts}, ids)
    return came


async def main(program):
    program = os.path.abspath(program)
    with tempfile.TemporaryDirectory() as folder:
        players = {
            "mcp, 2025-11-25": lambda db: Sdk(program, db, folder, "legacy"),
            "mcp, 2026-07-28": lambda db: Sdk(program, db, folder, "2026-07-28"),
            "mcp, as it finds": lambda db: Sdk(program, db, folder, "auto"),
            "fastmcp": lambda db: Fast(program, db, folder),
        }
        came = None
        for number, (name, player) in enumerate(players.items()):
            db = os.path.join(folder, f"{number}.db")
            played = await play(name, player(db), program, db, came)
            came = came or played


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
