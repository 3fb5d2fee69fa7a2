package archive

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"

	"tongbao/ingest/sheet"
)

// Gzip recognises gzip streams; several in a row are one file, and zeros behind them, which tapes and disks pad with, are nothing.
func Gzip() sheet.Format {
	return sheet.Format{
		Name:   "gzip",
		Is:     func(head []byte, _ sheet.Input) bool { return bytes.HasPrefix(head, []byte{0x1F, 0x8B, 8}) },
		Expand: expandGzip,
	}
}

func expandGzip(_ context.Context, in sheet.Input, options sheet.Options, visit func(sheet.Input) error) error {
	from := bufio.NewReader(in.Reader())
	packed, err := gzip.NewReader(from)
	if err != nil {
		return sheet.Refuse("ask for it again: it was cut off or damaged on its way", "the gzip file cannot be read (%v)", err)
	}
	defer packed.Close()
	packed.Multistream(false)
	name := strings.TrimSuffix(strings.TrimSuffix(in.Name, ".gz"), ".GZ")
	if name == "" {
		name = "content"
	}
	member, err := unpack(&streams{from, packed}, name, in.Path+"!"+name, options.TempDir, newBudget(options.Limits, in.Size))
	if err != nil {
		return err
	}
	defer member.close()
	return visit(member.Input)
}

// streams reads gzip streams one behind the other.
type streams struct {
	from   *bufio.Reader
	packed *gzip.Reader
}

func (s *streams) Read(p []byte) (int, error) {
	n, err := s.packed.Read(p)
	if err != io.EOF {
		return n, err
	}
	switch next, end := s.from.Peek(1); {
	case end != nil:
		return n, end
	case next[0] == 0:
		return n, s.padding()
	}
	if err := s.packed.Reset(s.from); err != nil {
		return n, err
	}
	s.packed.Multistream(false)
	return n, nil
}

// padding reads zeros to the end of the file.
func (s *streams) padding() error {
	for {
		b, err := s.from.ReadByte()
		if err != nil {
			return err
		}
		if b != 0 {
			return gzip.ErrHeader
		}
	}
}
