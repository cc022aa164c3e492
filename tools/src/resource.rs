//! What a service tells of itself as a protected resource (RFC 9728): who issues the tokens that open it, and which scopes
//! there are; and the place where that stands, in every challenge.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::mcp;
use crate::refusal::Refusal;
use crate::tool::Tools;

/// Where it stands, for the whole service. Behind it comes the path of a part.
const METADATA: &str = "/.well-known/oauth-protected-resource";
/// A host with its port is no longer, in bytes.
const LONGEST_HOST: usize = 260;

/// The routes, which nobody needs a token for.
pub fn routes<T: Tools>(issuer: &str) -> Router {
    let mut scopes: Vec<_> = T::TOOLS.iter().map(|tool| tool.scope).collect();
    scopes.dedup();
    let metadata = json!({
        "resource": Value::Null,
        "authorization_servers": [issuer],
        "scopes_supported": scopes,
        "bearer_methods_supported": ["header"],
        "resource_name": format!("heist-{}", T::SERVICE),
    });
    let told = |path: &'static str| {
        let metadata = metadata.clone();
        get(async move |headers: HeaderMap| {
            let Some(base) = base(&headers) else {
                return Err(Refusal::bad_request("host", "the header Host says no name that could be told again"));
            };
            let mut metadata = metadata;
            metadata["resource"] = format!("{base}{path}").into();
            Ok(([(header::CACHE_CONTROL, "no-store")], Json(metadata)))
        })
    };
    Router::new().route(METADATA, told("")).route(&format!("{METADATA}{}", mcp::PATH), told(mcp::PATH))
}

/// Names that place in a challenge for a token.
pub async fn named_in_challenges(request: Request, next: Next) -> Response {
    let path = if request.uri().path().ends_with(mcp::PATH) { mcp::PATH } else { "" };
    let host = request.headers().get(header::HOST).cloned();
    let mut response = next.run(request).await;
    if let Some(challenge) = response.headers().get(header::WWW_AUTHENTICATE)
        && let Some(base) = host.as_ref().and_then(url)
        && let Ok(challenge) = challenge.to_str()
        && let Ok(longer) = HeaderValue::try_from(format!("{challenge}, resource_metadata=\"{base}{METADATA}{path}\""))
    {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, longer);
    }
    response
}

/// The address by which the caller knows this service: inside a container it does not know it itself.
fn base(headers: &HeaderMap) -> Option<String> {
    headers.get(header::HOST).and_then(url)
}

fn url(host: &HeaderValue) -> Option<String> {
    let host = host.to_str().ok()?;
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    ((1..=LONGEST_HOST).contains(&host.len()) && host.chars().all(fits)).then(|| format!("http://{host}"))
}
