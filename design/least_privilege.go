package design

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
)

func leastPrivilege() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-least-privilege", Version: 1,
		Title:    "No workload or service identity may do everything",
		Bears:    lodemark.Supports("SD-3.19"),
		Severity: lodemark.SeverityHigh, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "A service that answers with a model can be talked into using whatever its identity allows. With the rights of an " +
			"administrator, one planted sentence reaches every secret of the cluster or account.",
		Fix:  "Grant each identity the actions on the resources that its work needs, and nothing by wildcard.",
		Help: "correct the manifest or Terraform file that could not be read",
		Bad:  privilegeBad(), Good: privilegeGood(),
		Run: runLeastPrivilege,
	}
}

// grants gathers what gives rights to identities.
type grants struct {
	looked   []lodemark.Component
	findings []lodemark.Finding
	gaps     []lodemark.Gap
}

func (g *grants) add(at lodemark.Component, line int, severity lodemark.Severity, key, message, fix string) {
	g.findings = append(g.findings, lodemark.Finding{ID: "sd-3-least-privilege", Severity: severity, Path: at.Path, Line: line, Message: message, Fix: fix, Key: key})
}

func runLeastPrivilege(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	g := &grants{}
	for c := range s.System.Of(lodemark.KindKubernetes, lodemark.KindInfrastructure) {
		if ctx.Err() != nil {
			break
		}
		c.Test = c.Test || beside.MatchString(c.Path)
		switch {
		case c.Kind == lodemark.KindKubernetes && c.Format == "manifest" && !slices.ContainsFunc(g.looked, func(o lodemark.Component) bool { return o.Path == c.Path }):
			objects, err := infra.Read(s, c.Path, infra.ParseKubernetes)
			if err != nil {
				g.unread(c, err)
				continue
			}
			g.cluster(c, objects)
		case c.Kind == lodemark.KindInfrastructure && path.Ext(c.Path) == ".tf":
			blocks, err := infra.Read(s, c.Path, infra.ParseTerraform)
			if err != nil {
				g.unread(c, err)
				continue
			}
			for _, b := range blocks {
				g.terraform(c, b)
			}
		}
	}
	slices.SortStableFunc(g.looked, func(a, b lodemark.Component) int { return strings.Compare(a.Path, b.Path) })
	r := lodemark.Conclude(g.looked, g.findings, g.gaps, "roles, bindings and policies")
	if r.Outcome == lodemark.Passed {
		r.Reason = fmt.Sprintf("none of the %d roles, bindings and policies grants everything", len(g.looked))
	}
	return r
}

func (g *grants) unread(c lodemark.Component, err error) {
	if errors.Is(err, infra.ErrTemplate) {
		return // filled in elsewhere; what it grants is not known here
	}
	line := 0
	if e := (*infra.Error)(nil); errors.As(err, &e) {
		line = e.Line
	}
	g.gaps = append(g.gaps, lodemark.Unread(c.Path, line, err, true)) // most manifests grant nothing, so the verdict does not need this one
}

const narrowRule = "name the resources and verbs that the work needs"

func (g *grants) cluster(c lodemark.Component, objects []infra.Object) {
	for _, o := range objects {
		if o.Rules != nil {
			g.looked = append(g.looked, c)
		}
		for _, r := range o.Rules {
			everything := slices.Contains(r.Verbs, "*") && slices.Contains(r.Resources, "*")
			core := slices.Contains(r.Groups, "*") || slices.Contains(r.Groups, "")
			if !everything || !core {
				continue
			}
			where := "in the whole cluster"
			severity := lodemark.SeverityHigh
			if o.Kind == "Role" {
				where, severity = "in its namespace, secrets and shells included", lodemark.SeverityMedium
			}
			g.add(c, r.Line, severity, o.Kind+" "+o.Name, fmt.Sprintf("The %s %s allows every verb on every resource %s.", o.Kind, o.Name, where), narrowRule)
		}
		if b := o.Binding; b != nil {
			g.looked = append(g.looked, c)
			for _, who := range b.Subjects {
				if b.RoleKind == "ClusterRole" && b.Role == "cluster-admin" && who.Kind == "ServiceAccount" {
					g.add(c, b.Line, lodemark.SeverityHigh, "binding "+o.Name+" "+who.Name, fmt.Sprintf("The service account %s is bound to cluster-admin: whatever runs under it may do everything.", who.Name),
						"bind it to a role with the verbs and resources that it needs")
				}
			}
		}
	}
}

func (g *grants) terraform(c lodemark.Component, b infra.Block) {
	if len(b.Labels) == 0 {
		return
	}
	kind, name := b.Labels[0], strings.Join(b.Labels, ".")
	switch {
	case b.Type == "data" && kind == "aws_iam_policy_document":
		g.looked = append(g.looked, c)
		for _, statement := range b.Blocks {
			if statement.Type == "statement" {
				g.statement(c, name, statement.Line, statement.Attribute, "effect", "actions", "resources")
			}
		}
	case b.Type != "resource":
	case kind == "aws_iam_policy" || kind == "aws_iam_role_policy" || kind == "aws_iam_user_policy" || kind == "aws_iam_group_policy":
		g.looked = append(g.looked, c)
		policy, _ := b.Attribute("policy")
		statements, _ := policy.Item("Statement")
		list := statements.Items
		if _, single := statements.Item("Effect"); single {
			list = []infra.Attribute{statements}
		}
		for _, st := range list {
			g.statement(c, name, st.Value.Line, st.Item, "Effect", "Action", "Resource")
		}
		if allowsAll(policy.Value.Text) {
			g.all(c, policy.Value.Line, name)
		}
	case kind == "aws_iam_role_policy_attachment" || kind == "aws_iam_user_policy_attachment":
		g.looked = append(g.looked, c)
		if arn, ok := b.Attribute("policy_arn"); ok && strings.HasSuffix(arn.Value.Text, ":policy/AdministratorAccess") {
			g.add(c, arn.Value.Line, lodemark.SeverityHigh, name, fmt.Sprintf("%s attaches AdministratorAccess: the identity may do everything in the account.", name), "attach a policy with the actions and resources it needs")
		}
	case strings.HasPrefix(kind, "google_") && (strings.HasSuffix(kind, "_iam_member") || strings.HasSuffix(kind, "_iam_binding")):
		g.google(c, b, kind, name)
	case kind == "azurerm_role_definition":
		g.looked = append(g.looked, c)
		for _, p := range b.Blocks {
			if a, ok := p.Attribute("actions"); ok && p.Type == "permissions" && holdsStar(a) {
				if except, ok := p.Attribute("not_actions"); !ok || len(except.Items) == 0 {
					g.add(c, a.Value.Line, lodemark.SeverityHigh, name, fmt.Sprintf("%s allows every action in its scope.", name), "name the actions that the work needs")
				}
			}
		}
	case kind == "azurerm_role_assignment":
		g.looked = append(g.looked, c)
		if role, ok := b.Attribute("role_definition_name"); ok && role.Value.Text == "Owner" {
			g.add(c, role.Value.Line, lodemark.SeverityHigh, name, fmt.Sprintf("%s makes an identity Owner, who may also give rights to others.", name), "assign the role for the one service that it uses")
		}
	}
}

// statement judges one statement of a policy, read from a block or from an object.
func (g *grants) statement(c lodemark.Component, name string, line int, get func(string) (infra.Attribute, bool), effect, action, resource string) {
	if e, ok := get(effect); ok && e.Value.Text != "Allow" {
		return
	}
	actions, _ := get(action)
	resources, _ := get(resource)
	if holdsStar(actions) && holdsStar(resources) {
		if actions.Value.Line > 0 {
			line = actions.Value.Line
		}
		g.all(c, line, name)
	}
}

func (g *grants) all(c lodemark.Component, line int, name string) {
	g.add(c, line, lodemark.SeverityHigh, name, fmt.Sprintf("%s allows every action on every resource of the account.", name), "name the actions and resources that the work needs")
}

// allowsAll reads a policy that stands in Terraform as a text of JSON.
func allowsAll(policy string) bool {
	if !strings.HasPrefix(strings.TrimSpace(policy), "{") {
		return false
	}
	var document struct{ Statement json.RawMessage }
	if json.Unmarshal([]byte(policy), &document) != nil {
		return false
	}
	type statement struct {
		Effect           string
		Action, Resource json.RawMessage
	}
	var list []statement
	if json.Unmarshal(document.Statement, &list) != nil {
		list = make([]statement, 1)
		if json.Unmarshal(document.Statement, &list[0]) != nil {
			return false
		}
	}
	star := func(raw json.RawMessage) bool {
		var one string
		var several []string
		return json.Unmarshal(raw, &one) == nil && one == "*" || json.Unmarshal(raw, &several) == nil && slices.Contains(several, "*")
	}
	return slices.ContainsFunc(list, func(s statement) bool { return s.Effect == "Allow" && star(s.Action) && star(s.Resource) })
}

func holdsStar(a infra.Attribute) bool {
	return a.Value.Text == "*" || a.Value.Text == "*:*" || slices.ContainsFunc(a.Items, func(i infra.Attribute) bool { return i.Value.Text == "*" || i.Value.Text == "*:*" })
}

// google judges the basic roles of a project, folder or organisation, given to a program's identity.
func (g *grants) google(c lodemark.Component, b infra.Block, kind, name string) {
	if !strings.HasPrefix(kind, "google_project_") && !strings.HasPrefix(kind, "google_folder_") && !strings.HasPrefix(kind, "google_organization_") {
		return
	}
	g.looked = append(g.looked, c)
	role, ok := b.Attribute("role")
	if !ok || role.Value.Text != "roles/owner" && role.Value.Text != "roles/editor" {
		return
	}
	member, _ := b.Attribute("member")
	members, _ := b.Attribute("members")
	for _, m := range append([]infra.Attribute{member}, members.Items...) {
		if strings.HasPrefix(m.Value.Text, "user:") || strings.HasPrefix(m.Value.Text, "group:") || !m.Value.Given() {
			continue // people; or no member at all
		}
		g.add(c, role.Value.Line, lodemark.SeverityHigh, name, fmt.Sprintf("%s gives a service identity %s, the rights over nearly everything in the project.", name, role.Value.Text),
			"grant the predefined roles of the services that it uses")
		return
	}
}
