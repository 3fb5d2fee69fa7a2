package sheettest

import (
	"encoding/binary"
	"unicode/utf16"
)

// CFB packs streams into a compound file, as office programs of the old kind do. A stream shorter than 4,096 bytes is padded with zeros.
func CFB(names []string, streams [][]byte) []byte {
	const sector, end, free, fatMark, listMark = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFC
	var body []byte
	var chain []uint32 // by sector: the next one
	place := func(data []byte) uint32 {
		first := uint32(len(chain))
		count := (len(data) + sector - 1) / sector
		for i := range count {
			next := first + uint32(i) + 1
			if i == count-1 {
				next = end
			}
			chain = append(chain, next)
		}
		body = append(body, data...)
		body = append(body, make([]byte, count*sector-len(data))...)
		return first
	}
	entry := func(name string, kind byte, child, right, start uint32, size int) []byte {
		e := make([]byte, 128)
		units := utf16.Encode([]rune(name + "\x00"))
		for i, u := range units {
			binary.LittleEndian.PutUint16(e[2*i:], u)
		}
		binary.LittleEndian.PutUint16(e[64:], uint16(2*len(units)))
		e[66], e[67] = kind, 1
		binary.LittleEndian.PutUint32(e[68:], free)
		binary.LittleEndian.PutUint32(e[72:], right)
		binary.LittleEndian.PutUint32(e[76:], child)
		binary.LittleEndian.PutUint32(e[116:], start)
		binary.LittleEndian.PutUint32(e[120:], uint32(size))
		return e
	}
	directory := entry("Root Entry", 5, 1, free, end, 0)
	for i, name := range names {
		data := streams[i]
		if len(data) < 4096 {
			data = append(append([]byte(nil), data...), make([]byte, 4096-len(data))...)
		}
		right := uint32(i + 2)
		if i == len(names)-1 {
			right = free
		}
		directory = append(directory, entry(name, 2, free, right, place(data), len(data))...)
	}
	directoryAt := place(directory)
	// The table of sectors, and beyond 109 of its sectors a list of them.
	fats, lists := 1, 0
	for fats*sector/4 < len(chain)+fats+lists {
		fats++
		lists = (max(0, fats-109) + 126) / 127
	}
	fatAt := len(chain)
	for range fats {
		chain = append(chain, fatMark)
	}
	listAt := len(chain)
	for range lists {
		chain = append(chain, listMark)
	}
	fat := make([]byte, (fats+lists)*sector)
	for i := range len(fat) / 4 {
		binary.LittleEndian.PutUint32(fat[4*i:], free)
	}
	for i, next := range chain {
		binary.LittleEndian.PutUint32(fat[4*i:], next)
	}
	for i := range lists {
		list := fat[(fats+i)*sector:]
		for k := range 127 {
			if n := 109 + i*127 + k; n < fats {
				binary.LittleEndian.PutUint32(list[4*k:], uint32(fatAt+n))
			}
		}
		next := uint32(end)
		if i < lists-1 {
			next = uint32(listAt + i + 1)
		}
		binary.LittleEndian.PutUint32(list[508:], next)
	}
	firstList := uint32(end)
	if lists > 0 {
		firstList = uint32(listAt)
	}
	header := make([]byte, sector)
	copy(header, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	for at, v := range map[int]uint16{24: 0x3E, 26: 3, 28: 0xFFFE, 30: 9, 32: 6} {
		binary.LittleEndian.PutUint16(header[at:], v)
	}
	for at, v := range map[int]uint32{44: uint32(fats), 48: directoryAt, 56: 4096, 60: end, 68: firstList, 72: uint32(lists)} {
		binary.LittleEndian.PutUint32(header[at:], v)
	}
	for i := range 109 {
		at := uint32(free)
		if i < fats {
			at = uint32(fatAt + i)
		}
		binary.LittleEndian.PutUint32(header[76+4*i:], at)
	}
	return append(append(header, body...), fat...)
}
