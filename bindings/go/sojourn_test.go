package sojourn

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func kit(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "tests", "kit", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func need[T any](t *testing.T) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func bookOfKit(t *testing.T) *Object {
	t.Helper()
	rows := need[[][]string](t)(csv.NewReader(strings.NewReader(string(kit(t, "subscriptions.csv")))).ReadAll())[1:]
	columns := Table{{Name: "account"}, {Name: "start"}, {Name: "end"}}
	for at := range columns {
		words, present := make([]string, len(rows)), make([]bool, len(rows))
		for i, row := range rows {
			words[i], present[i] = row[at], row[at] != ""
		}
		columns[at].Values, columns[at].Present = words, present
	}
	mrr := make([]int64, len(rows))
	for i, row := range rows {
		mrr[i] = need[int64](t)(strconv.ParseInt(row[3], 10, 64))
	}
	options := `{"columns": {"mrr": "mrr_minor"}, "currency": "EUR", "as_of": "2024-07-01"}`
	return need[*Object](t)(Book(append(columns, Column{Name: "mrr_minor", Values: mrr}), options))
}

func TestEveryLineOfTheKitHolds(t *testing.T) {
	for _, line := range strings.Split(strings.TrimSpace(string(kit(t, "expected.tsv"))), "\n") {
		cells := strings.Split(line, "\t")
		file, name, options, expected := cells[0], cells[1], cells[2], cells[3]
		var object *Object
		if strings.HasSuffix(file, ".csv") {
			object = bookOfKit(t)
		} else {
			object = need[*Object](t)(FromBytes(kit(t, file)))
		}
		switch name {
		case "bytes", "revenue":
			if name == "revenue" {
				object = need[*Object](t)(object.State(name, options))
			}
			if found := Fingerprint(need[[]byte](t)(object.Bytes())); found != expected {
				t.Errorf("%s: found %s", line, found)
			}
		default:
			wanted := need[float64](t)(strconv.ParseFloat(expected, 64))
			if found := need[Estimate](t)(object.Measure(name, options)); found.Value != wanted {
				t.Errorf("%s: found %v", line, found.Value)
			}
		}
	}
}

func TestTablesErrorsAndCorrections(t *testing.T) {
	book := bookOfKit(t)
	movements := need[Table](t)(book.Table("movements", `{"first": "2024-01", "last": "2024-02"}`))
	if words := movements[0].Values.([]string); len(words) != 2 || words[1] != "2024-02" {
		t.Error(movements[0])
	}
	if _, err := book.Measure("nrrr", `{"period": "2024-05"}`); err == nil || err.(*Error).Code != 2 {
		t.Error(err)
	}
	before := string(need[[]byte](t)(book.Bytes()))
	row := Table{{"account", []string{"new"}, nil}, {"start", []int32{19800}, nil}, {"end", []int32{0}, []bool{false}}, {"mrr_minor", []int64{5}, nil}}
	if err := book.Apply(row, ""); err != nil {
		t.Fatal(err)
	}
	if err := book.Retract(row, ""); err != nil {
		t.Fatal(err)
	}
	if string(need[[]byte](t)(book.Bytes())) != before {
		t.Error("a correction and its reverse are not nothing")
	}
	row[3].Values = []int64{-5}
	if err := book.Apply(row, ""); err == nil || err.(*Error).Code != 1 || err.(*Error).Column != "mrr_minor" {
		t.Error(err)
	}
}

func ExampleBook() {
	book, err := Book(Table{
		{"account", []string{"Aarhus", "Bergen", "Bergen", "Cairo"}, nil},
		{"start", []string{"2024-01-01", "2024-01-01", "2024-03-01", "2024-02-01"}, nil},
		{"end", []string{"", "2024-03-01", "", "2024-05-01"}, []bool{false, true, false, true}},
		{"mrr_minor", []int64{12000, 5000, 8000, 2000}, nil},
	}, `{"columns": {"mrr": "mrr_minor"}, "currency": "EUR", "as_of": "2024-07-01"}`)
	if err != nil {
		panic(err)
	}
	nrr, _ := book.Measure("nrr", `{"period": "2024-05", "window": 1}`)
	state, _ := book.State("revenue", `{"first": "2024-01", "last": "2024-06"}`)
	bytes, _ := state.Bytes()
	fmt.Println("NRR of May:", strconv.FormatFloat(nrr.Value, 'f', 3, 64), "state", Fingerprint(bytes))
	// Output: NRR of May: 0.909 state 4955db67c19e38ab
}
