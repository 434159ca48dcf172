//! Churn, retention, lifetime value and health, by the C interface of sojourn: the same numbers and bytes as in every other
//! language. Tables are [`Column`]s or a [`Stream`] of the Arrow C stream interface; options are JSON with the names of the
//! catalogue.
use std::ffi::{c_char, c_void, CStr, CString};
use std::{fmt, ptr, slice};

mod ffi;
pub use ffi::Stream as ArrowStream;

/// What went wrong: `code` is stable, the texts are empty where there is nothing to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub code: i32,
    pub row: Option<u64>,
    pub column: String,
    pub value: String,
    pub rule: String,
    pub remedy: String,
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)
    }
}
impl std::error::Error for Error {}

pub type Result<T> = std::result::Result<T, Error>;

unsafe fn text(from: *const c_char) -> String {
    CStr::from_ptr(from).to_string_lossy().into_owned()
}

fn checked(call: impl FnOnce(*mut *mut ffi::Error) -> i32) -> Result<()> {
    let mut error = ptr::null_mut();
    let code = call(&mut error);
    if code == 0 {
        return Ok(());
    }
    let mut found = Error { code, row: None, column: String::new(), value: String::new(), rule: String::new(), remedy: String::new(), message: String::new() };
    if !error.is_null() {
        unsafe {
            let e = &*error;
            found.row = u64::try_from(e.row).ok();
            found.column = text(e.column);
            found.value = text(e.value);
            found.rule = text(e.rule);
            found.remedy = text(e.remedy);
            found.message = text(e.message);
            ffi::sojourn_error_free(error);
        }
    }
    Err(found)
}

fn c_text(from: &str) -> Result<CString> {
    CString::new(from).map_err(|_| Error { code: 6, row: None, column: String::new(), value: String::new(), rule: "must not contain a 0".into(), remedy: String::new(), message: "a text must not contain a 0".into() })
}

/// A column of a table; `None` is missing.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    Int64(Vec<Option<i64>>),
    Float64(Vec<Option<f64>>),
    /// Days since 1970-01-01.
    Day(Vec<Option<i32>>),
    Bool(Vec<Option<bool>>),
    Text(Vec<Option<String>>),
}

struct Flat {
    kind: i32,
    values: Vec<u8>,
    offsets: Vec<i64>,
    validity: Vec<u8>,
}

impl Column {
    fn flat(&self) -> Flat {
        fn numbers<T: Copy, const N: usize>(kind: i32, all: &[Option<T>], zero: T, bytes: impl Fn(T) -> [u8; N]) -> Flat {
            let mut values = Vec::with_capacity(all.len() * N);
            for one in all {
                values.extend(bytes(one.unwrap_or(zero)));
            }
            Flat { kind, values, offsets: vec![], validity: all.iter().map(|one| u8::from(one.is_some())).collect() }
        }
        match self {
            Column::Int64(all) => numbers(1, all, 0, i64::to_ne_bytes),
            Column::Float64(all) => numbers(2, all, 0.0, f64::to_ne_bytes),
            Column::Day(all) => numbers(3, all, 0, i32::to_ne_bytes),
            Column::Bool(all) => numbers(4, all, false, |one| [u8::from(one)]),
            Column::Text(all) => {
                let (mut values, mut offsets) = (vec![], vec![0]);
                for one in all {
                    values.extend(one.as_deref().unwrap_or("").bytes());
                    offsets.push(values.len() as i64);
                }
                Flat { kind: 5, values, offsets, validity: all.iter().map(|one| u8::from(one.is_some())).collect() }
            }
        }
    }
}

/// Columns with names.
pub type Table = Vec<(String, Column)>;

/// A table on its way into a call: of columns, or of any producer of Arrow C streams.
pub struct Stream(ffi::Stream);

impl Stream {
    /// # Safety
    /// `stream` is a valid Arrow C stream, which is taken over.
    pub unsafe fn from_arrow(stream: ArrowStream) -> Self {
        Stream(stream)
    }
    fn empty() -> Self {
        Stream(ffi::Stream { get_schema: ptr::null(), get_next: ptr::null(), get_last_error: ptr::null(), release: None, private_data: ptr::null_mut() })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            unsafe { release(&mut self.0) }
        }
    }
}

impl TryFrom<&[(&str, Column)]> for Stream {
    type Error = Error;
    fn try_from(table: &[(&str, Column)]) -> Result<Self> {
        let flats: Vec<Flat> = table.iter().map(|(_, column)| column.flat()).collect();
        let names = table.iter().map(|(name, _)| c_text(name)).collect::<Result<Vec<_>>>()?;
        let columns: Vec<ffi::Column> = flats
            .iter()
            .zip(&names)
            .map(|(flat, name)| ffi::Column {
                name: name.as_ptr(),
                kind: flat.kind,
                rows: flat.validity.len() as u64,
                values: flat.values.as_ptr().cast(),
                offsets: if flat.kind == 5 { flat.offsets.as_ptr() } else { ptr::null() },
                validity: flat.validity.as_ptr(),
            })
            .collect();
        let mut made = Stream::empty();
        checked(|e| unsafe { ffi::sojourn_columns(columns.as_ptr(), columns.len() as u32, &mut made.0, e) })?;
        Ok(made)
    }
}

/// A value with its interval; NaN with a `reason` where it is undefined.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub level: f64,
    pub n: i64,
    pub name: String,
    pub unit: String,
    pub method: String,
    pub reason: String,
}

/// A book, a state, a card, scores, a fit or a forecast. Many threads may read one; what changes it takes `&mut`.
pub struct Object(*mut ffi::Object);

unsafe impl Send for Object {}
unsafe impl Sync for Object {}

impl Drop for Object {
    fn drop(&mut self) {
        unsafe { ffi::sojourn_release(self.0) }
    }
}

fn made(call: impl FnOnce(*mut *mut ffi::Object, *mut *mut ffi::Error) -> i32) -> Result<Object> {
    let mut object = ptr::null_mut();
    checked(|e| call(&mut object, e))?;
    Ok(Object(object))
}

fn owned(call: impl FnOnce(*mut ffi::Bytes, *mut *mut ffi::Error) -> i32) -> Result<Vec<u8>> {
    let mut bytes = ffi::Bytes { data: ptr::null_mut(), size: 0 };
    checked(|e| call(&mut bytes, e))?;
    let copy = unsafe { slice::from_raw_parts(bytes.data, bytes.size as usize).to_vec() };
    unsafe { ffi::sojourn_bytes_free(&mut bytes) };
    Ok(copy)
}

impl Object {
    /// A book of revenue; options say source, columns, currency, `as_of`, policy.
    pub fn book(mut table: Stream, options: &str) -> Result<Self> {
        let options = c_text(options)?;
        made(|out, e| unsafe { ffi::sojourn_book(&mut table.0, options.as_ptr(), ptr::null(), out, e) })
    }
    /// Counts of survey answers.
    pub fn survey(mut answers: Stream, options: &str) -> Result<Self> {
        let options = c_text(options)?;
        made(|out, e| unsafe { ffi::sojourn_survey(&mut answers.0, options.as_ptr(), ptr::null(), out, e) })
    }
    /// A compiled scorecard.
    pub fn card(json: &str) -> Result<Self> {
        let json = c_text(json)?;
        made(|out, e| unsafe { ffi::sojourn_card(json.as_ptr(), out, e) })
    }
    /// The accounts of a table, scored by this card.
    pub fn score(&self, mut signals: Stream, options: &str) -> Result<Self> {
        let options = c_text(options)?;
        made(|out, e| unsafe { ffi::sojourn_score(self.0, &mut signals.0, options.as_ptr(), ptr::null(), out, e) })
    }
    /// "survival" or "decay".
    pub fn fit(mut rows: Stream, name: &str, options: &str) -> Result<Self> {
        let (name, options) = (c_text(name)?, c_text(options)?);
        made(|out, e| unsafe { ffi::sojourn_fit(&mut rows.0, name.as_ptr(), options.as_ptr(), ptr::null(), out, e) })
    }
    pub fn forecast(&self, options: &str) -> Result<Self> {
        let options = c_text(options)?;
        made(|out, e| unsafe { ffi::sojourn_forecast(self.0, options.as_ptr(), ptr::null(), out, e) })
    }
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        made(|out, e| unsafe { ffi::sojourn_from_bytes(bytes.as_ptr().cast::<c_void>(), bytes.len() as u64, out, e) })
    }
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        owned(|out, e| unsafe { ffi::sojourn_to_bytes(self.0, out, e) })
    }
    /// What it holds, as JSON.
    pub fn describe(&self) -> Result<String> {
        let json = owned(|out, e| unsafe { ffi::sojourn_describe(self.0, out, e) })?;
        Ok(String::from_utf8_lossy(&json).into_owned())
    }
    /// Adds rows to a book.
    pub fn apply(&mut self, mut rows: Stream, options: &str) -> Result<()> {
        let options = c_text(options)?;
        checked(|e| unsafe { ffi::sojourn_book_apply(self.0, &mut rows.0, options.as_ptr(), e) })
    }
    /// Takes rows out of a book.
    pub fn retract(&mut self, mut rows: Stream, options: &str) -> Result<()> {
        let options = c_text(options)?;
        checked(|e| unsafe { ffi::sojourn_book_retract(self.0, &mut rows.0, options.as_ptr(), e) })
    }
    /// The book as it is now, read as the options say.
    pub fn snapshot(&self, options: &str) -> Result<Self> {
        let options = c_text(options)?;
        made(|out, e| unsafe { ffi::sojourn_book_snapshot(self.0, options.as_ptr(), ptr::null(), out, e) })
    }
    pub fn merge(&mut self, other: &Object) -> Result<()> {
        checked(|e| unsafe { ffi::sojourn_merge(self.0, other.0, e) })
    }
    pub fn subtract(&mut self, other: &Object) -> Result<()> {
        checked(|e| unsafe { ffi::sojourn_subtract(self.0, other.0, e) })
    }
    /// A metric by its name in the catalogue.
    pub fn measure(&self, name: &str, options: &str) -> Result<Estimate> {
        let (name, options) = (c_text(name)?, c_text(options)?);
        let mut found: ffi::Estimate = unsafe { std::mem::zeroed() };
        checked(|e| unsafe { ffi::sojourn_measure(self.0, name.as_ptr(), options.as_ptr(), ptr::null(), &mut found, e) })?;
        unsafe {
            Ok(Estimate {
                value: found.value,
                low: found.low,
                high: found.high,
                level: found.level,
                n: found.n,
                name: text(found.name.as_ptr()),
                unit: text(found.unit.as_ptr()),
                method: text(found.method.as_ptr()),
                reason: text(found.reason.as_ptr()),
            })
        }
    }
    /// The exact state behind numbers: "revenue", "cohorts", "health", "survival", "decay".
    pub fn state(&self, name: &str, options: &str) -> Result<Self> {
        let (name, options) = (c_text(name)?, c_text(options)?);
        made(|out, e| unsafe { ffi::sojourn_state(self.0, name.as_ptr(), options.as_ptr(), ptr::null(), out, e) })
    }
    /// A table as an Arrow stream.
    pub fn stream(&self, name: &str, options: &str) -> Result<Stream> {
        let (name, options) = (c_text(name)?, c_text(options)?);
        let mut stream = Stream::empty();
        checked(|e| unsafe { ffi::sojourn_table(self.0, name.as_ptr(), options.as_ptr(), ptr::null(), &mut stream.0, e) })?;
        Ok(stream)
    }
    /// A table as columns.
    pub fn table(&self, name: &str, options: &str) -> Result<Table> {
        let mut stream = self.stream(name, options)?;
        let frame = made(|out, e| unsafe { ffi::sojourn_read(&mut stream.0, out, e) })?;
        let mut all = Table::new();
        loop {
            let mut column: ffi::Column = unsafe { std::mem::zeroed() };
            match checked(|e| unsafe { ffi::sojourn_frame_column(frame.0, all.len() as u32, &mut column, e) }) {
                Ok(()) => all.push(unsafe { (text(column.name), taken(&column)) }),
                Err(end) if end.code == 6 => return Ok(all), // beyond the last column
                Err(other) => return Err(other),
            }
        }
    }
}

unsafe fn taken(from: &ffi::Column) -> Column {
    let rows = from.rows as usize;
    let present = |row: usize| from.validity.is_null() || *from.validity.add(row) != 0;
    unsafe fn cells<T: Copy>(from: &ffi::Column, rows: usize, present: &dyn Fn(usize) -> bool) -> Vec<Option<T>> {
        let values = from.values.cast::<T>();
        (0..rows).map(|row| present(row).then(|| *values.add(row))).collect()
    }
    match from.kind {
        1 => Column::Int64(cells(from, rows, &present)),
        2 => Column::Float64(cells(from, rows, &present)),
        3 => Column::Day(cells(from, rows, &present)),
        4 => Column::Bool(cells::<u8>(from, rows, &present).into_iter().map(|one| one.map(|truth| truth != 0)).collect()),
        _ => Column::Text(
            (0..rows)
                .map(|row| {
                    let (begin, end) = (*from.offsets.add(row) as usize, *from.offsets.add(row + 1) as usize);
                    let bytes = slice::from_raw_parts(from.values.cast::<u8>().add(begin), end - begin);
                    present(row).then(|| String::from_utf8_lossy(bytes).into_owned())
                })
                .collect(),
        ),
    }
}

/// 64-bit FNV-1a, the same in every language.
pub fn fingerprint(bytes: &[u8]) -> u64 {
    unsafe { ffi::sojourn_fingerprint(bytes.as_ptr().cast(), bytes.len() as u64) }
}

/// The version of the library behind this crate.
pub fn version() -> String {
    unsafe { text(ffi::sojourn_version()) }
}
