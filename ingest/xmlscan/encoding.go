package xmlscan

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// Decoded turns an XML text into UTF-8 by its byte order mark, its zero bytes or its declaration, and names the encoding.
func Decoded(r io.Reader) (io.Reader, string, error) {
	buffered := bufio.NewReaderSize(r, 4096)
	head, err := buffered.Peek(512)
	if err != nil && err != io.EOF {
		return nil, "", err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err := buffered.Discard(3)
		return buffered, "UTF-8", err
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("<\x00")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(buffered), "UTF-16LE", nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.HasPrefix(head, []byte("\x00<")):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Reader(buffered), "UTF-16BE", nil
	}
	declared := declaredEncoding(head)
	decoding, err := byName(declared)
	if err != nil {
		return nil, "", fmt.Errorf("%w: encoding %q is not known", ErrSyntax, declared)
	}
	if decoding == nil {
		return buffered, "UTF-8", nil
	}
	return decoding.NewDecoder().Reader(buffered), strings.ToUpper(declared), nil
}

func declaredEncoding(head []byte) string {
	end := bytes.Index(head, []byte("?>"))
	if !bytes.HasPrefix(head, []byte("<?xml")) || end < 0 {
		return ""
	}
	return AttrText(head[len("<?xml"):end], "encoding")
}

// byName is nil for UTF-8.
func byName(name string) (encoding.Encoding, error) {
	switch strings.ToLower(name) {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		return nil, nil
	case "gb2312", "gbk", "gb18030", "cp936":
		return simplifiedchinese.GB18030, nil
	}
	return htmlindex.Get(name)
}
