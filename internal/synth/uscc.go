package synth

import "strings"

// The alphabet and weights of GB 32100-2015.
const creditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// creditCode is a unified social credit code with a right check character: 91, the place of registration, nine characters of
// the organisation, one to check. Some have digits alone: those are the ones a spreadsheet damages.
func creditCode(c chance, place string, number int) string {
	code := []byte("91" + place)
	if c.hit(.12) {
		code[1] = '2'
	}
	digitsOnly := c.hit(.15)
	if !digitsOnly {
		code = append(code, "MA1"...)
	} else {
		code = append(code, byte('0'+c.IntN(10)), byte('0'+c.IntN(10)), byte('0'+c.IntN(10)))
	}
	// The number makes the code unique; the alphabet's 31 characters hold 887 million in six places.
	base, places, stride := 31, 887_503_681, 387_420_489
	if digitsOnly {
		base, places, stride = 10, 1_000_000, 379_721
	}
	tail := make([]byte, 6)
	for i, rest := 5, number%places*stride%places; i >= 0; i-- { // strides share no factor with the places: nothing comes twice
		tail[i] = creditAlphabet[rest%base]
		rest /= base
	}
	code = append(code, tail...)
	return string(append(code, checkCharacter(code)))
}

func checkCharacter(code []byte) byte {
	sum, weight := 0, 1
	for _, character := range code[:17] {
		sum += strings.IndexByte(creditAlphabet, character) * weight
		weight = weight * 3 % 31
	}
	return creditAlphabet[(31-sum%31)%31]
}

// misread replaces the check character by a wrong one: an early legal code, or a slip of the pen.
func misread(c chance, code string) string {
	at := strings.IndexByte(creditAlphabet, code[17])
	return code[:17] + string(creditAlphabet[(at+1+c.IntN(30))%31])
}
