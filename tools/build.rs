//! Builds the crate anew when a document comes or goes, which the compiler does not notice by itself.

fn main() {
    println!("cargo::rerun-if-changed=../bank/documents");
}
