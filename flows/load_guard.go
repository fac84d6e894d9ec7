package flows

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"layak/flows/problem"
)

// guardEnv is what an edge's `if` can speak of.
type guardEnv struct {
	Pending  bool              `expr:"pending"`  // the pack has another question that can change the verdict
	Asked    int               `expr:"asked"`    // questions the person answered
	Category string            `expr:"category"` // the business found
	Answers  map[string]string `expr:"answers"`  // by fact id
}

// guardNames are the names in it.
var guardNames = []string{"pending", "asked", FactCategory, "answers"}

// guard compiles the condition of an edge, and reports what is wrong with it. It returns nil where there is none.
func (l *loader) guard(path, source string) *vm.Program {
	if source == "" {
		return nil
	}
	program, err := expr.Compile(source, expr.Env(guardEnv{}), expr.AsBool(), expr.DisableAllBuiltins(), expr.MaxNodes(200))
	if err != nil {
		what, _, _ := strings.Cut(err.Error(), "\n")
		kind, try, column := problem.BadCondition, "it can use pending, asked, category and answers", 0
		if fe := (*file.Error)(nil); errors.As(err, &fe) {
			what, column = fe.Message, fe.Column
			if name, ok := strings.CutPrefix(what, "unknown name "); ok {
				name = strings.TrimSpace(name)
				kind, what = problem.UnknownName, fmt.Sprintf("name %q does not exist", name)
				if problem.Nearest(name, guardNames) != "" {
					try = problem.Similar(name, guardNames)
				}
			}
		}
		p := l.file.Add(kind, path, "%s", problem.Condition(source, what))
		p.Column += column
		p.Suggestion = try
		return nil
	}
	if l.flow.Pack == nil {
		return program
	}
	if tree, err := parser.Parse(source); err == nil {
		ast.Walk(&tree.Node, &guardCheck{l, path})
	}
	return program
}

// guardCheck finds facts and values in a condition that do not exist.
type guardCheck struct {
	l    *loader
	path string
}

// Visit is called for every part of the condition, innermost first.
func (g *guardCheck) Visit(node *ast.Node) {
	if id := answerOf(*node); id != "" && g.l.flow.Pack.Fact(id) == nil {
		g.unknown((*node).Location().From, problem.UnknownFact, "fact", id, g.l.factIDs())
	}
	b, ok := (*node).(*ast.BinaryNode)
	if !ok {
		return
	}
	for _, pair := range [][2]ast.Node{{b.Left, b.Right}, {b.Right, b.Left}} {
		kind, what := problem.UnknownValue, "value of category"
		var allowed []string
		if name, ok := pair[0].(*ast.IdentifierNode); ok && name.Value == FactCategory {
			kind, what, allowed = problem.UnknownCategory, FactCategory, append(g.l.categoryIDs(), "")
		} else if f := g.l.flow.Pack.Fact(answerOf(pair[0])); f != nil {
			what = "value of " + f.ID
			for _, v := range f.Values {
				allowed = append(allowed, v.ID)
			}
			allowed = append(allowed, "")
		}
		if allowed == nil {
			continue
		}
		values := []ast.Node{pair[1]}
		if list, ok := pair[1].(*ast.ArrayNode); ok {
			values = list.Nodes
		}
		for _, n := range values {
			if s, ok := n.(*ast.StringNode); ok && !slices.Contains(allowed, s.Value) {
				g.unknown(n.Location().From, kind, what, s.Value, allowed)
			}
		}
	}
}

func (g *guardCheck) unknown(offset int, kind problem.Kind, what, name string, known []string) {
	g.l.file.Unknown(kind, g.path, what, name, known)
	g.l.file.Problems[len(g.l.file.Problems)-1].Column += offset
}

// answerOf returns the fact of answers["fact"], or "".
func answerOf(n ast.Node) string {
	m, ok := n.(*ast.MemberNode)
	if !ok {
		return ""
	}
	id, ok := m.Node.(*ast.IdentifierNode)
	prop, ok2 := m.Property.(*ast.StringNode)
	if !ok || !ok2 || id.Value != "answers" {
		return ""
	}
	return prop.Value
}
