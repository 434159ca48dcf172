//! The compatibility kit of all languages: the same numbers and bytes as in Python.
use std::{fs, path::PathBuf};

use sojourn::{fingerprint, Column, Object, Stream};

fn kit(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/kit")).join(name)
}

fn book() -> Object {
    let text = fs::read_to_string(kit("subscriptions.csv")).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let texts = |at: usize| Column::Text(rows.iter().map(|row| Some(row[at]).filter(|cell| !cell.is_empty()).map(String::from)).collect());
    let mrr = Column::Int64(rows.iter().map(|row| row[3].parse().ok()).collect());
    let table = [("account", texts(0)), ("start", texts(1)), ("end", texts(2)), ("mrr_minor", mrr)];
    let options = r#"{"columns": {"mrr": "mrr_minor"}, "currency": "EUR", "as_of": "2024-07-01"}"#;
    Object::book(Stream::try_from(&table[..]).unwrap(), options).unwrap()
}

#[test]
fn every_line_of_the_kit_holds() {
    let lines = fs::read_to_string(kit("expected.tsv")).unwrap();
    for line in lines.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let (file, name, options, expected) = (cells[0], cells[1], cells[2], cells[3]);
        let object = if file.ends_with(".csv") { book() } else { Object::from_bytes(&fs::read(kit(file)).unwrap()).unwrap() };
        let found = match name {
            "bytes" => format!("{:016x}", fingerprint(&object.to_bytes().unwrap())),
            "revenue" => format!("{:016x}", fingerprint(&object.state(name, options).unwrap().to_bytes().unwrap())),
            _ => {
                let value = object.measure(name, options).unwrap().value;
                assert_eq!(value, expected.parse::<f64>().unwrap(), "{line}");
                continue;
            }
        };
        assert_eq!(found, expected, "{line}");
    }
}

#[test]
fn tables_errors_and_corrections() {
    let mut book = book();
    let movements = book.table("movements", r#"{"first": "2024-01", "last": "2024-03"}"#).unwrap();
    assert_eq!(movements[0], ("period".into(), Column::Text(["2024-01", "2024-02", "2024-03"].map(|one| Some(one.into())).to_vec())));
    let refused = book.measure("nrrr", r#"{"period": "2024-05"}"#).unwrap_err();
    assert_eq!(refused.code, 2);
    assert!(refused.to_string().contains("nrr"));
    let before = book.to_bytes().unwrap();
    let row = || [("account", Column::Text(vec![Some("new".into())])), ("start", Column::Day(vec![Some(19800)])), ("end", Column::Day(vec![None])), ("mrr_minor", Column::Int64(vec![Some(5)]))];
    book.apply(Stream::try_from(&row()[..]).unwrap(), "").unwrap();
    assert_ne!(book.to_bytes().unwrap(), before);
    book.retract(Stream::try_from(&row()[..]).unwrap(), "").unwrap();
    assert_eq!(book.to_bytes().unwrap(), before);
    let bad = [("account", Column::Text(vec![None])), ("start", Column::Day(vec![Some(1)])), ("end", Column::Day(vec![None])), ("mrr_minor", Column::Int64(vec![Some(5)]))];
    let error = book.apply(Stream::try_from(&bad[..]).unwrap(), "").unwrap_err();
    assert_eq!((error.code, error.column.as_str(), error.row), (1, "account", Some(0)));
}
