package xlsx

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sort"

	"tongbao/ingest/sheet"
	"tongbao/ingest/xmlscan"
)

// sharedStrings holds a workbook's table of texts in blocks. Beyond a limit blocks go to a temporary file and come back one at a time:
// writers number texts in the order in which they first appear, so a sheet mostly walks through the blocks from first to last.
type sharedStrings struct {
	blocks  []block
	ends    []uint32 // per text: where it ends in its block
	last    int      // block of the last text asked for
	spill   *os.File
	spilled int64
	held    []int // blocks read back from spill, oldest first
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
)

func (b *Book) loadStrings() (*sharedStrings, error) {
	table := &sharedStrings{}
	if b.table == "" || !b.parts.has(b.table) {
		return table, nil
	}
	if err := table.read(b); err != nil {
		table.close()
		return nil, partError(b.table, err)
	}
	return table, nil
}

func (t *sharedStrings) read(b *Book) error {
	s, closer, err := b.parts.scan(b.table)
	if err != nil {
		return err
	}
	defer closer.Close()
	limits := b.options.Limits
	var current, text []byte
	var total int64
	first := 0
	flush := func() error {
		block := block{first: first, size: len(current)}
		if total > limits.MemoryText {
			block.at = t.spilled
			if err := t.toDisk(current, b.options.TempDir); err != nil {
				return err
			}
		} else {
			block.text = string(current)
		}
		t.blocks, first, current = append(t.blocks, block), len(t.ends), current[:0]
		return nil
	}
	inItem, inText := false, false
	for {
		kind, err := s.Next()
		if err != nil {
			return err
		}
		switch {
		case kind == xmlscan.EOF:
			return flush()
		case kind == xmlscan.Chars && inText:
			text = s.AppendText(text)
			if len(text) > limits.CellBytes {
				return sheet.Refuse(openAndSave, "shared text %d is longer than %d bytes", len(t.ends)+1, limits.CellBytes)
			}
		case kind == xmlscan.Start && string(s.Name) == "si":
			inItem, text = true, text[:0]
			if !s.Empty {
				continue
			}
			fallthrough
		case kind == xmlscan.End && string(s.Name) == "si":
			inItem, inText = false, false
			text = unescapeHex(text)
			total += int64(len(text))
			if len(t.ends) == limits.Strings || total > limits.MaxText {
				return sheet.Refuse(openAndSave, "the workbook holds more than %d shared texts or %d bytes of them", limits.Strings, limits.MaxText)
			}
			if len(current)+len(text) > blockBytes && len(current) > 0 {
				if err := flush(); err != nil {
					return err
				}
			}
			current = append(current, text...)
			t.ends = append(t.ends, uint32(len(current)))
		case kind == xmlscan.Start && string(s.Name) == "t":
			inText = inItem && !s.Empty
		case kind == xmlscan.End && string(s.Name) == "t":
			inText = false
		case kind == xmlscan.Start && string(s.Name) == "rPh": // how to pronounce it
			if err := s.Skip(); err != nil {
				return err
			}
		}
	}
}

// toDisk appends a block to the temporary file.
func (t *sharedStrings) toDisk(text []byte, dir string) error {
	if t.spill == nil {
		file, err := os.CreateTemp(dir, "tongbao-texts-*")
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

// get returns text number i, counted from 0; ok is false when there is none.
func (t *sharedStrings) get(i int) (text string, ok bool, err error) {
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
	return b.text[from:t.ends[i]], true, nil
}

func (t *sharedStrings) fromDisk(n int) error {
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

func (t *sharedStrings) close() error {
	if t.spill == nil {
		return nil
	}
	return errors.Join(t.spill.Close(), os.Remove(t.spill.Name()))
}
