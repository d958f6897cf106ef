package lodemark

import "strings"

// Person is a named person or role with a contact.
type Person struct{ Name, Contact string }

// ParsePerson reads "Name <contact>", a name alone, or a mail address alone.
func ParsePerson(s string) Person {
	name, contact, ok := strings.Cut(s, "<")
	name = strings.TrimSpace(name)
	if !ok {
		if isMail(name) {
			return Person{Contact: name}
		}
		return Person{Name: name}
	}
	return Person{name, strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(contact), ">"))}
}

// SamePerson compares people the way a reviewer would: the same name, whatever its case and spacing, or the same mail address.
// Nobody is the same as nobody. Another contact than an address (a number, a channel) may be a team's and makes nobody the same.
func SamePerson(a, b Person) bool {
	same := func(x, y string) bool {
		return x != "" && strings.EqualFold(strings.Join(strings.Fields(x), " "), strings.Join(strings.Fields(y), " "))
	}
	return same(a.Name, b.Name) || isMail(a.Contact) && same(a.Contact, b.Contact)
}

func isMail(s string) bool {
	return strings.Contains(s, "@") && !strings.ContainsAny(strings.TrimSpace(s), " \t")
}
