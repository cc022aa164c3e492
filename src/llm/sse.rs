//! Takes a body apart into its events, whatever its form: server-sent events, lines of JSON, one JSON, or plain words.

use std::mem::take;

/// What came.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Event {
    /// Its name; empty if it has none.
    pub(super) name: String,
    /// Its data, without blanks at either end, and never empty.
    pub(super) data: Vec<u8>,
    /// Whether it came as a field of an event, and not by itself.
    pub(super) framed: bool,
}

/// Takes bytes as they come and gives events as soon as they are whole. Each byte is looked at once.
///
/// An event is whole with its empty line, and before that with the line that completes its JSON, or that has no JSON to
/// complete: servers leave empty lines out, and one that has told what went wrong may say nothing more.
#[derive(Debug, Default)]
pub(super) struct Events {
    line: Vec<u8>,
    name: Vec<u8>,
    data: Vec<u8>,
    framed: bool,
    nesting: Nesting,
    /// Whether the line that came last ended with a carriage return, which a line feed may follow.
    returned: bool,
    /// Whether a line has come, so that there can be no byte order mark any more.
    begun: bool,
}

impl Events {
    /// The next event in `bytes`, from which what was looked at is taken. `None` when all of it was.
    pub(super) fn next(&mut self, bytes: &mut &[u8]) -> Option<Event> {
        while let Some(&first) = bytes.first() {
            let is_second = take(&mut self.returned) && first == b'\n';
            let ends_nothing = self.line.is_empty() && self.data.is_empty() && self.name.is_empty();
            if is_second || ends_nothing && matches!(first, b'\n' | b'\r') {
                self.returned = first == b'\r';
                *bytes = &bytes[1..];
                continue;
            }
            let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                self.line.extend_from_slice(bytes);
                *bytes = &[];
                return None;
            };
            self.returned = bytes[end] == b'\r';
            self.line.extend_from_slice(&bytes[..end]);
            *bytes = &bytes[end + 1..];
            let event = self.end_line();
            if event.is_some() {
                return event;
            }
        }
        None
    }

    /// What the last line and its event have come to at the end of the body, for a server may close right behind them.
    pub(super) fn finish(&mut self) -> Option<Event> {
        let torn = FIELDS.iter().any(|field| field.as_bytes().starts_with(&self.line));
        if torn {
            self.line.clear();
        }
        self.end_line().or_else(|| self.end_event())
    }

    /// Bytes that are kept of an event that isn't whole, and whether these are an event's.
    pub(super) fn held(&self) -> (usize, bool) {
        let whole_json = !self.framed && (self.nesting.is_open() || self.line.starts_with(b"{"));
        (self.line.len() + self.data.len(), !whole_json)
    }

    fn end_line(&mut self) -> Option<Event> {
        let line = take(&mut self.line);
        let mut text = line.as_slice();
        if !std::mem::replace(&mut self.begun, true) {
            text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        }
        let text = text.trim_ascii();
        if text.is_empty() {
            return self.end_event();
        }
        // Within a JSON that came by itself any line is a part of it.
        let is_inside = !self.framed && self.nesting.is_open();
        let colon = text.iter().position(|&byte| byte == b':').unwrap_or(text.len());
        let (field, value) = (&text[..colon], text[colon..].strip_prefix(b":").unwrap_or_default().trim_ascii());
        let is = |name: &str| !is_inside && field.eq_ignore_ascii_case(name.as_bytes());
        match () {
            () if is("") || is("id") || is("retry") => None,
            () if is("event") => {
                self.name = value.to_vec();
                None
            }
            () if is("data") => {
                // A proxy may put the field's name before it once more.
                let value = value.strip_prefix(b"data:").unwrap_or(value).trim_ascii();
                self.add(value, true)
            }
            () => self.add(text, false),
        }
    }

    fn add(&mut self, text: &[u8], framed: bool) -> Option<Event> {
        if self.data.is_empty() {
            self.framed = framed;
        } else {
            self.data.push(b'\n');
        }
        self.data.extend_from_slice(text);
        self.nesting.read(text);
        if self.nesting.is_open() { None } else { self.whole() }
    }

    fn end_event(&mut self) -> Option<Event> {
        let event = self.whole();
        self.name.clear();
        event
    }

    fn whole(&mut self) -> Option<Event> {
        self.nesting = Nesting::default();
        let (data, framed) = (take(&mut self.data), take(&mut self.framed));
        let name = String::from_utf8_lossy(&self.name).into_owned();
        (!data.is_empty()).then_some(Event { name, data, framed })
    }
}

/// The fields of an event.
const FIELDS: [&str; 4] = ["data:", "event:", "id:", "retry:"];

/// How deep a text is within JSON.
#[derive(Debug, Default)]
struct Nesting {
    depth: usize,
    in_string: bool,
    escaped: bool,
}

impl Nesting {
    fn is_open(&self) -> bool {
        self.depth > 0
    }

    fn read(&mut self, text: &[u8]) {
        // What does not begin as JSON does not become any.
        if self.depth == 0 && !text.starts_with(b"{") && !text.starts_with(b"[") {
            return;
        }
        for &byte in text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_string => self.escaped = true,
                b'"' => self.in_string = !self.in_string,
                b'{' | b'[' if !self.in_string => self.depth += 1,
                b'}' | b']' if !self.in_string => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The events of a body that comes in these pieces, each as name, data, and whether it was framed.
    fn events_in<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<(String, String, bool)> {
        let (mut events, mut found) = (Events::default(), Vec::new());
        for mut piece in pieces {
            while let Some(event) = events.next(&mut piece) {
                found.push(event);
            }
        }
        found.extend(events.finish());
        found.into_iter().map(|event| (event.name, String::from_utf8(event.data).unwrap(), event.framed)).collect()
    }

    fn data_of(body: &str) -> Vec<String> {
        events_in([body.as_bytes()]).into_iter().map(|(_, data, _)| data).collect()
    }

    #[test]
    fn an_event_needs_no_empty_line_and_no_last_line_end() {
        assert_eq!(data_of("data: {\"a\":1}\ndata:{\"b\":2}\ndata: [DONE]"), ["{\"a\":1}", "{\"b\":2}", "[DONE]"]);
        assert_eq!(data_of("data: data: {}\n\n"), ["{}"]);
        assert_eq!(data_of("DATA:  {\"a\":\rdata: 1}\r\rdata:\r\n\r\nid: 7\r\nretry: 1\r\n"), ["{\"a\":\n1}"]);
        // A blank line ends what cannot be completed; the connection's end may cut a field's name.
        assert_eq!(data_of("data: {\"a\": \"}\n\ndata: {}\n\nda"), ["{\"a\": \"}", "{}"]);
        let named = events_in([b"event: error\ndata: all is\ndata: lost\n\ndata: x\n\n".as_slice()]);
        let named: Vec<_> = named.iter().map(|(name, data, _)| (name.as_str(), data.as_str())).collect();
        assert_eq!(named, [("error", "all is"), ("error", "lost"), ("", "x")]);
    }

    #[test]
    fn what_comes_without_a_field_is_an_event_too() {
        let printed = "\u{feff}\n\n{\n  \"data: \": \"\\\"}\",\n  \"id\": [\n 1 ]\n}\n\ndata: [DONE]\n\n";
        let found = events_in([printed.as_bytes()]);
        assert_eq!(found.len(), 2);
        assert!(!found[0].2 && serde_json::from_str::<serde_json::Value>(&found[0].1).is_ok(), "{found:?}");
        assert!(found[1].2);
        assert_eq!(data_of("{\"a\":1}\n{\"b\":2}\n"), ["{\"a\":1}", "{\"b\":2}"]);
        assert_eq!(data_of("Engine lost: no {memory\nsee the log\n"), ["Engine lost: no {memory", "see the log"]);
    }

    proptest! {
        #[test]
        fn cuts_anywhere_give_the_same_events(cuts in prop::collection::vec(0usize..400, 0..40), end in 0usize..3) {
            let end = ["\n", "\r\n", "\r"][end];
            let body = "\u{feff}: hi\n\nevent: a\ndata: {\"ü\":\ndata: \"x\"}\n\n:\n\n\noops, no\n{\"b\":\n[1,\n2]}\n\ndata:[DONE]".replace('\n', end);
            let mut cuts: Vec<_> = cuts.into_iter().map(|at| at % body.len()).chain([0, body.len()]).collect();
            cuts.sort_unstable();
            let pieces = cuts.windows(2).map(|pair| &body.as_bytes()[pair[0]..pair[1]]);
            let found = events_in(pieces);
            let data: Vec<_> = found.iter().map(|(_, data, _)| data.as_str()).collect();
            prop_assert_eq!(&data, &["{\"ü\":\n\"x\"}", "oops, no", "{\"b\":\n[1,\n2]}", "[DONE]"]);
            prop_assert_eq!(found.iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(), ["a", "", "", ""]);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut events = Events::default();
            let mut rest = bytes.as_slice();
            while events.next(&mut rest).is_some() {}
            prop_assert!(rest.is_empty());
            events.finish();
        }
    }

    #[test]
    fn a_long_line_in_many_pieces_is_looked_at_once() {
        // Quadratic reading would take minutes.
        let (mut events, piece) = (Events::default(), [b'x'; 64]);
        for _ in 0..100_000 {
            assert_eq!(events.next(&mut piece.as_slice()), None);
        }
        let mut empty: &[u8] = &vec![b'\n'; 4 << 20];
        assert!(events.next(&mut empty).is_some_and(|event| event.data.len() == 6_400_000));
        assert_eq!(events.next(&mut empty), None);
        assert_eq!(events.held(), (0, true));
    }
}
