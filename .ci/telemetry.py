"""Plays heists and reads what an OpenTelemetry receiver gets of them. Started by `telemetry`, which says what for."""

import collections
import datetime
import http.server
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

import tool_services
from tool_services import Composed, ROOT, Services, ask, check, register, token, until

PATHS = {"/v1/traces": ExportTraceServiceRequest, "/v1/metrics": ExportMetricsServiceRequest}
# What is sent only to whoever asks for content.
CONTENT = {"gen_ai.system_instructions", "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.tool.call.arguments"}
CONTENT |= {"gen_ai.tool.call.result"}
CAPTURE = {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true"}
# Upper bounds of the conventions' histograms.
SHORT = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
LONG = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6]
TOKENS = [4.0**power for power in range(14)]
BOUNDS = {
    "gen_ai.client.operation.duration": SHORT,
    "gen_ai.client.operation.time_to_first_chunk": SHORT,
    "gen_ai.client.token.usage": TOKENS,
    "gen_ai.execute_tool.duration": SHORT,
    "gen_ai.invoke_agent.duration": LONG,
}


def plain(value):
    """An attribute's value as Python has it."""
    kind = value.WhichOneof("value")
    return [plain(one) for one in value.array_value.values] if kind == "array_value" else getattr(value, kind)


def attributes(of):
    """Attributes by their names."""
    return {pair.key: plain(pair.value) for pair in of}


class Told:
    """A span that was received."""

    def __init__(self, span, resource):
        self.name, self.kind, self.resource = span.name, span.kind, resource
        self.trace, self.id, self.parent = span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex()
        self.attributes, self.status = attributes(span.attributes), span.status.code
        self.began, self.ended = span.start_time_unix_nano, span.end_time_unix_nano

    def __getitem__(self, name):
        return self.attributes.get(name)


class Receiver:
    """A receiver on a free port of all addresses, so that containers reach it too. One that is `deaf` never answers."""

    def __init__(self, deaf=False):
        self.bodies, self.headers, self.over = [], [], threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if deaf:
                    receiver.over.wait()
                    return
                message = PATHS[self.path].FromString(body)
                receiver.headers.append(dict(self.headers))
                receiver.bodies.append((message, body))
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    def of_kind(self, kind):
        return [message for message, _ in list(self.bodies) if isinstance(message, kind)]

    def spans(self):
        """All spans, in the order in which they came."""
        return [
            Told(span, attributes(part.resource.attributes))
            for message in self.of_kind(ExportTraceServiceRequest)
            for part in message.resource_spans
            for scope in part.scope_spans
            for span in scope.spans
        ]

    def metrics(self):
        """The newest points of each histogram, by its name."""
        return {
            metric.name: list(metric.histogram.data_points)
            for message in self.of_kind(ExportMetricsServiceRequest)
            for part in message.resource_metrics
            for scope in part.scope_metrics
            for metric in scope.metrics
        }


class Heists:
    """Plays heists with one program."""

    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)

    def start(self, *options, env=None):
        """A heist that is played now."""
        mine = {key: value for key, value in os.environ.items() if not key.startswith(("HEIST_", "OTEL_", "RUST_LOG"))}
        mine |= dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"), str(self.folder))
        command = [self.program, "--ci", "--json", "--db", self.folder / "heist.db", *options]
        return subprocess.Popen(
            command, env=mine | (env or {}), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def play(self, *options, env=None):
        """Its exit code, its events, what it said on standard error, and the seconds that it took."""
        began = time.monotonic()
        heist = self.start(*options, env=env)
        out, errors = heist.communicate(timeout=900)
        return heist.returncode, [json.loads(line) for line in out.splitlines()], errors, time.monotonic() - began

    def told(self, *options, env=None):
        """The events and the receiver of a heist that went well."""
        with Receiver() as receiver:
            code, events, errors, _ = self.play(*options, env={"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url} | (env or {}))
            check(f"{' '.join(options)}: the heist ends well and says nothing", (code, errors), (0, ""))
        return events, receiver


SCRIPTED = ("--llm", "scripted", "--tools", "embedded", "--rounds", "2", "--seed", "7")


def of(events, *kinds):
    return [event for event in events if event["kind"] in kinds]


def nanos(event):
    """When an event was, in nanoseconds since 1970."""
    text = event["at"].replace("Z", "+00:00")
    return round(datetime.datetime.fromisoformat(text).timestamp() * 1000) * 1_000_000


def tree(what, events, spans, services):
    """Holds the spans of a heist against its events; `services` is who served the calls."""
    mine = [span for span in spans if span.kind != Span.SPAN_KIND_SERVER]
    served = [span for span in spans if span.kind == Span.SPAN_KIND_SERVER]
    by_name = collections.Counter(span["gen_ai.operation.name"] for span in mine)
    calls, turns = of(events, "tool.called"), of(events, "turn.started")
    check(f"{what}: one trace", len({span.trace for span in spans}), 1)
    check(f"{what}: ids differ", len({span.id for span in spans}), len(spans))
    expected = {"invoke_workflow": 1, "invoke_agent": len(turns), "execute_tool": len(calls)}
    check(f"{what}: spans by operation", {name: by_name[name] for name in expected}, expected)
    check(f"{what}: every one names the session", {span["gen_ai.conversation.id"] for span in mine}, {events[0]["session"]})

    (root,) = (span for span in mine if not span.parent)
    check(f"{what}: the root", (root.name, root["gen_ai.workflow.name"]), ("invoke_workflow heist", "heist"))
    times = (nanos(events[0]), nanos(of(events, "session.completed")[0]))
    check(f"{what}: its times", (root.began, root.ended), times)
    by_id = {span.id: span for span in spans}

    agents = [span for span in mine if span["gen_ai.operation.name"] == "invoke_agent"]
    agents.sort(key=lambda span: span.began)
    seen = [(span.name, span["gen_ai.agent.name"], span.parent, span.kind) for span in agents]
    internal = Span.SPAN_KIND_INTERNAL
    expected = [(f"invoke_agent {turn['agent']}", turn["agent"], root.id, internal) for turn in turns]
    check(f"{what}: a span for each turn, in the heist", sorted(seen), sorted(expected))
    said = of(events, "message.completed")
    if len(said) == len(turns):
        times = sorted((nanos(turn), nanos(message)) for turn, message in zip(turns, said))
        check(f"{what}: their times are those of the events", sorted((it.began, it.ended) for it in agents), times)
        costs = [(it["gen_ai.usage.input_tokens"] or 0, it["gen_ai.usage.output_tokens"] or 0) for it in agents]
        billed = [(it["tokens"]["prompt"], it["tokens"]["generated"]) for it in said]
        check(f"{what}: their costs are those of the events", sorted(costs), sorted(billed))

    tools = {span["gen_ai.tool.call.id"]: span for span in mine if span["gen_ai.operation.name"] == "execute_tool"}
    ends = {event["id"]: event for event in of(events, "tool.returned", "tool.denied")}
    for call in calls:
        span, end = tools[call["id"]], ends[call["id"]]
        parent = by_id[span.parent]
        seen = (span.name, span["gen_ai.tool.name"], span["gen_ai.agent.name"], parent["gen_ai.agent.name"])
        expected = (f"execute_tool {call['tool']}", call["tool"], call["agent"], call["agent"])
        fine = end["kind"] == "tool.returned" and end["ok"]
        status = Status.STATUS_CODE_UNSET if fine else Status.STATUS_CODE_ERROR
        seen += (span.began, span.ended, span.status, bool(span["error.type"]))
        expected += (nanos(call), nanos(end), status, not fine)
        if (seen, parent.name) != (expected, f"invoke_agent {call['agent']}"):
            check(f"{what}: the call {call['id']}", seen, expected)
    print("ok", f"{what}: {len(calls)} calls, each in its turn", flush=True)

    of_calls = [span for span in served if span["url.path"].split("/")[-1] in {call["tool"] for call in calls}]
    # One that is tried again is served more than once.
    parents = {by_id[span.parent]["gen_ai.tool.call.id"] for span in of_calls}
    check(f"{what}: each call is served below its span", parents, set(tools))
    check(f"{what}: who served", {span.resource["service.name"] for span in of_calls}, services)
    seen = {(span.name, span["http.request.method"], span["http.response.status_code"] // 100) for span in of_calls}
    check(f"{what}: as the conventions for HTTP have it", {one[:2] for one in seen}, {("POST /tools/{name}", "POST")})
    memory = [span for span in served if span["url.path"].endswith("store_memory")]
    parents = {by_id[span.parent].name.split()[0] for span in memory}
    check(f"{what}: turns are kept below their turns", parents, {"invoke_agent"})
    return by_id


def measured(what, events, receiver, model=False):
    """Holds the metrics of a heist against its events."""
    metrics = receiver.metrics()
    wanted = set(BOUNDS) if model else {"gen_ai.invoke_agent.duration", "gen_ai.execute_tool.duration"}
    check(f"{what}: the metrics", set(metrics), wanted)
    for name, points in metrics.items():
        check(f"{what}: the buckets of {name}", {tuple(point.explicit_bounds) for point in points}, {tuple(BOUNDS[name])})
    counted = {name: sum(point.count for point in points) for name, points in metrics.items()}
    seen = (counted["gen_ai.invoke_agent.duration"], counted["gen_ai.execute_tool.duration"])
    expected = (len(of(events, "turn.started")), len(of(events, "tool.called")))
    check(f"{what}: as many measures as turns and calls", seen, expected)
    return metrics


def held(spans):
    """The names of attributes that hold content."""
    return {name for span in spans for name in span.attributes} & CONTENT


def scripted(heists):
    events, receiver = heists.told(*SCRIPTED)
    spans = receiver.spans()
    tree("scripted", events, spans, {"heist-tui"})
    measured("scripted", events, receiver)
    check("scripted: no content without a wish", held(spans), set())

    events, receiver = heists.told(*SCRIPTED, env=CAPTURE)
    spans = receiver.spans()
    said = collections.Counter(event["text"] for event in of(events, "message.completed"))
    told = [span["gen_ai.output.messages"] for span in spans if span["gen_ai.operation.name"] == "invoke_agent"]
    told = collections.Counter(json.loads(text)[0]["parts"][0]["content"] for text in told)
    check("content: every message", told, said)
    tools = {span["gen_ai.tool.call.id"]: span for span in spans if span["gen_ai.tool.call.id"]}
    for event in of(events, "tool.called"):
        if tools[event["id"]]["gen_ai.tool.call.arguments"] != event["arguments"]:
            check("content: arguments", tools[event["id"]]["gen_ai.tool.call.arguments"], event["arguments"])
    results = {event["id"]: event.get("result") for event in of(events, "tool.returned")}
    told = {name: tools[name]["gen_ai.tool.call.result"] for name in results}
    check("content: every result of a tool", told, results)


def settings(heists):
    """The variables of the SDK."""
    with Receiver() as receiver:
        env = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url, "OTEL_SDK_DISABLED": "true"}
        heists.play(*SCRIPTED, env=env)
        heists.play(*SCRIPTED)
        check("settings: nothing is sent unless somebody wants it", receiver.bodies, [])
    for kind, message in (("TRACES", ExportTraceServiceRequest), ("METRICS", ExportMetricsServiceRequest)):
        with Receiver() as receiver:
            env = {f"OTEL_EXPORTER_OTLP_{kind}_ENDPOINT": f"{receiver.url}/v1/{kind.lower()}"}
            heists.play(*SCRIPTED, env=env)
            seen = {type(message) for message, _ in receiver.bodies}
            check(f"settings: {kind.lower()} alone", seen, {message})
    env = {"OTEL_EXPORTER_OTLP_HEADERS": "x-key=secret", "OTEL_SERVICE_NAME": "mine"}
    env |= {"OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test"}
    _, receiver = heists.told(*SCRIPTED, env=env)
    keys = {headers.get("x-key") or headers.get("X-Key") for headers in receiver.headers}
    check("settings: headers", keys, {"secret"})
    resource = receiver.spans()[0].resource
    seen = (resource["service.name"], resource["deployment.environment.name"])
    check("settings: who sends", seen, ("mine", "test"))


def trouble(heists):
    """Receivers that are gone, silent or no receivers do no harm."""
    # What a heist takes differs on a busy machine.
    usual = max(heists.play(*SCRIPTED)[3] for _ in range(3))
    for what, url in (("gone", "http://127.0.0.1:9"), ("no address", "http://no such host")):
        code, _, errors, took = heists.play(*SCRIPTED, env={"OTEL_EXPORTER_OTLP_ENDPOINT": url})
        check(f"{what}: the heist ends well, with a line of it", (code, len(errors.splitlines())), (0, 1))
        check(f"{what}: it ends in good time", took < usual + 3, True)
    with Receiver(deaf=True) as receiver:
        code, _, errors, took = heists.play(*SCRIPTED, env={"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url})
        check("silent: the heist ends well", code, 0)
        check("silent: it ends in good time", took < usual + 4.5, True)


def interrupted(heists):
    """Somebody ends the program in the middle of a heist: what there was is told, and nothing of the mole."""
    for _ in range(10):
        with Receiver() as receiver:
            env = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url, **CAPTURE}
            heist = heists.start(*SCRIPTED[:4], "--seed", "7", "--rounds", "50", env=env)
            lines = []
            for line in heist.stdout:
                lines.append(json.loads(line))
                if lines[-1]["kind"] == "message.completed" and len(of(lines, "message.completed")) == 8:
                    heist.send_signal(signal.SIGINT)
            code = heist.wait(60)
            # On a busy machine it may have been over before.
            if of(lines, "verdict.reached"):
                continue
            check("interrupted: the exit code", code, 130)
            spans = receiver.spans()
            turns = [it for it in spans if it["gen_ai.operation.name"] == "invoke_agent" and not it["error.type"]]
            check("interrupted: the turns that were played", len(turns), len(of(lines, "message.completed")))
            (root,) = (span for span in spans if span["gen_ai.operation.name"] == "invoke_workflow")
            check("interrupted: the heist", (root["error.type"], root.status), ("stopped", Status.STATUS_CODE_ERROR))
            return
    sys.exit("a heist of 50 rounds is over too soon each time")


def processes(program, folder):
    """The services as processes: spans below whoever calls, and none where nobody traces."""
    link = pathlib.Path(folder) / "heist-tools"
    link.symlink_to(program)
    caller = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")
    with Receiver() as receiver:
        os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.url
        os.environ["OTEL_BSP_SCHEDULE_DELAY"] = "100"
        with Services(link) as services:
            oauth, calculator = services["oauth"].url, services["calculator"].url
            client = register(oauth, services.bootstrap(), "hacker", "tools:calculate tools:read")
            bearer = token(oauth, client)
            parent = f"00-{caller[0]}-{caller[1]}-01"
            seen = [traced(f"{calculator}/tools/calculator", {"expression": "45*60"}, bearer, parent)]
            seen += [traced(f"{calculator}/tools/calculator", {"expression": "1/0"}, bearer, parent)]
            seen += [ask(f"{calculator}/tools/calculator", {"expression": "1"}, bearer)[0]]
            seen += [traced(f"{calculator}/tools/calculator", {"expression": "1"}, bearer, parent[:-1] + "0")]
            check("processes: the calls", seen, [200, 400, 200, 200])
        del os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"], os.environ["OTEL_BSP_SCHEDULE_DELAY"]
        spans = receiver.spans()
        seen = [(it.trace, it.parent, it.name, it["http.response.status_code"], it.kind) for it in spans]
        expected = [(*caller, "POST /tools/{name}", status, Span.SPAN_KIND_SERVER) for status in (200, 400)]
        check("processes: a span below the caller's for each that is traced", seen, expected)
        check("processes: who serves", {it.resource["service.name"] for it in spans}, {"heist-calculator"})
        check("processes: no metrics", receiver.of_kind(ExportMetricsServiceRequest), [])


def traced(url, body, bearer, parent):
    """The status of a call that is a part of a trace."""
    request = tool_services.urllib.request.Request(url, data=json.dumps(body).encode())
    for name, value in (("Authorization", f"Bearer {bearer}"), ("traceparent", parent)):
        request.add_header(name, value)
    request.add_header("Content-Type", "application/json")
    try:
        with tool_services.urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
    except tool_services.urllib.error.HTTPError as answer:
        return answer.code


def contained(heists):
    """The services in containers, which send to the same receiver by another address."""
    if missing := Composed.missing():
        print("skipped: containers,", missing)
        return
    fleet = f"heist-traced-{os.getpid()}"
    options = ("--llm", "scripted", "--tools", "docker", "--fleet", fleet, "--port-base", "18731", "--rounds", "2")
    with Receiver() as receiver:
        env = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url}
        try:
            # They are kept, for a container may be stopped before it has sent its last spans.
            code, events, errors, _ = heists.play(*options, "--seed", "7", "--keep", env=env)
            check("containers: the heist ends well and says nothing", (code, errors), (0, ""))
            wanted = collections.Counter(call["tool"] for call in of(events, "tool.called")) + collections.Counter(["store_memory"])

            def are_told():
                served = [span for span in receiver.spans() if span.kind == Span.SPAN_KIND_SERVER]
                return wanted <= collections.Counter(span["url.path"].split("/")[-1] for span in served)

            until("the containers have told what they served", are_told, 0.1)
        finally:
            down = [heists.program, "down", "--volumes", "--fleet", fleet]
            subprocess.run(down, check=True, stdout=subprocess.DEVNULL, timeout=120)
    tools = {call["tool"].replace("_", "-") for call in of(events, "tool.called")}
    tree("containers", events, receiver.spans(), {f"heist-{tool}" for tool in tools})


def with_model(heists, url):
    """A heist with a model: its requests are told after the verdict."""
    options = ("--llm", "openai", "--llm-url", url, "--tools", "embedded", "--rounds", "1", "--seed", "7")
    events, receiver = heists.told(*options, env=CAPTURE)
    spans = receiver.spans()
    by_id = tree("model", events, [span for span in spans if span["gen_ai.operation.name"] != "chat"], {"heist-tui"})
    chats = [span for span in spans if span["gen_ai.operation.name"] == "chat"]
    check("model: there are requests", len(chats) >= len(of(events, "turn.started")), True)
    (end,) = of(events, "session.completed")
    check("model: not more than were made", len(chats) <= end["requests"], True)
    model = events[0]["llm"]["model"]
    check("model: what is told of each", {(it.name, it.kind) for it in chats}, {(f"chat {model}", Span.SPAN_KIND_CLIENT)})
    address = (url.split("/")[2].split(":")[0], int(url.split("/")[2].split(":")[1]))
    seen = {(it["gen_ai.provider.name"], it["server.address"], it["server.port"]) for it in chats}
    check("model: whom it asks", seen, {("openai", *address)})
    parents = {by_id[it.parent].name.split()[0] for it in chats}
    check("model: below a turn or the heist", parents, {"invoke_agent", "invoke_workflow"})
    fine = [span for span in chats if not span["error.type"]]
    # A server counts what it has read at the end of its answer, which is not always waited for.
    check("model: what was read is counted", any(it["gen_ai.usage.input_tokens"] for it in fine), True)
    wanted = {"gen_ai.request.model", "gen_ai.response.model", "gen_ai.usage.output_tokens"}
    wanted |= {"gen_ai.system_instructions", "gen_ai.input.messages", "gen_ai.output.messages"}
    check("model: and each has", {name for it in fine for name in wanted if it[name] is None}, set())
    metrics = measured("model", events, receiver, model=True)
    counted = sum(point.count for point in metrics["gen_ai.client.operation.duration"])
    check("model: as many measures as requests", counted, len(chats))


def main():
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1"
    if len(sys.argv) > 1:
        program = pathlib.Path(sys.argv[1]).resolve()
    else:
        build = ["cargo", "build", "--release", "--locked", "--quiet", "--bin", "heist-tui"]
        subprocess.run(build, cwd=ROOT, check=True)
        (program,) = ROOT.glob("target/*/release/heist-tui")
    with tempfile.TemporaryDirectory() as folder:
        heists = Heists(program, folder)
        scripted(heists)
        settings(heists)
        trouble(heists)
        interrupted(heists)
        processes(program, folder)
        contained(heists)
        if url := os.environ.get("HEIST_TEST_LLM_URL"):
            with_model(heists, url)
        else:
            print("skipped: a heist with a model, since HEIST_TEST_LLM_URL names no server")


main()
