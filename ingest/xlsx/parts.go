package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"

	"tongbao/ingest/archive"
	"tongbao/ingest/sheet"
	"tongbao/ingest/xmlscan"
)

const openAndSave = "open it in Excel or WPS and save it as .xlsx again"

// parts is the archive of a workbook: parts by their names, as lenient about them as the office programs are.
type parts struct {
	byName map[string]*zip.File
	limits sheet.Limits
}

func openParts(r io.ReaderAt, size int64, limits sheet.Limits) (*parts, error) {
	members, err := archive.Open(sheet.Input{ReaderAt: r, Size: size})
	if err != nil {
		return nil, err
	}
	if len(members.File) > limits.Members {
		return nil, sheet.Refuse(openAndSave, "the workbook has %d parts, more than %d", len(members.File), limits.Members)
	}
	p := &parts{byName: make(map[string]*zip.File, len(members.File)), limits: limits}
	for _, file := range members.File {
		if name := partName(file.Name); p.byName[name] == nil {
			p.byName[name] = file
		}
	}
	return p, nil
}

// partName folds what writers disagree about: slashes, a leading slash, case.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

func (p *parts) has(name string) bool { return p.byName[partName(name)] != nil }

// open streams one part, checked against the limits and at its end against its checksum.
func (p *parts) open(name string) (io.ReadCloser, error) {
	file := p.byName[partName(name)]
	if file == nil {
		return nil, sheet.Refuse(openAndSave, "the workbook has no part %s", name)
	}
	if file.Flags&1 != 0 {
		return nil, sheet.Refuse("save it without a password", "the part %s is encrypted", name)
	}
	packed, err := file.Open()
	if err != nil {
		return nil, sheet.Refuse(openAndSave, "the part %s cannot be unpacked (%v)", name, err)
	}
	return archive.Bounded(packed, name, int64(file.CompressedSize64), p.limits), nil
}

// scan opens a part as XML.
func (p *parts) scan(name string) (*xmlscan.Scanner, io.Closer, error) {
	part, err := p.open(name)
	if err != nil {
		return nil, nil, err
	}
	decoded, _, err := xmlscan.Decoded(part)
	if err != nil {
		part.Close()
		return nil, nil, partError(name, err)
	}
	return xmlscan.New(decoded, p.limits.CellBytes*2), part, nil
}

// each calls start for every start tag of a small part.
func (p *parts) each(name string, start func(s *xmlscan.Scanner) error) error {
	s, closer, err := p.scan(name)
	if err != nil {
		return err
	}
	defer closer.Close()
	for {
		kind, err := s.Next()
		if err != nil {
			return partError(name, err)
		}
		if kind == xmlscan.EOF {
			return nil
		}
		if kind == xmlscan.Start {
			if err := start(s); err != nil {
				return partError(name, err)
			}
		}
	}
}

// partError says in which part it was; damage to the content becomes a refusal.
func partError(name string, err error) error {
	if sheet.IsRefusal(err) {
		return err
	}
	var corrupt flate.CorruptInputError
	if errors.Is(err, xmlscan.ErrSyntax) || errors.Is(err, zip.ErrChecksum) || errors.Is(err, zip.ErrFormat) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &corrupt) {
		return sheet.Refuse("ask for it again, or "+openAndSave, "the part %s is damaged (%v)", name, err)
	}
	return fmt.Errorf("part %s: %w", name, err)
}

// relation is one line of a .rels part.
type relation struct{ id, kind, target string }

// relations reads the .rels part of a part; none is no error.
func (p *parts) relations(of string) ([]relation, error) {
	dir, base := path.Split(of)
	name := dir + "_rels/" + base + ".rels"
	if !p.has(name) {
		return nil, nil
	}
	var found []relation
	err := p.each(name, func(s *xmlscan.Scanner) error {
		if string(s.Name) != "Relationship" || bytes.EqualFold([]byte(xmlscan.AttrText(s.Attrs, "TargetMode")), []byte("external")) {
			return nil
		}
		if len(found) == p.limits.Members {
			return sheet.Refuse(openAndSave, "the part %s has more than %d relations", name, p.limits.Members)
		}
		target := strings.ReplaceAll(xmlscan.AttrText(s.Attrs, "Target"), `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = "/" + dir + target
		}
		kind := xmlscan.AttrText(s.Attrs, "Type")
		found = append(found, relation{
			id: xmlscan.AttrText(s.Attrs, "Id"), kind: kind[strings.LastIndexByte(kind, '/')+1:], target: strings.TrimPrefix(path.Clean(target), "/"),
		})
		return nil
	})
	return found, err
}
