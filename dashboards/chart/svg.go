package chart

import (
	"crypto/sha256"
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/dop251/goja"
)

//go:embed assets/echarts.min.js
var library string

//go:embed assets/echarts.LICENSE
var licence string

//go:embed assets/echarts.NOTICE
var notice string

// Library is the chart library the browser loads, byte for byte what the static pictures are drawn with.
func Library() string { return library }

// LibraryLicence is the licence and notice that travel with it.
func LibraryLicence() string { return notice + "\n\n" + licence }

// Painter draws options as SVG. It may be used from several goroutines: each call takes a free script engine or starts
// one more. The picture depends on the option and the id alone, and one drawn before is not drawn again.
type Painter struct {
	compile func() (*goja.Program, error)
	mu      sync.Mutex
	idle    []*engine
	drawn   map[[sha256.Size]byte]string
	bytes   int
}

// keep bounds the pictures a Painter remembers.
const keep = 64 << 20

type engine struct {
	vm    *goja.Runtime
	paint goja.Callable
}

// NewPainter returns a Painter; the library is compiled at the first picture.
func NewPainter() *Painter {
	return &Painter{drawn: map[[sha256.Size]byte]string{}, compile: sync.OnceValues(func() (*goja.Program, error) { return goja.Compile("echarts.min.js", library, false) })}
}

const bridge = `
var paint = (function (echarts) {
  return function (option, width, height) {
    var chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: width, height: height });
    try {
      chart.setOption(JSON.parse(option));
      return chart.renderToSVGString({ useViewBox: true });
    } finally { chart.dispose(); }
  };
})(module.exports);`

func (p *Painter) take() (*engine, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		e := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return e, nil
	}
	p.mu.Unlock()
	program, err := p.compile()
	if err != nil {
		return nil, fmt.Errorf("compiling the chart library: %w", err)
	}
	vm := goja.New()
	// A picture is drawn at once: nothing may wait for a timer.
	if _, err := vm.RunString(`var exports = {}, module = { exports: exports }; function setTimeout() { return 0 } function clearTimeout() {}`); err != nil {
		return nil, fmt.Errorf("starting the script engine: %w", err)
	}
	if _, err := vm.RunProgram(program); err != nil {
		return nil, fmt.Errorf("starting the chart library: %w", err)
	}
	if _, err := vm.RunString(bridge); err != nil {
		return nil, fmt.Errorf("starting the chart library: %w", err)
	}
	paint, ok := goja.AssertFunction(vm.Get("paint"))
	if !ok {
		return nil, fmt.Errorf("starting the chart library: it has no paint function")
	}
	return &engine{vm: vm, paint: paint}, nil
}

// SVG draws the chart. id makes the names inside the picture unique within a page.
func (p *Painter) SVG(c Chart, id string) (string, error) {
	key := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%d\x00%s", id, c.Width, c.Height, c.Option))
	p.mu.Lock()
	known, ok := p.drawn[key]
	p.mu.Unlock()
	if ok {
		return known, nil
	}
	e, err := p.take()
	if err != nil {
		return "", err
	}
	value, err := e.paint(goja.Undefined(), e.vm.ToValue(string(c.Option)), e.vm.ToValue(c.Width), e.vm.ToValue(c.Height))
	if err != nil {
		return "", fmt.Errorf("drawing chart %s: %w", id, err) // the engine is dropped: its state is unknown
	}
	svg := p.clean(value.String(), id, c.Width, c.Height)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, e)
	if p.bytes+len(svg) <= keep {
		p.drawn[key] = svg
		p.bytes += len(svg)
	}
	return svg, nil
}

var (
	svgOpen    = regexp.MustCompile(`^<svg [^>]*>`)
	svgStyle   = regexp.MustCompile(`(?s)<style\s*>.*?</style>`)
	svgMeta    = regexp.MustCompile(` (?:ecmeta_[a-z_]+|class|pointer-events|xml:space)="[^"]*"`)
	svgID      = regexp.MustCompile(`(id="|url\(#|href="#)zr\d+-`)
	svgInline  = regexp.MustCompile(` style="([^"]*)"`)
	svgEmpty   = regexp.MustCompile(`<path d="[^"]*"(?: transform="[^"]*")? fill="(?:none|rgb\(0,0,0\)" fill-opacity="0)"(?: stroke="[^"]*" stroke-width="0")?></path>`)
	svgNewline = regexp.MustCompile(`>\n+<`)
)

// clean makes the picture fit for a page with a strict content security policy: no style element, no style attribute, no
// interaction; the type face is the page's.
func (p *Painter) clean(svg, id string, width, height int) string {
	svg = svgStyle.ReplaceAllString(svg, "")
	svg = svgMeta.ReplaceAllString(svg, "")
	svg = svgInline.ReplaceAllStringFunc(svg, func(match string) string {
		var b strings.Builder
		for _, declaration := range strings.Split(svgInline.FindStringSubmatch(match)[1], ";") {
			name, value, _ := strings.Cut(declaration, ":")
			switch name {
			case "font-size", "font-weight", "font-style":
				fmt.Fprintf(&b, ` %s="%s"`, name, value)
			}
		}
		return b.String()
	})
	svg = svgEmpty.ReplaceAllString(svg, "")
	svg = svgID.ReplaceAllString(svg, "${1}"+id+"-")
	svg = svgNewline.ReplaceAllString(strings.TrimSpace(svg), "><")
	open := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" aria-hidden="true" focusable="false">`,
		width, height, width, height)
	return svgOpen.ReplaceAllLiteralString(svg, open)
}
