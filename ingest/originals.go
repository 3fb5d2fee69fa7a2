package ingest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/s2"

	"tongbao/ingest/sheet"
)

// keeper stores received bytes under their own hash, compressed: <dir>/ab/abcd….sz (the framing of Snappy,
// which every Snappy tool reads).
type keeper struct {
	dir     string
	encoder *s2.Writer
}

// OriginalPath is where the bytes with this hash are kept.
func OriginalPath(dir, hash string) string {
	return filepath.Join(dir, hash[:2], hash+".sz")
}

// keep stores the file, unless it is there already. The file appears whole or not at all.
func (k *keeper) keep(in sheet.Input, hash string) (err error) {
	path := OriginalPath(k.dir, hash)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("keep the original: %w", err)
	}
	out, err := os.CreateTemp(filepath.Dir(path), ".keep-*")
	if err != nil {
		return fmt.Errorf("keep the original: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("keep the original: %w", err), os.Remove(out.Name()))
		}
	}()
	if k.encoder == nil {
		k.encoder = s2.NewWriter(nil, s2.WriterSnappyCompat(), s2.WriterConcurrency(1))
	}
	k.encoder.Reset(out)
	_, err = io.CopyBuffer(struct{ io.Writer }{k.encoder}, struct{ io.Reader }{in.Reader()}, make([]byte, 256<<10))
	err = errors.Join(err, k.encoder.Close(), out.Close())
	if err != nil {
		return err
	}
	return os.Rename(out.Name(), path)
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
	size, err := io.Copy(out, s2.NewReader(packed))
	if err != nil {
		return sheet.Input{}, nil, errors.Join(fmt.Errorf("the original of %s: %w", path, err), done())
	}
	return sheet.Input{ReaderAt: out, Name: name, Path: path, Size: size}, done, nil
}
