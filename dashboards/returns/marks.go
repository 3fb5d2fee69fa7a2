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

// Origin is the text in the hidden column: it names a row by the content of its file (the first 16 digits of the hash), its number and its
// sheet, so that it holds in any warehouse that has received the file.
func Origin(contentHash string, row int, sheet string) string {
	return "TB1:" + contentHash[:min(16, len(contentHash))] + ":" + strconv.Itoa(row) + ":" + sheet
}
