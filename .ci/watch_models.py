"""Judges the transcripts of heists by simple rules, and prints shares. Started by `watch-models`, which says what for."""

import json
import re
import subprocess
import sys

# What no message may be.
REFUSAL = re.compile(
    r"as an ai\b|language model|i must decline|illegal activit|"
    r"\bi(?: can(?:'t|not)| am unable to|'m unable to)\s+(?:assist|help (?:with|you)|provide|participate|engage|comply)|"
    r"^(?:i'm|i am) sorry, but",
    re.I,
)
ERROR = re.compile(r'^\s*[{<]|\btraceback\b|"error"|^error\b|http \d{3}|status \d{3}|\bundefined\b|^null$', re.I)
# The words of a decision.
DECISION = re.compile(
    r"\b(?:we|let's|let us|i)\s+(?:(?:will|must|should|shall|can)\s+)?(?:go|start|begin|use|take|choose|enter|leave|wait|"
    r"drill|open|meet|stay|avoid|decide|propose|suggest|recommend|agree|object)\b",
    re.I,
)
FIGURE = re.compile(r"\d+(?:[:.]\d+)?")


def documents(program, seed):
    """The figures of a bank's documents and tables, and its names: of people, of places in two words or more, and of the ways
    to open its vault."""
    command = [program, "bank", "first-meridian" if seed is None else str(seed), "--json"]
    bank = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    cells = [str(cell) for table in bank["tables"] for row in table["rows"] for cell in row if cell is not None]
    text = " ".join([*cells, *(document["text"] for document in bank["documents"])])
    names = {cell.lower() for cell in cells if " " in cell and len(cell) < 30}
    people = [person["name"] for person in bank["people"]] + [guard["name"] for guard in bank["guards"]["all"]]
    names |= {name.split()[-1].lower() for name in people}
    names |= {f"{method['name']} method" for method in bank["vault"]["methods"]} | {"time lock"}
    return set(FIGURE.findall(text)), names


def shingles(text):
    words = re.findall(r"[\w:.']*\w", text.lower())
    size = max(1, min(3, len(words)))
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def judge(path, program, totals):
    events = [json.loads(line) for line in open(path, encoding="utf-8")]
    if not events:
        return
    crew = [member["name"] for member in events[0]["crew"]]
    others = {name: re.compile(rf"(?:^|[.!?]\s+)(?:{'|'.join(n for n in crew if n != name)})\s*:", re.I) for name in crew}
    totals["completed"] += events[-1]["kind"] == "session.completed"
    for name in ("evaluated", "new"):
        totals[name] += events[-1].get("tokens", {}).get(name, 0)
    totals["turns"] += sum(event["kind"] == "turn.started" for event in events)
    totals["lost turns"] += sum(event["kind"] == "fault.raised" and "turn" in event for event in events)
    totals["good turns"] += len({event["turn"] for event in events if event["kind"] == "tool.returned" and event["ok"]})
    (figures, names), said = documents(program, events[0]["bank"]["seed"]), []
    returned = " ".join(event["result"] for event in events if event["kind"] == "tool.returned" and event["ok"])
    figures = figures | set(FIGURE.findall(returned))
    for message in (event for event in events if event["kind"] == "message.completed"):
        text, agent = message["text"], message["agent"]
        totals["messages"] += 1
        totals["empty"] += not re.search(r"\w", text)
        totals["errors"] += bool(ERROR.search(text))
        totals["refusals"] += bool(REFUSAL.search(text))
        totals["others' lines"] += bool(others[agent].search(text))
        mine = shingles(text)
        totals["near-repeats"] += any(len(mine & before) >= len(mine) / 2 for before in said)
        said.append(mine)
        lower = text.lower()
        fact = figures & set(FIGURE.findall(text)) or any(name in lower for name in names)
        totals["concrete"] += bool(fact or DECISION.search(text))


def main(program, *paths):
    names = ("completed turns messages empty errors refusals near-repeats concrete evaluated new").split()
    totals = dict.fromkeys([*names, "lost turns", "good turns", "others' lines"], 0)
    for path in paths:
        judge(path, program, totals)

    def share(part, whole):
        return f"{totals[part]} of {totals[whole]} ({100 * totals[part] / max(1, totals[whole]):.0f} %)"

    print("sessions completed:                  ", f"{totals['completed']} of {len(paths)}")
    print("turns given up:                      ", share("lost turns", "turns"))
    for kind in ("empty", "errors", "refusals", "others' lines"):
        print(f"messages, {kind}:".ljust(38), share(kind, "messages"))
    print("turns with a good tool call:         ", share("good turns", "turns"), "(a tool returned a result)")
    print("near-repeats:                        ", share("near-repeats", "messages"),
          "(half of the word triples stand in one earlier message)")
    print("concrete messages:                   ", share("concrete", "messages"),
          "(a figure or name that stands in the bank's papers or in a result, or `we` or `I` with a verb of decision)")
    if totals["evaluated"] and totals["new"]:
        print("prompt tokens evaluated : new:       ", f"{totals['evaluated'] / totals['new']:.2f}")
    sys.exit(totals["completed"] < len(paths))


if __name__ == "__main__":
    main(*sys.argv[1:])
