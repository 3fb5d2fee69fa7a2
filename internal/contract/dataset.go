package contract

// Type of a column's value.
type Type string

// The types a column may have, and what raw holds for each.
const (
	Text      Type = "text"      // VARCHAR, trimmed
	Date      Type = "date"      // DATE, local calendar day
	Timestamp Type = "timestamp" // TIMESTAMP, local, no zone
	Int       Type = "int"       // INTEGER
	Money     Type = "money"     // DECIMAL(18,2), yuan
	Bool      Type = "bool"      // BOOLEAN
	CodeType  Type = "code"      // VARCHAR holding a code of the column's list
	List      Type = "list"      // VARCHAR, items joined by ;
)

// Conflict says what happens to rows of one file with the same key and different content.
type Conflict string

// Reject refuses all rows of the key; Last keeps the one that comes last in the file.
const (
	Reject Conflict = "reject"
	Last   Conflict = "last"
)

// Export says what the absence of a key in a later export means.
type Export string

// Delta: nothing. Snapshot: the key is withdrawn.
const (
	Delta    Export = "delta"
	Snapshot Export = "snapshot"
)

// Dataset is one table of exports.
type Dataset struct {
	Name     string   `yaml:"dataset"`  // lower snake; raw.<name>
	Label    string   `yaml:"label"`    // 中文
	Note     string   `yaml:"note"`     // a sentence for the dictionary
	Key      []string `yaml:"key"`      // column names
	Date     string   `yaml:"date"`     // principal date column; may be empty for registers
	Region   string   `yaml:"region"`   // column whose region a rejected row is booked to; may be empty
	Conflict Conflict `yaml:"conflict"` // default reject
	Export   Export   `yaml:"export"`   // default delta
	Empty    []string `yaml:"empty"`    // words read as empty in every column that names none of its own
	Columns  []Column `yaml:"columns"`
}

// Column of a dataset.
type Column struct {
	Name         string   `yaml:"name"`  // lower snake
	Label        string   `yaml:"label"` // 中文: header and label
	Note         string   `yaml:"note"`  // for the dictionary and the template
	Type         Type     `yaml:"type"`
	Required     bool     `yaml:"required"`
	Aliases      []string `yaml:"aliases"`       // other headers it is met under
	Codes        []Code   `yaml:"codes"`         // type code: the closed list, in order
	Open         bool     `yaml:"open"`          // type code: words outside the list are kept as they are
	Multiple     bool     `yaml:"multiple"`      // type code: several, kept joined by ; in the order given
	Formats      []string `yaml:"formats"`       // type date, timestamp: further readings: mdy dmy yy roc, or a pattern such as DD.MM.YYYY (DateFields)
	Empty        []string `yaml:"empty"`         // words read as empty; unset: the dataset's
	Unit         string   `yaml:"unit"`          // 元, 万元, 千元: unit of a bare header
	DecimalComma bool     `yaml:"decimal_comma"` // type int, money: 1.234,56
	Check        string   `yaml:"check"`         // uscc, region, period, code (damage by spreadsheets), none
	Pattern      string   `yaml:"pattern"`       // regular expression a text must match whole
	Min          *int64   `yaml:"min"`           // type int: smallest value; money: in yuan
	Max          *int64   `yaml:"max"`           // type int: largest value; money: in yuan
	MaxLength    int      `yaml:"max_length"`    // characters; 0: no limit but the reader's
	Default      string   `yaml:"default"`       // value as written in an export, when the cell is empty or the header absent
	Replace      bool     `yaml:"replace"`       // in a project's file: this definition replaces the shipped one whole
}

// Code is one value of a closed list.
type Code struct {
	Code    string   `yaml:"code"`    // what raw and core hold
	Word    string   `yaml:"word"`    // what people read and write
	Aliases []string `yaml:"aliases"` // other words met for it
}

// Checks a column may name.
const (
	CheckUSCC   = "uscc"   // unified social credit code, or a legacy code kept as it is
	CheckRegion = "region" // region code, or a name resolved within its parent
	CheckPeriod = "period" // 2020Q1, 2020年第一季度
	CheckCode   = "code"   // an identifier: damage by spreadsheets (9.1E+17) is rejected, full-width folded
	CheckNone   = "none"   // no check at all
)

// Column returns the column of that name, or nil.
func (d *Dataset) Column(name string) *Column {
	for i := range d.Columns {
		if d.Columns[i].Name == name {
			return &d.Columns[i]
		}
	}
	return nil
}

// IsKey says whether the column is part of the key.
func (d *Dataset) IsKey(column string) bool {
	for _, key := range d.Key {
		if key == column {
			return true
		}
	}
	return false
}

// EmptyWords returns the words that column reads as empty.
func (d *Dataset) EmptyWords(c *Column) []string {
	if c.Empty != nil {
		return c.Empty
	}
	return d.Empty
}

// Word returns the word of a code, or the code itself when the list has none.
func (c *Column) Word(code string) string {
	for _, entry := range c.Codes {
		if entry.Code == code {
			return entry.Word
		}
	}
	return code
}
