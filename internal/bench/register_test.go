//go:build bench

package bench

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// registerContract is a register of 20 columns of every type.
const registerContract = `
dataset: register
label: 执法台账
key: [case_no]
date: started_on
empty: ["-", 无]
columns:
  - {name: case_no, label: 台账编号, type: text, check: code, required: true}
  - {name: uscc, label: 统一社会信用代码, type: text, check: uscc, required: true}
  - {name: enterprise_name, label: 企业名称, type: text, required: true}
  - {name: address, label: 地址, type: text}
  - {name: agency_code, label: 机构代码, type: text, check: code, required: true}
  - {name: plan_item_id, label: 计划编号, type: text, check: code}
  - name: kind
    label: 检查类型
    type: code
    required: true
    codes:
      - {code: planned, word: 计划检查}
      - {code: double_random, word: 双随机抽查}
      - {code: special, word: 专项检查}
      - {code: review, word: 复查}
  - name: severity
    label: 级别
    type: code
    codes:
      - {code: general, word: 一般}
      - {code: major, word: 重大}
  - {name: started_on, label: 开始日期, type: date, required: true}
  - {name: ended_on, label: 结束日期, type: date}
  - {name: filed_at, label: 备案时间, type: timestamp}
  - {name: entered_at, label: 录入时间, type: timestamp}
  - {name: officers, label: 执法人员, type: list}
  - {name: items, label: 检查项, type: list}
  - {name: hazards, label: 隐患数, type: int, min: 0}
  - {name: rectified, label: 已整改数, type: int, min: 0}
  - {name: people, label: 参加人数, type: int}
  - {name: amount_yuan, label: 罚款金额, type: money}
  - {name: is_key, label: 是否重点, type: bool}
  - {name: description, label: 情况描述, type: text}
`

var registerHeader = []string{"台账编号", "统一社会信用代码", "企业名称", "地址", "机构代码", "计划编号", "检查类型", "级别", "开始日期", "结束日期",
	"备案时间", "录入时间", "执法人员", "检查项", "隐患数", "已整改数", "参加人数", "罚款金额", "是否重点", "情况描述"}

// registerRow is row i of the register as an export writes it: the same for ever.
func registerRow(i int) []string {
	pick := func(words ...string) string { return words[(i*7+i/11)%len(words)] }
	n := i % 60_000
	day := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i*13%700)
	ended, amount, plan, severity := day.AddDate(0, 0, i%4).Format("2006-01-02"), "", "", ""
	if i%9 == 0 {
		ended = ""
	}
	if i%5 == 0 {
		amount = fmt.Sprintf("%d.00", 1000+i%500*100)
	}
	if i%3 > 0 {
		plan = fmt.Sprintf("JH2019%07d", i/2)
	}
	if i%2 == 0 {
		severity = pick("一般", "一般", "一般", "重大")
	}
	return []string{
		fmt.Sprintf("TZ%d%09d", day.Year(), i), fmt.Sprintf("91230%03dMA18%05d%c", n%900+100, n, 'A'+n%8), pick("哈尔滨", "齐齐哈尔", "佳木斯", "大庆") + fmt.Sprintf("第%d机械制造有限公司", n),
		fmt.Sprintf("黑龙江省%s区工业路%d号", pick("道里", "建华", "向阳", "萨尔图"), n%800+1), fmt.Sprintf("A23%04d", n%150), plan, pick("计划检查", "双随机抽查", "专项检查", "计划检查", "复查"), severity,
		day.Format("2006-01-02"), ended, day.Format("2006-01-02") + " 08:30:00", day.AddDate(0, 0, 3).Format("2006-01-02") + fmt.Sprintf(" 16:%02d:00", i%60),
		fmt.Sprintf("ZF%05d;ZF%05d", n%4000, (n+17)%4000), fmt.Sprintf("AQ%03d;AQ%03d", i%120, (i+31)%120), fmt.Sprint(i % 7), fmt.Sprint(i % 3), fmt.Sprint(2 + i%6), amount,
		pick("是", "否", "否"), pick("配电箱未接地,现场已责令改正", "安全通道堵塞", "特种作业人员无证上岗,限期整改", "未见异常", "应急预案未按期演练"),
	}
}

// registerCSV writes rows of the register as a CSV, in UTF-8 or GBK.
func registerCSV(t *testing.T, rows int, gbk bool) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "台账.csv")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	out := bufio.NewWriterSize(file, 1<<20)
	encoder := simplifiedchinese.GBK.NewEncoder()
	line := func(cells []string) {
		for i, cell := range cells {
			if strings.ContainsAny(cell, ",\"") {
				cells[i] = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
		}
		text := strings.Join(cells, ",") + "\r\n"
		if gbk {
			if text, err = encoder.String(text); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := out.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	line(append([]string(nil), registerHeader...))
	for i := range rows {
		line(registerRow(i))
	}
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	return path
}

// registerProject makes a project that knows the register.
func registerProject(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "project")
	tongbao(t, "init", dir)
	if err := os.WriteFile(filepath.Join(dir, "contracts", "register.yaml"), []byte(registerContract), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}
