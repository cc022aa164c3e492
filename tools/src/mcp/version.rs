//! Which version of MCP a request speaks, and whether its headers say what its body says.
//!
//! Since 2026-07-28 every request names its version in a header and in `_meta`, and method and tool in headers; whoever
//! stands between looks at those alone, so they have to agree with the body (the specification's "Request Metadata"). A
//! request of an older version names it in the header, or not at all.

use axum::http::{HeaderMap, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rmcp::model::{ErrorData, JsonObject, ProtocolVersion, RequestMetaObject};
use serde_json::Value;

use super::message::Fault;
use super::{CALL, DISCOVER, INITIALIZE};

const VERSION: &str = "mcp-protocol-version";
const METHOD: &str = "mcp-method";
const NAME: &str = "mcp-name";

/// Takes `_meta` out of the parameters. What is no object says nothing.
pub fn meta(params: &mut JsonObject) -> RequestMetaObject {
    match params.remove("_meta") {
        Some(Value::Object(meta)) => meta.into(),
        _ => RequestMetaObject::new(),
    }
}

/// The version that a message speaks.
pub fn of(
    headers: &HeaderMap,
    method: &str,
    params: &JsonObject,
    meta: &RequestMetaObject,
    is_request: bool,
) -> Result<ProtocolVersion, Fault> {
    let said = one(headers, VERSION)?;
    if method == INITIALIZE {
        return begun(headers, said, params);
    }
    let meant = meta.protocol_version();
    let modern = |version: &ProtocolVersion| !version.has_initialize() || method == DISCOVER;
    let version = match (said, meant) {
        // Version 2025-03-26 and those before it had no such header.
        (None, None) => ProtocolVersion::V_2025_03_26,
        (None, Some(_)) => {
            return Err(mismatch("the header MCP-Protocol-Version is missing, and `_meta` names a version"));
        }
        (Some(said), Some(meant)) if said != meant.as_str() => {
            return Err(mismatch("the header MCP-Protocol-Version and `_meta` name different versions"));
        }
        (Some(_), Some(meant)) => meant,
        (Some(said), None) => named(said),
    };
    if !ProtocolVersion::KNOWN_VERSIONS.contains(&version) {
        let error = ErrorData::unsupported_protocol_version(version, ProtocolVersion::KNOWN_VERSIONS);
        return Err(Fault::new(StatusCode::BAD_REQUEST, "mcp_version", error));
    }
    if !modern(&version) {
        return Ok(version);
    }
    if is_request {
        let missing = meta.missing_required_keys(&ProtocolVersion::NO_INITIALIZE);
        if !missing.is_empty() {
            let detail = format!("`params._meta` lacks, or has in no fit form: {}", missing.join(", "));
            return Err(Fault::params(StatusCode::BAD_REQUEST, "mcp_meta", detail));
        }
    }
    agree(headers, METHOD, method)?;
    if let Some(Value::String(name)) = params.get("name").filter(|_| method == CALL) {
        agree(headers, NAME, name)?;
    }
    // Also what discovers by the name of an older version is answered as now.
    Ok(if version.has_initialize() { ProtocolVersion::NO_INITIALIZE } else { version })
}

/// The version that `initialize` asks for. Its headers may be missing, for nothing is agreed upon yet.
fn begun(headers: &HeaderMap, said: Option<&str>, params: &JsonObject) -> Result<ProtocolVersion, Fault> {
    let asked = params.get("protocolVersion").and_then(Value::as_str).unwrap_or_default();
    if said.is_some_and(|said| said != asked) {
        let detail = "the header MCP-Protocol-Version and `params.protocolVersion` name different versions";
        let error = ErrorData::invalid_request(detail, None);
        return Err(Fault::new(StatusCode::BAD_REQUEST, "mcp_headers", error));
    }
    if one(headers, METHOD)?.is_some_and(|method| method != INITIALIZE) {
        return Err(mismatch("the header Mcp-Method names another method than the message"));
    }
    Ok(ProtocolVersion::LATEST_WITH_INITIALIZE)
}

/// The header has to be there, and to say the same as the body.
fn agree(headers: &HeaderMap, header: &str, body: &str) -> Result<(), Fault> {
    let Some(said) = one(headers, header)? else { return Err(mismatch(format!("the header {header} is missing"))) };
    if decoded(said).is_some_and(|said| said == body) {
        Ok(())
    } else {
        Err(mismatch(format!("the header {header} says something else than the message")))
    }
}

/// The text of a header, which may stand there once at most.
fn one<'a>(headers: &'a HeaderMap, header: &str) -> Result<Option<&'a str>, Fault> {
    let mut values = headers.get_all(header).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => match value.to_str() {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(mismatch(format!("the header {header} is no text"))),
        },
        (Some(_), Some(_)) => Err(mismatch(format!("the header {header} is there twice"))),
    }
}

/// What a header says: itself, or `=?base64?TEXT?=` for what cannot stand in a header.
fn decoded(value: &str) -> Option<String> {
    match value.strip_prefix("=?base64?").and_then(|value| value.strip_suffix("?=")) {
        Some(word) => String::from_utf8(STANDARD.decode(word).ok()?).ok(),
        None => Some(value.to_owned()),
    }
}

fn named(version: &str) -> ProtocolVersion {
    let known = ProtocolVersion::KNOWN_VERSIONS.iter().find(|known| known.as_str() == version).cloned();
    // A version is any text.
    known.unwrap_or_else(|| serde_json::from_value(version.into()).unwrap_or_default())
}

fn mismatch(detail: impl Into<String>) -> Fault {
    Fault::new(StatusCode::BAD_REQUEST, "mcp_headers", ErrorData::header_mismatch(detail.into(), None))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};
    use rmcp::model::ErrorCode;
    use serde_json::json;

    use super::super::LIST;
    use super::*;

    const NOW: &str = "2026-07-28";
    const BEFORE: &str = "2025-11-25";

    /// How a message fares with these headers, by its method, its parameters, and whether it is a request.
    fn fares(headers: &[(&'static str, &str)], method: &str, params: Value, is_request: bool) -> Result<String, i32> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let Value::Object(mut params) = params else { panic!("no object") };
        let meta = meta(&mut params);
        let found = of(&map, method, &params, &meta, is_request);
        found.map(|version| version.to_string()).map_err(|fault| fault.code())
    }

    fn call(version: &str) -> Value {
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": version, "io.modelcontextprotocol/clientCapabilities": {},
        });
        json!({"name": "calculator", "arguments": {}, "_meta": meta})
    }

    #[test]
    fn a_version_is_what_header_and_body_agree_on() {
        const MISMATCH: i32 = ErrorCode::HEADER_MISMATCH.0;
        const PARAMS: i32 = ErrorCode::INVALID_PARAMS.0;
        const UNKNOWN: i32 = ErrorCode::UNSUPPORTED_PROTOCOL_VERSION.0;
        let (method, name) = ((METHOD, CALL), (NAME, "calculator"));
        for (headers, params, expected) in [
            (&[(VERSION, NOW), method, name][..], call(NOW), Ok(NOW)),
            (&[(VERSION, NOW), method, (NAME, "=?base64?Y2FsY3VsYXRvcg==?=")], call(NOW), Ok(NOW)),
            (&[], json!({"name": "calculator"}), Ok("2025-03-26")),
            (&[(VERSION, BEFORE)], json!({"name": "calculator"}), Ok(BEFORE)),
            (&[(VERSION, "2024-11-05")], json!({"name": "calculator"}), Ok("2024-11-05")),
            // Of an older version these headers say nothing.
            (&[(VERSION, BEFORE), (METHOD, "ping"), (NAME, "abacus")], json!({"name": "calculator"}), Ok(BEFORE)),
            (&[(VERSION, BEFORE)], call(BEFORE), Ok(BEFORE)),
            (&[method, name], call(NOW), Err(MISMATCH)),
            (&[(VERSION, BEFORE), method, name], call(NOW), Err(MISMATCH)),
            (&[(VERSION, NOW), method, name], call(BEFORE), Err(MISMATCH)),
            (&[(VERSION, NOW), (VERSION, NOW), method, name], call(NOW), Err(MISMATCH)),
            (&[(VERSION, "\u{ff}"), method, name], call(NOW), Err(MISMATCH)),
            (&[(VERSION, NOW), name], call(NOW), Err(MISMATCH)),
            (&[(VERSION, NOW), (METHOD, LIST), name], call(NOW), Err(MISMATCH)),
            (&[(VERSION, NOW), (METHOD, "Tools/Call"), name], call(NOW), Err(MISMATCH)),
            (&[(VERSION, NOW), method, method, name], call(NOW), Err(MISMATCH)),
            (&[(VERSION, NOW), method], call(NOW), Err(MISMATCH)),
            (&[(VERSION, NOW), method, (NAME, "file_reader")], call(NOW), Err(MISMATCH)),
            (&[(VERSION, NOW), method, name, (NAME, "file_reader")], call(NOW), Err(MISMATCH)),
            (&[(VERSION, NOW), method, (NAME, "=?base64?!?=")], call(NOW), Err(MISMATCH)),
            (&[(VERSION, NOW), method, name], json!({"name": "calculator"}), Err(PARAMS)),
            (&[(VERSION, "2026-07-27")], json!({"name": "calculator"}), Err(UNKNOWN)),
            (&[(VERSION, "2099-01-01"), method, name], call("2099-01-01"), Err(UNKNOWN)),
            (&[(VERSION, "")], json!({"name": "calculator"}), Err(UNKNOWN)),
        ] {
            let found = fares(headers, CALL, params.clone(), true);
            assert_eq!(found.as_deref().map_err(|code| *code), expected, "{headers:?} {params}");
        }
        let mut bare = call(NOW);
        bare["_meta"].as_object_mut().unwrap().remove("io.modelcontextprotocol/clientCapabilities");
        assert_eq!(fares(&[(VERSION, NOW), method, name], CALL, bare, true), Err(PARAMS));
    }

    #[test]
    fn discovery_is_always_of_the_present() {
        let meta = call(NOW)["_meta"].clone();
        let headers = [(VERSION, NOW), (METHOD, DISCOVER)];
        assert_eq!(fares(&headers, DISCOVER, json!({"_meta": meta}), true).unwrap(), NOW);
        assert_eq!(fares(&[], DISCOVER, json!({}), true), Err(ErrorCode::INVALID_PARAMS.0));
    }

    #[test]
    fn a_beginning_may_have_headers_that_fit() {
        let params = json!({"protocolVersion": BEFORE});
        for headers in [&[][..], &[(VERSION, BEFORE)], &[(METHOD, INITIALIZE)]] {
            assert!(fares(headers, INITIALIZE, params.clone(), true).is_ok(), "{headers:?}");
        }
        let invalid = ErrorCode::INVALID_REQUEST.0;
        assert_eq!(fares(&[(VERSION, NOW)], INITIALIZE, params.clone(), true), Err(invalid));
        assert!(fares(&[(METHOD, LIST)], INITIALIZE, params, true).is_err());
    }

    #[test]
    fn a_notification_needs_no_meta() {
        let done = "notifications/initialized";
        assert_eq!(fares(&[(VERSION, BEFORE)], done, json!({}), false).unwrap(), BEFORE);
        assert_eq!(fares(&[(VERSION, NOW), (METHOD, done)], done, json!({}), false).unwrap(), NOW);
        assert!(fares(&[(VERSION, "1999-01-01")], done, json!({}), false).is_err());
    }
}
