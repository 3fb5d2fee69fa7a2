package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path"

	"tongbao/ingest/sheet"
)

// inMemory is the size up to which a member is unpacked into memory.
const inMemory = 8 << 20

// budget is what one archive may still unpack to.
type budget struct {
	limits       sheet.Limits
	packed, seen int64
}

func newBudget(limits sheet.Limits, packed int64) *budget {
	return &budget{limits: limits, packed: max(packed, 1)}
}

func (b *budget) spend(n int) error {
	b.seen += int64(n)
	if b.seen > b.limits.Unpacked || b.seen > b.limits.RatioFrom && b.seen > b.limits.Ratio*b.packed {
		return sheet.Refuse("send the files singly", "the archive unpacks from %d to more than %d bytes", b.packed, b.seen)
	}
	return nil
}

// member is an unpacked file: in memory, or in a temporary one.
type member struct {
	sheet.Input
	file *os.File
}

func (m *member) close() {
	if m.file != nil {
		m.file.Close()
		os.Remove(m.file.Name())
	}
}

// unpack reads a member to its end, which proves its checksum.
func unpack(packed io.Reader, name, shown, dir string, budget *budget) (*member, error) {
	m := &member{Input: sheet.Input{Name: path.Base(name), Path: shown}}
	var memory bytes.Buffer
	var target io.Writer = &memory
	buf := make([]byte, 64<<10)
	for {
		n, err := packed.Read(buf)
		if spent := budget.spend(n); spent != nil {
			m.close()
			return nil, spent
		}
		if m.file == nil && memory.Len()+n > inMemory {
			file, err := os.CreateTemp(dir, "tongbao-member-*")
			if err != nil {
				return nil, fmt.Errorf("temporary file for %s: %w", shown, err)
			}
			m.file, target = file, file
			if _, err := file.Write(memory.Bytes()); err != nil {
				m.close()
				return nil, fmt.Errorf("temporary file for %s: %w", shown, err)
			}
			memory = bytes.Buffer{}
		}
		if _, err := target.Write(buf[:n]); err != nil {
			m.close()
			return nil, fmt.Errorf("temporary file for %s: %w", shown, err)
		}
		m.Size += int64(n)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			m.close()
			return nil, sheet.Refuse("ask for it again: it was cut off or damaged on its way", "%s cannot be unpacked (%v)", shown, err)
		}
	}
	m.ReaderAt = bytes.NewReader(memory.Bytes())
	if m.file != nil {
		m.ReaderAt = m.file
	}
	return m, nil
}

// Bounded refuses a stream that unpacks to more than an honest one can; name is what is read, packed its size before.
func Bounded(r io.ReadCloser, name string, packed int64, limits sheet.Limits) io.ReadCloser {
	return &bounded{r, name, newBudget(limits, packed)}
}

type bounded struct {
	io.ReadCloser
	name   string
	budget *budget
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.budget.spend(n) != nil {
		return 0, sheet.Refuse("open it in Excel or WPS and save it again", "%s unpacks from %d to more than %d bytes", b.name, b.budget.packed, b.budget.seen)
	}
	return n, err
}
