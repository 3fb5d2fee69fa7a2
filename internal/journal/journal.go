package journal

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Journal is a file of one JSON object per line. It is not safe for several writers at once: they hold a lock around Append.
type Journal struct {
	path string
}

// Open names a journal; the file is made by the first Append.
func Open(path string) Journal { return Journal{path} }

// Path of the file.
func (j Journal) Path() string { return j.path }

// link is what Append puts before a record's own keys.
type link struct {
	Seq  int64  `json:"seq"`
	Prev string `json:"prev"` // hash of the line before; empty in the first
	Hash string `json:"hash"` // sha-256 of prev, seq and the record
}

// line is a record with its link, as it lies in the file.
type line struct {
	link
	Record json.RawMessage `json:"record"`
}

func (l line) digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%d\n", l.Prev, l.Seq)
	h.Write(l.Record)
	return hex.EncodeToString(h.Sum(nil))
}

// Append adds one record, chained to the line before it, and returns when the disk has it. What a killed writer left unfinished at
// the end is cut off first: it was never acknowledged.
func (j Journal) Append(record any) error {
	text, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("journal record: %w", err)
	}
	file, created, err := open(j.path)
	if err != nil {
		return err
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return errors.Join(err, file.Close())
	}
	last, end, err := lastLine(file, size)
	if err != nil {
		return errors.Join(fmt.Errorf("journal %s: %w", j.path, err), file.Close())
	}
	next := line{link: link{Seq: last.Seq + 1, Prev: last.Hash}, Record: text}
	next.Hash = next.digest()
	encoded, err := json.Marshal(next)
	if err != nil {
		return errors.Join(fmt.Errorf("journal record: %w", err), file.Close())
	}
	if err := write(file, end, append(encoded, '\n')); err != nil {
		return errors.Join(fmt.Errorf("journal %s: %w", j.path, err), file.Truncate(end), file.Close())
	}
	if err := file.Close(); err != nil {
		return err
	}
	if created {
		return syncDir(filepath.Dir(j.path))
	}
	return nil
}

func open(path string) (file *os.File, created bool, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, false, err
	}
	_, err = os.Stat(path)
	created = errors.Is(err, os.ErrNotExist)
	file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	return file, created, err
}

func write(file *os.File, at int64, text []byte) error {
	if err := file.Truncate(at); err != nil {
		return err
	}
	if _, err := file.WriteAt(text, at); err != nil {
		return err
	}
	return file.Sync()
}

// lastLine finds the last record from the end of the file, and where the last whole line ends. Lines that are no records, which somebody
// has put behind it, are passed over: Read tells of them, and what comes is still recorded.
func lastLine(file io.ReaderAt, size int64) (last line, end int64, err error) {
	last, end, err = wholeLine(file, size)
	for before := end; err == nil && last.Hash == "" && before > 0; {
		last, before, err = wholeLine(file, before-1)
	}
	return last, end, err
}

// wholeLine reads the last line that ends before size, and where it ends; it is empty when it is no record.
func wholeLine(file io.ReaderAt, size int64) (line, int64, error) {
	var tail []byte
	for start := size; start > 0; {
		step := min(start, 8<<10)
		start -= step
		chunk := make([]byte, step)
		if _, err := file.ReadAt(chunk, start); err != nil {
			return line{}, 0, err
		}
		tail = append(chunk, tail...)
		whole := bytes.LastIndexByte(tail, '\n')
		if whole < 0 {
			continue
		}
		before := bytes.LastIndexByte(tail[:whole], '\n')
		if before < 0 && start > 0 {
			continue
		}
		var last line
		if json.Unmarshal(tail[before+1:whole], &last) != nil {
			last = line{}
		}
		return last, start + int64(whole) + 1, nil
	}
	return line{}, 0, nil
}

func syncDir(dir string) error {
	handle, err := os.Open(dir)
	if err != nil {
		return nil // a platform without handles on folders
	}
	_ = handle.Sync() // likewise
	return handle.Close()
}

// Break is where a chain does not hold.
type Break struct {
	Line int    // from 1
	Why  string // what is wrong with it
}

// Error names the line and what is wrong with it.
func (b *Break) Error() string { return fmt.Sprintf("line %d: %s", b.Line, b.Why) }

// Read hands every record to visit, in order, and returns a *Break for the first line that is not what was appended: changed,
// missing, inserted or unreadable. A torn last line is not a break. A file that does not exist is an empty journal. Records after a
// break are still handed over as long as they can be read.
func (j Journal) Read(visit func(seq int64, record json.RawMessage) error) error {
	file, err := os.Open(j.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	return j.read(file, line{}, visit)
}

// Tail is Read for the last n records or fewer: quick however long the journal is. Only the chain between them is held against itself.
func (j Journal) Tail(n int, visit func(seq int64, record json.RawMessage) error) error {
	file, err := os.Open(j.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer file.Close()
	start, err := startOfLast(file, n)
	if err != nil {
		return err
	}
	if start == 0 {
		return j.read(file, line{}, visit)
	}
	before := io.NewSectionReader(file, 0, start)
	last, _, err := lastLine(before, start)
	if err != nil {
		return &Break{Line: 0, Why: err.Error()}
	}
	if _, err := file.Seek(start, io.SeekStart); err != nil {
		return err
	}
	return j.read(file, last, visit)
}

// startOfLast is where the last n whole lines begin.
func startOfLast(file *os.File, n int) (int64, error) {
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	chunk := make([]byte, 64<<10)
	for end := size; end > 0; {
		step := min(end, int64(len(chunk)))
		if _, err := file.ReadAt(chunk[:step], end-step); err != nil {
			return 0, err
		}
		for i := step - 1; i >= 0; i-- {
			if chunk[i] != '\n' {
				continue
			}
			if n == 0 {
				return end - step + i + 1, nil
			}
			n--
		}
		end -= step
	}
	_, err = file.Seek(0, io.SeekStart)
	return 0, err
}

func (j Journal) read(file io.Reader, last line, visit func(seq int64, record json.RawMessage) error) error {
	var broken *Break
	reader := bufio.NewReaderSize(file, 64<<10)
	for number := 1; ; number++ {
		text, err := reader.ReadBytes('\n')
		if err == io.EOF {
			break // text, if any, is torn
		}
		if err != nil {
			return err
		}
		var next line
		why := ""
		switch err := json.Unmarshal(text, &next); {
		case err != nil:
			why = "not a record: " + err.Error()
		case next.Hash != next.digest():
			why = "its content was changed after it was written"
		case next.Seq != last.Seq+1 || next.Prev != last.Hash:
			why = fmt.Sprintf("record %d does not follow record %d: lines were removed, inserted or moved", next.Seq, last.Seq)
		}
		if why != "" && broken == nil {
			broken = &Break{Line: number, Why: why}
		}
		last = next
		if next.Record == nil {
			continue
		}
		if err := visit(next.Seq, next.Record); err != nil {
			return err
		}
	}
	if broken != nil {
		return fmt.Errorf("%s: %w", j.path, broken)
	}
	return nil
}
