package xls

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/richardlehane/mscfb"

	"tongbao/ingest/sheet"
)

const saveAgain = "open it in Excel or WPS and save it as .xlsx"

// Signature begins every compound file.
const Signature = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// workbookStream finds the records of a workbook in a compound file, or takes the whole file where a writer left the container away.
func workbookStream(r io.ReaderAt, size int64) (stream io.ReadSeeker, err error) {
	head := make([]byte, 8)
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, err
	}
	if string(head) != Signature {
		if head[0] == 0x09 {
			return io.NewSectionReader(r, 0, size), nil
		}
		return nil, sheet.Refuse(saveAgain, "this is not a workbook of Excel 97–2003")
	}
	// The container library trusts some numbers of its input: what makes it fail on a damaged file must not end the program.
	defer func() {
		if cause := recover(); cause != nil {
			err = damaged("its container cannot be read (%v)", cause)
		}
	}()
	if err := checkHeader(r, size); err != nil {
		return nil, err
	}
	container, err := mscfb.New(newCached(r, size))
	if err != nil {
		return nil, damaged("its container cannot be read (%v)", err)
	}
	streams := map[string]*mscfb.File{}
	for _, file := range container.File {
		if len(file.Path) == 0 && streams[file.Name] == nil {
			streams[file.Name] = file
		}
	}
	switch {
	case streams["EncryptedPackage"] != nil || streams["EncryptionInfo"] != nil:
		return nil, sheet.Refuse("open it, take the password off (File › Info › Protect) and save it again", "the workbook is encrypted with a password")
	case streams["Workbook"] != nil:
		if streams["Workbook"].Size > size+sector {
			return nil, damaged("its records are said to be longer than the file")
		}
		return &guarded{streams["Workbook"]}, nil
	case streams["Book"] != nil:
		return nil, sheet.Refuse(saveAgain, "this workbook is of Excel 5.0 or 95")
	case streams["WordDocument"] != nil:
		return nil, sheet.Refuse("send the table as a workbook (.xlsx) or as CSV", "this is a Word document")
	case streams["PowerPoint Document"] != nil:
		return nil, sheet.Refuse("send the table as a workbook (.xlsx) or as CSV", "this is a PowerPoint presentation")
	}
	return nil, sheet.Refuse(saveAgain, "the file is an office container without a workbook")
}

// checkHeader holds the numbers of sectors the header speaks of against the size of the file: the library makes room for as many.
func checkHeader(r io.ReaderAt, size int64) error {
	header := make([]byte, sector)
	if _, err := r.ReadAt(header, 0); err == io.EOF {
		return damaged("it is shorter than its header")
	} else if err != nil {
		return err
	}
	for _, at := range []int{40, 44, 64, 72} { // sectors of the directory, of its table, of its small table, of the table's own list
		if count := int64(binary.LittleEndian.Uint32(header[at:])); count > size/sector {
			return damaged("its header speaks of more sectors than it has")
		}
	}
	return nil
}

func damaged(format string, args ...any) error {
	return sheet.Refuse("ask for it again, or "+saveAgain, "the workbook is damaged: %s", fmt.Sprintf(format, args...))
}

// guarded turns failures of the container library while reading into errors.
type guarded struct{ file *mscfb.File }

func (g *guarded) Read(p []byte) (n int, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			n, err = 0, damaged("its container cannot be read (%v)", cause)
		}
	}()
	n, err = g.file.Read(p)
	if err != nil && err != io.EOF {
		return n, damaged("its container cannot be read (%v)", err)
	}
	if n < 0 || n > len(p) {
		return 0, damaged("its container cannot be read")
	}
	return n, err
}

func (g *guarded) Seek(offset int64, whence int) (at int64, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = damaged("its container cannot be read (%v)", cause)
		}
	}()
	at, err = g.file.Seek(offset, whence)
	if err != nil {
		return at, damaged("its container cannot be read (%v)", err)
	}
	return at, nil
}

// cached reads a file in large pieces: the container library asks for four bytes at a time. It also fills the last sector up, which many
// writers leave short.
type cached struct {
	r      io.ReaderAt
	size   int64
	pieces map[int64][]byte
	order  []int64
}

const (
	pieceBytes = 64 << 10
	pieces     = 64
	sector     = 512
)

func newCached(r io.ReaderAt, size int64) *cached {
	return &cached{r: r, size: size, pieces: map[int64][]byte{}}
}

func (c *cached) ReadAt(p []byte, off int64) (int, error) {
	full := (c.size + sector - 1) / sector * sector
	n := 0
	for n < len(p) {
		at := off + int64(n)
		if at < 0 || at >= full {
			return n, io.EOF
		}
		piece, err := c.piece(at / pieceBytes)
		if err != nil {
			return n, err
		}
		from := int(at % pieceBytes)
		if from >= len(piece) {
			return n, io.EOF
		}
		n += copy(p[n:], piece[from:])
	}
	return n, nil
}

func (c *cached) piece(number int64) ([]byte, error) {
	if piece := c.pieces[number]; piece != nil {
		return piece, nil
	}
	at := number * pieceBytes
	have := min(pieceBytes, c.size-at)
	piece := make([]byte, (have+sector-1)/sector*sector)
	if _, err := c.r.ReadAt(piece[:have], at); err != nil && err != io.EOF {
		return nil, err
	}
	if len(c.order) == pieces {
		delete(c.pieces, c.order[0])
		c.order = c.order[1:]
	}
	c.pieces[number], c.order = piece, append(c.order, number)
	return piece, nil
}
