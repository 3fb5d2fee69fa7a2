package returns

import "strconv"

// Headers of the columns that a returned sheet adds behind the original ones. Ingest knows them by these words.
const (
	HeaderReason       = "退回原因"
	HeaderSuggestion   = "修改建议"
	HeaderWaivedBy     = "豁免人"
	HeaderWaivedReason = "豁免理由"
	HeaderOrigin       = "退回标识"
)

// PropertyPrefix begins the names of the workbook's own properties that say which file the sheet of that number is from, as Origin does,
// of row 0: a workbook whose hidden column was deleted is still known by them.
const PropertyPrefix = "退回单"

// Number is how a title names the file its rows are from, in case everything but the cells is lost.
func Number(contentHash string) string { return "TB1-" + contentHash[:min(16, len(contentHash))] }

// Origin is the text in the hidden column: it names a row by the content of its file (the first 16 digits of the hash), its number and its
// sheet, so that it holds in any warehouse that has received the file.
func Origin(contentHash string, row int, sheet string) string {
	return "TB1:" + contentHash[:min(16, len(contentHash))] + ":" + strconv.Itoa(row) + ":" + sheet
}
