package rules

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"

	"layak/flows/problem"
)

// environment is what a `when` may speak of: category, and each fact by its id.
type environment struct {
	shape  types.Map
	values map[string][]string // what each name can be, by its path
}

func newEnvironment(p *Pack) *environment {
	e := &environment{types.Map{"category": types.String}, map[string][]string{"verdict": outcomeNames()}}
	for _, c := range p.Categories {
		e.values["category"] = append(e.values["category"], c.ID)
	}
	for _, f := range p.Facts {
		e.values[f.ID] = f.valueIDs()
		head, tail, nested := strings.Cut(f.ID, ".")
		if !nested {
			e.shape[head] = types.String
			continue
		}
		inner, ok := e.shape[head].(types.Map)
		if !ok {
			inner = types.Map{}
			e.shape[head] = inner
		}
		inner[tail] = types.String
	}
	return e
}

// compile checks and compiles one condition, and returns the facts it reads, the category left out.
func (e *environment) compile(f *problem.File, path, source string, withVerdict bool) (*vm.Program, []string) {
	if strings.TrimSpace(source) == "" {
		f.Add(problem.BadCondition, path, "the condition is empty").Try(`for example: category == "bank" and licence.ojk == "yes"`)
		return nil, nil
	}
	shape := types.Map{}
	for k, v := range e.shape {
		shape[k] = v
	}
	if withVerdict {
		shape["verdict"] = types.String
	}
	program, err := expr.Compile(source, expr.Env(shape), expr.AsBool(), expr.DisableAllBuiltins(), expr.MaxNodes(500))
	if err != nil {
		e.report(f, path, source, err)
		return nil, nil
	}
	tree, err := parser.Parse(source)
	if err != nil {
		e.report(f, path, source, err)
		return nil, nil
	}
	v := &valueCheck{env: e, report: func(offset int, name, value string, allowed []string) {
		line, col := f.At(path)
		f.Problems = append(f.Problems, problem.Problem{
			File: f.Name, Line: line, Column: col + offset, Kind: problem.UnknownValue,
			Message: fmt.Sprintf("value of %s %q does not exist", name, value), Suggestion: problem.Similar(value, allowed),
		})
	}}
	ast.Walk(&tree.Node, v)
	return program, v.reads
}

// report turns a compile error into a problem with its place.
func (e *environment) report(f *problem.File, path, source string, err error) {
	p := f.Add(problem.BadCondition, path, "%s", problem.Condition(source, err.Error()))
	var fe *file.Error
	if !errors.As(err, &fe) {
		return
	}
	p.Column += fe.Column
	msg := fe.Message
	if name, ok := strings.CutPrefix(msg, "unknown name "); ok {
		name = strings.TrimSpace(name)
		p.Kind, p.Suggestion, msg = problem.UnknownName, problem.Similar(name, e.names()), fmt.Sprintf("name %q does not exist", name)
		for _, values := range e.values {
			if slices.Contains(values, name) {
				p.Suggestion = fmt.Sprintf("put it in quotation marks: %q", name)
			}
		}
	} else if name, ok := strings.CutPrefix(msg, "unknown field "); ok {
		name = strings.TrimSpace(name)
		p.Kind, p.Suggestion, msg = problem.UnknownName, problem.Similar(name, e.names()), fmt.Sprintf("fact %q does not exist", name)
	}
	p.Message = problem.Condition(source, msg)
}

func (e *environment) names() []string {
	var names []string
	for n := range e.values {
		names = append(names, n)
		if _, tail, ok := strings.Cut(n, "."); ok {
			names = append(names, tail)
		}
	}
	slices.Sort(names)
	return names
}

// valueCheck finds comparisons with values that a fact can never have.
type valueCheck struct {
	env    *environment
	reads  []string
	report func(offset int, name, value string, allowed []string)
}

// Visit is called for every part of the condition, innermost first.
func (v *valueCheck) Visit(node *ast.Node) {
	if name := factName(*node); name != "" && name != "category" && name != "verdict" && v.env.values[name] != nil && !slices.Contains(v.reads, name) {
		v.reads = append(v.reads, name)
	}
	b, ok := (*node).(*ast.BinaryNode)
	if !ok {
		return
	}
	for _, pair := range [][2]ast.Node{{b.Left, b.Right}, {b.Right, b.Left}} {
		allowed := v.env.values[factName(pair[0])]
		if allowed == nil {
			continue
		}
		values := []ast.Node{pair[1]}
		if list, ok := pair[1].(*ast.ArrayNode); ok {
			values = list.Nodes
		}
		for _, n := range values {
			if s, ok := n.(*ast.StringNode); ok && !slices.Contains(allowed, s.Value) {
				v.report(n.Location().From, factName(pair[0]), s.Value, allowed)
			}
		}
	}
}

// factName returns the path of a name such as licence.nib, or "".
func factName(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		return n.Value
	case *ast.MemberNode:
		id, ok := n.Node.(*ast.IdentifierNode)
		prop, ok2 := n.Property.(*ast.StringNode)
		if ok && ok2 {
			return id.Value + "." + prop.Value
		}
	}
	return ""
}

// envFor builds the values a condition is run with. Facts that are missing are unsure.
func (p *Pack) envFor(category string, facts map[string]string) map[string]any {
	env := map[string]any{"category": category}
	for _, f := range p.Facts {
		value := facts[f.ID]
		if value == "" {
			value = f.missing()
		}
		head, tail, nested := strings.Cut(f.ID, ".")
		if !nested {
			env[head] = value
			continue
		}
		inner, ok := env[head].(map[string]any)
		if !ok {
			inner = make(map[string]any, len(p.Facts))
			env[head] = inner
		}
		inner[tail] = value
	}
	return env
}

// missing is what the fact counts as while it is not known: unsure where it takes that.
func (f *Fact) missing() string {
	if f.hasValue(Unsure) {
		return Unsure
	}
	return ""
}

func run(program *vm.Program, env map[string]any) (bool, error) {
	out, err := expr.Run(program, env)
	if err != nil {
		return false, err
	}
	b, _ := out.(bool)
	return b, nil
}
