/** What people mean by their settings, as claims about the policy that these are lowered to. */
import { pathSource } from './patterns.js';
import type { Client } from './settings.js';

/** Commands that change something that others see, and that nobody can take back. */
const CHANGES = [
    'git(?: -[Cc] [^ ]+)* push(?: .*)?',
    'gh api .*(?:-X|--method) (?:DELETE|PATCH|POST|PUT).*',
    'gh (?:pr merge|release create|release delete|repo delete|workflow run)(?: .*)?',
    '(?:npm|pnpm|yarn|cargo) publish(?: .*)?',
    'docker push .*',
    'kubectl (?:apply|delete)(?: .*)?',
    'terraform (?:apply|destroy)(?: .*)?',
    'rm .*'
];

/** Commands that send what their arguments say to a server. */
const SENDS = ['curl .*', 'wget .*', 'git push(?: .*)?', 'gh (?:api|gist|issue|pr) .*', 'scp .*', 'nc .*'];

const SECRETS = String.raw`(?:.*\/)?(?:\.env(?:\.[a-z]+)?|id_rsa|id_ed25519|\.npmrc|\.netrc|credentials(?:\.json)?)`;

/**
 * The claims that are about tools which the client has, as text of a policy.
 *
 * @param names the tools of the policy
 * @param before what the name of each claim begins with
 */
export function settingsClaims(client: Client, names: readonly string[], folder: string, before = ''): string {
    const { name, tools } = client;
    const settings = client.settings.map((glob) => pathSource({ from: 'folder', glob }, folder)).join('|');
    const own = (tool: string): string => `${name}.${tool}`;
    const known = (some: readonly string[]): string[] => some.filter((tool) => names.includes(tool)).map(own);
    const shell = own(tools.shell);
    const some = (sources: readonly string[]): string =>
        `(some c in commands of command: ${sources.map((source) => `c matches /${source}/`).join(' or ')})`;
    const strangers = known(tools.strangers);
    const claims = [
        `claim "${before}no command pushes, publishes, deploys or deletes without you":\n  never ${shell} when ${some(CHANGES)} unless approved by user`
    ];
    if (strangers.length > 0) {
        claims.unshift(
            `claim "${before}after a text by strangers no command pushes, publishes, deploys or deletes without you":\n  never ${shell} when ${some(CHANGES)} after [${strangers.join(', ')}] unless approved by user`
        );
    }
    const [reader] = known(Object.keys(tools.reads));
    if (reader !== undefined) {
        const path = Object.values(tools.reads)[0]!;
        claims.push(
            `claim "${before}after a secret was read no command sends without you":\n  never ${shell} when ${some(SENDS)} after ${reader} where (${path} matches /${SECRETS}/) unless approved by user`
        );
    }
    for (const tool of Object.keys(tools.changes).filter((one) => names.includes(one))) {
        const path = tools.changes[tool]!;
        claims.push(
            `claim "${before}${tool} changes no rules of the agent without you":\n  never ${own(tool)} when ${path} matches /(?:${settings})/ unless approved by user`
        );
    }
    return claims.join('\n');
}
