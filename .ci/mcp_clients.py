"""Speaks MCP to the tool services with clients that others wrote. Started by `mcp-clients`, which says what for."""

import asyncio
import contextlib
import importlib.metadata
import logging
import sys
import time
import urllib.parse
import urllib.request

from tool_services import CALLS, SCOPES, Services, ask, built, check, register, token, until

# What a client writes of itself is not looked at here.
logging.disable(logging.CRITICAL)

# The tools of each service.
TOOLS = {
    "calculator": ["calculator"],
    "file-reader": ["file_reader"],
    "database-query": ["database_query"],
    "memory": ["store_memory", "get_recent_turns", "get_compressed_memory"],
}


def version(package):
    """The version of an installed package, or nothing."""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version(package)


class Spoken:
    """One way of speaking: a client in a version, and the protocol that it is to find."""

    def __init__(self, client, protocol, connect):
        self.name = f"{client} {version(client)}, {protocol}"
        self.protocol = protocol
        self.connect = connect
        # The statuses of HTTP that it was answered with.
        self.statuses = []

    async def heard(self, response):
        """Called by the HTTP client for each answer."""
        self.statuses.append(response.status_code)

    def hooks(self):
        """What an HTTP client is made with beside its headers."""
        return {"event_hooks": {"response": [self.heard]}, "trust_env": False, "timeout": 30}


def newer(mode):
    """The official SDK since its second version."""

    @contextlib.asynccontextmanager
    async def connect(spoken, url, headers):
        import httpx2
        from mcp import Client
        from mcp.client.streamable_http import streamable_http_client

        async with httpx2.AsyncClient(headers=headers, **spoken.hooks()) as http:
            async with Client(streamable_http_client(url, http_client=http), mode=mode) as client:
                yield client.protocol_version, client.list_tools, client.call_tool

    return connect


@contextlib.asynccontextmanager
async def older(spoken, url, headers):
    """The official SDK in its first version."""
    import httpx
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    def http(headers=None, timeout=None, auth=None):
        return httpx.AsyncClient(headers=headers, auth=auth, **spoken.hooks())

    async with streamablehttp_client(url, headers=headers, httpx_client_factory=http) as (read, write, _):
        async with ClientSession(read, write) as session:
            begun = await session.initialize()
            yield begun.protocolVersion, session.list_tools, session.call_tool


def fast(mode):
    """FastMCP, told where the servers are by a configuration as LM Studio and others have it."""

    @contextlib.asynccontextmanager
    async def connect(spoken, url, headers):
        import httpx2
        from fastmcp import Client
        from fastmcp.client.transports import StreamableHttpTransport

        def http(headers=None, auth=None, **_):
            return httpx2.AsyncClient(headers=headers, auth=auth, **spoken.hooks())

        transport = StreamableHttpTransport(url, headers=headers, httpx_client_factory=http)
        async with Client(transport, mode=mode) as client:
            yield client.protocol_version, client.list_tools_mcp, client.call_tool_mcp

    return connect


def ways():
    """All that the packages here can speak."""
    if version("mcp").startswith("1."):
        return [Spoken("mcp", "2025-11-25", older)]
    modes = {"2026-07-28": "auto", "2025-11-25": "legacy"}
    return [
        Spoken(client, protocol, connect(mode))
        for client, connect in (("mcp", newer), ("fastmcp", fast))
        for protocol, mode in modes.items()
    ]


def member(thing, *names):
    """A member by the name that this version of the client has for it."""
    return next(getattr(thing, name) for name in names if hasattr(thing, name))


async def session(spoken, url, bearer, use):
    """What `use` makes of a connection."""
    async with spoken.connect(spoken, url + "/mcp", {"Authorization": f"Bearer {bearer}"}) as opened:
        return await asyncio.wait_for(use(*opened), 60)


async def answered(spoken, services, bearer):
    """Lists and calls, at every service, against what the REST endpoints say."""
    for name, tools in TOOLS.items():
        url = services[name].url
        path, arguments = CALLS[name]
        tool = path.rsplit("/", 1)[1]

        async def use(protocol, list_tools, call_tool, name=name, tools=tools, url=url, tool=tool, given=arguments):
            check(f"{spoken.name}, {name}: the protocol", protocol, spoken.protocol)
            listed = (await list_tools()).tools
            check(f"{spoken.name}, {name}: its tools", [it.name for it in listed], tools)
            _, told = ask(url + "/tools", bearer=bearer)
            expected = {it["name"]: it["inputSchema"] for it in told["tools"]}
            schemas = {it.name: member(it, "input_schema", "inputSchema") for it in listed}
            check(f"{spoken.name}, {name}: their schemas", schemas, expected)
            called = await call_tool(tool, given)
            _, rest = ask(f"{url}/tools/{tool}", given, bearer)
            found = member(called, "structured_content", "structuredContent")
            found = called.content[0].text if found is None else found
            seen = (member(called, "is_error", "isError"), found)
            check(f"{spoken.name}, {name}: a call", seen, (False, rest["result"]))

        await session(spoken, url, bearer, use)

    async def refused(_, list_tools, call_tool):
        called = await call_tool("calculator", {"expression": "1/0"})
        told = (member(called, "is_error", "isError"), called.content[0].text)
        check(f"{spoken.name}: a bad expression is told in words", told, (True, "at character 2: division by zero"))

    await session(spoken, services["calculator"].url, bearer, refused)


async def kept_out(spoken, what, url, bearer, status):
    """A call that must not go well, because of its token."""

    async def use(_, list_tools, call_tool):
        await call_tool("calculator", {"expression": "1+1"})

    spoken.statuses.clear()
    try:
        await session(spoken, url, bearer, use)
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit)):
            raise
        seen = spoken.statuses[-1]
    else:
        seen = "a good answer"
    check(f"{spoken.name}: {what}", seen, status)


def revoked(services, client):
    """A token that was taken back."""
    oauth, bearer = services["oauth"].url, token(services["oauth"].url, client)
    form = urllib.parse.urlencode({"token": bearer, **{name: client[name] for name in ("client_id", "client_secret")}})
    with urllib.request.urlopen(f"{oauth}/oauth/revoke", form.encode(), timeout=60) as answer:
        check("a token is revoked", answer.status, 200)
    tools = services["calculator"].url + "/tools"
    # Until the service has heard of it.
    until("a revoked token is refused", lambda: ask(tools, bearer=bearer)[0] == 401, pause=0.05)
    return bearer


async def main(program=None):
    with Services(program or built()) as services:
        oauth, bootstrap = services["oauth"].url, services.bootstrap()
        calculator = services["calculator"].url
        client = register(oauth, bootstrap, "planner", SCOPES)
        good = token(oauth, client)
        narrow = token(oauth, register(oauth, bootstrap, "lookout", "tools:query"))
        expired = token(oauth, register(oauth, bootstrap, "driver", "tools:calculate", lifetime=1))
        begun = time.monotonic()
        lost = revoked(services, client)
        status, metadata = ask(calculator + "/.well-known/oauth-protected-resource/mcp")
        told = (status, metadata["resource"], metadata["authorization_servers"])
        check("who issues tokens", told, (200, calculator + "/mcp", [oauth]))
        for spoken in ways():
            await answered(spoken, services, good)
            await kept_out(spoken, "a call beyond the scope", calculator, narrow, 403)
            await kept_out(spoken, "a revoked token", calculator, lost, 401)
            # A service is lenient for five seconds.
            await asyncio.sleep(max(0, begun + 7 - time.monotonic()))
            await kept_out(spoken, "an expired token", calculator, expired, 401)
            if spoken.name.startswith("fastmcp"):
                await configured(spoken, services, good)


async def configured(spoken, services, bearer):
    """A configuration such as `heist-tui mcp token` prints, with two servers."""
    from fastmcp import Client

    def server(name):
        return {"type": "http", "url": services[name].url + "/mcp", "headers": {"Authorization": f"Bearer {bearer}"}}

    config = {"mcpServers": {f"heist-{name}": server(name) for name in ("calculator", "memory")}}
    async with Client(config) as client:
        names = sorted(tool.name for tool in await client.list_tools())
        called = await client.call_tool("heist-calculator_calculator", {"expression": "45*60"})
    expected = sorted(f"heist-{name}_{tool}" for name in ("calculator", "memory") for tool in TOOLS[name])
    check(f"{spoken.name}: servers of an mcp.json", (names, called.content[0].text), (expected, "2700"))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
