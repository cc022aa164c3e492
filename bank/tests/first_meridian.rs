//! The First Meridian Bank's documents and tables are those that were written by hand.

use std::fs;
use std::path::{Path, PathBuf};

use heist_bank::Bank;

fn expected(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/first_meridian").join(name)
}

#[test]
fn its_documents_are_those_written_by_hand() {
    let documents = Bank::first_meridian().documents();
    assert_eq!(documents.len(), 8);
    for document in documents {
        let by_hand = fs::read_to_string(expected(document.name)).unwrap();
        assert_eq!(document.text, by_hand, "{}", document.name);
    }
}

#[test]
fn its_database_is_that_written_by_hand() {
    assert_eq!(Bank::first_meridian().sql(), fs::read_to_string(expected("bank.sql")).unwrap());
}
