/**
 * Names with all their places: `«name»` where a name is declared, `‹name›` where it is used. Together the cases cover
 * every kind of reference in the grammar.
 */
import type { Files } from '../../support.js';

export interface NameCase {
    readonly title: string;
    readonly files: Files;
}

const CASES: { readonly [title: string]: string | Files } = {
    'a label': `
label «secret»
label other
server s {
  tool t(a: string) reads ‹secret›, other clears other, ‹secret›
  tool u(a: string) reads ‹secret› when a == "x"
}
deny tools that read ‹secret› when carries ‹secret›
claim: no flow from ‹secret› to s.t
pack P(l: label = ‹secret›) { deny s.t when carries l }
use P(l: ‹secret›)
`,
    'a trait': `
trait «risky»
server s {
  tool t(a: string) ‹risky›
  tool u(a: string) hint ‹risky›
}
deny ‹risky› tools
deny s.t when a from ‹risky› tools
`,
    'an agent': `
agent «bot»
agent lead delegates to ‹bot›
server s { tool t(a: string) }
allow ‹bot›: s.t
deny s.t by ‹bot› when once s.t by ‹bot› or caller is ‹bot› or once delegate to ‹bot› or once end of delegation to ‹bot›
assume trusted agent ‹bot› calls s.t only when a == "x"
pack P(who: agent = ‹bot›) { deny s.t by who }
use P(who: ‹bot›)
scenario "s":
  ‹bot› calls s.t(a: "x") -> allowed
  lead delegates to ‹bot› -> allowed
  ‹bot› returns to lead
  ‹bot› delegates to lead -> denied
  lead returns to ‹bot›
`,
    'a human': `
human «boss»
role board = ‹boss›
server s { tool t(a: string) }
require approval by ‹boss› for s.t
deny s.t when approved by ‹boss› or once approved s.t by ‹boss›
assume approval by ‹boss› only when a == "x"
pack P(who: human = ‹boss›) { require approval by who for s.t }
use P(who: ‹boss›)
scenario "s":
  ‹boss› approves s.t
`,
    'a role': `
human boss
role «board» = boss
server s { tool t(a: string) }
require approval by 1 of ‹board› for s.t
deny s.t when approved by ‹board›
`,
    'a server': `
server «mail» {
  tool read(a: string)
  tool send(a: string)
}
group all = ‹mail›.read, ‹mail›.*
deny ‹mail›.read when once ‹mail›.send or a from ‹mail›.read.result.text
scenario "s":
  bot calls ‹mail›.read(a: "x") runs -> allowed
  ‹mail›.read ends
agent bot
`,
    'a tool': `
server mail {
  tool «read»(a: string)
  tool send(a: string) may do mail.‹read›
}
agent bot
group all = mail.‹read›
deny mail.‹read›, ‹read› when ‹read› since mail.‹read› or a from mail.‹read›.result.text
limit total(mail.‹read›.a) to 3
deny mail.send when latest mail.‹read›.result.text == "x" or last is ‹read› or count(‹read›) > 1
claim: never ‹read› after mail.‹read› until ‹read›
pack P(e: event, t: tools = ‹read›) { deny t when once e }
use P(e: ‹read›, t: [mail.‹read›])
scenario "s":
  bot calls mail.‹read›(a: "x") -> allowed
  bot calls ‹read›(a: "x") runs -> allowed
  mail.‹read› ends
`,
    'a tool in backquotes': `
server \`web-tools\` { tool «\`fetch-url\`»(a: string) }
deny \`web-tools\`.‹\`fetch-url\`›, ‹\`fetch-url\`›
`,
    'a group': `
server s { tool t(a: string) }
group «some» = s.t
group more = ‹some›
deny ‹some› when once ‹some›
pack P(t: tools) { deny t }
use P(t: ‹some›)
`,
    'an event from outside': `
event «ci.passed»
server s { tool t(a: string) }
agent bot
deny s.t when once ‹ci.passed› or s.t since ‹ci.passed›
assume event ‹ci.passed› only when once s.t
pack P(e: event) { deny s.t when once e }
use P(e: ‹ci.passed›)
scenario "s":
  ‹ci.passed› happens
modes work {
  first initial { on ‹ci.passed› enter second }
  second { allow s.t }
}
`,
    'a parameter of an event': `
event closed(«id»: string, note: string)
server s { tool t(key: string) }
deny s.t when once closed(‹id›: key) or once closed where ‹id› == "x"
scenario "s":
  closed(‹id›: "x") happens
`,
    'a definition': `
define «ours»(a: string) = a == "x"
server s { tool t(a: string) }
deny s.t when ‹ours›(a)
define both(a: string) = ‹ours›(a) and not ‹ours›("y")
`,
    'a definition without parameters': `
server s { tool t(a: string) }
define «late» = once s.t
deny s.t when ‹late›
pack P(c: condition = ‹late›) { deny s.t when c }
use P(c: ‹late›)
`,
    'a parameter of a definition': `
server s { tool t(a: string) }
define ours(«text»: string, w: duration) = ‹text› == "x" and once s.t where a == "y" within w
deny s.t when ours(a, w: 1m)
`,
    'a duration of a definition': `
server s { tool t(a: string) }
define late(a: string, «window»: duration) = once s.t(a) within ‹window› and s.t since s.t within ‹window› and last is s.t within ‹window›
deny s.t when late(a, ‹window›: 1m)
`,
    'a parameter of a tool': `
server s { tool t(«key»: string, other?: string = "x") succeeds when ‹key› != "" }
agent bot
define same(a: string) = once s.t(‹key›: a)
deny s.t when ‹key› == "x" or same(‹key›) or once s.t where (‹key› == call.‹key›)
deny s.t when ‹key› given or count(distinct ‹key› of s.t) > 1 or latest s.t.‹key› == "y"
limit s.t to 3 per ‹key›
claim: s.t stays possible for every ‹key›
claim: never s.t when ‹key› matches "*"
scenario "s":
  bot calls s.t(‹key›: "x") -> allowed
`,
    'a number that is added up': `
server s { tool t(«amount»: int) }
limit total(s.t.‹amount›) to 50
deny s.t when total(s.t.‹amount› where ‹amount› > 3) + ‹amount› > 50
`,
    'a parameter that a rule means of two tools': `
server s {
  tool t(«key»: string)
  tool u(«key»: string)
}
deny s.t, s.u when ‹key› == "x"
`,
    'a field of a result': `
server s { tool t(a: string) returns («status»: string, owner: { id: string }) reads secret when result.‹status› == "x" }
label secret
agent bot
deny s.t when latest s.t.result.‹status› == "x" or once s.t where result.‹status› == "y" or a from s.t.result.‹status›
scenario "s":
  bot calls s.t(a: "x") returns (‹status›: "x", owner: { id: "y" }) -> allowed
  bot calls s.t(a: "x") runs -> allowed
  s.t returns (‹status›: "x")
`,
    'a field of a record in a result': `
server s { tool t(a: string, who: string) returns (owner: { «id»: string }[]) }
agent bot
deny s.t when a from s.t.result.owner.‹id›
scenario "s":
  bot calls s.t(a: "x", who: "z") returns (owner: [{ ‹id›: "y" }]) -> allowed
`,
    'a field of a record in a parameter': `
server s { tool t(to: { «address»: string, kind: "a" | "b" }) }
agent bot
deny s.t when to.‹address› == "x"
scenario "s":
  bot calls s.t(to: { ‹address›: "y", kind: "a" }) -> allowed
`,
    'an element of a list': `
server s { tool t(to: string[]) }
deny s.t when every «one» in to: ‹one› == "x" or length of ‹one› > 3
`,
    'an entity': `
entity «Account»
server s { tool t(a: ‹Account›) returns (b: ‹Account›[]) }
session owner: ‹Account›
`,
    'a constant of the session': `
server s { tool t(a: string) }
session «tier»: 1..3
deny s.t when session.‹tier› < 2
scenario "s":
  new session with ‹tier›: 2
`,
    'an attribute of a constant': `
server s { tool t(a: string) }
session user: string { «role»: "admin" | "clerk" }
deny s.t when session.user.‹role› == "clerk"
scenario "s":
  new session with user: "u" { ‹role›: "admin" }
`,
    'a signal': `
server s { tool t(a: string) }
agent bot
signal «injection»: 0..100
deny s.t when ‹injection› > 70
assume signal ‹injection› only when once s.t
scenario "s":
  bot calls s.t(a: "x") with ‹injection›: 3 -> allowed
`,
    'a field of the request': `
human user
server s { tool t(a: string) }
request { «order_id»: string }
deny s.t unless request.‹order_id› == a
scenario "s":
  user says "x" with ‹order_id›: "y"
`,
    'a machine': `
server s { tool t(a: string) }
modes «work» {
  first initial { on s.t enter second }
  second { allow s.t }
}
modes play {
  first initial { on s.t enter second }
  second { allow s.t }
}
deny s.t when in mode ‹work›.second or once entered ‹work›.first
`,
    'a mode': `
server s { tool t(a: string) }
modes work {
  first initial { on s.t enter ‹second› }
  «second» { allow s.t }
  third for 5m return ‹second› { allow s.t }
  from any on s.t enter ‹second›
}
deny s.t when in mode ‹second› or once entered work.‹second›
`,
    'a pack': {
        'main.guardrail': `
import { ‹Gate› } from "./packs.guardrail"
server s { tool t(a: string) }
use ‹Gate›(sink: s.t)
`,
        'packs.guardrail': `
pack «Gate»(sink: tools) { deny sink }
`
    },
    'a parameter of a pack for tools': `
server s { tool t(a: string) }
pack Gate(«sink»: tools, n: 1..9 = 3) {
  group all = ‹sink›
  limit ‹sink› to n
  deny all when once ‹sink›
}
use Gate(‹sink›: s.t)
`,
    'a parameter of a pack for a number': `
server s { tool t(a: string) }
human boss
role board = boss
pack Gate(«n»: 1..9) {
  limit s.t to ‹n›
  require approval by ‹n› of board for s.t
  claim: at most ‹n› s.t
  claim "q": never s.t unless approved by ‹n› of board
}
use Gate(‹n›: 3)
`,
    'a parameter of a pack for a duration': `
server s { tool t(a: string, n: int) }
human boss
pack Gate(«w»: duration) {
  require approval by boss for s.t valid ‹w› timeout ‹w›
  limit s.t to 3 within ‹w›
  deny s.t when once s.t within ‹w›
  claim: s.t stays possible within ‹w›
  claim: possible s.t within ‹w›
  claim: at most 3 s.t within ‹w›
  deny s.t when count(s.t within ‹w›) > 3 or total(s.t.n within ‹w›) > 3
}
use Gate(‹w›: 3m)
`,
    'a parameter of a pack for a human': `
server s { tool t(a: string) }
human boss
pack Gate(«who»: human) { require approval by ‹who› for s.t }
use Gate(‹who›: boss)
`,
    'a parameter of a pack for a condition': `
server s { tool t(a: string) }
pack Gate(«c»: condition) { deny s.t when ‹c› }
use Gate(‹c›: a == "x")
`,
    'a parameter of a pack for an event': `
server s { tool t(a: string) }
pack Gate(«e»: event) { deny s.t when once ‹e› }
use Gate(‹e›: attempted s.t)
`,
    'a parameter that a pack asks of its tools': `
server s { tool t(«key»: string, b: string) }
pack Gate(sink: tools(«key»: string)) { deny sink when ‹key› == "x" }
use Gate(sink: s.t)
deny s.t when ‹key› == "y"
`,
    'a server in another file': {
        'main.guardrail': `
import { ‹mail› } from "./tools.guardrail"
deny ‹mail›.read
`,
        'tools.guardrail': `
server «mail» { tool read(a: string) }
group all = ‹mail›.read
`
    },
    'a parameter of a tool in another file': {
        'main.guardrail': `
import "./tools.guardrail"
deny mail.read when ‹key› == "x"
`,
        'tools.guardrail': `
server mail { tool read(«key»: string) }
`,
        'other.guardrail': `
import "./tools.guardrail"
deny any tool when ‹key› == "x"
`
    }
};

export const cases: readonly NameCase[] = Object.entries(CASES).map(([title, files]) => ({
    title,
    files: typeof files === 'string' ? { 'main.guardrail': files } : files
}));
