package synth

import "strconv"

// cell is one value of a row before a layout writes it.
type cell struct {
	kind cellKind
	text string
	n    int64 // whole number, cents, day or second
}

type cellKind uint8

const (
	empty cellKind = iota
	text
	number
	date
	moment
	money
	list    // text with ; between
	damaged // a code a spreadsheet turned into a number; text is what is left of it
)

func textCell(s string) cell {
	if s == "" {
		return cell{}
	}
	return cell{kind: text, text: s}
}

func intCell(n int) cell { return cell{kind: number, n: int64(n)} }

func dateCell(d day) cell {
	if d == 0 {
		return cell{}
	}
	return cell{kind: date, n: int64(d)}
}

func momentCell(s stamp) cell {
	if s == 0 {
		return cell{}
	}
	return cell{kind: moment, n: int64(s)}
}

func moneyCell(cents int64) cell { return cell{kind: money, n: cents} }

func listCell(words []string) cell {
	if len(words) == 0 {
		return cell{}
	}
	size := len(words) - 1
	for _, word := range words {
		size += len(word)
	}
	joined := make([]byte, 0, size)
	for i, word := range words {
		if i > 0 {
			joined = append(joined, ';')
		}
		joined = append(joined, word...)
	}
	return cell{kind: list, text: string(joined)}
}

func yesNo(yes bool) cell {
	if yes {
		return textCell("是")
	}
	return textCell("否")
}

// style is how a layout writes dates, moments, lists and money.
type style struct {
	date        dateStyle
	listMark    string // "" is ;
	tenThousand bool   // money in 万元
}

type dateStyle uint8

const (
	iso     dateStyle = iota // 2020-03-05
	slashes                  // 2020/3/5
	dots                     // 2020.3.5
	chinese                  // 2020年3月5日
	compact                  // 20200305
)

// append writes a cell's text.
func (s style) append(b []byte, c cell) []byte {
	switch c.kind {
	case text, damaged:
		return append(b, c.text...)
	case number:
		return strconv.AppendInt(b, c.n, 10)
	case date:
		return s.appendDate(b, day(c.n))
	case moment:
		at := stamp(c.n).time()
		b = s.appendDate(b, stamp(c.n).day())
		b = append(b, ' ')
		b = appendPadded(b, at.Hour(), 2)
		b = appendPadded(append(b, ':'), at.Minute(), 2)
		return appendPadded(append(b, ':'), at.Second(), 2)
	case money:
		return s.appendMoney(b, c.n)
	case list:
		return s.appendList(b, c.text)
	}
	return b
}

func (s style) appendDate(b []byte, d day) []byte {
	year, month, dom := d.time().Date()
	b = appendPadded(b, year, 4)
	width, marks := 2, [3]string{"-", "-", ""}
	switch s.date {
	case slashes:
		width, marks = 1, [3]string{"/", "/", ""}
	case dots:
		width, marks = 1, [3]string{".", ".", ""}
	case chinese:
		width, marks = 1, [3]string{"年", "月", "日"}
	case compact:
		marks = [3]string{"", "", ""}
	}
	b = appendPadded(append(b, marks[0]...), int(month), width)
	b = appendPadded(append(b, marks[1]...), dom, width)
	return append(b, marks[2]...)
}

func (s style) appendMoney(b []byte, cents int64) []byte {
	if !s.tenThousand {
		b = strconv.AppendInt(b, cents/100, 10)
		return appendPadded(append(b, '.'), int(cents%100), 2)
	}
	b = strconv.AppendInt(b, cents/1_000_000, 10)
	return appendPadded(append(b, '.'), int(cents%1_000_000), 6)
}

func (s style) appendList(b []byte, joined string) []byte {
	for i := range len(joined) {
		if joined[i] == ';' && s.listMark != "" {
			b = append(b, s.listMark...)
			continue
		}
		b = append(b, joined[i])
	}
	return b
}
