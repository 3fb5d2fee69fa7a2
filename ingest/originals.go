package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/s2"

	"tongbao/ingest/sheet"
	"tongbao/internal/inuse"
)

// keeper stores received bytes under their own hash, compressed: <dir>/ab/abcd….sz (the framing of Snappy,
// which every Snappy tool reads).
type keeper struct {
	dir     string
	encoder *s2.Writer
	list    *os.File
}

// OriginalPath is where the bytes with this hash are kept.
func OriginalPath(dir, hash string) string {
	return filepath.Join(dir, hash[:2], hash+".sz")
}

// Kept is a line of originals/received.jsonl: what is needed to take a file in again. The last line of a hash counts.
type Kept struct {
	Hash     string    `json:"hash"`
	Name     string    `json:"name"`
	Path     string    `json:"path"`
	Received time.Time `json:"received"`
	Only     string    `json:"contract,omitempty"` // read by this layout or dataset
}

// keptFile lists what was received, in order.
const keptFile = "received.jsonl"

// Originals lists the files kept, in the order they were received.
func Originals(dir string) ([]Kept, error) {
	text, err := os.ReadFile(filepath.Join(dir, keptFile))
	if err != nil {
		return nil, err
	}
	last := map[string]int{}
	var all []Kept
	for number, line := range bytes.Split(text, []byte{'\n'}) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var kept Kept
		if err := json.Unmarshal(line, &kept); err != nil {
			if number == bytes.Count(text, []byte{'\n'}) {
				break // a line cut off by a crash: its file was not taken in
			}
			return nil, fmt.Errorf("%s line %d: %w", keptFile, number+1, err)
		}
		last[kept.Hash] = len(all)
		all = append(all, kept)
	}
	var files []Kept
	for i, kept := range all {
		if last[kept.Hash] == i {
			files = append(files, kept)
		}
	}
	return files, nil
}

// Missing are the files of the list that the warehouse does not hold, in order: it was cut off from its log, or older than the list.
func (r *Runner) Missing(all []Kept) []Kept {
	var missing []Kept
	for _, kept := range all {
		if _, ok := r.known[kept.Hash]; !ok {
			missing = append(missing, kept)
		}
	}
	return missing
}

// note adds a line to the list. A line that a full disk cut short is taken back, one that a crash cut short is cut off before the next:
// half a line in the middle would make the list unreadable.
func (k *keeper) note(kept Kept) error {
	line, err := json.Marshal(kept)
	if err == nil && k.list == nil {
		k.list, err = openList(filepath.Join(k.dir, keptFile))
	}
	if err == nil {
		err = appendLine(k.list, line)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	return nil
}

// openList opens the list at the end of its last whole line.
func openList(path string) (*os.File, error) {
	list, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(list)
	whole := int64(bytes.LastIndexByte(text, '\n') + 1)
	if err == nil && whole < int64(len(text)) {
		err = list.Truncate(whole)
	}
	if err == nil {
		_, err = list.Seek(whole, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, list.Close())
	}
	return list, nil
}

func appendLine(list *os.File, line []byte) error {
	end, err := list.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if _, err = list.Write(append(line, '\n')); err == nil {
		err = list.Sync() // before the warehouse says that it has the file: what it holds can always be made again
	}
	if err == nil {
		return nil
	}
	_, back := list.Seek(end, io.SeekStart)
	return errors.Join(err, list.Truncate(end), back)
}

// close ends the list.
func (k *keeper) close() error {
	if k == nil || k.list == nil {
		return nil
	}
	return k.list.Close() // each line is on disk already
}

// ErrNotKept says that received bytes could not be stored. That is the project's fault, not the file's: the next one would fail likewise.
var ErrNotKept = errors.New("keep the original")

// keep stores the file, unless it is there already, and notes it. The file appears whole or not at all.
func (k *keeper) keep(in sheet.Input, kept Kept) error {
	if err := k.store(in, kept.Hash); err != nil {
		return err
	}
	return k.note(kept)
}

func (k *keeper) store(in sheet.Input, hash string) (err error) {
	path := OriginalPath(k.dir, hash)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	out, err := os.Create(path + ".part") // one writer at a time: what a kill leaves is written over when the file comes again
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("%w: %w", ErrNotKept, err), os.Remove(out.Name()))
		}
	}()
	if k.encoder == nil {
		k.encoder = s2.NewWriter(nil, s2.WriterSnappyCompat(), s2.WriterConcurrency(1))
	}
	k.encoder.Reset(out)
	_, err = io.CopyBuffer(struct{ io.Writer }{k.encoder}, struct{ io.Reader }{in.Reader()}, make([]byte, 256<<10))
	err = errors.Join(err, k.encoder.Close(), out.Sync(), out.Close())
	if err != nil {
		return err
	}
	return inuse.Rename(out.Name(), path)
}

// OpenOriginal reads kept bytes back into a temporary file, since readers need random access. The caller closes the input with done.
func OpenOriginal(dir, hash, name, path, tempDir string) (in sheet.Input, done func() error, err error) {
	packed, err := os.Open(OriginalPath(dir, hash))
	if err != nil {
		return sheet.Input{}, nil, fmt.Errorf("the original of %s: %w", path, err)
	}
	defer packed.Close()
	out, err := os.CreateTemp(tempDir, "tongbao-original-*")
	if err != nil {
		return sheet.Input{}, nil, err
	}
	done = func() error { return errors.Join(out.Close(), os.Remove(out.Name())) }
	size, err := unpack(out, packed, hash)
	if err != nil {
		return sheet.Input{}, nil, errors.Join(fmt.Errorf("the original of %s: %w", path, err), done())
	}
	return sheet.Input{ReaderAt: out, Name: name, Path: path, Size: size}, done, nil
}

// ErrOriginalDamaged says that kept bytes are not those received.
var ErrOriginalDamaged = errors.New("its bytes are not those received")

// unpack writes kept bytes out, and is sure that they are those of the hash: a file cut between two frames reads well to its end.
func unpack(out io.Writer, packed io.Reader, hash string) (size int64, err error) {
	sum := sha256.New()
	size, err = io.Copy(io.MultiWriter(out, sum), s2.NewReader(packed))
	switch {
	case errors.Is(err, s2.ErrCorrupt), errors.Is(err, s2.ErrCRC), errors.Is(err, s2.ErrUnsupported), errors.Is(err, io.ErrUnexpectedEOF):
		return size, fmt.Errorf("%w: %w", ErrOriginalDamaged, err)
	case err == nil && hex.EncodeToString(sum.Sum(nil)) != hash:
		err = ErrOriginalDamaged
	}
	return size, err
}

// CheckOriginal reads kept bytes from end to end: ErrOriginalDamaged when they are not those of the hash.
func CheckOriginal(dir, hash string) error {
	if len(hash) != hex.EncodedLen(sha256.Size) {
		return fmt.Errorf("%q is no hash: %w", hash, fs.ErrNotExist)
	}
	packed, err := os.Open(OriginalPath(dir, hash))
	if err != nil {
		return err
	}
	_, err = unpack(io.Discard, packed, hash)
	return errors.Join(err, packed.Close())
}
