package docx

import (
	"archive/zip"
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tongbao/dashboards/document"
)

// orders are the sequences ECMA-376 prescribes for the children of properties; Word calls a file that breaks one damaged.
func orders() map[string][]string {
	split := func(prefix, names string) []string {
		var all []string
		for _, name := range strings.Fields(names) {
			all = append(all, prefix+name)
		}
		return all
	}
	return map[string][]string{
		"w:pPr":        split("w:", "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"),
		"w:rPr":        split("w:", "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath"),
		"w:tblPr":      split("w:", "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription"),
		"w:tcPr":       split("w:", "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark"),
		"w:sectPr":     split("w:", "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings"),
		"w:style":      split("w:", "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr"),
		"w:tbl":        split("w:", "tblPr tblGrid tr"),
		"c:chartSpace": split("c:", "date1904 lang roundedCorners style clrMapOvr pivotFmts protection chart spPr txPr externalData printSettings userShapes"),
		"c:chart":      split("c:", "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly dispBlanksAs"),
		"c:ser":        split("c:", "idx order tx spPr invertIfNegative marker pictureOptions dPt dLbls trendline errBars cat val smooth shape"),
		"c:dLbls":      split("c:", "dLbl numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize separator showLeaderLines"),
		"c:barChart":   split("c:", "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId"),
		"c:lineChart":  split("c:", "grouping varyColors ser dLbls dropLines hiLowLines upDownBars marker smooth axId"),
		"c:catAx":      split("c:", "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt auto lblAlgn lblOffset noMultiLvlLbl"),
		"c:valAx":      split("c:", "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt crossBetween majorUnit minorUnit dispUnits"),
		"c:marker":     split("c:", "symbol size spPr"),
	}
}

// strict reads a Word file as Word does: every part has a type, every relationship an end, every style, bookmark and picture its
// own id, rows as many columns as their table, and properties their order.
func strict(t *testing.T, content []byte) {
	t.Helper()
	files, err := readParts(content)
	if err != nil {
		t.Fatal(err)
	}
	types, err := parseNode(contentTypesPart, files[contentTypesPart])
	if err != nil {
		t.Fatal(err)
	}
	defaults, overrides := map[string]bool{}, map[string]bool{}
	for _, child := range types.children {
		if child.name == "Default" {
			defaults[child.attr("Extension")] = true
		} else if name := strings.TrimPrefix(child.attr("PartName"), "/"); overrides[name] || files[name] == nil {
			t.Errorf("content type of %s: twice, or of no part", name)
		} else {
			overrides[name] = true
		}
	}
	styles := map[string]bool{}
	reached := map[string]bool{contentTypesPart: true}
	for name, text := range files {
		if !overrides[name] && !defaults[strings.TrimPrefix(path.Ext(name), ".")] && name != contentTypesPart {
			t.Errorf("%s has no content type", name)
		}
		if strings.HasSuffix(name, ".xlsx") {
			if _, err := zip.NewReader(bytes.NewReader(text), int64(len(text))); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		root, err := parseNode(name, text)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".rels") {
			reached[name] = true
			ids := map[string]bool{}
			for _, relation := range root.children {
				if id := relation.attr("Id"); ids[id] {
					t.Errorf("%s: %s twice", name, id)
				} else {
					ids[id] = true
				}
				if relation.attr("TargetMode") == "External" {
					continue
				}
				target := path.Join(path.Dir(path.Dir(name)), relation.attr("Target"))
				if strings.HasPrefix(relation.attr("Target"), "/") {
					target = relation.attr("Target")[1:]
				}
				reached[target] = true
				if files[target] == nil {
					t.Errorf("%s: %s leads to %s, which is not there", name, relation.attr("Id"), target)
				}
			}
		}
		if name == stylesPart {
			for _, style := range root.children {
				if id := style.attr("w:styleId"); style.name == "w:style" && styles[id] {
					t.Errorf("style %s twice", id)
				} else if style.name == "w:style" {
					styles[id] = true
				}
			}
		}
		inOrder(t, name, root)
	}
	for name := range files {
		if !reached[name] {
			t.Errorf("nothing leads to %s", name)
		}
	}
	document, err := parseNode(documentPart, files[documentPart])
	if err != nil {
		t.Fatal(err)
	}
	sound(t, document, styles, string(files[documentRelsPart]))
}

func inOrder(t *testing.T, part string, root *node) {
	known := orders()
	root.each(func(n *node) {
		order, ok := known[n.name]
		if !ok {
			return
		}
		at := 0
		for _, child := range n.children {
			if child.name == "" {
				continue
			}
			place := slices.Index(order, child.name)
			switch {
			case place < 0:
				t.Errorf("%s: <%s> in <%s>", part, child.name, n.name)
			case place < at:
				t.Errorf("%s: <%s> stands too late in <%s>", part, child.name, n.name)
			default:
				at = place
			}
		}
	})
}

// sound checks what ids and counts in the document refer to.
func sound(t *testing.T, root *node, styles map[string]bool, rels string) {
	open, names, pictures := map[string]bool{}, map[string]bool{}, map[string]bool{}
	root.each(func(n *node) {
		switch n.name {
		case "w:pStyle", "w:rStyle", "w:tblStyle":
			if !styles[n.attr("w:val")] {
				t.Errorf("no style %s", n.attr("w:val"))
			}
		case "w:bookmarkStart":
			id, name := n.attr("w:id"), n.attr("w:name")
			if open[id] || names[strings.ToLower(name)] || len(name) > longestBookmark || name == "" {
				t.Errorf("bookmark %s %q: twice, too long or without a name", id, name)
			}
			open[id], names[strings.ToLower(name)] = true, true
		case "w:bookmarkEnd":
			if !open[n.attr("w:id")] {
				t.Errorf("bookmark %s ends before it begins", n.attr("w:id"))
			}
		case "wp:docPr":
			if pictures[n.attr("id")] {
				t.Errorf("picture %s twice", n.attr("id"))
			}
			pictures[n.attr("id")] = true
		case "c:chart", "w:footerReference", "w:headerReference":
			if !strings.Contains(rels, `Id="`+n.attr("r:id")+`"`) {
				t.Errorf("<%s> refers to %s", n.name, n.attr("r:id"))
			}
		case "w:tbl":
			columns := len(n.child("w:tblGrid").children)
			for _, row := range n.children {
				wide := 0
				for _, cell := range row.children {
					if cell.name != "w:tc" {
						continue
					}
					span := 1
					if g := cell.child("w:tcPr").child("w:gridSpan"); g != nil {
						span, _ = strconv.Atoi(g.attr("w:val"))
					}
					if wide += span; cell.child("w:p") == nil {
						t.Error("a cell without a paragraph")
					}
				}
				if row.name == "w:tr" && wide != columns {
					t.Errorf("a row of %d columns in a table of %d", wide, columns)
				}
			}
		case "w:tc", "w:body":
			if last := n.children[len(n.children)-1]; n.name == "w:tc" && last.name != "w:p" || n.name == "w:body" && last.name != "w:sectPr" {
				t.Errorf("<%s> ends with <%s>", n.name, last.name)
			}
		}
	})
	if len(names) == 0 || len(pictures) == 0 {
		t.Error("the sample has no bookmark, or no chart")
	}
}

func TestStrictReader(t *testing.T) {
	content := sample()
	rate := 0.1
	content.Body = append(content.Body, document.Chart{Title: "图2", Percent: true, Categories: []string{"甲", "乙"}, Series: []document.Series{
		{Name: "复发率", Line: true, Values: []*float64{&rate, nil}}, {Name: "重复检查率", Line: true, Values: []*float64{nil, &rate}}}})
	standard, err := DefaultTemplate()
	if err != nil {
		t.Fatal(err)
	}
	for name, template := range map[string][]byte{"default": nil, "the default as the office's own": standard,
		"the office's own": template(t, paragraphs("{{标题}}")+`<w:sdt><w:sdtPr><w:tag w:val="通报:正文"/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>`+paragraphs("{{附件}}"))} {
		file, err := Fill(template, content)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		t.Run(name, func(t *testing.T) { strict(t, file) })
	}
}
