//! `mcp serve`: the game itself as an MCP server on standard input and output, so that a model can be the player.
//!
//! A third listener to a session, beside the terminal and the script. Standard output is the protocol's alone.

mod arguments;
mod client;
mod entry;
mod game;
mod input;
mod player;
mod seen;
mod told;
mod tools;

use std::fmt;
use std::process::ExitCode;
use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, Implementation, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig,
};
use rmcp::service::{RequestContext, ServerInitializeError};
use rmcp::transport::async_rw::AsyncRwTransport;
use rmcp::{RoleServer, ServerHandler, ServiceExt as _};

use self::client::Client;
use self::input::Input;
use self::player::Player;
use self::tools::{TOOLS, Tool};
use crate::cli::Serve;
use crate::interrupt::{INTERRUPTED, interrupted};
use crate::output;
use crate::play;

/// The longest request that is taken, in bytes.
const LONGEST_REQUEST: usize = 1 << 20;

/// The exit code for a client that does not speak the protocol.
const NO_CLIENT: u8 = 2;

/// What the client is told of the server.
const INSTRUCTIONS: &str = "\
A game of deduction: a crew of agents plans a bank heist, one of them may be the mole, and you find out who. Call start_heist, \
which explains the rules; then go_on, which lets the crew talk a round and returns what was said; look closer with \
check_message, read_source and show_plan; question agents with ask_agent; and name the mole with guess.";

/// Why a tool does not do what was wanted, in words that say what it would do.
#[derive(Debug)]
struct Refusal(String);

impl Refusal {
    fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The server, as the protocol sees it.
struct Server(Arc<Player>);

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let program = Implementation::new("heist-tui", env!("CARGO_PKG_VERSION")).with_title("Heist: who is the mole?");
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(program)
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(TOOLS.iter().map(Tool::described).collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = Tool::named(&request.name) else {
            let names: Vec<_> = TOOLS.iter().map(|tool| tool.name).collect();
            return Err(ErrorData::invalid_params(format!("no such tool; there are {}", names.join(", ")), None));
        };
        let client = Client::new(context);
        let done = self.0.does(tool, request.arguments.unwrap_or_default(), &client).await;
        client.finish().await;
        let result = match done {
            Ok(answer) => {
                // The text says the same in words: it is what most clients show their model.
                let mut result = CallToolResult::success(vec![ContentBlock::text(answer.text)]);
                result.structured_content = Some(answer.data);
                result
            }
            Err(refusal) => CallToolResult::error(vec![ContentBlock::text(refusal.to_string())]),
        };
        Ok(result.into())
    }
}

/// Serves one client until it closes standard input or the system wishes that the program end; gives the exit code. A heist
/// that is on is then stopped, and can be resumed.
pub async fn serve(options: &Serve) -> ExitCode {
    let telemetry = play::receiver();
    let player = Arc::new(Player::new(options, telemetry.clone()));
    let (input, mut closed) = Input::new(tokio::io::stdin());
    let transport = AsyncRwTransport::new(input, tokio::io::stdout()).with_max_line_length(LONGEST_REQUEST);
    let mut wish = std::pin::pin!(interrupted());
    let served = async {
        let service = Server(Arc::clone(&player)).serve(transport).await?;
        // Told, or gone with the input: nobody asks for anything any more. What waits for turns is answered when the heist has
        // stopped.
        let _ = closed.changed().await;
        player.leave().await;
        let _ = service.waiting().await;
        Ok::<_, Box<ServerInitializeError>>(())
    };
    let code = tokio::select! {
        served = served => match served.map_err(|error| *error) {
            Ok(()) | Err(ServerInitializeError::ConnectionClosed(_)) => ExitCode::SUCCESS,
            Err(error) => {
                output::tell(&format!("the client does not speak MCP: {error}"));
                ExitCode::from(NO_CLIENT)
            }
        },
        () = &mut wish => ExitCode::from(INTERRUPTED),
    };
    player.leave().await;
    if let Some(trouble) = play::last_words(telemetry).await {
        output::tell(&trouble);
    }
    code
}

#[cfg(test)]
mod tests;
