package archive

import (
	"bytes"
	"context"
	"strings"

	"github.com/klauspost/compress/gzip"

	"tongbao/ingest/sheet"
)

// Gzip recognises gzip streams; several in a row are one file.
func Gzip() sheet.Format {
	return sheet.Format{
		Name:   "gzip",
		Is:     func(head []byte, _ sheet.Input) bool { return bytes.HasPrefix(head, []byte{0x1F, 0x8B, 8}) },
		Expand: expandGzip,
	}
}

func expandGzip(_ context.Context, in sheet.Input, options sheet.Options, visit func(sheet.Input) error) error {
	packed, err := gzip.NewReader(in.Reader())
	if err != nil {
		return sheet.Refuse("ask for it again: it was cut off or damaged on its way", "the gzip file cannot be read (%v)", err)
	}
	defer packed.Close()
	name := strings.TrimSuffix(strings.TrimSuffix(in.Name, ".gz"), ".GZ")
	if name == "" {
		name = "content"
	}
	member, err := unpack(packed, name, in.Path+"!"+name, options.TempDir, newBudget(options.Limits, in.Size))
	if err != nil {
		return err
	}
	defer member.close()
	return visit(member.Input)
}
