/** A statement as a template with placeholders. */
export interface StatementSnippet {
    readonly label: string;
    readonly detail: string;
    readonly body: string;
    /** The word whose documentation describes the statement. */
    readonly keyword: string;
}

const STATEMENT_SNIPPETS: readonly StatementSnippet[] = [
    { label: 'policy', detail: 'policy Name', keyword: 'policy', body: 'policy ${1:Name}\n' },
    { label: 'import', detail: 'import "./file.guardrail"', keyword: 'import', body: 'import "./$1"' },
    {
        label: 'server',
        detail: 'server name { tool … }',
        keyword: 'server',
        body: 'server ${1:name} {\n  tool ${2:name}($3)\n}'
    },
    { label: 'label', detail: 'label name', keyword: 'label', body: 'label ${1:name}' },
    { label: 'trait', detail: 'trait name', keyword: 'trait', body: 'trait ${1:name}' },
    { label: 'agent', detail: 'agent name', keyword: 'agent', body: 'agent ${1:name}' },
    { label: 'human', detail: 'human name', keyword: 'human', body: 'human ${1:name}' },
    {
        label: 'role',
        detail: 'role name = humans',
        keyword: 'role',
        body: 'role ${1:name} = $2'
    },
    { label: 'event', detail: 'event name', keyword: 'event', body: 'event ${1:name}' },
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
        label: 'modes',
        detail: 'modes name { mode initial { … } mode { … } }',
        keyword: 'modes',
        body: 'modes ${1:name} {\n  ${2:first} initial {\n    allow $3\n    on $4 enter ${5:second}\n  }\n  ${5:second} {\n    allow $6\n  }\n}'
    },
    {
        label: 'assume',
        detail: 'assume … only when condition',
        keyword: 'assume',
        body: 'assume ${1|approval by,result of,signal,event,trusted agent|} $2 only when $3'
    },
    { label: 'group', detail: 'group name = tools', keyword: 'group', body: 'group ${1:name} = $2' },
    { label: 'define', detail: 'define name(params) = condition', keyword: 'define', body: 'define ${1:name} = $2' },
    { label: 'allow', detail: 'allow agent: tools', keyword: 'allow', body: 'allow $1: $2' },
    { label: 'deny', detail: 'deny tools when condition', keyword: 'deny', body: 'deny $1 when $2' },
    { label: 'require', detail: 'require condition for tools', keyword: 'require', body: 'require $1 for $2' },
    {
        label: 'require approval',
        detail: 'require approval by human for tools',
        keyword: 'approval',
        body: 'require approval by $1 for $2'
    },
    {
        label: 'require approval by several',
        detail: 'require approval by 2 of role for tools',
        keyword: 'approval',
        body: 'require approval by ${1:2} of $2 for $3'
    },
    {
        label: 'require approval per',
        detail: 'require approval by human for tools valid time per key',
        keyword: 'approval',
        body: 'require approval by $1 for $2 valid ${3:8h} per $4'
    },
    { label: 'limit', detail: 'limit tool to number', keyword: 'limit', body: 'limit $1 to ${2:1}' },
    {
        label: 'limit total',
        detail: 'limit total(tool.field) to number within time',
        keyword: 'limit',
        body: 'limit total($1.$2) to ${3:1000} within ${4:24h}'
    },
    {
        label: 'withhold',
        detail: 'withhold result of tools when condition',
        keyword: 'withhold',
        body: 'withhold result of $1 when $2'
    },
    { label: 'audit deny', detail: 'audit deny tools when condition', keyword: 'audit', body: 'audit deny $1 when $2' },
    {
        label: 'audit require',
        detail: 'audit require condition for tools',
        keyword: 'audit',
        body: 'audit require $1 for $2'
    },
    { label: 'order', detail: 'order tool before tool', keyword: 'order', body: 'order $1 before $2' },
    { label: 'claim never', detail: 'claim "…": never …', keyword: 'never', body: 'claim "$1":\n  never $2' },
    {
        label: 'claim requires',
        detail: 'claim "…": … requires …',
        keyword: 'requires',
        body: 'claim "$1":\n  $2 requires $3'
    },
    {
        label: 'claim possible',
        detail: 'claim "…": possible …',
        keyword: 'possible',
        body: 'claim "$1":\n  possible $2'
    },
    {
        label: 'claim no flow',
        detail: 'claim "…": no flow from … to …',
        keyword: 'flow',
        body: 'claim "$1":\n  no flow from $2 to $3'
    },
    {
        label: 'claim is denied',
        detail: 'claim "…": … is denied when …',
        keyword: 'is',
        body: 'claim "$1":\n  $2 is ${3|denied,held,allowed|} when $4'
    },
    {
        label: 'claim at most',
        detail: 'claim "…": at most number …',
        keyword: 'at',
        body: 'claim "$1":\n  at most ${2:1} $3'
    },
    {
        label: 'claim stays possible',
        detail: 'claim "…": … stays possible',
        keyword: 'stays',
        body: 'claim "$1":\n  $2 stays possible'
    },
    {
        label: 'claim across sessions',
        detail: 'claim "…" across sessions: never …',
        keyword: 'never',
        body: 'claim "$1" across sessions:\n  never $2'
    },
    { label: 'claim always', detail: 'claim "…": always …', keyword: 'always', body: 'claim "$1":\n  always $2' },
    {
        label: 'scenario',
        detail: 'scenario "…": calls and decisions',
        keyword: 'scenario',
        body: 'scenario "$1":\n  $2 calls $3($4) -> ${5|allowed,denied,held|}'
    }
];

export const TOOL_SNIPPET: StatementSnippet = {
    label: 'tool',
    detail: 'tool name(params)',
    keyword: 'tool',
    body: 'tool ${1:name}($2)'
};

export const TOTAL_SNIPPET: StatementSnippet = {
    label: 'total',
    detail: 'total(tool.field)',
    keyword: 'total',
    body: 'total($1.$2)'
};

/** The template of a comparison with a count, because a count has no meaning alone. */
export const COUNT_SNIPPET: StatementSnippet = {
    label: 'count',
    detail: 'count(tool) >= number',
    keyword: 'count',
    body: 'count($1) >= ${2:1}'
};

/** The templates of the statements that start with `word`. */
export function snippetsFor(word: string): readonly StatementSnippet[] {
    return STATEMENT_SNIPPETS.filter((snippet) => snippet.label.split(' ')[0] === word);
}
