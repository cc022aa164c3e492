//! Reads drawings, for tests: they are well-formed and stay within their frames.

use roxmltree::{Document, Node};

/// Nodes with this class.
pub(crate) fn of_class<'a>(document: &'a Document, class: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    document
        .descendants()
        .filter(move |node| node.attribute("class").is_some_and(|classes| classes.split(' ').any(|one| one == class)))
}

pub(crate) fn number(node: Node, name: &str) -> Option<f64> {
    node.attribute(name).map(|value| value.parse().unwrap_or_else(|_| panic!("{name} is {value}")))
}

/// The figure as XML, of which everything that has a place is within its frame.
pub(crate) fn parsed(figure: &str) -> Document<'_> {
    let document = Document::parse(figure).unwrap_or_else(|error| panic!("{error} in {figure}"));
    let svg = document.descendants().find(|node| node.has_tag_name("svg")).unwrap();
    let view: Vec<f64> = svg.attribute("viewBox").unwrap().split(' ').map(|side| side.parse().unwrap()).collect();
    let within =
        |at: f64, side: usize| assert!(at >= view[side] && at <= view[side] + view[side + 2], "{at} in {figure}");
    for node in svg.descendants() {
        for (name, side) in [("x", 0), ("cx", 0), ("x1", 0), ("x2", 0), ("y", 1), ("cy", 1), ("y1", 1), ("y2", 1)] {
            if let Some(at) = number(node, name) {
                within(at, side);
            }
        }
        let ends = [("x", "width", 0), ("y", "height", 1)];
        for (at, size, side) in
            ends.iter().filter_map(|(at, size, side)| Some((number(node, at)?, number(node, size)?, *side)))
        {
            assert!(size > 0.0);
            within(at + size, side);
        }
        for point in node.attribute("points").into_iter().flat_map(|points| points.split(' ')) {
            let (x, y) = point.split_once(',').unwrap();
            within(x.parse().unwrap(), 0);
            within(y.parse().unwrap(), 1);
        }
    }
    document
}
