//! What kind of model stands in a list: one that chats, or one for other work.

use serde_json::Value;

/// Whether a model looks like one that can chat, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// Nothing speaks against it.
    None,
    /// It runs elsewhere, and may want a login and money.
    Cloud,
    /// It is called like one for other work.
    Name,
    /// It is a pattern for many names.
    Pattern,
}

/// Parts of names by which models for other work are known: embeddings, ranking, hearing, speaking, drawing, sifting.
const PARTS: [&str; 19] = [
    "minilm",
    "mpnet",
    "rerank",
    "colbert",
    "whisper",
    "parakeet",
    "moonshine",
    "kokoro",
    "speech",
    "diffusion",
    "sdxl",
    "flux",
    "dall-e",
    "gpt-image",
    "moderation",
    "llama-guard",
    "llamaguard",
    "shieldgemma",
    "transcribe",
];

/// The same, where they are words of a name.
const WORDS: [&str; 13] =
    ["bge", "gte", "e5", "nomic", "mxbai", "tts", "stt", "asr", "clip", "siglip", "ocr", "piper", "splade"];

/// What servers call the kinds of their models, as far as these do not chat.
const KINDS: [&str; 11] =
    ["embed", "rank", "image", "audio", "speech", "tts", "stt", "transcri", "moderation", "classif", "diffusion"];

/// How much speaks against an entry of a list; none if it surely cannot chat.
pub(super) fn doubt(entry: &Value) -> Option<Doubt> {
    let text = |key: &str| entry[key].as_str().unwrap_or_default().to_lowercase();
    let name = [text("id"), text("key")].join(" ");
    let kinds = [text("type"), text("task")];
    let has = |text: &str, parts: &[&str]| parts.iter().any(|part| text.contains(part));
    if name.contains("embed") || kinds.iter().any(|kind| has(kind, &KINDS)) {
        return None;
    }
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    Some(if name.contains('*') {
        Doubt::Pattern
    } else if has(&name, &PARTS) || words.clone().any(|word| WORDS.contains(&word)) {
        Doubt::Name
    } else if words.any(|word| word == "cloud") {
        Doubt::Cloud
    } else {
        Doubt::None
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn models_for_other_work_are_known_by_name_or_kind() {
        let of = |name: &str| doubt(&json!({"id": name}));
        for name in ["qwen3:4b", "meta-llama/Llama-3.1-8B-Instruct", "gemma-3-4b-it", "mistral-nemo", "gpt-oss:20b"] {
            assert_eq!(of(name), Some(Doubt::None), "{name}");
        }
        let others = "bge-m3:latest all-minilm:22m multilingual-e5-large gte-large-en-v1.5 jina-reranker-v2 whisper-1 \
                      tts-1-hd nomic-ai/nomic-bert flux.1-schnell parakeet-tdt-0.6b omni-moderation-latest";
        for name in others.split_whitespace() {
            assert_eq!(of(name), Some(Doubt::Name), "{name}");
        }
        assert_eq!(of("text-embedding-nomic-embed-text-v1.5"), None);
        assert_eq!((of("gpt-oss:120b-cloud"), of("openai/*")), (Some(Doubt::Cloud), Some(Doubt::Pattern)));
        assert_eq!(doubt(&json!({"id": "x", "type": "embeddings"})), None);
        assert_eq!(doubt(&json!({"id": "x", "type": "vlm", "task": null})), Some(Doubt::None));
    }
}
