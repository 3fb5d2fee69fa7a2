package archive

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"golang.org/x/text/encoding/simplifiedchinese"

	"tongbao/ingest/sheet"
)

const packAgain = "pack the files again as a plain ZIP without a password, or send them singly"

// Zip recognises ZIP archives. Office files are ZIP archives too: ask their readers first.
func Zip() sheet.Format {
	return sheet.Format{
		Name: "zip",
		Is: func(head []byte, _ sheet.Input) bool {
			return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) || bytes.HasPrefix(head, []byte("PK00PK\x03\x04"))
		},
		Expand: expandZip,
	}
}

// Names lists the members of a ZIP archive as stored.
func Names(in sheet.Input) ([]string, error) {
	archive, err := Open(in)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(archive.File))
	for i, file := range archive.File {
		names[i] = file.Name
	}
	return names, nil
}

// Open reads the table of contents; the standard library bounds it by the file's own size.
func Open(in sheet.Input) (*zip.Reader, error) {
	archive, err := zip.NewReader(in, in.Size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, sheet.Refuse("ask for it again: it was cut off or damaged on its way", "its ZIP container cannot be read (%v)", err)
	}
	if !isWhole(archive, in) {
		return nil, sheet.Refuse("ask for it again: it was cut off or damaged on its way", "its ZIP container cannot be read: its beginning and its end are of two archives")
	}
	archive.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	return archive, nil
}

// isWhole tells an archive from one that was cut off inside a member that is an archive itself: then the table of contents found is the
// inner one's, and the member at the very beginning is not in it.
func isWhole(archive *zip.Reader, in sheet.Input) bool {
	head, err := in.Head(30)
	if err != nil || len(head) < 30 || !bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return true // something else stands before the archive
	}
	first := 30 + int64(binary.LittleEndian.Uint16(head[26:])) + int64(binary.LittleEndian.Uint16(head[28:]))
	for _, file := range archive.File {
		if at, err := file.DataOffset(); err == nil && at == first {
			return true
		}
	}
	return len(archive.File) == 0
}

func expandZip(ctx context.Context, in sheet.Input, options sheet.Options, visit func(sheet.Input) error) error {
	archive, err := Open(in)
	if err != nil {
		return err
	}
	if len(archive.File) > options.Limits.Members {
		return sheet.Refuse("send fewer files at once", "the ZIP archive holds %d files, more than %d", len(archive.File), options.Limits.Members)
	}
	budget := newBudget(options.Limits, in.Size)
	found := 0
	for _, file := range archive.File {
		if err := ctx.Err(); err != nil {
			return err
		}
		name := memberName(file)
		if name == "" || isLitter(name) {
			continue
		}
		found++
		if err := expandMember(file, name, in, options, budget, visit); err != nil {
			return err
		}
	}
	if found == 0 {
		return sheet.Refuse("send it again", "the ZIP archive holds no files")
	}
	return nil
}

func expandMember(file *zip.File, name string, in sheet.Input, options sheet.Options, budget *budget, visit func(sheet.Input) error) error {
	switch {
	case file.Flags&1 != 0:
		return sheet.Refuse(packAgain, "%s in the ZIP archive is encrypted", name)
	case file.Method != zip.Deflate && file.Method != zip.Store:
		return sheet.Refuse(packAgain, "%s is packed by method %d, which only some programs know", name, file.Method)
	}
	packed, err := file.Open()
	if err != nil {
		return sheet.Refuse(packAgain, "%s in the ZIP archive cannot be unpacked (%v)", name, err)
	}
	defer packed.Close()
	member, err := unpack(packed, name, in.Path+"!"+name, options.TempDir, budget)
	if err != nil {
		return err
	}
	defer member.close()
	return visit(member.Input)
}

// memberName is a member's path made harmless and readable: no drive, no root, no way upward; "" for folders. Names that are not UTF-8
// were written by Chinese Windows, in GBK.
func memberName(file *zip.File) string {
	name := file.Name
	if unicodeName := unicodePath(file.Extra); unicodeName != "" {
		name = unicodeName
	} else if !utf8.ValidString(name) {
		decoded, err := simplifiedchinese.GB18030.NewDecoder().String(name)
		if err == nil {
			name = decoded
		}
	}
	name = strings.ToValidUTF8(strings.ReplaceAll(name, `\`, "/"), "\uFFFD")
	if strings.HasSuffix(name, "/") || file.FileInfo().IsDir() {
		return ""
	}
	if len(name) > 1 && name[1] == ':' {
		name = name[2:]
	}
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return '_'
		}
		return r
	}, name)
	name = strings.TrimPrefix(path.Clean("/"+name), "/")
	if name == "" {
		return fmt.Sprintf("member-%d", file.UncompressedSize64)
	}
	return name
}

// unicodePath reads the extra field 0x7075, in which some packers keep the name in UTF-8.
func unicodePath(extra []byte) string {
	for len(extra) >= 4 {
		id, size := int(extra[0])|int(extra[1])<<8, int(extra[2])|int(extra[3])<<8
		if len(extra) < 4+size {
			return ""
		}
		if field := extra[4 : 4+size]; id == 0x7075 && size > 5 && field[0] == 1 && utf8.Valid(field[5:]) {
			return string(field[5:])
		}
		extra = extra[4+size:]
	}
	return ""
}

// isLitter says that a member is what an operating system or an office program leaves behind and no one exported.
func isLitter(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "~$") || base == ".DS_Store" || strings.EqualFold(base, "Thumbs.db") || strings.EqualFold(base, "desktop.ini")
}
