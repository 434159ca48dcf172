//! NRR of a month and the fingerprint of its state.
use sojourn::{fingerprint, Column, Object, Stream};

fn main() -> sojourn::Result<()> {
    let words = |all: [&str; 4]| Column::Text(all.map(|one| Some(one.to_string()).filter(|text| !text.is_empty())).to_vec());
    let table = [
        ("account", words(["Aarhus", "Bergen", "Bergen", "Cairo"])),
        ("start", words(["2024-01-01", "2024-01-01", "2024-03-01", "2024-02-01"])),
        ("end", words(["", "2024-03-01", "", "2024-05-01"])),
        ("mrr_minor", Column::Int64([12000, 5000, 8000, 2000].map(Some).to_vec())),
    ];
    let options = r#"{"columns": {"mrr": "mrr_minor"}, "currency": "EUR", "as_of": "2024-07-01"}"#;
    let book = Object::book(Stream::try_from(&table[..])?, options)?;
    let nrr = book.measure("nrr", r#"{"period": "2024-05", "window": 1}"#)?;
    println!("NRR of May: {:.3} [{:.3}, {:.3}] of {} accounts", nrr.value, nrr.low, nrr.high, nrr.n);
    let state = book.state("revenue", r#"{"first": "2024-01", "last": "2024-06"}"#)?;
    println!("state {:016x}", fingerprint(&state.to_bytes()?));
    Ok(())
}
