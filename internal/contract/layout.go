package contract

// Layout says how one kind of export becomes rows of one or more datasets. Columns it does not mention are matched by the
// dataset's own labels and aliases.
type Layout struct {
	Name      string   `yaml:"layout"`
	Label     string   `yaml:"label"`
	Note      string   `yaml:"note"`
	Match     Match    `yaml:"match"`      // when it applies
	Sheet     string   `yaml:"sheet"`      // regular expression on the sheet's name; others are ignored with that reason
	HeaderRow int      `yaml:"header_row"` // fixes the header's (last) row; 0: found
	Empty     []string `yaml:"empty"`      // words read as empty in every source
	Where     []Test   `yaml:"where"`      // rows that pass none of them wholly are ignored with that reason
	Parts     []Part   `yaml:"datasets"`
	Known     []string `yaml:"known"` // headers that are seen and deliberately not used: kept in extra, no drift
}

// Match: every condition given must hold.
type Match struct {
	Headers []string `yaml:"headers"` // all of them are in the header
	Absent  []string `yaml:"absent"`  // none of them is
	File    string   `yaml:"file"`    // regular expression on the file's name; its named groups are sources: {name}
}

// Part makes rows of one dataset out of a row of the export.
type Part struct {
	Dataset  string            `yaml:"dataset"`
	Where    []Test            `yaml:"where"`    // all must hold, or this part makes nothing of the row
	Each     *Each             `yaml:"each"`     // one row per item
	Conflict Conflict          `yaml:"conflict"` // over the dataset's: last where every row repeats a register's entry as it then was
	Only     bool              `yaml:"only"`     // true: columns not mentioned stay empty instead of being matched by label
	Columns  map[string]Source `yaml:"columns"`  // column name → where its value comes from
}

// Each repeats a part once per item of a split cell; the item is the source {item}, its place (from 1) {index}.
type Each struct {
	From      string `yaml:"from"`      // header
	By        string `yaml:"by"`        // characters that separate; default ;；、\n
	Separator string `yaml:"separator"` // instead of by: the text that separates
}

// Source says where a value comes from. Steps are taken in the order of the fields. A bare string in YAML is From with one header.
//
// A name in From, Hash, Template or a Test is a header as matched in the export, or one of {file} (its name without extension),
// {sheet}, {row}, {item}, {index}, or a named group of the layout's file pattern or of this source's Extract.
type Source struct {
	From         []string      `yaml:"from"`          // headers; more than one are joined
	First        bool          `yaml:"first"`         // take the first that is not empty instead of joining
	Join         string        `yaml:"join"`          // between joined values; default none
	Constant     *string       `yaml:"constant"`      // the value, whatever the row says
	Hash         []string      `yaml:"hash"`          // headers: a stable identifier of 16 characters made from their values
	Split        string        `yaml:"split"`         // characters that separate
	Part         int           `yaml:"part"`          // which item of the split, from 1; negative from the end
	Extract      string        `yaml:"extract"`       // regular expression; no match leaves the value empty
	Template     string        `yaml:"template"`      // text with {name}; without it the first group, or the whole match, is the value
	Replace      []Replacement `yaml:"replace"`       // applied in order
	Map          []Mapping     `yaml:"map"`           // first that fits; none: the value stays
	Default      string        `yaml:"default"`       // when empty after all this
	Formats      []string      `yaml:"formats"`       // dates: as Column.Formats
	Unit         string        `yaml:"unit"`          // money: as Column.Unit
	DecimalComma bool          `yaml:"decimal_comma"` // numbers: 1.234,56
	AddDays      string        `yaml:"add_days"`      // dates: a number, or a header whose number of days is added; empty there makes the date empty
	Truncate     int           `yaml:"truncate"`      // keep at most so many characters; the whole text stays in received
	Lower        bool          `yaml:"lower"`         // fold ASCII letters
	Check        string        `yaml:"check"`         // over the column's: none switches it off
	Empty        []string      `yaml:"empty"`         // words read as empty, over the column's
	When         []Test        `yaml:"when"`          // when one fails, the value is empty
}

// Replacement rewrites every match of a regular expression; With may use $1 or ${name}.
type Replacement struct {
	Pattern string `yaml:"pattern"`
	With    string `yaml:"with"`
}

// Mapping turns any of the words, or anything matching the expression, into To. An empty To makes the value empty.
type Mapping struct {
	Words []string `yaml:"words"`
	Match string   `yaml:"match"`
	To    string   `yaml:"to"`
}

// Test is a condition on one header's value; exactly one of the others is set.
type Test struct {
	Header string   `yaml:"header"`
	Is     []string `yaml:"is"`
	Not    []string `yaml:"not"`
	Match  string   `yaml:"match"` // regular expression
	Empty  *bool    `yaml:"empty"`
}
