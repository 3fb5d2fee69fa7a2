package cli

import (
	"archive/tar"
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// A backup is one tar file: format.json first, then files under their paths in the project, last contents.json with size and hash
// of each. A file that was cut off or changed anywhere is therefore found before anything of it is used.
const (
	archiveFormat   = "format.json"
	archiveContents = "contents.json"
	archiveVersion  = 1
)

// archiveHead is the first entry: what the archive is.
type archiveHead struct {
	Format  int       `json:"format"`
	Program string    `json:"program"`
	Made    time.Time `json:"made"`
}

// archivedFile is one line of contents.json.
type archivedFile struct {
	Path   string `json:"path"` // slash-separated, relative to the project
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// errBackupDamaged says that a backup is not what was written.
var errBackupDamaged = errors.New("the backup is damaged")

// writeArchive writes the files (paths relative to root) into out.
func writeArchive(out io.Writer, root string, files []string, head archiveHead) ([]archivedFile, error) {
	buffered := bufio.NewWriterSize(out, 64<<10) // larger writes go past it
	writer := tar.NewWriter(buffered)
	first, err := addJSON(writer, archiveFormat, head)
	if err != nil {
		return nil, err
	}
	contents := []archivedFile{first}
	copier := newHashedCopier()
	for _, file := range files {
		done, err := addFile(writer, copier, root, file)
		if err != nil {
			return nil, err
		}
		contents = append(contents, done)
	}
	if _, err := addJSON(writer, archiveContents, contents); err != nil {
		return nil, err
	}
	return contents[1:], errors.Join(writer.Close(), buffered.Flush())
}

func addJSON(writer *tar.Writer, name string, value any) (archivedFile, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return archivedFile{}, err
	}
	if err := writer.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text)), Format: tar.FormatPAX}); err != nil {
		return archivedFile{}, err
	}
	_, err = writer.Write(text)
	return archivedFile{name, int64(len(text)), hashOf(text)}, err
}

func addFile(writer *tar.Writer, copier *hashedCopier, root, name string) (done archivedFile, err error) {
	file, err := os.Open(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return done, err
	}
	header := &tar.Header{Name: name, Mode: 0o644, Size: info.Size(), ModTime: info.ModTime(), Format: tar.FormatPAX}
	if err := writer.WriteHeader(header); err != nil {
		return done, err
	}
	size, sum, err := copier.copy(writer, io.LimitReader(file, info.Size()))
	if err == nil && size != info.Size() {
		err = fmt.Errorf("%s became shorter while it was read", name)
	}
	return archivedFile{name, size, sum}, err
}

// readArchive checks a backup from end to end. place opens where a file goes; nil (or a nil writer) only checks it. Nothing that place
// wrote may be used before readArchive returned without an error.
func readArchive(in io.Reader, place func(name string) (io.WriteCloser, error)) (head archiveHead, contents []archivedFile, err error) {
	reader := tar.NewReader(bufio.NewReaderSize(in, 64<<10)) // larger reads go past it
	first, err := reader.Next()
	if err != nil || first.Name != archiveFormat {
		return head, nil, fmt.Errorf("%w: it is no backup of tongbao", errBackupDamaged)
	}
	text, err := io.ReadAll(io.LimitReader(reader, 1<<16))
	if err == nil {
		err = json.Unmarshal(text, &head)
	}
	if err != nil {
		return head, nil, fmt.Errorf("%w: %w", errBackupDamaged, err)
	}
	if head.Format > archiveVersion {
		return head, nil, fmt.Errorf("the backup was made by tongbao %s in a newer format", head.Program)
	}
	seen := []archivedFile{{archiveFormat, int64(len(text)), hashOf(text)}}
	copier := newHashedCopier()
	for {
		entry, err := reader.Next()
		if err != nil {
			return head, nil, fmt.Errorf("%w: it ends early: %w", errBackupDamaged, err)
		}
		if entry.Name == archiveContents {
			if err := json.NewDecoder(reader).Decode(&contents); err != nil {
				return head, nil, fmt.Errorf("%w: %w", errBackupDamaged, err)
			}
			if err := compareContents(seen, contents); err != nil {
				return head, nil, err
			}
			return head, contents[1:], nil
		}
		if !inside(entry.Name) || entry.Typeflag != tar.TypeReg {
			return head, nil, fmt.Errorf("%w: %q is no file of a project", errBackupDamaged, entry.Name)
		}
		done, err := readEntry(reader, copier, entry, place)
		if err != nil {
			return head, nil, err
		}
		seen = append(seen, done)
	}
}

func readEntry(reader io.Reader, copier *hashedCopier, entry *tar.Header, place func(name string) (io.WriteCloser, error)) (done archivedFile, err error) {
	var out io.Writer
	if place != nil {
		file, err := place(entry.Name)
		if err != nil {
			return done, err
		}
		if file != nil {
			defer func() { err = errors.Join(err, file.Close()) }()
			out = file
		}
	}
	size, sum, err := copier.copy(out, reader)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("%w: it ends within %s", errBackupDamaged, entry.Name)
	}
	return archivedFile{entry.Name, size, sum}, err
}

func compareContents(seen, contents []archivedFile) error {
	if len(seen) != len(contents) {
		return fmt.Errorf("%w: %d files instead of %d", errBackupDamaged, len(seen), len(contents))
	}
	for i, file := range contents {
		if seen[i] != file {
			return fmt.Errorf("%w: %s is not what was written", errBackupDamaged, file.Path)
		}
	}
	return nil
}

// inside says whether a name stays in the project's folder.
func inside(name string) bool {
	clean := path.Clean(name)
	return clean == name && !path.IsAbs(name) && clean != "." && clean != ".." && !strings.HasPrefix(clean, "../") && !strings.ContainsAny(name, "\\:\x00")
}
