package rules

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// sqlAgents give a model a database to ask in its own words, with the argument that is the database.
var sqlAgents = Names{"**.create_sql_agent", "**.SQLDatabaseToolkit", "**.SQLDatabaseChain.from_llm", "**.SQLDatabaseSequentialChain.from_llm", "**.QuerySQLDatabaseTool", "**.QuerySQLDataBaseTool", "**.NLSQLTableQueryEngine", "**.SqlToolkit", "**.createSqlAgent", "**.SqlDatabaseChain", "**.SqlDatabaseChain.fromLLM", "**.QuerySqlTool"}

var databases = Names{"**.SQLDatabase.from_uri", "**.SQLDatabase", "**.SqlDatabase.fromDataSourceParams", "**.SqlDatabase.fromOptionsParams", "sqlalchemy.create_engine", "**.create_engine"}

// writable is an address of a database that surely lets its user write: a file of SQLite, or the owner of a server.
var writable = pattern.New(`(?i)^(sqlite(\+\w+)?:///|(postgres(ql)?|mysql|mariadb|mssql|oracle)(\+\w+)?://(postgres|root|admin|sa|system|superuser|dba|owner)[:@])`)

var readOnly = pattern.New(`(?i)mode=ro|read_?only|default_transaction_read_only|immutable=1|:memory:`)

// sqlAgent finds agents that write their own SQL and whose database surely lets them change it.
func sqlAgent(l *look, m *matcher) {
	t := l.t
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Call || !resolve.MatchesAny(sqlAgents, l.f.Callee(id)) {
			continue
		}
		for _, name := range []string{"db", "sql_database", "database", "toolkit", ""} {
			db, _ := l.f.Argument(id, name, -1)
			if name == "" && t.Language == syntax.JavaScript { // new QuerySqlTool(db), createSqlAgent(llm, toolkit)
				db = l.databaseAmong(id)
			}
			if db == 0 {
				continue
			}
			if toolkit := l.f.Literal(db); name == "toolkit" && t.Kind(toolkit) == syntax.Call {
				if db, _ = l.f.Argument(toolkit, "db", -1); db == 0 {
					continue
				}
			}
			if address := l.databaseAddress(db, maxTrail); address != 0 {
				l.tell(m.rule, id, address, "")
			}
			break
		}
	}
}

// databaseAddress is the address of a database that an expression stands for, if it is known and can be written to, or 0.
func (l *look) databaseAddress(db syntax.ID, steps int) syntax.ID {
	made := l.f.Literal(db)
	if steps == 0 || made == 0 || l.t.Kind(made) != syntax.Call || !resolve.MatchesAny(databases, l.f.Callee(made)) || readOnly.MatchString(l.t.Code(made)) {
		return 0
	}
	if options, _ := l.f.Argument(made, "appDataSourceOptions", -1); options != 0 {
		return l.writableOptions(options)
	}
	if source, _ := l.f.Argument(made, "appDataSource", -1); source != 0 {
		if source = l.f.Literal(source); l.t.Kind(source) == syntax.Call {
			return l.writableOptions(l.t.Child(source, 1))
		}
		return 0
	}
	first, _ := l.f.Argument(made, "database_uri", 0)
	if first == 0 {
		first = l.t.Child(made, 1)
	}
	v, ok := l.f.Constant(first)
	if !ok {
		return l.databaseAddress(first, steps-1)
	}
	if v.Env != "" || !writable.MatchString(v.Text) || readOnly.MatchString(v.Text) {
		return 0
	}
	return first
}

// databaseAmong is the first argument that is a database, by what made it.
func (l *look) databaseAmong(call syntax.ID) syntax.ID {
	for a := l.t.Child(call, 1); a != 0; a = l.t.Next(a) {
		if made := l.f.Literal(a); l.t.Kind(made) == syntax.Call && resolve.MatchesAny(databases, l.f.Callee(made)) {
			return a
		}
	}
	return 0
}

// writableOptions says of the options of TypeORM whether their user surely may write: a file that is not opened to read only, or an account
// that is written down and not called a reader's; it is what is told of them, or 0.
func (l *look) writableOptions(options syntax.ID) syntax.ID {
	given := options
	if options = l.f.Literal(options); l.t.Kind(options) != syntax.Dict || readOnly.MatchString(l.t.Code(options)) {
		return 0
	}
	kind, _ := l.f.Property(options, "type")
	v, ok := l.f.Constant(kind)
	if !ok || !v.String {
		return 0
	}
	switch v.Text {
	case "sqlite", "better-sqlite3", "sqljs":
		return given
	}
	user, _ := l.f.Property(options, "username")
	if user == 0 {
		return 0
	}
	if v, ok := l.f.Constant(user); ok && v.String && v.Env == "" && !readerName.MatchString(v.Text) {
		return given
	}
	return 0
}

var readerName = pattern.New(`(?i)read|view|(?:^|[_-])ro(?:[_-]|$)|select|report|analy`)
