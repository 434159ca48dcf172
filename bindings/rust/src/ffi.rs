//! The functions and structs of sojourn.h that this crate uses.
use std::ffi::{c_char, c_void};

#[repr(C)]
pub struct Error {
    pub code: i32,
    pub row: i64,
    pub column: *const c_char,
    pub value: *const c_char,
    pub rule: *const c_char,
    pub remedy: *const c_char,
    pub message: *const c_char,
}

#[repr(C)]
pub struct Bytes {
    pub data: *mut u8,
    pub size: u64,
}

#[repr(C)]
pub struct Column {
    pub name: *const c_char,
    pub kind: i32,
    pub rows: u64,
    pub values: *const c_void,
    pub offsets: *const i64,
    pub validity: *const u8,
}

#[repr(C)]
pub struct Run {
    pub struct_size: u32,
    pub threads: u32,
    pub progress: Option<unsafe extern "C" fn(*mut c_void, u64, u64) -> i32>,
    pub context: *mut c_void,
}

#[repr(C)]
pub struct Estimate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub level: f64,
    pub n: i64,
    pub name: [c_char; 48],
    pub unit: [c_char; 32],
    pub method: [c_char; 32],
    pub reason: [c_char; 64],
}

/// ArrowArrayStream: any crate with the Arrow C stream interface has the same struct.
#[repr(C)]
pub struct Stream {
    pub get_schema: *const c_void,
    pub get_next: *const c_void,
    pub get_last_error: *const c_void,
    pub release: Option<unsafe extern "C" fn(*mut Stream)>,
    pub private_data: *mut c_void,
}

pub enum Object {}

type Out<T> = *mut *mut T;

extern "C" {
    pub fn sojourn_version() -> *const c_char;
    pub fn sojourn_fingerprint(data: *const c_void, size: u64) -> u64;
    pub fn sojourn_error_free(error: *mut Error);
    pub fn sojourn_bytes_free(bytes: *mut Bytes);
    pub fn sojourn_release(object: *mut Object);
    pub fn sojourn_describe(object: *const Object, out: *mut Bytes, error: Out<Error>) -> i32;
    pub fn sojourn_to_bytes(object: *const Object, out: *mut Bytes, error: Out<Error>) -> i32;
    pub fn sojourn_from_bytes(data: *const c_void, size: u64, out: Out<Object>, error: Out<Error>) -> i32;
    pub fn sojourn_merge(into: *mut Object, other: *const Object, error: Out<Error>) -> i32;
    pub fn sojourn_subtract(from: *mut Object, other: *const Object, error: Out<Error>) -> i32;
    pub fn sojourn_columns(columns: *const Column, count: u32, out: *mut Stream, error: Out<Error>) -> i32;
    pub fn sojourn_read(table: *mut Stream, frame: Out<Object>, error: Out<Error>) -> i32;
    pub fn sojourn_frame_column(frame: *const Object, index: u32, out: *mut Column, error: Out<Error>) -> i32;
    pub fn sojourn_book(table: *mut Stream, options: *const c_char, run: *const Run, out: Out<Object>, error: Out<Error>) -> i32;
    pub fn sojourn_book_apply(book: *mut Object, rows: *mut Stream, options: *const c_char, error: Out<Error>) -> i32;
    pub fn sojourn_book_retract(book: *mut Object, rows: *mut Stream, options: *const c_char, error: Out<Error>) -> i32;
    pub fn sojourn_book_snapshot(book: *const Object, options: *const c_char, run: *const Run, out: Out<Object>, error: Out<Error>) -> i32;
    pub fn sojourn_measure(object: *const Object, name: *const c_char, options: *const c_char, run: *const Run, out: *mut Estimate, error: Out<Error>) -> i32;
    pub fn sojourn_table(object: *const Object, name: *const c_char, options: *const c_char, run: *const Run, out: *mut Stream, error: Out<Error>) -> i32;
    pub fn sojourn_state(object: *const Object, name: *const c_char, options: *const c_char, run: *const Run, out: Out<Object>, error: Out<Error>) -> i32;
    pub fn sojourn_survey(answers: *mut Stream, options: *const c_char, run: *const Run, out: Out<Object>, error: Out<Error>) -> i32;
    pub fn sojourn_card(json: *const c_char, out: Out<Object>, error: Out<Error>) -> i32;
    pub fn sojourn_score(card: *const Object, signals: *mut Stream, options: *const c_char, run: *const Run, out: Out<Object>, error: Out<Error>) -> i32;
    pub fn sojourn_fit(rows: *mut Stream, name: *const c_char, options: *const c_char, run: *const Run, out: Out<Object>, error: Out<Error>) -> i32;
    pub fn sojourn_forecast(book: *const Object, options: *const c_char, run: *const Run, out: Out<Object>, error: Out<Error>) -> i32;
}
