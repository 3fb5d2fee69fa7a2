package sheet

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
)

// Texts is a workbook's table of shared texts, in blocks. Beyond a limit blocks go to a temporary file and come back a few at a time:
// writers number texts in the order in which they first appear, so a sheet mostly walks through the blocks from first to last.
type Texts struct {
	limits  Limits
	dir     string
	blocks  []block
	ends    []uint32 // per text: where it ends in its block
	current []byte   // the block being filled
	first   int      // number of its first text
	total   int64
	last    int // block of the last text asked for
	spill   *os.File
	spilled int64
	given   int64 // bytes of long texts handed out
	held    []int // blocks read back, oldest first
}

type block struct {
	first int    // number of its first text
	text  string // empty while it is in the temporary file
	at    int64  // place in the temporary file
	size  int
}

const (
	blockBytes = 1 << 20
	heldBlocks = 24

	longText  = 1000      // bytes; shorter ones may be shown as often as there are cells
	mostGiven = 256 << 20 // bytes of longer ones, where that is many times what the table holds
)

// NewTexts makes an empty table; dir is where the temporary file would go.
func NewTexts(limits Limits, dir string) *Texts { return &Texts{limits: limits, dir: dir} }

// Len is the number of texts.
func (t *Texts) Len() int { return len(t.ends) }

// Add appends a text. Seal ends the adding.
func (t *Texts) Add(text []byte) error {
	t.total += int64(len(text))
	if len(t.ends) >= t.limits.Strings || t.total > t.limits.MaxText {
		return Refuse("split it into several workbooks", "the workbook holds more than %d shared texts or %d bytes of them", t.limits.Strings, t.limits.MaxText)
	}
	if len(t.current)+len(text) > blockBytes && len(t.current) > 0 {
		if err := t.Seal(); err != nil {
			return err
		}
	}
	t.current = append(t.current, text...)
	t.ends = append(t.ends, uint32(len(t.current)))
	return nil
}

// Seal makes the texts added so far readable.
func (t *Texts) Seal() error {
	block := block{first: t.first, size: len(t.current)}
	if t.total > t.limits.MemoryText {
		block.at = t.spilled
		if err := t.toDisk(t.current); err != nil {
			return err
		}
	} else {
		block.text = string(t.current)
	}
	t.blocks, t.first, t.current = append(t.blocks, block), len(t.ends), t.current[:0]
	return nil
}

// toDisk appends a block to the temporary file.
func (t *Texts) toDisk(text []byte) error {
	if t.spill == nil {
		file, err := os.CreateTemp(t.dir, "tongbao-texts-*")
		if err != nil {
			return fmt.Errorf("temporary file for shared texts: %w", err)
		}
		t.spill = file
	}
	if _, err := t.spill.Write(text); err != nil {
		return fmt.Errorf("temporary file for shared texts: %w", err)
	}
	t.spilled += int64(len(text))
	return nil
}

// Get returns text number i, counted from 0; ok is false when there is none.
func (t *Texts) Get(i int) (text string, ok bool, err error) {
	if i < 0 || i >= len(t.ends) {
		return "", false, nil
	}
	if b := t.last; i < t.blocks[b].first || b+1 < len(t.blocks) && i >= t.blocks[b+1].first {
		t.last = sort.Search(len(t.blocks), func(n int) bool { return t.blocks[n].first > i }) - 1
	}
	b := &t.blocks[t.last]
	if b.text == "" && b.size > 0 {
		if err := t.fromDisk(t.last); err != nil {
			return "", false, err
		}
	}
	from := uint32(0)
	if i > b.first {
		from = t.ends[i-1]
	}
	text = b.text[from:t.ends[i]]
	if len(text) > longText {
		if t.given += int64(len(text)); t.given > mostGiven && t.given > 8*t.total {
			return "", false, Refuse("open it in Excel or WPS and save it again", "its cells show the same long texts again and again: more than %d bytes", mostGiven)
		}
	}
	return text, true, nil
}

func (t *Texts) fromDisk(n int) error {
	b := &t.blocks[n]
	text := make([]byte, b.size)
	if _, err := t.spill.ReadAt(text, b.at); err != nil && err != io.EOF {
		return fmt.Errorf("temporary file for shared texts: %w", err)
	}
	if len(t.held) == heldBlocks {
		t.blocks[t.held[0]].text = ""
		t.held = t.held[1:]
	}
	b.text, t.held = string(text), append(t.held, n)
	return nil
}

// Close removes the temporary file.
func (t *Texts) Close() error {
	if t.spill == nil {
		return nil
	}
	return errors.Join(t.spill.Close(), os.Remove(t.spill.Name()))
}
