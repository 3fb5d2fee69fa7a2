package xmlscan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Kind of a token.
type Kind uint8

// Tokens. A tag that closes itself is one Start with Empty set and no End.
const (
	EOF Kind = iota
	Start
	End
	Chars
)

// ErrSyntax is wrapped by every complaint about the text itself.
var ErrSyntax = errors.New("damaged XML")

// Scanner reads tokens. Name, Attrs and Text point into its buffer and are valid until the next call.
type Scanner struct {
	Name  []byte // local name, without its prefix
	Attrs []byte // raw attributes of a Start
	Text  []byte // raw text of Chars; Unescape makes it readable
	Empty bool   // a Start that closes itself
	CDATA bool   // Text is literal

	r        io.Reader
	buf      []byte
	pos, end int
	maxToken int
	err      error
	offset   int64 // of buf[0] in the stream
}

const firstBuffer = 128 << 10

// New makes a scanner that refuses a tag or a text longer than maxToken bytes.
func New(r io.Reader, maxToken int) *Scanner {
	return &Scanner{r: r, buf: make([]byte, firstBuffer), maxToken: maxToken}
}

// fill reads more behind what is kept from pos on; false at the end of the stream.
func (s *Scanner) fill() bool {
	if s.err != nil {
		return false
	}
	if s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.end])
		s.offset += int64(s.pos)
		s.end -= s.pos
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if s.end > s.maxToken {
			s.err = fmt.Errorf("%w: a tag or text longer than %d bytes at byte %d", ErrSyntax, s.maxToken, s.offset)
			return false
		}
		grown := make([]byte, 2*len(s.buf))
		copy(grown, s.buf[:s.end])
		s.buf = grown
	}
	for tries := 0; ; tries++ {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			s.err = err
		}
		if n > 0 {
			return true
		}
		if s.err != nil {
			return false
		}
		if tries == 100 {
			s.err = io.ErrNoProgress
			return false
		}
	}
}

// Err is why the stream ended early, or nil.
func (s *Scanner) Err() error {
	if s.err == io.EOF {
		return nil
	}
	return s.err
}

func (s *Scanner) damaged(format string, args ...any) error {
	if err := s.Err(); err != nil {
		return err
	}
	return fmt.Errorf("%w: %s at byte %d", ErrSyntax, fmt.Sprintf(format, args...), s.offset+int64(s.pos))
}

// Next reads one token. Blank text between tags is a token too.
func (s *Scanner) Next() (Kind, error) {
	for {
		if s.pos == s.end && !s.fill() {
			return EOF, s.Err()
		}
		if s.buf[s.pos] != '<' {
			return s.chars()
		}
		if s.end-s.pos < 2 && !s.fill() {
			return EOF, s.damaged("the text ends in a tag")
		}
		switch s.buf[s.pos+1] {
		case '/':
			return s.endTag()
		case '!':
			kind, err := s.declaration()
			if err != nil || kind != EOF {
				return kind, err
			}
		case '?':
			if _, err := s.until("?>", 2); err != nil {
				return EOF, err
			}
		default:
			return s.startTag()
		}
	}
}

func (s *Scanner) chars() (Kind, error) {
	from := 0
	for {
		if i := bytes.IndexByte(s.buf[s.pos+from:s.end], '<'); i >= 0 {
			s.Text, s.CDATA = s.buf[s.pos:s.pos+from+i], false
			s.pos += from + i
			return Chars, nil
		}
		from = s.end - s.pos
		if !s.fill() {
			if err := s.Err(); err != nil {
				return EOF, err
			}
			s.Text, s.CDATA = s.buf[s.pos:s.end], false
			s.pos = s.end
			return Chars, nil
		}
	}
}

// until takes everything up to and including mark; it returns what lies between skip bytes and mark.
func (s *Scanner) until(mark string, skip int) ([]byte, error) {
	from := skip
	for {
		if s.end-s.pos > from {
			if i := bytes.Index(s.buf[s.pos+from:s.end], []byte(mark)); i >= 0 {
				inside := s.buf[s.pos+skip : s.pos+from+i]
				s.pos += from + i + len(mark)
				return inside, nil
			}
			from = max(skip, s.end-s.pos-len(mark)+1)
		}
		if !s.fill() {
			return nil, s.damaged("no %q", mark)
		}
	}
}

func (s *Scanner) declaration() (Kind, error) {
	for s.end-s.pos < 9 && s.fill() {
	}
	switch rest := s.buf[s.pos:s.end]; {
	case bytes.HasPrefix(rest, []byte("<!--")):
		_, err := s.until("-->", 4)
		return EOF, err
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		inside, err := s.until("]]>", 9)
		if err != nil {
			return EOF, err
		}
		s.Text, s.CDATA = inside, true
		return Chars, nil
	}
	return EOF, s.damaged("a document type, which workbooks never have,")
}

func (s *Scanner) endTag() (Kind, error) {
	inside, err := s.until(">", 2)
	if err != nil {
		return EOF, err
	}
	s.Name = local(bytes.TrimRight(inside, " \t\r\n"))
	return End, nil
}

func (s *Scanner) startTag() (Kind, error) {
	quote, i := byte(0), 1
	for {
		for limit := s.end - s.pos; i < limit; i++ {
			c := s.buf[s.pos+i]
			if quote != 0 {
				if c == quote {
					quote = 0
				}
				continue
			}
			switch c {
			case '"', '\'':
				quote = c
			case '>':
				tag := s.buf[s.pos+1 : s.pos+i]
				s.pos += i + 1
				return s.split(tag)
			}
		}
		if !s.fill() {
			return EOF, s.damaged("the text ends in a tag")
		}
	}
}

func (s *Scanner) split(tag []byte) (Kind, error) {
	s.Empty = len(tag) > 0 && tag[len(tag)-1] == '/'
	if s.Empty {
		tag = tag[:len(tag)-1]
	}
	n := 0
	for n < len(tag) && !isSpace(tag[n]) {
		n++
	}
	if n == 0 {
		return EOF, s.damaged("a tag without a name")
	}
	s.Name, s.Attrs = local(tag[:n]), tag[n:]
	return Start, nil
}

// Skip passes over everything up to the End of the Start just read.
func (s *Scanner) Skip() error {
	if s.Empty {
		return nil
	}
	for depth := 1; depth > 0; {
		kind, err := s.Next()
		switch {
		case err != nil:
			return err
		case kind == EOF:
			return s.damaged("the text ends inside an element")
		case kind == Start && !s.Empty:
			depth++
		case kind == End:
			depth--
		}
	}
	return nil
}

// Past passes over everything up to and including the end tag of name, without looking at what lies between. It says whether there was one.
func (s *Scanner) Past(name string) (bool, error) {
	for {
		window := s.buf[s.pos:s.end]
		for from := 0; ; {
			i := bytes.Index(window[from:], []byte(name))
			if i < 0 {
				break
			}
			i += from
			end := i + len(name)
			if end == len(window) {
				break // more is needed to see what follows
			}
			if isEndTag(window[:i]) && (window[end] == '>' || isSpace(window[end])) {
				s.pos += i
				_, err := s.until(">", 0)
				return err == nil, err
			}
			from = end
		}
		s.pos = max(s.pos, s.end-len(name)-64) // a name and its prefix may straddle two readings
		if !s.fill() {
			s.pos = s.end
			return false, s.Err()
		}
	}
}

// isEndTag says whether text ends in "</" and perhaps a prefix.
func isEndTag(text []byte) bool {
	if n := len(text); n > 0 && text[n-1] == ':' {
		open := bytes.LastIndexByte(text[max(0, n-60):], '<')
		if open < 0 {
			return false
		}
		text = text[max(0, n-60)+open:]
		return len(text) > 2 && text[1] == '/' && bytes.IndexByte(text, ' ') < 0
	}
	return bytes.HasSuffix(text, []byte("</"))
}

func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\t' || c == '\r'
}
