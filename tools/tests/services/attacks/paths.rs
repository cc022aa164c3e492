//! Names that should lead out of the bank's documents, or to a document by another way than its name.

use heist_bank::Bank;
use heist_tools::wire::{FILE_READER, FileList, scope};
use heist_tools::{Service, Settings, start};
use serde_json::json;

use super::refused;
use crate::door::Door;
use crate::house::{ANY_PORT, House};

/// What stands in every place that no name may reach.
const SECRET: &str = "the code is 4711";

/// Names that are tried at a folder with `plan.txt` beside which there is `secret.txt`.
const TRICKS: &[&str] = &[
    // Up, and down again.
    "../secret.txt",
    "../../../../../../../../../../etc/passwd",
    "./plan.txt",
    "././plan.txt",
    "inner/../plan.txt",
    "inner/../../secret.txt",
    "plan.txt/../../secret.txt",
    "plan.txt/",
    "plan.txt/.",
    "plan.txt//",
    "/plan.txt",
    "//plan.txt",
    "documents/plan.txt",
    "../documents/plan.txt",
    ".",
    "..",
    "...",
    "",
    " ",
    "/",
    // For a filter that takes `../` out once, or looks at the beginning only.
    "....//secret.txt",
    "..././secret.txt",
    "..//secret.txt",
    ".//..//secret.txt",
    "plan.txt/../plan.txt",
    "x/../plan.txt",
    // Other separators.
    "..\\secret.txt",
    "..\\/secret.txt",
    "inner\\deep.txt",
    "C:\\Windows\\win.ini",
    "C:plan.txt",
    "\\\\?\\C:\\plan.txt",
    "\\\\localhost\\c$\\plan.txt",
    "//localhost/share/plan.txt",
    "..;/secret.txt",
    "..:secret.txt",
    // Encoded once, twice, wrongly, and in the manner of another program.
    "%2e%2e/secret.txt",
    "..%2fsecret.txt",
    "%2e%2e%2fsecret.txt",
    "..%5csecret.txt",
    "%252e%252e%252fsecret.txt",
    "..%c0%afsecret.txt",
    "%c0%ae%c0%ae/secret.txt",
    "..%u2215secret.txt",
    "..%ef%bc%8fsecret.txt",
    "%70lan.txt",
    "plan%2etxt",
    "plan.txt%00",
    "&#46;&#46;/secret.txt",
    "\\u002e\\u002e/secret.txt",
    "\\x2e\\x2e/secret.txt",
    "=2E=2E/secret.txt",
    // Letters that look or fold like others.
    "\u{ff0e}\u{ff0e}/secret.txt",
    "..\u{ff0f}secret.txt",
    "..\u{2215}secret.txt",
    "..\u{2044}secret.txt",
    "\u{2025}/secret.txt",
    "\u{2024}\u{2024}/secret.txt",
    "plan\u{2024}txt",
    "p\u{29f}an.txt",
    "\u{440}lan.txt",
    "\u{ff50}lan.txt",
    "pla\u{6e}\u{303}.txt",
    "PLAN.TXT",
    "Plan.txt",
    "plan.tXt",
    "pl\u{200b}an.txt",
    "plan.txt\u{200d}",
    "\u{feff}plan.txt",
    "\u{202e}txt.nalp",
    "\u{ad}plan.txt",
    // What is cut off or added by a system below.
    "plan.txt\0",
    "plan.txt\0.png",
    "../secret.txt\0plan.txt",
    "\0plan.txt",
    "plan.txt ",
    " plan.txt",
    "plan.txt.",
    "plan.txt. .",
    "plan.txt\n",
    "plan.txt\r\nX-Injected: 1",
    "plan.txt\t",
    "plan.txt::$DATA",
    "plan.txt:secret",
    "PLAN~1.TXT",
    "plan.txt~",
    "plan.txt.bak",
    "#plan.txt#",
    ".plan.txt.swp",
    "CON",
    "NUL.txt",
    "plan.txt/con",
    // Addresses, wrappers and variables.
    "file:///etc/passwd",
    "file:plan.txt",
    "http://127.0.0.1/plan.txt",
    "ftp://127.0.0.1/plan.txt",
    "data:text/plain,x",
    "php://filter/convert.base64-encode/resource=plan.txt",
    "zip://x.zip#plan.txt",
    "jar:file:x.jar!/plan.txt",
    "expect://id",
    "~/.ssh/id_rsa",
    "~root/.bashrc",
    "$HOME/secret.txt",
    "${HOME}/secret.txt",
    "%USERPROFILE%\\secret.txt",
    "$(cat secret.txt)",
    "`cat secret.txt`",
    "|cat secret.txt",
    "plan.txt;cat secret.txt",
    "plan.txt && cat secret.txt",
    "<plan.txt",
    "@plan.txt",
    "-",
    "--help",
    "-rf",
    // Patterns and lists.
    "*",
    "*.txt",
    "plan.tx?",
    "[p]lan.txt",
    "{plan,secret}.txt",
    "pla+n.txt",
    "^plan.txt$",
    ".*",
    "plan.txt|secret.txt",
    "plan.txt,secret.txt",
    "plan.txt\0secret.txt",
    "plan.txt?x",
    "plan.txt#x",
    "%",
    "' OR 1=1 --",
    "{{7*7}}",
    "__proto__",
    "constructor",
    // Places that every system has.
    "/etc/passwd",
    "/etc/shadow",
    "/proc/self/environ",
    "/proc/self/cmdline",
    "/proc/self/root/etc/passwd",
    "/proc/self/fd/0",
    "/dev/stdin",
    "/dev/zero",
    "/dev/fd/3",
    "/data/signing-key.der",
    "signing-key.der",
    "bootstrap-token",
    "oauth.db",
    // What is in the folder and is no document.
    "passwd",
    "link.txt",
    "loop.txt",
    "secrets",
    "secrets/secret.txt",
    "inner",
    "inner/deep.txt",
    "deep.txt",
    ".hidden",
    "late.txt",
    // A document of the bank, which is not read here.
    "bank_layout.txt",
];

#[cfg(unix)]
#[tokio::test]
async fn no_name_leads_out_of_the_folder() {
    use std::os::unix::fs::symlink;
    let house = House::with(Service::FileReader).await;
    let token = house.token("hacker", scope::READ).await;
    let around = house.folder.path().join("bank");
    let folder = around.join("documents");
    std::fs::create_dir_all(folder.join("inner")).unwrap();
    std::fs::write(folder.join("plan.txt"), "The east door.").unwrap();
    for place in [around.join("secret.txt"), folder.join("inner/deep.txt"), folder.join(".hidden")] {
        std::fs::write(place, SECRET).unwrap();
    }
    symlink("/etc/passwd", folder.join("passwd")).unwrap();
    symlink(around.join("secret.txt"), folder.join("link.txt")).unwrap();
    symlink("loop.txt", folder.join("loop.txt")).unwrap();
    symlink(&around, folder.join("secrets")).unwrap();
    let settings =
        Settings { issuer: Some(house.oauth_url("")), documents: Some(folder.clone()), ..Settings::default() };
    let reader = start(Service::FileReader, ANY_PORT, settings).await.unwrap();
    std::fs::write(folder.join("late.txt"), SECRET).unwrap();
    // What was read is not read again, whatever takes its place.
    std::fs::remove_file(folder.join("plan.txt")).unwrap();
    symlink(around.join("secret.txt"), folder.join("plan.txt")).unwrap();

    let base = format!("http://{}", reader.addr());
    let ask = |door: Door, name: &str| {
        let body = door.body(FILE_READER, json!({"filename": name}).to_string().as_bytes());
        let request = door.request(&house.http, &base, FILE_READER).bearer_auth(&token);
        request.header("content-type", "application/json").body(body)
    };
    let absolute = [around.join("secret.txt"), folder.join("plan.txt"), house.data().join("bootstrap-token")];
    let absolute = absolute.map(|place| place.to_str().unwrap().to_owned());
    let long = ["../".repeat(5000) + "etc/passwd", "plan.txt".repeat(5000), "x".repeat(60_000), "/".repeat(4096)];
    let tricks = TRICKS.iter().map(|&trick| trick.to_owned()).chain(absolute).chain(long);
    for (name, door) in tricks.flat_map(|name| Door::BOTH.map(|door| (name.clone(), door))) {
        let what = format!("{door:?}: {name:.80}");
        let problem = refused(&house.http, &base, &what, ask(door, &name), 404, "no_such_file").await;
        assert!(problem.detail.ends_with("there is plan.txt"), "{what}: {}", problem.detail);
        if door == Door::Rest {
            assert_eq!(problem.more["files"], json!(["plan.txt"]), "{what}");
        }
        let told = serde_json::to_string(&problem).unwrap();
        assert!(!told.contains(SECRET) && !told.contains("root:"), "{what}: {told}");
    }
    for door in Door::BOTH {
        let answer = ask(door, "plan.txt").send().await.unwrap().json().await.unwrap();
        assert_eq!(door.found(&answer), "The east door.");
    }
    let files = house.http.get(format!("{base}/files")).bearer_auth(&token).send().await.unwrap();
    assert_eq!(files.json::<FileList>().await.unwrap().files, ["plan.txt"]);
}

#[tokio::test]
async fn no_name_leads_out_of_the_banks_own_documents() {
    for (seed, door) in [(None, Door::Rest), (Some(7), Door::Rest), (None, Door::Mcp)] {
        no_name_leads_out_of(seed, door).await;
    }
}

async fn no_name_leads_out_of(seed: Option<u64>, door: Door) {
    let house = House::by(door, Service::FileReader).await;
    let token = house.token_of("hacker", scope::READ, seed).await;
    let FileList { files } = house.get(&token, "/files").await;
    let tricks = TRICKS.iter().filter(|&&trick| trick != "bank_layout.txt");
    for name in tricks.map(|trick| trick.replace("plan.txt", "bank_layout.txt").replace("secret.txt", "bank.sql")) {
        let request = house.call(&token, FILE_READER, &json!({"filename": name}));
        let problem = house.refused(&name, request, 404, "no_such_file").await;
        assert!(problem.detail.ends_with(&files.join(", ")), "{name}: {}", problem.detail);
    }
    for arguments in [
        json!({"filename": 1}),
        json!({"filename": null}),
        json!({"filename": ["bank_layout.txt"]}),
        json!({"filename": {"$ne": null}}),
        json!({"file": "bank_layout.txt"}),
        json!({"path": "/etc/passwd"}),
        json!({}),
        json!("bank_layout.txt"),
    ] {
        let request = house.call(&token, FILE_READER, &arguments);
        house.refused(&arguments.to_string(), request, 400, "arguments").await;
    }
    // Nor does the name of a tool lead elsewhere.
    for name in ["../files", "..%2ffiles", "file_reader%2f..", "file_reader%00", "File_Reader", "file_reader%20", "%2e"]
    {
        let request = house.http.post(house.tool_url(&format!("/tools/{name}"))).bearer_auth(&token);
        let problem = request.json(&json!({"filename": "bank_layout.txt"})).send().await.unwrap();
        assert!(matches!(problem.status().as_u16(), 404 | 405), "{name}: {}", problem.status());
    }
    let documents = Bank::with_seed(seed).documents();
    let layout = documents.iter().find(|document| document.name == "bank_layout.txt").unwrap();
    assert_eq!(house.result(&token, FILE_READER, &json!({"filename": "bank_layout.txt"})).await, layout.text);
}
