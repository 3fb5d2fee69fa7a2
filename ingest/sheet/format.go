package sheet

import (
	"context"
	"io"
)

// Input is a file to be read: content at random access, however it came (a file, a member of an archive).
type Input struct {
	io.ReaderAt
	Name string // name without folders
	Path string // as shown to people: inbox/a.zip!b.csv
	Size int64
}

// Reader reads from the beginning.
func (in Input) Reader() *io.SectionReader { return io.NewSectionReader(in, 0, in.Size) }

// Head returns up to n bytes from the beginning.
func (in Input) Head(n int) ([]byte, error) {
	head := make([]byte, min(int64(n), in.Size))
	read, err := in.ReadAt(head, 0)
	if err == io.EOF {
		err = nil
	}
	return head[:read], err
}

// Options of opening a file.
type Options struct {
	Limits  Limits
	TempDir string // where readers put what does not fit into memory; they remove it on Close
}

// Format is one kind of file. Content decides, never the name.
type Format struct {
	Name string
	// Is looks at the first bytes (up to 64 KB) and, where they do not suffice, at the input itself.
	Is func(head []byte, in Input) bool
	// Open reads the file as a book; nil for containers.
	Open func(ctx context.Context, in Input, options Options) (Book, error)
	// Expand hands every member of a container (ZIP, gzip) to visit, one after the other; a member is valid only during the call.
	// Containers inside containers are expanded by the caller, one level deep.
	Expand func(ctx context.Context, in Input, options Options, visit func(Input) error) error
}

// Decoded is what a Book of text adds: how its bytes became text. Both are final once every row is read.
type Decoded interface {
	Encoding() string // utf-8, gb18030, utf-16le …
	Notes() []string  // remarks for the ledger, in Chinese: mixed encodings with their rows …
}
