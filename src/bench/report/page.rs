//! A report as a web page that needs nothing else.

use maud::{Markup, html};

use super::section::{Cell, Part, Picture, Section, Table};
use crate::page;
use crate::text::harmless;

/// What its style has beside that of all pages.
const STYLE: &str = include_str!("report.css");

/// The whole report as a page.
pub(super) fn page(title: &str, sections: &[Section]) -> String {
    let body = html! {
        header {
            h1 { (harmless(title)) }
            nav aria-label="Contents" {
                @for Section { id, title, .. } in sections { a href={ "#" (id) } { (title) } " " }
            }
        }
        main {
            @for Section { id, title, parts } in sections {
                section id=(id) {
                    h2 { (title) }
                    @for part in parts {
                        @match part {
                            Part::Says(text) => p { (harmless(text)) },
                            Part::Table(table) => (tabled(table)),
                            Part::Picture(Picture { drawing, caption }) => {
                                figure { (drawing) figcaption { (caption) } }
                            }
                        }
                    }
                }
            }
        }
        footer { p { "Written by heist-tui " (env!("CARGO_PKG_VERSION")) " with `bench report`." } }
    };
    page::page(title, STYLE, &body)
}

fn tabled(table: &Table) -> Markup {
    html! {
        @if table.folded {
            details { summary { (table.title) } (rows(table, "")) }
        } @else {
            (rows(table, table.title))
        }
    }
}

fn rows(table: &Table, title: &str) -> Markup {
    let (rows, left) = table.shown();
    html! {
        table.cards {
            @if !title.is_empty() { caption { (title) } }
            thead { tr { @for heading in &table.headings { th scope="col" { (heading) } } } }
            tbody { @for row in rows { tr { (cells(&table.headings, row)) } } }
        }
        @if let Some(left) = left { p.quiet { (left) } }
    }
}

fn cells(headings: &[&str], row: &[Cell]) -> Markup {
    html! {
        @for (at, (heading, Cell { text, range })) in headings.iter().zip(row).enumerate() {
            @if at == 0 {
                th scope="row" data-label=(heading) { (harmless(text)) }
            } @else {
                td data-label=(heading) {
                    (harmless(text))
                    @if !range.is_empty() { " " small { (range) } }
                }
            }
        }
    }
}
