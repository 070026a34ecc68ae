/** A policy in two files for which most features have something to show. */
export const TOOLS = `label private
label untrusted
/** Changes what users see. */
trait production

/** Mail server. */
server mail {
  /** Messages of a folder. */
  tool read(
    /** Which folder. */
    folder: "inbox" | "archive",
    limit?: int
  ) reads private, untrusted
  tool send(to: string, body: string) external
}
server web {
  tool post(url: string, body: string) hint external
  tool \`order-status\`(order: string) production
  tool reset() clears private
}
`;

export const POLICY = `/** Answers mail. */
policy Mail
import "./tools.guardrail"
agent assistant
human reviewer
group outgoing = mail.send, web.post
/** An address of our own. */
define internal(address: string) = host of address == "acme.example"

allow assistant: mail.*, web.post
deny external tools when carries private unless approved by reviewer
deny outgoing when internal(body)
order mail.read before mail.send before web.post
require approval by reviewer for mail.send(to: "boss")

/** Checked at each change. */
claim "mail stays":
  never web.post after mail.read where folder == "inbox"

scenario "reading":
  assistant calls mail.read(folder: "inbox") -> allowed

human lead
/** Who answers for releases. */
role leads = reviewer, lead
/** The tests of the release passed. */
event ci.passed
limit mail.send to 3
@severity(high) @own("rule 7")
audit deny web.post unless once ci.passed
require approval by 2 of leads for web.post when count(mail.send since ci.passed) >= 2
@expected(vacuous)
claim "flow": no flow from untrusted to web.post unless approved by leads
claim: web.post is held when carries private
claim: at most 3 mail.send
claim: always count(mail.send) <= 3 or once ci.passed

scenario "releasing":
  ci.passed happens
  lead approves web.post
`;
