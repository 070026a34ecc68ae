/** A policy in two files that most features have something to say about. */
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
`;
