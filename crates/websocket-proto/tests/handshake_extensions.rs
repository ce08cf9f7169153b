//! RFC 6455 9.1: the grammar of `Sec-WebSocket-Extensions`.

#![cfg(feature = "alloc")]

use websocket_proto::handshake::Extensions;

type Parsed = Vec<(String, Vec<(String, Option<String>)>)>;

fn parse(value: &str) -> Option<Parsed> {
    let extensions = Extensions::parse(value)?;
    let params = |extension: websocket_proto::handshake::Extension<'_>| {
        extension.params().map(|p| (p.name.to_owned(), p.value.map(Into::into))).collect()
    };
    Some(extensions.map(|extension| (extension.name().to_owned(), params(extension))).collect())
}

fn one(name: &str, params: &[(&str, Option<&str>)]) -> (String, Vec<(String, Option<String>)>) {
    (name.into(), params.iter().map(|(name, value)| ((*name).into(), value.map(Into::into))).collect())
}

#[test]
fn the_examples_of_the_standard() {
    assert_eq!(
        parse("deflate-stream").unwrap(), //
        [one("deflate-stream", &[])]
    );
    assert_eq!(
        parse("mux; max-channels=4; flow-control, deflate-stream").unwrap(),
        [one("mux", &[("max-channels", Some("4")), ("flow-control", None)]), one("deflate-stream", &[])]
    );
    assert_eq!(parse("private-extension").unwrap(), [one("private-extension", &[])]);
}

#[test]
fn white_space_may_stand_between_the_parts() {
    let expected = [one("a", &[("b", Some("1")), ("c", None)]), one("d", &[])];
    for value in ["a;b=1;c,d", " a ;\tb = 1 ; c , d ", ",, a; b=\"1\"; c ,,d,"] {
        assert_eq!(parse(value).unwrap(), expected, "{value:?}");
    }
}

#[test]
fn empty_lists() {
    for value in ["", " ", ",", " , ,\t"] {
        assert_eq!(parse(value), Some(vec![]), "{value:?}");
    }
}

#[test]
fn quoted_values_are_tokens_without_their_quotes() {
    for (value, expected) in [("\"10\"", "10"), ("\"1\\0\"", "10"), ("\"\\x\\y\"", "xy"), ("10", "10")] {
        assert_eq!(parse(&format!("a; b={value}")).unwrap(), [one("a", &[("b", Some(expected))])], "{value}");
    }
    // A value that is not a token once its quotes are gone.
    for value in ["\"\"", "\"a b\"", "\"a,b\"", "\"a;b\"", "\"a\\\"b\"", "\"caf\u{e9}\"", "\"\\"] {
        assert_eq!(parse(&format!("a; b={value}")), None, "{value}");
    }
}

#[test]
fn what_does_not_conform_is_refused() {
    for value in [
        "a b",
        "a;",
        "a; ;b",
        "a; b=",
        "a; =b",
        "a; b==c",
        "a; b=c d",
        "a/b",
        "\"a\"",
        "a; \"b\"",
        "a; b=\"c",
        "a; b=\"c\"d",
        ";a",
        "a; b='c d'",
        "caf\u{e9}",
        "a\r\nb",
    ] {
        assert_eq!(parse(value), None, "{value:?}");
    }
}

#[test]
fn repeated_parameters_are_all_there() {
    let expected = [one("a", &[("b", None), ("b", Some("1")), ("b", None)])];
    assert_eq!(parse("a; b; b=1; b").unwrap(), expected);
}
