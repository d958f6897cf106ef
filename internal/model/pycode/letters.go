package pycode

import (
	"strings"
	"unicode/utf8"
)

// alike lists letters that Python takes for others in names (the form NFKC), each with what it stands for, but for the three
// ranges that plainLetters knows.
const alike = "ªa ºo ĲIJ ĳij ſs ǇLJ ǈLj ǉlj ǊNJ ǋNj ǌnj ǱDZ ǲDz ǳdz ʰh ʲj ʳr ʷw ʸy ˡl ˢs ˣx ᴬA ᴮB ᴰD ᴱE ᴳG ᴴH ᴵI ᴶJ ᴷK ᴸL ᴹM ᴺN ᴼO ᴾP ᴿR ᵀT ᵁU ᵂW ᵃa ᵇb ᵈd ᵉe ᵍg ᵏk ᵐm ᵒo ᵖp ᵗt ᵘu ᵛv ᵢi ᵣr ᵤu ᵥv ᶜc ᶠf ᶻz ⁱi ⁿn ₐa ₑe ₒo ₓx ₕh ₖk ₗl ₘm ₙn ₚp ₛs ₜt ℂC ℊg ℋH ℌH ℍH ℎh ℐI ℑI ℒL ℓl ℕN ℙP ℚQ ℛR ℜR ℝR ℤZ ℨZ KK ℬB ℭC ℯe ℰE ℱF ℳM ℴo ℹi ⅅD ⅆd ⅇe ⅈi ⅉj ⅠI ⅡII ⅢIII ⅣIV ⅤV ⅥVI ⅦVII ⅧVIII ⅨIX ⅩX ⅪXI ⅫXII ⅬL ⅭC ⅮD ⅯM ⅰi ⅱii ⅲiii ⅳiv ⅴv ⅵvi ⅶvii ⅷviii ⅸix ⅹx ⅺxi ⅻxii ⅼl ⅽc ⅾd ⅿm ⱼj ⱽV ꟲC ꟳF ꟴQ ﬀff ﬁfi ﬂfl ﬃffi ﬄffl ﬅst ﬆst ︳_ ︴_ ﹍_ ﹎_ ﹏_ 𐞥q 🯰0 🯱1 🯲2 🯳3 🯴4 🯵5 🯶6 🯷7 🯸8 🯹9"

// plainLetters writes a name with the letters that Python compares names by: look-alikes hide calls.
func plainLetters(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case r >= 0xff10 && r <= 0xff5a:
			b.WriteRune(r - 0xfee0)
		case r >= 0x1d400 && r <= 0x1d6a3:
			b.WriteByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[(r-0x1d400)%52])
		case r >= 0x1d7ce && r <= 0x1d7ff:
			b.WriteByte('0' + byte(r-0x1d7ce)%10)
		default:
			if at := strings.IndexRune(alike, r); at >= 0 && r != utf8.RuneError {
				word, _, _ := strings.Cut(alike[at+utf8.RuneLen(r):], " ")
				b.WriteString(word)
				continue
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}
