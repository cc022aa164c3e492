//! What pages have in common that are written to files: a web page that needs nothing else, its drawings, and Markdown.

#[cfg(test)]
pub(crate) mod drawn;
pub(crate) mod markdown;
pub(crate) mod svg;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::text::harmless;

/// Colours, text, tables and drawings, light and dark, on screens of any width and on paper.
const STYLE: &str = include_str!("base.css");

/// What browsers are to let the page do: show itself. Whatever might slip through as mark-up could load and run nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// A whole page, with what its style has beside that of all pages.
pub(crate) fn page(title: &str, style: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (harmless(title)) }
                style { (PreEscaped(STYLE)) (PreEscaped(style)) }
            }
            body { (body) }
        }
    }
    .into_string()
}
