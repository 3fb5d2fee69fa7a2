package synth

import (
	"strconv"
	"strings"
)

func personName(c chance) string {
	family := strings.Fields("王 李 张 刘 陈 杨 赵 孙 周 吴 徐 高 马 朱 胡 郭 林 何 于 宋 姜 韩 曲 邹 关 佟")
	given := strings.Fields("伟 军 勇 磊 涛 明 超 刚 平 辉 波 鹏 建国 志强 海峰 晓东 玉梅 丽娟 桂芬 文博 立新 春燕 雪松 振华 德龙 秀兰 子涵 长江 永胜 国庆")
	return pick(c, family) + pick(c, given)
}

// trade is what an enterprise does: the word in its name and its code in GB/T 4754-2017.
type trade struct{ word, industry string }

// sector is one 监管领域 with its trades and how often an enterprise of it is in the plan.
type sector struct {
	word    string
	trades  []trade
	planned float64 // probability to be in a year's plan
	key     float64 // probability to be a key unit
}

func sectors() []sector {
	return []sector{
		{"煤矿", []trade{{"煤矿", "0610"}, {"矿业", "0610"}, {"煤业", "0610"}}, .98, .9},
		{"非煤矿山", []trade{{"采石场", "1019"}, {"铁矿", "0810"}, {"石墨矿业", "1092"}, {"砂石", "1019"}}, .8, .45},
		{"危险化学品", []trade{{"化工", "2614"}, {"石化", "2511"}, {"加油站", "5265"}, {"气体", "2619"}, {"油品储运", "5941"}}, .78, .5},
		{"烟花爆竹", []trade{{"烟花爆竹批发", "5169"}, {"鞭炮经营", "5169"}}, .8, .35},
		{"金属冶炼", []trade{{"钢铁", "3130"}, {"铸造", "3391"}, {"有色金属", "3240"}}, .85, .6},
		{"工贸", []trade{{"粮油加工", "1312"}, {"木业", "2011"}, {"家具", "2110"}, {"食品", "1439"}, {"机械制造", "3489"}, {"建材", "3021"},
			{"乳业", "1440"}, {"纸业", "2221"}, {"白酒酿造", "1512"}, {"饲料", "1329"}, {"塑料制品", "2929"}, {"淀粉", "1391"}, {"亚麻纺织", "1731"}}, .45, .12},
		{"其他", []trade{{"物流", "5430"}, {"商贸", "5219"}, {"仓储", "5990"}, {"供热", "4430"}, {"商场", "5211"}, {"汽车维修", "8111"}}, .3, .05},
	}
}

// sectorWeights differ by city: coal lies in four of them, oil and chemistry in 大庆.
func sectorWeights(city string) []float64 {
	weights := []float64{.003, .03, .11, .03, .015, .53, .28}
	switch city {
	case "230300", "230400", "230500", "230900":
		weights[0] = .075
	case "230600":
		weights[2] = .26
	case "230700", "232700":
		weights[0], weights[5] = .001, .45
	}
	return weights
}

func enterpriseName(c chance, place string, t trade) string {
	brand := strings.Fields("北方 龙江 兴安 松花江 鑫源 恒昌 瑞丰 宏达 金秋 华龙 北大荒 雪城 万通 福泰 永盛 天合 利民 大地 東昇 嘉禾 众鑫 盛世 长青 宝源 三江 完达 沃野 博远 中联 佳成 鸿运 隆泰 双旺 远东 新能 晨曦 德润 同创 祥瑞 广源 森工 林海 冰城 黑土 丰泽 聚贤 昌盛 胜利 民生 泰和")
	form := []string{"有限公司", "有限责任公司", "股份有限公司", "有限公司分公司", "厂", "经销处", "（集团）有限公司", "(中外合资)有限公司"}
	name := place + pick(c, brand)
	if c.hit(.45) {
		name += pick(c, strings.Fields("达 兴 源 安 顺 丰 隆 茂 祥 泰 和 润"))
	}
	if strings.HasSuffix(t.word, "煤矿") || strings.HasSuffix(t.word, "采石场") || strings.HasSuffix(t.word, "加油站") {
		return name + t.word
	}
	return name + t.word + form[c.weighted([]float64{50, 30, 6, 4, 5, 3, 1, 1})]
}

func address(c chance, region string) string {
	road := pick(c, strings.Fields("中央大街 建设街 解放路 林场路 哈同公路 铁西街 站前路 工业园区一路 振兴大街 民主路 和平街 新华路 文化街 奋斗路 胜利街 开发区大道"))
	text := region + road + strconv.Itoa(c.between(1, 399)) + "号"
	switch {
	case c.hit(.08):
		text += "，院内"
	case c.hit(.03):
		text += "(原\"粮库\"院内)"
	}
	return text
}
