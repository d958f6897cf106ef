package rules

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// retrievals are calls that search a store, with the names of arguments that narrow the search.
var (
	retrievals = tableOf("**.similarity_search", "**.similarity_search_with_score", "**.asimilarity_search", "**.similarity_search_with_relevance_scores", "**.similaritySearch", "**.similaritySearchWithScore", "**.max_marginal_relevance_search", "**.maxMarginalRelevanceSearch", "?.collection.query", "?.*_collection.query", "chromadb.**.query",
		"pinecone.**.query", "@pinecone-database/*.**.query", "?.index.query", "qdrant_client.**.search", "qdrant_client.**.query_points", "@qdrant/*.**.search", "weaviate.**.near_text", "**.as_retriever", "**.asRetriever", "**.as_query_engine", "**.asQueryEngine", "**.as_chat_engine")
	narrowing = []string{"filter", "where", "namespace", "filters", "query_filter", "search_kwargs", "expr", "where_document", "partition_names", "tenant", "metadata_filter", "pre_filter"}

	userName = pattern.New(`(?i)^(?:current_?user|user_?id|tenant_?id|tenant|org_?id|organi[sz]ation_?id|workspace_?id|account_?id|customer_?id|owner_?id|session_?user)$`)
)

// sharedRetrieval finds searches over everybody's documents on behalf of one person: what is stored says whose it is and the search
// does not ask; or a function is told for whom it searches and does not use it.
//
// Only the store's own file is asked what is stored: which of a project's stores a search is of cannot be told from afar.
func sharedRetrieval(l *look, m *matcher) {
	t := l.t
	if testFile.MatchString(l.f.Path) {
		return // a test has no users
	}
	owned, asked := false, false
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Call || !retrievals(l.f.Callee(id)) || l.narrowed(id) {
			continue
		}
		function := l.innermostFunction(id)
		if function == 0 {
			continue
		}
		if p := l.userUnused(function); p != 0 {
			l.tell(m.rule, id, id, "")
			continue
		}
		if !asked {
			owned, asked = showsOwners(l), true
		}
		if owned && !ownedText.MatchString(t.Code(l.body(function))) {
			l.tell(m.rule, id, id, "")
		}
	}
}

// narrowed says whether a search is narrowed, or might be.
func (l *look) narrowed(call syntax.ID) bool {
	for _, name := range narrowing {
		if a, more := l.f.Argument(call, name, -1); a != 0 || more {
			return true
		}
	}
	t := l.t
	n := 0
	for a := t.Next(t.Child(call, 0)); a != 0; a = t.Next(a) {
		if t.Kind(a) != syntax.Keyword {
			n++
		}
	}
	// A third value by position is the filter; of a retriever, the second.
	last := calledLast(l, call)
	return n > 2 || n > 1 && (last == "asRetriever" || last == "as_retriever") || storeOfUser.MatchString(t.Code(t.Child(call, 0))) || l.receiverOfUser(call)
}

var testFile = pattern.New(`(?:^|/)(?:tests?|__tests__)/|(?:^|/)test_[^/]*$|_test\.py$|\.(?:test|spec)\.[jt]sx?$`)

// storeOfUser is a store that is named after whose it is.
var storeOfUser = pattern.New(`(?i)user|tenant|customer|account|workspace|namespace|org_|session`)

// receiverOfUser says whether the store was opened for somebody: its making mentions a user, or it came from elsewhere as a parameter.
func (l *look) receiverOfUser(call syntax.ID) bool {
	t := l.t
	object := t.Child(t.Child(call, 0), 0)
	for steps := 0; steps < 6 && object != 0; steps++ {
		switch t.Kind(object) {
		case syntax.Ident:
			b := l.f.Binding(object)
			switch {
			case b == 0:
				return false
			case t.Kind(b) == syntax.Assign:
				v := l.f.Value(b)
				if v == 0 || t.Within(object, v) {
					return false
				}
				if storeOfUser.MatchString(t.Code(v)) {
					return true
				}
				object = v
			case t.Kind(b) == syntax.Param:
				return true
			default:
				return false
			}
		case syntax.Attribute, syntax.Await, syntax.Cast, syntax.Index:
			object = t.Child(object, 0)
		case syntax.Call:
			if storeOfUser.MatchString(t.Code(object)) {
				return true
			}
			object = t.Child(object, 0)
		default:
			return false
		}
	}
	return false
}

// userUnused is the parameter of a function that says for whom it works, if its body does not use it.
func (l *look) userUnused(function syntax.ID) syntax.ID {
	t := l.t
	for c := range t.Children(function) {
		if t.Kind(c) == syntax.Param && userName.MatchString(t.Name(c)) && !l.mentions(l.body(function), t.Name(c)) {
			return c
		}
	}
	return 0
}
