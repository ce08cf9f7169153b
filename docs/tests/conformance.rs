//! The tests that `conformance.md` names are there, and all tests of the files that it goes through are named.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const FILES: [&str; 2] = ["wpt_format", "wpt_client"];

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names `FILE::test` in code spans of the document.
fn named(document: &str, file: &str) -> BTreeSet<String> {
    let spans = document.split('`').skip(1).step_by(2);
    spans.filter_map(|span| span.strip_prefix(file)?.strip_prefix("::")).map(str::to_owned).collect()
}

/// The names of the test functions of a file.
fn tests(source: &str) -> BTreeSet<String> {
    let bodies = source.split("#[test]\nfn ").skip(1);
    bodies.filter_map(|body| Some(body.split_once("()")?.0.to_owned())).collect()
}

#[test]
fn the_web_platform_tests_are_listed_with_tests_that_exist() {
    let document = read("conformance.md");
    for file in FILES {
        let tests = tests(&read(&format!("../crates/sse-proto/tests/{file}.rs")));
        assert!(tests.len() > 15, "{file}: only {} tests are found", tests.len());
        assert_eq!(named(&document, file), tests, "{file}");
    }
}
