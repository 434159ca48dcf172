// Package sojourn measures churn, retention, lifetime value and health through the C interface of sojourn, without cgo. The same
// numbers and bytes as in every other language.
package sojourn

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"strings"
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

type cError struct {
	code                                 int32
	row                                  int64
	column, value, rule, remedy, message *byte
}

type cBytes struct {
	data *byte
	size uint64
}

type cColumn struct {
	name     *byte
	kind     int32
	rows     uint64
	values   unsafe.Pointer
	offsets  *int64
	validity *byte
}

type cStream struct {
	schema, next, lastError, release, private uintptr
}

type cEstimate struct {
	value, low, high, level float64
	n                       int64
	name                    [48]byte
	unit                    [32]byte
	method                  [32]byte
	reason                  [64]byte
}

var c struct {
	fingerprint func(data unsafe.Pointer, size uint64) uint64
	version     func() string
	errorFree   func(e *cError)
	bytesFree   func(b *cBytes)
	release     func(object uintptr)
	describe    func(object uintptr, out *cBytes, e **cError) int32
	toBytes     func(object uintptr, out *cBytes, e **cError) int32
	fromBytes   func(data unsafe.Pointer, size uint64, out *uintptr, e **cError) int32
	merge       func(into, other uintptr, e **cError) int32
	subtract    func(from, other uintptr, e **cError) int32
	columns     func(columns *cColumn, count uint32, out *cStream, e **cError) int32
	read        func(table *cStream, out *uintptr, e **cError) int32
	frameColumn func(frame uintptr, index uint32, out *cColumn, e **cError) int32
	book        func(table *cStream, options string, run uintptr, out *uintptr, e **cError) int32
	apply       func(book uintptr, rows *cStream, options string, e **cError) int32
	retract     func(book uintptr, rows *cStream, options string, e **cError) int32
	snapshot    func(book uintptr, options string, run uintptr, out *uintptr, e **cError) int32
	measure     func(object uintptr, name, options string, run uintptr, out *cEstimate, e **cError) int32
	table       func(object uintptr, name, options string, run uintptr, out *cStream, e **cError) int32
	state       func(object uintptr, name, options string, run uintptr, out *uintptr, e **cError) int32
	survey      func(answers *cStream, options string, run uintptr, out *uintptr, e **cError) int32
	card        func(json string, out *uintptr, e **cError) int32
	score       func(card uintptr, signals *cStream, options string, run uintptr, out *uintptr, e **cError) int32
	fit         func(rows *cStream, name, options string, run uintptr, out *uintptr, e **cError) int32
	forecast    func(book uintptr, options string, run uintptr, out *uintptr, e **cError) int32
}

var load = sync.OnceValue(func() error {
	path := os.Getenv("SOJOURN_LIB")
	if path == "" {
		path = "libsojourn_c.so.1"
	}
	library, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return fmt.Errorf("sojourn: %w; name the library in SOJOURN_LIB", err)
	}
	for name, function := range map[string]any{
		"fingerprint": &c.fingerprint, "version": &c.version, "error_free": &c.errorFree, "bytes_free": &c.bytesFree,
		"release": &c.release, "describe": &c.describe, "to_bytes": &c.toBytes, "from_bytes": &c.fromBytes, "merge": &c.merge,
		"subtract": &c.subtract, "columns": &c.columns, "read": &c.read, "frame_column": &c.frameColumn, "book": &c.book,
		"book_apply": &c.apply, "book_retract": &c.retract, "book_snapshot": &c.snapshot, "measure": &c.measure,
		"table": &c.table, "state": &c.state, "survey": &c.survey, "card": &c.card, "score": &c.score, "fit": &c.fit,
		"forecast": &c.forecast,
	} {
		purego.RegisterLibFunc(function, library, "sojourn_"+name)
	}
	return nil
})

// Error is what went wrong: Code is stable; Row is -1 where there is none.
type Error struct {
	Code                                 int
	Row                                  int64
	Column, Value, Rule, Remedy, Message string
}

func (e *Error) Error() string { return e.Message }

func text(from *byte) string {
	if from == nil {
		return ""
	}
	size := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(from), size)) != 0 {
		size++
	}
	return strings.Clone(unsafe.String(from, size))
}

func checked(call func(e **cError) int32) error {
	if err := load(); err != nil {
		return err
	}
	var e *cError
	code := call(&e)
	if code == 0 {
		return nil
	}
	found := &Error{Code: int(code), Row: -1, Message: fmt.Sprintf("error %d", code)}
	if e != nil {
		*found = Error{int(e.code), e.row, text(e.column), text(e.value), text(e.rule), text(e.remedy), text(e.message)}
		c.errorFree(e)
	}
	return found
}

// Column is one of []int64, []float64, []int32 (days since 1970-01-01), []bool or []string in Values. Present says which rows
// have a value; nil: all.
type Column struct {
	Name    string
	Values  any
	Present []bool
}

// Table is its columns.
type Table []Column

func first[T any](all []T) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(all)) }

func flags(all []bool) []byte {
	made := make([]byte, len(all))
	for i, one := range all {
		if one {
			made[i] = 1
		}
	}
	return made
}

// stream copies the columns; the caller's memory is pinned while the library reads it.
func (t Table) stream() (*cStream, error) {
	var pins runtime.Pinner
	defer pins.Unpin()
	pin := func(p unsafe.Pointer) unsafe.Pointer {
		if p != nil {
			pins.Pin(p)
		}
		return p
	}
	flat := make([]cColumn, len(t))
	for i, column := range t {
		name := append([]byte(column.Name), 0)
		one := cColumn{name: (*byte)(pin(first(name)))}
		switch values := column.Values.(type) {
		case []int64:
			one.kind, one.rows, one.values = 1, uint64(len(values)), pin(first(values))
		case []float64:
			one.kind, one.rows, one.values = 2, uint64(len(values)), pin(first(values))
		case []int32:
			one.kind, one.rows, one.values = 3, uint64(len(values)), pin(first(values))
		case []bool:
			one.kind, one.rows, one.values = 4, uint64(len(values)), pin(first(flags(values)))
		case []string:
			all, offsets := []byte(strings.Join(values, "")), make([]int64, len(values)+1)
			for row, value := range values {
				offsets[row+1] = offsets[row] + int64(len(value))
			}
			one.kind, one.rows, one.values, one.offsets = 5, uint64(len(values)), pin(first(all)), (*int64)(pin(first(offsets)))
		default:
			return nil, fmt.Errorf("sojourn: column %q is a %T; give []int64, []float64, []int32 (days), []bool or []string", column.Name, column.Values)
		}
		if column.Present != nil {
			if uint64(len(column.Present)) != one.rows {
				return nil, fmt.Errorf("sojourn: column %q has %d values and %d flags", column.Name, one.rows, len(column.Present))
			}
			one.validity = (*byte)(pin(first(flags(column.Present))))
		}
		flat[i] = one
	}
	made := new(cStream)
	return made, checked(func(e **cError) int32 { return c.columns(unsafe.SliceData(flat), uint32(len(flat)), made, e) })
}

// Estimate is a value with its interval; NaN with a Reason where it is undefined.
type Estimate struct {
	Value, Low, High, Level    float64
	N                          int64
	Name, Unit, Method, Reason string
}

// Object is a book, a state, a card, scores, a fit or a forecast. Many goroutines may read one; Apply, Retract, Merge and Subtract
// must have it alone. It is released when it is collected.
type Object struct{ handle uintptr }

func made(call func(out *uintptr, e **cError) int32) (*Object, error) {
	object := new(Object)
	if err := checked(func(e **cError) int32 { return call(&object.handle, e) }); err != nil {
		return nil, err
	}
	runtime.SetFinalizer(object, func(o *Object) { c.release(o.handle) })
	return object, nil
}

func madeOf(table Table, call func(s *cStream, out *uintptr, e **cError) int32) (*Object, error) {
	stream, err := table.stream()
	if err != nil {
		return nil, err
	}
	return made(func(out *uintptr, e **cError) int32 { return call(stream, out, e) })
}

// Book makes a book of revenue; options are the JSON of sojourn.h.
func Book(table Table, options string) (*Object, error) {
	return madeOf(table, func(s *cStream, out *uintptr, e **cError) int32 { return c.book(s, options, 0, out, e) })
}

// Survey counts answers.
func Survey(table Table, options string) (*Object, error) {
	return madeOf(table, func(s *cStream, out *uintptr, e **cError) int32 { return c.survey(s, options, 0, out, e) })
}

// Fit is "survival" or "decay" of rows.
func Fit(table Table, name, options string) (*Object, error) {
	return madeOf(table, func(s *cStream, out *uintptr, e **cError) int32 { return c.fit(s, name, options, 0, out, e) })
}

// Card compiles a scorecard.
func Card(json string) (*Object, error) {
	return made(func(out *uintptr, e **cError) int32 { return c.card(json, out, e) })
}

// FromBytes restores a book, a state or a card that any language wrote.
func FromBytes(data []byte) (*Object, error) {
	return made(func(out *uintptr, e **cError) int32 { return c.fromBytes(first(data), uint64(len(data)), out, e) })
}

// Score scores the accounts of a table by this card.
func (o *Object) Score(table Table, options string) (*Object, error) {
	defer runtime.KeepAlive(o)
	return madeOf(table, func(s *cStream, out *uintptr, e **cError) int32 { return c.score(o.handle, s, options, 0, out, e) })
}

// Forecast draws futures of a book.
func (o *Object) Forecast(options string) (*Object, error) {
	defer runtime.KeepAlive(o)
	return made(func(out *uintptr, e **cError) int32 { return c.forecast(o.handle, options, 0, out, e) })
}

// Snapshot is the book as it is now, read as options say.
func (o *Object) Snapshot(options string) (*Object, error) {
	defer runtime.KeepAlive(o)
	return made(func(out *uintptr, e **cError) int32 { return c.snapshot(o.handle, options, 0, out, e) })
}

// State is the exact state behind numbers: "revenue", "cohorts", "health", "survival", "decay".
func (o *Object) State(name, options string) (*Object, error) {
	defer runtime.KeepAlive(o)
	return made(func(out *uintptr, e **cError) int32 { return c.state(o.handle, name, options, 0, out, e) })
}

func (o *Object) correct(table Table, options string, call func(uintptr, *cStream, string, **cError) int32) error {
	defer runtime.KeepAlive(o)
	stream, err := table.stream()
	if err != nil {
		return err
	}
	return checked(func(e **cError) int32 { return call(o.handle, stream, options, e) })
}

// Apply adds rows to a book.
func (o *Object) Apply(table Table, options string) error { return o.correct(table, options, c.apply) }

// Retract takes rows out of a book.
func (o *Object) Retract(table Table, options string) error {
	return o.correct(table, options, c.retract)
}

// Merge adds another state of the same kind.
func (o *Object) Merge(other *Object) error {
	defer runtime.KeepAlive([]*Object{o, other})
	return checked(func(e **cError) int32 { return c.merge(o.handle, other.handle, e) })
}

// Subtract takes a state out again.
func (o *Object) Subtract(other *Object) error {
	defer runtime.KeepAlive([]*Object{o, other})
	return checked(func(e **cError) int32 { return c.subtract(o.handle, other.handle, e) })
}

func (o *Object) bytes(call func(uintptr, *cBytes, **cError) int32) ([]byte, error) {
	defer runtime.KeepAlive(o)
	var found cBytes
	if err := checked(func(e **cError) int32 { return call(o.handle, &found, e) }); err != nil {
		return nil, err
	}
	copied := append([]byte{}, unsafe.Slice(found.data, found.size)...)
	c.bytesFree(&found)
	return copied, nil
}

// Bytes of a book, a state or a card: equal ones have equal bytes in every language.
func (o *Object) Bytes() ([]byte, error) { return o.bytes(c.toBytes) }

// Describe says as JSON what it holds.
func (o *Object) Describe() (string, error) {
	found, err := o.bytes(c.describe)
	return string(found), err
}

// Measure reads a metric by its name in the catalogue.
func (o *Object) Measure(name, options string) (Estimate, error) {
	defer runtime.KeepAlive(o)
	var f cEstimate
	if err := checked(func(e **cError) int32 { return c.measure(o.handle, name, options, 0, &f, e) }); err != nil {
		return Estimate{Value: math.NaN(), Low: math.NaN(), High: math.NaN()}, err
	}
	return Estimate{f.value, f.low, f.high, f.level, f.n, text(&f.name[0]), text(&f.unit[0]), text(&f.method[0]), text(&f.reason[0])}, nil
}

// Table reads a table by its name.
func (o *Object) Table(name, options string) (Table, error) {
	defer runtime.KeepAlive(o)
	var stream cStream
	if err := checked(func(e **cError) int32 { return c.table(o.handle, name, options, 0, &stream, e) }); err != nil {
		return nil, err
	}
	frame, err := made(func(out *uintptr, e **cError) int32 { return c.read(&stream, out, e) })
	if err != nil {
		return nil, err
	}
	defer runtime.KeepAlive(frame)
	const badArgument = 6 // beyond the last column
	var all Table
	for {
		var column cColumn
		err := checked(func(e **cError) int32 { return c.frameColumn(frame.handle, uint32(len(all)), &column, e) })
		if found, ok := err.(*Error); ok && found.Code == badArgument {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, taken(&column))
	}
}

func copied[T any](from *cColumn) []T {
	return append([]T{}, unsafe.Slice((*T)(from.values), from.rows)...)
}

func truths(from []byte) []bool {
	made := make([]bool, len(from))
	for i, one := range from {
		made[i] = one != 0
	}
	return made
}

func taken(from *cColumn) Column {
	made := Column{Name: text(from.name)}
	if from.validity != nil {
		made.Present = truths(unsafe.Slice(from.validity, from.rows))
	}
	switch from.kind {
	case 1:
		made.Values = copied[int64](from)
	case 2:
		made.Values = copied[float64](from)
	case 3:
		made.Values = copied[int32](from)
	case 4:
		made.Values = truths(copied[byte](from))
	default:
		offsets, words := unsafe.Slice(from.offsets, from.rows+1), make([]string, from.rows)
		for row := range words {
			size := offsets[row+1] - offsets[row]
			words[row] = string(unsafe.Slice((*byte)(unsafe.Add(from.values, offsets[row])), size))
		}
		made.Values = words
	}
	return made
}

// Fingerprint is the 64-bit FNV-1a of bytes, the same in every language.
func Fingerprint(data []byte) string {
	if load() != nil {
		return ""
	}
	return fmt.Sprintf("%016x", c.fingerprint(first(data), uint64(len(data))))
}
