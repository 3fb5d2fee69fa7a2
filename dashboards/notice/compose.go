package notice

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tongbao/dashboards"
	"tongbao/dashboards/document"
	"tongbao/internal/calendar"
)

// Office is who sends the notice and what its letterhead prints.
type Office struct {
	Name, Symbol, Basis, Address string
	Contact, Phone               string
	CopyTo                       []string
	Serial                       int       // of the notice in its year; 0: the quarter's number
	Date                         time.Time // 成文日期; zero: the day of the cut-off
}

// Input is what a notice is made of.
type Input struct {
	DB       dashboards.Queryer // the published version, for lists
	Mart     *dashboards.Mart
	Period   dashboards.Period
	Version  string // of the data
	Office   Office
	Calendar *calendar.Calendar
}

// Compose writes the notice of one period. The same input gives the same document.
func Compose(ctx context.Context, in Input) (document.Document, error) {
	c := &composer{ctx: ctx, in: in, m: in.Mart, p: in.Period}
	if err := c.read(); err != nil {
		return document.Document{}, fmt.Errorf("notice of %s: %w", in.Period.Name, err)
	}
	c.introduction()
	c.overview()
	c.progress()
	c.hazards()
	c.duplicates()
	c.quality()
	c.findings()
	c.demands()
	c.annexList()
	annexes, err := c.annexes()
	if err != nil {
		return document.Document{}, fmt.Errorf("notice of %s: %w", in.Period.Name, err)
	}
	title := "关于" + c.p.Label() + "安全生产年度监督检查计划执行情况的通报"
	return document.Document{
		Title:   title,
		Subject: fmt.Sprintf("期间 %s；数据截止 %s；数据版本 %s", c.p.Name, c.cutOff(), in.Version),
		Created: c.m.CutOff.Format("2006-01-02T15:04:05Z"),
		Fields:  c.fields(title),
		Body:    c.body,
		Annexes: annexes,
	}, nil
}

// composer holds the figures and the document under construction.
type composer struct {
	ctx      context.Context
	in       Input
	m        *dashboards.Mart
	p        dashboards.Period
	changes  map[string]change // by figure id, year on year
	lists    lists
	problems []problem
	body     []document.Block
	charts   int // made so far
}

func (c *composer) add(blocks ...document.Block) { c.body = append(c.body, blocks...) }

func (c *composer) heading(style document.Style, text string) {
	c.add(document.Words(style, text))
}

func (c *composer) fields(title string) map[string][]document.Run {
	office := c.in.Office
	serial := office.Serial
	if serial == 0 {
		serial = c.p.Quarter
	}
	fields := map[string][]document.Run{
		"标题":     document.Plain(title),
		"发文机关标志": document.Plain(issuer(office.Name)),
		"发文字号":   document.Plain(fmt.Sprintf("%s〔%d〕%d号", office.Symbol, c.p.Year, serial)),
		"主送":     document.Plain(fullWidthBrackets(office.Address)),
		"署名":     document.Plain(office.Name),
		"成文日期":   document.Plain(chineseDate(c.signedOn())),
		"印发机关":   document.Plain(office.Name + "办公室"),
		"期间":     document.Plain(c.p.Label()),
		"数据截止":   document.Plain(c.cutOff()),
		"数据版本":   document.Plain(c.in.Version),
	}
	var contact []string
	if office.Contact != "" {
		contact = append(contact, "联系人："+office.Contact)
	}
	if office.Phone != "" {
		contact = append(contact, "电话："+office.Phone)
	}
	if len(contact) > 0 {
		fields["附注"] = document.Plain("（" + strings.Join(contact, "，") + "）")
	}
	if len(office.CopyTo) > 0 {
		fields["抄送"] = document.Plain(strings.Join(office.CopyTo, "，"))
	}
	return fields
}

// issuer is the office's name as its red letterhead prints it; 文件 is not said twice.
func issuer(name string) string { return strings.TrimSuffix(name, "文件") + "文件" }

func (c *composer) signedOn() time.Time {
	if !c.in.Office.Date.IsZero() {
		return c.in.Office.Date
	}
	return c.m.CutOff
}

// cutOff is the cut-off as printed: a day means its end.
func (c *composer) cutOff() string {
	at := c.m.CutOff
	if at.Hour() == 0 && at.Minute() == 0 || at.Hour() == 23 && at.Minute() == 59 {
		return chineseDate(at) + "24时"
	}
	return chineseDate(at) + at.Format("15时04分")
}

func chineseDate(day time.Time) string {
	return fmt.Sprintf("%d年%d月%d日", day.Year(), int(day.Month()), day.Day())
}

func chineseMonthDay(day time.Time) string {
	return fmt.Sprintf("%d月%d日", int(day.Month()), day.Day())
}

// fullWidthBrackets sets the brackets of 各市(地) as Chinese typography wants them.
func fullWidthBrackets(text string) string {
	return strings.NewReplacer("(", "（", ")", "）", ":", "：", ",", "，").Replace(text)
}

func (c *composer) introduction() {
	t := c.say("依据%s“一季一统计、一季一通报”的要求，现将%s（%s至%s）全省安全生产年度监督检查计划执行情况通报如下",
		c.in.Office.Basis, c.p.Label(), chineseMonthDay(c.p.FirstDay), chineseMonthDay(c.p.D))
	if c.p.Quarter > 1 {
		t.say("，计划完成情况自1月1日起累计")
	}
	t.say("。")
	t.say("数据截止%s，数据版本%s；数据来源为行政执法系统记录和各市（地）季度上报，指标口径、参数及各地数据报送情况见附件5。", c.cutOff(), c.in.Version)
	c.add(t.paragraph())
}
