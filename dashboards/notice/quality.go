package notice

import (
	"tongbao/dashboards"
	"tongbao/dashboards/document"
	"tongbao/internal/calendar"
)

// quality is section five: returns, entry, reconciliation, rows sent back.
func (c *composer) quality() {
	c.heading(document.Heading1, "五、数据质量与上报情况")
	c.heading(document.Heading2, "（一）季度上报")
	c.returns()
	c.heading(document.Heading2, "（二）录入与勾稽")
	c.entry()
	if c.lists.restated.known && c.lists.restated.total > 0 {
		c.heading(document.Heading2, "（三）已通报数据的更正")
		c.add(c.say("此前已签发季度的指标因补报数据更正").put(dashboards.Count(c.lists.restated.total), "list:restatement").say("项，对照如下。").paragraph())
		c.add(c.lists.restated.table(c, "更正对照表"))
	}
}

func (c *composer) returns() {
	late := c.lists.late
	if len(late) == 0 {
		c.add(c.say("截至%s，本季度上报期限尚未届满，迟报不作统计。", c.cutOff()).paragraph())
		return
	}
	literal, rolled := late[0].limit, late[0].rolled
	if calendar.DayOf(c.m.CutOff).Before(literal) {
		submitted := int64(0)
		for _, l := range late {
			if !l.missing {
				submitted++
			}
		}
		c.add(c.say("本季度上报期限为%s，截至%s尚未届满，迟报不作统计；已报送", chineseDate(literal), c.cutOff()).put(dashboards.Count(submitted), "list:late_return").say("个市（地）。").paragraph())
		return
	}
	var onTime int64
	var byLetter, byRoll, missing []string
	for _, l := range late {
		switch {
		case l.missing:
			missing = append(missing, l.name)
		case l.late && l.lateOn:
			byRoll = append(byRoll, l.name)
		case l.late:
			byLetter = append(byLetter, l.name)
		default:
			onTime++
		}
	}
	t := c.say("应于%s前报送本季度完成情况的", chineseMonthDay(literal)).put(dashboards.Count(int64(len(late))), "D10."+c.p.Name+"."+c.province()).say("个市（地）中，按期报送的")
	t.put(dashboards.Count(onTime), "D10."+c.p.Name+"."+c.province()).say("个。")
	name := func(head string, names []string) {
		if len(names) == 0 {
			return
		}
		t.say("%s", head).put(dashboards.Count(int64(len(names))), "list:late_return").say("个市（地）：")
		t.join(len(names), func(i int) { t.say("%s", names[i]) })
		t.say("。")
	}
	if !rolled.Equal(literal) {
		name("字面迟报、按节假日顺延至"+chineseMonthDay(rolled)+"不迟报的有", byLetter)
		name("按顺延后的期限仍迟报的有", byRoll)
	} else {
		name("迟报的有", append(byLetter, byRoll...))
	}
	name("至数据截止仍未报送的有", missing)
	c.add(t.paragraph())
}

func (c *composer) entry() {
	at := c.province()
	t := c.say("")
	if entry := c.quarter("D6", at); entry.ok {
		t.say("系统录入及时率为").ratio(entry).say("。")
	}
	if filled := c.quarter("D7", at); filled.ok {
		t.say("应填完整率为").ratio(filled).say("。")
	}
	if logic := c.quarter("D9", at); logic.ok {
		t.say("逻辑错误率为").ratio(logic).say("。")
	}
	if reconciled := c.quarter("D11", at); reconciled.ok {
		t.say("自报与系统数据勾稽通过率为").ratio(reconciled)
		if faults := c.lists.returnFaults; len(faults) > 0 {
			t.say("，未通过的按项目分：")
			t.join(len(faults), func(i int) {
				t.say("%s", faults[i].word).put(dashboards.Count(faults[i].n), "list:return_check").say("处")
			})
		}
		t.say("。")
	}
	if returned := c.lists.returned; returned.pending+returned.corrected+returned.waived > 0 {
		total := returned.pending + returned.corrected + returned.waived
		t.say("累计退回").put(dashboards.Count(total), "list:rejected").say("行，")
		if returned.pending != total && returned.corrected != total && returned.waived != total {
			t.say("其中")
		}
		t.parts("行", portion{"待改", returned.pending, "list:rejected"}, portion{"已改", returned.corrected, "list:rejected"}, portion{"豁免", returned.waived, "list:rejected"}).say("。")
	}
	if len(t.runs) == 1 {
		t.say("本季度无可评价的录入和勾稽数据。")
	}
	c.add(t.paragraph())
}
