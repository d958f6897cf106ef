package design

import (
	"crypto/sha256"
	"fmt"

	"github.com/lodemark/lodemark"
)

const ownerAndLeader = "schema: lodemark/1\nname: help desk\nowner: {name: Product owner, contact: owner@example.org}\n" +
	"accountable_leader: {name: Head of services, contact: services@example.org}\n"

// signed is a decision file in which a person attests SD-1.1 for a threat model of the given bytes.
func signed(by, until, model string) string {
	return fmt.Sprintf("schema: lodemark.decision/1\nkind: attest\nclause: SD-1.1\nby: %s\nreason: Read the threat model and discussed it for an hour.\n"+
		"date: \"2026-09-01\"\nuntil: %q\nbound:\n  - path: threats.yaml\n    sha256: %x\n", by, until, sha256.Sum256([]byte(model)))
}

func signOffBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "the model changed after it was signed", Files: map[string]string{
			"lodemark.yaml": ownerAndLeader, "threats.yaml": threatsOfHelpDesk,
			".lodemark/decisions/sd-1.1-owner.yaml":  signed("Product owner <owner@example.org>", "2027-06-30", threatsByName),
			".lodemark/decisions/sd-1.1-leader.yaml": signed("Head of services <services@example.org>", "2027-06-30", threatsOfHelpDesk),
		}},
		{Name: "only the leader signed", Files: map[string]string{
			"lodemark.yaml": ownerAndLeader, "threats.yaml": threatsOfHelpDesk,
			".lodemark/decisions/sd-1.1-leader.yaml": signed("Head of services", "2027-06-30", threatsOfHelpDesk),
		}},
		{Name: "a sign-off that has ended", Files: map[string]string{
			"lodemark.yaml": ownerAndLeader, "threats.yaml": threatsOfHelpDesk,
			".lodemark/decisions/sd-1.1-owner.yaml":  signed("Product owner", "2026-10-15", threatsOfHelpDesk),
			".lodemark/decisions/sd-1.1-leader.yaml": signed("Head of services", "2027-06-30", threatsOfHelpDesk),
		}},
	}
}

func signOffGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "both signed", Files: map[string]string{
			"lodemark.yaml": ownerAndLeader, "threats.yaml": threatsOfHelpDesk,
			".lodemark/decisions/sd-1.1-owner.yaml":  signed("Product owner <owner@example.org>", "2027-06-30", threatsOfHelpDesk),
			".lodemark/decisions/sd-1.1-leader.yaml": signed("Head of services <services@example.org>", "2027-06-30", threatsOfHelpDesk),
		}},
		{Name: "signed anew after a change", Files: map[string]string{
			"lodemark.yaml": ownerAndLeader, "threats.yaml": threatsByName,
			".lodemark/decisions/2026-03-owner.yaml": signed("Product owner", "2027-06-30", threatsOfHelpDesk),
			".lodemark/decisions/2026-09-owner.yaml": signed("Product owner", "2027-06-30", threatsByName),
			".lodemark/decisions/sd-1.1-leader.yaml": signed("Head of services", "2027-06-30", threatsByName),
		}},
	}
}
