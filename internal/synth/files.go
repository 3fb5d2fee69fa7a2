package synth

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"
)

func newTruth(city string) FileTruth {
	return FileTruth{City: city, Reasons: map[string]int{}, Datasets: map[string]int{}}
}

// delimited makes one text file per dataset.
func (p *province) delimited(office, city string, l layout, on delivery, datasets []string) []exportFile {
	if l.format != "csv" {
		l = layouts()["gbk"]
	}
	var files []exportFile
	for _, dataset := range datasets {
		file := exportFile{truth: newTruth(city)}
		t := p.table(dataset)
		file.name = fmt.Sprintf("%s_%s_%s.csv", office, t.title, on.label)
		if l.delimiter == '\t' {
			file.name = fmt.Sprintf("%s_%s_%s.txt", office, t.title, on.label)
		}
		file.bytes = p.text(t, office, city, l, on, &file.truth)
		files = append(files, file)
	}
	return files
}

func (p *province) table(name string) table {
	for _, t := range p.tables {
		if t.name == name {
			return t
		}
	}
	p.err = errors.Join(p.err, fmt.Errorf("no dataset %q", name))
	return table{}
}

// text is a dataset as delimited text in the office's encoding; it is empty when there is nothing to export.
func (p *province) text(t table, office, city string, l layout, on delivery, truth *FileTruth) []byte {
	rows := p.spoiled(t, city, l, on, truth)
	if len(rows) == 0 {
		return nil
	}
	var b []byte
	if l.titled {
		b = append(b, office+"("+on.label+")"+t.title+"\r\n"...)
		truth.Ignored++
	}
	header := make([]cell, 0, len(t.columns))
	for i := range t.columns {
		header = append(header, textCell(headerOf(t, i, l)))
	}
	b = appendLine(b, header, style{}, l.delimiter)
	for _, row := range rows {
		b = appendLine(b, row, l.style, l.delimiter)
	}
	if l.titled {
		b = append(b, "注:本表由"+office+"应急管理局执法系统导出，数据截至"+on.day.time().Format("2006年1月2日")+"\r\n"...)
		truth.Ignored++
	}
	encoded, err := encode(b, l.encoding)
	if err != nil {
		p.err = errors.Join(p.err, err)
	}
	return encoded
}

func headerOf(t table, i int, l layout) string {
	header := t.header(i, l.spelling)
	if t.columns[i].name == "amount_yuan" || t.columns[i].name == "fines_yuan" {
		if l.style.tenThousand {
			return header + "（万元）"
		}
		return header + "(元)"
	}
	return header
}

// archive packs one text file per dataset, with names in GBK as Windows writes them.
func (p *province) archive(office, city string, l layout, on delivery, datasets []string) exportFile {
	file := exportFile{name: fmt.Sprintf("%s_执法数据_%s.zip", office, on.label), truth: newTruth(city)}
	var out bytes.Buffer
	packed := zip.NewWriter(&out)
	for _, dataset := range datasets {
		t := p.table(dataset)
		text := p.text(t, office, city, l, on, &file.truth)
		if text == nil {
			continue
		}
		name, err := encode([]byte(t.title+".csv"), "gbk")
		if err != nil {
			p.err = errors.Join(p.err, err)
		}
		part, err := packed.CreateHeader(&zip.FileHeader{Name: string(name), NonUTF8: true, Method: zip.Deflate, Modified: on.day.at(17, 0, 0).time().In(time.UTC)})
		if err == nil {
			_, err = part.Write(text)
		}
		if err != nil {
			p.err = errors.Join(p.err, err)
		}
	}
	if err := packed.Close(); err != nil {
		p.err = errors.Join(p.err, err)
	}
	file.bytes = out.Bytes()
	return file
}

// book is one workbook with a sheet per dataset: title, unit line, header, serial numbers, a total and a note.
func (p *province) book(office, city string, l layout, on delivery, datasets []string) exportFile {
	file := exportFile{name: fmt.Sprintf("%s_执法数据_%s.xlsx", office, on.label), truth: newTruth(city)}
	var sheets []sheet
	for _, dataset := range datasets {
		t := p.table(dataset)
		rows := p.spoiled(t, city, l, on, &file.truth)
		if len(rows) == 0 {
			continue
		}
		sheets = append(sheets, worksheet(t, rows, office, l, on, &file.truth))
	}
	if len(sheets) == 0 {
		return file
	}
	encoded, err := workbook(sheets)
	if err != nil {
		p.err = errors.Join(p.err, err)
	}
	file.bytes = encoded
	return file
}

func worksheet(t table, rows [][]cell, office string, l layout, on delivery, truth *FileTruth) sheet {
	width := len(t.columns) + 1
	last := columnName(width - 1)
	s := sheet{name: t.title, bold: 3, merges: []string{"A1:" + last + "1"}}
	s.rows = append(s.rows,
		[]cell{textCell(office + t.title + "（" + on.label + "）")},
		[]cell{textCell("填报单位：" + office + "应急管理局"), {}, {}, textCell("单位：家、条、元")})
	header := []cell{textCell("序号")}
	for i := range t.columns {
		header = append(header, textCell(headerOf(t, i, l)))
	}
	if first := t.index("due_on"); first >= 0 { // a second header row under a common heading
		s.bold = 4
		above := make([]cell, width)
		for i := range header {
			if i <= first {
				above[i], header[i] = header[i], cell{}
				s.merges = append(s.merges, columnName(i)+"3:"+columnName(i)+"4")
			}
		}
		above[first+1] = textCell("整改复查情况")
		s.merges = append(s.merges, columnName(first+1)+"3:"+last+"3")
		s.rows = append(s.rows, above)
	}
	s.rows = append(s.rows, header)
	for i, row := range rows {
		s.rows = append(s.rows, append([]cell{intCell(i + 1)}, row...))
	}
	s.rows = append(s.rows,
		[]cell{textCell("合计"), textCell(strconv.Itoa(len(rows)) + "条")},
		[]cell{textCell("注：1.本表数据截至" + on.day.time().Format("2006年1月2日") + "；2.日期以执法文书为准。")})
	truth.Ignored += 4
	return s
}
