package charset

import (
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

const (
	leads  = 0xFE - 0x81 + 1
	trails = 0xFE - 0x40 + 1
)

// gbkTable maps a two-byte character to its rune, 0 where there is none. It is built once, from the library's own tables.
var gbkTable = sync.OnceValue(func() *[leads * trails]uint16 {
	table := new([leads * trails]uint16)
	decoder := simplifiedchinese.GB18030.NewDecoder()
	var out [8]byte
	for lead := range leads {
		for trail := range trails {
			if trail+0x40 == 0x7F {
				continue
			}
			n, _, err := decoder.Transform(out[:], []byte{byte(lead + 0x81), byte(trail + 0x40)}, true)
			if r, size := utf8.DecodeRune(out[:n]); err == nil && size == n && r != utf8.RuneError && r <= 0xFFFF {
				table[lead*trails+trail] = uint16(r)
			} else {
				table[lead*trails+trail] = userDefined(lead+0x81, trail+0x40)
			}
		}
	}
	return table
})

// userDefined gives the private-use character of the three areas GBK leaves to its users, 0 elsewhere.
func userDefined(lead, trail int) uint16 {
	switch {
	case lead >= 0xAA && lead <= 0xAF && trail >= 0xA1:
		return uint16(0xE000 + (lead-0xAA)*94 + trail - 0xA1)
	case lead >= 0xF8 && trail >= 0xA1:
		return uint16(0xE234 + (lead-0xF8)*94 + trail - 0xA1)
	case lead >= 0xA1 && lead <= 0xA7 && trail <= 0xA0:
		if trail > 0x7F {
			trail--
		}
		return uint16(0xE4C6 + (lead-0xA1)*96 + trail - 0x40)
	}
	return 0
}

// appendGB18030 decodes src after dst. Bytes without a meaning become U+FFFD and are counted, so are private-use characters.
func appendGB18030(dst, src []byte) (out []byte, bad, private int) {
	table := gbkTable()
	for i := 0; i < len(src); {
		if start := i; src[i] < utf8.RuneSelf {
			for i < len(src) && src[i] < utf8.RuneSelf {
				i++
			}
			dst = append(dst, src[start:i]...)
			continue
		}
		if i+1 < len(src) && src[i] >= 0x81 && src[i] <= 0xFE && src[i+1] >= 0x40 && src[i+1] <= 0xFE {
			if r := table[int(src[i]-0x81)*trails+int(src[i+1]-0x40)]; r >= 0x800 {
				dst = append(dst, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
				if r >= 0xE000 && r <= 0xF8FF {
					private++
				}
				i += 2
				continue
			} else if r != 0 {
				dst = utf8.AppendRune(dst, rune(r))
				i += 2
				continue
			}
		}
		r, size := fourBytes(src[i:])
		if r == utf8.RuneError {
			bad++
			size = 1
		}
		dst = utf8.AppendRune(dst, r)
		i += size
	}
	return dst, bad, private
}

// fourBytes decodes a GB18030 character of four bytes.
func fourBytes(src []byte) (rune, int) {
	if len(src) < 4 || src[0] < 0x81 || src[0] > 0xFE || src[1] < '0' || src[1] > '9' || src[2] < 0x81 || src[2] > 0xFE || src[3] < '0' || src[3] > '9' {
		return utf8.RuneError, 1
	}
	var out [8]byte
	n, _, err := simplifiedchinese.GB18030.NewDecoder().Transform(out[:], src[:4], true)
	if err != nil {
		return utf8.RuneError, 1
	}
	r, size := utf8.DecodeRune(out[:n])
	if size != n {
		return utf8.RuneError, 1
	}
	return r, 4
}
