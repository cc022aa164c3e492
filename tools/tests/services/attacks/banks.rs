//! Ways into a bank that is not one's own: tokens that name another, or none that there can be, and crowds of banks.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use heist_bank::Bank;
use heist_tools::Service;
use heist_tools::wire::{DATABASE_QUERY, FILE_READER, RegisterResponse, TokenResponse};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::tokens::{Forger, new_key, parts, signed};
use super::{counted_while, doors};
use crate::banks::{database, rows};
use crate::house::{House, counters, registered};

/// What no seed is written as.
fn no_seeds() -> Vec<Value> {
    let mut texts: Vec<Value> = [
        "",
        " ",
        "-1",
        "-0",
        "+7",
        "07",
        "00",
        "7.0",
        "7e3",
        "0x7",
        "7 ",
        " 7",
        "7\n",
        "7\0",
        "7,8",
        "7;8",
        "7' OR '1'='1",
        "seven",
        "null",
        "none",
        "first",
        "../7",
        "%37",
        "\u{0667}",
        "\u{ff17}",
        "\u{202e}7",
        "18446744073709551616",
        "18446744073709551615.5",
        "99999999999999999999",
        "340282366920938463463374607431768211456",
    ]
    .map(Value::from)
    .into();
    texts.extend([json!("9".repeat(1000)), json!("0".repeat(1000) + "7")]);
    texts
}

/// What is no text at all.
fn no_texts() -> Vec<Value> {
    vec![
        json!(7),
        json!(0),
        json!(-1),
        json!(u64::MAX),
        json!(7.5),
        json!(1e300),
        json!(true),
        json!(false),
        json!([]),
        json!(["7"]),
        json!(["7", "8"]),
        json!([7]),
        json!({}),
        json!({"seed": "7"}),
        json!({"7": "7"}),
        json!(vec![b'7']),
    ]
}

#[tokio::test]
async fn claims_that_name_no_bank() {
    for (service, door) in doors() {
        let forger = Forger::by(door, service).await;
        forger.accepted("a bank", &forger.token(&json!({}), &json!({"bank": "7"}))).await;
        for claim in no_seeds().into_iter().chain(no_texts()) {
            let what = format!("{claim:.60}");
            let token = forger.token(&json!({}), &json!({"bank": claim}));
            forger.refused(&what, &token, "token_malformed").await;
            assert_eq!(forger.introspected(&token).await, json!({"active": false}), "{what}");
        }
        // Null, which the forger takes for nothing, and the claim twice: the last would count for one reader, the first for
        // another.
        let claims = forger.claims(&json!({})).to_string();
        let open = claims.strip_suffix('}').unwrap();
        for bank in
            [r#""bank":null"#, r#""bank":"7","bank":"8""#, r#""bank":"7","bank":"7""#, r#""bank":"7","b\u0061nk":"8""#]
        {
            let token = signed(&forger.key, &forger.head(&json!({})).to_string(), &format!("{open},{bank}}}"));
            forger.refused(bank, &token, "token_malformed").await;
            assert_eq!(forger.introspected(&token).await, json!({"active": false}), "{bank}");
        }
    }
}

#[tokio::test]
async fn a_token_is_not_turned_to_another_bank() {
    for (service, door) in doors() {
        let forger = Forger::by(door, service).await;
        // Another bank, or none, behind the same signature; and the right claim behind somebody else's.
        for (own, other) in [
            (json!({"bank": "7"}), json!({"bank": "8"})),
            (json!({"bank": "7"}), json!({})),
            (json!({}), json!({"bank": "7"})),
        ] {
            let good = forger.token(&json!({}), &own);
            let [head, _, signature] = parts(&good);
            let turned = URL_SAFE_NO_PAD.encode(forger.claims(&other).to_string());
            let what = format!("{own} to {other}");
            forger.refused(&what, &format!("{head}.{turned}.{signature}"), "token_signature").await;
            let token = signed(&new_key(), &forger.head(&json!({})).to_string(), &forger.claims(&other).to_string());
            forger.refused(&what, &token, "token_signature").await;
            forger.accepted(&what, &good).await;
        }
        // In a header of the token or of the request, or in the query, it says nothing.
        let token = forger.token(&json!({"bank": "8"}), &json!({"bank": "7"}));
        forger.accepted("bank in the head", &token).await;
    }
}

#[tokio::test]
async fn only_the_claim_says_which_bank() {
    let forger = Forger::at(Service::FileReader).await;
    let token = forger.token(&json!({"bank": "8"}), &json!({"bank": "7", "banks": ["8"], "seed": "8", "Bank": "8"}));
    let place = forger.house.tool_url("/tools/file_reader?bank=8");
    for document in Bank::with_seed(Some(7)).documents() {
        let arguments = json!({"filename": document.name, "bank": "8", "seed": 8});
        let request = forger.house.http.post(&place).bearer_auth(&token).json(&arguments);
        let request = request.header("bank", "8").header("x-bank", "8").header("cookie", "bank=8");
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["result"], document.text, "{}", document.name);
    }
    // Names of banks are no names of documents.
    for filename in [
        "8/bank_layout.txt",
        "../8/bank_layout.txt",
        "bank_layout.txt?bank=8",
        "bank_layout.txt#8",
        "8",
        "8:bank_layout.txt",
    ] {
        let request = forger.house.call(&token, FILE_READER, &json!({"filename": filename}));
        forger.house.refused(filename, request, 404, "no_such_file").await;
    }
}

#[tokio::test]
async fn a_client_has_tokens_of_its_own_bank_alone() {
    let house = House::with(Service::FileReader).await;
    let asked = json!({"client_name": "hacker", "scope": "tools:read", "bank": "7"});
    let client = registered(&house.http, &house.oauth_url(""), &house.data(), &asked).await;
    let (id, secret) = (client.client_id.as_str(), client.client_secret.expose_secret());
    let grant = json!({
        "grant_type": "client_credentials", "bank": "8", "claims": {"bank": "8"}, "resource": "urn:bank:8",
        "scope": "tools:read",
    });
    let place = house.oauth_url("/oauth/token?bank=8");
    let form = [("grant_type", "client_credentials"), ("bank", "8"), ("claims", "{\"bank\":\"8\"}")];
    for request in [
        house.http.post(&place).basic_auth(id, Some(secret)).json(&grant),
        house.http.post(&place).basic_auth(id, Some(secret)).form(&form),
    ] {
        let token = request.header("bank", "8").send().await.unwrap().json::<TokenResponse>().await.unwrap();
        let token = token.access_token.expose_secret();
        for document in Bank::with_seed(Some(7)).documents() {
            let text = house.result(token, FILE_READER, &json!({"filename": document.name})).await;
            assert_eq!(text, document.text, "{}", document.name);
        }
    }
    // Nor does a scope name one.
    for scope in ["tools:read bank:8", "bank=8", "8"] {
        let request = house.http.post(&place).basic_auth(id, Some(secret));
        let request = request.json(&json!({"grant_type": "client_credentials", "scope": scope}));
        house.oauth_refused(scope, request, 400, "invalid_scope").await;
    }
    // One that is signed all the same, by whoever has the key, is none that the oauth service knows.
    let forger = Forger::at(Service::FileReader).await;
    assert_eq!(forger.introspected(&forger.token(&json!({}), &json!({}))).await["active"], true);
    for other in ["0", "7", "18446744073709551615"] {
        let token = forger.token(&json!({}), &json!({"bank": other}));
        assert_eq!(forger.introspected(&token).await, json!({"active": false}), "{other}");
    }
}

#[tokio::test]
async fn registrations_for_no_bank() {
    let house = House::with(Service::Calculator).await;
    let bootstrap = std::fs::read_to_string(house.data().join("bootstrap-token")).unwrap();
    let place = house.oauth_url("/oauth/register");
    let asked = |bank: &Value| json!({"client_name": "mole", "scope": "tools:read", "bank": bank});
    for bank in no_seeds() {
        let what = format!("{bank:.60}");
        let request = house.http.post(&place).bearer_auth(&bootstrap).json(&asked(&bank));
        let problem = house.oauth_refused(&what, request, 400, "invalid_client_metadata").await;
        assert_eq!(problem.more["error"], "invalid_client_metadata", "{what}");
        for words in ["bank", "0 to 18446744073709551615", "digits"] {
            assert!(problem.detail.contains(words), "{what}: no {words} in {}", problem.detail);
        }
        // It is not said again, however long it is.
        assert!(problem.detail.len() < 300, "{what}: {}", problem.detail);
    }
    for bank in no_texts().into_iter().chain([Value::Null]) {
        let request = house.http.post(&place).bearer_auth(&bootstrap).json(&asked(&bank));
        let problem = house.oauth_refused(&bank.to_string(), request, 400, "invalid_request").await;
        assert!(problem.detail.contains("bank"), "{bank}: {}", problem.detail);
    }
    let twice = r#"{"client_name":"mole","scope":"tools:read","bank":"7","bank":"8"}"#;
    let request =
        house.http.post(&place).bearer_auth(&bootstrap).header("content-type", "application/json").body(twice);
    house.oauth_refused("twice", request, 400, "invalid_request").await;
    // Whoever may not register learns nothing of what would be wrong.
    let request = house.http.post(&place).bearer_auth("x".repeat(43)).json(&asked(&json!("-1")));
    house.oauth_refused("no bootstrap token", request, 401, "invalid_token").await;
    // As a form it is read the same way.
    let form = [("client_name", "mole"), ("scope", "tools:read"), ("bank", "18446744073709551616")];
    let request = house.http.post(&place).bearer_auth(&bootstrap).form(&form);
    house.oauth_refused("a form", request, 400, "invalid_client_metadata").await;
    let form = [("client_name", "mole"), ("scope", "tools:read"), ("bank", "18446744073709551615")];
    let answer = house.http.post(&place).bearer_auth(&bootstrap).form(&form).send().await.unwrap();
    assert_eq!(answer.json::<RegisterResponse>().await.unwrap().bank.as_deref(), Some("18446744073709551615"));
}

/// A few times as many as are kept, many at once, while somebody goes on asking for one.
#[tokio::test]
async fn a_flood_of_banks() {
    for service in [Service::FileReader, Service::DatabaseQuery] {
        let forger = Forger::at(service).await;
        let house = &forger.house;
        let own = forger.token(&json!({}), &json!({"bank": "7"}));
        let (tool, arguments, expected) = if service == Service::FileReader {
            let document = Bank::with_seed(Some(7)).documents().swap_remove(0);
            (FILE_READER, json!({"filename": document.name}), json!(document.text))
        } else {
            let query = "SELECT * FROM guards";
            (DATABASE_QUERY, json!({"query": query}), json!(rows(&database(&Bank::with_seed(Some(7))), query)))
        };
        let ask_own = async || {
            let result = house.result(&own, tool, &arguments).await;
            assert_eq!(if tool == FILE_READER { &result } else { &result["rows"] }, &expected);
        };
        ask_own().await;
        let labels = async || {
            let requests = counters(&house.http, &house.tool_url(""), "heist_requests_total").await;
            requests.into_keys().collect::<Vec<_>>()
        };
        let before = labels().await;
        let flood = async {
            for first in (1000..1300_u64).step_by(50) {
                join_all((first..first + 50).map(async |seed| {
                    let token = forger.token(&json!({}), &json!({"bank": seed.to_string()}));
                    house.result(&token, tool, &arguments).await;
                }))
                .await;
            }
        };
        let steady = async {
            for _ in 0..50 {
                ask_own().await;
            }
        };
        let ((), counted) = counted_while(&house.http, &house.tool_url(""), async {
            futures_util::future::join(flood, steady).await;
        })
        .await;
        assert_eq!(counted, [], "{service}");
        ask_own().await;
        // Nothing is counted by bank: there are too many.
        let after = labels().await;
        assert!(after.iter().all(|label| before.contains(label) || label.contains("/metrics")), "{service}: {after:?}");
    }
}

/// Each runs for a second, one after the other.
#[tokio::test]
async fn slow_queries_of_one_bank_hold_up_no_other() {
    let forger = Forger::at(Service::DatabaseQuery).await;
    let house = &forger.house;
    let tables = ('a'..='p').map(|letter| format!("cameras {letter}")).collect::<Vec<_>>().join(", ");
    let slow = json!({"query": format!("SELECT count(*) FROM {tables}")});
    let theirs = forger.token(&json!({}), &json!({"bank": "8"}));
    let begun = Instant::now();
    let slow = join_all((0..5).map(async |_| {
        assert_eq!(house.refusal(&theirs, DATABASE_QUERY, &slow).await.status, 422);
    }));
    let quick = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        for bank in [json!({"bank": "7"}), json!({}), json!({"bank": "9"})] {
            let token = forger.token(&json!({}), &bank);
            house.result(&token, DATABASE_QUERY, &json!({"query": "guards"})).await;
        }
        begun.elapsed()
    };
    let (_, quick) = futures_util::future::join(slow, quick).await;
    assert!(begun.elapsed() > Duration::from_secs(4), "they wait for each other: {:?}", begun.elapsed());
    assert!(quick < Duration::from_secs(3), "{quick:?}");
}
