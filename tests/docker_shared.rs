//! Several processes on one set of containers, and processes that end before they should: what is left, and who is
//! told.
//! Without an engine these tests say that they are skipped, unless `HEIST_TEST_DOCKER=require` is set: then they fail.

#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests are outside of tests for clippy"
)]

mod support;

use std::io::{BufRead, BufReader, Lines};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use heist_bank::Bank;
use serde_json::Value;
use support::Place;
use support::model::{good, held};

/// A set's name and ports for one test, and a promise to leave nothing of them.
struct Ground {
    place: Place,
    fleet: String,
    port_base: String,
}

impl Ground {
    /// None when the test is to be skipped. Each test has a number of its own.
    fn new(number: u16) -> Option<Self> {
        if docker(&["version", "--format", "{{.Server.Version}}"]).is_empty() {
            assert!(std::env::var("HEIST_TEST_DOCKER").as_deref() != Ok("require"), "no Docker engine answers");
            eprintln!("SKIPPED: no Docker engine answers");
            return None;
        }
        let begin = 20_000 + u16::try_from(std::process::id() % 4_000).unwrap() + 1000 * number;
        let free = |base: &u16| (*base..base + 5).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok());
        let port_base = (begin..32_000).step_by(5).find(free).unwrap().to_string();
        Some(Self { place: Place::new(), fleet: format!("heist-shared-{}-{number}", std::process::id()), port_base })
    }

    fn options(&self) -> [&str; 4] {
        ["--fleet", &self.fleet, "--port-base", &self.port_base]
    }

    /// Runs one of the commands about containers.
    fn run(&self, args: &[&str]) -> Output {
        self.place.bare(&[args, &self.options()].concat()).output().unwrap()
    }

    /// Begins a heist of the scripted crew. It talks fast, so that a long one has many rounds.
    fn heist(&self, rounds: u32) -> Heist {
        self.begin(&["--bank", "7", "--llm", "scripted", "--rounds", &rounds.to_string()])
    }

    /// Begins a heist of one round in the bank of a seed, with a crew that says nothing until it may.
    fn held_heist(&self, bank: u64) -> HeldHeist {
        let (model, speak) = held(good);
        let heist =
            self.begin(&["--bank", &bank.to_string(), "--llm", "openai", "--llm-url", &model.url, "--rounds", "1"]);
        HeldHeist { heist, speak }
    }

    fn begin(&self, args: &[&str]) -> Heist {
        let fixed = ["--ci", "--json", "--seed", "7", "--tools", "docker"];
        let mut command = self.place.program(&[&fixed[..], args, &self.options()].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Heist { child, lines, events: Vec::new() }
    }

    fn containers(&self) -> Vec<String> {
        let label = format!("label=heist-tui.fleet={}", self.fleet);
        docker(&["ps", "-aq", "--filter", &label]).lines().map(str::to_owned).collect()
    }

    fn is_gone(&self) -> bool {
        let network = docker(&["network", "ls", "-q", "--filter", &format!("name={}", self.fleet)]);
        self.containers().is_empty() && network.is_empty()
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        for container in self.containers() {
            docker(&["rm", "-f", &container]);
        }
        let fleet = &self.fleet;
        docker(&["network", "rm", &format!("{fleet}-network")]);
        docker(&["volume", "rm", &format!("{fleet}-data"), &format!("{fleet}-memory-data")]);
    }
}

fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

/// A heist in a process of its own.
struct Heist {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    events: Vec<Value>,
}

impl Heist {
    /// Reads until an event fits.
    fn until(&mut self, fits: impl Fn(&Value) -> bool) {
        for line in self.lines.by_ref() {
            let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
            self.events.push(event);
            if fits(self.events.last().unwrap()) {
                return;
            }
        }
        panic!("the heist has ended before: {:?}", self.events.last());
    }

    fn until_round(&mut self, round: u32) {
        self.until(|event| event["kind"] == "round.started" && event["round"] == round);
    }

    fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Reads to the end; gives all events and the exit code.
    fn end(mut self) -> (Vec<Value>, Option<i32>) {
        self.events.extend(self.lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()));
        (self.events, self.child.wait().unwrap().code())
    }
}

/// A heist that cannot end before it is told to go on, however slow or fast the machine is.
struct HeldHeist {
    heist: Heist,
    speak: mpsc::Sender<()>,
}

impl HeldHeist {
    /// Lets the crew speak, reads to the end, and gives all events, once it has ended well.
    fn end(self) -> Vec<Value> {
        drop(self.speak);
        let (events, code) = self.heist.end();
        assert_eq!((code, &events.last().unwrap()["kind"]), (Some(0), &"session.completed".into()), "{events:?}");
        events
    }

    /// Kills its process in the middle of it.
    fn kill(self) {
        self.heist.signal("-KILL");
        assert_eq!(self.heist.end().1, None);
    }
}

/// How the containers were and became.
fn states(events: &[Value]) -> Vec<&str> {
    let changed = events.iter().filter(|event| event["kind"] == "service.changed" && event["service"] != "model");
    changed.map(|event| event["state"].as_str().unwrap()).collect()
}

/// The documents that were read are those of that bank, and no other's.
fn tells_of(events: &[Value], bank: &Bank) {
    let documents = bank.documents();
    let read =
        events.iter().filter(|it| it["kind"] == "tool.returned" && it["tool"] == "file_reader" && it["ok"] == true);
    let read: Vec<_> = read.map(|it| it["result"].as_str().unwrap()).collect();
    assert!(!read.is_empty() && read.iter().all(|text| documents.iter().any(|it| it.text.trim() == *text)), "{read:?}");
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_first_heist_to_end_leaves_the_containers_to_the_other_and_the_last_takes_them_down() {
    let Some(ground) = Ground::new(0) else { return };
    let mut first = ground.held_heist(3);
    first.heist.until_round(1);
    let mut second = ground.held_heist(4);
    second.heist.until_round(1);
    tells_of(&first.end(), &Bank::of(3));
    assert_eq!(ground.containers().len(), 5, "the second one is still playing");
    let events = second.end();
    tells_of(&events, &Bank::of(4));
    assert_eq!(states(&events), ["healthy"; 5], "it has found them running and they have stayed");
    assert!(events.iter().all(|event| event["kind"] != "fault.raised"));
    assert!(ground.is_gone(), "the last one has taken them down");
}

#[test]
fn two_processes_that_start_the_same_set_at_once_end_with_one() {
    let Some(ground) = Ground::new(1) else { return };
    let (one, other) = (ground.heist(5), ground.heist(5));
    let both = [one.end(), other.end()];
    let mut made = 0;
    for (events, code) in &both {
        assert_eq!((*code, &events.last().unwrap()["kind"]), (Some(0), &"session.completed".into()), "{events:?}");
        made += usize::from(states(events).contains(&"starting"));
    }
    // The other has found them, unless the first was through with its heist by then.
    assert!(made >= 1);
    assert!(ground.is_gone());

    // The same by `up`, which leaves them.
    let up = || {
        let mut command = ground.place.bare(&[&["up"], &ground.options()[..]].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let ups = [up(), up(), up()].map(|child| child.wait_with_output().unwrap());
    let told: Vec<_> = ups.iter().map(text).collect();
    assert!(ups.iter().all(|output| output.status.success()), "{told:?}");
    assert_eq!(told.iter().filter(|text| text.contains("are up, after")).count(), 1, "{told:?}");
    assert_eq!(told.iter().filter(|text| text.contains("were there already")).count(), 2, "{told:?}");
    assert_eq!(ground.containers().len(), 5);
    assert!(ground.run(&["down", "--volumes"]).status.success());
    assert!(ground.is_gone());
}

#[test]
fn what_a_killed_heist_has_left_is_told_and_goes_with_down_or_with_the_next_heist() {
    let Some(ground) = Ground::new(2) else { return };
    for next in ["down", "heist"] {
        let mut held = ground.held_heist(7);
        held.heist.until_round(1);
        let refused = ground.run(&["down"]);
        assert_eq!(refused.status.code(), Some(3));
        assert!(text(&refused).contains("a heist is playing on the set"), "{}", text(&refused));
        held.kill();
        assert_eq!(ground.containers().len(), 5);

        for command in ["status", "doctor"] {
            let told = text(&ground.run(&[command]));
            assert!(told.contains("eist that was killed has left them"), "{told}");
            assert!(told.contains("heist-tui down"), "{told}");
        }
        // From another set's point of view too.
        let told = text(&ground.place.bare(&["status", "--fleet", "heist-nobodys"]).output().unwrap());
        assert!(told.contains(&format!("heist-tui down --fleet {}", ground.fleet)), "{told}");

        if next == "down" {
            let down = ground.run(&["down"]);
            assert!(down.status.success() && text(&down).contains("is down, after"), "{}", text(&down));
        } else {
            let (events, code) = ground.heist(2).end();
            assert_eq!((code, states(&events)), (Some(0), vec!["healthy"; 5]));
        }
        assert!(ground.is_gone(), "after {next}");
    }
    // What `up` takes over is no longer left behind.
    let mut held = ground.held_heist(7);
    held.heist.until_round(1);
    held.kill();
    let up = ground.run(&["up"]);
    assert!(up.status.success() && text(&up).contains("they are kept now"), "{}", text(&up));
    assert!(!text(&ground.run(&["status"])).contains("has left them"));
    assert_eq!(ground.heist(1).end().1, Some(0));
    assert_eq!(ground.containers().len(), 5, "a heist leaves what `up` has made its own");
    assert!(ground.run(&["down", "--volumes"]).status.success());
}

#[test]
fn a_set_that_is_just_being_taken_down_is_not_told_of_as_left() {
    let Some(ground) = Ground::new(6) else { return };
    let mut held = ground.held_heist(7);
    held.heist.until_round(1);
    let look = || {
        let status = ground.place.bare(&["status", "--fleet", "heist-nobodys"]).output().unwrap();
        let told = text(&status);
        assert!(!told.contains(&format!("the set {} ", ground.fleet)), "{told}");
    };
    std::thread::scope(|scope| {
        let ending = scope.spawn(|| held.end());
        loop {
            look();
            if ending.is_finished() {
                break;
            }
        }
    });
    assert!(ground.is_gone());
}

#[test]
fn a_heist_or_an_up_that_is_told_to_end_leaves_nothing() {
    let Some(ground) = Ground::new(3) else { return };
    for (signal, service) in [("-INT", "oauth"), ("-TERM", "memory"), ("-INT", "")] {
        let mut heist = ground.heist(50);
        if service.is_empty() {
            heist.until_round(3);
        } else {
            // In the middle of its start.
            heist.until(|event| event["service"] == service && event["state"] == "starting");
        }
        let begun = Instant::now();
        heist.signal(signal);
        assert_eq!(heist.end().1, Some(130), "{signal} {service}");
        println!("{signal} {service}: gone after {:.2} s", begun.elapsed().as_secs_f64());
        assert!(ground.is_gone(), "{signal} {service}");
    }
    let mut up = ground.place.bare(&[&["up"], &ground.options()[..]].concat());
    let mut up = up.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(up.stdout.take().unwrap()).lines();
    lines.find(|line| line.as_ref().unwrap().contains("starting")).unwrap().unwrap();
    Command::new("kill").args(["-INT", &up.id().to_string()]).status().unwrap();
    lines.for_each(drop);
    assert_eq!(up.wait().unwrap().code(), Some(130));
    assert!(ground.is_gone());
}

#[test]
fn logs_are_shown_whole_or_of_one_service_without_acting_on_the_terminal() {
    let Some(ground) = Ground::new(4) else { return };
    let none = ground.run(&["logs"]);
    assert_eq!(none.status.code(), Some(3));
    assert!(text(&none).contains("heist-tui up"), "{}", text(&none));
    let up = ground.run(&["up"]);
    assert!(up.status.success(), "{}", text(&up));

    let all = text(&ground.run(&["logs"]));
    for service in ["oauth", "calculator", "file-reader", "database-query", "memory"] {
        assert!(all.lines().any(|line| line.split_whitespace().next() == Some(service)), "{service} in {all}");
    }
    let one = text(&ground.run(&["logs", "memory", "--tail", "1"]));
    assert_eq!(one.lines().count(), 1, "{one}");
    assert!(!one.contains("memory         "), "{one}");

    // It follows until the container stops.
    let mut follow = ground.place.bare(&[&["logs", "-f", "calculator"], &ground.options()[..]].concat());
    let mut follow = follow.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(follow.stdout.take().unwrap()).lines();
    lines.next().unwrap().unwrap();
    docker(&["stop", &format!("{}-calculator", ground.fleet)]);
    lines.for_each(|line| drop(line.unwrap()));
    assert!(follow.wait().unwrap().success());

    // A container whose words would paint the terminal.
    let name = format!("{}-memory", ground.fleet);
    let image = docker(&["inspect", "--format", "{{.Config.Image}}", &name]).trim().to_owned();
    docker(&["rm", "-f", &name]);
    let label = format!("heist-tui.fleet={}", ground.fleet);
    docker(&["run", "--tty", "--name", &name, "--label", &label, &image, "\u{1b}[31mred"]);
    std::thread::sleep(Duration::from_millis(200));
    let painted = text(&ground.run(&["logs", "memory"]));
    assert!(painted.contains("␛[31mred") && !painted.contains('\u{1b}'), "{painted:?}");
    assert!(ground.run(&["down", "--volumes"]).status.success());
}

#[test]
fn a_taken_port_is_named_with_the_way_out() {
    let Some(ground) = Ground::new(5) else { return };
    let port = ground.port_base.parse::<u16>().unwrap() + 2;
    let _taken = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let up = ground.run(&["up"]);
    assert_eq!(up.status.code(), Some(3));
    let told = text(&up);
    assert!(told.contains(&format!("{port} (for file-reader)")) && told.contains("--port-base"), "{told}");
    assert!(ground.is_gone());
}
