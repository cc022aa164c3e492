//! What a session is played with, beside what it was dealt from: who speaks, and where the tools run. It is kept with
//! the session, so that this goes on with the same.

use serde::{Deserialize, Serialize};

use crate::cli::{Docker, Judge, Llm, Means, Tools};
use crate::heist::{LlmInfo, SessionStarted, ToolsInfo};
use crate::text::without_credentials;

/// What a session is played with. Nothing of it is secret: the name and the password in an address are not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct With {
    /// As it was found, not as it was asked for.
    llm: Llm,
    llm_url: String,
    model: Option<String>,
    mole_model: Option<String>,
    judge: Judge,
    judge_model: Option<String>,
    /// As they were found.
    tools: Tools,
    /// Whether to play with embedded tools where those in Docker cannot be started.
    or_embedded: bool,
    fleet: String,
    port_base: u16,
    docker_host: Option<String>,
}

/// What `without_credentials` leaves in their place.
const HIDDEN: &str = "…@";

/// Why a session cannot go on with what it was played with.
#[derive(Debug, thiserror::Error)]
#[error(
    "session {session} was played with the model server at {url}; its name and password are not kept: say the whole \
    address with --llm-url"
)]
pub struct Hidden {
    session: String,
    url: String,
}

impl With {
    /// What a session that begins is played with.
    #[must_use]
    pub fn of(means: &Means, docker: &Docker, llm: &LlmInfo, tools: &ToolsInfo, or_embedded: bool) -> Self {
        let (shown, docker_host) = (without_credentials(&means.llm_url), docker.docker_host.as_ref());
        // Found under the given address, or where that led.
        let found = llm.url.clone().filter(|_| shown == means.llm_url);
        Self {
            llm: if llm.backend == "openai" { Llm::Openai } else { Llm::Scripted },
            llm_url: found.unwrap_or(shown),
            model: llm.model.clone(),
            mole_model: means.models.mole_model.clone(),
            judge: means.models.judge,
            judge_model: means.models.judge_model.clone(),
            tools: if tools.backend == "docker" { Tools::Docker } else { Tools::Embedded },
            or_embedded,
            fleet: docker.fleet.clone(),
            port_base: docker.port_base,
            docker_host: docker_host.filter(|host| without_credentials(host) == **host).cloned(),
        }
    }

    /// The same of a session that an older version has begun, as far as its first event tells it.
    #[must_use]
    pub fn told(started: &SessionStarted, means: &Means, docker: &Docker) -> Self {
        let with = Self::of(means, docker, &started.llm, &started.tools, true);
        Self { llm_url: started.llm.url.clone().unwrap_or(with.llm_url), ..with }
    }

    /// The options that a session goes on with: those that the command line says (`said` names them), else what it was
    /// played with before, else what the environment and the configuration say.
    ///
    /// # Errors
    /// If the server's address had a password, and nobody says it again.
    pub fn over(
        &self,
        session: &str,
        means: &Means,
        docker: &Docker,
        said: &[String],
    ) -> Result<(Means, Docker), Hidden> {
        let said = |option: &str| said.iter().any(|said| said == option);
        let (mut means, mut docker) = (means.clone(), docker.clone());
        if !said("llm") {
            // Whoever names a server or a model wants one.
            let wants_model = ["llm_url", "model", "mole_model", "judge_model"].into_iter().any(said);
            means.llm = if wants_model { Llm::Openai } else { self.llm };
        }
        if self.llm == Llm::Openai {
            // With its password, if this is the same one.
            if !said("llm_url") && without_credentials(&means.llm_url) != self.llm_url {
                if means.llm != Llm::Scripted && self.llm_url.contains(HIDDEN) {
                    return Err(Hidden { session: session.to_owned(), url: self.llm_url.clone() });
                }
                means.llm_url.clone_from(&self.llm_url);
            }
            let keep = |option: &str, now: &mut Option<String>, before: &Option<String>| {
                if !said(option) {
                    now.clone_from(before);
                }
            };
            keep("model", &mut means.models.model, &self.model);
            keep("mole_model", &mut means.models.mole_model, &self.mole_model);
            keep("judge_model", &mut means.models.judge_model, &self.judge_model);
            if !said("judge") {
                means.models.judge = self.judge;
            }
        }
        if !said("tools") {
            means.tools = self.tools;
        }
        if self.tools == Tools::Docker {
            if !said("fleet") {
                docker.fleet.clone_from(&self.fleet);
            }
            if !said("port_base") {
                docker.port_base = self.port_base;
            }
            if !said("docker_host") && self.docker_host.is_some() {
                docker.docker_host.clone_from(&self.docker_host);
            }
        }
        Ok((means, docker))
    }

    /// Whether to play with embedded tools where those in Docker cannot be started.
    #[must_use]
    pub fn or_embedded(&self) -> bool {
        self.or_embedded
    }

    /// Who speaks, for a person.
    #[must_use]
    pub fn speaker(&self) -> String {
        match (&self.model, self.llm) {
            (Some(model), Llm::Openai) => format!("{model} at {}", self.llm_url),
            (None, Llm::Openai) => format!("the model server at {}", self.llm_url),
            _ => "the scripted crew".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;

    /// The options as a command line says them.
    fn options(args: &[&str]) -> (Means, Docker) {
        let cli = Cli::try_parse_from([&["heist-tui"], args].concat()).unwrap();
        (cli.play.run.means, cli.docker)
    }

    fn played(args: &[&str], tools: &str) -> With {
        let (means, docker) = options(args);
        let is_scripted = means.llm == Llm::Scripted;
        let url = format!("{}/v1", without_credentials(&means.llm_url));
        let llm = LlmInfo {
            backend: if is_scripted { "scripted" } else { "openai" }.into(),
            url: (!is_scripted).then_some(url),
            model: (!is_scripted).then(|| "qwen".into()),
            note: None,
        };
        With::of(&means, &docker, &llm, &ToolsInfo { backend: tools.into(), note: None }, true)
    }

    fn over(with: &With, args: &[&str], said: &[&str]) -> (Means, Docker) {
        let (means, docker) = options(args);
        let said: Vec<_> = said.iter().map(|&said| said.to_owned()).collect();
        with.over("s", &means, &docker, &said).unwrap()
    }

    #[test]
    fn what_is_kept_comes_back_unless_the_command_line_says_otherwise() {
        let args = ["--llm-url", "http://a:1", "--mole-model", "other", "--judge", "off", "--fleet", "mine"];
        let with = played(&args, "docker");
        let kept: With = serde_json::from_str(&serde_json::to_string(&with).unwrap()).unwrap();
        assert_eq!(kept, with);
        // The environment and the configuration look the same as the defaults here.
        let (means, docker) = over(&with, &["--llm-url", "http://b:2/v1", "--model", "x", "--port-base", "9000"], &[]);
        assert_eq!(
            (means.llm, means.llm_url.as_str(), means.models.model.as_deref()),
            (Llm::Openai, "http://a:1/v1", Some("qwen"))
        );
        assert_eq!(
            (means.models.mole_model.as_deref(), means.models.judge, means.tools),
            (Some("other"), Judge::Off, Tools::Docker)
        );
        assert_eq!((docker.fleet.as_str(), docker.port_base), ("mine", 8001));
        let (means, docker) = over(&with, &["--llm-url", "http://b:2/v1", "--fleet", "x"], &["llm_url", "fleet"]);
        assert_eq!((means.llm_url.as_str(), means.models.model.as_deref()), ("http://b:2/v1", Some("qwen")));
        assert_eq!(docker.fleet, "x");
        let (means, _) = over(&with, &["--llm", "scripted", "--tools", "embedded"], &["llm", "tools"]);
        assert_eq!((means.llm, means.tools), (Llm::Scripted, Tools::Embedded));
    }

    #[test]
    fn the_scripted_crew_goes_on_unless_a_model_is_named() {
        let with = played(&["--llm", "scripted"], "embedded");
        let (means, _) = over(&with, &["--model", "x"], &[]);
        assert_eq!((means.llm, means.tools), (Llm::Scripted, Tools::Embedded));
        let (means, _) = over(&with, &["--llm-url", "http://b:2/v1"], &["llm_url"]);
        assert_eq!((means.llm, means.llm_url.as_str()), (Llm::Openai, "http://b:2/v1"));
    }

    #[test]
    fn a_password_is_not_kept_and_is_asked_for_again() {
        let with = played(&["--llm-url", "http://me:hunter2@a:1"], "embedded");
        assert!(!serde_json::to_string(&with).unwrap().contains("hunter2"));
        let (means, docker) = options(&[]);
        let error = with.over("s", &means, &docker, &[]).unwrap_err().to_string();
        assert!(error.contains("http://…@a:1") && error.contains("--llm-url"), "{error}");
        // The environment has it still.
        assert_eq!(over(&with, &["--llm-url", "http://me:hunter2@a:1"], &[]).0.llm_url, "http://me:hunter2@a:1");
        assert_eq!(over(&with, &["--llm", "scripted"], &["llm"]).0.llm, Llm::Scripted);
    }
}
