package synth

import "time"

// Truth is what was planted: how each city works, and what each file holds. Tests hold the program to it.
type Truth struct {
	Seed        uint64      `json:"seed"`
	Enterprises int         `json:"enterprises"`
	FirstYear   int         `json:"first_year"`
	CutOff      time.Time   `json:"cut_off"` // the day the demo's figures are seen from
	Cities      []character `json:"cities"`
	LateCity    string      `json:"late_city"`    // its last export never arrived
	EmptyCounty string      `json:"empty_county"` // nothing is known of it
	Waves       []Wave      `json:"waves"`
	Totals      Counts      `json:"totals"` // distinct rows per dataset in all exports, rejected ones included
}

// Wave is one delivery: the folder of a day, to be ingested as received on it.
type Wave struct {
	Folder   string      `json:"folder"`
	Received time.Time   `json:"received"`
	Files    []FileTruth `json:"files"`
}

// FileTruth says what a reader must make of one file. Header lines are not counted.
type FileTruth struct {
	Path      string         `json:"path"` // relative to the exports' folder
	City      string         `json:"city"`
	Rows      int            `json:"rows"` // data rows, whatever becomes of them
	Rejected  int            `json:"rejected"`
	Duplicate int            `json:"duplicate"`
	Ignored   int            `json:"ignored"` // title, unit, blank, total and note lines
	Reasons   map[string]int `json:"reasons,omitempty"`
	CopyOf    string         `json:"copy_of,omitempty"` // the same bytes came before: nothing is to be loaded
	Datasets  map[string]int `json:"datasets"`          // rows to be loaded
}

// Loaded is the number of rows that go into the warehouse.
func (f FileTruth) Loaded() int { return f.Rows - f.Rejected - f.Duplicate }
