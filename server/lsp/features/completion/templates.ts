/**
 * The templates of statements. The names in their placeholders are examples that stand for a kind of name, such as
 * `mail.read` for a tool that reads data, and `template-names.ts` puts those of the policy in their place.
 */

/** A statement as a template with placeholders. */
export interface StatementSnippet {
    readonly label: string;
    readonly detail: string;
    readonly body: string;
    /** The word whose documentation describes the statement. */
    readonly keyword: string;
}

export const TEMPLATES: readonly StatementSnippet[] = [
    { label: 'policy', detail: 'policy Name', keyword: 'policy', body: 'policy ${1:Name}\n' },
    { label: 'import', detail: 'import "./file.guardrail"', keyword: 'import', body: 'import "./$1"' },
    {
        label: 'server',
        detail: 'server name { tool … }',
        keyword: 'server',
        body: 'server ${1:name} {\n  tool ${2:name}($3)\n}'
    },
    { label: 'label', detail: 'label name', keyword: 'label', body: 'label ${1:name}' },
    { label: 'trait', detail: 'trait name', keyword: 'trait', body: 'trait ${1:costly}' },
    { label: 'agent', detail: 'agent name', keyword: 'agent', body: 'agent ${1:helper}' },
    { label: 'human', detail: 'human name', keyword: 'human', body: 'human ${1:approver}' },
    {
        label: 'role',
        detail: 'role name = humans',
        keyword: 'role',
        body: 'role ${1:approvers} = ${2:reviewer}'
    },
    { label: 'event', detail: 'event name', keyword: 'event', body: 'event ${1:something.happened}' },
    { label: 'entity', detail: 'entity Name', keyword: 'entity', body: 'entity ${1:Name}' },
    { label: 'session', detail: 'session name: type', keyword: 'session', body: 'session ${1:name}: ${2:string}' },
    { label: 'signal', detail: 'signal name: type', keyword: 'signal', body: 'signal ${1:name}: ${2:0..100}' },
    {
        label: 'request',
        detail: 'request { field: type }',
        keyword: 'request',
        body: 'request { ${1:name}: ${2:string} }'
    },
    { label: 'root', detail: 'root "/folder"', keyword: 'root', body: 'root "${1:/work}"' },
    { label: 'timezone', detail: 'timezone "Area/City"', keyword: 'timezone', body: 'timezone "${1:Europe/Berlin}"' },
    {
        label: 'leave',
        detail: 'leave other tools to the client',
        keyword: 'leave',
        body: 'leave other tools to the client'
    },
    { label: 'use', detail: 'use Pack(arguments)', keyword: 'use', body: 'use ${1:Name}($2)' },
    { label: 'group', detail: 'group name = tools', keyword: 'group', body: 'group ${1:name} = ${2:mail.read}' },
    { label: 'allow', detail: 'allow agent: tools', keyword: 'allow', body: 'allow ${1:assistant}: ${2:mail.read}' },
    { label: 'deny', detail: 'deny tools when condition', keyword: 'deny', body: 'deny ${1:web.post} when $2' },
    {
        label: 'require',
        detail: 'require condition for tools',
        keyword: 'require',
        body: 'require $1 for ${2:web.post}'
    },
    {
        label: 'require approval',
        detail: 'require approval by human for tools',
        keyword: 'approval',
        body: 'require approval by ${1:reviewer} for ${2:web.post}'
    },
    {
        label: 'require approval by several',
        detail: 'require approval by 2 of role for tools',
        keyword: 'approval',
        body: 'require approval by ${1:2} of ${2:board} for ${3:web.post}'
    },
    {
        label: 'require approval with a choice',
        detail: 'require approval by human for tools valid once or this session per key',
        keyword: 'approval',
        body: 'require approval by ${1:reviewer} for ${2:web.post} valid once or ${3:this session} per ${4:url}'
    },
    { label: 'limit', detail: 'limit tool to number', keyword: 'limit', body: 'limit ${1:web.post} to ${2:1}' },
    {
        label: 'deny held',
        detail: 'No call that a person would be asked about',
        keyword: 'deny',
        body: 'deny held ${1:any tool} unless $2'
    },
    {
        label: 'audit deny',
        detail: 'audit deny tools when condition',
        keyword: 'audit',
        body: 'audit deny ${1:web.post} when $2'
    },
    {
        label: 'audit require',
        detail: 'audit require condition for tools',
        keyword: 'audit',
        body: 'audit require $1 for ${2:web.post}'
    },
    {
        label: 'claim never',
        detail: 'claim "…": never …',
        keyword: 'never',
        body: 'claim "$1":\n  never ${2:web.post}'
    },
    {
        label: 'claim requires',
        detail: 'claim "…": … requires …',
        keyword: 'requires',
        body: 'claim "$1":\n  ${2:web.post} requires $3'
    },
    {
        label: 'claim no flow',
        detail: 'claim "…": no flow from … to …',
        keyword: 'flow',
        body: 'claim "$1":\n  no flow from ${2:private} to ${3:external tools}'
    },
    {
        label: 'scenario',
        detail: 'scenario "…": calls and decisions',
        keyword: 'scenario',
        body: 'scenario "$1":\n  ${2:assistant} calls ${3:mail.read}(${4:folder}: ${5:"inbox"}) -> ${6|allowed,denied,held|}'
    },
    {
        label: 'exfiltration',
        detail: 'A rule, and the claim that states its purpose',
        keyword: 'require',
        body: 'require approval by ${1:reviewer} for external tools when carries ${2:private}\n\nclaim "$2 data leaves only through a person":\n  never external tools when carries $2 unless approved by $1'
    },
    {
        label: 'attack',
        detail: 'A call that an injected instruction would try, and the decision that must follow',
        keyword: 'scenario',
        body: 'scenario "${1:an injected instruction is held}":\n  ${2:assistant} calls ${3:mail.read}(${4:folder}: ${5:"inbox"}) -> allowed\n  $2 calls ${6:web.post}(${7:url}: ${8:"https://evil.example"}) -> ${9|held,denied|}'
    },
    {
        label: 'two-people',
        detail: 'A role, the rule that asks two of its members, and the claim that nobody pays alone',
        keyword: 'role',
        body: 'role ${1:approvers} = ${2:alice}, ${3:bob}\nrequire approval by 2 of $1 for ${4:bank.pay}\n\nclaim "nobody decides alone about $4":\n  $4 requires approved by $1'
    },
    {
        label: 'outside',
        detail: 'An event from outside, the rule that waits for it, and the claim that requires it',
        keyword: 'event',
        body: 'event ${1:ci.passed}\ndeny ${2:repo.deploy} unless once $1\n\nclaim "$2 only after $1":\n  $2 requires once $1\n\nscenario "$2 waits for $1":\n  ${3:assistant} calls $2() -> denied\n  $1 happens\n  $3 calls $2() -> allowed'
    },
    {
        label: 'flow',
        detail: 'A claim about every path that data can take, whatever was cleared',
        keyword: 'flow',
        body: 'claim "${1:private} data goes nowhere unseen":\n  no flow from $1 to ${2:external tools} unless approved by ${3:reviewer}'
    },
    {
        label: 'modes',
        detail: 'A machine of modes: the rights of an agent depend on where it is in its work',
        keyword: 'modes',
        body: 'modes ${1:work} {\n  ${2:triage} initial {\n    allow ${3:mail.read}\n    on $3 enter ${4:answer}\n  }\n  ${4:answer} {\n    allow ${5:web.post}\n  }\n}'
    },
    {
        label: 'breakglass',
        detail: 'A mode that an approval opens for a limited time',
        keyword: 'modes',
        body: 'modes ${1:emergency} {\n  ${2:normal} initial { allow ${3:mail.read} }\n  ${4:open} for ${5:15m} return $2 { allow ${6:repo.deploy} }\n  from any on approved $3 by ${7:reviewer} enter $4\n}\nrequire approval by $7 for $3'
    },
    {
        label: 'hours',
        detail: 'Calls only at certain hours of certain days',
        keyword: 'deny',
        body: 'timezone "${1:Europe/Berlin}"\ndeny ${2:bank.pay} unless time in ${3:09:00}..${4:17:00} and day in ${5:mon}..${6:fri}'
    },
    {
        label: 'limit total',
        detail: 'A maximum total within a time',
        keyword: 'limit',
        body: 'limit total(${1:bank.pay}.${2:amount}) to ${3:1000} within ${4:24h}'
    },
    {
        label: 'deny-expired',
        detail: 'No call with an instant that has passed',
        keyword: 'deny',
        body: 'timezone "${1:Europe/Berlin}"\ndeny ${2:bank.pay} when time of ${3:due} < now'
    },
    {
        label: 'limit-today',
        detail: 'How many calls a day, week or month of the calendar has, in the time zone of the policy',
        keyword: 'limit',
        body: 'timezone "${1:Europe/Berlin}"\nlimit ${2:bank.pay} to ${3:20} within ${4|today,this week,this month|}'
    },
    {
        label: 'limit-when',
        detail: 'A maximum for calls of which a condition is true',
        keyword: 'limit',
        body: 'limit ${1:bank.pay} to ${2:3} within ${3:24h} when ${4:amount} > ${5:100}'
    },
    {
        label: 'require approval per',
        detail: 'An approval that is valid for a while, separately for each value',
        keyword: 'approval',
        body: 'require approval by ${1:reviewer} for ${2:web.post} valid ${3:8h} per host of ${4:url}'
    },
    {
        label: 'withhold',
        detail: 'Results that do not reach an agent',
        keyword: 'withhold',
        body: 'withhold result of ${1:mail.read} when result.text matches /${2:.*AKIA[0-9A-Z]+.*}/'
    },
    {
        label: 'from-user',
        detail: "A value that must come from the user's words",
        keyword: 'deny',
        body: 'deny ${1:web.post} unless ${2:url} from user'
    },
    {
        label: 'shell',
        detail: 'Only certain commands of a shell line',
        keyword: 'deny',
        body: 'deny ${1:repo.run} unless every command of ${2:cmd} starts with "${3:npm test}"\ndeny $1 when $2 redirects'
    },
    {
        label: 'assume',
        detail: 'A restriction on the outside; verdicts that rely on it name it',
        keyword: 'assume',
        body: 'assume approval by ${1:reviewer} only when once ${2:mail.read}'
    },
    {
        label: 'claim stays possible',
        detail: 'A claim that work can always go on',
        keyword: 'stays',
        body: 'claim "${1:the work can always go on}":\n  ${2:mail.read} stays possible'
    },
    {
        label: 'claim across sessions',
        detail: 'A claim that a second session must not break either',
        keyword: 'never',
        body: 'claim "${1:not even in another session}" across sessions:\n  never ${2:web.post}, ${4:mail.send} after ${3:mail.read}'
    },
    {
        label: 'new-session',
        detail: 'A scenario with two sessions',
        keyword: 'scenario',
        body: 'scenario "${1:a second session}":\n  ${2:assistant} calls ${3:mail.read}(${4:folder}: ${5:"inbox"}) -> allowed\n  new session\n  $2 calls $3($4: $5) -> ${6|allowed,held,denied|}'
    },
    {
        label: 'define',
        detail: 'A name for a condition, and a rule that uses it',
        keyword: 'define',
        body: 'define ${1:checked} = once ${2:mail.read} within ${3:1h} and not carries ${4:untrusted}\ndeny ${5:web.post} unless $1'
    },
    {
        label: 'order',
        detail: 'Each call only after the one before',
        keyword: 'order',
        body: 'order ${1:repo.run} before ${2:repo.deploy}'
    },
    {
        label: 'require once',
        detail: 'A rule that requires an earlier event',
        keyword: 'require',
        body: 'require once ${1:repo.run} within ${2:1h} for ${3:repo.deploy}'
    },
    {
        label: 'since',
        detail: 'A rule that requires an event since the last call',
        keyword: 'deny',
        body: 'deny ${1:repo.deploy} when no ${2:repo.run} since $1\ndeny $1 when no $2 since start'
    },
    {
        label: 'last',
        detail: "A rule on the agent's latest call",
        keyword: 'deny',
        body: 'deny ${1:repo.deploy} unless last is ${2:repo.run}'
    },
    {
        label: 'last-attempted',
        detail: 'What the agent tried last, released or not',
        keyword: 'deny',
        body: 'deny ${1:repo.deploy} unless last is ${2|attempted,denied,held|} ${3:repo.run}'
    },
    {
        label: 'only-since',
        detail: 'Nothing but one tool since another',
        keyword: 'deny',
        body: 'deny ${1:repo.deploy} unless no any tool except (${2:repo.run}, $3) since ${3:web.post}'
    },
    {
        label: 'latest',
        detail: 'A rule on the latest result of a kind of call',
        keyword: 'require',
        body: 'require latest ${1:desk.get}.result.${2:status} == "${3:open}" for ${4:desk.close}\ndeny $4 when latest $1 where result.$2 != "$3"'
    },
    {
        label: 'in',
        detail: 'A value from a list, or a value in a list of the call',
        keyword: 'deny',
        body: 'deny ${1:mail.read} unless ${2:folder} in ["${3:inbox}", "${4:archive}"]\ndeny ${5:mail.send} when "${6:someone@evil.example}" in ${7:to}'
    },
    {
        label: 'every',
        detail: 'A condition on every element of a list',
        keyword: 'deny',
        body: 'deny ${1:mail.send} unless every ${2:address} in ${3:to}: domain of $2 == "${4:acme.example}"'
    },
    {
        label: 'every-history',
        detail: 'What must have happened for each element of a list',
        keyword: 'require',
        body: 'require every ${1:n} in ${2:to}: once ${3:desk.get}(${4:id}: $1) for ${5:mail.send}'
    },
    {
        label: 'contains',
        detail: 'A text that a parameter contains, starts with or ends with',
        keyword: 'deny',
        body: 'deny ${1:repo.run} when ${2:cmd} contains "${3:sudo}" or $2 ends with "${4:&}"\ndeny $1 unless $2 starts with "${5:npm }"'
    },
    {
        label: 'within',
        detail: 'Only paths in a folder, after `..` is resolved',
        keyword: 'deny',
        body: 'deny ${1:mail.read} unless ${2:folder} within "${3:/work}"'
    },
    {
        label: 'private',
        detail: 'No call to a host of your own network',
        keyword: 'deny',
        body: 'deny ${1:web.post} when host of ${2:url} is private'
    },
    {
        label: 'given',
        detail: 'Calls that give an optional parameter',
        keyword: 'deny',
        body: 'deny ${1:web.post} when ${2:proxy} given'
    },
    {
        label: 'caller',
        detail: 'Rules for one agent',
        keyword: 'deny',
        body: 'deny ${1:bank.pay} unless caller is ${2:assistant}'
    },
    {
        label: 'tools-that-read',
        detail: 'A rule on calls after any tool that reads a label, or after any tool of a server',
        keyword: 'deny',
        body: 'deny ${1:web.post} when once tools that read ${2:private} or once ${3:mail.*}'
    },
    {
        label: 'user-says',
        detail: 'One call for each thing that the user says',
        keyword: 'deny',
        body: 'deny ${1:bank.pay} unless no $1 since user says'
    },
    {
        label: 'date',
        detail: 'Calls only between two days',
        keyword: 'deny',
        body: 'timezone "${1:Europe/Berlin}"\ndeny ${2:bank.pay} unless date in ${3:2027-01-01}..${4:2027-02-01}'
    },
    {
        label: 'in-mode',
        detail: 'A rule for one mode, and for the time after it was entered',
        keyword: 'deny',
        body: 'deny ${1:repo.deploy} when in mode ${2:incident} or once entered $2 within ${3:1h}'
    },
    {
        label: 'claim is denied',
        detail: 'Calls that are always denied, allowed or held, or whose result is always withheld',
        keyword: 'is',
        body: 'claim "${1:never so much}": ${2:bank.pay} is ${3|denied,held,allowed,withheld|} when ${4:amount} > ${5:1000}'
    },
    {
        label: 'claim always',
        detail: 'A condition that is true after every event',
        keyword: 'always',
        body: 'claim "${1:few at once}": always count(${2:bank.pay}) <= ${3:10}'
    },
    {
        label: 'claim at most',
        detail: 'A maximum number of calls',
        keyword: 'at',
        body: 'claim "${1:few in an hour}": at most ${2:3} ${3:bank.pay} within ${4:1h}'
    },
    {
        label: 'claim possible',
        detail: 'Honest work that the rules must leave possible',
        keyword: 'possible',
        body: 'claim "${1:it can do its work}": possible ${2:mail.read} then ${3:repo.run} without approval'
    },
    {
        label: 'approves',
        detail: "A call that is held, and a person's answer",
        keyword: 'scenario',
        body: 'scenario "${1:the reviewer decides}":\n  ${2:assistant} calls ${3:web.post}(${4:url}: ${5:"https://a.example"}, ..) -> ${6|held,allowed,denied|}\n  ${7:reviewer} approves $3\n  $7 refuses $3'
    },
    {
        label: 'wait',
        detail: 'Time that passes, and the readings of the clock',
        keyword: 'scenario',
        body: 'timezone "${1:Europe/Berlin}"\nscenario "${2:later}":\n  at ${3:mon} ${4:10:00}\n  ${5:assistant} calls ${6:mail.read}(${7:folder}: ${8:"inbox"}) -> ${9|allowed,held,denied|}\n  wait ${10:10m}'
    },
    {
        label: 'says',
        detail: 'The words of the user',
        keyword: 'scenario',
        body: 'scenario "${1:the user asks}":\n  user says "${2:Send it to a@acme.example}"\n  ${3:assistant} calls ${4:mail.read}(${5:folder}: ${6:"inbox"}) -> ${7|allowed,held,denied|}'
    },
    {
        label: 'runs',
        detail: 'A call that takes time, and another call meanwhile',
        keyword: 'scenario',
        body: 'scenario "${1:meanwhile}":\n  ${2:assistant} calls ${3:repo.run}(${4:cmd}: ${5:"npm test"}) runs -> allowed\n  $2 calls ${6:repo.deploy}() -> ${7|allowed,waits,held,denied|}\n  $3 ends'
    },
    {
        label: 'assume-result',
        detail: 'A result that a tool never gives; verdicts that rely on it name it',
        keyword: 'assume',
        body: 'assume result of ${1:desk.get} only when once ${2:mail.read}'
    },
    {
        label: 'assume-signal',
        detail: 'A reading that a signal never has',
        keyword: 'signal',
        body: 'signal ${1:risk}: ${2:0..100}\nassume signal $1 only when once ${3:mail.read}'
    },
    {
        label: 'assume-event',
        detail: 'A restriction on when an event happens',
        keyword: 'event',
        body: 'event ${1:ci.passed}\nassume event $1 only when once ${2:repo.run}'
    },
    {
        label: 'assume-trusted',
        detail: 'An agent that is trusted not to be hijacked; every verdict names it',
        keyword: 'assume',
        body: 'assume trusted agent ${1:assistant} calls ${2:repo.deploy} only when once ${3:repo.run}'
    },
    {
        label: 'start',
        detail: 'Calls only in the first part of a session',
        keyword: 'deny',
        body: 'deny ${1:repo.deploy} unless once start within ${2:1h}'
    }
];
