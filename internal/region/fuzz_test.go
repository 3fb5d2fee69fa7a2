package region

import (
	"errors"
	"testing"
)

// FuzzLoad: any file is a tree or an error, and a tree keeps its promises.
func FuzzLoad(f *testing.F) {
	f.Add("regions.csv", "code,name\n230000,黑龙江省\n230100,哈尔滨市\n230102,道里区\n")
	f.Add("regions.csv", "code,name,parent\n230000,a,230000\n")
	f.Add("regions.csv", "code,name,merged_into,since\n230000,a,,\n230101,b,230101,2019\n")
	f.Add("regions.yaml", "regions:\n  - {code: \"230000\", name: a}\n")
	f.Add("regions.yaml", "regions: [{code: 230000}, [1], null]\n")
	f.Add("regions.yaml", "regions:\n  - &x {code: \"230000\", name: a}\n  - *x\n")
	f.Fuzz(func(t *testing.T, name, text string) {
		tree, err := Load(name, []byte(text))
		if err != nil {
			return
		}
		for _, top := range tree.Provinces() {
			for i, r := range tree.Under(top.Code) {
				if i > 0 {
					if _, ok := tree.Lookup(r.Parent); !ok {
						t.Fatalf("%s lies in %q, which is not in the tree", r.Code, r.Parent)
					}
				}
				if got, err := tree.Resolve(r.Code, top.Code); err != nil || got.Code != r.Code {
					t.Fatalf("%s does not resolve to itself: %v %v", r.Code, got, err)
				}
			}
		}
	})
}

// FuzzResolve: any name is a region inside, or an error that says which kind.
func FuzzResolve(f *testing.F) {
	tree := china(f)
	for _, name := range []string{"哈尔滨", "向阳区", "市本级", "本级本级", "黑龙江省/佳木斯市/向阳", "230702", "", "区", "\xff市", "哈尔滨市哈尔滨市"} {
		f.Add(name, "230000")
	}
	f.Fuzz(func(t *testing.T, name, within string) {
		got, err := tree.Resolve(name, within)
		if err != nil {
			var ambiguous *AmbiguousError
			var unknown *UnknownError
			if _, ok := tree.Canonical(within); ok && !errors.As(err, &ambiguous) && !errors.As(err, &unknown) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		scope, _ := tree.Canonical(within)
		if !tree.isUnder(got, scope) {
			t.Fatalf("%q in %s is %s, which lies outside", name, within, got.Code)
		}
	})
}
