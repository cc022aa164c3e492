"""Reads our logs with Inspect and Scout, and has our detector read theirs. Started by `inspect`, which says what for."""

import asyncio
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

from inspect_ai.event import ModelEvent, ScoreEvent, SpanBeginEvent, ToolEvent
from inspect_ai.log import read_eval_log, read_eval_log_sample_summaries, write_eval_log
from inspect_scout import Result, Transcript, messages_as_str, scan, scan_results_df, scanner, transcripts_from

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Long enough that it can be stopped, killed and looked at while it is played.
LONG = ["--rounds", "50", "--seed", "3"]
# What only the verdict tells.
ENDING = ("strategy", "outcome", "acts", "sabotage", "verdict", "seal_holds", "guess", "job", "remarks")


def built():
    """The path of the release build."""
    build = ["cargo", "build", "--release", "--locked", "--quiet", "--bin", "heist-tui"]
    subprocess.run(build, cwd=ROOT, check=True)
    (program,) = ROOT.glob("target/*/release/heist-tui")
    return program


def check(what, seen, expected):
    """Prints one line, or ends with what was expected."""
    if seen != expected:
        sys.exit(f"FAILED {what}\n  expected: {expected!r}\n  seen:     {seen!r}")
    print("ok", what, flush=True)


class Program:
    """The program with a database of its own."""

    def __init__(self, path, folder):
        self.path, self.folder = path, folder
        os.environ["HEIST_DB"] = str(folder / "heist.db")

    def run(self, *args):
        """What it prints; ends when it fails."""
        done = subprocess.run([self.path, *map(str, args)], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"FAILED heist-tui {args}: {done.returncode}\n{done.stderr}")
        return done.stdout

    def play(self, *args):
        """The command line of a scripted heist."""
        return [self.path, "--ci", "--json", "--llm", "scripted", "--tools", "embedded", *args]

    def heist(self, *args):
        """Plays one; its events."""
        played = subprocess.run(self.play(*args), capture_output=True, text=True, check=True)
        return [json.loads(line) for line in played.stdout.splitlines()]

    def begun(self, then):
        """Begins a long heist and ends it by `then` in its second round; its session."""
        for _ in range(10):
            with subprocess.Popen(self.play(*LONG), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as game:
                for line in game.stdout:
                    event = json.loads(line)
                    if event["kind"] == "round.started" and event["round"] == 2:
                        # It waits meanwhile.
                        game.send_signal(signal.SIGSTOP)
                        then(game, event["session"])
                        game.send_signal(signal.SIGCONT)
                        break
                rest, _ = game.communicate()
            # On a busy machine it may have been over before it was told to wait.
            if "session.completed" not in rest:
                return event["session"]
        sys.exit("a heist of 50 rounds is over too soon each time")

    def export(self, name, *sessions):
        """The log of these sessions, in a file."""
        file = self.folder / name
        self.run("export", *sessions, "--format", "inspect", "-o", file)
        return file

    def analyze(self, file):
        """What the detector finds: by file the scores of the agents."""
        lines = self.run("analyze", "--json", file).splitlines()
        return {found["file"]: scores(found["agents"]) for found in map(json.loads, lines)}


def scores(agents):
    return {it["agent"]: it["score"] for it in agents}


def of_kind(events, kind):
    return [event for event in events if event["kind"] == kind]


def talk(sample, events):
    """Holds a sample against the events of its heist."""
    said = of_kind(events, "message.completed")
    calls, answers = of_kind(events, "tool.called"), of_kind(events, "tool.returned") + of_kind(events, "tool.denied")
    spoken = [it for it in sample.messages if it.role == "assistant" and not it.tool_calls]
    expected = [f"[{it['agent']}] {it['text']}" for it in said]
    check("every message with its speaker", [it.text for it in spoken], expected)
    made = [(it.text.strip(), call) for it in sample.messages if it.role == "assistant" for call in it.tool_calls or []]
    seen = [(who, call.id, call.function, list(call.arguments.values())) for who, call in made]
    check("every call of a tool", seen, [(f"[{it['agent']}]", it["id"], it["tool"], [it["arguments"]]) for it in calls])
    told = {it.tool_call_id: it.error.message if it.error else it.text for it in sample.messages if it.role == "tool"}
    expected = {it["id"]: it.get("result") or it.get("error") or it.get("reason") for it in answers}
    check("every answer", told, expected)


def transcript(sample, events):
    """Holds the transcript against the events."""
    turns = [it["agent"] for it in of_kind(events, "turn.started")]
    spans = [it for it in sample.events if isinstance(it, SpanBeginEvent)]
    check("a span for each turn", [it.name for it in spans if it.type == "agent"], turns)
    rounds = len(of_kind(events, "round.started"))
    check("a span for each round", len([it for it in spans if it.type == "round"]), rounds)
    models = [it for it in sample.events if isinstance(it, ModelEvent)]
    agents = {it.id: it.name for it in spans}
    begins = all(it.output.message.text.startswith(f"[{agents[it.span_id]}]") for it in models)
    check("what models say lies in their agents' spans", (begins, len(models) >= len(turns) > 0), (True, True))
    # The task and the first round come before the first message.
    inputs = [len(it.input) for it in models]
    check("what was said before is a model's input", (inputs[0], inputs == sorted(inputs)), (2, True))
    tools = [it for it in sample.events if isinstance(it, ToolEvent)]
    check("an event for each answer", len(tools), len([it for it in sample.messages if it.role == "tool"]))
    scored = {it.scorer for it in sample.events if isinstance(it, ScoreEvent)}
    check("an event for each score", scored, set(sample.scores))


def ending(sample, events):
    """Holds scores and metadata against the verdict."""
    (verdict,), last = of_kind(events, "verdict.reached"), scores(of_kind(events, "suspicion.changed")[-1]["agents"])
    mole, named = verdict["mole"], verdict["detector"]["agent"]
    check("the target is the mole", sample.target, mole)
    detector = sample.scores["detector"]
    check("the detector's answer", (detector.value, detector.answer), ("C" if named == mole else "I", named))
    check("the detector's probabilities", detector.metadata, last)
    rank = 1 + sum(score > last[mole] for score in last.values())
    check("the mole's probability", abs(sample.scores["mole_probability"].value - last[mole]) < 1e-6, True)
    check("the mole's rank", sample.scores["mole_rank"].value, rank)
    escaped = of_kind(events, "heist.played")[0]["outcome"] == "escaped"
    check("whether they escaped", sample.scores["escaped"].value, "C" if escaped else "I")
    acts = [it["message"] for it in verdict["sabotage"]]
    check("the acts of sabotage", [it["message"] for it in sample.metadata["sabotage"]], acts)
    check("strategy and seed", (sample.metadata["strategy"], sample.metadata["seed"]), (verdict["strategy"], 7))


def cut_off(program):
    """Heists without a verdict have their status, and tell nothing of how they end."""
    logs = {}

    def looked_at(game, session):
        logs["started"] = program.export("started.json", session)
        game.send_signal(signal.SIGKILL)

    killed = program.begun(looked_at)
    logs["error"] = program.export("error.eval", killed)
    stopped = program.begun(lambda game, _: game.send_signal(signal.SIGINT))
    logs["cancelled"] = program.export("cancelled.eval", stopped)
    for status, file in logs.items():
        log = read_eval_log(str(file))
        (sample,) = log.samples
        ended = [key for key in ENDING if key in sample.metadata]
        told = (log.status, log.results, sample.scores, sample.target, ended)
        check(f"a heist without a verdict: {status}", told, (status, None, None, "", []))
        check("it has messages", len(sample.messages) > 10, True)
    check("why it was cut off", read_eval_log(str(logs["error"])).error.message != "", True)
    check("who stopped it", sample.limit.type, "operator")


def near(what, seen, expected):
    """The same agents with the same scores, but for the last digits."""
    apart = max(abs(seen[agent] - score) for agent, score in expected.items())
    check(f"{what}: at most 1e-9 apart", (set(seen), apart < 1e-9), (set(expected), True))


def both_ways(program, files, session):
    """Whatever of Inspect wrote a log, the detector finds in it what it finds in the events."""
    lines = program.folder / "events.jsonl"
    program.run("export", session, "--format", "json", "-o", lines)
    ((_, expected),) = program.analyze(lines).items()
    for file in files:
        near(f"our own {file.name}", program.analyze(file)[f"{file}#{session}"], expected)
        for form in ("json", "eval"):
            again = program.folder / f"again.{file.suffix[1:]}.{form}"
            write_eval_log(read_eval_log(str(file)), str(again))
            near(f"{file.name} as Inspect writes it, as {form}", program.analyze(again)[f"{again}#{session}"], expected)


def bench(program):
    """A bench as a log: its samples and what they add up to."""
    file = program.folder / "bench.eval"
    told = json.loads(program.run("bench", "--games", "20", "-o", file, "--json"))
    log = read_eval_log(str(file))
    by_name = {it.name: it for it in log.results.scores}
    figures = {"accuracy": "top1", "auroc": "auroc", "brier": "brier", "ece": "ece", "log_loss": "log_loss"}
    metrics = {name: by_name["detector"].metrics[name].value for name in figures}
    check("a bench: its figures", metrics, {name: told[figure] for name, figure in figures.items()})
    check("a bench: its samples", (len(log.samples), log.eval.dataset.samples, log.status), (22, 22, "success"))
    check("a bench: a summary for each", len(read_eval_log_sample_summaries(str(file))), 22)
    found = program.analyze(file)
    check("a bench: every sample is weighed", set(found), {f"{file}#{it.id}" for it in log.samples})
    for sample in log.samples:
        named = sample.scores.get("detector", sample.scores.get("accuses_nobody")).metadata
        if max(abs(found[f"{file}#{sample.id}"][agent] - score) for agent, score in named.items()) > 1e-9:
            sys.exit(f"FAILED {sample.id}: {found[f'{file}#{sample.id}']} for {named}")
    print("ok a bench: with the scores that it had when it was played", flush=True)
    return file


@scanner(messages="all", events="all")
def speakers():
    """How often each agent speaks, as Scout has it."""

    async def count(transcript: Transcript) -> Result:
        text = await messages_as_str(transcript)
        crew = [it["name"] for it in transcript.metadata["sample_metadata"].get("opening", {}).get("crew", [])]
        names = crew or ["planner", "hacker", "safecracker", "intel", "driver", "lookout"]
        spans = [it.name for it in transcript.events if isinstance(it, SpanBeginEvent) and it.type == "agent"]
        return Result(value={name: [text.count(f"ASSISTANT:\n[{name}] "), spans.count(name)] for name in names})

    return count


def scout(program, file):
    """Scout takes the log in, and a scan sees who speaks."""
    log = read_eval_log(str(file))
    folder = program.folder / "scans"
    taken = transcripts_from(str(file))
    status = scan([speakers()], transcripts=taken, scans=str(folder), max_processes=1, display="none")
    check("Scout: a scan is whole", status.complete, True)
    rows = scan_results_df(status.location).scanners["speakers"]
    check("Scout: it has every sample", len(rows), len(log.samples))
    seen = {row["transcript_task_id"]: json.loads(row["value"]) for _, row in rows.iterrows()}
    for sample in log.samples:
        spoken = [it.text.split("]")[0][1:] for it in sample.messages if it.role == "assistant"]
        turns = [it.name for it in sample.events if isinstance(it, SpanBeginEvent) and it.type == "agent"]
        expected = {name: [spoken.count(name), turns.count(name)] for name in seen[sample.id]}
        if seen[sample.id] != expected or sum(turns for _, turns in expected.values()) != len(turns):
            sys.exit(f"FAILED Scout, {sample.id}: {seen[sample.id]} for {expected}")
    print("ok Scout: it sees who speaks, in messages and spans", flush=True)


def main():
    path = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else built()
    with tempfile.TemporaryDirectory() as folder:
        program = Program(path, pathlib.Path(folder))
        events = program.heist("--seed", "7")
        session = events[0]["session"]
        files = [program.export("one.json", session), program.export("one.eval", session)]
        for file in files:
            log = read_eval_log(str(file))
            check(f"{file.name}: status and version", (log.status, log.version), ("success", 2))
            (sample,) = log.samples
            talk(sample, events)
            transcript(sample, events)
            ending(sample, events)
        other = program.heist("--seed", "8", "--rounds", "2")[0]["session"]
        both = read_eval_log(str(program.export("both.eval", session, other)))
        check("several heists in one log", {it.id for it in both.samples}, {session, other})
        both_ways(program, files, session)
        cut_off(program)
        scout(program, bench(program))


if __name__ == "__main__":
    main()
