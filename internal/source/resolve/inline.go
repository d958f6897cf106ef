package resolve

import "github.com/lodemark/lodemark/internal/source/syntax"

// boundInLine says whether a name that is assigned several times holds the value of a binding where it is used, because nothing branches:
// all of its assignments and the use stand in one block, as in the cells of a notebook.
func (f *File) boundInLine(ident, binding syntax.ID) bool {
	t := f.Tree
	block := t.Parent(binding)
	for _, b := range f.Bindings(t.Name(ident), ident) {
		if t.Kind(b) != syntax.Assign || f.statementBlock(b) != f.statementBlock(binding) {
			return false
		}
	}
	if t.Kind(block) == syntax.ExprStmt {
		block = t.Parent(block)
	}
	return f.scopes[ident] == f.scopes[binding] && t.Within(ident, block) && t.Node(binding).End <= t.Node(ident).Start
}

// statementBlock is what an assignment that is a statement stands in.
func (f *File) statementBlock(assign syntax.ID) syntax.ID {
	parent := f.Tree.Parent(assign)
	if f.Tree.Kind(parent) == syntax.ExprStmt {
		parent = f.Tree.Parent(parent)
	}
	return parent
}
